package earlywarning

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/policy"
)

// Evidence is a row behind a flag. Parts add up to the flag's part; where the rule is a
// share or an average, wholes add up to its whole, and where it counts the whole is one.
// Both are in ten-thousandths.
type Evidence struct {
	Kind        string // one of the Evidence kinds
	On, Through Day    // Through zero: one day
	School      uuid.UUID
	SchoolName  string
	Name        string
	Part, Whole int64
}

// Kinds of Evidence.
const (
	EventEvidence       = "ATTENDANCE_EVENT"
	EnrollmentEvidence  = "ENROLLMENT"
	IncidentEvidence    = "INCIDENT"
	ActionEvidence      = "DISCIPLINE_ACTION"
	GradeEvidence       = "GRADE"
	CreditEvidence      = "CREDIT"
	RequirementEvidence = "GRADUATION_REQUIREMENT"
	AssessmentEvidence  = "ASSESSMENT"
	AgeEvidence         = "AGE"
	SupportEvidence     = "PLAN_ITEM"
)

// EvidenceOf reads the rows behind a flag: of the student, the school year and the rule,
// as of its day, by the policy that it was drawn by.
func EvidenceOf(ctx context.Context, query Query, student uuid.UUID, schoolYear int, ruleName string, asOf time.Time, version PolicyVersion) ([]Evidence, error) {
	r := reader{query}
	y, err := r.year(ctx, schoolYear, DayOf(asOf), version)
	if err != nil {
		return nil, err
	}
	read, err := r.records(ctx, y, chosen{list: []uuid.UUID{student}}, true)
	if err != nil || len(read.records) == 0 {
		return nil, err
	}
	record, scratch := read.records[0], y.newCounting()
	for _, rule := range rules {
		if rule.name == ruleName {
			y.count(record, anySchool, 0, scratch)
			from := y.windowStart(record, y.indicators.Rules[ruleName].Window, y.asOf(), scratch.days)
			return rule.evidence(y, record, from), nil
		}
	}
	return nil, fmt.Errorf("no rule is called %q", ruleName)
}

// ofDays gives the events of each day that counts, with what the day comes to.
func (y *Year) ofDays(r *Record, from Day, take func(day Day, events []*Event, d *dayCount)) {
	scratch := y.newCounting()
	y.count(r, anySchool, from, scratch)
	for at := 0; at < len(r.Events); {
		day := r.Events[at].On
		var events []*Event
		var d dayCount
		for ; at < len(r.Events) && r.Events[at].On == day; at++ {
			event := &r.Events[at]
			if scratch.days.has(day) && y.present(r, event) {
				d.add(event, y.longTardy)
				events = append(events, event)
			}
		}
		if d.counts {
			take(day, events, &d)
		}
	}
}

func (y *Year) eventRow(event *Event, part int64) Evidence {
	return Evidence{
		Kind: EventEvidence, On: event.On, School: y.schools[event.School], SchoolName: y.schoolNames[event.School],
		Name: categoryWords[event.Category], Part: part,
	}
}

// absences are the events that made days absent, each with its part of the day, and the
// stays with their days.
func absences(y *Year, r *Record, from Day) []Evidence {
	return append(y.partsAbsent(r, from, func(*dayCount) bool { return true }), y.stays(r, from)...)
}

// truancies are the absences without excuse, and the stays.
func truancies(y *Year, r *Record, from Day) []Evidence {
	return append(y.partsAbsent(r, from, (*dayCount).unexcused), y.stays(r, from)...)
}

func (y *Year) partsAbsent(r *Record, from Day, counts func(*dayCount) bool) []Evidence {
	var rows []Evidence
	y.ofDays(r, from, func(_ Day, events []*Event, d *dayCount) {
		left := int64(WholeDay)
		for _, event := range events {
			part := min(event.Fraction, left)
			if !counts(d) || event.Category > Partial || part == 0 {
				continue
			}
			left -= part
			rows = append(rows, y.eventRow(event, part))
		}
	})
	return rows
}

// stays are the enrollments, each with the days that no earlier one has.
func (y *Year) stays(r *Record, from Day) []Evidence {
	var rows []Evidence
	counted := newDays(y.first, y.last)
	before := 0
	for _, stay := range r.Stays {
		counted.addAll(y.calendars[stay.Calendar], max(stay.From, from), stay.Through)
		if n := counted.count(); n > before {
			rows = append(rows, Evidence{
				Kind: EnrollmentEvidence, On: max(stay.From, from), Through: stay.Through, School: y.schools[stay.School],
				SchoolName: y.schoolNames[stay.School], Whole: int64(n-before) * WholeDay,
			})
			before = n
		}
	}
	return rows
}

// truantDays are the days absent as a whole without excuse, or with a long tardy.
func truantDays(y *Year, r *Record, from Day) []Evidence {
	var rows []Evidence
	y.ofDays(r, from, func(_ Day, events []*Event, d *dayCount) {
		if !d.truant() {
			return
		}
		for i, event := range events { // the day counts once, whatever made it
			rows = append(rows, y.eventRow(event, basisPoints*bit(i == 0)))
		}
	})
	return rows
}

