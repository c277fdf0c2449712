package api_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const logContactDocument = `mutation($input: LogContactInput!) {
	logContact(input: $input) { contactLog { id occurredAt summary withWhom student { id } } userErrors { code field message } }
}`

// reached is the input of a contact that was made, with what is given beside it.
func reached(student string, beside vars) vars {
	input := vars{"studentId": student, "occurredAt": "2022-09-01T15:00:00Z", "method": "PHONE", "outcome": "REACHED", "summary": "Spoke about the bus."}
	maps.Copy(input, beside)
	return input
}

func (c *client) logContact(student string, beside vars) *answer {
	c.t.Helper()
	return c.ask(logContactDocument, vars{"input": reached(student, beside)})
}

// contactsOfStudent gives the ids of the student's contacts.
func (c *client) contactIDs(student string) []string {
	c.t.Helper()
	got := c.ask(`query($id: ID!) { node(id: $id) { ... on Student { contacts { id } } } }`, vars{"id": student}).fine()
	var ids []string
	for _, contact := range got.list("node.contacts") {
		ids = append(ids, text(contact, "id"))
	}
	return ids
}

// caseloadOf gives the world's ADVOCATE the student, and their client.
func (w *world) caseloadOf(t *testing.T, students ...string) *client {
	t.Helper()
	w.link(t, "ADVOCATE", "BACKUP", span{longAgo, ""}, students...)
	return w.as(t, "ADVOCATE")
}

// written counts what logContact can leave behind: contacts, lines in the audit log,
// remembered keys, channels.
func (w *world) written(t *testing.T) [4]int {
	t.Helper()
	return [4]int{
		w.count(t, `SELECT count(*) FROM contact_log WHERE district_id = $1`),
		w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1`),
		w.count(t, `SELECT count(*) FROM idempotency WHERE district_id = $1`),
		w.count(t, `SELECT count(*) FROM contact_channel WHERE district_id = $1`),
	}
}

// TestLogContactRefusesWhatCanBeCorrected holds each fault to its field, and to
// leaving nothing behind.
func TestLogContactRefusesWhatCanBeCorrected(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate := w.caseloadOf(t, "A-01", "A-02")
	student, other := advocate.studentID("A-01"), w.as(t, "DISTRICT_COORDINATOR").studentID("M-01")
	foreign := w.as(t, "DISTRICT_COORDINATOR").contactIDs(other)
	w.write(t, w.alder, `UPDATE student_contact k SET no_contact = true FROM student s
		WHERE k.district_id = $1 AND s.district_id = $1 AND s.id = k.student_id AND s.local_id = 'A-02'`)
	second := advocate.studentID("A-02")
	silent, own := advocate.contactIDs(second), advocate.contactIDs(student)
	if len(foreign) == 0 || len(silent) == 0 || len(own) == 0 {
		t.Fatalf("students without a contact: %v, %v, %v", foreign, silent, own)
	}
	channel := vars{"kind": "PHONE", "value": "555-0100"}
	for name, one := range map[string]struct {
		student string
		beside  vars
		code    string
		field   string
	}{
		"in the future":                {student, vars{"occurredAt": "2022-09-01T18:00:00Z"}, "INVALID", "occurredAt"},
		"reached, and no summary":      {student, vars{"summary": nil}, "REQUIRED", "summary"},
		"reached, and an empty one":    {student, vars{"summary": " \n"}, "REQUIRED", "summary"},
		"a summary that is too long":   {student, vars{"summary": strings.Repeat("a", 4001)}, "INVALID", "summary"},
		"another student's contact":    {student, vars{"withContactId": foreign[0]}, "INVALID", "withContactId"},
		"a student as a contact":       {student, vars{"withContactId": student}, "INVALID", "withContactId"},
		"who may not be contacted":     {second, vars{"withContactId": silent[0]}, "INVALID", "withContactId"},
		"channels of nobody":           {student, vars{"confirmedChannels": []vars{channel}}, "REQUIRED", "withContactId"},
		"the best way to reach nobody": {student, vars{"bestWayToReach": "by phone"}, "REQUIRED", "withContactId"},
		"an empty channel":             {student, vars{"withContactId": own[0], "confirmedChannels": []vars{{"kind": "PHONE", "value": " "}}}, "INVALID", "confirmedChannels"},
		"too many channels":            {student, vars{"withContactId": own[0], "confirmedChannels": slices.Repeat([]vars{channel}, 21)}, "INVALID", "confirmedChannels"},
		"an empty key":                 {student, vars{"idempotencyKey": ""}, "INVALID", "idempotencyKey"},
		"a key that is too long":       {student, vars{"idempotencyKey": strings.Repeat("k", 201)}, "INVALID", "idempotencyKey"},
	} {
		before := w.written(t)
		beside := vars{"idempotencyKey": name}
		maps.Copy(beside, one.beside)
		got := advocate.logContact(one.student, beside).fine()
		errors := got.list("logContact.userErrors")
		if len(errors) != 1 || text(errors[0], "code") != one.code || text(errors[0], "field.0") != "input" || text(errors[0], "field.1") != one.field ||
			got.at("logContact.contactLog") != nil {
			t.Errorf("%s: not %s of %s: %s", name, one.code, one.field, got.body)
		}
		if diff := cmp.Diff(before, w.written(t)); diff != "" {
			t.Errorf("%s: it was refused, and yet something was written:\n%s", name, diff)
		}
	}
}

// TestLogContactConfirmsWhoWasReached holds that the person's details are written
// down with the contact: one statement more, one line more in the audit log.
func TestLogContactConfirmsWhoWasReached(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate := w.caseloadOf(t, "A-01")
	student := advocate.studentID("A-01")
	contact := advocate.contactIDs(student)[0]
	before := w.written(t)
	got := advocate.logContact(student, vars{
		"withContactId": contact, "bestWayToReach": "text after five", "idempotencyKey": "one",
		"confirmedChannels": []vars{
			{"kind": "TEXT", "value": " 555-0199 "},
			{"kind": "TEXT", "value": "555-0199"},
			{"kind": "EMAIL", "value": "home@example.org", "optedOut": true},
		},
	}).fine()
	if text(got.Data, "logContact.contactLog.withWhom") == "" || len(got.redactions()) > 0 {
		t.Fatalf("%s", got.body)
	}
	want := [4]int{before[0] + 1, before[1] + 2, before[2] + 1, before[3] + 2}
	if diff := cmp.Diff(want, w.written(t)); diff != "" {
		t.Errorf("contacts, lines in the audit log, keys and channels (-want +got):\n%s", diff)
	}
	const lines = `SELECT count(*) FROM audit_log WHERE district_id = $1 AND principal_id = $2 AND subject = `
	for what, statement := range map[string]string{
		"the person": `SELECT count(*) FROM person WHERE district_id = $1 AND best_way_to_reach = 'text after five'
			AND last_confirmed_on = '2022-09-01' AND last_confirmed_by = $2`,
		"the line of the person":  lines + `'PERSON' AND before IS NOT NULL AND before <> after`,
		"the line of the contact": lines + `'CONTACT_LOG' AND before IS NULL AND after IS NOT NULL`,
	} {
		if n := w.count(t, statement, w.staffID(t, w.alder, "ADVOCATE")); n != 1 {
			t.Errorf("%s: %d, not 1", what, n)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM contact_channel WHERE district_id = $1 AND (value, opted_out) IN (('555-0199', false), ('home@example.org', true))`); n != 2 {
		t.Errorf("%d of the channels, not 2", n)
	}
}

