package demo

import (
	"fmt"
	"slices"
	"strconv"
)

// classmate is a student whom another's incident may touch: from and through are the
// days at the school.
type classmate struct {
	id            any
	from, through int
	misbehaves    bool
}

// rememberedClassmates bounds how many a school remembers.
const rememberedClassmates = 48

// remember keeps the student as a classmate of those who come after.
func (s *school) remember(who *student, stay stay) {
	one := classmate{who.id, stay.from, stay.through, who.conduct > 0}
	if stay.noShow {
		return
	}
	if len(s.classmates) < rememberedClassmates {
		s.classmates = append(s.classmates, one)
		return
	}
	s.classmates[s.next] = one
	s.next = (s.next + 1) % rememberedClassmates
}

// makeConduct draws how often the student gets into incidents: most never do, those
// who are often absent more than others.
func (m *maker) makeConduct(s *student) int {
	chance := gradeConduct[s.grade] * (60 + min(s.habit.absent/1000, 140)) / 100
	if s.school().alternative {
		chance = chance * alternativeMore / 100
	}
	if !m.dice.chance(chance) {
		return 0
	}
	often := draw(m.dice, conducts)
	return m.dice.between(often[0], often[1])
}

// incident is one while its rows are made.
type incident struct {
	id    any
	local string
	at    int // the day's place
	what  behavior
}

// misbehave makes an incident of the day and what is done about it, and gives how
// many days that took: the suspended stay away on the days of instruction after it.
func (m *maker) misbehave(s *student, stay stay, at, last int) int {
	one := m.makeIncident(s, stay, at, draw(m.dice, behaviors))
	done := draw(m.dice, *one.what.answers)
	if s.grade < youngestOut && done.days > 0 {
		done = answer{removal, 0}
	}
	m.act(s, stay, one, done)
	served := min(done.days, last-at)
	for i := range served {
		if done.kind == outOfSchool {
			m.miss(s, stay, at+1+i, suspension, "")
		} else {
			m.event(s, stay, at+1+i, inSchool, wholeDay, truth(false), "")
		}
	}
	return 1 + served
}

// expel makes the incident after which the student had to leave, on the last day.
func (m *maker) expel(s *student, stay stay) {
	one := m.makeIncident(s, stay, stay.through, forbiddenObject)
	m.act(s, stay, one, answer{kind: "EXPULSION"})
}

// makeIncident writes an incident with those who had a part in it.
func (m *maker) makeIncident(s *student, stay stay, at int, what behavior) incident {
	m.incidents++
	one := incident{id: m.ids.next(), local: fmt.Sprintf("I%06d", m.incidents), at: at, what: what}
	m.out.add(toIncident, m.district, one.id, stay.school.id, m.term.yearText, one.local, m.term.days[at].text, what.word, pick(m.dice, what.locations))
	m.takePart(s.id, one, perpetrator, what.word)
	if m.dice.chance(alsoDid) {
		if other := draw(m.dice, behaviors); other.word != what.word {
			m.takePart(s.id, one, perpetrator, other.word)
		}
	}
	m.involve(s, stay.school, one)
	return one
}

const perpetrator = "PERPETRATOR"

func (m *maker) takePart(student any, in incident, part, behavior string) {
	m.out.add(toParticipation, m.district, m.ids.next(), student, in.id, part, behavior)
}

// involve gives others of the school their parts.
func (m *maker) involve(s *student, at *school, in incident) {
	taken := []any{s.id}
	for _, part := range []struct {
		name   string
		chance int
	}{{"VICTIM", hasVictim}, {"WITNESS", hasWitness}, {"REPORTER", hasReporter}} {
		if part.name == "VICTIM" && !in.what.victim || !m.dice.chance(part.chance) {
			continue
		}
		other, found := m.classmateAt(at, in.at, taken)
		if !found {
			continue
		}
		taken = append(taken, other.id)
		if part.name == "VICTIM" && in.what.mutual && other.misbehaves && m.dice.chance(fightsBack) {
			m.takePart(other.id, in, perpetrator, in.what.word)
			continue
		}
		m.takePart(other.id, in, part.name, "")
	}
}

// triesForClassmate is how often a classmate is looked for who was there that day.
const triesForClassmate = 3

func (m *maker) classmateAt(at *school, day int, but []any) (classmate, bool) {
	if len(at.classmates) == 0 {
		return classmate{}, false
	}
	for range triesForClassmate {
		one := pick(m.dice, at.classmates)
		if one.from <= day && day <= one.through && !slices.Contains(but, one.id) {
			return one, true
		}
	}
	return classmate{}, false
}

// act writes what is done about the student's part.
func (m *maker) act(s *student, stay stay, about incident, done answer) {
	var days any
	if done.days > 0 {
		days = strconv.Itoa(done.days * certain)
	}
	if done.kind == outOfSchool || done.kind == "EXPULSION" {
		s.excluded++
	}
	var id any = m.ids.next()
	m.out.add(toAction, m.district, id, s.id, stay.school.id, m.term.yearText, "A"+about.local[1:], done.kind, m.term.days[about.at].text, days)
	m.out.add(toAnswer, m.district, m.ids.next(), s.id, id, about.id)
}
