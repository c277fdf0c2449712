package demo

import (
	"fmt"
	"strconv"
	"time"
)

// school is a school while its district is made.
type school struct {
	id          any
	code, name  string
	level       string
	first, last int // grades
	alternative bool
	students    [lastGrade + 1]int // by grade
	calendar    any
	known       int // instructional days whose attendance is known
	sections    [lastGrade + 1][]subjectSections
	team        team
	classmates  []classmate // made lately
	next        int         // whom the next one takes the place of
}

// size is how many students the school has.
func (s *school) size() int {
	all := 0
	for _, students := range s.students {
		all += students
	}
	return all
}

// makeSchools lays out as many schools as the district needs, and says how many
// students each has in each grade.
func (m *maker) makeSchools(students int) {
	byGrade := spread(students, gradeShares)
	names := shuffled(m.dice, schoolNames)
	for _, stage := range stages {
		of := 0
		for grade := stage.first; grade <= stage.last; grade++ {
			of += byGrade[grade]
		}
		if stage.level == high && students >= alternativeFrom {
			m.addSchool(names[len(m.schools)]+" Alternative Center", stage, true)
			taken := m.schools[len(m.schools)-1]
			for grade := stage.first; grade <= stage.last; grade++ {
				taken.students[grade] = byGrade[grade] * alternativeShare / certain
				byGrade[grade] -= taken.students[grade]
			}
		}
		count := min(max((of+stage.size/2)/stage.size, 1), stage.most)
		from := len(m.schools)
		for range count {
			m.addSchool(names[len(m.schools)]+" "+stage.title, stage, false)
		}
		for grade := stage.first; grade <= stage.last; grade++ {
			for i := range byGrade[grade] {
				m.schools[from+i%count].students[grade]++
			}
		}
	}
	for _, s := range m.schools {
		m.out.add(toSchool, m.district, s.id, s.code, s.name, s.level, gradeNames[s.first], gradeNames[s.last], truth(s.alternative))
	}
}

func (m *maker) addSchool(name string, of stage, alternative bool) {
	m.schools = append(m.schools, &school{
		id: m.ids.next(), code: fmt.Sprintf("%s-%03d", m.code, len(m.schools)+1), name: name,
		level: of.level, first: of.first, last: of.last, alternative: alternative,
	})
}

// spread divides a number by shares; the parts add up to it.
func spread(number int, shares []int) []int {
	total := 0
	for _, one := range shares {
		total += one
	}
	parts := make([]int, len(shares))
	before, sum := 0, 0
	for i, one := range shares {
		sum += one
		upTo := number * sum / total
		parts[i] = upTo - before
		before = upTo
	}
	return parts
}

// One school in so many, in ten thousand, has not yet declared its last days.
const (
	lateSchools = 800
	lateDays    = 3
)

// makeCalendar gives the school its calendar, and says how far its attendance is
// known.
func (m *maker) makeCalendar(s *school) {
	s.calendar = m.ids.next()
	m.out.add(toCalendar, m.district, s.calendar, s.id, m.term.yearText, s.code+"-"+strconv.Itoa(m.term.year), "SCHOOL")
	for _, day := range m.term.days {
		m.out.add(toDate, m.district, m.ids.next(), s.calendar, day.text, "t", instructional)
	}
	for _, day := range m.term.holidays {
		m.out.add(toDate, m.district, m.ids.next(), s.calendar, day.text, "f", day.event)
	}
	s.known = m.term.past
	if m.dice.chance(lateSchools) && s.known < len(m.term.days) {
		s.known = max(s.known-lateDays, 0)
	}
	if s.known > 0 {
		known := m.term.days[s.known-1].date
		m.out.add(toKnown, m.district, m.ids.next(), s.id, m.term.yearText, known.Format(time.DateOnly))
	}
}
