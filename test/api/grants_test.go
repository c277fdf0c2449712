package api_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

const (
	grantDocument = `mutation($input: GrantNeedToKnowInput!) { grantNeedToKnow(input: $input) {
		grant { id startsOn endsOn revokedAt owner { displayName } } userErrors { code field message } } }`
	revokeDocument = `mutation($input: RevokeNeedToKnowInput!) { revokeNeedToKnow(input: $input) {
		grant { id startsOn endsOn revokedAt owner { displayName } } userErrors { code field message } } }`
)

// grant asks for a grant of HOMELESS through tomorrow, with what is said beside it.
func (c *client) grant(student, staff string, beside vars) *answer {
	c.t.Helper()
	input := vars{"studentId": student, "staffId": staff, "characteristicKind": "HOMELESS", "reason": "drives the student", "endsOn": tomorrow}
	maps.Copy(input, beside)
	return c.ask(grantDocument, vars{"input": input})
}

// kinds gives the circumstances that the client sees of the student.
func (c *client) kinds(student string) []string {
	c.t.Helper()
	got := c.ask(`query($id: ID!) { node(id: $id) { ... on Student { characteristics { kind } } } }`, vars{"id": student}).fine()
	return textsOf(got.at("node.characteristics"), "kind")
}

// newAdvocate makes an advocate who has A-01 on the caseload.
func (w *world) newAdvocate(t *testing.T, subject string) (c *client, staff string) {
	t.Helper()
	w.addMember(t, w.alder, subject, member{roles: []held{{"ADVOCATE", alderHigh, longAgo, ""}}})
	w.link(t, subject, "BACKUP", span{longAgo, ""}, "A-01")
	return w.as(t, subject), w.staffNode(t, subject)
}

// TestGrantActsOnTheNextRequest follows a grant from its first moment to its last.
func TestGrantActsOnTheNextRequest(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, staff := w.newAdvocate(t, "advocate")
	counselor := w.as(t, "COUNSELOR")
	student := counselor.studentID("A-01")
	sees := func(when string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(append([]string{}, want...), advocate.kinds(student)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", when, diff)
		}
	}
	sees("before")
	got := counselor.grant(student, staff, nil).fine()
	id := text(got.Data, "grantNeedToKnow.grant.id")
	if text(got.Data, "grantNeedToKnow.grant.startsOn") != today || text(got.Data, "grantNeedToKnow.grant.endsOn") != tomorrow ||
		got.at("grantNeedToKnow.grant.revokedAt") != nil || text(got.Data, "grantNeedToKnow.grant.owner.displayName") != "Staff advocate" {
		t.Errorf("%s", got.body)
	}
	sees("granted", "HOMELESS")
	again := counselor.grant(student, staff, vars{"endsOn": "2022-12-24"})
	if code, field := again.problemOf("grantNeedToKnow"); code != "CONFLICT" || field != "staffId" || text(again.Data, "grantNeedToKnow.grant.id") != id {
		t.Errorf("granted twice: %s", again.body)
	}
	// Revoked by somebody else who may, and once more.
	for i := range 2 {
		revoked := w.as(t, "DISTRICT_COORDINATOR").ask(revokeDocument, vars{"input": vars{"grantId": id, "reason": "changed schools"}}).fine()
		if text(revoked.Data, "revokeNeedToKnow.grant.endsOn") != today || revoked.at("revokeNeedToKnow.grant.revokedAt") == nil ||
			text(revoked.Data, "revokeNeedToKnow.grant.owner.displayName") != "Staff advocate" || len(revoked.list("revokeNeedToKnow.userErrors")) > 0 {
			t.Errorf("%d: %s", i, revoked.body)
		}
		sees("revoked")
	}
	counselor.grant(student, staff, vars{"characteristicKind": "SPECIAL_EDUCATION"}).fine()
	sees("another kind", "SPECIAL_EDUCATION")
	w.write(t, w.alder, `UPDATE advocate_assignment SET ends_on = $3 WHERE district_id = $1 AND staff_id = $2`, w.staffID(t, w.alder, "advocate"), yesterday)
	if kinds := advocate.kinds(student); kinds != nil {
		t.Errorf("a grant outlives the caseload: %v", kinds)
	}
	for operation, want := range map[string]int{"grantNeedToKnow": 2, "revokeNeedToKnow": 1} {
		if n := w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND operation = $2 AND subject = 'NEED_TO_KNOW_GRANT'
			AND after ->> 'staff_id' = $3 AND (before IS NULL) = ($2 = 'grantNeedToKnow')`, operation, w.staffID(t, w.alder, "advocate").String()); n != want {
			t.Errorf("%s: %d lines in the audit log, not %d", operation, n, want)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND reason = 'changed schools'`); n != 1 {
		t.Errorf("the reason is in %d lines of the audit log", n)
	}
}

