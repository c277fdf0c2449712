package api_test

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"
)

// setPolicy gives Alder the next version of its policy, from a day on.
func (w *world) setPolicy(t *testing.T, startsOn string, access any) {
	t.Helper()
	document, err := json.Marshal(map[string]any{"access": access})
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, w.alder, `INSERT INTO district_policy (district_id, id, version, starts_on, document)
		SELECT $1, $2, max(p.version) + 1, $3, $4 FROM district_policy p WHERE p.district_id = $1`, uuid.Must(uuid.NewV7()), startsOn, document)
}

const policyDocument = `query($id: ID!) { node(id: $id) { ... on Student {
	displayName contacts { relation } risk { level } contactLogs(first: 1) { totalCount } characteristics { kind } } } }`

// TestAPolicyNarrowsWhatIsShown follows a district's policy through its versions: each
// holds from its day on, and on the next request.
func TestAPolicyNarrowsWhatIsShown(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	id := w.as(t, "DISTRICT_COORDINATOR").studentID("A-01")
	shows := func(when, subject string, want map[string]string) {
		t.Helper()
		got := w.as(t, subject).ask(policyDocument, vars{"id": id}).fine()
		reasons := map[string]string{}
		for _, one := range got.redactions() {
			reasons[one.Path[len("node."):]] = one.Reason
		}
		for _, field := range []string{"contacts", "risk", "contactLogs", "characteristics"} {
			if reasons[field] != want[field] || (got.at("node."+field) != nil) == (want[field] == "ROLE") {
				t.Errorf("%s, %s: %s: the reason is %q, not %q: %s", when, subject, field, reasons[field], want[field], got.body)
			}
		}
	}
	whole, leader := map[string]string{}, map[string]string{"characteristics": "NEED_TO_KNOW"}
	shows("before", "COUNSELOR", whole)
	w.setPolicy(t, tomorrow, vars{"roles": vars{"COUNSELOR": vars{"RISK": "-", "CIRCUMSTANCE": "N"}}})
	shows("from tomorrow", "COUNSELOR", whole)
	w.setPolicy(t, today, vars{"roles": vars{"COUNSELOR": vars{"RISK": "-", "CIRCUMSTANCE": "N"}, "SCHOOL_LEADER": vars{"CONTACT": "-", "CASEWORK": "R"}}})
	shows("from today", "COUNSELOR", map[string]string{"risk": "ROLE", "characteristics": "NEED_TO_KNOW"})
	shows("from today", "SCHOOL_LEADER", map[string]string{"characteristics": "NEED_TO_KNOW", "contacts": "ROLE"})
	shows("from today", "DISTRICT_COORDINATOR", whole)
	w.allow(t, "COUNSELOR", "A-01", "HOMELESS", uuid.Nil, "stands")
	if kinds := w.as(t, "COUNSELOR").kinds(id); len(kinds) != 1 || kinds[0] != "HOMELESS" {
		t.Errorf("a counselor who needs to know reads %v", kinds)
	}
	w.as(t, "COUNSELOR").ask(`{ district { students(filter: {riskLevels: [AT_RISK]}) { totalCount } } }`, nil).refused("FORBIDDEN")
	w.setPolicy(t, today, vars{"roles": vars{"SCHOOL_LEADER": vars{"CIRCUMSTANCE": "R", "RESTRICTED": "W", "CASEWORK": "W"}}})
	shows("what would widen", "SCHOOL_LEADER", leader)
	w.as(t, "SCHOOL_LEADER").ask(addNoteDocument, vars{"input": vars{"studentId": id, "body": "x"}}).refused("FORBIDDEN")
	shows("and the versions before are over", "COUNSELOR", whole)
	w.setPolicy(t, today, vars{"roles": vars{"COUNSELOR": vars{"DIRECTORY": "-"}}})
	if got := w.as(t, "COUNSELOR").ask(policyDocument, vars{"id": id}).fine(); got.at("node") != nil || len(got.redactions()) > 0 {
		t.Errorf("without DIRECTORY a student is found: %s", got.body)
	}
	w.as(t, "COUNSELOR").ask(`{ district { students { totalCount } } }`, nil).refused("FORBIDDEN")
	if seen := w.as(t, "DISTRICT_COORDINATOR").viewersOf(id, 100); seen["COUNSELOR"] != nil || seen["SCHOOL_LEADER"] == nil {
		t.Errorf("who finds no student is said to see one: %v", seen["COUNSELOR"])
	}
	w.setPolicy(t, today, "none of your business")
	if n := w.as(t, "DISTRICT_COORDINATOR").counts(); n != 0 {
		t.Errorf("under a policy that cannot be read %v students are seen", n)
	}
	if got := w.as(t, "birch coordinator").counts(); got == 0 {
		t.Error("another district's policy counts")
	}
}

// TestAVolunteerHasMoreByThePolicy up to the role's own cells, in what is shown and
// in who is said to see it.
func TestAVolunteerHasMoreByThePolicy(t *testing.T) {
	t.Parallel()
	w := newStaffRoom(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	id := coordinator.studentID("A-01")
	w.setPolicy(t, today, vars{"outsideAdvocates": []string{"RISK", "CIRCUMSTANCE"}})
	got := w.as(t, "volunteer").ask(policyDocument, vars{"id": id}).fine()
	if reasons := got.redactions(); len(reasons) != 1 || reasons[0].Reason != "NEED_TO_KNOW" || got.at("node.contacts") == nil {
		t.Errorf("%s", got.body)
	}
	seen := coordinator.viewersOf(id, 100)["volunteer"]
	if seen == nil || len(seen.Read) != 5 || len(seen.NeedToKnow) != 1 {
		t.Errorf("the volunteer is said to see %+v", seen)
	}
}
