package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// addNote asks for a note about the student, with what is said beside it.
func (c *client) addNote(student string, beside vars) *answer {
	c.t.Helper()
	input := vars{"studentId": student, "body": "Worth keeping."}
	maps.Copy(input, beside)
	return c.ask(addNoteDocument, vars{"input": input})
}

// TestNotesTakeAFormerID: a note written under the old id is the kept student's, and a
// key that was used before the merge is remembered after it.
func TestNotesTakeAFormerID(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, _ := w.newAdvocate(t, "advocate")
	steward := w.as(t, "DATA_STEWARD")
	kept, dropped := steward.studentID("A-02"), steward.studentID("A-01")
	before := advocate.addNote(dropped, vars{"idempotencyKey": "before"}).fine()
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	written := []string{text(before.Data, "addNote.note.id")}
	for _, visibility := range []string{"GENERAL", "RESTRICTED"} {
		got := advocate.addNote(dropped, vars{"visibility": visibility, "idempotencyKey": visibility}).fine()
		again := advocate.addNote(dropped, vars{"visibility": visibility, "idempotencyKey": visibility}).fine()
		if text(got.Data, "addNote.note.visibility") != visibility || text(got.Data, "addNote.note.id") != text(again.Data, "addNote.note.id") {
			t.Errorf("%s\n%s", got.body, again.body)
		}
		written = append(written, text(got.Data, "addNote.note.id"))
	}
	replayed := advocate.addNote(dropped, vars{"idempotencyKey": "before"}).fine()
	if text(replayed.Data, "addNote.note.id") != written[0] {
		t.Errorf("not the note of before: %s", replayed.body)
	}
	seen := textsOf(advocate.ask(notesDocument, vars{"id": kept, "first": 10}).fine().at("node.notes.nodes"), "id")
	slices.Sort(seen)
	slices.Sort(written)
	if diff := cmp.Diff(written, seen); diff != "" {
		t.Errorf("the kept student's notes (-written +seen)\n%s", diff)
	}
	if n := w.count(t, `SELECT count(*) FROM audit_log a JOIN student s ON s.district_id = a.district_id AND s.id = (a.after ->> 'student_id')::uuid
		WHERE a.district_id = $1 AND a.operation = 'addNote' AND s.local_id = 'A-02'`); n != 2 {
		t.Errorf("%d lines in the audit log are of the kept student, not 2", n)
	}
}

// TestDetailsAreConfirmedUnderAFormerID: who is reached through a contact of the kept
// student confirms their details under either id.
func TestDetailsAreConfirmedUnderAFormerID(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward, coordinator := w.as(t, "DATA_STEWARD"), w.as(t, "DISTRICT_COORDINATOR")
	kept, dropped := steward.studentID("A-02"), steward.studentID("A-01")
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	contact := coordinator.contactIDs(kept)[0]
	for way, id := range map[string]string{"after four": kept, "by letter": dropped} {
		got := coordinator.logContact(id, vars{"withContactId": contact, "bestWayToReach": way}).fine()
		if n := w.count(t, `SELECT count(*) FROM person WHERE district_id = $1 AND best_way_to_reach = $2 AND last_confirmed_on = $3`, way, today); n != 1 {
			t.Errorf("%d people confirmed %q: %s", n, way, got.body)
		}
	}
}

