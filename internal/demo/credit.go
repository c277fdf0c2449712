package demo

import (
	"strconv"
	"time"
)

// requirements are what each cohort needs to graduate, in credits: somewhat less than
// five courses a year for four years, so that one failure alone leaves nobody behind
// at graduation.
var requirements = []struct {
	subject string
	credits int
}{
	{"ENGLISH", 4}, {"MATHEMATICS", 3}, {"SCIENCE", 3}, {"SOCIAL_STUDIES", 3}, {"PHYSICAL_EDUCATION", 2}, {"ARTS", 1}, {"ELECTIVE", 2},
}

// makeRequirements writes what the four cohorts of the high schools need.
func (m *maker) makeRequirements() {
	for grade := firstHigh; grade <= lastGrade; grade++ {
		for _, one := range requirements {
			m.out.add(toRequirement, m.district, m.ids.next(), strconv.Itoa(m.term.year+lastGrade-grade), one.subject, strconv.Itoa(one.credits*certain))
		}
	}
}

// credit is a line of a transcript.
type credit struct {
	subject subject
	grade   int
	year    int // the calendar year in which the school year ends
	term    string
	part    int // ten-thousandths of a credit
	score   int
	method  string
	on      time.Time
}

const (
	regular   = "REGULAR"
	recovery  = "CREDIT_RECOVERY"
	transfer  = "TRANSFER"
	aSemester = certain / 2
	aYear     = certain

	recovered     = 5_500 // failures in ten thousand, of a year, in the summer after it
	recoveredSoon = 2_500 // of a first semester, in the second
	recoveryDays  = 40    // of instruction
	recoveryMark  = 72
	endOfYear     = 8  // of June
	endOfSummer   = 24 // of July
)

// makeCredit writes the credit: all of it, or nothing.
func (m *maker) makeCredit(s *student, c credit) {
	earned, result := c.part, "PASS"
	if c.score < failsBelow {
		earned, result = 0, "FAIL"
	}
	m.out.add(toTranscript, m.district, m.ids.next(), s.id, strconv.Itoa(c.year), c.term, courseCode(c.subject, c.grade), courseTitle(c.subject, c.grade),
		c.subject.credits, gradeNames[c.grade], strconv.Itoa(c.part), strconv.Itoa(earned), result, c.method, letterOf(c.score), c.on.Format(time.DateOnly))
}

// makeSemesterCredit writes the credit of a semester of this year; some of those who
// fail the first make it up in the second.
func (m *maker) makeSemesterCredit(s *student, of subject, semester period, score int) {
	c := credit{of, s.grade, m.term.year, semester.name, aSemester, score, regular, m.term.days[semester.through].date}
	m.makeCredit(s, c)
	again := semester.through + recoveryDays
	if score < failsBelow && m.dice.chance(recoveredSoon) && again < m.term.past && !s.left() {
		c.method, c.score, c.on = recovery, recoveryMark, m.term.days[again].date
		m.makeCredit(s, c)
	}
}

// bringCredit writes the credit of a semester that the student spent elsewhere.
func (m *maker) bringCredit(s *student, of subject, semester period, score int) {
	m.makeCredit(s, credit{of, s.grade, m.term.year, semester.name, aSemester, score, transfer, m.term.days[semester.through].date})
}

// makeEarlierCredits writes the credits of the years of high school before this one.
func (m *maker) makeEarlierCredits(s *student) {
	method := regular
	if s.stays[0].from > 0 && s.stays[0].entryType == "TRANSFER" {
		method = transfer
	}
	for grade := firstHigh; grade < s.grade; grade++ {
		year := m.term.year - (s.grade - grade)
		for place, of := range subjects {
			if place == takenBySome && !m.dice.chance(takeIt) {
				continue
			}
			c := credit{of, grade, year, "", aYear, m.score(s.ability, place), method, date(year, time.June, endOfYear)}
			m.makeCredit(s, c)
			summer := date(year, time.July, endOfSummer)
			if c.score < failsBelow && m.dice.chance(recovered) && !summer.After(m.term.asOf) {
				c.year, c.term, c.score, c.method, c.on = year+1, "Summer", recoveryMark, recovery, summer
				m.makeCredit(s, c)
			}
		}
	}
}
