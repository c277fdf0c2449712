package model

import "strings"

// Class is a class of data about a student.
type Class string

// The classes, in the order of the page's columns.
const (
	Directory      Class = "DIRECTORY"
	Demographic    Class = "DEMOGRAPHIC"
	ContactClass   Class = "CONTACT"
	Enrolled       Class = "ENROLLMENT"
	AttendanceOf   Class = "ATTENDANCE"
	Discipline     Class = "DISCIPLINE"
	Academic       Class = "ACADEMIC"
	RiskOf         Class = "RISK"
	Casework       Class = "CASEWORK"
	Referral       Class = "REFERRAL"
	CircumstanceOf Class = "CIRCUMSTANCE"
	Restricted     Class = "RESTRICTED"
)

// Classes are all classes, in the order of the page's columns.
var Classes = []Class{
	Directory, Demographic, ContactClass, Enrolled, AttendanceOf, Discipline,
	Academic, RiskOf, Casework, Referral, CircumstanceOf, Restricted,
}

// Cell is what a role may do with a class; a greater one includes the lesser.
type Cell int

// The cells of the page.
const (
	Nothing Cell = iota
	NeedToKnow
	Read
	Write
)

// String writes the cell as the page does.
func (c Cell) String() string { return string("-NRW"[c]) }

// Role is a role of staff.
type Role string

// The roles of the page.
const (
	DistrictCoordinator Role = "DISTRICT_COORDINATOR"
	PrivacyOfficer      Role = "PRIVACY_OFFICER"
	DataSteward         Role = "DATA_STEWARD"
	SchoolLeader        Role = "SCHOOL_LEADER"
	Facilitator         Role = "FACILITATOR"
	Counselor           Role = "COUNSELOR"
	Advocate            Role = "ADVOCATE"
	CaseManager         Role = "CASE_MANAGER"
	Mentor              Role = "MENTOR"
	Shadow              Role = "SHADOW"
	Teacher             Role = "TEACHER"
	Registrar           Role = "REGISTRAR"
)

// Roles are all roles, in the order of the page's rows.
var Roles = []Role{
	DistrictCoordinator, PrivacyOfficer, DataSteward, SchoolLeader, Facilitator, Counselor,
	Advocate, CaseManager, Mentor, Shadow, Teacher, Registrar,
}

// Rights is what one may do with each class; a class that is missing: nothing.
type Rights map[Class]Cell

// page is access.md's "Data classes and roles", copied cell by cell by eye. Its "R (own
// sections' grades)" of teachers is an N: of ACADEMIC they read those items alone.
const page = `
DISTRICT_COORDINATOR R R W W R R R W W W W N
PRIVACY_OFFICER      R - - - - - - - - R - -
DATA_STEWARD         W W W W W W W R - - - -
SCHOOL_LEADER        R R W R R R R R R R N N
FACILITATOR          R R W W R R R W W W N N
COUNSELOR            R R W R R R R R W W W N
ADVOCATE             R R W R R R R R W W N N
CASE_MANAGER         R R W R R R R R W W N N
MENTOR               R - - - R R R R R - - -
SHADOW               R - - - R R R R R - - -
TEACHER              R - R - R - N - - - N -
REGISTRAR            W W W W W - R - - - - -
`

// rightsOf are the page's rows by role.
var rightsOf = readPage()

func readPage() map[Role]Rights {
	table := map[Role]Rights{}
	for line := range strings.Lines(strings.TrimSpace(page)) {
		words := strings.Fields(line)
		rights := Rights{}
		for i, class := range Classes {
			rights[class] = Cell(strings.Index("-NRW", words[i+1]))
		}
		table[Role(words[0])] = rights
	}
	return table
}

// DrawnFrom is the class of what a flag of each domain is drawn from: the flag needs it
// beside RISK (decisions.md 17).
var DrawnFrom = map[string]Class{
	"ATTENDANCE": AttendanceOf, "TRUANCY": AttendanceOf, "TARDY": AttendanceOf, "BEHAVIOR": Discipline, "COURSE_PERFORMANCE": Academic,
	"ASSESSMENT": Academic, "OVERAGE": Demographic, "NOT_RESPONDING": Casework,
}

// outsiders are the classes that an advocate who is not employed starts with.
var outsiders = []Class{Directory, ContactClass, AttendanceOf, Casework}

// afterLeaving are the classes that an open dropout case keeps.
var afterLeaving = []Class{Directory, ContactClass, Enrolled, Casework}

// only gives the rights as far as they are of the classes.
func (r Rights) only(classes []Class) Rights {
	kept := Rights{}
	for _, class := range classes {
		kept[class] = r[class]
	}
	return kept
}

// atMost gives the rights as far as the limits let them; a class without a limit
// stays.
func (r Rights) atMost(limits map[Class]Cell) Rights {
	kept := Rights{}
	for class, cell := range r {
		if limit, limited := limits[class]; limited {
			cell = min(cell, limit)
		}
		kept[class] = cell
	}
	return kept
}

// With gives the better of both, class by class.
func (r Rights) With(other Rights) Rights {
	both := Rights{}
	for _, class := range Classes {
		both[class] = max(r[class], other[class])
	}
	return both
}
