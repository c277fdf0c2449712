package api_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// histories are what may stand with a student before a merge, each a statement that
// adds a row, or changes one, of the student with the local id $2 by a number $3 from 0
// to 5: few values, so that two students often say the same. What no export of the
// folder tells of.
var histories = []string{
	`INSERT INTO student_school_association (district_id, id, student_id, school_id, school_year, entry_date, exit_date, exit_type, grade_level, recorded_on, withdrawn_at)
		SELECT $1, gen_random_uuid(), s.id, c.id, 2023, '2022-07-01'::date + $3::int, '2022-07-08', 'TRANSFERRED', 'NINTH', '2022-07-01', CASE WHEN random() < 0.3 THEN now() END
		FROM student s, school c WHERE s.district_id = $1 AND c.district_id = $1 AND s.local_id = $2 AND c.local_id = '8801' ON CONFLICT DO NOTHING`,
	`INSERT INTO student_contact (district_id, id, student_id, person_id, relation, no_contact, is_primary, withdrawn_at)
		SELECT $1, gen_random_uuid(), s.id, p.id, 'MOTHER', random() < 0.5, random() < 0.5, CASE WHEN random() < 0.3 THEN now() END
		FROM student s, (SELECT id FROM person WHERE district_id = $1 AND local_id = 'P' || $3::int % 3) p WHERE s.district_id = $1 AND s.local_id = $2 ON CONFLICT DO NOTHING`,
	`INSERT INTO student_characteristic (district_id, id, student_id, kind, starts_on, ends_on, withdrawn_at)
		SELECT $1, gen_random_uuid(), s.id, 'HOMELESS', '2022-01-01'::date + $3::int, CASE WHEN random() < 0.5 THEN '2022-05-05'::date END, CASE WHEN random() < 0.3 THEN now() END
		FROM student s WHERE s.district_id = $1 AND s.local_id = $2 ON CONFLICT DO NOTHING`,
	`INSERT INTO student_section_association (district_id, id, student_id, section_id, starts_on, ends_on, withdrawn_at)
		SELECT $1, gen_random_uuid(), s.id, c.id, '2022-08-01'::date + $3::int, CASE WHEN random() < 0.5 THEN '2022-09-05'::date END, CASE WHEN random() < 0.3 THEN now() END
		FROM student s, section c WHERE s.district_id = $1 AND c.district_id = $1 AND s.local_id = $2 ON CONFLICT DO NOTHING`,
	`INSERT INTO attendance_event (district_id, school_year, student_id, on_date, school_id, category, fraction, excused, reason, withdrawn_at)
		SELECT $1, 2023, s.id, '2022-07-25'::date + $3::int % 3, c.id, CASE WHEN $3::int < 4 THEN 'PARTIAL' ELSE 'UNEXCUSED_ABSENCE' END,
			(random() * 10000)::int, random() < 0.5, left(md5(random()::text), 2), CASE WHEN random() < 0.3 THEN now() END
		FROM student s, school c WHERE s.district_id = $1 AND c.district_id = $1 AND s.local_id = $2 AND c.local_id = '8801' ON CONFLICT DO NOTHING`,
	`INSERT INTO advocate_assignment (district_id, id, student_id, staff_id, role, starts_on, ends_on)
		SELECT $1, gen_random_uuid(), s.id, a.id, CASE WHEN $3::int < 4 THEN 'PRIMARY' ELSE 'BACKUP' END, '2022-08-20'::date + $3::int,
			CASE WHEN random() < 0.7 THEN '2022-08-28'::date + $3::int END
		FROM student s, (SELECT id FROM staff WHERE district_id = $1 ORDER BY id OFFSET $3::int % 2 LIMIT 1) a WHERE s.district_id = $1 AND s.local_id = $2 ON CONFLICT DO NOTHING`,
	`INSERT INTO dropout_case (district_id, id, student_id, school_id, opened_because, left_on, recorded_on, closed_on)
		SELECT $1, gen_random_uuid(), s.id, c.id, 'DROPOUT', '2022-08-20', '2022-08-20', CASE WHEN $3::int < 3 THEN '2022-08-28'::date END
		FROM student s, school c WHERE s.district_id = $1 AND c.district_id = $1 AND s.local_id = $2 AND c.local_id = '8801' ON CONFLICT DO NOTHING`,
	`UPDATE risk_flag f SET status = CASE WHEN $3::int < 3 THEN 'DISMISSED' ELSE 'ACKNOWLEDGED' END FROM student s
		WHERE f.district_id = $1 AND s.district_id = $1 AND s.id = f.student_id AND s.local_id = $2 AND f.status = 'OPEN'`,
}

