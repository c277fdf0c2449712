package api_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/server"
)

// secondServer serves the same database through a pool of its own.
func (w *world) secondServer(t *testing.T) string {
	t.Helper()
	pool := w.database.Open(t, postgres.ApplicationLogin, postgres.Options{Observe: observe})
	return listen(t, w.newHandler(t, server.Config{DB: pool}))
}

// atOnce asks n times at once, through the clients in turn.
func atOnce(n int, ask func(i int) *answer) []*answer {
	answers := make([]*answer, n)
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			<-start
			answers[i] = ask(i)
		})
	}
	close(start)
	group.Wait()
	return answers
}

// TestLogContactOnce sends one contact a hundred times at once to two servers: it is
// written down once, and every answer tells of it.
func TestLogContactOnce(t *testing.T) {
	t.Parallel()
	const times = 100
	w := newWorkplace(t)
	advocate := w.caseloadOf(t, "A-01")
	clients := []*client{advocate, w.at(t, w.secondServer(t), "ADVOCATE")}
	student := advocate.studentID("A-01")
	before := w.written(t)
	answers := atOnce(times, func(i int) *answer { return clients[i%2].logContact(student, vars{"idempotencyKey": "once"}) })
	ids := map[string]int{}
	for _, got := range answers {
		if got.code() != "" || len(got.list("logContact.userErrors")) > 0 {
			t.Errorf("%s", got.body)
		}
		ids[text(got.Data, "logContact.contactLog.id")]++
	}
	if len(ids) != 1 || ids[""] > 0 {
		t.Errorf("the answers tell of %v", ids)
	}
	want := [4]int{before[0] + 1, before[1] + 1, before[2] + 1, before[3]}
	if diff := cmp.Diff(want, w.written(t)); diff != "" {
		t.Errorf("contacts, lines in the audit log, keys and channels (-want +got):\n%s", diff)
	}
}

// TestLogContactTwice holds what a key means: the same contact of the same person.
func TestLogContactTwice(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate := w.caseloadOf(t, "A-01", "A-02")
	student, other := advocate.studentID("A-01"), advocate.studentID("A-02")
	key := vars{"idempotencyKey": "a key"}
	first := text(advocate.logContact(student, key).fine().Data, "logContact.contactLog.id")
	before := w.written(t)
	if again := advocate.logContact(student, key).fine(); first == "" || text(again.Data, "logContact.contactLog.id") != first {
		t.Errorf("a replay tells of another contact than %s: %s", first, again.body)
	}
	for name, got := range map[string]*answer{
		"another summary": advocate.logContact(student, vars{"idempotencyKey": "a key", "summary": "Another one."}),
		"another student": advocate.logContact(other, key),
		"another outcome": advocate.logContact(student, vars{"idempotencyKey": "a key", "outcome": "REFUSED"}),
		"another moment":  advocate.logContact(student, vars{"idempotencyKey": "a key", "occurredAt": "2022-09-01T15:00:01Z"}),
	} {
		errors := got.fine().list("logContact.userErrors")
		if len(errors) != 1 || text(errors[0], "code") != "CONFLICT" || text(errors[0], "field.1") != "idempotencyKey" ||
			text(got.Data, "logContact.contactLog.id") != first {
			t.Errorf("%s: no CONFLICT with the contact that stands: %s", name, got.body)
		}
	}
	if diff := cmp.Diff(before, w.written(t)); diff != "" {
		t.Errorf("replays wrote something:\n%s", diff)
	}
	theirs := w.as(t, "FACILITATOR").logContact(student, key).fine()
	if id := text(theirs.Data, "logContact.contactLog.id"); id == "" || id == first {
		t.Errorf("the same key of somebody else: %s", theirs.body)
	}
	without := [2]string{}
	for i := range without {
		without[i] = text(advocate.logContact(student, nil).fine().Data, "logContact.contactLog.id")
	}
	if without[0] == without[1] {
		t.Errorf("without a key a contact was written down once: %v", without)
	}
}

// TestLogContactReplayNeedsTodaysRights holds that a key opens nothing: when the
// reach is over, a replay is refused as a new contact would be.
func TestLogContactReplayNeedsTodaysRights(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate := w.caseloadOf(t, "A-01", "M-01")
	here, there := advocate.studentID("A-01"), advocate.studentID("M-01")
	advocate.logContact(here, vars{"idempotencyKey": "here"}).fine()
	advocate.logContact(there, vars{"idempotencyKey": "there"}).fine()
	refused := func(student, key, code string) {
		t.Helper()
		got := advocate.logContact(student, vars{"idempotencyKey": key})
		got.refused(code)
		if got.Data != nil {
			t.Errorf("refused, and yet: %s", got.body)
		}
	}
	staff := w.staffID(t, w.alder, "ADVOCATE")
	w.write(t, w.alder, `UPDATE advocate_assignment SET ends_on = $3 WHERE district_id = $1 AND staff_id = $2`, staff, yesterday)
	refused(here, "here", "FORBIDDEN") // found by directory, since it is the own school's
	refused(there, "there", "NOT_FOUND")
	w.write(t, w.alder, `UPDATE advocate_assignment SET ends_on = NULL WHERE district_id = $1 AND staff_id = $2`, staff)
	w.write(t, w.alder, `UPDATE role_assignment SET ends_on = $3 WHERE district_id = $1 AND staff_id = $2`, staff, yesterday)
	refused(here, "here", "NOT_FOUND")
	refused(there, "there", "NOT_FOUND")
}
