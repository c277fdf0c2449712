package api_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// span is a first and a last day; no last day is open.
type span struct{ starts, ends string }

// newWorkplace is a world of one test's own that it may change. The audit log has the
// partition of the month in which the test really runs, since the database writes
// down its own moment, and those that the first change of a month makes.
func newWorkplace(t testing.TB) *world {
	t.Helper()
	w := newWorld(t, false)
	if _, err := w.owner.Pool().ExecContext(t.Context(), `SELECT ensure_audit_partition(day::date)
		FROM unnest(ARRAY[current_date, '2022-08-31', '2022-09-01', '2022-10-01']) day`); err != nil {
		t.Fatal(err)
	}
	return w
}

// assign puts a student of Alder on the caseload of a subject.
func (w *world) assign(t testing.TB, subject, role, student string, dates span) {
	t.Helper()
	w.write(t, w.alder, `INSERT INTO advocate_assignment (district_id, id, student_id, staff_id, role, starts_on, ends_on)
		SELECT $1, $2, s.id, $3, $4, $5, nullif($6, '')::date FROM student s WHERE s.district_id = $1 AND s.local_id = $7`,
		uuid.Must(uuid.NewV7()), w.staffID(t, w.alder, subject), role, dates.starts, dates.ends, student)
}

// lesson is a section of Alder's high school with one teacher and the students in
// it, each with dates of its own. The zero span of a link lasts as long as the
// section.
type lesson struct {
	teacher                 string
	students                []string
	section, teaches, seats span
}

// teach adds the section with its links.
func (w *world) teach(t testing.TB, one lesson) {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	if one.section.ends == "" {
		one.section.ends = "2023-06-30"
	}
	for _, dates := range []*span{&one.teaches, &one.seats} {
		if dates.starts == "" {
			dates.starts = one.section.starts
		}
	}
	w.write(t, w.alder, `INSERT INTO course (district_id, id, local_id, title) VALUES ($1, $2, $2::uuid::text, 'Biology')`, id)
	w.write(t, w.alder, `INSERT INTO section (district_id, id, school_id, course_id, school_year, local_id, starts_on, ends_on)
		SELECT $1, $2, c.id, $2, 2023, $2::uuid::text, $3, $4 FROM school c WHERE c.district_id = $1 AND c.local_id = $5`,
		id, one.section.starts, one.section.ends, alderHigh)
	w.write(t, w.alder, `INSERT INTO staff_section_association (district_id, id, staff_id, section_id, starts_on, ends_on)
		VALUES ($1, $2, $3, $2, $4, nullif($5, '')::date)`, id, w.staffID(t, w.alder, one.teacher), one.teaches.starts, one.teaches.ends)
	for _, student := range one.students {
		w.write(t, w.alder, `INSERT INTO student_section_association (district_id, id, student_id, section_id, starts_on, ends_on)
			SELECT $1, $2, s.id, $3, $4, nullif($5, '')::date FROM student s WHERE s.district_id = $1 AND s.local_id = $6`,
			uuid.Must(uuid.NewV7()), id, one.seats.starts, one.seats.ends, student)
	}
}

// link ties the subject to the students in the named way: an assignment's role, or
// what of a section has the dates.
func (w *world) link(t testing.TB, subject, way string, dates span, students ...string) {
	t.Helper()
	one := lesson{teacher: subject, students: students, section: span{longAgo, ""}}
	switch way {
	case "teaches":
		one.teaches = dates
	case "seat":
		one.seats = dates
	case "section":
		one.section = dates
	default:
		for _, student := range students {
			w.assign(t, subject, way, student, dates)
		}
		return
	}
	w.teach(t, one)
}

// enroll gives a student of Alder an enrollment.
func (w *world) enroll(t testing.TB, student, school string, year int, dates span, exitType string) {
	t.Helper()
	w.write(t, w.alder, `INSERT INTO student_school_association
			(district_id, id, student_id, school_id, school_year, entry_date, exit_date, exit_type, grade_level, recorded_on)
		SELECT $1, $2, s.id, c.id, $3, $4, nullif($5, '')::date, nullif($6, ''), 'NINTH', '2022-01-01'
		FROM student s JOIN school c ON c.district_id = s.district_id AND c.local_id = $8 WHERE s.district_id = $1 AND s.local_id = $7`,
		uuid.Must(uuid.NewV7()), year, dates.starts, dates.ends, exitType, student, school)
}

// count gives the number that the statement counts in Alder, which is its first
// argument.
func (w *world) count(t testing.TB, statement string, args ...any) int {
	t.Helper()
	return w.countIn(t, w.alder, statement, args...)
}

// countIn counts rows of a district, which is the statement's first argument.
func (w *world) countIn(t testing.TB, in *district, statement string, args ...any) int {
	t.Helper()
	n := 0
	ctx := tenant.With(t.Context(), tenant.Scope{District: in.ID})
	err := w.owner.Write(ctx, func(tx *postgres.Tx) error {
		return tx.SQL().QueryRowContext(ctx, statement, slices.Insert(args, 0, any(in.ID))...).Scan(&n)
	})
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return n
}

// staffNode gives the opaque id of a subject's staff record.
func (w *world) staffNode(t testing.TB, subject string) string {
	t.Helper()
	return relay.NewID(relay.Staff, w.staffID(t, w.alder, subject)).String()
}
