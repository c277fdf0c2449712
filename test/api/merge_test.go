package api_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/server"
)

const mergeDocument = `mutation($input: MergeStudentsInput!) {
	mergeStudents(input: $input) { student { id localId gradeLevel enrollments { entryDate } attendance { absentDays } } userErrors { code field message } }
}`

const unmergeDocument = `mutation($input: UnmergeStudentsInput!) {
	unmergeStudents(input: $input) { student { id localId gradeLevel } userErrors { code field message } }
}`

// merge asks for two records to be one student.
func (c *client) merge(keep, drop string, beside vars) *answer {
	c.t.Helper()
	input := vars{"keepId": keep, "dropId": drop, "reason": "One child: the birth certificate says so."}
	maps.Copy(input, beside)
	return c.ask(mergeDocument, vars{"input": input})
}

// unmerge asks for a merge to be undone.
func (c *client) unmerge(dropped string) *answer {
	c.t.Helper()
	return c.ask(unmergeDocument, vars{"input": vars{"studentId": dropped, "reason": "Twins, after all."}})
}

// done checks that the change was done to the student.
func (a *answer) done(mutation, student string) *answer {
	a.t.Helper()
	if text(a.fine().Data, mutation+".student.id") != student || len(a.list(mutation+".userErrors")) > 0 {
		a.t.Fatalf("it was not done: %s", a.body)
	}
	return a
}

// problem checks that the change was refused with the one problem.
func (a *answer) problem(mutation, code, field string) {
	a.t.Helper()
	if gotCode, gotField := a.problemOf(mutation); gotCode != code || gotField != field {
		a.t.Errorf("not %s of %s: %s", code, field, a.body)
	}
}

// again loads Alder's folder once more.
func (w *world) again(t testing.TB, minutes int) load.Summary {
	t.Helper()
	found, err := load.FindDistrict(t.Context(), w.application, alderCode)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := load.Load(t.Context(), w.application, found, edfiSource(filepath.Join("testdata", "alder")), options(alderCode, minutes))
	if err != nil {
		t.Fatal(load.Explain(err), err)
	}
	return summary
}

// TestMergedStudentIsOne: of the high school are one, and M-01 of the
// middle school is A-02 too.
func TestMergedStudentIsOne(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward, coordinator := w.as(t, "DATA_STEWARD"), w.as(t, "DISTRICT_COORDINATOR")
	kept, dropped, third := steward.studentID("A-02"), steward.studentID("A-04"), steward.studentID("M-01")
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	got := steward.merge(kept, third, nil).done("mergeStudents", kept)
	// The day's parts: A-02 two whole days; A-04 0.75, 0.3333 and a suspension; M-01
	// two whole days in the middle school.
	if number(got.Data, "mergeStudents.student.attendance.absentDays") != 60_833 || len(got.list("mergeStudents.student.enrollments")) != 2 ||
		text(got.Data, "mergeStudents.student.gradeLevel") != "SEVENTH" {
		t.Errorf("%s", got.body)
	}

	const page = `query($id: ID!, $ids: [ID!]!) { node(id: $id) { id ... on Student { localId contactLogs { totalCount } risk { level } } }
		nodes(ids: $ids) { id } district { students(first: 100) { totalCount nodes { localId } } riskSummary { onTrack earlyWarning atRisk critical notMeasured } } }`
	seen := coordinator.ask(page, vars{"id": third, "ids": []string{dropped, kept, third}}).fine()
	if text(seen.Data, "node.id") != kept || text(seen.Data, "node.localId") != "A-02" || number(seen.Data, "node.contactLogs.totalCount") != 20_000 {
		t.Errorf("an old id gives %s", seen.body)
	}
	for i := range 3 {
		if text(seen.list("nodes")[i], "id") != kept {
			t.Errorf("nodes: %s", seen.body)
		}
	}
	if number(seen.Data, "district.students.totalCount") != 150_000 || len(seen.list("district.students.nodes")) != 15 {
		t.Errorf("of 17, two merged, the list counts: %s", seen.body)
	}
	for _, node := range seen.list("district.students.nodes") {
		if local := text(node, "localId"); local == "A-04" || local == "M-01" {
			t.Errorf("the list shows %s", local)
		}
	}
	levels := int64(0)
	for _, level := range []string{"onTrack", "earlyWarning", "atRisk", "critical", "notMeasured"} {
		levels += number(seen.Data, "district.riskSummary."+level)
	}
	if n := w.count(t, `SELECT count(DISTINCT student_id) FROM student_risk WHERE district_id = $1`); levels != int64(n)*10_000 ||
		w.count(t, `SELECT count(*) FROM student_risk r JOIN student s ON s.district_id = r.district_id AND s.id = r.student_id
			WHERE r.district_id = $1 AND s.merged_into IS NOT NULL`) != 0 {
		t.Errorf("levels are counted twice: %s", seen.body)
	}
	w.findsByFormerName(t, kept)
	if n := w.count(t, `SELECT count(*) FROM audit_log a WHERE a.district_id = $1 AND a.operation = 'mergeStudents' AND a.subject = 'STUDENT' AND a.reason <> ''`); n != 4 {
		t.Errorf("%d lines in the audit log, not one a student and merge", n)
	}
}

