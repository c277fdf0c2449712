package demo

import "time"

// circumstance is a kind of student characteristic with how common it is.
type circumstance struct {
	kind        string
	share       int // in ten thousand of the grades
	first, last int // grades
	foreign     bool
	details     []string
	absence     int // how much more often these students are absent, in hundredths
	begins      bool
}

// circumstances are what districts count of their students. foreign: of those who
// speak another language at home alone; begins: it may begin within the year.
var circumstances = []circumstance{
	{kind: "ECONOMIC_DISADVANTAGE", share: 5200, last: lastGrade, details: []string{"FREE", "FREE", "FREE", "REDUCED"}, absence: 115},
	{kind: "SPECIAL_EDUCATION", share: 1420, last: lastGrade, details: []string{""}, absence: 115},
	{kind: "ENGLISH_LEARNER", share: 4600, last: lastGrade, foreign: true, details: []string{""}, absence: 95},
	{kind: "SECTION_504", share: 380, last: lastGrade, details: []string{""}, absence: 110},
	{kind: "HEALTH", share: 320, last: lastGrade, details: []string{"", "Care plan on file"}, absence: 140, begins: true},
	{kind: "HOMELESS", share: 250, last: lastGrade, details: []string{"DOUBLED_UP", "DOUBLED_UP", "DOUBLED_UP", "HOTEL_MOTEL", "SHELTER", "UNSHELTERED", "DOUBLED_UP, unaccompanied"}, absence: 175, begins: true},
	{kind: "MILITARY_CONNECTED", share: 150, last: lastGrade, details: []string{""}, absence: 95},
	{kind: "TRAUMA", share: 110, last: lastGrade, details: []string{""}, absence: 130, begins: true},
	{kind: "FAMILY_CARE_RESPONSIBILITY", share: 160, first: firstMiddle, last: lastGrade, details: []string{""}, absence: 145, begins: true},
	{kind: "MIGRANT", share: 70, last: lastGrade, details: []string{""}, absence: 120},
	{kind: "FOSTER_CARE", share: 60, last: lastGrade, details: []string{""}, absence: 130, begins: true},
	{kind: "JUSTICE_INVOLVED", share: 140, first: firstMiddle + 1, last: lastGrade, details: []string{""}, absence: 160, begins: true},
	{kind: "PREGNANT_OR_PARENTING", share: 110, first: firstHigh, last: lastGrade, details: []string{""}, absence: 170, begins: true},
	{kind: "SUBSTANCE_USE", share: 70, first: firstHigh - 1, last: lastGrade, details: []string{""}, absence: 160, begins: true},
	{kind: "OTHER", share: 30, last: lastGrade, details: []string{"Long way to school"}, absence: 120},
}

// ended is how many circumstances in ten thousand that began within the year are
// over again.
const ended = 2_000

// makeCircumstances writes the student's circumstances, and gives how often they
// let the student be absent, in hundredths of usual.
func (m *maker) makeCircumstances(s *student) int {
	absence := 100
	for _, c := range circumstances {
		if s.grade < c.first || s.grade > c.last || c.foreign && s.home.language == english || !m.dice.chance(c.share) {
			continue
		}
		absence = absence * c.absence / 100
		from, through := m.spanOf(c)
		m.out.add(toCircumstance, m.district, m.ids.next(), s.id, c.kind, from, through, pick(m.dice, c.details))
	}
	return absence
}

// spanOf gives from and through which day a circumstance holds.
func (m *maker) spanOf(c circumstance) (from, through any) {
	if !c.begins || m.term.past < 2 {
		return m.term.starts.Format(time.DateOnly), nil
	}
	first := m.dice.below(m.term.past)
	if m.dice.chance(ended) {
		through = m.term.days[m.dice.between(first, m.term.past-1)].text
	}
	return m.term.days[first].text, through
}
