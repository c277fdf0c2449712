package oracle_test

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

func newID() string { return uuid.NewString() }

// maker makes a district up.
type maker struct {
	*rand.Rand
	on model.Date // the day that all is made around
	d  *model.District
}

// The zones of the districts: around the world it is seldom one day.
var zones = []string{"America/Chicago", "Pacific/Honolulu", "Pacific/Guam", "America/New_York"}

// randomMoment gives a moment to ask at: in the middle of a year, over the summer, or
// at a year's end; at any time of the day.
func randomMoment(r *rand.Rand) time.Time {
	spans := [][2]model.Date{{"2025-09-15", "2026-05-20"}, {"2025-05-25", "2025-10-05"}, {"2025-06-20", "2025-09-02"}, {"2026-05-20", "2026-10-05"}}
	span := spans[r.IntN(len(spans))]
	first, _ := time.Parse(time.DateOnly, string(span[0]))
	last, _ := time.Parse(time.DateOnly, string(span[1]))
	return first.AddDate(0, 0, r.IntN(int(last.Sub(first).Hours()/24))).Add(time.Duration(r.IntN(24*60)) * time.Minute)
}

// randomDistrict makes a district up, with so many students.
func randomDistrict(r *rand.Rand, code string, moment time.Time, students int) *model.District {
	zone, err := time.LoadLocation(zones[r.IntN(len(zones))])
	if err != nil {
		panic(err)
	}
	m := &maker{r, model.DateOf(moment, zone), nil}
	m.d = &model.District{ID: m.id(), Code: code, Zone: zone}
	m.years()
	for i := range 3 {
		m.d.Schools = append(m.d.Schools, m.school(i))
	}
	m.staff()
	for i := range 6 {
		m.d.Sections = append(m.d.Sections, m.section(i))
	}
	m.pairings()
	m.policies()
	m.beside()
	for i := range students {
		m.d.Students = append(m.d.Students, m.student(i))
	}
	return m.d
}

// id makes an id that the seed repeats.
func (m *maker) id() string {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], m.Uint64())
	binary.BigEndian.PutUint64(id[8:], m.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id.String()
}

// often is true in so many of a hundred.
func (m *maker) often(percent int) bool { return m.IntN(100) < percent }

// one picks one of some.
func one[T any](m *maker, of []T) T { return of[m.IntN(len(of))] }

// near gives a day around the day that all is about, mostly next to it.
func (m *maker) near() model.Date { return m.on.Plus(m.IntN(5) - 2) }

// days gives a first and a last day: long since and open, or with an edge at hand.
func (m *maker) days() model.Days {
	const longAgo = model.Date("2024-01-15")
	switch m.IntN(8) {
	case 0:
		return model.Days{Starts: longAgo, Ends: m.near()}
	case 1:
		return model.Days{Starts: m.near()}
	case 2:
		first := m.near()
		return model.Days{Starts: first, Ends: first.Plus(m.IntN(3))}
	case 3:
		return model.Days{Starts: longAgo, Ends: m.on.Plus(30 + m.IntN(60))}
	}
	return model.Days{Starts: longAgo}
}

func (m *maker) years() {
	last := 2026
	if m.often(60) {
		last = 2027
	}
	m.yearsUntil(last)
}

func (m *maker) yearsUntil(last int) {
	for n := 2025; n <= last; n++ {
		m.d.Years = append(m.d.Years, &model.Year{ID: m.id(), Number: n, Days: model.Days{
			Starts: model.Date(fmt.Sprintf("%d-07-01", n-1)), Ends: model.Date(fmt.Sprintf("%d-06-30", n)),
		}})
	}
}

func (m *maker) school(i int) *model.School {
	s := &model.School{ID: m.id(), Code: fmt.Sprintf("%s-%d", m.d.Code, i), Name: fmt.Sprintf("School %d", i)}
	for _, year := range m.d.Years {
		if m.often(85) {
			s.Calendars = append(s.Calendars, m.calendar(year.Number))
		}
	}
	return s
}

// calendar gives the first school days of a year; a calendar that is only begun has
// fewer than ten.
func (m *maker) calendar(year int) *model.Calendar {
	count := 14
	if m.often(10) {
		count = 6
	}
	c := &model.Calendar{ID: m.id(), Year: year}
	begins := model.Date(fmt.Sprintf("%d-08-04", year-1)).Plus(m.IntN(21))
	if near := m.on.Plus(m.IntN(4) - 14); m.often(60) && m.d.CurrentYear(m.on) == year && near < model.Date(fmt.Sprintf("%d-09-15", year-1)) {
		begins = near // so that the tenth day is at hand
	}
	for on := begins; len(c.Instructional) < count; on = on.Plus(1) {
		if at, _ := time.Parse(time.DateOnly, string(on)); at.Weekday() != time.Saturday && at.Weekday() != time.Sunday {
			c.Instructional = append(c.Instructional, on)
		}
	}
	return c
}

