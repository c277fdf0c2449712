package roster

import "time"

// Kinds of Term.
const (
	TermYear          = "YEAR"
	TermSemester      = "SEMESTER"
	TermTerm          = "TERM" // a trimester, a quarter, or what the source calls a term
	TermGradingPeriod = "GRADING_PERIOD"
	TermOther         = "OTHER"
)

// Term is a term, session or grading period of a school, or of all of a district's.
type Term struct {
	Origin

	Code       string
	SchoolCode string // empty: of all schools of the district
	SchoolYear int    // the calendar year in which it ends
	Name       string
	Kind       string // one of the Term constants
	BeginsOn   time.Time
	EndsOn     time.Time
}

// Core subjects of a Course.
const (
	CoreEnglish       = "ENGLISH"
	CoreMathematics   = "MATHEMATICS"
	CoreScience       = "SCIENCE"
	CoreSocialStudies = "SOCIAL_STUDIES"
)

// Subjects of credits beside the core ones.
const (
	SubjectArts              = "ARTS"
	SubjectPhysicalEducation = "PHYSICAL_EDUCATION"
	SubjectWorldLanguage     = "WORLD_LANGUAGE"
	SubjectCareerTechnical   = "CAREER_TECHNICAL"
	SubjectElective          = "ELECTIVE" // and whatever is none of the others
)

// Course is what is taught, in whichever sections.
type Course struct {
	Origin

	Code        string
	Title       string
	CoreSubject string // one of the Core constants; empty: none of them
}

// Section is a course as it is held in a school. Its days are its own, else those
// from the first to the last of its terms, else its school year's.
type Section struct {
	Origin

	Code       string // unique within the school and year
	SchoolCode string
	SchoolYear int
	CourseCode string
	TermCodes  []string
	BeginsOn   time.Time
	EndsOn     time.Time
}

// SectionTeacher says who teaches a Section, and from when to when: where it does not
// say, as long as the section is held. An empty SchoolCode and a SchoolYear of 0 mean
// that the section's code alone says which it is.
type SectionTeacher struct {
	Origin

	StaffCode   string
	SectionCode string
	SchoolCode  string
	SchoolYear  int
	BeginsOn    time.Time
	EndsOn      time.Time
}

// Seat puts a student into a Section, with the same rules as a SectionTeacher.
type Seat struct {
	Origin

	StudentCode string
	SectionCode string
	SchoolCode  string
	SchoolYear  int
	BeginsOn    time.Time
	EndsOn      time.Time
}

// Kinds of Grade.
const (
	GradeProgress      = "PROGRESS"
	GradeGradingPeriod = "GRADING_PERIOD"
	GradeSemester      = "SEMESTER"
	GradeFinal         = "FINAL"
	GradeOtherKind     = "OTHER"
)

// Grade is a mark in a course. The section says which course it is, else CourseCode
// does.
type Grade struct {
	Origin

	StudentCode string
	SectionCode string // may be empty
	SchoolCode  string // the section's; may be empty
	SchoolYear  int    // the calendar year in which it ends; 0 when not said
	CourseCode  string // may be empty where there is a section
	Kind        string // one of the Grade kinds
	Period      string // in the source's words, such as "First Six Weeks"
	GivenOn     time.Time
	Numeric     int // ten-thousandths, or NotSaid
	Letter      string
}

// Results of a CourseTranscript.
const (
	ResultPass       = "PASS"
	ResultFail       = "FAIL"
	ResultIncomplete = "INCOMPLETE"
	ResultWithdrawn  = "WITHDRAWN"
)

// Methods of a CourseTranscript.
const (
	MethodRegular        = "REGULAR"
	MethodCreditRecovery = "CREDIT_RECOVERY"
	MethodTransfer       = "TRANSFER"
	MethodOther          = "OTHER"
)

// CourseTranscript is a course that a student took, with its credits. The course may
// be another district's.
type CourseTranscript struct {
	Origin

	StudentCode string
	SchoolYear  int
	Term        string
	CourseCode  string
	CourseTitle string
	Subject     string // one of the Core or Subject constants
	GradeLevel  string // one of the Grade level constants; may be empty
	Attempted   int    // ten-thousandths of a credit
	Earned      int    // ten-thousandths of a credit
	Result      string // one of the Result constants
	Method      string // one of the Method constants
	Letter      string
	EarnedOn    time.Time // zero: the end of the school year
}

// AssessmentResult is how a student did in an assessment.
type AssessmentResult struct {
	Origin

	StudentCode string
	Code        string // the assessment's
	Title       string
	Subject     string // in the source's words
	SchoolYear  int    // the calendar year in which it ends; 0 when not said
	Date        time.Time
	Score       string
	Level       string // in the source's words, such as "Below Basic"
	BelowLevel  *bool  // below grade level; nil when not said
}

// GraduationRequirement is how many credits of a subject a cohort needs.
type GraduationRequirement struct {
	Origin

	CohortYear int
	Subject    string // one of the Core or Subject constants
	Credits    int    // ten-thousandths
}
