package api_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/roster/sheet"
)

// kept is an export of which rows are kept back: of Alder, in three kinds.
var kept = fstest.MapFS{
	"attendance.csv": {Data: []byte("studentId,schoolId,date,code\n" +
		"A-01,8801,2022-08-24,Beamed up\n" + // no such code
		"A-02,8801,24/08/2022,Tardy\n" + // no day
		"A-03,8801,2022-08-24,Tardy\n" + // good
		"A-99,8801,2022-08-24,Tardy\n")}, // no such student
	"characteristics.csv": {Data: []byte("studentId,kind,beginsOn\nA-99,HOMELESS,2022-08-02\n")},
	"grades.csv":          {Data: []byte("studentId,courseId,schoolYear,kind,period,givenOn,letter\nA-01,no such course,2023,FINAL,Q1,2022-08-24,B\n")},
}

// sheets loads a folder of CSV into Alder, and gives the run's id.
func (w *world) sheets(t testing.TB, folder fs.FS) string {
	t.Helper()
	found, err := load.FindDistrict(t.Context(), w.application, alderCode)
	if err != nil {
		t.Fatal(err)
	}
	source := load.Source{Name: "Holdfast CSV", Read: func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
		return sheet.Read(ctx, folder, sink, progress)
	}}
	summary, err := load.Load(t.Context(), w.application, found, source, load.Options{Now: clock})
	if err != nil {
		t.Fatal(load.Explain(err), err)
	}
	return relay.NewID(relay.ImportRun, summary.RunID).String()
}

const quarantineDocument = `query Quarantine($run: ID!, $state: QuarantineState = WAITING, $first: Int, $after: String, $last: Int, $before: String) {
	node(id: $run) { ... on ImportRun { waiting quarantine(state: $state, first: $first, after: $after, last: $last, before: $before) {
		totalCount pageInfo { hasNextPage endCursor }
		nodes { id kind file line content { name value } problems { field value problem hint } replayed replayedBy replayedAt } } } } }`

// quarantined gives the rows of a run that wait, a line each, and their ids by file and
// line.
func (c *client) quarantined(run string) (lines []string, ids map[string]string) {
	c.t.Helper()
	got := c.ask(quarantineDocument, vars{"run": run, "first": 100}).fine()
	ids = map[string]string{}
	for _, row := range got.list("node.quarantine.nodes") {
		place := fmt.Sprint(dig(row, "file"), ":", dig(row, "line"))
		ids[place] = text(row, "id")
		content, _ := dig(row, "content").([]any)
		var said []string
		for _, one := range content {
			said = append(said, text(one, "name")+"="+text(one, "value"))
		}
		var problems []string
		told, _ := dig(row, "problems").([]any)
		for _, one := range told {
			problems = append(problems, strings.Join([]string{text(one, "field"), text(one, "value"), text(one, "problem")}, " "))
		}
		lines = append(lines, strings.Join([]string{place, text(row, "kind"), strings.Join(said, " "), strings.Join(problems, "; ")}, " | "))
	}
	return lines, ids
}

const replayDocument = `mutation Replay($input: ReplayQuarantineInput!) { replayQuarantine(input: $input) {
	importRun { id source status waiting counts { kind read created updated unchanged quarantined } issues { nodes { file line problem row { id } } } }
	userErrors { code field message } } }`

// replay asks for the rows of a run to be loaded.
func (c *client) replay(run string, beside vars) *answer {
	c.t.Helper()
	input := vars{"importRunId": run}
	maps.Copy(input, beside)
	return c.ask(replayDocument, vars{"input": input})
}

// corrected is the correction of a row, by names and values in turn.
func corrected(row string, fields ...string) vars {
	list := []vars{}
	for pair := range slices.Chunk(fields, 2) {
		list = append(list, vars{"name": pair[0], "value": pair[1]})
	}
	return vars{"rowId": row, "fields": list}
}

// replayed checks that the rows were loaded, and gives the new run's id.
func (a *answer) replayed() string {
	a.t.Helper()
	if len(a.fine().list("replayQuarantine.userErrors")) > 0 || text(a.Data, "replayQuarantine.importRun.status") != "SUCCEEDED" {
		a.t.Fatalf("it was not done: %s", a.body)
	}
	return text(a.Data, "replayQuarantine.importRun.id")
}