// TestGrantRefusesWhatCanBeCorrected holds each fault to its field, and that nothing
// was written.
func TestGrantRefusesWhatCanBeCorrected(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	_, able := w.newAdvocate(t, "able")
	w.addMember(t, w.alder, "reaches nobody", member{roles: []held{{"ADVOCATE", alderHigh, longAgo, ""}}}) // finds the student, and no more
	w.addMember(t, w.alder, "role ended", member{roles: []held{{"ADVOCATE", alderHigh, longAgo, yesterday}}})
	w.addMember(t, w.alder, "signs tomorrow", member{roles: []held{{"SCHOOL_LEADER", alderHigh, longAgo, ""}}, engagement: "CONTRACTOR", signed: tomorrow})
	counselor := w.as(t, "COUNSELOR")
	student := counselor.studentID("A-01")
	restricted := relay.NewID(relay.Note, w.note(t, "able", "A-01", "RESTRICTED", "x")).String()
	for name, one := range map[string]struct {
		staff       string
		beside      vars
		code, field string
	}{
		"neither kind nor note":           {able, vars{"characteristicKind": nil}, "REQUIRED", "characteristicKind"},
		"kind and note":                   {able, vars{"noteId": restricted}, "INVALID", "noteId"},
		"no reason":                       {able, vars{"reason": " "}, "REQUIRED", "reason"},
		"a reason too long":               {able, vars{"reason": strings.Repeat("a", 1001)}, "INVALID", "reason"},
		"a reason no database keeps":      {able, vars{"reason": "a\x00b"}, "INVALID", "reason"},
		"ended yesterday":                 {able, vars{"endsOn": yesterday}, "INVALID", "endsOn"},
		"oneself":                         {w.staffNode(t, "COUNSELOR"), nil, "INVALID", "staffId"},
		"who reads it already":            {w.staffNode(t, "DISTRICT_COORDINATOR"), nil, "INVALID", "staffId"},
		"who only finds the student":      {w.staffNode(t, "reaches nobody"), nil, "INVALID", "staffId"},
		"whose role is over":              {w.staffNode(t, "role ended"), nil, "INVALID", "staffId"},
		"who has not signed":              {w.staffNode(t, "signs tomorrow"), nil, "INVALID", "staffId"},
		"whose role has nothing of it":    {w.staffNode(t, "REGISTRAR"), nil, "INVALID", "staffId"},
		"who has no role":                 {w.staffNode(t, "no role"), nil, "INVALID", "staffId"},
		"who left":                        {w.staffNode(t, "withdrawn"), nil, "INVALID", "staffId"},
		"another district's":              {relay.NewID(relay.Staff, w.staffID(t, w.birch, "birch leader")).String(), nil, "INVALID", "staffId"},
		"nobody":                          {relay.NewID(relay.Staff, uuid.Must(uuid.NewV7())).String(), nil, "INVALID", "staffId"},
		"a student":                       {student, nil, "INVALID", "staffId"},
		"a note to a teacher of the pair": {w.staffNode(t, "TEACHER"), nil, "INVALID", "staffId"},
	} {
		got := counselor.grant(student, one.staff, one.beside)
		if code, field := got.problemOf("grantNeedToKnow"); code != one.code || field != one.field || got.at("grantNeedToKnow.grant") != nil {
			t.Errorf("%s: not %s of %s: %s", name, one.code, one.field, got.body)
		}
	}
	if n := w.count(t, `SELECT (SELECT count(*) FROM need_to_know_grant WHERE district_id = $1)
			+ (SELECT count(*) FROM audit_log WHERE district_id = $1 AND operation <> 'import')`); n != 0 {
		t.Errorf("%d rows of what was refused", n)
	}
	both := w.as(t, "SCHOOL_LEADER")
	both.grant(student, able, nil).refused("FORBIDDEN")
}

// TestGrantNeedsTheRoleForTheStudent holds that a counselor grants of the own school
// alone, whomever another role sees.
func TestGrantNeedsTheRoleForTheStudent(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.addMember(t, w.alder, "both", member{roles: []held{{"COUNSELOR", alderHigh, longAgo, ""}, {"SCHOOL_LEADER", alderMiddle, longAgo, ""}}})
	w.addMember(t, w.alder, "other leader", member{roles: []held{{"SCHOOL_LEADER", alderMiddle, longAgo, ""}}})
	both := w.as(t, "both")
	both.grant(both.studentID("M-02"), w.staffNode(t, "other leader"), nil).refused("FORBIDDEN")
	if got := both.grant(both.studentID("A-02"), w.staffNode(t, "SCHOOL_LEADER"), nil).fine(); got.at("grantNeedToKnow.grant") == nil {
		t.Errorf("%s", got.body)
	}
}

