package load

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// Complete gives the source as one that holds everything of the school years and days
// that it names, as a person says of it: of kinds that happen on a day all rows from the
// first to the last day of each school year, of other kinds all of the year. A kind of
// which it has no row is one that it does not tell of.
func Complete(source Source) Source {
	read := source.Read
	source.Read = func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
		whole := &complete{Sink: sink, named: map[named]days{}}
		if err := read(ctx, whole, progress); err != nil {
			return err
		}
		return whole.cover()
	}
	return source
}

// ErrCorrections is a source of corrected rows that is said to be complete.
var ErrCorrections = errors.New("rows that were corrected in quarantine are not all of anything: load them without --complete")

// complete is a sink that notes which kinds, school years and days the rows name.
type complete struct {
	roster.Sink

	named map[named]days
}

type named struct {
	kind string
	year int // 0: the rows do not say
}

type days struct{ first, last time.Time }

// Put notes the row, and hands it on.
func (c *complete) Put(ctx context.Context, row any) error {
	return errors.Join(c.note(row), c.Sink.Put(ctx, row))
}

// Reject notes the row as far as it could be read: the source tells of its day.
func (c *complete) Reject(ctx context.Context, row any, problems []roster.Issue) error {
	return errors.Join(c.note(row), c.Sink.Reject(ctx, row, problems))
}

func (c *complete) note(row any) error {
	if originOf(row).Corrects != "" {
		return ErrCorrections
	}
	f, known := form.Of(reflect.TypeOf(row).Name())
	if !known {
		return nil
	}
	day, happens := dayOf(row)
	if happens && day.IsZero() {
		return nil
	}
	at := named{f.Kind, f.Year(row)}
	if happens && at.year == 0 {
		at.year = schoolYear(day)
	}
	span, noted := c.named[at]
	if !noted || day.Before(span.first) {
		span.first = day
	}
	if day.After(span.last) {
		span.last = day
	}
	c.named[at] = span
	return nil
}

// schoolYear gives the school year, from 1 July to 30 June, that holds the day.
func schoolYear(day time.Time) int {
	if day.Month() >= time.July {
		return day.Year() + 1
	}
	return day.Year()
}

// dayOf gives the day of a row that happens on one, and whether its kind does.
func dayOf(row any) (time.Time, bool) {
	switch r := row.(type) {
	case roster.AttendanceEvent:
		return r.Date, true
	case roster.Incident:
		return r.Date, true
	case roster.Action:
		return r.Date, true
	case roster.ActionIncident:
		return r.Date, true
	case roster.AssessmentResult:
		return r.Date, true
	case roster.SupportSession:
		return r.Date, true
	}
	return time.Time{}, false
}

// cover tells the sink of what was noted. A participation is as complete as the
// incidents are; what a cohort needs is of no year.
func (c *complete) cover() error {
	var covers []roster.Coverage
	parts := false
	for at, span := range c.named {
		switch at.kind {
		case "Participation":
			parts = true
		case "GraduationRequirement":
		default:
			covers = append(covers, roster.Coverage{Kind: at.kind, SchoolYear: at.year, From: span.first, Through: span.last})
		}
	}
	for at, span := range c.named {
		if parts && at.kind == "Incident" {
			covers = append(covers, roster.Coverage{Kind: "Participation", SchoolYear: at.year, From: span.first, Through: span.last})
		}
	}
	slices.SortFunc(covers, func(a, b roster.Coverage) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), a.SchoolYear-b.SchoolYear) })
	for _, one := range covers {
		if err := c.Cover(one); err != nil {
			return err
		}
	}
	return nil
}
