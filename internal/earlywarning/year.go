package earlywarning

import (
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/policy"
)

// PolicyVersion is a policy document with its version.
type PolicyVersion struct {
	Version  int
	Document policy.Document
}

// Year is what all students of a district share in a school year, and the policy by
// which they are judged.
type Year struct {
	SchoolYear   int
	Starts, Ends Day
	Today        Day
	Version      int // of the policy

	discipline Day // discipline is known through; zero: none was loaded
	indicators policy.IndicatorPolicy
	rules      []rule // those that are not off
	longTardy  int

	first, last  Day    // of all calendars
	calendars    []days // instructional days
	calendarIDs  map[string]int
	schools      []uuid.UUID
	schoolNames  []string
	schoolIDs    map[string]int
	known        []Day // by school: attendance is known through; zero: nothing is
	terms        []term
	courseIDs    []uuid.UUID
	courses      []course
	requirements map[int]int64 // credits to graduate, by cohort
}

// term is a semester or term of a school, or of all (anySchool).
type term struct {
	school       int
	starts, ends Day
}

// course is a course that marks name by its index.
type course struct {
	core  bool
	title string
}

// setPolicy makes the year one that is judged by the policy.
func (y *Year) setPolicy(version PolicyVersion) {
	y.Version, y.indicators, y.longTardy = version.Version, version.Document.Indicators, version.Document.Indicators.LongTardyMinutes
	y.rules = nil
	for _, r := range rules {
		if lines := y.indicators.Rules[r.name]; !lines.Off {
			y.rules = append(y.rules, r)
		}
	}
}

// asOf is the last day of the year that can be judged: today, or the year's end.
func (y *Year) asOf() Day { return min(y.Today, y.Ends) }

// termOf is the latest term of the student's school that has begun by the day; false
// where there is none.
func (y *Year) termOf(school int, on Day) (term, bool) {
	var latest term
	found := false
	for _, t := range y.terms {
		if (t.school == anySchool || t.school == school) && t.starts <= on && (!found || t.starts > latest.starts) {
			latest, found = t, true
		}
	}
	return latest, found
}

// lastTermEnd is the end of the latest term of the student's school that is over on the
// day: of the year before where none of this one is.
func (y *Year) lastTermEnd(school int, on Day) Day {
	last := min(y.Starts-1, on)
	for _, t := range y.terms {
		if (t.school == anySchool || t.school == school) && t.ends <= on {
			last = max(last, t.ends)
		}
	}
	if y.Ends <= on {
		last = max(last, y.Ends)
	}
	return last
}

// termsEnded counts the terms of the student's school, and those that are over on the
// day. A year without terms is one that ends with the year.
func (y *Year) termsEnded(school int, on Day) (ended, all int64) {
	for _, t := range y.terms {
		if t.school != anySchool && t.school != school {
			continue
		}
		all++
		if t.ends <= on {
			ended++
		}
	}
	if all > 0 {
		return ended, all
	}
	if y.Ends <= on {
		return 1, 1
	}
	return 0, 1
}