// TestGrantedTwiceAtOnce holds that of many equal grants at once exactly one is made,
// over two servers, and that the others are given it.
func TestGrantedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	_, staff := w.newAdvocate(t, "advocate")
	clients := []*client{w.as(t, "COUNSELOR"), w.at(t, w.secondServer(t), "DISTRICT_COORDINATOR")}
	student := clients[0].studentID("A-01")
	made, ids := 0, map[string]bool{}
	for _, got := range atOnce(20, func(i int) *answer { return clients[i%2].grant(student, staff, nil) }) {
		if code, _ := got.problemOf("grantNeedToKnow"); code == "" {
			made++
		}
		ids[text(got.Data, "grantNeedToKnow.grant.id")] = true
	}
	if n := w.count(t, `SELECT count(*) FROM need_to_know_grant WHERE district_id = $1`); made != 1 || n != 1 || len(ids) != 1 {
		t.Errorf("%d were made, %d stand, of %v", made, n, ids)
	}
}

// TestGrantsTellNothing holds that a grant tells its owner nothing of a student who
// has none of what was granted: no field, no count and no reason differs.
func TestGrantsTellNothing(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, staff := w.newAdvocate(t, "advocate")
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	student := coordinator.studentID("A-01")
	const document = `query($id: ID!) {
		node(id: $id) { ... on Student { id characteristics { kind } notes { totalCount nodes { id } } access { dataClasses { dataClass read needToKnow write because } } } }
		district { students(first: 100) { totalCount nodes { id characteristics { kind } access { dataClasses { because } } } } }
	}`
	before := advocate.ask(document, vars{"id": student}).fine()
	if got := coordinator.grant(student, staff, vars{"characteristicKind": "SUBSTANCE_USE"}).fine(); got.at("grantNeedToKnow.grant.id") == nil {
		t.Fatalf("%s", got.body)
	}
	after := advocate.ask(document, vars{"id": student}).fine()
	for _, one := range []*answer{before, after} {
		slices.Sort(one.statements) // the two fields are read in either order
	}
	if diff := cmp.Diff(traceOf(before), traceOf(after)); diff != "" {
		t.Errorf("a grant of what the student has not is told (-before +after)\n%s", diff)
	}
	coordinator.grant(student, staff, nil).fine()
	shown := advocate.ask(document, vars{"id": student}).fine()
	if len(shown.list("node.characteristics")) != 1 {
		t.Fatalf("the case tells nothing: %s", shown.body)
	}
	if diff := cmp.Diff(dig(before.Data, "node.access"), dig(shown.Data, "node.access")); diff != "" {
		t.Errorf("access tells of a grant (-before +after)\n%s", diff)
	}
	if diff := cmp.Diff(before.redactions(), shown.redactions()); diff != "" {
		t.Errorf("the redactions tell of a grant (-before +after)\n%s", diff)
	}
}

