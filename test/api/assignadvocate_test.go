package api_test

import (
	"maps"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

const assignDocument = `mutation($input: AssignAdvocateInput!) {
	assignAdvocate(input: $input) { assignment { id role intensity startsOn endsOn advocate { displayName } } userErrors { code field message } }
}`

// assignTo asks for the advocate to be given to the student.
func (c *client) assignTo(student, advocate string, beside vars) *answer {
	c.t.Helper()
	input := vars{"studentId": student, "advocateId": advocate}
	maps.Copy(input, beside)
	return c.ask(assignDocument, vars{"input": input})
}

// advocates makes members of staff who hold the role, and gives their opaque ids.
func (w *world) advocates(t *testing.T, subjects ...string) []string {
	t.Helper()
	ids := make([]string, len(subjects))
	for i, subject := range subjects {
		w.addMember(t, w.alder, subject, member{roles: []held{{"ADVOCATE", alderHigh, longAgo, ""}}})
		ids[i] = w.staffNode(t, subject)
	}
	return ids
}

// countPrimary counts the assignments of the responsible for the student that meet
// the condition.
func (w *world) countPrimary(t *testing.T, student, condition string) int {
	t.Helper()
	return w.count(t, `SELECT count(*) FROM advocate_assignment g JOIN student s ON s.district_id = g.district_id AND s.id = g.student_id
		WHERE g.district_id = $1 AND g.role = 'PRIMARY' AND s.local_id = $2 AND `+condition, student)
}

// problemOf gives code and field of the only problem.
func (a *answer) problemOf(mutation string) (code, field string) {
	a.t.Helper()
	list := a.fine().list(mutation + ".userErrors")
	if len(list) != 1 {
		return "", ""
	}
	return text(list[0], "code"), text(list[0], "field.1")
}

// TestAssignAdvocateHandsOver holds that the one who was responsible ends the day
// before the next begins, and that each sees the student on their own days.
func TestAssignAdvocateHandsOver(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	ids := w.advocates(t, "the old one", "the new one")
	w.assign(t, "the old one", "PRIMARY", "A-03", span{longAgo, ""})
	facilitator := w.as(t, "FACILITATOR")
	student := facilitator.studentID("A-03")
	got := facilitator.assignTo(student, ids[1], vars{"intensity": "INTENSIVE"}).fine()
	if text(got.Data, "assignAdvocate.assignment.startsOn") != today || text(got.Data, "assignAdvocate.assignment.role") != "PRIMARY" ||
		text(got.Data, "assignAdvocate.assignment.intensity") != "INTENSIVE" || got.at("assignAdvocate.assignment.endsOn") != nil {
		t.Errorf("%s", got.body)
	}
	if n := w.countPrimary(t, "A-03", `g.ends_on = '`+yesterday+`'`); n != 1 {
		t.Errorf("the old one does not end yesterday")
	}
	if n := w.countPrimary(t, "A-03", `g.ends_on IS NULL AND g.starts_on = '`+today+`'`); n != 1 {
		t.Errorf("the new one does not begin today")
	}
	if n := w.countAudit(t, "assignAdvocate", "FACILITATOR"); n != 2 {
		t.Errorf("%d lines in the audit log, not one of the end and one of the begin", n)
	}
	for subject, sees := range map[string]bool{"the old one": false, "the new one": true} {
		page := w.as(t, subject).ask(`query($id: ID!) { node(id: $id) { ... on Student { risk { level } primaryAdvocate { displayName } } } }`, vars{"id": student}).fine()
		if (page.at("node.risk") != nil) != sees || text(page.Data, "node.primaryAdvocate.displayName") != "Staff the new one" {
			t.Errorf("%s: %s", subject, page.body)
		}
	}
	if got.statements == nil || len(got.statements) > 7 {
		t.Errorf("%d statements", len(got.statements))
	}
}

// TestAssignAdvocateTwiceAtOnce holds that of many who become responsible at once
// exactly one does, and that the others are told why.
func TestAssignAdvocateTwiceAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	ids := w.advocates(t, "first", "second")
	clients := []*client{w.as(t, "FACILITATOR"), w.at(t, w.secondServer(t), "COUNSELOR")}
	student := clients[0].studentID("A-04")
	done := 0
	for _, got := range atOnce(20, func(i int) *answer { return clients[i%2].assignTo(student, ids[i%2], nil) }) {
		code, field := got.problemOf("assignAdvocate")
		if code == "" && got.at("assignAdvocate.assignment") != nil {
			done++
		} else if code != "CONFLICT" || field != "startsOn" {
			t.Errorf("neither done nor a CONFLICT: %s", got.body)
		}
	}
	if all, open := w.countPrimary(t, "A-04", `true`), w.countPrimary(t, "A-04", `g.ends_on IS NULL`); done != 1 || all != 1 || open != 1 {
		t.Errorf("%d were done, %d stand, %d of them open", done, all, open)
	}
}

