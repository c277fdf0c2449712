package earlywarning_test

import (
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/policy"
)

// model is a small district in memory, and the slowest way to its figures: it
// writes out each day of each student. The set-based SQL must come to the same.
type model struct {
	id          uuid.UUID
	today       time.Time
	policy      policy.AttendancePolicy
	version     int
	schools     []uuid.UUID
	students    []uuid.UUID
	calendars   []*calendar
	enrollments []*enrollment
	events      map[eventKey]*event
	known       map[schoolYear]time.Time // a school that declared nothing is not in it
	flags       map[studentYear]*flag
}

type calendar struct {
	id        uuid.UUID
	school    uuid.UUID
	year      int
	withdrawn bool
	dates     []calendarDate
}

type calendarDate struct {
	on            time.Time
	instructional bool
	withdrawn     bool
}

type enrollment struct {
	id        uuid.UUID
	student   uuid.UUID
	calendar  *calendar // it says the school and the year too
	entry     time.Time
	exit      time.Time // zero: open
	exitType  string
	withdrawn bool
}

type eventKey struct {
	student, school uuid.UUID
	year            int
	on              time.Time
	category        string
}

type event struct {
	fraction  int64
	excused   bool
	withdrawn bool
}

type schoolYear struct {
	school uuid.UUID
	year   int
}

type studentYear struct {
	student uuid.UUID
	year    int
}

// group is a student's year: in one school, or (school is uuid.Nil) in all.
type group struct {
	student, school uuid.UUID
	year            int
}

// figure is a row of figures as it should be.
type figure struct {
	earlywarning.Figures

	asOf time.Time
}

// figures gives the rows of both grains.
func (m *model) figures() map[group]figure {
	rows := map[group]figure{}
	for _, e := range m.enrollments {
		if m.counts(e) {
			year := e.calendar.year
			m.addFigure(rows, group{e.student, e.calendar.school, year})
			m.addFigure(rows, group{e.student, uuid.Nil, year})
		}
	}
	return rows
}

// counts tells whether an enrollment is one whose days are counted.
func (m *model) counts(e *enrollment) bool {
	_, declared := m.known[schoolYear{e.calendar.school, e.calendar.year}]
	return declared && !e.withdrawn && e.exitType != "NO_SHOW" && e.exitType != "INVALID_ENROLLMENT"
}

// asOf is the last day of a school that can be judged.
func (m *model) asOf(e *enrollment) time.Time {
	return earlier(m.today, m.known[schoolYear{e.calendar.school, e.calendar.year}])
}

func (m *model) addFigure(rows map[group]figure, g group) {
	if _, done := rows[g]; done {
		return
	}
	type place struct {
		school uuid.UUID
		on     time.Time
	}
	present, days, asOf := map[place]bool{}, map[time.Time]bool{}, time.Time{}
	for _, e := range m.enrollments {
		if !m.counts(e) || e.student != g.student || e.calendar.year != g.year || (g.school != uuid.Nil && e.calendar.school != g.school) {
			continue
		}
		if known := m.asOf(e); known.After(asOf) {
			asOf = known
		}
		for _, day := range m.enrolledDays(e) {
			days[day], present[place{e.calendar.school, day}] = true, true
		}
	}
	var list []time.Time
	for day := range days {
		list = append(list, day)
	}
	var events []earlywarning.Event
	for key, e := range m.events {
		if key.student == g.student && key.year == g.year && !e.withdrawn && present[place{key.school, key.on}] {
			events = append(events, earlywarning.Event{Date: key.on, Category: key.category, Fraction: e.fraction, Excused: e.excused})
		}
	}
	rows[g] = figure{earlywarning.Count(list, events, m.policy), asOf}
}

// enrolledDays are the days on which the student should be in school, as far as
// they are known.
func (m *model) enrolledDays(e *enrollment) []time.Time {
	if e.calendar.withdrawn {
		return nil
	}
	var days []time.Time
	for _, date := range e.calendar.dates {
		if date.instructional && !date.withdrawn && !date.on.Before(e.entry) && !date.on.After(m.asOf(e)) &&
			(e.exit.IsZero() || !date.on.After(e.exit)) {
			days = append(days, date.on)
		}
	}
	return days
}

func (m *model) thresholds() earlywarning.Thresholds {
	return earlywarning.Thresholds{Warning: m.policy.WarningBasisPoints, AtRisk: m.policy.AtRiskBasisPoints}
}

// verdict gives the severity of a figure; empty: no flag.
func (m *model) verdict(f figure) earlywarning.Severity {
	if !f.Measured {
		return ""
	}
	return m.thresholds().Verdict(f.Absent, int64(f.Enrolled)*earlywarning.WholeDay)
}

// levels gives each student's level, from the figures of the year.
func (m *model) levels(figures map[group]figure) map[studentYear]string {
	levels := map[studentYear]string{}
	for g, f := range figures {
		if g.school != uuid.Nil {
			continue
		}
		level := "ON_TRACK"
		if grave := m.verdict(f); grave != "" {
			level = string(grave)
		}
		if !f.Measured {
			level = "NOT_MEASURED"
		}
		levels[studentYear{g.student, g.year}] = level
	}
	return levels
}

func earlier(one, other time.Time) time.Time {
	if other.Before(one) {
		return other
	}
	return one
}