// TestGrantsTakeAFormerID: what is granted under the old id is granted of the kept
// student, once, whichever id it is asked by.
func TestGrantsTakeAFormerID(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, staff := w.newAdvocate(t, "advocate")
	counselor, steward := w.as(t, "COUNSELOR"), w.as(t, "DATA_STEWARD")
	note := relay.NewID(relay.Note, w.note(t, "COUNSELOR", "A-01", "RESTRICTED", "pass it on")).String()
	kept, dropped := steward.studentID("A-02"), steward.studentID("A-01")
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	for name, beside := range map[string]vars{"kind": {"characteristicKind": "HOMELESS"}, "note": {"characteristicKind": nil, "noteId": note}} {
		made := text(counselor.grant(dropped, staff, beside).fine().Data, "grantNeedToKnow.grant.id")
		for _, id := range []string{kept, dropped} {
			again := counselor.grant(id, staff, beside)
			if code, field := again.problemOf("grantNeedToKnow"); code != "CONFLICT" || field != "staffId" || made == "" || text(again.Data, "grantNeedToKnow.grant.id") != made {
				t.Errorf("%s: %s", name, again.body)
			}
		}
	}
	if n := w.count(t, `SELECT count(*) FROM need_to_know_grant g JOIN student s ON s.district_id = g.district_id AND s.id = g.student_id
		WHERE g.district_id = $1 AND s.local_id = 'A-02'`); n != 2 {
		t.Errorf("%d grants are of the kept student, not 2", n)
	}
	if diff := cmp.Diff([]string{"HOMELESS"}, advocate.kinds(dropped)); diff != "" {
		t.Errorf("what was granted is not seen:\n%s", diff)
	}
	if bodies := textsOf(advocate.ask(notesDocument, vars{"id": dropped}).fine().at("node.notes.nodes"), "body"); !slices.Contains(bodies, "pass it on") {
		t.Errorf("the note is not seen: %v", bodies)
	}
}

// TestPreviewsTakeAFormerID: through a colleague's eyes an old id gives the kept student
// too, where the colleague reaches that one.
func TestPreviewsTakeAFormerID(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	_, staff := w.newAdvocate(t, "advocate")
	coordinator, steward := w.as(t, "DISTRICT_COORDINATOR"), w.as(t, "DATA_STEWARD")
	kept, dropped, elsewhere, there := steward.studentID("A-01"), steward.studentID("A-04"), steward.studentID("M-02"), steward.studentID("M-03")
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	steward.merge(elsewhere, there, nil).done("mergeStudents", elsewhere)
	const document = `query Eyes($staff: ID!, $id: ID!) { viewAs(staffId: $staff) { student(id: $id) { id localId contacts { relation } characteristics { kind } } } }`
	look := func(id string) *answer { return coordinator.ask(document, vars{"staff": staff, "id": id}).fine() }
	want, got := look(kept), look(dropped)
	if text(got.Data, "viewAs.student.id") != kept || text(got.Data, "viewAs.student.localId") != "A-01" || len(got.redactions()) == 0 {
		t.Errorf("%s", got.body)
	}
	if diff := cmp.Diff(string(want.body), string(got.body)); diff != "" {
		t.Errorf("(-kept +former)\n%s", diff)
	}
	for _, line := range w.logged(t, "DISTRICT_COORDINATOR", "Eyes") {
		if !strings.HasSuffix(line, " of A-01") {
			t.Errorf("the access log says: %s", line)
		}
	}
	nothing := likeIt(there)
	if diff := cmp.Diff(traceOf(look(nothing), nothing), traceOf(look(there), there)); diff != "" {
		t.Errorf("an old id out of reach is told from what never was (-never was +merged)\n%s", diff)
	}
}

