package demo_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// figures are what a reader of the rows works out, in another way than the
// generator and the recompute do: day by day.
type figures struct {
	students, measured, chronic, warned, days, events int
}

// figuresOf counts the days of each student of the printed rows.
func figuresOf(tables map[string]table) figures {
	var f figures
	days := map[string][]string{} // of instruction, by calendar
	tables["calendar_date"].each(func(row map[string]string) {
		if row["instructional"] == "t" {
			days[row["calendar_id"]] = append(days[row["calendar_id"]], row["on_date"])
		}
	})
	known := map[string]string{}
	tables["attendance_completeness"].each(func(row map[string]string) { known[row["school_id"]] = row["known_through"] })
	enrolled := map[string]map[string]bool{}
	tables["student_school_association"].each(func(row map[string]string) {
		if row["exit_type"] == "NO_SHOW" || row["exit_type"] == "INVALID_ENROLLMENT" {
			return
		}
		if enrolled[row["student_id"]] == nil {
			enrolled[row["student_id"]] = map[string]bool{}
		}
		for _, day := range days[row["calendar_id"]] {
			if day >= row["entry_date"] && (row["exit_date"] == null || day <= row["exit_date"]) && day <= known[row["school_id"]] {
				enrolled[row["student_id"]][day] = true
			}
		}
	})
	absent := map[string]int{}
	tables["attendance_event"].each(func(row map[string]string) {
		f.events++
		parts := map[string]int{"0": 0, "2500": 2500, "5000": 5000, "7500": 7500, "10000": 10000}
		if slices.Contains([]string{"EXCUSED_ABSENCE", "UNEXCUSED_ABSENCE", "OUT_OF_SCHOOL_SUSPENSION", "PARTIAL"}, row["category"]) {
			absent[row["student_id"]] += parts[row["fraction"]]
		}
	})
	f.students = len(tables["student"].rows)
	for student, stayed := range enrolled {
		f.days += len(stayed)
		if len(stayed) < 20 {
			continue
		}
		f.measured++
		switch {
		case 10*absent[student] >= 10_000*len(stayed):
			f.chronic++
		case 20*absent[student] >= 10_000*len(stayed):
			f.warned++
		}
	}
	return f
}

func between(t *testing.T, what string, part, whole int, low, high float64) {
	t.Helper()
	if share := float64(part) / float64(whole); share < low || share > high {
		t.Errorf("%s: %.4f, not from %.3f to %.3f", what, share, low, high)
	}
}

func TestAttendanceIsPlausible(t *testing.T) {
	t.Parallel()
	for _, asOf := range []string{"2025-11-07", "2026-02-10", "2026-06-12"} {
		options := some(2, 2500)
		options.AsOf, _ = time.Parse(time.DateOnly, asOf)
		f := figuresOf(tablesOf(t, printed(t, options)))
		between(t, asOf+" chronically absent", f.chronic, f.measured, 0.15, 0.22)
		between(t, asOf+" early warning", f.warned, f.measured, 0.15, 0.30)
		between(t, asOf+" days with an event", f.events, f.days, 0.065, 0.095)
	}
}

func TestEventsAreOfAllCategoriesAndOnDaysOfInstruction(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(1, 2500)))
	calendars, instruction := map[string]string{}, map[string]bool{}
	tables["calendar"].each(func(row map[string]string) { calendars[row["id"]] = row["school_id"] })
	perSchool := map[string]int{}
	tables["calendar_date"].each(func(row map[string]string) {
		if row["instructional"] == "t" {
			instruction[calendars[row["calendar_id"]]+row["on_date"]] = true
			perSchool[row["calendar_id"]]++
		}
	})
	for calendar, days := range perSchool {
		if days != 180 {
			t.Errorf("the calendar %s has %d days of instruction", calendar, days)
		}
	}
	byCategory, byWeekday := map[string]int{}, map[time.Weekday]int{}
	tables["attendance_event"].each(func(row map[string]string) {
		byCategory[row["category"]]++
		if !instruction[row["school_id"]+row["on_date"]] {
			t.Errorf("an event on %s, when the school does not teach", row["on_date"])
		}
		day, err := time.Parse(time.DateOnly, row["on_date"])
		if err != nil {
			t.Error(err)
		}
		if strings.HasSuffix(row["category"], "_ABSENCE") {
			byWeekday[day.Weekday()]++
		}
	})
	if got := len(byCategory); got != 8 {
		t.Errorf("%d categories of events: %v", got, byCategory)
	}
	if byWeekday[time.Friday] <= byWeekday[time.Wednesday] || byWeekday[time.Monday] <= byWeekday[time.Wednesday] {
		t.Errorf("Mondays and Fridays are missed no more than Wednesdays: %v", byWeekday)
	}
}

