package earlywarning

// AcademicFigures are a student's marks and credits. Of a course counts its latest mark in
// the window, of several of a day the most final.
type AcademicFigures struct {
	AsOf        Day   // of the latest row that counts, or the latest term that is over
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

func (y *Year) academics(r *Record, from, through Day) AcademicFigures {
	found := y.marksOf(r, from, through)
	for _, credit := range r.Credits {
		if credit.On <= through {
			found.AsOf = max(found.AsOf, credit.On)
			found.Earned += credit.Earned
			found.Attempted += credit.Attempted
		}
	}
	found.Required, found.Expected = y.creditsExpected(r, through)
	if found.Required > 0 || found.AsOf > 0 {
		found.AsOf = max(found.AsOf, y.lastTermEnd(r.School, through))
	}
	for _, result := range r.Assessments {
		if result.On < from || result.On > through {
			continue
		}
		found.AsOf = max(found.AsOf, result.On)
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
		if !latest(r.Marks, i, from, through) {
			continue
		}
		worth, counts := y.indicators.Marks.Of(mark.Letter, mark.Number)
		if !counts {
			continue
		}
		found.AsOf = max(found.AsOf, mark.On)
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

// latest tells whether the mark is its course's latest between the days, the more final
// of a day, the later in the list of two alike.
func latest(marks []Mark, at int, from, through Day) bool {
	mark := &marks[at]
	if mark.On < from || mark.On > through {
		return false
	}
	for i := range marks {
		other := &marks[i]
		if i == at || other.Course != mark.Course || other.On < from || other.On > through {
			continue
		}
		if other.On > mark.On || (other.On == mark.On && (other.Kind > mark.Kind || (other.Kind == mark.Kind && i > at))) {
			return false
		}
	}
	return true
}

// gradeOf is the place of the grades of high school.
var gradeOf = map[string]int{"NINTH": 9, "TENTH": 10, "ELEVENTH": 11, "TWELFTH": 12}

const lastGrade = 12

// creditsExpected is what a student needs to graduate and what of it should be earned
// by the day: an even share for each term of the four years that is over, cut and never
// rounded up, so that nobody is behind by a rounding. A student whose cohort nothing
// says belongs to the one of the grade.
func (y *Year) creditsExpected(r *Record, on Day) (required, expected int64) {
	grade, high := gradeOf[r.Grade]
	if !high {
		return 0, 0
	}
	cohort := r.Cohort
	if cohort == 0 {
		cohort = y.SchoolYear + lastGrade - grade
	}
	required = y.requirements[cohort]
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
	semesters       = 2 // in a course of a full year
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
	onTrack := semesters*earned >= semesterCredits*y.indicators.CreditsOfYearCourse && y.semesterFs(r) <= semesterFs
	return &onTrack
}

func (y *Year) semesterFs(r *Record) int {
	halves, finals := map[int]int{}, map[int]bool{}
	marked := map[int]bool{}
	for i := range r.Marks {
		mark := &r.Marks[i]
		worth, counts := y.indicators.Marks.Of(mark.Letter, mark.Number)
		if !counts || !y.courses[mark.Course].core {
			continue
		}
		switch mark.Kind {
		case SemesterMark:
			marked[mark.Course] = true
			if worth.F {
				halves[mark.Course]++
			}
		case FinalMark:
			finals[mark.Course] = worth.F
		case OtherMark, ProgressMark, PeriodMark:
		}
	}
	failed := 0
	for _, n := range halves {
		failed += n
	}
	for course, f := range finals {
		if f && !marked[course] {
			failed += semesters
		}
	}
	return failed
}
