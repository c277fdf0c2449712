package oracle_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

// pinned is a student's way through schools and sections that the oracle disagreed
// about with the product once, at its smallest. People of a district's two
// schools are asked about them.
type pinned struct {
	name string
	on   model.Date
	make func(*maker, *model.Student)
}

func ended(school *model.School, year int, starts, ends model.Date, exitType string) *model.Enrollment {
	return &model.Enrollment{ID: newID(), School: school, Year: year, Days: model.Days{Starts: starts, Ends: ends}, ExitType: exitType, Grade: "NINTH"}
}

func enrolled(which func(*maker) []*model.Enrollment) func(*maker, *model.Student) {
	return func(m *maker, s *model.Student) { s.Enrollments = which(m) }
}

// seated is a student in a section, with links that know nothing of its days.
func seated(section, seat, teaches model.Days) func(*maker, *model.Student) {
	return func(m *maker, s *model.Student) {
		taught := m.d.Sections[0]
		taught.Days, taught.Withdrawn = section, false
		taught.Teachers = []*model.Link{{ID: newID(), Staff: m.d.Staff[teacherAt], Days: teaches}}
		s.Seats = []*model.Link{{ID: newID(), Section: taught, Days: seat}}
	}
}

// teacherAt is where the first school's teacher stands among the staff.
const teacherAt = 2

func pinnedCases() []pinned {
	const yearsEnd = "END_OF_SCHOOL_YEAR"
	last := func(school *model.School) *model.Enrollment {
		return ended(school, 2025, "2024-08-19", "2025-06-05", yearsEnd)
	}
	return []pinned{
		{"an entry to come, and the year's after it", "2025-08-20", enrolled(func(m *maker) []*model.Enrollment {
			return []*model.Enrollment{
				ended(m.d.Schools[0], 2026, "2025-08-25", "2026-06-05", yearsEnd), ended(m.d.Schools[1], 2027, "2026-08-24", "", ""),
			}
		})},
		{"a year that ended long before another school was left", "2026-02-20", enrolled(func(m *maker) []*model.Enrollment {
			return []*model.Enrollment{
				last(m.d.Schools[0]), ended(m.d.Schools[0], 2026, "2025-08-25", "2026-02-18", "TRANSFERRED"),
				ended(m.d.Schools[1], 2026, "2026-03-02", "", ""),
			}
		})},
		{"the year ended in one school, and goes on in another", "2025-06-20", enrolled(func(m *maker) []*model.Enrollment {
			return []*model.Enrollment{last(m.d.Schools[0]), ended(m.d.Schools[1], 2025, "2025-06-02", "", "")}
		})},
		{"summer school waits in the same school", "2025-06-08", enrolled(func(m *maker) []*model.Enrollment {
			return []*model.Enrollment{last(m.d.Schools[0]), ended(m.d.Schools[0], 2025, "2025-06-11", "", "")}
		})},
		{"summer school waits in another", "2025-06-08", enrolled(func(m *maker) []*model.Enrollment {
			return []*model.Enrollment{last(m.d.Schools[0]), ended(m.d.Schools[1], 2025, "2025-06-11", "", "")}
		})},
		{"a year that ran past the next one's, whose entry waits", "2026-07-20", enrolled(func(m *maker) []*model.Enrollment {
			return []*model.Enrollment{
				ended(m.d.Schools[0], 2025, "2024-08-19", "2026-07-13", yearsEnd), ended(m.d.Schools[0], 2026, "2025-08-25", "2026-06-05", yearsEnd),
				ended(m.d.Schools[1], 2027, "2026-08-24", "", ""),
			}
		})},
		{"a section that is to begin", "2025-08-20", seated(
			model.Days{Starts: "2025-08-21", Ends: "2026-06-05"}, model.Days{Starts: "2025-08-01"}, model.Days{Starts: "2025-08-01"},
		)},
		{"a section that ended before its links", "2025-08-20", seated(
			model.Days{Starts: "2025-01-08", Ends: "2025-08-19"}, model.Days{Starts: "2025-01-08", Ends: "2025-09-30"}, model.Days{Starts: "2025-01-08", Ends: "2025-09-30"},
		)},
		{"a section that ended before the student's link", "2025-08-20", seated(
			model.Days{Starts: "2025-01-08", Ends: "2025-08-19"}, model.Days{Starts: "2025-01-08", Ends: "2025-09-30"}, model.Days{Starts: "2025-01-08"},
		)},
	}
}

// TestWhatWasFound asks again what once was answered wrongly.
func TestWhatWasFound(t *testing.T) { //nolint:tparallel // one case after the other: the world has one clock
	t.Parallel()
	w := newWorld(t, time.Time{})
	for i, one := range pinnedCases() {
		t.Run(one.name, func(t *testing.T) {
			m := smallDistrict(t, fmt.Sprintf("P%d", i), one.on)
			student := &model.Student{ID: newID(), Code: "S1", First: "Ana", Last: "Adams", Grade: "NINTH", BirthDate: "2010-01-01"}
			one.make(m, student)
			m.d.Students = []*model.Student{student}
			w.load(m.d)
			w.moment = one.on.Noon(m.d.Zone)
			for _, reader := range m.d.Staff {
				w.compare(t, m.d, reader, []asked{{studentID(student), student}})
			}
		})
	}
}

// pinnedRoles are those whose reach the cases are about: by enrollment, by finding,
// and by section.
var pinnedRoles = []model.Role{model.SchoolLeader, model.Advocate, model.Teacher}

// smallDistrict has two schools without calendars, with people of each, a section, and
// no student.
func smallDistrict(t *testing.T, code string, on model.Date) *maker {
	t.Helper()
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	m := &maker{rand.New(rand.NewPCG(1, 1)), on, &model.District{ID: newID(), Code: code, Zone: zone}} //nolint:gosec // nothing is left to chance
	m.yearsUntil(2027)
	for i := range 2 {
		school := &model.School{ID: newID(), Code: fmt.Sprintf("%s-%d", code, i), Name: fmt.Sprintf("School %d", i)}
		m.d.Schools = append(m.d.Schools, school)
		for _, role := range pinnedRoles {
			held := &model.Assignment{ID: newID(), Role: role, School: school, Days: model.Days{Starts: "2024-01-15"}}
			name := fmt.Sprintf("%s %d", code, len(m.d.Staff))
			m.d.Staff = append(m.d.Staff, &model.Staff{ID: newID(), Subject: name, Name: "Staff " + name, Engagement: "EMPLOYEE", Roles: []*model.Assignment{held}})
		}
	}
	m.d.Sections = []*model.Section{{ID: newID(), Code: "section", School: m.d.Schools[0], Year: 2026, Days: model.Days{Starts: "2025-08-11", Ends: "2026-06-05"}}}
	return m
}
