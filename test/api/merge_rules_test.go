package api_test

import (
	"testing"
)

// TestMergeRulesWhereBothSayTheSame: one key in both records becomes one row that stands,
// by the rule of its table.
func TestMergeRulesWhereBothSayTheSame(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	kept, dropped := steward.studentID("A-03"), steward.studentID("A-05")
	w.write(t, w.alder, `INSERT INTO person (district_id, id, local_id, first_name, last_name) VALUES ($1, gen_random_uuid(), 'P', 'Pat', 'Parent')`)
	w.assign(t, "ADVOCATE", "PRIMARY", "A-03", span{longAgo, ""})
	w.assign(t, "CASE_MANAGER", "PRIMARY", "A-05", span{longAgo, ""})
	w.assign(t, "ADVOCATE", "BACKUP", "A-05", span{longAgo, yesterday})
	for _, one := range []struct {
		local, event, noContact, withdrawn string
	}{{"A-03", "4000, true, 'b', NULL", "false", "now()"}, {"A-05", "7500, false, 'a', NULL", "true", "NULL"}} {
		w.write(t, w.alder, `INSERT INTO attendance_event (district_id, school_year, student_id, on_date, school_id, category, fraction, excused, reason, withdrawn_at)
			SELECT $1, 2023, s.id, '2022-08-24', c.id, 'PARTIAL', `+one.event+` FROM student s, school c
			WHERE s.district_id = $1 AND c.district_id = $1 AND s.local_id = $2 AND c.local_id = '8801'`, one.local)
		w.write(t, w.alder, `INSERT INTO student_contact (district_id, id, student_id, person_id, relation, no_contact)
			SELECT $1, gen_random_uuid(), s.id, p.id, 'MOTHER', `+one.noContact+` FROM student s, person p
			WHERE s.district_id = $1 AND p.district_id = $1 AND s.local_id = $2 AND p.local_id = 'P'`, one.local)
		w.write(t, w.alder, `INSERT INTO student_characteristic (district_id, id, student_id, kind, starts_on, ends_on, withdrawn_at)
			SELECT $1, gen_random_uuid(), s.id, 'HOMELESS', '2022-01-01', CASE WHEN s.local_id = 'A-05' THEN '2022-06-01'::date END, `+one.withdrawn+`
			FROM student s WHERE s.district_id = $1 AND s.local_id = $2`, one.local)
	}
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	for what, condition := range map[string]string{
		"the day is the sum of its parts": `FROM attendance_event x WHERE x.on_date = '2022-08-24' AND x.fraction = 10000
			AND NOT x.excused AND x.reason = 'a' AND x.withdrawn_at IS NULL`,
		"an order not to contact holds":                           `FROM student_contact x WHERE x.no_contact AND x.withdrawn_at IS NULL`,
		"a circumstance that stands in the dropped record stands": `FROM student_characteristic x WHERE x.ends_on = '2022-06-01' AND x.withdrawn_at IS NULL`,
		"the kept student's PRIMARY stays the only one":           `FROM advocate_assignment x WHERE x.role = 'PRIMARY' AND x.ends_on IS NULL`,
		"what is over moves":                                      `FROM advocate_assignment x WHERE x.role = 'BACKUP' AND x.ends_on = '` + yesterday + `'`,
		"the enrollment of one school and day is one":             `FROM student_school_association x WHERE x.withdrawn_at IS NULL AND x.grade_level = 'ELEVENTH'`,
	} {
		n := w.count(t, `SELECT count(*) `+condition+` AND x.district_id = $1 AND x.student_id = (SELECT s.id FROM student s WHERE s.district_id = $1 AND s.local_id = 'A-03')`)
		if n != 1 {
			t.Errorf("%s: %d rows", what, n)
		}
	}
}