// findsByFormerName: the kept student is found by the name and local id of the dropped
// record, each search by words of one record; a leader of the one school finds them too.
func (w *world) findsByFormerName(t *testing.T, kept string) {
	t.Helper()
	const document = `query($search: String!) { district { students(filter: {search: $search}) { totalCount nodes { id localId } } } }`
	for search, found := range map[string]bool{"A-04": true, "kim hayes": true, "M-01": true, "ben": true, "kim abbott": false, "brown kim": false} {
		for _, subject := range []string{"DISTRICT_COORDINATOR", "SCHOOL_LEADER"} {
			got := w.as(t, subject).ask(document, vars{"search": search}).fine()
			has := false
			for _, node := range got.list("district.students.nodes") {
				has = has || (text(node, "id") == kept && text(node, "localId") == "A-02")
			}
			if has != found {
				t.Errorf("%s, %q: %s", subject, search, got.body)
			}
		}
	}
}

// TestWhoReachesTheMergedStudent: reach follows the rows. Who led the school of one
// record sees the one student, by either id; who has neither sees nobody.
func TestWhoReachesTheMergedStudent(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	kept, dropped, other := steward.studentID("M-02"), steward.studentID("A-03"), steward.studentID("M-03")
	leader := w.as(t, "SCHOOL_LEADER")
	const page = `query($id: ID!) { node(id: $id) { id ... on Student { displayName } } }`
	if got := leader.ask(page, vars{"id": kept}).fine(); got.at("node") != nil {
		t.Fatalf("M-02 is of the middle school: %s", got.body)
	}
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	for _, id := range []string{kept, dropped} {
		if got := leader.ask(page, vars{"id": id}).fine(); text(got.Data, "node.id") != kept {
			t.Errorf("%s", got.body)
		}
	}
	steward.merge(other, kept, nil).done("mergeStudents", other)
	w.write(t, w.alder, `UPDATE student_school_association e SET exit_date = '2022-08-30' FROM school c
		WHERE e.district_id = $1 AND c.district_id = $1 AND c.id = e.school_id AND c.local_id = '8801'
			AND e.student_id IN (SELECT s.id FROM student s WHERE s.district_id = $1 AND s.local_id = 'M-03')`)
	nothing := likeIt(kept)
	want := traceOf(leader.ask(page, vars{"id": nothing}), nothing)
	for _, id := range []string{kept, dropped, other} {
		if diff := cmp.Diff(want, traceOf(leader.ask(page, vars{"id": id}), id)); diff != "" {
			t.Errorf("out of reach is told from what never was (-never was +merged):\n%s", diff)
		}
	}
}