// TestLogContactStatements counts the statements of one contact, the look-up of who
// asks included; a replay takes no more, a confirmation one more.
func TestLogContactStatements(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate := w.caseloadOf(t, "A-01")
	student := advocate.studentID("A-01")
	advocate.logContact(student, nil).fine() // makes room in the audit log, once a month
	key, contact := vars{"idempotencyKey": "counted"}, advocate.contactIDs(student)[0]
	for _, one := range []struct {
		name   string
		beside vars
		most   int
	}{
		{"without a key", nil, 5},
		{"with a key", key, 6},
		{"a replay", key, 6},
		{"with a confirmation", vars{"withContactId": contact, "bestWayToReach": "text", "idempotencyKey": "confirmed"}, 7},
	} {
		got := advocate.logContact(student, one.beside).fine()
		if n := len(got.statements); n > one.most || !strings.Contains(got.statements[0], "identify(") {
			t.Errorf("%s: %d statements, at most %d:\n%s", one.name, n, one.most, strings.Join(got.statements, "\n"))
		}
	}
}

// TestLogContactFailsWhole holds that a fault of the last step, which no database
// takes, leaves nothing of the steps before.
func TestLogContactFailsWhole(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate := w.caseloadOf(t, "A-01")
	student := advocate.studentID("A-01")
	before := w.written(t)
	got := advocate.logContact(student, vars{"withContactId": advocate.contactIDs(student)[0], "bestWayToReach": "a\x00b", "idempotencyKey": "whole"})
	if got.at("logContact.contactLog") != nil {
		t.Errorf("it was taken: %s", got.body)
	}
	if diff := cmp.Diff(before, w.written(t)); diff != "" {
		t.Errorf("it failed, and yet something was written:\n%s", diff)
	}
}