func TestCaseloadsKeepTheirLimit(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(2, 3000)))
	weights := map[string]int{"INTENSIVE": 5, "STANDARD": 2, "LIGHT": 1}
	load, primary := map[string]int{}, map[string]int{}
	tables["advocate_assignment"].each(func(row map[string]string) {
		if row["role"] != "BACKUP" {
			load[row["staff_id"]] += weights[row["intensity"]]
		}
		if row["role"] == "PRIMARY" {
			primary[row["student_id"]]++
		}
	})
	for staff, got := range load {
		if got > 100 {
			t.Errorf("%s has a load of %d", staff, got)
		}
	}
	for student, got := range primary {
		if got != 1 {
			t.Errorf("%s has %d primary advocates", student, got)
		}
	}
	between(t, "students with an advocate", len(primary), len(tables["student"].rows), 0.04, 0.06)
}

// TestEveryAdvocateHasAMentor who holds the role, and a mentor has a few.
func TestEveryAdvocateHasAMentor(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(1, 6_000)))
	roles := map[string]map[string]bool{}
	tables["role_assignment"].each(func(row map[string]string) {
		if roles[row["role"]] == nil {
			roles[row["role"]] = map[string]bool{}
		}
		roles[row["role"]][row["staff_id"]] = true
	})
	mentees, mentored := map[string]int{}, map[string]bool{}
	tables["mentor_pairing"].each(func(row map[string]string) {
		mentees[row["mentor_id"]]++
		mentored[row["advocate_id"]] = true
		if !roles["MENTOR"][row["mentor_id"]] || !roles["ADVOCATE"][row["advocate_id"]] {
			t.Errorf("a pair of people without the roles: %v", row)
		}
	})
	if len(mentored) != len(roles["ADVOCATE"]) || len(mentees) != len(roles["MENTOR"]) {
		t.Errorf("%d of %d advocates have one of %d mentors, %d have somebody", len(mentored), len(roles["ADVOCATE"]), len(roles["MENTOR"]), len(mentees))
	}
	for mentor, n := range mentees {
		if n > 6 {
			t.Errorf("%s mentors %d", mentor, n)
		}
	}
}

func TestEveryRoleIsGivenAndEveryGradeTaught(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(1, 600)))
	roles := map[string]bool{}
	tables["role_assignment"].each(func(row map[string]string) { roles[row["role"]] = true })
	want := []string{
		"ADVOCATE", "CASE_MANAGER", "COUNSELOR", "DATA_STEWARD", "DISTRICT_COORDINATOR", "FACILITATOR", "MENTOR", "PRIVACY_OFFICER",
		"REGISTRAR", "SCHOOL_LEADER", "TEACHER",
	}
	if got := slices.Sorted(maps.Keys(roles)); !slices.Equal(got, want) {
		t.Errorf("the roles given are %v", got)
	}
	seats, grades := map[string]int{}, map[string]string{}
	tables["student"].each(func(row map[string]string) { grades[row["id"]] = row["grade_level"] })
	tables["student_section_association"].each(func(row map[string]string) {
		if row["ends_on"] == null {
			seats[row["student_id"]]++
		}
	})
	bySize := map[string]int{}
	tables["student_section_association"].each(func(row map[string]string) { bySize[row["section_id"]]++ })
	for section, size := range bySize {
		if size > 34 {
			t.Errorf("the section %s has %d students", section, size)
		}
	}
	tables["student_school_association"].each(func(row map[string]string) {
		if row["exit_date"] != null {
			return
		}
		got := seats[row["student_id"]]
		little := slices.Contains([]string{"KINDERGARTEN", "FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH"}, grades[row["student_id"]])
		if little && got != 1 || !little && got != 5 && got != 6 {
			t.Errorf("a student of grade %s is in %d sections", grades[row["student_id"]], got)
		}
	})
}

func TestSiblingsShareTheirContacts(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(1, 1000)))
	children, contacts := map[string]int{}, map[string]int{}
	tables["student_contact"].each(func(row map[string]string) {
		children[row["person_id"]]++
		contacts[row["student_id"]]++
	})
	shared := 0
	for _, count := range children {
		if count > 1 {
			shared++
		}
	}
	between(t, "persons with several children", shared, len(children), 0.15, 0.5)
	for student, count := range contacts {
		if count < 1 || count > 3 {
			t.Errorf("%s has %d contacts", student, count)
		}
	}
	if len(contacts) != 1000 {
		t.Errorf("%d of 1000 students have contacts", len(contacts))
	}
}

func TestBirthDatesFitTheGrade(t *testing.T) {
	t.Parallel()
	grades := []string{"KINDERGARTEN", "FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH", "TENTH", "ELEVENTH", "TWELFTH"}
	tablesOf(t, printed(t, some(1, 1000)))["student"].each(func(row map[string]string) {
		born, err := time.Parse(time.DateOnly, row["birth_date"])
		if err != nil {
			t.Fatal(err)
		}
		turned := 2025 - born.Year()
		if born.Month() > time.September || born.Month() == time.September && born.Day() > 1 {
			turned--
		}
		if over := turned - 5 - slices.Index(grades, row["grade_level"]); over < 0 || over > 2 {
			t.Errorf("born on %s, in grade %s", row["birth_date"], row["grade_level"])
		}
	})
}