// TestUnmergeIsExact draws histories of a few students, merges some of them into each
// other, writes and imports meanwhile, and undoes the merges: every row is as it was,
// beside what was written meanwhile.
func TestUnmergeIsExact(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()                  //nolint:gosec // a history of a test
	draw := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a history of a test
	t.Logf("seed %d", seed)
	w := newWorkplace(t)
	w.link(t, "TEACHER", "teaches", span{longAgo, ""}, "A-02")
	w.write(t, w.alder, `INSERT INTO person (district_id, id, local_id, first_name, last_name)
		SELECT $1, gen_random_uuid(), 'P' || n, 'Pat', 'Parent' FROM generate_series(0, 2) n`)
	steward, coordinator := w.as(t, "DATA_STEWARD"), w.as(t, "DISTRICT_COORDINATOR")
	locals := []string{"A-01", "A-02", "A-03", "A-04", "A-09", "M-01"}
	ids := make([]string, len(locals))
	for i, local := range locals {
		ids[i] = steward.studentID(local)
	}
	for round := range 10 {
		for range 30 {
			w.write(t, w.alder, histories[draw.IntN(len(histories))], locals[draw.IntN(len(locals))], draw.IntN(6))
		}
		w.again(t, 100+10*round)
		w.redraw(t) // the figures are those of the rows
		before := w.state(t)
		merges := w.mergeSome(t, draw, steward, ids)
		w.holdsTogether(t)

		merged := w.state(t)
		kept := merges[len(merges)-1][0]
		coordinator.logContact(kept, nil).fine()
		coordinator.logContact(merges[0][1], nil).fine() // by a former id
		meanwhile := slices.DeleteFunc(w.state(t), func(row string) bool { _, found := slices.BinarySearch(merged, row); return found })
		if draw.IntN(2) == 0 {
			if summary := w.again(t, 101+10*round); summary.Changed() != 0 || summary.Recomputed.Figures+summary.Recomputed.Levels+summary.Recomputed.Flags != 0 {
				t.Errorf("round %d, %v: an import of the same folder changed something: %+v", round, merges, summary)
			}
		}
		for _, pair := range slices.Backward(merges) {
			steward.unmerge(pair[1]).done("unmergeStudents", pair[1])
		}
		want := slices.Sorted(slices.Values(slices.Concat(before, meanwhile)))
		if diff := cmp.Diff(want, w.state(t)); diff != "" {
			t.Fatalf("round %d, %v (-before and meanwhile +undone):\n%s", round, merges, diff)
		}
		if len(meanwhile) != 2 {
			t.Errorf("round %d: two contacts were logged, %d rows came", round, len(meanwhile))
		}
	}
}

// mergeSome merges one to three of the students, and gives who was kept and who dropped.
func (w *world) mergeSome(t *testing.T, draw *rand.Rand, steward *client, ids []string) [][2]string {
	t.Helper()
	standing := slices.Clone(ids)
	var merges [][2]string
	for range 1 + draw.IntN(3) {
		draw.Shuffle(len(standing), func(i, j int) { standing[i], standing[j] = standing[j], standing[i] })
		pair := [2]string{standing[0], standing[1]}
		steward.merge(pair[0], pair[1], nil).done("mergeStudents", pair[0])
		merges = append(merges, pair)
		standing = slices.Delete(standing, 1, 2)
	}
	return merges
}

