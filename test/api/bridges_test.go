package api_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/server"
)

// enrollment is one of a student's enrollments.
type enrollment struct {
	school   string
	year     int
	dates    span
	exitType string
}

// lastYear is an enrollment of the year before that ended with it.
func lastYear(school string) enrollment {
	return enrollment{school, 2022, span{"2021-08-16", "2022-06-03"}, "END_OF_SCHOOL_YEAR"}
}

// bridgeCase is a student's enrollments and which school reaches them on a day.
type bridgeCase struct {
	name        string
	enrollments []enrollment
	on          string
	high        bool
	middle      bool
}

// The middle school's tenth instructional day of 2022-2023 is 2022-07-29; the high
// school's is 2022-07-22, and neither has a calendar of 2023-2024.
func bridgeCases() []bridgeCase {
	high, middle := lastYear(alderHigh), lastYear(alderMiddle)
	nextHigh := enrollment{alderHigh, 2024, span{"2023-08-14", ""}, ""}
	thisHigh := enrollment{alderHigh, 2023, span{"2022-07-11", "2023-06-02"}, "END_OF_SCHOOL_YEAR"}
	with := func(first enrollment, others ...enrollment) []enrollment {
		return append([]enrollment{first}, others...)
	}
	changed := func(one enrollment, change func(*enrollment)) enrollment {
		change(&one)
		return one
	}
	left := func(exitType string) enrollment { return changed(high, func(e *enrollment) { e.exitType = exitType }) }
	waiting := enrollment{alderHigh, 2023, span{"2022-07-18", ""}, ""}
	return []bridgeCase{
		{"the last day", with(high), "2022-06-03", true, false},
		{"the first day of the break", with(high), "2022-06-04", true, false},
		{"the tenth day of the next year", with(high), "2022-07-22", true, false},
		{"the day after the tenth", with(high), "2022-07-23", false, false},
		{"the other school's tenth day", with(middle), "2022-07-29", false, true},
		{"the day after the other school's", with(middle), "2022-07-30", false, false},
		{"without a calendar, 30 September", with(thisHigh), "2023-09-30", true, false},
		{"without a calendar, 1 October", with(thisHigh), "2023-10-01", false, false},
		{"a break of two years", with(changed(high, func(e *enrollment) { e.year, e.dates = 2021, span{"2020-08-17", "2021-06-04"} })), "2022-06-30", false, false},
		{"transferred", with(left("TRANSFERRED")), "2022-06-30", false, false},
		{"dropped out", with(left("DROPPED_OUT")), "2022-06-30", false, false},
		{"graduated", with(left("GRADUATED")), "2022-06-30", false, false},
		{"of an unknown kind", with(left("")), "2022-06-30", false, false},
		{"another began elsewhere", with(middle, waiting), "2022-07-18", true, false},
		{"another began elsewhere and is over", with(high, enrollment{alderMiddle, 2022, span{"2022-06-06", "2022-06-17"}, "TRANSFERRED"}), "2022-06-30", false, false},
		{"another waits elsewhere", with(middle, waiting), "2022-07-01", true, false},
		{"another waits in the same school", with(high, waiting), "2022-07-01", true, false},
		{"another waits, of the day before the entry", with(middle, waiting), "2022-07-17", true, false},
		{"another waits while this year lasts", with(middle, waiting), "2022-06-01", false, true},
		{"they never came", with(high, enrollment{alderMiddle, 2023, span{"2022-07-18", "2022-07-18"}, "NO_SHOW"}), "2022-07-20", true, false},
		{"another was entered by mistake", with(high, enrollment{alderMiddle, 2023, span{"2022-07-18", ""}, "INVALID_ENROLLMENT"}), "2022-07-20", true, false},
		{"brand-new, tomorrow", with(enrollment{alderHigh, 2023, span{"2022-07-18", ""}, ""}), "2022-07-17", false, false},
		{"brand-new, today", with(enrollment{alderHigh, 2023, span{"2022-07-18", ""}, ""}), "2022-07-18", true, false},
		{"who left, and comes back tomorrow", with(left("TRANSFERRED"), waiting), "2022-07-17", false, false},
		{"next year waits through the summer", with(thisHigh, nextHigh), "2023-08-13", true, false},
	}
}