// TestGrantsOfNotes holds who may pass on which note: a counselor those that they may
// read, a coordinator any; of the others, nothing tells one that is hidden from one
// that is not.
func TestGrantsOfNotes(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	advocate, staff := w.newAdvocate(t, "advocate")
	counselor, coordinator := w.as(t, "COUNSELOR"), w.as(t, "DISTRICT_COORDINATOR")
	student := counselor.studentID("A-01")
	note := func(author, student, visibility string) string {
		return relay.NewID(relay.Note, w.note(t, author, student, visibility, author+" of "+student)).String()
	}
	hidden := note("no role", "A-01", "RESTRICTED")
	ask := func(c *client, id string) *answer {
		t.Helper()
		return c.grant(student, staff, vars{"characteristicKind": nil, "noteId": id})
	}
	nothing := likeIt(hidden)
	ask(counselor, nothing) // makes room in the audit log, once a month
	want := traceOf(ask(counselor, nothing), nothing)
	for name, id := range map[string]string{
		"hidden": hidden, "general": note("COUNSELOR", "A-01", "GENERAL"), "of another student": note("COUNSELOR", "A-02", "RESTRICTED"),
		"of a student out of reach": note("COUNSELOR", "M-02", "RESTRICTED"),
	} {
		got := ask(counselor, id)
		if code, field := got.problemOf("grantNeedToKnow"); code != "INVALID" || field != "noteId" {
			t.Errorf("%s: %s", name, got.body)
		}
		if diff := cmp.Diff(want, traceOf(got, id)); diff != "" {
			t.Errorf("%s is told from a note that never was (-never was +it)\n%s", name, diff)
		}
	}
	reads := func(want ...string) {
		t.Helper()
		got := advocate.ask(`query($id: ID!) { node(id: $id) { ... on Student { notes { nodes { body } } } } }`, vars{"id": student}).fine()
		var restricted []string
		for _, body := range textsOf(got.at("node.notes.nodes"), "body") {
			if body != "COUNSELOR of A-01" || len(want) == 0 {
				restricted = append(restricted, body)
			}
		}
		if diff := cmp.Diff(want, restricted); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	self := coordinator.grant(student, w.staffNode(t, "DISTRICT_COORDINATOR"), vars{"characteristicKind": nil, "noteId": hidden})
	if code, field := self.problemOf("grantNeedToKnow"); code != "INVALID" || field != "staffId" || !strings.Contains(string(self.body), "is yourself") {
		t.Errorf("a coordinator grants to themselves: %s", self.body)
	}
	if got := ask(coordinator, hidden).fine(); got.at("grantNeedToKnow.grant") == nil {
		t.Errorf("a coordinator passes on what they do not read: %s", got.body)
	}
	reads("no role of A-01")
	if got := coordinator.ask(`query($id: ID!) { node(id: $id) { ... on Student { notes { totalCount } } } }`, vars{"id": student}).fine(); got.at("node.notes.totalCount") != 1.0 {
		t.Errorf("who passed it on reads it: %s", got.body)
	}
	if got := coordinator.grant(student, w.staffNode(t, "COUNSELOR"), vars{"characteristicKind": nil, "noteId": hidden}).fine(); got.at("grantNeedToKnow.grant") == nil {
		t.Fatalf("%s", got.body)
	}
	other, otherStaff := w.newAdvocate(t, "other advocate")
	passed := counselor.grant(student, otherStaff, vars{"characteristicKind": nil, "noteId": hidden}).fine()
	if passed.at("grantNeedToKnow.grant") == nil {
		t.Errorf("a counselor passes on what was granted to them: %s", passed.body)
	}
	if got := other.ask(`query($id: ID!) { node(id: $id) { ... on Student { notes { nodes { body } } } } }`, vars{"id": student}).fine(); len(got.list("node.notes.nodes")) != 2 {
		t.Errorf("%s", got.body)
	}
}

// TestRevokeNeedsTheStudent holds that a grant out of reach is as one that never was.
func TestRevokeNeedsTheStudent(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.addMember(t, w.alder, "middle leader", member{roles: []held{{"SCHOOL_LEADER", alderMiddle, longAgo, ""}}})
	coordinator, counselor := w.as(t, "DISTRICT_COORDINATOR"), w.as(t, "COUNSELOR")
	id := text(coordinator.grant(coordinator.studentID("M-02"), w.staffNode(t, "middle leader"), nil).fine().Data, "grantNeedToKnow.grant.id")
	revoke := func(c *client, id string) *answer {
		t.Helper()
		return c.ask(revokeDocument, vars{"input": vars{"grantId": id}})
	}
	nothing := likeIt(id)
	revoke(counselor, nothing) // each server makes room in the audit log, once a month
	for name, c := range map[string]*client{"of another school": counselor, "of another district": w.as(t, "birch coordinator")} {
		got := revoke(c, id)
		got.refused("NOT_FOUND")
		if diff := cmp.Diff(traceOf(revoke(c, nothing), nothing), traceOf(got, id)); diff != "" {
			t.Errorf("%s: told from one that never was (-never was +it)\n%s", name, diff)
		}
	}
	revoke(coordinator, strings.Replace(id, "ntk_", "not_", 1)).refused("NOT_FOUND")
	if n := w.count(t, `SELECT count(*) FROM need_to_know_grant WHERE district_id = $1 AND revoked_at IS NULL`); n != 1 {
		t.Errorf("it was revoked")
	}
}

// TestGrantStatements holds a grant to a number of statements that follows no number
// of rows.
func TestGrantStatements(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	_, staff := w.newAdvocate(t, "advocate")
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	student := coordinator.studentID("A-01")
	first := coordinator.grant(student, staff, nil).fine() // makes room in the audit log, once a month
	for i, kind := range []string{"HEALTH", "TRAUMA", "MIGRANT"} {
		if got := coordinator.grant(student, staff, vars{"characteristicKind": kind}).fine(); len(got.statements) > 7 {
			t.Errorf("%d: %d statements:\n%s", i, len(got.statements), strings.Join(got.statements, "\n"))
		}
	}
	id := text(first.Data, "grantNeedToKnow.grant.id")
	if got := coordinator.ask(revokeDocument, vars{"input": vars{"grantId": id}}).fine(); len(got.statements) > 3 {
		t.Errorf("%d statements:\n%s", len(got.statements), strings.Join(got.statements, "\n"))
	}
}
