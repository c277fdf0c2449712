package access

import (
	"fmt"
	"strings"
)

// Role is what a member of staff is assigned to do, in a district or a school,
// between dates.
type Role string

// The roles of staff.
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

// Reach is which students a role gives its classes for.
type Reach uint8

// The reaches. NoReach is the zero value: deny by default.
const (
	NoReach Reach = iota
	WholeDistrict
	OwnSchools
	OwnCaseload
	// OwnMentees are the caseloads of those whom one mentors.
	OwnMentees
	// OwnMentor is the caseload of one's mentor, while shadowing.
	OwnMentor
	OwnSections
	// OwnLeavers are students with an open dropout case who left the own schools.
	OwnLeavers
	// OwnRecoveries are students whose open dropout case is one's own.
	OwnRecoveries
)

// reachNames say each reach in the access log.
var reachNames = [...]string{
	NoReach: "NONE", WholeDistrict: "DISTRICT", OwnSchools: "OWN_SCHOOLS", OwnCaseload: "OWN_CASELOAD", OwnMentees: "OWN_MENTEES", OwnMentor: "OWN_MENTOR",
	OwnSections: "OWN_SECTIONS", OwnLeavers: "OWN_LEAVERS", OwnRecoveries: "OWN_RECOVERIES",
}

// String gives the reach's name, such as OWN_CASELOAD.
func (r Reach) String() string {
	if int(r) >= len(reachNames) {
		return "UNKNOWN"
	}
	return reachNames[r]
}

// Rights are the classes that may be read, written, or read item by item.
type Rights struct {
	Read       Classes // may read
	Write      Classes // may write; always within Read
	NeedToKnow Classes // only items granted to this person, that they wrote, or of sections that they teach
}

// Rule is one row of the table of roles.
type Rule struct {
	Reach  Reach
	Rights Rights
}

// RuleOf gives a role's row of the table. An unknown role reaches nobody.
func RuleOf(role Role) Rule { return rules[role] }

// Roles lists every role of the table.
func Roles() []Role {
	list := make([]Role, 0, len(rules))
	for _, line := range table {
		list = append(list, line.role)
	}
	return list
}

// table is who may see what. R read, W read and write, N need-to-know, - nothing. What
// teachers read of ACADEMIC is the grades of the sections that they teach: items.
var table = []struct {
	role  Role
	reach Reach
	cells string
}{
	//                                    dir dem con enr att dis aca ris cas ref cir res
	{DistrictCoordinator, WholeDistrict, "R   R   W   W   R   R   R   W   W   W   W   N"},
	{PrivacyOfficer, WholeDistrict, "     R   -   -   -   -   -   -   -   -   R   -   -"},
	{DataSteward, WholeDistrict, "        W   W   W   W   W   W   W   R   -   -   -   -"},
	{SchoolLeader, OwnSchools, "          R   R   W   R   R   R   R   R   R   R   N   N"},
	{Facilitator, OwnSchools, "           R   R   W   W   R   R   R   W   W   W   N   N"},
	{Counselor, OwnSchools, "             R   R   W   R   R   R   R   R   W   W   W   N"},
	{Advocate, OwnCaseload, "             R   R   W   R   R   R   R   R   W   W   N   N"},
	{CaseManager, OwnCaseload, "          R   R   W   R   R   R   R   R   W   W   N   N"},
	{Mentor, OwnMentees, "                R   -   -   -   R   R   R   R   R   -   -   -"},
	{Shadow, OwnMentor, "                 R   -   -   -   R   R   R   R   R   -   -   -"},
	{Teacher, OwnSections, "              R   -   R   -   R   -   N   -   -   -   N   -"},
	{Registrar, OwnSchools, "             W   W   W   W   W   -   R   -   -   -   -   -"},
}

var rules = readTable()

func readTable() map[Role]Rule {
	rules := make(map[Role]Rule, len(table))
	for _, line := range table {
		rules[line.role] = Rule{Reach: line.reach, Rights: mustRights(line.role, line.cells)}
	}
	return rules
}

func mustRights(role Role, cells string) Rights {
	marks := strings.Fields(cells)
	if len(marks) != int(classCount) {
		panic(fmt.Sprintf("access: the table gives %s %d cells, there are %d classes", role, len(marks), classCount))
	}
	var rights Rights
	for class, mark := range marks {
		bit := Of(Class(class))
		switch mark {
		case "W":
			rights.Write |= bit
			rights.Read |= bit
		case "R":
			rights.Read |= bit
		case "N":
			rights.NeedToKnow |= bit
		case "-":
		default:
			panic(fmt.Sprintf("access: the table gives %s the mark %q", role, mark))
		}
	}
	return rights
}