// TestAssignAdvocateWeighsTheLoad holds a caseload to its limit: 100 can be reached,
// and passed only with a reason, which is kept.
func TestAssignAdvocateWeighsTheLoad(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	ids := w.advocates(t, "busy")
	w.write(t, w.alder, `INSERT INTO student (district_id, id, local_id, first_name, last_name)
		SELECT $1, gen_random_uuid(), 'load-' || n, 'Load', 'Student' FROM generate_series(1, 19) n`)
	w.write(t, w.alder, `INSERT INTO advocate_assignment (district_id, id, student_id, staff_id, role, intensity, starts_on)
		SELECT $1, gen_random_uuid(), s.id, $2, 'PRIMARY', 'INTENSIVE', '2022-01-01' FROM student s WHERE s.district_id = $1 AND s.local_id LIKE 'load-%'`,
		w.staffID(t, w.alder, "busy"))
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	for _, one := range []struct {
		name, student string
		beside        vars
		code, field   string
	}{
		{"97 of 100", "A-03", vars{"intensity": "STANDARD"}, "", ""},
		{"102", "A-04", vars{"intensity": "INTENSIVE"}, "LIMIT_EXCEEDED", "overrideReason"},
		{"102, with blanks for a reason", "A-04", vars{"intensity": "INTENSIVE", "overrideReason": "  "}, "LIMIT_EXCEEDED", "overrideReason"},
		{"102, standing in", "A-04", vars{"intensity": "INTENSIVE", "role": "BACKUP"}, "", ""},
		{"99", "A-05", vars{"intensity": "STANDARD"}, "", ""},
		{"100", "A_06", vars{"intensity": "LIGHT"}, "", ""},
		{"101", "A-09", vars{"intensity": "LIGHT"}, "LIMIT_EXCEEDED", "overrideReason"},
		{"101, with a reason", "A-09", vars{"intensity": "LIGHT", "overrideReason": "knows the family"}, "", ""},
	} {
		got := coordinator.assignTo(coordinator.studentID(one.student), ids[0], one.beside)
		code, field := got.problemOf("assignAdvocate")
		if code != one.code || field != one.field || (got.at("assignAdvocate.assignment") != nil) != (one.code == "") {
			t.Errorf("%s: not %q of %q: %s", one.name, one.code, one.field, got.body)
		}
	}
	if n := w.countPrimary(t, "A-09", `g.override_reason = 'knows the family'`); n != 1 {
		t.Errorf("the reason was not kept")
	}
	if n := w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND reason = 'knows the family'`); n != 1 {
		t.Errorf("the reason is in %d lines of the audit log", n)
	}
}

// TestAssignAdvocateRefusesWhatCanBeCorrected holds each fault to its field.
func TestAssignAdvocateRefusesWhatCanBeCorrected(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate := w.advocates(t, "able")[0]
	w.addMember(t, w.alder, "later", member{roles: []held{{"ADVOCATE", alderHigh, tomorrow, ""}}})
	w.addMember(t, w.alder, "before", member{roles: []held{{"ADVOCATE", alderHigh, longAgo, yesterday}}})
	w.assign(t, "able", "PRIMARY", "A-05", span{tomorrow, ""})
	counselor := w.as(t, "COUNSELOR")
	foreign := relay.NewID(relay.Staff, w.staffID(t, w.birch, "birch leader")).String()
	for name, one := range map[string]struct {
		student, advocate string
		beside            vars
		code, field       string
	}{
		"yesterday":                   {"A-03", advocate, vars{"startsOn": yesterday}, "INVALID", "startsOn"},
		"a teacher":                   {"A-03", w.staffNode(t, "TEACHER"), nil, "INVALID", "advocateId"},
		"an advocate from tomorrow":   {"A-03", w.staffNode(t, "later"), nil, "INVALID", "advocateId"},
		"an advocate until yesterday": {"A-03", w.staffNode(t, "before"), nil, "INVALID", "advocateId"},
		"who left":                    {"A-03", w.staffNode(t, "withdrawn"), nil, "INVALID", "advocateId"},
		"another district's":          {"A-03", foreign, nil, "INVALID", "advocateId"},
		"a student":                   {"A-03", counselor.studentID("A-03"), nil, "INVALID", "advocateId"},
		"as a case manager":           {"A-03", advocate, vars{"role": "CASE_MANAGER"}, "INVALID", "advocateId"},
		"before one who is to come":   {"A-05", advocate, nil, "CONFLICT", "startsOn"},
		"on the same day as another":  {"A-05", advocate, vars{"startsOn": tomorrow}, "CONFLICT", "startsOn"},
	} {
		got := counselor.assignTo(counselor.studentID(one.student), one.advocate, one.beside)
		inTheWay := got.at("assignAdvocate.assignment")
		if code, field := got.problemOf("assignAdvocate"); code != one.code || field != one.field || (inTheWay != nil) != (code == "CONFLICT") {
			t.Errorf("%s: not %s of %s: %s", name, one.code, one.field, got.body)
		}
	}
	if n := w.countAudit(t, "assignAdvocate", "COUNSELOR"); n != 0 {
		t.Errorf("%d lines in the audit log for nothing done", n)
	}
	got := counselor.assignTo(counselor.studentID("A-03"), w.staffNode(t, "later"), vars{"startsOn": tomorrow}).fine()
	if text(got.Data, "assignAdvocate.assignment.startsOn") != tomorrow {
		t.Errorf("from the day on which the role begins: %s", got.body)
	}
}

// TestAssignAdvocateNeedsTheRoleForTheStudent holds that a role which assigns does
// so for its own students alone, whomever another role sees.
func TestAssignAdvocateNeedsTheRoleForTheStudent(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate := w.advocates(t, "able")[0]
	w.addMember(t, w.alder, "both", member{roles: []held{{"COUNSELOR", alderHigh, longAgo, ""}, {"SCHOOL_LEADER", alderMiddle, longAgo, ""}}})
	both := w.as(t, "both")
	both.assignTo(both.studentID("M-02"), advocate, nil).refused("FORBIDDEN")
	if got := both.assignTo(both.studentID("A-03"), advocate, nil).fine(); got.at("assignAdvocate.assignment") == nil {
		t.Errorf("%s", got.body)
	}
}
