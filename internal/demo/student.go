package demo

import (
	"fmt"
	"strconv"
	"time"
)

// student is a student while their rows are made.
type student struct {
	id       any
	grade    int
	place    int // among the students of the grade in the school
	home     *family
	stays    []stay
	habit    habit
	conduct  int // chance of an incident on a day at school, in a million
	absent   int // ten-thousandths of days, up to what is known
	enrolled int // days, up to what is known
	excluded int // how often suspended out of school, or expelled
	seats    []seat
	ability  ability
	failing  int // core courses whose latest mark is an F
}

// school is where the student was last.
func (s *student) school() *school { return s.stays[len(s.stays)-1].school }

// left is whether the student has left the district.
func (s *student) left() bool { return s.stays[len(s.stays)-1].exit != nil }

// How many in ten thousand.
const (
	hasMiddleName = 4_500
	isJunior      = 150
	usesShortName = 3_500
)

// makeStudent makes everything about one student.
func (m *maker) makeStudent(at *school, grade, place int) {
	m.students++
	s := &student{id: m.ids.next(), grade: grade, place: place, home: m.familyOf(at, grade)}
	m.addStudent(s)
	m.makeContacts(s.id, s.home)
	m.makeStays(s, at)
	s.habit = m.makeHabit(s, m.makeCircumstances(s))
	s.conduct = m.makeConduct(s)
	for _, stay := range s.stays {
		m.makeEnrollment(s, stay)
		m.attend(s, stay)
		m.takeSeats(s, stay)
		stay.school.remember(s, stay)
	}
	s.ability = m.makeAbility(s)
	m.makeMarks(s)
	m.makeEarlierCredits(s)
	m.makeAssessments(s)
	m.care(s.asCase())
	m.out.students++
}

// addStudent writes who the student is.
func (m *maker) addStudent(s *student) {
	h, sex := s.home.heritage, draw(m.dice, sexes)
	first := h.givenName(m.dice, sex)
	middle, suffix, preferred := "", "", ""
	if m.dice.chance(hasMiddleName) {
		middle = h.givenName(m.dice, sex)
	}
	if sex != female && m.dice.chance(isJunior) {
		suffix = "Jr"
	}
	if short, known := shortNames[first]; known && m.dice.chance(usesShortName) {
		preferred = short
	}
	languages := []string{s.home.language}
	if s.home.language != english {
		languages = append(languages, english)
	}
	var cohort any
	if s.grade >= firstHigh {
		cohort = strconv.Itoa(m.term.year + lastGrade - s.grade)
	}
	m.out.add(toStudent, m.district, s.id, strconv.Itoa(firstLocalID+m.students), fmt.Sprintf("%s%07d", m.code, m.students), first, middle, s.home.last, suffix,
		preferred, m.birthDate(s.grade).Format(time.DateOnly), gradeNames[s.grade], sex, array(h.races), array(languages), s.home.community, cohort)
}

const firstLocalID = 600_000

// takeSeats puts the student into sections for the stay.
func (m *maker) takeSeats(s *student, stay stay) {
	if stay.noShow {
		return
	}
	var through any
	if stay.exit != nil {
		through = stay.exit
	}
	for _, one := range m.seat(s.id, stay.school, s.grade, s.place, m.term.days[stay.from].text, through) {
		one.from, one.through = stay.from, stay.through
		s.seats = append(s.seats, one)
	}
}