// TestQuarantine: a steward lists the rows that wait, corrects some and loads them; the
// others go on waiting, and what became of each is told.
func TestQuarantine(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	run := w.sheets(t, kept)
	steward := w.as(t, "DATA_STEWARD")
	lines, ids := steward.quarantined(run)
	want := []string{
		"attendance.csv:2 | AttendanceEvent | code=Beamed up date=2022-08-24 schoolId=8801 schoolYear=2023 studentId=A-01" +
			" | AttendanceEventCategory Beamed up is not in the district's map of attendance codes",
		"attendance.csv:3 | AttendanceEvent | code=Tardy date=24/08/2022 schoolId=8801 studentId=A-02 | date 24/08/2022 is no day",
		"attendance.csv:5 | AttendanceEvent | code=Tardy date=2022-08-24 schoolId=8801 schoolYear=2023 studentId=A-99 | student A-99 names a student that is not known",
		"characteristics.csv:2 | Characteristic |  | student  names a student that is not known",
		"grades.csv:2 | Grade | courseId=no such course givenOn=2022-08-24 kind=FINAL letter=B period=Q1 schoolYear=2023 studentId=A-01" +
			" | course no such course names a course that is not known",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Fatalf("waiting (-want +got):\n%s", diff)
	}
	got := steward.replay(run, vars{"reason": "The office called.", "corrections": []vars{
		corrected(ids["attendance.csv:2"], "code", "Unexcused Absence"),
		corrected(ids["attendance.csv:3"], "date", "2022-08-24"),
		corrected(ids["attendance.csv:5"], "code", "Excused Absence"),
	}})
	second := got.replayed()
	counts := vars{"kind": "AttendanceEvent", "read": 3.0, "created": 2.0, "updated": 0.0, "unchanged": 0.0, "quarantined": 1.0}
	if diff := cmp.Diff([]any{counts}, got.list("replayQuarantine.importRun.counts")); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	issue := vars{"file": "attendance.csv", "line": 5.0, "problem": "names a student that is not known", "row": vars{"id": ids["attendance.csv:5"]}}
	if diff := cmp.Diff([]any{issue}, got.list("replayQuarantine.importRun.issues.nodes")); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
	events := w.texts(t, `SELECT s.local_id || ' ' || e.category FROM attendance_event e JOIN student s ON s.district_id = e.district_id AND s.id = e.student_id
		WHERE e.district_id = $1 AND e.on_date = '2022-08-24' AND e.withdrawn_at IS NULL ORDER BY 1`)
	if diff := cmp.Diff([]string{"A-01 UNEXCUSED_ABSENCE", "A-02 TARDY", "A-03 TARDY"}, events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	absent := w.count(t, `SELECT a.absent FROM student_attendance a JOIN student s ON s.district_id = a.district_id AND s.id = a.student_id
		WHERE a.district_id = $1 AND s.local_id = 'A-01'`)
	if absent != 60_000 {
		t.Errorf("the student's figure was not worked out again: %d", absent)
	}
	w.tellsWhatBecame(t, run, second, ids)
}

// tellsWhatBecame holds what is told of the rows, and of the change, afterwards.
func (w *world) tellsWhatBecame(t *testing.T, run, second string, ids map[string]string) {
	t.Helper()
	const ofRuns = `query($runs: [ID!]!) { nodes(ids: $runs) { ... on ImportRun { waiting
		waits: quarantine { totalCount } done: quarantine(state: REPLAYED) { nodes { id replayed replayedBy replayedAt } } all: quarantine(state: null) { totalCount } } } }`
	got := w.as(t, "DATA_STEWARD").ask(ofRuns, vars{"runs": []string{run, second}}).fine()
	row := func(place string) any {
		return vars{"id": ids[place], "replayed": true, "replayedBy": second, "replayedAt": now.Format(time.RFC3339)}
	}
	if diff := cmp.Diff([]any{row("attendance.csv:2"), row("attendance.csv:3")}, got.at("nodes.0.done.nodes")); diff != "" {
		t.Errorf("loaded (-want +got):\n%s", diff)
	}
	if got.at("nodes.0.waiting") != 3.0 || got.at("nodes.0.waits.totalCount") != 3.0 || got.at("nodes.0.all.totalCount") != 5.0 || got.at("nodes.1.waiting") != 0.0 {
		t.Errorf("%s", got.body)
	}
	lines := w.texts(t, `SELECT subject || ' ' || reason || ' ' || (after ->> 'replays') || ' ' || (after ->> 'AttendanceEvent') || ' ' || (after ->> 'corrected')
		FROM audit_log WHERE district_id = $1 AND operation = 'replayQuarantine' AND principal_kind = 'STAFF' AND principal_id = $2`,
		w.staffID(t, w.alder, "DATA_STEWARD"))
	want := []string{fmt.Sprintf(`IMPORT_RUN The office called. %s 2 created, 0 updated, 0 removed {"%s": ["code"], "%s": ["date"], "%s": ["code"]}`,
		run, ids["attendance.csv:2"], ids["attendance.csv:3"], ids["attendance.csv:5"])}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("the audit log (-want +got):\n%s", diff)
	}
}

