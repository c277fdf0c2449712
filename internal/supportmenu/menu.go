package supportmenu

import "slices"

// Entry is a support that a district can offer.
type Entry struct {
	Code      string `json:"code"` // unique within a menu
	Title     string `json:"title"`
	Domain    string `json:"domain"`    // ATTENDANCE, BEHAVIOR, COURSE_PERFORMANCE, FAMILY, BASIC_NEEDS or COLLEGE_CAREER
	Intensity string `json:"intensity"` // BASIC or INTENSIVE
	Scope     string `json:"scope"`     // for whom it is done: STUDENT, SCHOOL or DISTRICT
	Provider  string `json:"provider"`  // who can give it; empty: the source does not say
	Dosage    string `json:"dosage"`    // how often; empty: the source does not say
	Evidence  string `json:"evidence"`  // what the source rests it on; empty: nothing in particular
	Source    string `json:"source"`
}

// What the entries have in common.
const (
	attendance  = "ATTENDANCE"
	behavior    = "BEHAVIOR"
	course      = "COURSE_PERFORMANCE"
	family      = "FAMILY"
	basicNeeds  = "BASIC_NEEDS"
	career      = "COLLEGE_CAREER"
	basic       = "BASIC"
	intensive   = "INTENSIVE"
	oneStudent  = "STUDENT"
	oneSchool   = "SCHOOL"
	allSchools  = "DISTRICT"
	school      = "School"
	agency      = "School or agency"
	daily       = "Daily"
	sampleMenu  = "Practice guide, table 2"
	boardPolicy = "BP 5147"
)

// entries is the menu. Table 2 gives domain and intensity; those of the board
// policy's strategies are Holdfast's own reading of it.
var entries = []Entry{
	{"wake-up-calls", "Wake-up calls", attendance, basic, oneStudent, school, "", "", sampleMenu},
	{"transportation", "Transportation to school", attendance, basic, oneStudent, school, "", "", sampleMenu},
	{"attendance-incentives", "Incentives for attendance", attendance, basic, oneStudent, school, "", "", sampleMenu},
	{"escort", "Escort from class to class", attendance, intensive, oneStudent, school, "", "", sampleMenu},
	{"attendance-contract", "Attendance contract", attendance, intensive, oneStudent, school, "", "", sampleMenu},
	{"social-skills-group", "Social skills group", behavior, basic, oneStudent, school, "", "", sampleMenu},
	{"peer-mentoring", "Mentoring by a peer", behavior, basic, oneStudent, school, "", "", sampleMenu},
	{"individual-counseling", "Individual counseling", behavior, intensive, oneStudent, agency, "", "", sampleMenu},
	{"behavior-contract", "Daily behavior contract", behavior, intensive, oneStudent, school, daily, "", sampleMenu},
	{"homework-help", "Homework help after school", course, basic, oneStudent, agency, "", "", sampleMenu},
	{"assignment-check", "Check of assignments", course, basic, oneStudent, school, daily, "", sampleMenu},
	{"tutoring", "One-on-one tutoring", course, intensive, oneStudent, agency, "", "", sampleMenu},
	{"performance-contract", "Performance contract with student and parent", course, intensive, oneStudent, school, "", "", sampleMenu},
	{"monitoring-tips", "Advice to the family on following behavior and coursework", family, basic, oneStudent, school, "", "", sampleMenu},
	{"social-services", "Help with getting social services", family, intensive, oneStudent, agency, "", "", sampleMenu},
	{
		"home-visits", "Home visits", family, intensive, oneStudent, school, "",
		"Regional Educational Laboratory Mid-Atlantic (2021), on home visits in the District of Columbia's public schools", sampleMenu,
	},
	{"barrier-meeting", "Meeting with student and family on barriers and the duty to attend", family, basic, oneStudent, school, "", "", boardPolicy},
	{"individualized-instruction", "Individualized instruction", course, intensive, oneStudent, school, "", "", boardPolicy},
	{"supplemental-instruction", "Supplemental instruction", course, basic, oneStudent, school, "", "", boardPolicy},
	{"attendance-recovery", "Attendance recovery, voluntary and for a limited term", attendance, intensive, oneStudent, school, "", "Education Code 46211", boardPolicy},
	{"alternative-program", "Place in an alternative or specialized program", course, intensive, oneStudent, agency, "", "", boardPolicy},
	{"work-based-learning", "Employment or work-based learning", career, basic, oneStudent, agency, "", "", boardPolicy},
	{"guidance", "Academic guidance and personal counseling", course, basic, oneStudent, school, "", "", boardPolicy},
	{"attendance-team", "Referral to a student success team or attendance review board", attendance, intensive, oneStudent, school, "", "", boardPolicy},
	{"support-services", "Referral to health, social or counseling services", basicNeeds, intensive, oneStudent, agency, "", "", boardPolicy},
	{"attendance-monitoring", "Early and continued monitoring of attendance", attendance, basic, oneSchool, school, "", "", boardPolicy},
	{"outreach", "Outreach consultant", family, intensive, allSchools, agency, "", "", boardPolicy},
	{"learning-community", "Small learning community", behavior, basic, oneSchool, school, "", "", boardPolicy},
	{"career-courses", "Courses that lead to college and career, career technical education among them", career, basic, oneSchool, school, "", "", boardPolicy},
}

// Entries gives the menu, in the order of its sources.
func Entries() []Entry { return slices.Clone(entries) }
