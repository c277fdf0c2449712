package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/access"
)

// team are the people of a school whom students are given to.
type team struct {
	advocates    []*advocate
	caseManagers []*advocate
	registrar    any
}

// advocate is somebody with a caseload.
type advocate struct {
	id   any
	load int
}

// How many people a district needs.
const (
	studentsACounselor   = 400
	studentsAnAssistant  = 700
	studentsACaseManager = 4_000
	advocatesAMentor     = 6
	caseloadShare        = 500 // students in ten thousand who have an advocate
	meanLoad             = 24  // of such a student, in tenths
	plannedLoad          = 720 // of an advocate, in tenths: well below the limit
)

// makeStaff makes everybody but the teachers, with their roles.
func (m *maker) makeStaff() {
	everywhere := []struct {
		role  access.Role
		title string
	}{
		{access.DistrictCoordinator, "Student services"},
		{access.DataSteward, "Data systems"},
		{access.PrivacyOfficer, "Records and privacy"},
	}
	for _, post := range everywhere {
		m.giveRole(m.makeStaffMember(post.title), post.role, nil)
	}
	all := 0
	for _, s := range m.schools {
		m.makeOffice(s)
		all += s.size()
	}
	m.makeMentors(m.makeAdvocates(all))
}

// makeMentors gives each advocate a mentor, a few the same one.
func (m *maker) makeMentors(advocates []any) {
	for few := range slices.Chunk(advocates, advocatesAMentor) {
		mentor := m.makeStaffMember("Mentoring")
		m.giveRole(mentor, access.Mentor, nil)
		for _, advocate := range few {
			m.out.add(toPairing, m.district, m.ids.next(), mentor, advocate, m.term.starts.Format(time.DateOnly))
		}
	}
}

// makeOffice makes those who run a school.
func (m *maker) makeOffice(s *school) {
	size := s.size()
	for range size/studentsAnAssistant + 1 {
		m.giveRole(m.makeStaffMember("School administration"), access.SchoolLeader, s.id)
	}
	for range size/studentsACounselor + 1 {
		m.giveRole(m.makeStaffMember("School counseling"), access.Counselor, s.id)
	}
	m.giveRole(m.makeStaffMember("Campus facilitation"), access.Facilitator, s.id)
	s.team.registrar = m.makeStaffMember("Records")
	m.giveRole(s.team.registrar, access.Registrar, s.id)
}

// makeAdvocates lays the students of all schools in a row, and gives each advocate,
// and each case manager, an equal stretch of it: a large school has several, small
// ones share one. It gives who the advocates are.
func (m *maker) makeAdvocates(students int) []any {
	count := max((students*caseloadShare*meanLoad/certain+plannedLoad-1)/plannedLoad, 1)
	advocates := m.divide(students, count, access.Advocate, func(s *school, a *advocate) { s.team.advocates = append(s.team.advocates, a) })
	m.divide(students, students/studentsACaseManager+1, access.CaseManager, func(s *school, a *advocate) {
		s.team.caseManagers = append(s.team.caseManagers, a)
	})
	return advocates
}

func (m *maker) divide(students, parts int, role access.Role, join func(*school, *advocate)) (made []any) {
	for i := range parts {
		from, to := students*i/parts, students*(i+1)/parts
		a := &advocate{id: m.makeStaffMember("Student advocacy")}
		made = append(made, a.id)
		begins := 0
		for _, s := range m.schools {
			ends := begins + s.size()
			if begins < to && from < ends {
				join(s, a)
				m.giveRole(a.id, role, s.id)
			}
			begins = ends
		}
	}
	return made
}

// How staff are engaged, and which second language they speak.
var (
	engagements    = []share[string]{{9600, "EMPLOYEE"}, {280, "CONTRACTOR"}, {120, "VOLUNTEER"}}
	staffLanguages = []share[string]{{7900, ""}, {1450, "Spanish"}, {150, "Vietnamese"}, {120, "Arabic"}, {120, "Chinese"}, {100, "Somali"}, {80, "French"}, {80, "Hindi"}}
)

// localStaffID begins the codes of made-up staff: it tells them from imported ones.
const localStaffID = "demo-"

// makeStaffMember makes a staff record and gives its id.
func (m *maker) makeStaffMember(qualification string) any {
	m.staff++
	h := draw(m.dice, m.heritages)
	first, last := h.givenName(m.dice, draw(m.dice, sexes)), pick(m.dice, h.last)
	local := fmt.Sprintf("%s%05d", localStaffID, m.staff)
	mail := fmt.Sprintf("%s.%s.%d@%s", letters(first), letters(last), m.staff, m.domain)
	speaks := []string{english}
	if second := draw(m.dice, staffLanguages); second != "" {
		speaks = append(speaks, second)
	}
	engagement := draw(m.dice, engagements)
	var signed any
	if engagement != "EMPLOYEE" {
		signed = m.term.starts.Format(time.DateOnly)
	}
	var id any = m.ids.next()
	m.out.add(toStaff, m.district, id, local, first, last, mail, mail, array(speaks), array([]string{qualification}),
		array([]string{pick(m.dice, neighborhoods)}), engagement, signed)
	return id
}

// giveRole assigns a role from the year's beginning on; a nil school: everywhere.
func (m *maker) giveRole(staff any, role access.Role, school any) {
	m.out.add(toRole, m.district, m.ids.next(), staff, string(role), school, m.term.starts.Format(time.DateOnly), nil)
}

// letters gives a name as a mail address has it.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\'' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}