// TestFormerIDsAreWrittenTo: a phone that still has the old id logs for the kept student,
// and an advocate is given to the kept student.
func TestFormerIDsAreWrittenTo(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	kept, dropped := steward.studentID("A-03"), steward.studentID("A-01")
	advocate := w.caseloadOf(t, "A-01")
	before := advocate.logContact(dropped, vars{"idempotencyKey": "before"}).fine()
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	got := advocate.logContact(dropped, vars{"idempotencyKey": "after"}).fine()
	if text(got.Data, "logContact.contactLog.student.id") != kept {
		t.Errorf("%s", got.body)
	}
	replayed := advocate.logContact(dropped, vars{"idempotencyKey": "before"}).fine()
	if text(replayed.Data, "logContact.contactLog.id") != text(before.Data, "logContact.contactLog.id") ||
		text(replayed.Data, "logContact.contactLog.student.id") != kept {
		t.Errorf("%s", replayed.body)
	}
	facilitator := w.as(t, "FACILITATOR")
	ids := w.advocates(t, "who takes over")
	facilitator.assignTo(dropped, ids[0], nil).fine()
	if n := w.countPrimary(t, "A-03", "g.ends_on IS NULL"); n != 1 {
		t.Errorf("%d are responsible for the kept student", n)
	}
	if n := w.count(t, `SELECT count(*) FROM contact_log l JOIN student s ON s.district_id = l.district_id AND s.id = l.student_id
		WHERE l.district_id = $1 AND s.merged_into IS NOT NULL`); n != 0 {
		t.Errorf("%d contacts are with the dropped record", n)
	}
}

