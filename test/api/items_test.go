package api_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
)

// pair makes a pair of a mentor and an advocate of Alder; no day of shadowing is none.
func (w *world) pair(t testing.TB, mentor, advocate string, dates span, shadowUntil string) {
	t.Helper()
	w.write(t, w.alder, `INSERT INTO mentor_pairing (district_id, id, mentor_id, advocate_id, starts_on, ends_on, shadow_until)
		VALUES ($1, $2, $3, $4, $5, nullif($6, '')::date, nullif($7, '')::date)`,
		uuid.Must(uuid.NewV7()), w.staffID(t, w.alder, mentor), w.staffID(t, w.alder, advocate), dates.starts, dates.ends, shadowUntil)
}

// tie links the subject to the students: as link does, or through a colleague of
// theirs whom they mentor, or shadow. The colleague's assignment has the dates.
func (w *world) tie(t testing.TB, subject, way string, dates span, students ...string) {
	t.Helper()
	if way != "mentors" && way != "shadows" {
		w.link(t, subject, way, dates, students...)
		return
	}
	other := "the other of the pair of " + subject + " " + dates.starts + dates.ends
	w.addMember(t, w.alder, other, member{})
	w.link(t, other, "BACKUP", dates, students...)
	if way == "mentors" {
		w.pair(t, subject, other, span{longAgo, ""}, "")
		return
	}
	w.pair(t, other, subject, span{longAgo, ""}, tomorrow)
}

// grantSpans are the dates that a grant can have, by their name in the cases.
var grantSpans = map[string]span{
	"stands": {longAgo, "2030-06-30"}, "starts today": {today, tomorrow}, "ends today": {longAgo, today},
	"ended yesterday": {longAgo, yesterday}, "starts tomorrow": {tomorrow, "2030-06-30"}, "revoked": {longAgo, "2030-06-30"},
}

// allow writes a grant of a kind of circumstance, or of a note, as it would stand.
func (w *world) allow(t testing.TB, subject, student, kind string, note uuid.UUID, dates string) {
	t.Helper()
	w.write(t, w.alder, `INSERT INTO need_to_know_grant
			(district_id, id, staff_id, granted_by, student_id, characteristic_kind, note_id, reason, starts_on, ends_on, revoked_at)
		SELECT $1, $2, $3, $4, s.id, nullif($5, ''), nullif($6, '00000000-0000-0000-0000-000000000000'::uuid), 'the test', $7, $8, CASE WHEN $9 THEN now() END
		FROM student s WHERE s.district_id = $1 AND s.local_id = $10`,
		uuid.Must(uuid.NewV7()), w.staffID(t, w.alder, subject), w.staffID(t, w.alder, "withdrawn"), kind, note,
		grantSpans[dates].starts, grantSpans[dates].ends, dates == "revoked", student)
}

// note writes a note, which says its own visibility, with one revision, and gives its id.
func (w *world) note(t testing.TB, author, student, visibility, body string) uuid.UUID {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	w.write(t, w.alder, `INSERT INTO note (district_id, id, student_id, staff_id, visibility)
		SELECT $1, $2, s.id, $3, $4 FROM student s WHERE s.district_id = $1 AND s.local_id = $5`,
		id, w.staffID(t, w.alder, author), visibility, student)
	w.write(t, w.alder, `INSERT INTO note_revision (district_id, id, note_id, revision, body) VALUES ($1, $2, $2, 1, $3)`, id, body)
	return id
}

// textsOf gives the texts of a list, sorted; nil when it is none.
func textsOf(value any, field string) []string {
	list, isList := value.([]any)
	if !isList {
		return nil
	}
	texts := []string{}
	for _, one := range list {
		texts = append(texts, text(one, field))
	}
	slices.Sort(texts)
	return texts
}
