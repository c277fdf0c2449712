package demo

import "strconv"

// period is a stretch of the school year at whose end marks are given: from and
// through are places among the instructional days.
type period struct {
	code, name    string
	from, through int
}

// named is how a period is called.
type named struct{ code, name string }

var (
	semesterNames = []named{{"S1", "First Semester"}, {"S2", "Second Semester"}}
	quarterNames  = []named{{"Q1", "First Quarter"}, {"Q2", "Second Quarter"}, {"Q3", "Third Quarter"}, {"Q4", "Fourth Quarter"}}
)

// divide divides the days of instruction evenly. A period for which there is no day
// is left out.
func (t *term) divide(names []named) (periods []period) {
	for i, one := range names {
		from, through := len(t.days)*i/len(names), len(t.days)*(i+1)/len(names)-1
		if from <= through {
			periods = append(periods, period{one.code, one.name, from, through})
		}
	}
	return periods
}

// over tells whether the period's last day has passed.
func (t *term) over(p period) bool { return p.through < t.past }

// semesterThrough gives the semester that ends on the day.
func (t *term) semesterThrough(day int) (period, bool) {
	for _, one := range t.semesters {
		if one.through == day {
			return one, true
		}
	}
	return period{}, false
}

// makeTerms writes the year's semesters and grading periods, and how far its
// discipline is known.
func (m *maker) makeTerms() {
	if m.ownTerms {
		for _, s := range m.schools {
			m.addTerms(s.id, s.code+"-")
		}
	} else {
		m.addTerms(nil, "")
	}
	if m.term.past > 0 {
		m.out.add(toDisciplineKnown, m.district, m.ids.next(), m.term.yearText, m.term.days[m.term.past-1].text)
	}
}

func (m *maker) addTerms(school any, prefix string) {
	for _, of := range []struct {
		kind    string
		periods []period
	}{{"SEMESTER", m.term.semesters}, {"GRADING_PERIOD", m.term.quarters}} {
		for _, p := range of.periods {
			m.out.add(toTerm, m.district, m.ids.next(), school, m.term.yearText, prefix+strconv.Itoa(m.term.year)+"-"+p.code, p.name, of.kind,
				m.term.days[p.from].text, m.term.days[p.through].text)
		}
	}
}
