package demo

import "strconv"

// sitting is when an assessment is taken: its day's place among those of a year of 180.
type sitting struct {
	code, title string
	day         int
}

// screened is what is assessed, and which subject's ability tells of it.
type screened struct {
	code, title, subject string
	ability              int
}

var (
	sittings = []sitting{{"FALL", "Fall", 22}, {"WINTER", "Winter", 96}}
	screens  = []screened{{"READ", "reading screener", "Reading", 0}, {"MATH", "mathematics screener", "Mathematics", 1}}
)

// What the screeners' results are.
const (
	firstScreened = 2 // grade
	lastScreened  = 10
	usualDays     = 180
	scaleFrom     = 140 // the score of a mark of nothing in grade 0
	scaleGrade    = 6   // more a grade
	belowUnder    = 70
	aboveFrom     = 88
	notSaid       = 200 // results in ten thousand of which the source says no level
	missesIt      = 400 // in ten thousand
)

// makeAssessments writes the results of the year's screeners.
func (m *maker) makeAssessments(s *student) {
	if s.grade < firstScreened || s.grade > lastScreened {
		return
	}
	for _, sitting := range sittings {
		day := sitting.day * len(m.term.days) / usualDays
		if day >= m.term.past || !s.thereOn(day) {
			continue
		}
		for _, screen := range screens {
			if m.dice.chance(missesIt) {
				continue
			}
			m.assess(s, sitting, screen, day)
		}
	}
}

func (m *maker) assess(s *student, when sitting, what screened, day int) {
	got := m.score(s.ability, what.ability)
	level, below := "At grade level", any(truth(got < belowUnder))
	switch {
	case m.dice.chance(notSaid):
		level, below = "", nil
	case got < belowUnder:
		level = "Below grade level"
	case got >= aboveFrom:
		level = "Above grade level"
	}
	m.out.add(toAssessment, m.district, m.ids.next(), s.id, m.term.yearText, when.code+"-"+what.code, when.title+" "+what.title, what.subject,
		m.term.days[day].text, strconv.Itoa(scaleFrom+scaleGrade*s.grade+got), level, below)
}

// thereOn tells whether the student was enrolled on the day.
func (s *student) thereOn(day int) bool {
	for _, stay := range s.stays {
		if !stay.noShow && stay.from <= day && day <= stay.through {
			return true
		}
	}
	return false
}