// TestWhatARowTellsIsOfAClass: of a row of a class that the steward does not read, what it
// says is not shown, in no way, and listed; loading it as it stands is no reading.
func TestWhatARowTellsIsOfAClass(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	run := w.sheets(t, kept)
	steward := w.as(t, "DATA_STEWARD")
	const document = `query Rows { district { importRuns(first: 1) { nodes {
		quarantine { nodes { kind content { value } problems { value } } }
		issues(outcome: QUARANTINED) { nodes { kind value row { content { value } } } } } } } }`
	got := steward.ask(document, nil).fine()
	if body := string(got.body); strings.Contains(body, "HOMELESS") || strings.Count(body, "A-99") != 4 {
		t.Errorf("the row of a circumstance is told: %s", body)
	}
	path := "district.importRuns.nodes."
	hidden := []redaction{
		{path + "issues.nodes.row.content", "CIRCUMSTANCE", "ROLE", 1, []int{3}},
		{path + "issues.nodes.value", "CIRCUMSTANCE", "ROLE", 1, []int{3}},
		{path + "quarantine.nodes.content", "CIRCUMSTANCE", "ROLE", 1, []int{3}},
		{path + "quarantine.nodes.problems.value", "CIRCUMSTANCE", "ROLE", 1, []int{0}},
	}
	if diff := cmp.Diff(hidden, got.redactions()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.addMember(t, w.alder, "steward who coordinates", member{roles: []held{{"DATA_STEWARD", "", longAgo, ""}, {"DISTRICT_COORDINATOR", "", longAgo, ""}}})
	both := w.as(t, "steward who coordinates")
	if whole := both.ask(document, nil).fine(); !strings.Contains(string(whole.body), "HOMELESS") || len(whole.redactions()) > 0 {
		t.Errorf("who reads the class is not shown the row: %s", whole.body)
	}
	_, ids := steward.quarantined(run)
	row := ids["characteristics.csv:2"]
	steward.replay(run, vars{"corrections": []vars{corrected(row, "studentId", "A-01")}}).refused("FORBIDDEN")
	steward.replay(run, vars{"corrections": []vars{corrected(row)}}).replayed()
	both.replay(run, vars{"corrections": []vars{corrected(row, "studentId", "A-01")}}).replayed()
	if n := w.count(t, `SELECT count(*) FROM student_characteristic c JOIN student s ON s.district_id = c.district_id AND s.id = c.student_id
		WHERE c.district_id = $1 AND s.local_id = 'A-01' AND c.kind = 'HOMELESS' AND c.starts_on = '2022-08-02'`); n != 1 {
		t.Errorf("%d circumstances were loaded", n)
	}
	w.setPolicy(t, today, vars{"roles": vars{"DATA_STEWARD": vars{"ATTENDANCE": "R", "ACADEMIC": "-"}}})
	if lines, _ := steward.quarantined(run); !strings.Contains(lines[0], "code=Beamed up") || !strings.Contains(lines[3], "| Grade |  |") {
		t.Errorf("under a policy that narrows: %q", lines)
	}
	steward.replay(run, vars{"corrections": []vars{corrected(ids["attendance.csv:2"], "code", "Tardy")}}).refused("FORBIDDEN")
}

// TestQuarantineIsTheStewards: what the rows say is shown to nobody else, their number to
// coordinators too, and reading them is in the access log.
func TestQuarantineIsTheStewards(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	run := w.sheets(t, kept)
	coordinator := w.as(t, "DISTRICT_COORDINATOR").ask(quarantineDocument, vars{"run": run}).fine()
	if coordinator.at("node.waiting") != 5.0 || coordinator.at("node.quarantine") != nil {
		t.Errorf("%s", coordinator.body)
	}
	if diff := cmp.Diff([]redaction{{"node.quarantine", "", "ROLE", 1, nil}}, coordinator.redactions()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, subject := range []string{"PRIVACY_OFFICER", "SCHOOL_LEADER", "REGISTRAR", "birch steward"} {
		if got := w.as(t, subject).ask(quarantineDocument, vars{"run": run}).fine(); got.at("node") != nil || len(got.redactions()) > 0 {
			t.Errorf("%s: %s", subject, got.body)
		}
	}
	_, ids := w.as(t, "DATA_STEWARD").quarantined(run)
	if diff := cmp.Diff([]string{"IMPORT_ISSUES by DATA_STEWARD DISTRICT"}, w.logged(t, "DATA_STEWARD", "Quarantine")); diff != "" {
		t.Errorf("the access log (-want +got):\n%s", diff)
	}
	foreign := w.as(t, "birch steward")
	never := likeIt(run)
	if got, nobody := foreign.replay(run, nil), foreign.replay(never, nil); got.code() != "NOT_FOUND" || string(got.body) != string(nobody.body) {
		t.Errorf("another district's run is not as one that never was:\n%s\n%s", got.body, nobody.body)
	}
	foreign.replay(w.birchRun(t), vars{"corrections": []vars{corrected(ids["attendance.csv:2"])}}).problemOfRow("INVALID", "input.corrections.0.rowId")
	if n := w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND operation = 'replayQuarantine'`); n != 0 {
		t.Errorf("%d lines of replays that were refused", n)
	}
}

// birchRun gives the id of an import of Birch.
func (w *world) birchRun(t testing.TB) string {
	t.Helper()
	return text(w.as(t, "birch steward").ask(`{ district { importRuns(first: 1) { nodes { id } } } }`, nil).fine().Data, "district.importRuns.nodes.0.id")
}

// problemOfRow checks the one problem, by its whole place in the input.
func (a *answer) problemOfRow(code, field string) {
	a.t.Helper()
	problems := a.fine().list("replayQuarantine.userErrors")
	if len(problems) != 1 {
		a.t.Fatalf("not one problem: %s", a.body)
	}
	var place []string
	named, _ := dig(problems[0], "field").([]any)
	for _, one := range named {
		place = append(place, fmt.Sprint(one))
	}
	if text(problems[0], "code") != code || strings.Join(place, ".") != field {
		a.t.Errorf("not %s of %s: %s", code, field, a.body)
	}
}

// TestReplayIsRefused says why, and changes nothing.
func TestReplayIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	run := w.sheets(t, kept)
	steward := w.as(t, "DATA_STEWARD")
	_, ids := steward.quarantined(run)
	settled, row := ids["attendance.csv:3"], ids["attendance.csv:2"]
	steward.replay(run, vars{"corrections": []vars{corrected(settled, "date", "2022-08-24")}}).replayed()
	empty := w.sheets(t, fstest.MapFS{"attendance.csv": {Data: []byte("studentId,schoolId,date,code\nA-04,8801,2022-08-24,Tardy\n")}})
	before := w.state(t)
	for name, test := range map[string]struct {
		run         string
		input       vars
		code, field string
	}{
		"nothing waits":              {empty, nil, "CONFLICT", "input.importRunId"},
		"a row of another run":       {empty, vars{"corrections": []vars{corrected(row)}}, "INVALID", "input.corrections.0.rowId"},
		"a row that never was":       {run, vars{"corrections": []vars{corrected(row), corrected(likeIt(row))}}, "INVALID", "input.corrections.1.rowId"},
		"a row that was loaded":      {run, vars{"corrections": []vars{corrected(settled)}}, "CONFLICT", "input.corrections.0.rowId"},
		"a row named twice":          {run, vars{"corrections": []vars{corrected(row), corrected(row)}}, "INVALID", "input.corrections.1.rowId"},
		"no row":                     {run, vars{"corrections": []vars{}}, "REQUIRED", "input.corrections"},
		"a field that is none":       {run, vars{"corrections": []vars{corrected(row, "code", "Tardy", "on_date", "2022-08-24")}}, "INVALID", "input.corrections.0.fields.1.name"},
		"a field said twice":         {run, vars{"corrections": []vars{corrected(row, "code", "Tardy", "code", "Tardy")}}, "INVALID", "input.corrections.0.fields.1.name"},
		"a value that is no day":     {run, vars{"corrections": []vars{corrected(row, "date", "24/08/2022")}}, "INVALID", "input.corrections.0.fields.0.value"},
		"a value no database takes":  {run, vars{"corrections": []vars{corrected(row, "reason", "a\x00b")}}, "INVALID", "input.corrections.0.fields.0.value"},
		"a value that is too long":   {run, vars{"corrections": []vars{corrected(row, "reason", strings.Repeat("x", 4001))}}, "INVALID", "input.corrections.0.fields.0.value"},
		"a reason that is too long":  {run, vars{"reason": strings.Repeat("x", 1001)}, "INVALID", "input.reason"},
		"a key that says nothing":    {run, vars{"idempotencyKey": ""}, "INVALID", "input.idempotencyKey"},
		"more rows than are allowed": {run, vars{"corrections": manyRows(row, 1001)}, "LIMIT_EXCEEDED", "input.corrections"},
	} {
		t.Log(name)
		got := steward.replay(test.run, test.input)
		got.problemOfRow(test.code, test.field)
		stands := text(got.Data, "replayQuarantine.importRun.id")
		if name == "nothing waits" && stands != empty || name != "nothing waits" && stands != "" {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	for _, id := range []string{row, likeIt(run)} {
		steward.replay(id, nil).refused("NOT_FOUND")
	}
	if diff := cmp.Diff(before, w.state(t)); diff != "" {
		t.Errorf("what was refused changed something (-before +after):\n%s", diff)
	}
}

func manyRows(row string, times int) []vars {
	all := make([]vars, times)
	for i := range all {
		all[i] = corrected(row)
	}
	return all
}

// TestReplayTakesTurnsWithImports: while one is under way the steward is told to wait,
// and once it has ended the rows are loaded.
func TestReplayTakesTurnsWithImports(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	run := w.sheets(t, kept)
	steward := w.as(t, "DATA_STEWARD")
	_, ids := steward.quarantined(run)
	input := vars{"corrections": []vars{corrected(ids["attendance.csv:2"], "code", "Tardy")}, "idempotencyKey": "turns"}
	runs := func() int { return w.count(t, "SELECT count(*) FROM import_run WHERE district_id = $1") }
	finish := w.importing(t)
	before := runs()
	busy := steward.replay(run, input)
	busy.problemOfRow("CONFLICT", "input")
	if runs() != before {
		t.Error("a replay that was refused left a run behind")
	}
	finish()
	steward.replay(run, input).replayed()
}

// TestReplayOnce sends one replay at once to two servers, and again: it is done once, and
// every answer tells of the one run.
func TestReplayOnce(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	run := w.sheets(t, kept)
	clients := []*client{w.as(t, "DATA_STEWARD"), w.at(t, w.secondServer(t), "DATA_STEWARD")}
	_, ids := clients[0].quarantined(run)
	input := vars{"idempotencyKey": "once", "corrections": []vars{corrected(ids["attendance.csv:2"], "code", "Tardy")}}
	answers := atOnce(6, func(i int) *answer { return clients[i%2].replay(run, input) })
	answers = append(answers, clients[0].replay(run, input))
	var told []string
	for _, got := range answers {
		told = append(told, got.replayed())
	}
	if slices.Sort(told); len(slices.Compact(told)) != 1 {
		t.Errorf("the answers tell of %v", told)
	}
	if n := w.countAudit(t, "replayQuarantine", "DATA_STEWARD"); n != 1 {
		t.Errorf("%d lines in the audit log", n)
	}
	other := vars{"idempotencyKey": "once", "corrections": []vars{corrected(ids["attendance.csv:3"], "date", "2022-08-24")}}
	refused := clients[1].replay(run, other)
	refused.problem("replayQuarantine", "CONFLICT", "idempotencyKey")
	if stands := text(refused.Data, "replayQuarantine.importRun.id"); stands != told[0] {
		t.Errorf("the run that stands is not shown: %s", refused.body)
	}
}

// meansDropout puts an exit code on the district's map.
func (w *world) meansDropout(t *testing.T, code string) {
	t.Helper()
	w.as(t, "DISTRICT_COORDINATOR").ask(`mutation($code: String!) {
		setCodes(input: {map: EXIT, codes: [{code: $code, meaning: "DROPOUT"}], reason: "the state's new code"}) { userErrors { message } } }`,
		vars{"code": code}).fine()
}

// TestReplayOfAll loads what waits as it stands, in as many statements for a few rows as
// for many; more than a request may hold are refused with what to do.
func TestReplayOfAll(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	w.meansDropout(t, "W98") // the first change of a server makes room in the logs
	statements := map[int]int{}
	for _, rows := range []int{2, 40, 1_000} {
		run := w.sheets(t, fstest.MapFS{"attendance.csv": {Data: []byte("studentId,schoolId,date,code\n" + waitingRows(rows, rows))}})
		got := steward.replay(run, nil)
		got.replayed()
		if got.at("replayQuarantine.importRun.counts.0.quarantined") != float64(rows) {
			t.Errorf("%s", got.body)
		}
		statements[len(got.statements)]++
	}
	if len(statements) != 1 {
		t.Errorf("the number of statements follows the number of rows: %v", statements)
	}
	many := w.sheets(t, fstest.MapFS{"attendance.csv": {Data: []byte("studentId,schoolId,date,code\n" + waitingRows(1_001, 7))}})
	steward.replay(many, nil).problemOfRow("LIMIT_EXCEEDED", "input.corrections")
}

// waitingRows are lines of nobody; the lines of one batch are not those of another.
func waitingRows(count, batch int) string {
	var lines strings.Builder
	for i := range count {
		fmt.Fprintf(&lines, "X-%d-%d,8801,2022-08-24,Tardy\n", batch, i)
	}
	return lines.String()
}

// TestAReplayOfEverybodysFigures: in a large district they are left to the job, in the same
// transaction as the row that they hang on.
func TestAReplayOfEverybodysFigures(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	calendar := w.texts(t, `SELECT c.local_id FROM calendar c
		JOIN school h ON h.district_id = c.district_id AND h.id = c.school_id WHERE c.district_id = $1 AND h.local_id = '8801'`)[0]
	day := func(date string) fs.FS {
		return fstest.MapFS{"calendar-days.csv": {Data: []byte("schoolId,calendarId,schoolYear,date,instructional\n8801," + calendar + ",2023," + date + ",yes\n")}}
	}
	steward := w.as(t, "DATA_STEWARD")
	asked := func() int {
		return w.count(t, "SELECT count(*) FROM job WHERE district_id = $1 AND status = 'QUEUED' AND due_at <= now() AND requested_by = $2", w.staffID(t, w.alder, "DATA_STEWARD"))
	}
	replay := func(wrong, right string) {
		t.Helper()
		run := w.sheets(t, day(wrong))
		_, ids := steward.quarantined(run)
		steward.replay(run, vars{"corrections": []vars{corrected(ids["calendar-days.csv:2"], "date", right)}}).replayed()
	}
	replay("24/12/2022", "2022-12-24")
	if n := asked(); n != 0 {
		t.Errorf("%d recomputes of a small district were left to the job", n)
	}
	w.write(t, w.alder, `INSERT INTO student (district_id, id, local_id, first_name, last_name)
		SELECT $1, gen_random_uuid(), 'C-' || n, 'Child', 'Number' FROM generate_series(1, 5000) n`)
	replay("31/12/2022", "2022-12-31")
	if n := asked(); n != 1 {
		t.Errorf("%d recomputes of a large district were left to the job", n)
	}
}

// TestAReplayThatEndsTooMany is refused until the steward says that it is right.
func TestAReplayThatEndsTooMany(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	var exits strings.Builder
	exits.WriteString("studentId,schoolId,exitDate,exitCode\n")
	for _, student := range w.texts(t, `SELECT s.local_id FROM student s JOIN student_school_association e ON e.district_id = s.district_id AND e.student_id = s.id
		JOIN school h ON h.district_id = e.district_id AND h.id = e.school_id
		WHERE s.district_id = $1 AND h.local_id = '8801' AND e.exit_date IS NULL AND e.withdrawn_at IS NULL GROUP BY 1 HAVING count(*) = 1 ORDER BY 1`) {
		exits.WriteString(student + ",8801,2022-08-30,W98\n")
	}
	run := w.sheets(t, fstest.MapFS{"exits.csv": {Data: []byte(exits.String())}})
	steward := w.as(t, "DATA_STEWARD")
	w.meansDropout(t, "W98")
	steward.replay(run, nil).problemOfRow("LIMIT_EXCEEDED", "input.allowRemovals")
	steward.replay(run, vars{"allowRemovals": true}).replayed()
	left := w.count(t, `SELECT count(*) FROM student_school_association e WHERE e.district_id = $1 AND e.exit_code = 'W98'`)
	lines := w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND operation = 'replayQuarantine' AND subject = 'STUDENT_SCHOOL_ASSOCIATION'
		AND principal_id = $2`, w.staffID(t, w.alder, "DATA_STEWARD"))
	if lines != left || left < 5 {
		t.Errorf("%d of %d enrollments that ended stand in the audit log under who ended them", lines, left)
	}
}
