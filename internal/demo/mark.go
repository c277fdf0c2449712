package demo

import "strconv"

// ability is what a student's marks are drawn around.
type ability struct {
	usual    int                  // of a hundred
	subjects [takenBySome + 1]int // what is added in a subject
}

// What abilities are put together from: three dice around a middle, taken down by
// absence.
const (
	lowestUsual    = 69
	abilityDie     = 16
	abilityDice    = 3
	absencePoint   = 9_000 // so much absence, in a million days, takes a point
	mostTaken      = 27
	conductTakes   = 5
	alternativeFor = 4
	subjectSpread  = 10
	periodSpread   = 5
	lowestMark     = 30
	highestMark    = 100
	failsBelow     = 60
)

// makeAbility draws the student's ability.
func (m *maker) makeAbility(s *student) ability {
	found := ability{usual: lowestUsual - min(s.habit.absent/absencePoint, mostTaken)}
	for range abilityDice {
		found.usual += m.dice.below(abilityDie)
	}
	if s.conduct > 0 {
		found.usual -= conductTakes
	}
	if s.school().alternative {
		found.usual -= alternativeFor
	}
	for i := range found.subjects {
		found.subjects[i] = m.dice.between(-subjectSpread, subjectSpread)
	}
	return found
}

// score draws what a student achieves in a subject over a period, of a hundred.
func (m *maker) score(of ability, subject int) int {
	return min(max(of.usual+of.subjects[subject]+m.dice.between(-periodSpread, periodSpread), lowestMark), highestMark)
}

// makeMarks writes the student's marks of the year, and from grade 9 on the credits.
func (m *maker) makeMarks(s *student) {
	subjects, _ := taught(s.grade)
	for place := range subjects {
		m.makeSubjectMarks(s, place, subjects[place])
	}
}

// seatAt gives the student's seat in the subject on the day.
func (s *student) seatAt(subject, day int) (seat, bool) {
	for _, one := range s.seats {
		if one.subject == subject && one.from <= day && day <= one.through {
			return one, true
		}
	}
	return seat{}, false
}

// marks are what a student achieved in a subject.
type marks struct{ sum, count int }

func (a *marks) add(score int) { a.sum, a.count = a.sum+score, a.count+1 }

func (a *marks) mean() int { return (a.sum + a.count/2) / a.count }

func (m *maker) makeSubjectMarks(s *student, place int, of subject) {
	var year, semester marks
	latest := highestMark
	for _, quarter := range m.term.quarters {
		if !m.term.over(quarter) {
			latest = m.makeProgress(s, place, quarter, latest)
			break
		}
		at, seated := s.seatAt(place, quarter.through)
		if seated {
			score := m.score(s.ability, place)
			year.add(score)
			semester.add(score)
			latest = score
			m.mark(s, at, "GRADING_PERIOD", quarter.name, quarter.through, score)
		}
		if ending, ends := m.term.semesterThrough(quarter.through); ends && s.grade >= firstHigh {
			m.endSemester(s, place, of, ending, semester)
			semester = marks{}
		}
	}
	last := len(m.term.days) - 1
	if at, seated := s.seatAt(place, last); seated && last < m.term.past && year.count > 0 && s.grade >= firstMiddle {
		latest = year.mean()
		m.mark(s, at, "FINAL", "Year", last, latest)
	}
	if of.core != nil && latest < failsBelow {
		s.failing++
	}
}

// makeProgress writes the mark of a grading period that is half over, and gives it;
// where there is none yet, the one before it.
func (m *maker) makeProgress(s *student, place int, quarter period, before int) int {
	half := (quarter.from + quarter.through) / 2
	at, seated := s.seatAt(place, half)
	if !seated || half >= m.term.past || s.grade < firstMiddle {
		return before
	}
	score := m.score(s.ability, place)
	m.mark(s, at, "PROGRESS", quarter.name, half, score)
	return score
}

// endSemester writes the mark of a semester with its credit.
func (m *maker) endSemester(s *student, place int, of subject, semester period, quarters marks) {
	at, seated := s.seatAt(place, semester.through)
	if seated && quarters.count > 0 {
		m.mark(s, at, "SEMESTER", semester.name, semester.through, quarters.mean())
		m.makeSemesterCredit(s, of, semester, quarters.mean())
		return
	}
	if s.stays[0].from > semester.through && s.stays[0].entryType == "TRANSFER" && place != takenBySome {
		m.bringCredit(s, of, semester, max(m.score(s.ability, place), failsBelow))
	}
}

// mark writes a mark: up to grade 5 how a child gets on, then a letter or a number.
func (m *maker) mark(s *student, at seat, kind, period string, day, score int) {
	var numeric any
	letter := ""
	switch {
	case s.grade < firstMiddle:
		letter = standing(score)
	case m.numbers:
		numeric = strconv.Itoa(score * certain)
	default:
		letter = letterOf(score)
	}
	m.out.add(toGrade, m.district, m.term.yearText, s.id, at.course, at.section, kind, period, m.term.days[day].text, numeric, letter)
}

// standing is how a child gets on: excellent, satisfactory, needs improvement. These
// letters are worth no grade points.
func standing(score int) string {
	switch {
	case score >= 88:
		return "E"
	case score >= 66:
		return "S"
	}
	return "N"
}

// letterOf gives the letter of a mark, in tens, with + and − for their ends.
func letterOf(score int) string {
	if score < failsBelow {
		return "F"
	}
	letter := string("DCBA"[min((score-failsBelow)/10, 3)])
	switch ones := score % 10; {
	case score == highestMark || ones >= 7:
		return letter + "+"
	case ones <= 2:
		return letter + "-"
	}
	return letter
}
