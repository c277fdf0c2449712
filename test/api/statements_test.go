package api_test

import (
	"maps"
	"strings"
	"testing"
)

// TestStatementCounts holds the operations to a number of statements, the look-up
// of who asks included, that is the same whatever the size of a page.
func TestStatementCounts(t *testing.T) {
	t.Parallel()
	w := shared(t)
	const first = `query($first: Int!, $id: ID!) {
		node(id: $id) { ... on Student { id contacts { person { channels { value } } } risk { flags { explanation } }
			contactLogs(first: $first) { totalCount nodes { summary withWhom } } } }
	}`
	const record = `query($first: Int!, $id: ID!) { node(id: $id) { ... on Student { attendanceEvents(first: $first) { totalCount nodes { date } }
		incidents(first: $first) { totalCount nodes { actions { kind } } } grades(first: $first) { totalCount nodes { course { title } } }
		riskHistory(first: $first) { nodes { gpa } } risk { flags { history(first: $first) { totalCount nodes { status changedBy { displayName } } } } } } } }`
	const waiting = `query($first: Int!, $kind: WorklistKind!, $within: Within) { worklist(kind: $kind, within: $within, first: $first) { totalCount
		nodes { reason student { displayName risk { level flags { explanation } } } } } }`
	const overview = `query($first: Int!) { district { schools(first: $first) { totalCount nodes { id studentCount attendanceSummary(schoolYear: 2023) { absentDays } } }
		riskSummary { onTrack asOf } } }`
	const trend = `query($first: Int!) { district { indicatorTrend { on chronic } jobs(first: $first) { totalCount nodes { id } } } }`
	const runs = `query($first: Int!) { district { importRuns(first: $first) { totalCount nodes { id counts { kind }
		issues(first: $first) { totalCount nodes { line row { replayed } } } } } } }`
	const rows = `query($first: Int!) { district { importRuns(first: 2) { nodes { waiting
		quarantine(first: $first) { totalCount nodes { content { name } problems { value } replayedAt } } } } } }`
	for subject, id := range w.askers(t) {
		for _, one := range []struct {
			name, document, operation string
			variables                 vars
			most                      int
		}{
			{"Viewer", contract(t), "Viewer", nil, 1},
			{"StudentPage", contract(t), "StudentPage", vars{"id": id}, 4},
			{"a student page with pages of contacts", first, "", vars{"id": id}, 4},
			{"StudentAbcRecord", contract(t), "StudentAbcRecord", vars{"id": id, "schoolYear": 2023}, 2},
			{"pages of a student's record", record, "", vars{"id": id}, 2},
			{"StudentList", contract(t), "StudentList", nil, 2},
			{"StudentList, filtered", contract(t), "StudentList", vars{
				"filter":  vars{"riskLevels": []string{"AT_RISK", "ON_TRACK"}, "search": "a", "within": withinOf(subject)},
				"orderBy": vars{"field": "ABSENT_DAYS", "direction": "DESC"},
			}, 2},
			{"a worklist", waiting, "", vars{"kind": "NEW_THIS_WEEK", "within": withinOf(subject)}, 2},
			{"a worklist by the district's lines", waiting, "", vars{"kind": "NEAR_THRESHOLD", "within": withinOf(subject)}, 3},
			{"DistrictOverview", contract(t), "DistrictOverview", vars{"schoolYear": 2023}, 4},
			{"pages of schools", overview, "", nil, 4},
			{"ImportRuns", contract(t), "ImportRuns", nil, 4},
			{"a trend, and pages of jobs", trend, "", nil, 3},
			{"pages of import runs", runs, "", nil, 4},
			{"pages of rows in quarantine", rows, "", nil, 2},
		} {
			t.Run(subject+"/"+one.name, func(t *testing.T) {
				t.Parallel()
				count := map[int]int{}
				for _, first := range []int{1, 10, 100} {
					variables := vars{"first": first}
					maps.Copy(variables, one.variables)
					got := w.as(t, subject).askNamed(one.document, one.operation, variables).fine()
					count[len(got.statements)]++
					if len(got.statements) > one.most {
						t.Errorf("first %d: %d statements, at most %d:\n%s", first, len(got.statements), one.most, strings.Join(got.statements, "\n"))
					}
				}
				if len(count) != 1 {
					t.Errorf("the number of statements follows the size of the page: %v", count)
				}
			})
		}
	}
}

// withinOf is where the subject may filter by risk.
func withinOf(subject string) string {
	if subject == mixedSubject {
		return "MY_SCHOOLS"
	}
	return "ALL"
}

// askers gives who counts statements, each with a student whom they reach: of the
// sample, which has the rows for it, where it is there.
func (w *world) askers(t *testing.T) map[string]string {
	t.Helper()
	in := w.alder
	if w.grandBend != nil {
		in = w.grandBend
	}
	id := w.studentIn(t, in)
	return map[string]string{in.persona("coordinator"): id, in.persona("steward"): id, in.persona("school-leader"): id, mixedSubject: w.studentIn(t, w.alder)}
}

// TestEveryStatementIsObserved keeps the counts honest: the look-up of who asks is
// the first.
func TestEveryStatementIsObserved(t *testing.T) {
	t.Parallel()
	w := shared(t)
	got := w.as(t, "DISTRICT_COORDINATOR").askNamed(contract(t), "StudentList", nil).fine()
	if len(got.statements) != 2 || !strings.Contains(got.statements[0], "identify(") {
		t.Errorf("%q", got.statements)
	}
}

// TestStatementCountsOfOneThing holds what is asked and changed of one thing to a number
// of statements, the look-up of who asks included.
func TestStatementCountsOfOneThing(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	flag := w.flagNode(t)
	for _, one := range []struct {
		name, subject, document string
		variables               vars
		most                    int
	}{
		{"the rows behind a flag", "COUNSELOR", evidenceDocument, vars{"id": flag}, 17},
		{"a preview of a policy", "DISTRICT_COORDINATOR", previewPolicy, vars{"input": vars{"reason": "the test"}}, 19},
		{"the policy", "DISTRICT_COORDINATOR", readPolicy, nil, 2},
		{"acknowledging a flag", "COUNSELOR", acknowledgeDocument, vars{"input": vars{"flagId": flag}}, 5},
		{"dismissing it", "COUNSELOR", dismissDocument, vars{"input": vars{"flagId": flag, "reason": "the test"}}, 5},
		{"a new policy", "DISTRICT_COORDINATOR", setPolicyDocument, vars{"input": vars{"reason": "the test"}}, 7},
	} {
		got := w.as(t, one.subject).ask(one.document, one.variables).fine()
		if len(got.statements) > one.most {
			t.Errorf("%s: %d statements, at most %d:\n%s", one.name, len(got.statements), one.most, strings.Join(got.statements, "\n"))
		}
	}
}
