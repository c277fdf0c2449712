package demo

import (
	"maps"
	"slices"
	"time"

	"github.com/holdfast-edu/holdfast/internal/policy"
)

// stay is one enrollment: from and through are places among the instructional
// days, both included.
type stay struct {
	school    *school
	from      int
	through   int
	entryType string
	exit      any // the last day enrolled; nil: still there
	exitType  any
	noShow    bool
}

// How many students in ten thousand, over a whole year.
const (
	comesLate = 600
	leaves    = 430
	moves     = 230 // to another school of the district
	noShows   = 70
	newHere   = 8_500 // of those in kindergarten: new to any school
)

var lateEntries = []share[string]{{7000, "TRANSFER"}, {1400, "RE_ENTRY"}, {1000, "NEW_TO_EDUCATION_SYSTEM"}, {600, "OTHER"}}

// exits are why students leave, up to grade 8 and from there on.
var (
	exits     = []share[string]{{7600, "TRANSFERRED"}, {1300, "WITHDRAWN"}, {550, "EMIGRATED"}, {250, "UNKNOWN"}, {180, "OTHER"}, {80, "INVALID_ENROLLMENT"}, {40, "EXPELLED"}}
	highExits = []share[string]{
		{5200, "TRANSFERRED"},
		{1900, "DROPOUT"},
		{1100, "WITHDRAWN"},
		{450, "EMIGRATED"},
		{300, "UNKNOWN"},
		{250, "COMPLETED"},
		{220, "GRADUATED"},
		{180, "OTHER"},
		{120, "EXPELLED"},
		{100, "INCARCERATED"},
		{80, "ENROLLED_IN_DIPLOMA_PROGRAM"},
		{60, "INVALID_ENROLLMENT"},
		{40, "REACHED_MAXIMUM_AGE"},
	}
)

const (
	noShowFoundAfter = 9 // instructional days
	latestRecord     = 6 // days after an exit
)

// makeStays plans the student's enrollments up to the as-of day.
func (m *maker) makeStays(s *student, at *school) {
	first := stay{school: at, through: len(m.term.days) - 1, entryType: m.usualEntry(s.grade)}
	if late := m.dice.below(len(m.term.days)); m.dice.chance(comesLate) && late < m.term.past {
		first.from, first.entryType = late, draw(m.dice, lateEntries)
	}
	switch day := m.dice.below(len(m.term.days)); {
	case m.term.past > 0 && first.from == 0 && m.dice.chance(noShows):
		first.noShow = true
		m.end(&first, min(noShowFoundAfter, m.term.past-1), "NO_SHOW")
		s.stays = []stay{first}
	case m.dice.chance(moves) && day > first.from && day+1 < m.term.past:
		s.stays = m.move(first, day)
	case m.dice.chance(leaves) && day > first.from && day < m.term.past:
		why := exits
		if s.grade >= firstHigh {
			why = highExits
		}
		m.end(&first, day, draw(m.dice, why))
		s.stays = []stay{first}
	default:
		s.stays = []stay{first}
	}
}

func (m *maker) usualEntry(grade int) string {
	if grade == 0 && m.dice.chance(newHere) {
		return "NEW_TO_EDUCATION_SYSTEM"
	}
	return "NEXT_YEAR_SCHOOL"
}

func (m *maker) end(s *stay, day int, why string) {
	s.through, s.exit, s.exitType = day, m.term.days[day].text, why
}

// move ends the stay on the day and begins one in another school with the same
// grades on the next, when there is another.
func (m *maker) move(first stay, day int) []stay {
	var others []*school
	for _, other := range m.schools {
		if other != first.school && other.level == first.school.level {
			others = append(others, other)
		}
	}
	if len(others) == 0 {
		return []stay{first}
	}
	second := stay{school: pick(m.dice, others), from: day + 1, through: first.through, entryType: "TRANSFER"}
	m.end(&first, day, "TRANSFERRED")
	return []stay{first, second}
}

// makeEnrollment writes the stay. What the district's own system calls the exit is
// the code that its policy maps onto the exit's type.
func (m *maker) makeEnrollment(s *student, stay stay) {
	recorded, code := m.term.days[stay.from].date, ""
	if exitType, left := stay.exitType.(string); left {
		code = codesOfExits[exitType]
		recorded = m.term.days[stay.through].date.AddDate(0, 0, m.dice.below(latestRecord))
	}
	if recorded.After(m.term.asOf) {
		recorded = m.term.asOf
	}
	m.out.add(toEnrollment, m.district, m.ids.next(), s.id, stay.school.id, m.term.yearText, stay.school.calendar, m.term.days[stay.from].text,
		stay.entryType, stay.exit, stay.exitType, code, gradeNames[s.grade], recorded.Format(time.DateOnly))
}

// codesOfExits are the default policy's codes by the type that they stand for.
var codesOfExits = invert(policy.Default().ExitCodes)

func invert(codes map[string]string) map[string]string {
	inverted := make(map[string]string, len(codes))
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		inverted[codes[code]] = code
	}
	return inverted
}
