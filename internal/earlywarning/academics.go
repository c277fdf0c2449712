package earlywarning

import "cmp"

// AcademicFigures are a student's marks and credits. Of a course counts its latest mark in
// the window, of several of a day the most final.
type AcademicFigures struct {
	AsOf        Day   // of the latest row that was looked at, or the latest term that is over
	Courses     int   // with a mark that counts for the average
	GradePoints int64 // over all of them, in ten-thousandths
	CoreCourses int   // core courses with a mark that counts
	CoreDs      int
	CoreFs      int
	Earned      int64 // credits of all years up to the day, in ten-thousandths
	Attempted   int64
	Required    int64 // to graduate; 0: nothing says
	Expected    int64 // by now; 0: nothing is expected yet, or nothing says
	Assessed    int   // assessments of which is known whether they are below level
	Below       int
	OnTrack     *bool // the Chicago test, at the end of grade 9; nil: not then
}

// Behind is how many credits are missing, in ten-thousandths.
func (a AcademicFigures) Behind() int64 { return max(a.Expected-a.Earned, 0) }

// GPA is the grade point average, for showing; nil without a mark.
func (a AcademicFigures) GPA() *float64 {
	if a.Courses == 0 {
		return nil
	}
	average := float64(a.GradePoints) / float64(a.Courses) / basisPoints
	return &average
}

// yearsOfHighSchool is how many years graduation is meant to take.
const yearsOfHighSchool = 4

// academicsKnown is the last day, up to the given one, on which anything is known of the
// student's marks, credits and assessments: looked at as of it, the same rows are seen.
// Zero: nothing is.
func (y *Year) academicsKnown(r *Record, through Day) Day {
	var known Day
	look := func(on Day) {
		if on <= through {
			known = max(known, on)
		}
	}
	for i := range r.Marks {
		look(r.Marks[i].On)
	}
	for _, credit := range r.Credits {
		look(credit.On)
	}
	for _, result := range r.Assessments {
		look(result.On)
	}
	if required, _ := y.creditsExpected(r, through); required > 0 || known > 0 {
		known = max(known, y.lastTermEnd(r.School, through))
	}
	return known
}

func (y *Year) academics(r *Record, from, through, known Day) AcademicFigures {
	found := y.marksOf(r, from, through)
	found.AsOf = known
	for _, credit := range r.Credits {
		if credit.On <= through {
			found.Earned += credit.Earned
			found.Attempted += credit.Attempted
		}
	}
	found.Required, found.Expected = y.creditsExpected(r, through)
	for _, result := range r.Assessments {
		if result.On < from || result.On > through {
			continue
		}
		found.Assessed++
		if result.Below {
			found.Below++
		}
	}
	found.OnTrack = y.onTrackNinth(r, through)
	return found
}

func (y *Year) marksOf(r *Record, from, through Day) AcademicFigures {
	var found AcademicFigures
	for i := range r.Marks {
		mark := &r.Marks[i]
		if !y.latest(r.Marks, i, from, through) {
			continue
		}
		worth, counts := y.indicators.Marks.Of(mark.Letter, mark.Number)
		if !counts {
			continue
		}
		found.Courses++
		found.GradePoints += worth.Points
		if !y.courses[mark.Course].core {
			continue
		}
		found.CoreCourses++
		if worth.D {
			found.CoreDs++
		}
		if worth.F {
			found.CoreFs++
		}
	}
	return found
}

// latest tells whether the mark is its course's latest between the days.
func (y *Year) latest(marks []Mark, at int, from, through Day) bool {
	mark := &marks[at]
	if mark.On < from || mark.On > through {
		return false
	}
	for i := range marks {
		other := &marks[i]
		if i == at || other.Course != mark.Course || other.On < from || other.On > through {
			continue
		}
		if order := y.follows(other, mark); order > 0 || (order == 0 && i > at) {
			return false
		}
	}
	return true
}

