package record

import (
	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// CourseFigures are a student's courses, credits and assessments of a school year.
type CourseFigures struct {
	Courses               int
	Points                int64 // ten-thousandths of grade points, over the courses
	CoreCourses           int
	CoreDs                int
	CoreFs                int
	Earned                int64 // ten-thousandths of credits, as those below
	Attempted             int64
	Required              *int64
	Expected              *int64
	OnTrackNinth          *bool
	BelowLevelAssessments int
	AsOf                  relay.Date
}

// Measured tells whether there is a mark that counts.
func (f CourseFigures) Measured() bool { return f.Courses > 0 }

// Gpa is the grade points of a course; nil without a course that counts.
func (f CourseFigures) Gpa() *float64 { return average(f.Points, f.Courses) }

// average gives ten-thousandths of points over the courses as points a course; nil
// without a course.
func average(points int64, courses int) *float64 {
	if courses == 0 {
		return nil
	}
	mean := earlywarning.Days(points) / float64(courses)
	return &mean
}

// CreditsEarned is the credits earned.
func (f CourseFigures) CreditsEarned() float64 { return earlywarning.Days(f.Earned) }

// CreditsAttempted is the credits attempted.
func (f CourseFigures) CreditsAttempted() float64 { return earlywarning.Days(f.Attempted) }

// CreditsRequired is what it takes to graduate; nil: nothing says so.
func (f CourseFigures) CreditsRequired() *float64 { return daysOf(f.Required) }

// CreditsExpected is what should have been earned by now; nil: nothing says so.
func (f CourseFigures) CreditsExpected() *float64 { return daysOf(f.Expected) }

const courseFiguresSQL = `(SELECT json_build_object('courses', a.courses, 'points', a.grade_points, 'coreCourses', a.core_courses,
		'coreDs', a.core_ds, 'coreFs', a.core_fs, 'earned', a.earned, 'attempted', a.attempted, 'required', a.required, 'expected', a.expected,
		'onTrackNinth', a.on_track_ninth, 'belowLevelAssessments', a.below_level, 'asOf', a.as_of)
	FROM student_academics a WHERE a.district_id = {district} AND a.student_id = s.id AND a.school_year = {year})`

// CoursePerformance gives the figures of the school year, as they were selected.
func (s *Student) CoursePerformance(schoolYear *int) *CourseFigures {
	return s.coursePerformance[yearKey(schoolYear)]
}

// Credits are what a student earned on the way to graduation, of all years, in
// ten-thousandths of credits.
type Credits struct {
	Got       int64
	Tried     int64
	Needed    *int64 // nil: nothing says so, as below
	Due       *int64
	BySubject []*SubjectCredits
}

// Earned is the credits earned.
func (c Credits) Earned() float64 { return earlywarning.Days(c.Got) }

// Attempted is the credits attempted.
func (c Credits) Attempted() float64 { return earlywarning.Days(c.Tried) }

// Required is what it takes to graduate; nil: nothing says so.
func (c Credits) Required() *float64 { return daysOf(c.Needed) }

// ExpectedByNow is what should have been earned by now; nil: nothing says so.
func (c Credits) ExpectedByNow() *float64 { return daysOf(c.Due) }

// Behind is what is lacking of what should have been earned by now; nil: nothing says
// what should.
func (c Credits) Behind() *float64 {
	if c.Due == nil {
		return nil
	}
	behind := max(0, *c.Due-c.Got)
	return daysOf(&behind)
}

// SubjectCredits are the credits of a subject.
type SubjectCredits struct {
	Subject string
	Got     int64  // ten-thousandths of credits
	Needed  *int64 // nil: nothing says so
}

// Earned is the credits earned.
func (c SubjectCredits) Earned() float64 { return earlywarning.Days(c.Got) }

// Required is what the student's cohort needs; nil: nothing says so.
func (c SubjectCredits) Required() *float64 { return daysOf(c.Needed) }

// creditsSQL has at most a row for each subject that there is.
const creditsSQL = `(SELECT json_build_object('got', a.earned, 'tried', a.attempted, 'needed', a.required, 'due', a.expected,
		'bySubject', (SELECT coalesce(json_agg(json_build_object('subject', subject, 'got', coalesce(t.earned, 0), 'needed', r.credits) ORDER BY subject), '[]')
			FROM (SELECT t.subject, sum(t.earned) AS earned FROM course_transcript t
				WHERE t.district_id = {district} AND t.student_id = s.id AND t.earned_on <= {today} AND t.withdrawn_at IS NULL GROUP BY t.subject) t
			FULL JOIN (SELECT r.subject, r.credits FROM graduation_requirement r
				WHERE r.district_id = {district} AND r.cohort_year = s.cohort_year AND r.withdrawn_at IS NULL) r USING (subject)))
	FROM student_academics a WHERE a.district_id = {district} AND a.student_id = s.id AND a.school_year = ` + currentYearSQL + `)`
