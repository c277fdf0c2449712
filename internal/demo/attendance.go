package demo

import "time"

// habit is how a student attends.
type habit struct {
	absent    int // chance of being absent on a usual day, in a million
	unexcused int // how many absences in ten thousand are unexcused
	tardy     int // chance of coming late, in a million
	gone      int // days since the student stopped coming, 0: comes
}

// tendency is what the habits of a kind have in common: from and up to how often,
// in a million days, and how many absences in ten thousand are unexcused.
type tendency struct {
	absent, tardy [2]int
	unexcused     int
}

// habits are the kinds of attendance that there are, with their shares: most students are
// rarely absent, a few very often.
var habits = []share[tendency]{
	{5200, tendency{[2]int{5_000, 34_000}, [2]int{1_000, 12_000}, 2200}},
	{2800, tendency{[2]int{32_000, 68_000}, [2]int{3_000, 32_000}, 3400}},
	{1350, tendency{[2]int{75_000, 132_000}, [2]int{8_000, 60_000}, 4600}},
	{650, tendency{[2]int{130_000, 310_000}, [2]int{20_000, 90_000}, 6200}},
}

const (
	million          = 1_000_000
	mostAbsent       = 600_000 // in a million
	stopsComing      = 45      // students in ten thousand
	shortestGone     = 3
	longestGone      = 16
	alternativeTimes = 240 // hundredths
)

// gradeAbsence is how often students of a grade are absent, in hundredths of usual.
var gradeAbsence = []int{112, 104, 98, 94, 92, 92, 93, 97, 101, 104, 106, 109, 116}

// makeHabit draws how the student attends; absence is what circumstances add, in
// hundredths.
func (m *maker) makeHabit(s *student, absence int) habit {
	kind := draw(m.dice, habits)
	h := habit{tardy: m.dice.between(kind.tardy[0], kind.tardy[1]), unexcused: kind.unexcused}
	h.absent = m.dice.between(kind.absent[0], kind.absent[1]) * absence / usualAbsence * gradeAbsence[s.grade] / 100 * m.absence / 100
	if s.school().alternative {
		h.absent = h.absent * alternativeTimes / 100
	}
	h.absent = min(h.absent, mostAbsent)
	if m.dice.chance(stopsComing) {
		h.gone = m.dice.between(shortestGone, longestGone)
	}
	return h
}

// usualAbsence is what the circumstances of all students come to on average, in
// hundredths.
const usualAbsence = 105

// Which days people miss, in hundredths of usual: long weekends, and winter.
var (
	weekdayAbsence = [7]int{time.Monday: 116, time.Tuesday: 91, time.Wednesday: 89, time.Thursday: 92, time.Friday: 122}
	monthAbsence   = [13]int{time.August: 75, time.September: 85, time.October: 95, time.November: 103, time.December: 110, time.January: 110, time.February: 109, time.March: 102, time.April: 100, time.May: 108, time.June: 118}
)

// spell is an absence of one or more days.
type spell struct {
	category any
	excused  bool
	days     []share[int]
	reasons  []share[any]
}

var (
	excused = spell{"EXCUSED_ABSENCE", true, []share[int]{{62, 1}, {24, 2}, {9, 3}, {3, 4}, {2, 5}}, []share[any]{
		{46, "Illness"}, {20, "Medical appointment"}, {9, "Family emergency"}, {7, "Religious observance"}, {6, "Family travel, approved"}, {5, "Court or agency appointment"}, {4, "Bereavement"}, {3, "School activity"},
	}}
	unexcused = spell{"UNEXCUSED_ABSENCE", false, []share[int]{{78, 1}, {14, 2}, {5, 3}, {2, 4}, {1, 6}}, []share[any]{
		{58, ""}, {18, "No note received"}, {9, "Overslept"}, {8, "Missed the bus"}, {4, "Family travel, not approved"}, {3, "Left without permission"},
	}}
	suspension = spell{category: "OUT_OF_SCHOOL_SUSPENSION"}
)

// meanSpell is how many days a spell takes on average, in tenths.
const meanSpell = 15

