package api_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rawRedactions gives extensions.redactions as it stands in the answer.
func rawRedactions(t *testing.T, a *answer) []map[string]any {
	t.Helper()
	var response struct {
		Extensions map[string]json.RawMessage `json:"extensions"`
	}
	if err := json.Unmarshal(a.body, &response); err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	if raw := response.Extensions["redactions"]; raw != nil {
		if err := json.Unmarshal(raw, &list); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// entry is a redaction as it stands in an answer; with no rows it stands in no
// list.
func entry(path, class, reason string, count int, rows ...any) map[string]any {
	one := map[string]any{"path": path, "dataClass": class, "reason": reason, "count": float64(count)}
	if class == "" {
		one["dataClass"] = nil
	}
	if len(rows) > 0 {
		one["indexes"] = rows
	}
	return one
}

func rows(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = float64(i)
	}
	return list
}

// TestRedactionsOfTheStudentPage holds the student page's redactions to their
// exact shape: one entry a path, the topmost field alone.
func TestRedactionsOfTheStudentPage(t *testing.T) {
	t.Parallel()
	w := shared(t)
	id := w.as(t, "DISTRICT_COORDINATOR").studentID("A-01")
	for subject, want := range map[string][]map[string]any{
		"DISTRICT_COORDINATOR": nil,
		"SCHOOL_LEADER":        {entry("node.characteristics", "CIRCUMSTANCE", "NEED_TO_KNOW", 1)},
		"DATA_STEWARD": {
			entry("node.characteristics", "CIRCUMSTANCE", "ROLE", 1), entry("node.contactLogs", "CASEWORK", "ROLE", 1),
			entry("node.risk.flags", "CASEWORK", "ROLE", 1),
		},
		"operator":               nil,
		kindSubjects["REGIONAL"]: nil,
		kindSubjects["PARTNER"]:  nil,
	} {
		got := w.as(t, subject).askNamed(contract(t), "StudentPage", vars{"id": id}).fine()
		if diff := cmp.Diff(want, rawRedactions(t, got)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", subject, diff)
		}
	}
}

// TestRedactionsOfLists holds that a list has one entry a path, which counts the
// rows and names them by their places.
func TestRedactionsOfLists(t *testing.T) {
	t.Parallel()
	w := shared(t)
	const document = `query($first: Int!) { district { students(first: $first) { edges { node {
		id characteristics { kind } contactLogs { nodes { summary withWhom } } } } } } }`
	at := "district.students.edges.node."
	for _, one := range []struct {
		subject string
		first   int
		want    []map[string]any
	}{
		{"DISTRICT_COORDINATOR", 4, nil},
		{"SCHOOL_LEADER", 0, nil},
		{"SCHOOL_LEADER", 4, []map[string]any{entry(at+"characteristics", "CIRCUMSTANCE", "NEED_TO_KNOW", 4, rows(4)...)}},
		{"SCHOOL_LEADER", 100, []map[string]any{entry(at+"characteristics", "CIRCUMSTANCE", "NEED_TO_KNOW", 9, rows(9)...)}},
		{"DATA_STEWARD", 4, []map[string]any{
			entry(at+"characteristics", "CIRCUMSTANCE", "ROLE", 4, rows(4)...), entry(at+"contactLogs", "CASEWORK", "ROLE", 4, rows(4)...),
		}},
	} {
		got := w.as(t, one.subject).ask(document, vars{"first": one.first}).fine()
		if diff := cmp.Diff(one.want, rawRedactions(t, got)); diff != "" {
			t.Errorf("%s, first %d: (-want +got)\n%s", one.subject, one.first, diff)
		}
	}
}

// TestStudentListRedactsNothingOfItsReaders holds that the list of the contract
// shows its readers everything that it selects.
func TestStudentListRedactsNothingOfItsReaders(t *testing.T) {
	t.Parallel()
	w := shared(t)
	for _, subject := range []string{"DISTRICT_COORDINATOR", "DATA_STEWARD", "SCHOOL_LEADER", "COUNSELOR"} {
		got := w.as(t, subject).askNamed(contract(t), "StudentList", vars{"first": 100}).fine()
		if list := rawRedactions(t, got); list != nil {
			t.Errorf("%s: %v", subject, list)
		}
	}
}

// TestNodesNamesRedactedRows holds that the rows of nodes(ids:) are named by their
// places among the ids, as those of any list.
func TestNodesNamesRedactedRows(t *testing.T) {
	t.Parallel()
	w := shared(t)
	steward := w.as(t, "DATA_STEWARD")
	ids := []string{steward.schoolID(alderHigh), steward.studentID("A-01"), steward.studentID("M-01")}
	got := steward.ask(`query($ids: [ID!]!) { nodes(ids: $ids) { ... on Student { contactLogs { nodes { id } } } } }`, vars{"ids": ids}).fine()
	want := []map[string]any{entry("nodes.contactLogs", "CASEWORK", "ROLE", 2, 1.0, 2.0)}
	if diff := cmp.Diff(want, rawRedactions(t, got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestDistrictRedactions holds the district's own fields to their entries: an
// operation has no class.
func TestDistrictRedactions(t *testing.T) {
	t.Parallel()
	w := shared(t)
	const document = `{ district { riskSummary { atRisk } importRuns(first: 2) { nodes { id issues { nodes { line } } } }
		schools { nodes { id studentCount attendanceSummary { absentDays } } } } }`
	for subject, want := range map[string][]map[string]any{
		"DATA_STEWARD":         nil,
		"DISTRICT_COORDINATOR": {entry("district.importRuns.nodes.issues", "", "ROLE", 2, rows(2)...)},
		"SCHOOL_LEADER": {
			entry("district.importRuns", "", "ROLE", 1),
			entry("district.riskSummary", "RISK", "ROLE", 1),
			// Schools by name: the annex, the own high school, the middle school.
			entry("district.schools.nodes.attendanceSummary", "ATTENDANCE", "ROLE", 2, 0.0, 2.0),
			entry("district.schools.nodes.studentCount", "DIRECTORY", "ROLE", 2, 0.0, 2.0),
		},
	} {
		got := w.as(t, subject).ask(document, nil).fine()
		if diff := cmp.Diff(want, rawRedactions(t, got)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", subject, diff)
		}
	}
}

// TestHiddenCircumstancesAreNotTold holds that a need-to-know reader gets the same
// of a student with hidden items and of one without.
func TestHiddenCircumstancesAreNotTold(t *testing.T) {
	t.Parallel()
	w := shared(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	const document = `query($id: ID!) { node(id: $id) { ... on Student { characteristics { kind detail } } } }`
	with, without := coordinator.studentID("A-01"), coordinator.studentID("A-05")
	if len(coordinator.ask(document, vars{"id": with}).list("node.characteristics")) != 2 {
		t.Fatal("the student has no circumstances to hide")
	}
	for _, subject := range []string{"SCHOOL_LEADER", "FACILITATOR"} {
		c := w.as(t, subject)
		a, b := c.ask(document, vars{"id": with}).fine(), c.ask(document, vars{"id": without}).fine()
		if string(a.body) != string(b.body) {
			t.Errorf("%s: with\n%s\nwithout\n%s", subject, a.body, b.body)
		}
		if list := a.at("node.characteristics"); list == nil || len(a.list("node.characteristics")) != 0 {
			t.Errorf("%s: not an empty list: %s", subject, a.body)
		}
	}
}