// follows puts the marks of a course into an order: by day, the more final of a day, and
// of two alike the one that counts, then the one worth less. Two that are equal are
// worth the same, so that it does not matter in which order the rows are read.
func (y *Year) follows(mark, other *Mark) int {
	if order := cmp.Or(cmp.Compare(mark.On, other.On), cmp.Compare(mark.Kind, other.Kind)); order != 0 {
		return order
	}
	is, counts := y.indicators.Marks.Of(mark.Letter, mark.Number)
	was, counted := y.indicators.Marks.Of(other.Letter, other.Number)
	return cmp.Or(cmp.Compare(bit(counts), bit(counted)), cmp.Compare(was.Points, is.Points), cmp.Compare(bit(is.F), bit(was.F)), cmp.Compare(bit(is.D), bit(was.D)))
}

const (
	firstHighGrade = 9
	lastGrade      = 12
)

// creditsExpected is what a student needs to graduate and what of it should be earned
// by the day: an even share for each term of the four years that is over, cut and never
// rounded up, so that nobody is behind by a rounding. As long as the school year
// before is not over nothing is: its terms are still to end, and are judged in it. A
// student whose cohort nothing says belongs to the one of the grade.
func (y *Year) creditsExpected(r *Record, on Day) (required, expected int64) {
	grade, ordered := gradeOf(r.Grade)
	if !ordered || grade < firstHighGrade {
		return 0, 0
	}
	cohort := r.Cohort
	if cohort == 0 {
		cohort = y.SchoolYear + lastGrade - grade
	}
	required = y.requirements[cohort]
	if on < y.Starts-1 {
		return required, 0
	}
	began := cohort - yearsOfHighSchool + 1
	ended, all := y.termsEnded(r.School, on)
	over := int64(y.SchoolYear-began)*all + ended
	return required, required * min(max(over, 0), yearsOfHighSchool*all) / (yearsOfHighSchool * all)
}

// The Chicago test: a ninth grader is on track with at least ten semester credits and
// at most one semester F in a core course (UChicago Consortium on School Research).
const (
	semesterCredits = 10
	semesterFs      = 1
	semestersOfYear = 2 // in a course of a full year
)

// onTrackNinth is the test at the end of grade 9; nil before, for other grades, and
// where no credit of the year is known. A course with no mark of a semester but a
// final F counts as failed in both.
func (y *Year) onTrackNinth(r *Record, on Day) *bool {
	ended, all := y.termsEnded(r.School, on)
	if r.Grade != "NINTH" || ended < all {
		return nil
	}
	var earned int64
	known := false
	for _, credit := range r.Credits {
		if credit.On >= y.Starts && credit.On <= min(on, y.Ends) {
			known = true
			earned += credit.Earned
		}
	}
	if !known {
		return nil
	}
	onTrack := semestersOfYear*earned >= semesterCredits*y.indicators.CreditsOfYearCourse && y.semesterFs(r, on) <= semesterFs
	return &onTrack
}

// semesterFs counts them up to the day.
func (y *Year) semesterFs(r *Record, on Day) int {
	failed := 0
	finals, semesters := map[int]*Mark{}, map[int]bool{}
	for i := range r.Marks {
		mark := &r.Marks[i]
		if mark.On > on || !y.courses[mark.Course].core {
			continue
		}
		switch worth, counts := y.indicators.Marks.Of(mark.Letter, mark.Number); {
		case mark.Kind == SemesterMark && counts:
			semesters[mark.Course] = true
			failed += int(bit(worth.F))
		case mark.Kind == FinalMark && (finals[mark.Course] == nil || y.follows(mark, finals[mark.Course]) > 0):
			finals[mark.Course] = mark
		}
	}
	for course, mark := range finals {
		if worth, _ := y.indicators.Marks.Of(mark.Letter, mark.Number); worth.F && !semesters[course] {
			failed += semestersOfYear
		}
	}
	return failed
}