// slip is what else happens on a day: not a whole day's absence.
type slip struct {
	category  any
	chance    int // in a million
	older     int // the same from grade 6 on
	fractions []any
	excused   int // in ten thousand
	reasons   []any
}

// slips come after tardiness, whose chance is the student's own.
var (
	tardy = slip{category: "TARDY", fractions: []any{"200", "400", "600", "800", "1200"}, excused: 2500, reasons: []any{"", "", "Bus was late", "Overslept", "Appointment"}}
	slips = []slip{
		{"EARLY_DEPARTURE", 3_600, 4_200, []any{"800", "1500", "2500", "4000"}, 8000, []any{"Appointment", "Appointment", "Illness", ""}},
		{"PARTIAL", 2_600, 3_400, []any{"2500", "5000", "5000", "7500"}, 6000, []any{"Appointment", "Illness", "Left at noon", ""}},
		{"PRESENT", 250, 450, []any{"0"}, 0, []any{"School activity", "Corrected by the office"}},
	}
)

const wholeDay = "10000"

// attend writes the exceptions of a stay, up to the last day that is known.
func (m *maker) attend(s *student, stay stay) {
	if stay.noShow || stay.exitType == "INVALID_ENROLLMENT" {
		return
	}
	last := min(stay.through, stay.school.known-1)
	s.enrolled += max(last-stay.from+1, 0)
	gone := last + 1
	if stay.exit == nil {
		gone -= s.habit.gone
	}
	for at := stay.from; at <= last; {
		if at >= gone {
			m.miss(s, stay, at, unexcused, "")
			at++
			continue
		}
		at += m.attendDay(s, stay, at, min(last, gone-1))
	}
	if stay.exitType == "EXPELLED" && stay.through == last {
		m.expel(s, stay)
	}
}

// attendDay makes what happens from the day on, and gives how many days it took.
func (m *maker) attendDay(s *student, stay stay, at, last int) int {
	if s.conduct > 0 && m.dice.below(million) < s.conduct {
		return m.misbehave(s, stay, at, last)
	}
	day := m.term.days[at]
	begins := s.habit.absent * 10 / meanSpell * weekdayAbsence[day.date.Weekday()] / 100 * monthAbsence[day.date.Month()] / 100
	roll := m.dice.below(million)
	if roll < begins {
		return m.absent(s, stay, at, last)
	}
	if roll -= begins; roll < s.habit.tardy {
		m.slip(s, stay, at, tardy)
		return 1
	}
	roll -= s.habit.tardy
	for _, one := range slips {
		chance := one.chance
		if s.grade >= firstMiddle {
			chance = one.older
		}
		if roll < chance {
			m.slip(s, stay, at, one)
			return 1
		}
		roll -= chance
	}
	return 1
}

// absent makes a spell of absence, and gives its days.
func (m *maker) absent(s *student, stay stay, at, last int) int {
	kind := excused
	if m.dice.chance(s.habit.unexcused) {
		kind = unexcused
	}
	days := min(draw(m.dice, kind.days), last-at+1)
	reason := draw(m.dice, kind.reasons)
	for i := range days {
		m.miss(s, stay, at+i, kind, reason)
	}
	return days
}

func (m *maker) miss(s *student, stay stay, at int, kind spell, reason any) {
	s.absent += certain
	m.event(s, stay, at, kind.category, wholeDay, truth(kind.excused), reason)
}

func (m *maker) slip(s *student, stay stay, at int, kind slip) {
	fraction := pick(m.dice, kind.fractions)
	if kind.category == "PARTIAL" {
		s.absent += partials[fraction]
	}
	m.event(s, stay, at, kind.category, fraction, truth(m.dice.chance(kind.excused)), pick(m.dice, kind.reasons))
}

// partials are the parts of a day by their texts.
var partials = map[any]int{"2500": 2500, "5000": 5000, "7500": 7500}

func (m *maker) event(s *student, stay stay, at int, category, fraction, excused, reason any) {
	m.out.add(toEvent, m.district, m.term.yearText, s.id, m.term.days[at].text, stay.school.id, category, fraction, excused, reason)
}