// holdsTogether checks what must hold of every merge: nothing of a dropped student can be
// seen, and nobody has two who are responsible.
func (w *world) holdsTogether(t *testing.T) {
	t.Helper()
	for _, table := range []string{
		"student_school_association", "student_contact", "student_characteristic", "student_section_association", "attendance_event",
		"student_attendance", "student_school_attendance", "student_risk", "contact_log",
	} {
		live := " AND x.withdrawn_at IS NULL"
		if slices.Contains([]string{"student_attendance", "student_school_attendance", "student_risk", "contact_log"}, table) {
			live = ""
		}
		if n := w.count(t, `SELECT count(*) FROM `+table+` x JOIN student s ON s.district_id = x.district_id AND s.id = x.student_id
			WHERE x.district_id = $1 AND s.merged_into IS NOT NULL`+live); n != 0 {
			t.Errorf("%s: %d rows of dropped students stand", table, n)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM advocate_assignment a JOIN advocate_assignment b ON b.district_id = a.district_id AND b.student_id = a.student_id AND b.id > a.id
		JOIN student_merge m ON m.district_id = a.district_id AND m.kept_id = a.student_id AND m.undone_at IS NULL
		WHERE a.district_id = $1 AND a.role = 'PRIMARY' AND b.role = 'PRIMARY' AND a.ends_on IS NULL AND b.ends_on IS NULL`); n != 0 {
		t.Errorf("%d students have two who are responsible", n)
	}
}

// TestAnotherExportMeanwhile: what a changed export tells of the dropped student's rows
// goes back with them; a row that it adds stays with the kept one.
func TestAnotherExportMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	kept, dropped := steward.studentID("A-02"), steward.studentID("M-01")
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	absence := func(day, part string) string {
		return "<EventDate>" + day + "</EventDate><AttendanceEventCategory>uri://ed-fi.org/AttendanceEventCategoryDescriptor#Unexcused Absence</AttendanceEventCategory>" +
			part + "</AttendanceEvent><StudentReference><StudentIdentity><StudentUniqueId>M-01<"
	}
	changes := strings.NewReplacer(absence("2022-08-30", ""), absence("2022-08-30", "<EventDuration>0.5</EventDuration>"),
		absence("2022-08-31", ""), absence("2022-08-29", ""), "<FirstName>Kim<", "<FirstName>Kimberly<")
	folder := t.TempDir()
	for _, file := range alderFiles(t) {
		content, err := os.ReadFile(filepath.Join("testdata", "alder", file))
		if err != nil {
			t.Fatal(err)
		}
		err = os.WriteFile(filepath.Join(folder, file), []byte(changes.Replace(string(content))), 0o600) //nolint:gosec // testdata's own names
		if err != nil {
			t.Fatal(err)
		}
	}
	found, err := load.FindDistrict(t.Context(), w.application, alderCode)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := load.Load(t.Context(), w.application, found, edfiSource(folder), options(alderCode, 20))
	if err != nil {
		t.Fatal(load.Explain(err), err)
	}
	if summary.Changed() != 2 {
		t.Errorf("an absence shortened and one added are %d changes: %+v", summary.Changed(), summary)
	}
	events := func(local string) int {
		return w.count(t, `SELECT coalesce(sum(e.fraction), 0) FROM attendance_event e JOIN student s ON s.district_id = e.district_id AND s.id = e.student_id
			WHERE e.district_id = $1 AND s.local_id = $2 AND e.withdrawn_at IS NULL AND e.on_date >= '2022-08-29'`, local)
	}
	if events("A-02") != 25_000 || events("M-01") != 0 {
		t.Errorf("while merged: %d and %d", events("A-02"), events("M-01"))
	}
	steward.unmerge(dropped).done("unmergeStudents", dropped)
	if events("A-02") != 10_000 || events("M-01") != 15_000 {
		t.Errorf("undone: %d and %d", events("A-02"), events("M-01"))
	}
	if n := w.count(t, `SELECT count(*) FROM student WHERE district_id = $1 AND first_name IN ('Kimberly')`); n != 0 {
		t.Error("a merged student's own particulars were taken for somebody's")
	}
}

func alderFiles(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("testdata", "alder"))
	if err != nil {
		t.Fatal(err)
	}
	files := make([]string, len(entries))
	for i, entry := range entries {
		files[i] = entry.Name()
	}
	return files
}
