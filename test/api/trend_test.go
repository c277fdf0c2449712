package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const trendDocument = `query($from: Date, $to: Date, $school: ID) { district { indicatorTrend(from: $from, to: $to, schoolId: $school) {
	on onTrack earlyWarning atRisk critical notMeasured chronic measured attendanceRate } } }`

// trendPoint is what abcDistrict writes of one day, over so many schools and grades.
func trendPoint(on string, times float64) map[string]any {
	return map[string]any{
		"on": on, "onTrack": 4 * times, "earlyWarning": 3 * times, "atRisk": 2 * times, "critical": times, "notMeasured": times,
		"chronic": 2 * times, "measured": 10 * times, "attendanceRate": 350.0 / 370,
	}
}

// TestIndicatorTrend sums schools and grades, over what the reader sees as a whole.
func TestIndicatorTrend(t *testing.T) {
	t.Parallel()
	w := shared(t)
	c, leader := w.as(t, "DISTRICT_COORDINATOR"), w.as(t, "SCHOOL_LEADER")
	own, other, foreign := c.schoolID(alderHigh), c.schoolID(alderMiddle), w.as(t, "birch coordinator").schoolID(birchHigh)
	whole := float64(2 * len(c.ask(`{ district { schools { nodes { id } } } }`, nil).fine().list("district.schools.nodes")))
	for name, one := range map[string]struct {
		as   *client
		vars vars
		want []any
	}{
		"the district":         {c, vars{"from": "2022-08-01"}, []any{trendPoint("2022-08-30", whole), trendPoint("2022-08-31", whole)}},
		"one day":              {c, vars{"from": "2022-08-31", "to": "2022-08-31"}, []any{trendPoint("2022-08-31", whole)}},
		"a school":             {c, vars{"school": own, "to": "2022-08-30"}, []any{trendPoint("2022-08-30", 2)}},
		"one's own school":     {leader, vars{"school": own}, []any{trendPoint("2022-08-30", 2), trendPoint("2022-08-31", 2)}},
		"no day":               {c, vars{"from": "2022-08-01", "to": "2022-08-29"}, []any{}},
		"another's school":     {c, vars{"school": foreign}, []any{}},
		"no school":            {c, vars{"school": likeIt(own)}, []any{}},
		"what is not a school": {c, vars{"school": strings.Replace(own, "sch_", "stu_", 1)}, []any{}},
	} {
		got := one.as.ask(trendDocument, one.vars).fine()
		if diff := cmp.Diff(one.want, got.at("district.indicatorTrend")); diff != "" || len(got.redactions()) > 0 {
			t.Errorf("%s: (-want +got)\n%s%v", name, diff, got.redactions())
		}
	}
	never := leader.ask(trendDocument, vars{"school": likeIt(own)}).fine()
	for name, variables := range map[string]vars{"the district": nil, "another school": {"school": other}, "another district's": {"school": foreign}} {
		got := leader.ask(trendDocument, variables).fine()
		if got.at("district.indicatorTrend") != nil || string(got.body) != string(never.body) {
			t.Errorf("a leader is told of %s: %s", name, got.body)
		}
	}
	for _, bad := range []vars{{"from": "2022-08-02", "to": "2022-08-01"}, {"from": "2021-01-01", "to": "2022-08-01"}} {
		c.ask(trendDocument, bad).refused("BAD_USER_INPUT")
	}
}

// TestJobs: what the server did and will do, what is due last first.
func TestJobs(t *testing.T) {
	t.Parallel()
	got := shared(t).as(t, "DATA_STEWARD").ask(`{ district { jobs { totalCount nodes { kind status dueAt startedAt finishedAt attempts problem } } } }`, nil).fine()
	job := func(status, due string, started, finished any, attempts float64, problem any) any {
		return map[string]any{"kind": "RECOMPUTE", "status": status, "dueAt": due, "startedAt": started, "finishedAt": finished, "attempts": attempts, "problem": problem}
	}
	want := map[string]any{"totalCount": 3.0, "nodes": []any{
		job("QUEUED", "2022-09-02T06:00:00Z", nil, nil, 0, nil),
		job("FAILED", "2022-08-31T06:00:00Z", "2022-08-31T06:00:00Z", "2022-08-31T06:02:00Z", 3, "The database was away."),
		job("SUCCEEDED", "2022-08-30T06:00:00Z", "2022-08-30T06:00:00Z", "2022-08-30T06:01:00Z", 1, nil),
	}}
	if diff := cmp.Diff(want, got.at("district.jobs")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestImportIssuesByOutcome: each with how often it was said, and what was kept back with
// its content, for who may read issues.
func TestImportIssuesByOutcome(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.write(t, w.alder, `INSERT INTO import_run (district_id, id, source, started_at, status, problem)
		VALUES ($1, gen_random_uuid(), 'Holdfast CSV', '2022-09-01T16:59Z', 'REFUSED', 'It would end too many enrollments.')`)
	w.write(t, w.alder, `INSERT INTO quarantined_row (district_id, id, run_id, kind, file, line, content)
		SELECT $1, gen_random_uuid(), r.id, 'Grade', 'grades.csv', 7, '{"studentId": "A-01", "letter": "Q", "numeric": null}' FROM import_run r
		WHERE r.district_id = $1 AND r.status = 'REFUSED'`)
	w.write(t, w.alder, `INSERT INTO import_issue (district_id, id, run_id, outcome, row_id, kind, file, line, field, value, problem, hint, occurrences)
		SELECT $1, gen_random_uuid(), q.run_id, o.outcome, CASE o.outcome WHEN 'QUARANTINED' THEN q.id END,
			'Grade', 'grades.csv', o.line, 'letter', 'Q', 'is no mark', 'Say which.', o.often
		FROM quarantined_row q, (VALUES ('QUARANTINED', 7, 1), ('TOLERATED', 3, 12), ('DIFFERENCE', 9, 1)) o (outcome, line, often)
		WHERE q.district_id = $1 AND q.file = 'grades.csv'`)
	const document = `{ district { importRuns(first: 1) { nodes { status all: issues { totalCount nodes { outcome line occurrences row { replayed content { name value } } } }
		tolerated: issues(outcome: TOLERATED) { totalCount nodes { line occurrences } } none: issues(outcome: DIFFERENCE, first: 0) { totalCount nodes { line } } } } } }`
	got := w.as(t, "DATA_STEWARD").ask(document, nil).fine()
	issue := func(outcome string, line, often float64, row any) any {
		return map[string]any{"outcome": outcome, "line": line, "occurrences": often, "row": row}
	}
	content := []any{vars{"name": "letter", "value": "Q"}, vars{"name": "numeric", "value": ""}, vars{"name": "studentId", "value": "A-01"}}
	want := map[string]any{
		"status": "REFUSED",
		"all": vars{"totalCount": 3.0, "nodes": []any{
			issue("TOLERATED", 3, 12, nil), issue("QUARANTINED", 7, 1, vars{"replayed": false, "content": content}), issue("DIFFERENCE", 9, 1, nil),
		}},
		"tolerated": vars{"totalCount": 1.0, "nodes": []any{vars{"line": 3.0, "occurrences": 12.0}}},
		"none":      vars{"totalCount": 1.0, "nodes": []any{}},
	}
	if diff := cmp.Diff(want, got.at("district.importRuns.nodes.0")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	hidden := w.as(t, "DISTRICT_COORDINATOR").ask(document, nil).fine()
	if hidden.at("district.importRuns.nodes.0.all") != nil || len(hidden.redactions()) != 1 {
		t.Errorf("a coordinator is shown issues: %s", hidden.body)
	}
}