// tardies are the tardies, one a day.
func tardies(y *Year, r *Record, from Day) []Evidence {
	var rows []Evidence
	y.ofDays(r, from, func(_ Day, events []*Event, _ *dayCount) {
		for _, event := range events {
			if event.Category == Tardy {
				rows = append(rows, y.eventRow(event, basisPoints))
				return
			}
		}
	})
	return rows
}

func incidents(y *Year, r *Record, from Day) []Evidence {
	var rows []Evidence
	for _, incident := range r.Incidents {
		if incident.On >= from && incident.On <= y.asOf() {
			rows = append(rows, Evidence{Kind: IncidentEvidence, On: incident.On, Name: incident.Name, Part: basisPoints})
		}
	}
	return rows
}

func inSchool(y *Year, r *Record, from Day) []Evidence { return y.actions(r, from, SuspendedInSchool) }

func exclusions(y *Year, r *Record, from Day) []Evidence {
	return y.actions(r, from, SuspendedOutOfSchool, Expelled)
}

func (y *Year) actions(r *Record, from Day, kinds ...ActionKind) []Evidence {
	var rows []Evidence
	for _, action := range r.Actions {
		for _, kind := range kinds {
			if action.Kind == kind && action.On >= from && action.On <= y.asOf() {
				rows = append(rows, Evidence{Kind: ActionEvidence, On: action.On, Name: actionWords[kind], Part: basisPoints})
			}
		}
	}
	return rows
}

func coreDs(y *Year, r *Record, from Day) []Evidence {
	return y.marks(r, from, func(c course, worth policy.Mark) (part, whole int64) { return basisPoints * bit(c.core && worth.D), 0 })
}

func coreFs(y *Year, r *Record, from Day) []Evidence {
	return y.marks(r, from, func(c course, worth policy.Mark) (part, whole int64) { return basisPoints * bit(c.core && worth.F), 0 })
}

func gradePoints(y *Year, r *Record, from Day) []Evidence {
	return y.marks(r, from, func(_ course, worth policy.Mark) (part, whole int64) { return worth.Points, basisPoints })
}

// marks are the latest marks of each course that count for something.
func (y *Year) marks(r *Record, from Day, counts func(course, policy.Mark) (part, whole int64)) []Evidence {
	var rows []Evidence
	for i := range r.Marks {
		mark := &r.Marks[i]
		worth, known := y.indicators.Marks.Of(mark.Letter, mark.Number)
		if !known || !y.latest(r.Marks, i, from, y.asOf()) {
			continue
		}
		part, whole := counts(y.courses[mark.Course], worth)
		if part == 0 && whole == 0 {
			continue
		}
		said := mark.Letter
		if said == "" {
			said = decimal(mark.Number)
		}
		rows = append(rows, Evidence{
			Kind: GradeEvidence, On: mark.On, Name: strings.TrimSpace(y.courses[mark.Course].title + " " + markWords[mark.Kind] + " " + said), Part: part, Whole: whole,
		})
	}
	return rows
}

// credits are what is expected by now, and what was earned of it, in fourths of what
// graduation needs.
func credits(y *Year, r *Record, _ Day) []Evidence {
	required, expected := y.creditsExpected(r, y.asOf())
	rows := []Evidence{{Kind: RequirementEvidence, On: y.lastTermEnd(r.School, y.asOf()), Part: yearsOfHighSchool * expected, Whole: required}}
	for _, credit := range r.Credits {
		if credit.On <= y.asOf() && credit.Earned > 0 {
			rows = append(rows, Evidence{Kind: CreditEvidence, On: credit.On, Name: credit.Name, Part: -yearsOfHighSchool * credit.Earned})
		}
	}
	return rows
}

func age(y *Year, r *Record, _ Day) []Evidence {
	return []Evidence{{Kind: AgeEvidence, On: r.BirthDate, Name: r.Grade, Part: int64(max(y.overage(r).Years, 0)) * basisPoints, Whole: basisPoints}}
}

func stalledSupport(y *Year, r *Record, _ Day) []Evidence {
	scratch := y.newCounting()
	y.count(r, anySchool, 0, scratch)
	on := y.asOf()
	if scratch.any {
		on = scratch.asOf
	}
	found := y.stalled(r, on)
	return []Evidence{{
		Kind: SupportEvidence, On: on - dayAt(found.Days), Name: found.Name, Part: int64(found.Days) * basisPoints, Whole: daysOfWeek * basisPoints,
	}}
}

func assessmentsBelow(y *Year, r *Record, from Day) []Evidence {
	var rows []Evidence
	for _, result := range r.Assessments {
		if result.Below && result.On >= from && result.On <= y.asOf() {
			rows = append(rows, Evidence{Kind: AssessmentEvidence, On: result.On, Name: result.Name, Part: basisPoints})
		}
	}
	return rows
}