// staff makes each role once as it should be, then people with whatever.
func (m *maker) staff() {
	for _, role := range model.Roles {
		m.person(&model.Assignment{ID: m.id(), Role: role, School: m.scopeOf(role), Days: model.Days{Starts: "2024-01-15"}})
	}
	for range 16 {
		var held []*model.Assignment
		for range 1 + m.IntN(3) {
			role := one(m, model.Roles)
			held = append(held, &model.Assignment{ID: m.id(), Role: role, School: m.scopeOf(role), Days: m.days()})
		}
		m.person(held...)
	}
	m.person()
	m.person(&model.Assignment{ID: m.id(), Role: "SUPERINTENDENT", Days: model.Days{Starts: "2024-01-15"}})
	m.person(&model.Assignment{ID: m.id(), Role: model.SchoolLeader, Days: model.Days{Starts: "2024-01-15"}})
	for range 3 {
		m.person(&model.Assignment{ID: m.id(), Role: model.Advocate, School: one(m, m.d.Schools), Days: m.days()})
	}
}

// scopeOf gives a role its school; roles of the district have none.
func (m *maker) scopeOf(role model.Role) *model.School {
	if role == model.DistrictCoordinator || role == model.PrivacyOfficer || role == model.DataSteward {
		return nil
	}
	return one(m, m.d.Schools)
}

func (m *maker) person(held ...*model.Assignment) {
	n := len(m.d.Staff)
	s := &model.Staff{
		ID: m.id(), Subject: fmt.Sprintf("%s person %d", m.d.Code, n), Name: fmt.Sprintf("Staff N%s%d", m.d.Code, n),
		Engagement: "EMPLOYEE", Roles: held,
	}
	if n >= len(model.Roles) {
		s.Withdrawn = m.often(5)
		s.Engagement = one(m, []string{"EMPLOYEE", "EMPLOYEE", "EMPLOYEE", "CONTRACTOR", "VOLUNTEER"})
		s.Signed = one(m, []model.Date{"", "2024-02-01", "2024-02-01", m.near()})
	}
	m.d.Staff = append(m.d.Staff, s)
}

// who picks somebody, mostly one who holds the role.
func (m *maker) who(role model.Role) *model.Staff {
	var holders []*model.Staff
	for _, s := range m.d.Staff {
		if slices.ContainsFunc(s.Roles, func(a *model.Assignment) bool { return a.Role == role }) {
			holders = append(holders, s)
		}
	}
	if len(holders) == 0 || m.often(15) {
		return one(m, m.d.Staff)
	}
	return one(m, holders)
}

func (m *maker) section(i int) *model.Section {
	s := &model.Section{ID: m.id(), Code: fmt.Sprintf("section %d", i), School: one(m, m.d.Schools), Year: 2026, Withdrawn: m.often(5)}
	s.Days = m.days()
	if s.Days.Ends == "" {
		s.Days.Ends = "2027-06-30"
	}
	for range 1 + m.IntN(3) {
		s.Teachers = append(s.Teachers, &model.Link{ID: m.id(), Staff: m.who(model.Teacher), Days: m.days(), Withdrawn: m.often(5)})
	}
	s.Teachers = distinct(s.Teachers, func(l *model.Link) string { return l.Staff.ID + string(l.Days.Starts) })
	return s
}

// distinct keeps the first of those that have a key in common.
func distinct[T any](all []T, key func(T) string) []T {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(x T) bool {
		known := seen[key(x)]
		seen[key(x)] = true
		return known
	})
}

func (m *maker) pairings() {
	for range 8 {
		p := &model.Pairing{ID: m.id(), Mentor: m.who(model.Mentor), Advocate: m.who(one(m, []model.Role{model.Advocate, model.Shadow})), Days: m.days()}
		if m.often(60) {
			p.ShadowUntil = max(p.Days.Starts, m.near())
		}
		if p.Mentor != p.Advocate {
			m.d.Pairings = append(m.d.Pairings, p)
		}
	}
	m.d.Pairings = distinct(m.d.Pairings, func(p *model.Pairing) string { return p.Mentor.ID + p.Advocate.ID + string(p.Days.Starts) })
}

