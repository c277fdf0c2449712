package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

const (
	addNoteDocument    = `mutation($input: AddNoteInput!) { addNote(input: $input) { note { id visibility body revision by { displayName } } userErrors { code field message } } }`
	reviseNoteDocument = `mutation($input: ReviseNoteInput!) { reviseNote(input: $input) { note { id visibility body revision } userErrors { code field message } } }`
	notesDocument      = `query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { node(id: $id) { ... on Student {
		notes(first: $first, after: $after, last: $last, before: $before) {
			totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id body revision } } } } }`
)

// TestHiddenNotesChangeNothing holds that restricted notes of others change no count,
// no page and no order: what is answered without them is answered with them.
func TestHiddenNotesChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, _ := w.newAdvocate(t, "advocate")
	student := advocate.studentID("A-01")
	for i := range 7 {
		w.note(t, []string{"no role", "advocate"}[i%2], "A-01", []string{"GENERAL", "RESTRICTED"}[i%2], fmt.Sprintf("seen %d", i))
	}
	pages := func() []string {
		var told []string
		for _, size := range []int{1, 2, 3, 100} {
			var after any
			for {
				got := advocate.ask(notesDocument, vars{"id": student, "first": size, "after": after}).fine()
				told = append(told, fmt.Sprint(got.at("node.notes.totalCount"), got.at("node.notes.nodes"), got.at("node.notes.pageInfo.hasNextPage"),
					got.at("node.notes.pageInfo.hasPreviousPage"), got.redactions(), len(got.statements)))
				if got.at("node.notes.pageInfo.hasNextPage") != true {
					break
				}
				after = got.at("node.notes.pageInfo.endCursor")
			}
		}
		last := advocate.ask(notesDocument, vars{"id": student, "last": 3}).fine()
		before := advocate.ask(notesDocument, vars{"id": student, "last": 3, "before": last.at("node.notes.pageInfo.startCursor")}).fine()
		return append(told, fmt.Sprint(last.at("node.notes.nodes"), before.at("node.notes.nodes"), before.at("node.notes.pageInfo.hasPreviousPage")))
	}
	without := pages()
	for i := range 20 {
		id := w.note(t, "no role", "A-01", "RESTRICTED", "hidden")
		w.write(t, w.alder, `UPDATE note SET written_at = now() - make_interval(mins => $3 - 10) WHERE district_id = $1 AND id = $2`, id, i)
	}
	if diff := cmp.Diff(without, pages()); diff != "" {
		t.Errorf("hidden notes are told (-without +with)\n%s", diff)
	}
	all := advocate.ask(notesDocument, vars{"id": student, "first": 100}).fine()
	if n := len(all.list("node.notes.nodes")); n != 7 || all.at("node.notes.totalCount") != 7.0 {
		t.Errorf("%d notes: %s", n, all.body)
	}
}

// TestNotesCursorsAreTheirOwn holds a cursor to the student whose list gave it.
func TestNotesCursorsAreTheirOwn(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.note(t, "no role", "A-01", "GENERAL", "one")
	w.note(t, "no role", "A-02", "GENERAL", "two")
	leader := w.as(t, "SCHOOL_LEADER")
	cursor := leader.ask(notesDocument, vars{"id": leader.studentID("A-01"), "first": 1}).fine().at("node.notes.pageInfo.endCursor")
	leader.ask(notesDocument, vars{"id": leader.studentID("A-02"), "first": 1, "after": cursor}).refused("BAD_USER_INPUT")
	w.as(t, "COUNSELOR").ask(notesDocument, vars{"id": leader.studentID("A-01"), "first": 1, "after": cursor}).refused("BAD_USER_INPUT")
}