// TestFormerIDsOutOfReachAreAsIfTheyNeverWere: an old id is no way to learn of, or write
// to, a student out of reach.
func TestFormerIDsOutOfReachAreAsIfTheyNeverWere(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	_, staff := w.newAdvocate(t, "advocate")
	steward := w.as(t, "DATA_STEWARD")
	kept, dropped, own := steward.studentID("M-02"), steward.studentID("M-03"), steward.studentID("A-01")
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	counselor := w.as(t, "COUNSELOR")
	for name, ask := range map[string]func(id string) *answer{
		"addNote":         func(id string) *answer { return counselor.addNote(id, nil) },
		"a restricted":    func(id string) *answer { return counselor.addNote(id, vars{"visibility": "RESTRICTED"}) },
		"grantNeedToKnow": func(id string) *answer { return counselor.grant(id, staff, nil) },
		"assignAdvocate":  func(id string) *answer { return counselor.assignTo(id, staff, nil) },
		"logContact":      func(id string) *answer { return counselor.logContact(id, nil) },
	} {
		ask(own).fine()
		nothing := likeIt(dropped)
		want := ask(nothing)
		want.refused("NOT_FOUND")
		if diff := cmp.Diff(traceOf(want, nothing), traceOf(ask(dropped), dropped)); diff != "" {
			t.Errorf("%s (-never was +merged)\n%s", name, diff)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM (SELECT student_id FROM note WHERE district_id = $1 UNION ALL SELECT student_id FROM need_to_know_grant WHERE district_id = $1) x
		JOIN student s ON s.district_id = $1 AND s.id = x.student_id WHERE s.local_id LIKE 'M-%'`); n != 0 {
		t.Errorf("%d rows were written out of reach", n)
	}
}

// TestTheAccessLogOfAFormerID: the log of a merged student is one, by either id: what was
// shown under the old id and what was shown under the kept one. Lines keep the id that
// they were written with, so that after an undoing each record has its own again.
func TestTheAccessLogOfAFormerID(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward, coordinator, officer := w.as(t, "DATA_STEWARD"), w.as(t, "DISTRICT_COORDINATOR"), w.as(t, "PRIVACY_OFFICER")
	kept, dropped, third := steward.studentID("A-01"), steward.studentID("A-02"), steward.studentID("A-03")
	look := func(name, id string) {
		t.Helper()
		coordinator.ask(fmt.Sprintf(`query %s { node(id: "%s") { ... on Student { displayName } } }`, name, id), nil).fine()
		if err := w.keeper.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	log := func(id string) *answer {
		t.Helper()
		return officer.ask(accessLogDocument, vars{"id": id}).fine()
	}
	looks := func(id string) []string {
		t.Helper()
		return slices.DeleteFunc(textsOf(nodesOf(log(id)), "operation"), func(name string) bool { return !strings.HasPrefix(name, "Look") })
	}
	look("LookKept", kept)
	look("LookDropped", dropped)
	look("LookThird", third)
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	steward.merge(kept, third, nil).done("mergeStudents", kept)
	look("LookSince", dropped)
	all := []string{"LookDropped", "LookKept", "LookSince", "LookThird"}
	whole := log(kept)
	for name, id := range map[string]string{"kept": kept, "dropped": dropped, "third": third} {
		if diff := cmp.Diff(all, looks(id)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		got := log(id)
		if diff := cmp.Diff(nodesOf(whole), nodesOf(got)); diff != "" || got.at("accessLog.totalCount") != whole.at("accessLog.totalCount") {
			t.Errorf("%s: not the log of the kept student (-kept +got)\n%s", name, diff)
		}
	}
	page := officer.ask(accessLogDocument, vars{"id": dropped, "first": 1}).fine()
	rest := officer.ask(accessLogDocument, vars{"id": dropped, "first": 100, "after": page.at("accessLog.pageInfo.endCursor")}).fine()
	if diff := cmp.Diff(nodesOf(whole), slices.Concat(nodesOf(page), nodesOf(rest))); diff != "" {
		t.Errorf("the pages are not the whole\n%s", diff)
	}
	for _, line := range w.logged(t, "PRIVACY_OFFICER", "AccessLog") {
		if line != "ACCESS_LOG by PRIVACY_OFFICER DISTRICT of A-01" {
			t.Errorf("reading it is written down as: %s", line)
		}
	}
	steward.unmerge(third).done("unmergeStudents", third)
	steward.unmerge(dropped).done("unmergeStudents", dropped)
	for id, want := range map[string][]string{kept: {"LookKept", "LookSince"}, dropped: {"LookDropped"}, third: {"LookThird"}} {
		if diff := cmp.Diff(want, looks(id)); diff != "" {
			t.Errorf("after the undoing (-want +got)\n%s", diff)
		}
	}
}

// nodesOf gives the lines of a page of the access log.
func nodesOf(log *answer) []any {
	nodes := []any{}
	for _, edge := range log.list("accessLog.edges") {
		nodes = append(nodes, dig(edge, "node"))
	}
	return nodes
}

// TestFormerIDsAreFoundByTheKey: a statement that names a student by an id, which may be
// a former one, reads that student's row and no other of the district's. Row-level
// security would keep a condition of another form from the key.
func TestFormerIDsAreFoundByTheKey(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	_, staff := w.newAdvocate(t, "advocate")
	steward, coordinator := w.as(t, "DATA_STEWARD"), w.as(t, "DISTRICT_COORDINATOR")
	kept, dropped := steward.studentID("A-02"), steward.studentID("A-01")
	steward.merge(kept, dropped, nil).done("mergeStudents", kept)
	w.write(t, w.alder, `WITH many AS (
		INSERT INTO student (district_id, id, local_id, first_name, last_name) SELECT $1, gen_random_uuid(), 'many ' || n, 'One', 'Of many' FROM generate_series(1, 3000) n
		RETURNING id, local_id
	) INSERT INTO student (district_id, id, local_id, first_name, last_name, merged_into, withdrawn_at)
		SELECT $1, gen_random_uuid(), 'former ' || local_id, 'One', 'Of many', id, now() FROM many`)
	if _, err := w.owner.Pool().ExecContext(t.Context(), "ANALYZE student"); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]*answer{
		"node":            coordinator.ask(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": dropped}),
		"viewAs":          coordinator.ask(viewAsDocument, vars{"staff": w.staffNode(t, "TEACHER"), "id": dropped}),
		"accessLog":       w.as(t, "PRIVACY_OFFICER").ask(accessLogDocument, vars{"id": dropped}),
		"logContact":      coordinator.logContact(dropped, nil),
		"addNote":         coordinator.addNote(dropped, nil),
		"grantNeedToKnow": coordinator.grant(dropped, staff, nil),
		"assignAdvocate":  coordinator.assignTo(dropped, w.advocates(t, "who takes over")[0], nil),
	} {
		named := 0
		for _, statement := range got.fine().statements {
			if !strings.Contains(statement, "merged_into") {
				continue
			}
			named++
			for _, fault := range w.scansOf(t, statement, "student") {
				t.Errorf("%s: %s:\n%s", name, fault, statement)
			}
		}
		if named == 0 {
			t.Errorf("%s resolves no former id", name)
		}
	}
}

// byID is a condition that names one row of students, or those who were merged into one.
var byID = regexp.MustCompile(`\((id|merged_into) = `)

// scansOf gives the scans of the table in a statement's plan that go by no id.
func (w *world) scansOf(t *testing.T, statement, table string) []string {
	t.Helper()
	var plans []any
	if err := json.Unmarshal([]byte(w.plan(t, statement)), &plans); err != nil {
		t.Fatal(err)
	}
	var faults []string
	var walk func(node any)
	walk = func(node any) {
		by := text(node, "Index Cond") + text(node, "Recheck Cond")
		if text(node, "Relation Name") == table && !byID.MatchString(by) {
			faults = append(faults, fmt.Sprintf("%s on %s %s goes by %q", text(node, "Node Type"), table, text(node, "Alias"), by))
		}
		for _, below := range listAt(node, "Plans") {
			walk(below)
		}
	}
	for _, one := range plans {
		walk(dig(one, "Plan"))
	}
	return faults
}

// plan gives the plan of a statement for any arguments, as the application's login has
// it.
func (w *world) plan(t *testing.T, statement string) (plan string) {
	t.Helper()
	arguments := strings.Repeat(", NULL", len(slices.Compact(slices.Sorted(slices.Values(regexp.MustCompile(`\$\d+`).FindAllString(statement, -1))))))
	ctx := tenant.With(t.Context(), tenant.Scope{District: w.alder.ID})
	err := w.application.Write(ctx, func(tx *postgres.Tx) error {
		for _, text := range []string{"SET LOCAL plan_cache_mode = force_generic_plan", "PREPARE asked AS " + statement} {
			if _, err := tx.SQL().ExecContext(ctx, text); err != nil {
				return err
			}
		}
		rows, err := tx.SQL().QueryContext(ctx, "EXPLAIN (FORMAT JSON) EXECUTE asked ("+strings.TrimPrefix(arguments, ", ")+")")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			if err := rows.Scan(&plan); err != nil {
				return err
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		_ = rows.Close()
		_, err = tx.SQL().ExecContext(ctx, "DEALLOCATE asked")
		return err
	})
	if err != nil {
		t.Fatalf("%v:\n%s", err, statement)
	}
	return plan
}