// policies narrow some cells from a day on, and give some back from another. DIRECTORY
// stays: without it nobody is found at all.
func (m *maker) policies() {
	m.d.Policies = []*model.Policy{{ID: m.id(), Starts: "2024-07-01"}}
	for range m.IntN(4) {
		p := &model.Policy{ID: m.id(), Starts: m.near(), Narrowed: map[model.Role]map[model.Class]model.Cell{}}
		for range m.IntN(12) {
			role := one(m, model.Roles)
			if p.Narrowed[role] == nil {
				p.Narrowed[role] = map[model.Class]model.Cell{}
			}
			class, cell := one(m, model.Classes[1:]), one(m, []model.Cell{model.Nothing, model.NeedToKnow, model.Read, model.Write})
			if cell == model.NeedToKnow && !slices.Contains([]model.Class{model.CircumstanceOf, model.Restricted, model.Academic}, class) {
				cell = model.Read // the others have no items
			}
			p.Narrowed[role][class] = cell
		}
		for range m.IntN(3) {
			p.Outsiders = append(p.Outsiders, one(m, model.Classes))
		}
		m.d.Policies = append(m.d.Policies, p)
	}
}

// The names and words that students are made of; few, so that many are alike.
var (
	firstNames = []string{"Ana", "Ben", "Cleo", "Dan", "Eve", "Ana"}
	lastNames  = []string{"Adams", "Baker", "Clark", "Davis", "Evans", "Adamson"}
	oddNames   = []string{"", "", "", "Élan", "O_Neil", "100%", "Zoë", "d'Arc"}
	someGrades = []string{"EIGHTH", "NINTH", "TENTH", "TWELFTH", "UNGRADED", "KINDERGARTEN"}
	kinds      = []string{"HOMELESS", "FOSTER_CARE", "JUSTICE_INVOLVED"}
	levels     = []string{"ON_TRACK", "EARLY_WARNING", "AT_RISK", "CRITICAL", "NOT_MEASURED"}
	domains    = slices.Sorted(maps.Keys(model.DrawnFrom))
	exitTypes  = []string{"END_OF_SCHOOL_YEAR", "END_OF_SCHOOL_YEAR", "END_OF_SCHOOL_YEAR", "TRANSFERRED", "DROPOUT", "GRADUATED", "NO_SHOW", "INVALID_ENROLLMENT", ""}
)

func (m *maker) student(i int) *model.Student {
	s := &model.Student{
		ID: m.id(), Code: fmt.Sprintf("%s%03d", m.d.Code, i), First: one(m, firstNames), Middle: one(m, oddNames), Last: one(m, lastNames),
		PreferredFirst: one(m, oddNames), Grade: one(m, someGrades), Withdrawn: m.often(4),
		BirthDate: model.Date("2009-01-01").Plus(m.IntN(2000)),
	}
	m.enroll(s)
	for range m.IntN(3) {
		s.Seats = append(s.Seats, &model.Link{ID: m.id(), Section: one(m, m.d.Sections), Days: m.days(), Withdrawn: m.often(5)})
	}
	s.Seats = distinct(s.Seats, func(l *model.Link) string { return l.Section.ID + string(l.Days.Starts) })
	for _, seat := range s.Seats {
		m.mark(s, seat.Section)
	}
	m.assign(s)
	if m.often(20) {
		m.openCase(s)
	}
	m.facts(s)
	return s
}

// mark gives a student a mark in a section, in its course without a section, or none.
func (m *maker) mark(s *model.Student, section *model.Section) {
	one := &model.Mark{Course: section, Section: section, Letter: fmt.Sprintf("%s %d", section.Code, m.IntN(100))}
	if m.often(20) {
		one.Section = nil
	}
	if m.often(80) {
		s.Marks = append(s.Marks, one)
	}
	s.Marks = distinct(s.Marks, func(mark *model.Mark) string { return fmt.Sprint(mark.Course.ID, mark.Section != nil) })
}

// enroll gives a student a way through schools and years.
func (m *maker) enroll(s *model.Student) {
	home := one(m, m.d.Schools)
	if m.often(80) {
		m.enrollment(s, home, 2025, model.Date("2024-08-19").Plus(m.IntN(3)))
	}
	if m.often(30) {
		home = one(m, m.d.Schools)
	}
	if m.often(75) {
		m.enrollment(s, home, 2026, model.Date("2025-08-11").Plus(m.IntN(25)))
	}
	if entry := m.near(); m.often(15) {
		m.enrollment(s, one(m, m.d.Schools), m.d.CurrentYear(entry), entry)
	}
	if m.often(15) {
		m.enrollment(s, one(m, m.d.Schools), 2026, model.Date("2025-09-20").Plus(m.IntN(200)))
	}
	if len(m.d.Years) > 2 && m.on > "2026-05" && m.often(50) { // of the year after next no page says anything
		m.enrollment(s, home, 2027, model.Date("2026-08-10").Plus(m.IntN(25)))
	}
	s.Enrollments = distinct(s.Enrollments, func(e *model.Enrollment) string { return e.School.ID + string(e.Days.Starts) })
}

