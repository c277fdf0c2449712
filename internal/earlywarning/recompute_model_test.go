package earlywarning_test

import (
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
)

// model is a small district in memory, and the slowest way to its figures: it
// writes out each day of each student. The engine must come to the same.
type model struct {
	id          uuid.UUID
	today       time.Time
	policy      lines
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
	minutes   any // int; nil: not said
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
	return declared && m.enrolls(e)
}

// enrolls tells whether an enrollment makes a student of the school at all.
func (m *model) enrolls(e *enrollment) bool {
	return !e.withdrawn && e.exitType != "NO_SHOW" && e.exitType != "INVALID_ENROLLMENT"
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
	happened := map[time.Time]map[string]*event{}
	for key, e := range m.events {
		if key.student == g.student && key.year == g.year && !e.withdrawn && present[place{key.school, key.on}] {
			if happened[key.on] == nil {
				happened[key.on] = map[string]*event{}
			}
			happened[key.on][key.category+key.school.String()] = e
		}
	}
	rows[g] = figure{m.policy.count(days, happened, g.school == uuid.Nil), asOf}
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

// lines are the numbers of the policy that are drawn: the lines of the absence rule,
// in basis points, and how long a student must be enrolled.
type lines struct {
	warning, atRisk int64
	minimum         int
}

// count works a student's figures out from each day and what happened on it, by
// category and school.
func (l lines) count(days map[time.Time]bool, happened map[time.Time]map[string]*event, truancy bool) earlywarning.Figures {
	f := earlywarning.Figures{Enrolled: len(days), Measured: len(days) >= l.minimum}
	whole := map[time.Time]bool{}
	for day := range days {
		l.countDay(&f, happened[day], truancy, func() { whole[day] = true })
	}
	last := slices.SortedFunc(maps.Keys(days), func(a, b time.Time) int { return b.Compare(a) })
	for _, day := range last {
		if !whole[day] {
			break
		}
		f.Streak++
	}
	f.Chronic = f.Measured && f.Absent >= int64(f.Enrolled)*1_000
	return f
}

func (l lines) countDay(f *earlywarning.Figures, happened map[string]*event, truancy bool, whole func()) {
	var absent int64
	has, unexcusedPart, unexcused, veryLate := map[string]bool{}, false, false, false
	for key, e := range happened {
		category := key[:len(key)-36] // without the school
		has[category] = true
		if minutes, said := e.minutes.(int); said && category == "TARDY" && !e.excused && minutes > 30 {
			veryLate = true
		}
		switch category {
		case "EXCUSED_ABSENCE", "UNEXCUSED_ABSENCE", "OUT_OF_SCHOOL_SUSPENSION", "PARTIAL":
			absent += e.fraction
			unexcusedPart = unexcusedPart || category == "PARTIAL" && !e.excused
		}
	}
	absent = min(absent, 10_000)
	f.Absent += absent
	switch {
	case has["OUT_OF_SCHOOL_SUSPENSION"]:
		f.Suspended += absent
	case has["UNEXCUSED_ABSENCE"], !has["EXCUSED_ABSENCE"] && unexcusedPart:
		f.Unexcused += absent
		unexcused = true
	default:
		f.Excused += absent
	}
	if has["TARDY"] {
		f.Tardies++
	}
	if absent == 10_000 {
		whole()
	}
	if truancy && (veryLate || unexcused && absent == 10_000) {
		f.Truant++
	}
}

// verdict gives the severity of a figure; empty: no flag.
func (m *model) verdict(f figure) earlywarning.Severity {
	whole := int64(f.Enrolled) * 10_000
	switch {
	case !f.Measured || whole == 0:
		return ""
	case f.Absent*10_000 >= m.policy.atRisk*whole:
		return earlywarning.AtRisk
	case f.Absent*10_000 >= m.policy.warning*whole:
		return earlywarning.Warning
	}
	return ""
}

// levels gives each enrolled student's level, from the figures of the year.
func (m *model) levels(figures map[group]figure) map[studentYear]string {
	levels := map[studentYear]string{}
	for _, e := range m.enrollments {
		if m.enrolls(e) {
			levels[studentYear{e.student, e.calendar.year}] = "NOT_MEASURED"
		}
	}
	for g, f := range figures {
		if g.school != uuid.Nil || !f.Measured {
			continue
		}
		level := "ON_TRACK"
		if grave := m.verdict(f); grave != "" {
			level = string(grave)
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