// TestMergeRefusesWhatCanBeCorrected holds each fault to its field, and to leaving
// nothing behind.
func TestMergeRefusesWhatCanBeCorrected(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	a, b, c, d := steward.studentID("A-01"), steward.studentID("A-02"), steward.studentID("A-03"), steward.studentID("A-04")
	foreign := w.as(t, "birch steward").studentID("A-01")
	journal := func() [2]int {
		return [2]int{w.count(t, `SELECT count(*) FROM student_merge WHERE district_id = $1`), w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1`)}
	}
	steward.merge(b, c, nil).done("mergeStudents", b)
	stands := journal()
	steward.merge(a, a, nil).problem("mergeStudents", "INVALID", "dropId")
	steward.merge(a, d, vars{"reason": " "}).problem("mergeStudents", "REQUIRED", "reason")
	steward.merge(a, d, vars{"reason": strings.Repeat("x", 1001)}).problem("mergeStudents", "INVALID", "reason")
	steward.merge(a, d, vars{"idempotencyKey": ""}).problem("mergeStudents", "INVALID", "idempotencyKey")
	for _, got := range []*answer{steward.merge(a, c, nil), steward.merge(b, c, nil)} {
		got.problem("mergeStudents", "CONFLICT", "dropId")
		if text(got.Data, "mergeStudents.student.id") != b {
			t.Errorf("the one who stands is not shown: %s", got.body)
		}
	}
	steward.merge(c, a, nil).problem("mergeStudents", "CONFLICT", "keepId")
	steward.unmerge(a).problem("unmergeStudents", "CONFLICT", "studentId")
	nobody := steward.merge(a, likeIt(a), nil)
	for _, pair := range [][2]string{{a, foreign}, {foreign, a}, {likeIt(a), a}, {a, steward.schoolID(alderHigh)}} {
		got := steward.merge(pair[0], pair[1], nil)
		got.refused("NOT_FOUND")
		if string(got.body) != string(nobody.body) {
			t.Errorf("refused otherwise than nobody:\n%s\n%s", got.body, nobody.body)
		}
	}
	steward.unmerge(foreign).refused("NOT_FOUND")
	if diff := cmp.Diff(stands, journal()); diff != "" {
		t.Errorf("what was refused left something behind: %s", diff)
	}
}

// TestMergeOnceAKey: the same key and input gives the same student again; another input
// is a conflict; and two at once merge once.
func TestMergeOnceAKey(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	kept, dropped, other := steward.studentID("A-01"), steward.studentID("A-02"), steward.studentID("A-03")
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() { steward.merge(kept, dropped, vars{"idempotencyKey": "k"}).done("mergeStudents", kept) })
	}
	wait.Wait()
	steward.merge(kept, other, vars{"idempotencyKey": "k"}).problem("mergeStudents", "CONFLICT", "idempotencyKey")
	if n := w.count(t, `SELECT count(*) FROM student_merge WHERE district_id = $1`); n != 1 {
		t.Errorf("%d merges, not one", n)
	}
	// Either way round at once: one of the two is done, the other contradicts it.
	answers := make([]*answer, 2)
	x, y := steward.studentID("A-04"), steward.studentID("A-05")
	for i, pair := range [][2]string{{x, y}, {y, x}} {
		wait.Go(func() { answers[i] = steward.merge(pair[0], pair[1], nil).fine() })
	}
	wait.Wait()
	if done := len(answers[0].list("mergeStudents.userErrors")) + len(answers[1].list("mergeStudents.userErrors")); done != 1 {
		t.Errorf("%s\n%s", answers[0].body, answers[1].body)
	}
}

// TestUnmergeInOppositeOrder: A into B, B into C, D into C: last first, and each other
// order says why.
func TestUnmergeInOppositeOrder(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	a, b, c, d := steward.studentID("A-01"), steward.studentID("A-02"), steward.studentID("A-03"), steward.studentID("A-04")
	w.redraw(t)
	before := w.state(t)
	steward.merge(b, a, nil).done("mergeStudents", b)
	steward.merge(c, b, nil).done("mergeStudents", c)
	steward.merge(c, d, nil).done("mergeStudents", c)
	const page = `query($id: ID!) { node(id: $id) { id } }`
	if got := steward.ask(page, vars{"id": a}).fine(); text(got.Data, "node.id") != c {
		t.Errorf("an id two merges old gives %s", got.body)
	}
	steward.unmerge(a).problem("unmergeStudents", "CONFLICT", "studentId")
	steward.unmerge(b).problem("unmergeStudents", "CONFLICT", "studentId")
	for _, id := range []string{d, b, a} {
		steward.unmerge(id).done("unmergeStudents", id)
	}
	if diff := cmp.Diff(before, w.state(t)); diff != "" {
		t.Errorf("(-before +undone):\n%s", diff)
	}
	if n := w.countAudit(t, "unmergeStudents", "DATA_STEWARD"); n != 6 {
		t.Errorf("%d lines in the audit log, not one a student and undoing", n)
	}
}

// TestUnmergeWithin30Days counts the district's days.
func TestUnmergeWithin30Days(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	kept, dropped := steward.studentID("A-01"), steward.studentID("A-02")
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	w.write(t, w.alder, `SELECT ensure_audit_partition('2022-10-01'::date) WHERE $1::uuid IS NOT NULL`)
	later := func(at time.Time) *client {
		return w.at(t, listen(t, w.newHandler(t, server.Config{Now: func() time.Time { return at }})), "DATA_STEWARD")
	}
	// Merged on 1 September: 1 October is the thirtieth day after, and ends at 5:00 UTC.
	for _, one := range []struct {
		at   time.Time
		done bool
	}{{time.Date(2022, time.October, 2, 5, 0, 0, 0, time.UTC), false}, {time.Date(2022, time.October, 2, 4, 59, 0, 0, time.UTC), true}} {
		got := later(one.at).unmerge(dropped)
		if !one.done {
			got.problem("unmergeStudents", "LIMIT_EXCEEDED", "studentId")
			continue
		}
		got.done("unmergeStudents", dropped)
	}
}

// TestNobodyWritesToTheDroppedRecord: what is written while a merge goes on is the kept
// student's, however the two meet, or refused as of somebody who is not there.
func TestNobodyWritesToTheDroppedRecord(t *testing.T) {
	t.Parallel()
	for table, write := range map[string]func(*client, string) *answer{
		"contact_log": func(c *client, id string) *answer { return c.logContact(id, nil) },
		"note":        func(c *client, id string) *answer { return c.addNote(id, nil) },
	} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			w := newWorkplace(t)
			steward, coordinator := w.as(t, "DATA_STEWARD"), w.as(t, "DISTRICT_COORDINATOR")
			kept, dropped := steward.studentID("A-01"), steward.studentID("A-02")
			for range 6 {
				var wait sync.WaitGroup
				for range 6 {
					wait.Go(func() {
						for range 4 {
							if got := write(coordinator, dropped); got.code() != "" && got.code() != "NOT_FOUND" {
								t.Errorf("%s", got.body)
							}
						}
					})
				}
				wait.Go(func() { steward.merge(kept, dropped, nil).done("mergeStudents", kept) })
				wait.Wait()
				if n := w.count(t, `SELECT count(*) FROM `+table+` l JOIN student s ON s.district_id = l.district_id AND s.id = l.student_id
					WHERE l.district_id = $1 AND s.merged_into IS NOT NULL`); n != 0 {
					t.Fatalf("%d rows were written to the dropped record", n)
				}
				steward.unmerge(dropped).done("unmergeStudents", dropped)
			}
		})
	}
}

// TestMergeWaitsForNoImport: while an import is under way a merge says so and does
// nothing.
func TestMergeWaitsForNoImport(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	kept, dropped := steward.studentID("A-01"), steward.studentID("A-02")
	tx, err := w.owner.Pool().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), `SELECT pg_advisory_xact_lock(hashtextextended('import ' || $1::text, 0))`, w.alder.ID); err != nil {
		t.Fatal(err)
	}
	if got := steward.merge(kept, dropped, nil).fine(); text(got.Data, "mergeStudents.userErrors.0.code") != "CONFLICT" {
		t.Errorf("%s", got.body)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
}

// TestImportAfterAMerge: the same folder again changes nothing, tells of the rows that
// were taken as the kept student's, and does not bring the dropped one back.
func TestImportAfterAMerge(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	for i, pair := range [][2]string{{"A-02", "A-04"}, {"A-02", "M-01"}, {"M-03", "A-11"}, {"A-05", "A_06"}} {
		keep, drop := steward.studentID(pair[0]), steward.studentID(pair[1])
		steward.merge(keep, drop, nil).done("mergeStudents", keep)
		summary := w.again(t, 10+i)
		if summary.Changed() != 0 || summary.Recomputed.Figures+summary.Recomputed.Levels+summary.Recomputed.Flags != 0 {
			t.Errorf("after %v: %d rows changed: %+v", pair, summary.Changed(), summary)
		}
		if summary.Merged() == 0 {
			t.Errorf("after %v: no row is told of", pair)
		}
		for _, count := range summary.Counts {
			if count.Kind == "Student" && (count.Merged != int64(i+1) || count.Unchanged != count.Read) {
				t.Errorf("after %v: %+v", pair, count)
			}
		}
	}
	got := steward.ask(`{ district { importRuns(first: 1) { nodes { counts { kind merged } } } students(first: 100) { totalCount } } }`, nil).fine()
	if number(got.Data, "district.students.totalCount") != 130_000 {
		t.Errorf("%s", got.body)
	}
	for _, count := range got.list("district.importRuns.nodes.0.counts") {
		if text(count, "kind") == "Student" && number(count, "merged") != 40_000 {
			t.Errorf("%s", got.body)
		}
	}
}

// TestMergeStatementCounts: a merge takes at most so many statements, for a student with
// much as for one with little: a table of which nothing changes is not written.
func TestMergeStatementCounts(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	const most = 75
	w.as(t, "DISTRICT_COORDINATOR").logContact(steward.studentID("A-01"), nil).fine() // room in the audit log is asked for once
	for _, pair := range [][2]string{{"A-01", "A-04"}, {"A-05", "A-10"}} {
		keep, drop := steward.studentID(pair[0]), steward.studentID(pair[1])
		merged := steward.merge(keep, drop, nil).done("mergeStudents", keep)
		undone := steward.unmerge(drop).done("unmergeStudents", drop)
		if len(merged.statements) > most || len(undone.statements) > most {
			t.Errorf("%d and %d statements, not at most %d", len(merged.statements), len(undone.statements), most)
		}
	}
	const page = `query($id: ID!) { node(id: $id) { id ... on Student { displayName contacts { relation } } } }`
	keep, drop := steward.studentID("A-01"), steward.studentID("A-04")
	steward.merge(keep, drop, nil).done("mergeStudents", keep)
	for id, want := range map[string]int{keep: 2, drop: 3, relay.NewID(relay.Student, w.alder.ID).String(): 3} {
		if got := steward.ask(page, vars{"id": id}).fine(); len(got.statements) != want {
			t.Errorf("%d statements, not %d", len(got.statements), want)
		}
	}
}

// TestNotesAndGrantsMoveWithTheStudent: who was granted a circumstance or a restricted
// note of the dropped record sees it of the kept student, and after the undo as before.
func TestNotesAndGrantsMoveWithTheStudent(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, staff := w.newAdvocate(t, "advocate") // A-01 is on the caseload
	coordinator, steward := w.as(t, "DISTRICT_COORDINATOR"), w.as(t, "DATA_STEWARD")
	dropped, kept := coordinator.studentID("A-01"), coordinator.studentID("A-02")
	coordinator.grant(dropped, staff, nil).fine()
	written := advocate.ask(`mutation($i: AddNoteInput!) { addNote(input: $i) { note { id } userErrors { code } } }`,
		vars{"i": vars{"studentId": dropped, "body": "Keep it between us.", "visibility": "RESTRICTED"}}).fine()
	note := text(written.Data, "addNote.note.id")
	sees := func(when, student string) {
		t.Helper()
		got := advocate.ask(`query($id: ID!) { node(id: $id) { id ... on Student { characteristics { kind } notes(first: 5) { nodes { id } } } } }`, vars{"id": student}).fine()
		if kinds := textsOf(got.at("node.characteristics"), "kind"); !slices.Contains(kinds, "HOMELESS") {
			t.Errorf("%s: the granted circumstance is not seen: %s", when, got.body)
		}
		if notes := textsOf(got.at("node.notes.nodes"), "id"); !slices.Contains(notes, note) {
			t.Errorf("%s: the own note is not seen: %s", when, got.body)
		}
	}
	sees("before", dropped)
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	if err := w.keeper.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	officer := w.as(t, "PRIVACY_OFFICER").ask(`query($id: ID!) { accessLog(studentId: $id, first: 50) { totalCount nodes { dataClasses } } }`, vars{"id": kept}).fine()
	before := 0
	for _, line := range officer.list("accessLog.nodes") {
		classes, _ := dig(line, "dataClasses").([]any)
		if slices.Contains(classes, any("CIRCUMSTANCE")) && slices.Contains(classes, any("RESTRICTED")) {
			before++
		}
	}
	if before != 1 || officer.at("accessLog.totalCount") != float64(len(officer.list("accessLog.nodes"))) {
		t.Errorf("what was shown of the dropped record is not in the student's log: %s", officer.body)
	}
	sees("merged", kept)
	steward.unmerge(dropped).done("unmergeStudents", dropped)
	sees("undone", dropped)
	if got := advocate.ask(`query($id: ID!) { node(id: $id) { ... on Student { notes(first: 5) { nodes { id } } } } }`, vars{"id": kept}).fine(); got.at("node.notes") != nil {
		t.Errorf("the kept record keeps the notes: %s", got.body)
	}
}
