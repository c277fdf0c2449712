package earlywarning

import (
	"slices"

	"github.com/holdfast-edu/holdfast/internal/policy"
)

// Indicators are a student's figures as of a day, over one window.
type Indicators struct {
	AsOf       Day
	Attendance Figures
	Attended   bool // there are days whose attendance is known
	Behavior   BehaviorFigures
	Academics  AcademicFigures
	Age        AgeFigures
	Stalled    Stalled
}

// BehaviorFigures is what discipline says. It is known where the school year's discipline was
// loaded, or the student has any.
type BehaviorFigures struct {
	Known      bool
	AsOf       Day
	Incidents  int   // distinct, as PERPETRATOR
	InSchool   int   // in-school suspensions
	Exclusions int   // out-of-school suspensions and expulsions
	Days       int64 // of suspension, in and out of school, in ten-thousandths
}

// AgeFigures is by how many years a student is older than the grade expects, on
// 1 September.
type AgeFigures struct {
	Known bool
	Years int
}

// Stalled is the support that has run longest without improvement.
type Stalled struct {
	Found bool
	Days  int
	Name  string
}

// indicators works out a student's figures over the window.
func (y *Year) indicatorsOf(r *Record, window policy.Window, scratch *counting) Indicators {
	y.count(r, anySchool, 0, scratch)
	found := Indicators{AsOf: y.asOf(), Attended: scratch.any}
	if scratch.any {
		found.AsOf = scratch.asOf
	}
	behaved, studied := y.behaviorKnown(r), y.academicsKnown(r, y.asOf())
	found.Behavior = y.behavior(r, y.windowStart(r, window, behaved, scratch.days), behaved)
	found.Academics = y.academics(r, y.windowStart(r, window, studied, scratch.days), y.asOf(), studied)
	enrolled := scratch.figures.Enrolled
	if from := y.windowStart(r, window, found.AsOf, scratch.days); from > 0 {
		y.count(r, anySchool, from, scratch)
	}
	found.Attendance = scratch.figures
	y.judge(&found.Attendance)
	found.Attendance.Measured = enrolled >= y.indicators.MinEnrolledDays && found.Attendance.Enrolled > 0
	found.Age = y.overage(r)
	found.Stalled = y.stalled(r, found.AsOf)
	return found
}

// lastDays is how many days the shortest window has.
const lastDays = 20

// windowStart is the first day of the window that ends on the day up to which what is
// looked at is known; 0: of the year.
func (y *Year) windowStart(r *Record, window policy.Window, asOf Day, enrolled days) Day {
	switch window {
	case policy.Term:
		if t, found := y.termOf(r.School, asOf); found {
			return t.starts
		}
	case policy.Last20Days:
		n := 0
		for day := range enrolled.backwards {
			if day > asOf {
				continue
			}
			if n++; n == lastDays {
				return day
			}
		}
	case policy.YearToDate:
	}
	return 0
}

// behaviorKnown is the last day on which anything is known of the student's behavior;
// zero: nothing is.
func (y *Year) behaviorKnown(r *Record) Day {
	known := min(y.discipline, y.asOf())
	for _, incident := range r.Incidents {
		if incident.On <= y.asOf() {
			known = max(known, incident.On)
		}
	}
	for _, action := range r.Actions {
		if action.On <= y.asOf() {
			known = max(known, action.On)
		}
	}
	return known
}

func (y *Year) behavior(r *Record, from, known Day) BehaviorFigures {
	found := BehaviorFigures{Known: y.discipline > 0 || len(r.Incidents)+len(r.Actions) > 0, AsOf: known}
	for _, incident := range r.Incidents {
		if incident.On >= from && incident.On <= y.asOf() {
			found.Incidents++
		}
	}
	for _, action := range r.Actions {
		if action.On < from || action.On > y.asOf() {
			continue
		}
		switch action.Kind {
		case SuspendedInSchool:
			found.InSchool++
			found.Days += action.Days
		case SuspendedOutOfSchool:
			found.Exclusions++
			found.Days += action.Days
		case Expelled:
			found.Exclusions++
		}
	}
	return found
}

// grades are those that follow each other.
var grades = []string{
	"PREKINDERGARTEN", "KINDERGARTEN", "FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH", "TENTH", "ELEVENTH", "TWELFTH",
}

// gradeOf gives a grade as a number, kindergarten's being 0; false for one that has no
// place in the order.
func gradeOf(word string) (number int, ordered bool) {
	place := slices.Index(grades, word)
	return place - slices.Index(grades, "KINDERGARTEN"), place >= 0
}

// kindergartner is the age on 1 September that kindergarten expects.
const kindergartner = 5

// overage holds the age on 1 September of the school year against the grade's.
func (y *Year) overage(r *Record) AgeFigures {
	grade, ordered := gradeOf(r.Grade)
	if !ordered || r.BirthDate == 0 {
		return AgeFigures{}
	}
	born := r.BirthDate.Time()
	const september = 9
	age := y.SchoolYear - 1 - born.Year()
	if born.Month() > september || (born.Month() == september && born.Day() > 1) {
		age--
	}
	return AgeFigures{Known: true, Years: age - kindergartner - grade}
}
