package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/server"
)

// TestAuditMonthIsMadeOnce sends the first changes of a month at once.
func TestAuditMonthIsMadeOnce(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate := w.caseloadOf(t, "A-01")
	clients := []*client{advocate, w.at(t, w.secondServer(t), "ADVOCATE")}
	student := advocate.studentID("A-01")
	w.dropMonths(t)
	for _, got := range atOnce(50, func(i int) *answer { return clients[i%2].logContact(student, nil) }) {
		if got.code() != "" {
			t.Errorf("%s", got.body)
		}
	}
}

// dropMonths takes the partitions away that the first change of a month makes.
func (w *world) dropMonths(t *testing.T) {
	t.Helper()
	for _, month := range []string{"202208", "202209", "202210"} {
		if _, err := w.owner.Pool().ExecContext(t.Context(), `DROP TABLE audit_log_`+month); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTextsThatNoDatabaseTakes holds a NUL, which PostgreSQL takes nowhere, to being
// the client's fault.
func TestTextsThatNoDatabaseTakes(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, id := w.caseloadOf(t, "A-01"), w.advocates(t, "able")[0]
	student := advocate.studentID("A-01")
	contact := advocate.contactIDs(student)[0]
	for name, got := range map[string]*answer{
		"summary":        advocate.logContact(student, vars{"summary": "a\x00b"}),
		"idempotencyKey": advocate.logContact(student, vars{"idempotencyKey": "a\x00b"}),
		"bestWayToReach": advocate.logContact(student, vars{"withContactId": contact, "bestWayToReach": "a\x00b"}),
		"channel":        advocate.logContact(student, vars{"withContactId": contact, "confirmedChannels": []vars{{"kind": "PHONE", "value": "a\x00b"}}}),
		"overrideReason": w.as(t, "FACILITATOR").assignTo(student, id, vars{"overrideReason": "a\x00b"}),
	} {
		if got.code() == "INTERNAL" {
			t.Errorf("%s: %s", name, got.body)
		}
	}
}

// TestLogContactOfYearOne holds that what was written down can be read back.
func TestLogContactOfYearOne(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate := w.caseloadOf(t, "A-01")
	student, before := advocate.studentID("A-01"), w.written(t)
	got := advocate.logContact(student, vars{"occurredAt": "0001-01-01T00:00:00Z"})
	if got.code() != "" || w.written(t) != before {
		t.Errorf("written down: %v, was %v: %s", w.written(t), before, got.body)
	}
}

// TestBestWayToReachIsBounded holds the one text without a limit to some limit.
func TestBestWayToReachIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, id := w.caseloadOf(t, "A-01"), w.advocates(t, "able")[0]
	student, long := advocate.studentID("A-01"), strings.Repeat("a", 20_000)
	got := advocate.logContact(student, vars{"withContactId": advocate.contactIDs(student)[0], "bestWayToReach": long})
	if code, field := got.problemOf("logContact"); code != "INVALID" || field != "bestWayToReach" {
		t.Errorf("%d characters were taken", len(long))
	}
	assigned := w.as(t, "FACILITATOR").assignTo(student, id, vars{"overrideReason": long, "role": "BACKUP"})
	if code, field := assigned.problemOf("assignAdvocate"); code != "INVALID" || field != "overrideReason" {
		t.Errorf("%d characters were taken", len(long))
	}
}

// TestAssignAdvocateAgain holds that the same assignment stands once, and weighs once.
func TestAssignAdvocateAgain(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	id, facilitator := w.advocates(t, "able")[0], w.as(t, "FACILITATOR")
	student := facilitator.studentID("A-03")
	for range 2 {
		facilitator.assignTo(student, id, vars{"role": "BACKUP"}).fine()
	}
	if n := w.count(t, `SELECT count(*) FROM advocate_assignment WHERE district_id = $1 AND staff_id = $2`, w.staffID(t, w.alder, "able")); n != 1 {
		t.Errorf("%d assignments of one advocate to one student in one role", n)
	}
}

// TestBreakCountsDaysOnce holds the tenth instructional day to days, of calendars
// that stand.
func TestBreakCountsDaysOnce(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct{ change, on string }{
		"two calendars": {`INSERT INTO calendar (district_id, id, school_id, school_year, local_id, kind)
			SELECT c.district_id, $2, c.school_id, c.school_year, 'SECOND', 'SCHOOL' FROM calendar c WHERE c.district_id = $1 AND c.local_id = '8801-MAIN'`, "2022-07-22"},
		"withdrawn": {`UPDATE calendar SET withdrawn_at = now() WHERE district_id = $1 AND local_id = '8801-MAIN' AND $2::uuid IS NOT NULL`, "2022-09-01"},
	} {
		w, second := newWorkplace(t), uuid.Must(uuid.NewV7())
		w.write(t, w.alder, `INSERT INTO school_year (district_id, id, school_year, starts_on, ends_on) VALUES ($1, $2, 2022, '2021-07-01', '2022-06-30')`, second)
		w.write(t, w.alder, one.change, second)
		w.write(t, w.alder, `INSERT INTO calendar_date (district_id, id, calendar_id, on_date, instructional)
			SELECT d.district_id, gen_random_uuid(), s.id, d.on_date, d.instructional FROM calendar_date d
			JOIN calendar c ON c.district_id = d.district_id AND c.id = d.calendar_id AND c.local_id = '8801-MAIN'
			JOIN calendar s ON s.district_id = d.district_id AND s.id = $2 WHERE d.district_id = $1`, second)
		w.newStudent(t, "summer")
		high := lastYear(alderHigh)
		w.enroll(t, "summer", high.school, high.year, high.dates, high.exitType)
		day, err := time.Parse(time.DateOnly, one.on)
		if err != nil {
			t.Fatal(err)
		}
		url := listen(t, w.newHandler(t, server.Config{Now: func() time.Time { return day.Add(17 * time.Hour) }}))
		if !slices.Contains(w.at(t, url, "SCHOOL_LEADER").localIDs(), "summer") {
			t.Errorf("%s: not reached on %s", name, one.on)
		}
	}
}

// TestAssignAdvocateWeighsAtOnce holds the load to its limit when many are assigned
// at once: two more of 5 fit beside 90.
func TestAssignAdvocateWeighsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	id := w.advocates(t, "busy")[0]
	w.write(t, w.alder, `INSERT INTO student (district_id, id, local_id, first_name, last_name)
		SELECT $1, gen_random_uuid(), 'load-' || n, 'Load', 'Student' FROM generate_series(101, 138) n`)
	w.write(t, w.alder, `INSERT INTO advocate_assignment (district_id, id, student_id, staff_id, role, intensity, starts_on)
		SELECT $1, gen_random_uuid(), s.id, $2, 'PRIMARY', 'INTENSIVE', '2022-01-01' FROM student s
		WHERE s.district_id = $1 AND s.local_id BETWEEN 'load-101' AND 'load-118'`, w.staffID(t, w.alder, "busy"))
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	var students []string
	for _, node := range coordinator.ask(`{ district { students(first: 100, filter: {search: "load-1"}) { nodes { id localId } } } }`, nil).fine().list("district.students.nodes") {
		if text(node, "localId") > "load-118" {
			students = append(students, text(node, "id"))
		}
	}
	done := 0
	for _, got := range atOnce(len(students), func(i int) *answer { return coordinator.assignTo(students[i], id, vars{"intensity": "INTENSIVE"}) }) {
		if got.fine().at("assignAdvocate.assignment") != nil {
			done++
		}
	}
	if len(students) != 20 || done != 2 {
		t.Errorf("%d of %d were done, not 2 of 20", done, len(students))
	}
}

// TestNoShowsDoNotHideWhoIsExpected holds that an enrollment of who never came stands
// in nobody's way.
func TestNoShowsDoNotHideWhoIsExpected(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.write(t, w.alder, `INSERT INTO school_year (district_id, id, school_year, starts_on, ends_on) VALUES ($1, $2, 2022, '2021-07-01', '2022-06-30')`,
		uuid.Must(uuid.NewV7()))
	w.newStudent(t, "expected")
	before := lastYear(alderMiddle)
	w.enroll(t, "expected", before.school, before.year, before.dates, before.exitType)
	w.enroll(t, "expected", alderMiddle, 2023, span{"2022-07-05", ""}, "INVALID_ENROLLMENT")
	w.enroll(t, "expected", alderHigh, 2023, span{tomorrow, ""}, "")
	if !slices.Contains(w.as(t, "SCHOOL_LEADER").localIDs(), "expected") {
		t.Error("the school that expects the student does not reach them")
	}
}