// enrollment makes one; it is open, or ended with the year, or otherwise.
func (m *maker) enrollment(s *model.Student, school *model.School, year int, entry model.Date) {
	if !m.d.HasYear(year, entry) {
		return
	}
	e := &model.Enrollment{ID: m.id(), School: school, Year: year, Days: model.Days{Starts: entry}, Grade: s.Grade, Withdrawn: m.often(5)}
	yearEnds := model.Date(fmt.Sprintf("%d-06-01", year)).Plus(m.IntN(10))
	switch {
	case m.often(25):
	case m.often(75):
		e.Days.Ends, e.ExitType = max(yearEnds, entry), "END_OF_SCHOOL_YEAR"
	default:
		e.Days.Ends, e.ExitType = max(m.near(), entry), one(m, exitTypes)
	}
	if e.ExitType == "NO_SHOW" {
		e.Days.Ends = entry
	}
	s.Enrollments = append(s.Enrollments, e)
}

// assign gives a student people: of those responsible at most one is open-ended.
func (m *maker) assign(s *model.Student) {
	for range m.IntN(3) {
		role := one(m, []string{"PRIMARY", "BACKUP", "CASE_MANAGER"})
		by := m.who(map[string]model.Role{"PRIMARY": model.Advocate, "BACKUP": model.Advocate, "CASE_MANAGER": model.CaseManager}[role])
		if m.often(20) {
			by = m.who(model.Mentor)
		}
		a := &model.Advocacy{ID: m.id(), Staff: by, Role: role, Days: m.days()}
		if role == "PRIMARY" && slices.ContainsFunc(s.Advocates, func(b *model.Advocacy) bool { return b.Role == role }) {
			continue
		}
		s.Advocates = append(s.Advocates, a)
	}
}

func (m *maker) openCase(s *model.Student) {
	c := &model.Case{ID: m.id(), School: one(m, m.d.Schools), LeftOn: m.on.Plus(-20)}
	if m.often(80) {
		c.Owner = one(m, m.d.Staff)
	}
	if m.often(30) {
		c.Closed = m.near()
	}
	s.Cases = append(s.Cases, c)
}

// facts gives a student what fields tell.
func (m *maker) facts(s *model.Student) {
	for _, kind := range kinds {
		if m.often(35) {
			s.Circumstances = append(s.Circumstances, &model.Circumstance{ID: m.id(), Kind: kind, Detail: "of " + s.Code, Days: m.days(), Withdrawn: m.often(5)})
		}
	}
	for i := range m.IntN(3) {
		s.Contacts = append(s.Contacts, &model.Contact{
			ID: m.id(), PersonID: m.id(), Name: fmt.Sprintf("Adult%d Of%s", i, s.Code), Relation: one(m, []string{"MOTHER", "FATHER", "GUARDIAN"}), Withdrawn: m.often(5),
		})
	}
	for i := range m.IntN(3) {
		l := &model.Log{ID: m.id(), Summary: fmt.Sprintf("call %d about %s", i, s.Code), At: m.moment(i), By: one(m, m.d.Staff)}
		if len(s.Contacts) > 0 && m.often(60) {
			l.With = s.Contacts[0]
		}
		s.Logs = append(s.Logs, l)
	}
	for _, year := range []int{2025, 2026} {
		if m.often(75) {
			a := &model.Attendance{ID: m.id(), Year: year, Enrolled: 100, Absent: m.IntN(20), Measured: m.often(85)}
			a.Chronic = a.Measured && a.Absent >= 10
			s.Attendance = append(s.Attendance, a)
		}
		if m.often(75) {
			s.Risks = append(s.Risks, &model.Risk{ID: m.id(), FlagID: m.id(), Year: year, Level: one(m, levels), Flagged: m.often(50), Domain: one(m, domains)})
		}
	}
	m.items(s)
}

// moment gives a moment some days before the day.
func (m *maker) moment(i int) time.Time {
	at, _ := time.Parse(time.DateOnly, string(m.on.Plus(-3-i)))
	return at
}

// items gives a student notes, and grants of notes and circumstances.
func (m *maker) items(s *model.Student) {
	for i := range m.IntN(3) {
		s.Notes = append(s.Notes, &model.Note{
			ID: m.id(), Body: fmt.Sprintf("note %d about %s", i, s.Code), Author: one(m, m.d.Staff), Restricted: m.often(50), At: m.moment(i),
		})
	}
	for range m.IntN(4) {
		g := &model.Grant{ID: m.id(), Staff: m.who(one(m, []model.Role{model.SchoolLeader, model.Advocate, model.Teacher})), By: m.d.Staff[0], Days: m.days(), Revoked: m.often(15)}
		if g.Days.Ends == "" {
			g.Days.Ends = m.on.Plus(100)
		}
		if len(s.Notes) > 0 && m.often(30) {
			g.Note = one(m, s.Notes)
		} else {
			g.Kind = one(m, kinds)
		}
		if g.Staff != g.By {
			s.Grants = append(s.Grants, g)
		}
	}
}