// TestBreaksAreBridged holds that the school which expects a student reaches them
// over the summer, and no other.
func TestBreaksAreBridged(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	for _, year := range []int{2021, 2022, 2024} {
		w.write(t, w.alder, `INSERT INTO school_year (district_id, id, school_year, starts_on, ends_on)
			VALUES ($1, $2, $3, make_date($3::integer - 1, 7, 1), make_date($3::integer, 6, 30)) ON CONFLICT DO NOTHING`, uuid.Must(uuid.NewV7()), year)
	}
	w.addMember(t, w.alder, "middle leader", member{roles: []held{{"SCHOOL_LEADER", alderMiddle, longAgo, ""}}})
	w.addMember(t, w.alder, "high leader", member{roles: []held{{"SCHOOL_LEADER", alderHigh, longAgo, ""}}})
	for _, one := range bridgeCases() {
		w.newStudent(t, one.name)
		for _, e := range one.enrollments {
			w.enroll(t, one.name, e.school, e.year, e.dates, e.exitType)
		}
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			day, err := time.Parse(time.DateOnly, one.on)
			if err != nil {
				t.Fatal(err)
			}
			url := listen(t, w.newHandler(t, server.Config{Now: func() time.Time { return day.Add(17 * time.Hour) }}))
			for subject, want := range map[string]bool{"high leader": one.high, "middle leader": one.middle} {
				if got := slices.Contains(w.at(t, url, subject).localIDs(), one.name); got != want {
					t.Errorf("%s, on %s: reached is %v, not %v", subject, one.on, got, want)
				}
			}
		})
	}
}

// newStudent adds a student whom nobody has but the district.
func (w *world) newStudent(t *testing.T, localID string) {
	t.Helper()
	w.write(t, w.alder, `INSERT INTO student (district_id, id, local_id, first_name, last_name) VALUES ($1, $2, $3, 'New', 'Student')`,
		uuid.Must(uuid.NewV7()), localID)
}

// TestDropoutCasesKeepWhoLeft holds that an open case keeps the school left and the
// case's owner in four classes until it is closed.
func TestDropoutCasesKeepWhoLeft(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	const student = "A-07" // left the high school yesterday
	for _, one := range []member{
		{subject: "owner", roles: []held{{"CASE_MANAGER", alderMiddle, longAgo, ""}}},
		{subject: "not the owner", roles: []held{{"CASE_MANAGER", alderHigh, longAgo, ""}}},
		{subject: "middle leader", roles: []held{{"SCHOOL_LEADER", alderMiddle, longAgo, ""}}},
	} {
		w.addMember(t, w.alder, one.subject, one)
	}
	w.write(t, w.alder, `INSERT INTO dropout_case (district_id, id, student_id, school_id, owner_id, opened_because, left_on, recorded_on)
		SELECT $1, $2, s.id, c.id, $3, 'DROPPED_OUT', '2022-08-31', '2022-08-31' FROM student s JOIN school c ON c.district_id = s.district_id AND c.local_id = $4
		WHERE s.district_id = $1 AND s.local_id = $5`, uuid.Must(uuid.NewV7()), w.staffID(t, w.alder, "owner"), alderHigh, student)
	id := w.as(t, "DISTRICT_COORDINATOR").studentID(student)
	four := []string{"CASEWORK", "CONTACT", "DIRECTORY", "ENROLLMENT"}
	open := map[string][]string{
		"SCHOOL_LEADER": four, "FACILITATOR": four, "COUNSELOR": four, "owner": four,
		"REGISTRAR": {"CONTACT", "DIRECTORY", "ENROLLMENT"}, "not the owner": nil, "middle leader": nil, "ADVOCATE": nil, "TEACHER": nil,
	}
	writers := map[string]string{"SCHOOL_LEADER": "FORBIDDEN", "FACILITATOR": "", "COUNSELOR": "", "owner": "", "REGISTRAR": "FORBIDDEN"}
	check := func(when string, want map[string][]string) {
		t.Helper()
		for subject := range open {
			if diff := cmp.Diff(want[subject], w.as(t, subject).classesSeen(id)); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", when, subject, diff)
			}
			code, reached := writers[subject]
			if !reached || want[subject] == nil {
				code = "NOT_FOUND"
			}
			if got := w.as(t, subject).logContact(id, nil); got.code() != code {
				t.Errorf("%s, %s logs a contact: %s", when, subject, got.body)
			}
		}
	}
	check("open", open)
	w.write(t, w.alder, `UPDATE dropout_case SET closed_on = $2, status = 'UNREACHED' WHERE district_id = $1`, yesterday)
	check("closed", nil)
}

// classesSeen gives the classes of a student that are shown; nil: the student is
// not there.
func (c *client) classesSeen(id string) []string {
	c.t.Helper()
	got := c.ask(`query($id: ID!) { node(id: $id) { ... on Student { id
		DIRECTORY: displayName DEMOGRAPHIC: birthDate CONTACT: contacts { relation } ENROLLMENT: enrollments { entryDate }
		ATTENDANCE: attendance { absentDays } RISK: risk { level } CASEWORK: contactLogs(first: 1) { nodes { id } } } } }`, vars{"id": id}).fine()
	if got.at("node") == nil {
		return nil
	}
	classes := []string{}
	for _, class := range []string{"ATTENDANCE", "CASEWORK", "CONTACT", "DEMOGRAPHIC", "DIRECTORY", "ENROLLMENT", "RISK"} {
		if got.at("node."+class) != nil {
			classes = append(classes, class)
		}
	}
	return classes
}