// TestReviseNote follows a note through its revisions.
func TestReviseNote(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, _ := w.newAdvocate(t, "advocate")
	student := advocate.studentID("A-01")
	for _, visibility := range []string{"GENERAL", "RESTRICTED"} {
		written := advocate.ask(addNoteDocument, vars{"input": vars{"studentId": student, "body": " first ", "visibility": visibility}}).fine()
		id := text(written.Data, "addNote.note.id")
		if text(written.Data, "addNote.note.body") != "first" || written.at("addNote.note.revision") != 1.0 ||
			text(written.Data, "addNote.note.by.displayName") != "Staff advocate" {
			t.Fatalf("%s", written.body)
		}
		revise := func(seen int, body string) *answer {
			t.Helper()
			return advocate.ask(reviseNoteDocument, vars{"input": vars{"noteId": id, "revision": seen, "body": body}})
		}
		second := revise(1, "second").fine()
		if text(second.Data, "reviseNote.note.body") != "second" || second.at("reviseNote.note.revision") != 2.0 || text(second.Data, "reviseNote.note.visibility") != visibility {
			t.Errorf("%s", second.body)
		}
		for _, seen := range []int{1, 3, 0, -1} {
			stale := revise(seen, "third")
			if code, field := stale.problemOf("reviseNote"); code != "CONFLICT" || field != "revision" || text(stale.Data, "reviseNote.note.body") != "second" {
				t.Errorf("revision %d: %s", seen, stale.body)
			}
		}
		if same := revise(2, "second").fine(); same.at("reviseNote.note.revision") != 2.0 {
			t.Errorf("a retry made a revision: %s", same.body)
		}
		if code, field := revise(2, " ").problemOf("reviseNote"); code != "REQUIRED" || field != "body" {
			t.Errorf("an empty note was taken")
		}
		if n := w.count(t, `SELECT count(*) FROM note_revision v JOIN note n ON n.district_id = v.district_id AND n.id = v.note_id
			WHERE v.district_id = $1 AND n.visibility = $2 AND (v.revision, v.body) IN ((1, 'first'), (2, 'second'))`, visibility); n != 2 {
			t.Errorf("%d revisions are kept, not 2", n)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND subject = 'NOTE' AND (to_jsonb(audit_log.*)::text NOT LIKE '%first%'
		AND to_jsonb(audit_log.*)::text NOT LIKE '%second%')
		AND (operation = 'addNote' AND after ->> 'revision' = '1' OR operation = 'reviseNote' AND after ->> 'revision' = '2')`); n != 4 {
		t.Errorf("%d lines of the audit log name the revision and not what it says, not 4", n)
	}
}

// TestRevisedAtOnce holds that of two who saw the same revision one writes the next,
// and the other is told.
func TestRevisedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, _ := w.newAdvocate(t, "advocate")
	student := advocate.studentID("A-01")
	id := text(advocate.ask(addNoteDocument, vars{"input": vars{"studentId": student, "body": "first"}}).fine().Data, "addNote.note.id")
	clients := []*client{advocate, w.at(t, w.secondServer(t), "advocate")}
	made := 0
	for _, got := range atOnce(20, func(i int) *answer {
		return clients[i%2].ask(reviseNoteDocument, vars{"input": vars{"noteId": id, "revision": 1, "body": fmt.Sprint("by ", i)}})
	}) {
		if code, _ := got.problemOf("reviseNote"); code == "" {
			made++
		} else if got.at("reviseNote.note.revision") != 2.0 {
			t.Errorf("not the one that stands: %s", got.body)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM note_revision WHERE district_id = $1`); made != 1 || n != 2 {
		t.Errorf("%d were taken, %d revisions stand", made, n)
	}
}

// TestNotesEndWithTheReach holds that an author reads and revises for as long as the
// reach lasts, and that another's note is theirs alone to revise.
func TestNotesEndWithTheReach(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, _ := w.newAdvocate(t, "advocate")
	w.link(t, "advocate", "BACKUP", span{longAgo, ""}, "M-02")
	own := func(student string) string {
		return relay.NewID(relay.Note, w.note(t, "advocate", student, "RESTRICTED", "own")).String()
	}
	here, there := own("A-01"), own("M-02")
	general := relay.NewID(relay.Note, w.note(t, "no role", "A-01", "GENERAL", "theirs")).String()
	hidden := relay.NewID(relay.Note, w.note(t, "no role", "A-01", "RESTRICTED", "theirs")).String()
	revise := func(id string) *answer {
		t.Helper()
		return advocate.ask(reviseNoteDocument, vars{"input": vars{"noteId": id, "revision": 1, "body": "mine now"}})
	}
	revise(likeIt(here)) // makes room in the audit log, once a month
	never := traceOf(revise(likeIt(here)))
	notFound := func(name, id string) {
		t.Helper()
		got := revise(id)
		got.refused("NOT_FOUND")
		if diff := cmp.Diff(never, traceOf(got)); diff != "" {
			t.Errorf("%s is told from a note that never was (-never was +it)\n%s", name, diff)
		}
	}
	revise(general).refused("FORBIDDEN")
	notFound("a hidden note", hidden)
	notFound("another kind of id", strings.Replace(here, "not_", "stu_", 1))
	if got := revise(here).fine(); got.at("reviseNote.note.revision") != 2.0 {
		t.Errorf("%s", got.body)
	}
	w.write(t, w.alder, `UPDATE advocate_assignment SET ends_on = $3 WHERE district_id = $1 AND staff_id = $2`, w.staffID(t, w.alder, "advocate"), yesterday)
	notFound("an own note whose student is only found", here)
	notFound("an own note whose student is out of reach", there)
	if n := w.count(t, `SELECT count(*) FROM note_revision WHERE district_id = $1 AND body = 'mine now'`); n != 1 {
		t.Errorf("%d revisions were made", n)
	}
}

// TestAddNoteOnce holds that a note under a key is written once, and that a replay
// needs today's rights.
func TestAddNoteOnce(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, _ := w.newAdvocate(t, "advocate")
	student := advocate.studentID("A-01")
	clients := []*client{advocate, w.at(t, w.secondServer(t), "advocate")}
	add := func(c *client, body string) *answer {
		return c.ask(addNoteDocument, vars{"input": vars{"studentId": student, "body": body, "visibility": "RESTRICTED", "idempotencyKey": "one"}})
	}
	var ids []string
	for _, got := range atOnce(20, func(i int) *answer { return add(clients[i%2], "once") }) {
		ids = append(ids, text(got.fine().Data, "addNote.note.id"))
	}
	slices.Sort(ids)
	if n := w.count(t, `SELECT count(*) FROM note WHERE district_id = $1`); n != 1 || len(slices.Compact(ids)) != 1 || ids[0] == "" {
		t.Errorf("%d notes: %v", n, ids)
	}
	if code, field := add(advocate, "other").problemOf("addNote"); code != "CONFLICT" || field != "idempotencyKey" {
		t.Errorf("another body with the key: %s of %s", code, field)
	}
	w.write(t, w.alder, `UPDATE advocate_assignment SET ends_on = $3 WHERE district_id = $1 AND staff_id = $2`, w.staffID(t, w.alder, "advocate"), yesterday)
	add(advocate, "once").refused("FORBIDDEN")
	for name, body := range map[string]string{"empty": "  ", "too long": strings.Repeat("a", 10_001), "no database keeps it": "a\x00b"} {
		if code, field := advocate.ask(addNoteDocument, vars{"input": vars{"studentId": student, "body": body}}).problemOf("addNote"); field != "body" {
			t.Errorf("%s: %s of %s", name, code, field)
		}
	}
}
