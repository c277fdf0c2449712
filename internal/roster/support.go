package roster

import "time"

// What a support is meant to mend.
const (
	SupportAttendance        = "ATTENDANCE"
	SupportBehavior          = "BEHAVIOR"
	SupportCoursePerformance = "COURSE_PERFORMANCE"
	SupportFamily            = "FAMILY"
	SupportBasicNeeds        = "BASIC_NEEDS"
	SupportCollegeCareer     = "COLLEGE_CAREER"
)

// How intensive a support is.
const (
	SupportBasic     = "BASIC"
	SupportIntensive = "INTENSIVE"
)

// MenuEntry is a support that the district offers.
type MenuEntry struct {
	Origin

	Code        string
	Title       string
	Domain      string // one of the Support domains
	Intensity   string // SupportBasic or SupportIntensive
	Provider    string
	Dosage      string
	Eligibility string
	Evidence    string
}

// PlanItem is a support that a student was given, or is being given, as the source
// tells of it.
type PlanItem struct {
	Origin

	StudentCode    string
	Code           string // unique within the student
	MenuCode       string // the MenuEntry's; may be empty
	Title          string
	Domain         string // one of the Support domains; empty: the menu entry's
	SchoolYear     int    // the calendar year in which it ends; 0 when not said
	BeginsOn       time.Time
	EndsOn         time.Time
	PlannedMinutes int // or NotSaid
}

// SupportSession is a session of a PlanItem.
type SupportSession struct {
	Origin

	StudentCode string
	ItemCode    string // the PlanItem's
	Date        time.Time
	Minutes     int // or NotSaid
	Attended    bool
}
