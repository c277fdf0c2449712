package api_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/holdfast-edu/holdfast/internal/ledger"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/server"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// logged gives what the access log says of an operation of the subject, a line each:
// what was shown, why, and of which students, by the district's own ids.
func (w *world) logged(t testing.TB, subject, operation string) []string {
	t.Helper()
	if err := w.keeper.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	lines, who := []string{}, w.staffID(t, w.alder, subject)
	ctx := tenant.With(t.Context(), tenant.Scope{District: w.alder.ID})
	err := w.owner.Read(ctx, func(tx *postgres.Tx) error {
		rows, err := tx.SQL().QueryContext(ctx, `SELECT l.data_classes || l.records, l.because,
				ARRAY(SELECT coalesce(s.local_id, 'unknown') FROM unnest(l.student_ids) i LEFT JOIN student s ON s.district_id = $1 AND s.id = i ORDER BY 1)
			FROM access_log l WHERE l.district_id = $1 AND l.principal_id = $2 AND l.operation = $3 AND l.principal_kind = 'STAFF'
				AND l.at BETWEEN now() - interval '1 hour' AND now()
			ORDER BY l.student_ids[1] IS NULL, 3, 1`, w.alder.ID, who, operation)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var shown, because, students pq.StringArray
			if err := rows.Scan(&shown, &because, &students); err != nil {
				return err
			}
			line := strings.Join(shown, ",") + " by " + strings.Join(because, ", ")
			if len(students) > 0 {
				line += " of " + strings.Join(students, " ")
			}
			lines = append(lines, line)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// accessCases are operations, each by somebody of the high school whose caseload has
// M-01 and M-02, or who teaches and M-01; and what the log must
// say of it: nothing for what showed nothing.
var accessCases = map[string]struct {
	subject  string
	document string // the operation's name is written in place of NAME; %s is a student's id
	of       string // the student
	want     []string
}{
	"a mixed list": {"ADVOCATE", `query NAME { district { students(first: 100) { edges { node { displayName birthDate contacts { relation } } } } } }`, "", []string{
		"DIRECTORY by ADVOCATE OWN_SCHOOLS of A-02 A-04 A-05 A-08 A-09 A-11 A_06",
		"DIRECTORY,DEMOGRAPHIC,CONTACT by ADVOCATE OWN_CASELOAD, ADVOCATE OWN_SCHOOLS of A-01 A-03",
		"DIRECTORY,DEMOGRAPHIC,CONTACT by ADVOCATE OWN_CASELOAD of M-01 M-02",
	}},
	"a field of one's own only": {
		"ADVOCATE", `query NAME { district { students(first: 100) { nodes { id birthDate } } } }`, "",
		[]string{"DEMOGRAPHIC by ADVOCATE OWN_CASELOAD of A-01 A-03 M-01 M-02"},
	},
	"a field that was not shown": {"TEACHER", `query NAME { node(id: "%s") { ... on Student { birthDate enrollments { entryDate } } } }`, "A-01", nil},
	"one that was, beside it": {
		"TEACHER", `query NAME { node(id: "%s") { ... on Student { birthDate contacts { relation } } } }`, "A-01",
		[]string{"CONTACT by TEACHER OWN_SECTIONS of A-01"},
	},
	"circumstances item by item": {"ADVOCATE", `query NAME { node(id: "%s") { ... on Student { characteristics { kind } } } }`, "A-01", nil},
	"circumstances in whole": {
		"COUNSELOR", `query NAME { node(id: "%s") { ... on Student { characteristics { kind } } } }`, "A-01",
		[]string{"CIRCUMSTANCE by COUNSELOR OWN_SCHOOLS of A-01"},
	},
	"a student out of reach": {"TEACHER", `query NAME { node(id: "%s") { ... on Student { displayName } } }`, "A-05", nil},
	"no student's field":     {"ADVOCATE", `query NAME { viewer { displayName } node(id: "%s") { id __typename } district { name schools { nodes { name } } } }`, "A-01", nil},
	"students by id alone":   {"ADVOCATE", `query NAME { district { students { totalCount nodes { id } } } }`, "", nil},
	"the same student twice": {
		"ADVOCATE", `query NAME { one: node(id: "%[1]s") { ... on Student { displayName } }
			nodes(ids: ["%[1]s"]) { ... on Student { risk { level flags { explanation } } } } }`, "A-01",
		[]string{"DIRECTORY,ATTENDANCE,RISK by ADVOCATE OWN_CASELOAD, ADVOCATE OWN_SCHOOLS of A-01"},
	},
	"a level without its flags": {
		"ADVOCATE", `query NAME { node(id: "%s") { ... on Student { risk { level } } } }`, "A-01",
		[]string{"RISK by ADVOCATE OWN_CASELOAD of A-01"},
	},
	"contacts made, with whom": {
		"ADVOCATE", `query NAME { node(id: "%s") { ... on Student { contactLogs { edges { node { summary withWhom } } } } } }`, "A-01",
		[]string{"CONTACT,CASEWORK by ADVOCATE OWN_CASELOAD of A-01"},
	},
	"contacts made": {
		"ADVOCATE", `query NAME { node(id: "%s") { ... on Student { contactLogs { nodes { summary } } } } }`, "A-01",
		[]string{"CASEWORK by ADVOCATE OWN_CASELOAD of A-01"},
	},
	"what a filter tells": {
		"ADVOCATE", `query NAME { district { students(filter: {within: MY_CASELOAD, riskLevels: [ON_TRACK, EARLY_WARNING, AT_RISK, CRITICAL, NOT_MEASURED]},
			orderBy: {field: ABSENT_DAYS, direction: DESC}) { totalCount nodes { id } } } }`, "",
		[]string{"ATTENDANCE,RISK by ADVOCATE OWN_CASELOAD of A-01 A-03 M-01 M-02", "ATTENDANCE,RISK by ADVOCATE OWN_CASELOAD"},
	},
	"what a search tells": {
		"ADVOCATE", `query NAME { district { students(filter: {search: "A-01"}) { nodes { id } } } }`, "",
		[]string{"DIRECTORY by ADVOCATE OWN_CASELOAD, ADVOCATE OWN_SCHOOLS of A-01"},
	},
	"figures over schools": {
		"SCHOOL_LEADER", `query NAME { district { riskSummary { onTrack } schools { nodes { studentCount attendanceSummary { absentDays } } } } }`, "",
		[]string{"DIRECTORY,ATTENDANCE by SCHOOL_LEADER OWN_SCHOOLS"},
	},
	"a figure over the district": {
		"DISTRICT_COORDINATOR", `query NAME { district { riskSummary { onTrack } } }`, "",
		[]string{"RISK by DISTRICT_COORDINATOR DISTRICT"},
	},
	"rows in quarantine": {
		"DATA_STEWARD", `query NAME { district { importRuns { nodes { issues { nodes { value } } } } } }`, "",
		[]string{"IMPORT_ISSUES by DATA_STEWARD DISTRICT"},
	},
	"runs without their rows":  {"DATA_STEWARD", `query NAME { district { importRuns { nodes { status } } } }`, "", nil},
	"rows that were not shown": {"DISTRICT_COORDINATOR", `query NAME { district { importRuns { nodes { issues { nodes { value } } } } } }`, "", nil},
	"a refused log":            {"DISTRICT_COORDINATOR", `query NAME { accessLog(studentId: "%s") { nodes { at } } }`, "A-01", nil},
	"the whole district's reader": {
		"PRIVACY_OFFICER", `query NAME { node(id: "%s") { ... on Student { displayName birthDate } } }`, "A-01",
		[]string{"DIRECTORY by PRIVACY_OFFICER DISTRICT of A-01"},
	},
}

// TestTheAccessLogSaysWhatWasShown, of whom, and why, and nothing else.
func TestTheAccessLogSaysWhatWasShown(t *testing.T) {
	t.Parallel()
	w := newCaseload(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	i := 0
	for name, one := range accessCases {
		i++
		operation, student := fmt.Sprintf("Case%d", i), ""
		if one.of != "" {
			student = coordinator.studentID(one.of)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := strings.Replace(one.document, "NAME", operation, 1)
			if student != "" {
				document = fmt.Sprintf(document, student)
			}
			if got := w.as(t, one.subject).ask(document, nil); (got.code() == "") != (name != "a refused log") {
				t.Fatalf("%s", got.body)
			}
			want := slices.Clone(one.want)
			slices.Sort(want)
			got := w.logged(t, one.subject, operation)
			slices.Sort(got)
			if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestChangesAreShownToo: what a change gives back is in the log, and a change that
// was refused is not.
func TestChangesAreShownToo(t *testing.T) {
	t.Parallel()
	w := newCaseload(t)
	advocate := w.as(t, "ADVOCATE")
	student, other := advocate.studentID("A-01"), advocate.studentID("A-02")
	const document = `mutation Called($input: LogContactInput!) { logContact(input: $input) { contactLog { summary withWhom student { displayName } } userErrors { code } } }`
	if got := advocate.ask(document, vars{"input": reached(other, nil)}); got.code() != "FORBIDDEN" {
		t.Fatalf("%s", got.body)
	}
	advocate.ask(document, vars{"input": reached(student, nil)}).fine()
	want := []string{"DIRECTORY,CONTACT,CASEWORK by ADVOCATE OWN_CASELOAD, ADVOCATE OWN_SCHOOLS of A-01"}
	if diff := cmp.Diff(want, w.logged(t, "ADVOCATE", "Called")); diff != "" {
		t.Error(diff)
	}
	const assign = `mutation Given($input: AssignAdvocateInput!) { assignAdvocate(input: $input) { assignment { role } userErrors { code } } }`
	given := vars{"input": vars{"studentId": other, "advocateId": w.advocates(t, "able")[0], "role": "BACKUP"}}
	for _, role := range []string{"COUNSELOR", "FACILITATOR"} { // the second is shown what stands in the way
		w.as(t, role).ask(assign, given).fine()
		if diff := cmp.Diff([]string{"DIRECTORY by " + role + " OWN_SCHOOLS of A-02"}, w.logged(t, role, "Given")); diff != "" {
			t.Error(diff)
		}
	}
}

// TestOperationsAreNamed by their client, else by the fields at their root, never by
// more than a hundred characters.
func TestOperationsAreNamed(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	leader := w.as(t, "SCHOOL_LEADER")
	id := leader.studentID("A-01")
	long := strings.Repeat("Long", 30)
	leader.ask(`query($id: ID!) { mine: node(id: $id) { ... on Student { sex } } other: node(id: $id) { ... on Student { sex } } viewer { kind } }`, vars{"id": id}).fine()
	leader.ask(`query `+long+`($id: ID!) { node(id: $id) { ... on Student { sex } } }`, vars{"id": id}).fine()
	for _, name := range []string{"node viewer", long[:100]} {
		if diff := cmp.Diff([]string{"DEMOGRAPHIC by SCHOOL_LEADER OWN_SCHOOLS of A-01"}, w.logged(t, "SCHOOL_LEADER", name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

const accessLogDocument = `query AccessLog($id: ID!, $first: Int = 50, $after: String, $last: Int, $before: String) {
	accessLog(studentId: $id, first: $first, after: $after, last: $last, before: $before) {
		totalCount pageInfo { hasNextPage endCursor startCursor }
		edges { cursor node { at principal { displayName kind } operation dataClasses records because } }
	}
}`

// TestWhoHasLooked asks for a student's log as a privacy officer does: by pages, the
// reading of it included; and a student of whom there is nothing is as one who never
// was.
func TestWhoHasLooked(t *testing.T) {
	t.Parallel()
	w := newCaseload(t)
	officer, advocate := w.as(t, "PRIVACY_OFFICER"), w.as(t, "ADVOCATE")
	id, foreign := advocate.studentID("A-01"), w.as(t, "birch coordinator").studentID("A-01")
	if err := w.keeper.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := officer.ask(accessLogDocument, vars{"id": id}).fine().list("accessLog.edges")
	for i := range 3 {
		advocate.ask(fmt.Sprintf(`query Look%d { node(id: "%s") { ... on Student { displayName risk { level } } } }`, i, id), nil).fine()
		advocate.ask(`{ district { students { nodes { displayName } } } }`, nil).fine()
	}
	if err := w.keeper.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole := officer.ask(accessLogDocument, vars{"id": id}).fine()
	edges := whole.list("accessLog.edges")
	const looks = 6 + 1 // and the first reading of the log, which showed a search
	if len(edges) != len(before)+looks || whole.at("accessLog.totalCount") != float64(len(edges)) {
		t.Fatalf("%d lines, %d before: %s", len(edges), len(before), whole.body)
	}
	if diff := cmp.Diff(map[string]any{
		"at": text(edges[1], "node.at"), "principal": map[string]any{"displayName": text(edges[1], "node.principal.displayName"), "kind": "STAFF"}, "operation": "Look2",
		"dataClasses": []any{"DIRECTORY", "RISK"}, "records": []any{}, "because": []any{"ADVOCATE OWN_CASELOAD", "ADVOCATE OWN_SCHOOLS"},
	}, dig(edges[1], "node")); diff != "" {
		t.Error(diff)
	}
	var paged []any
	cursor := vars{"id": id, "first": 2}
	for {
		page := officer.ask(accessLogDocument, cursor).fine()
		if page.at("accessLog.pageInfo.endCursor") == nil {
			break
		}
		paged = append(paged, page.list("accessLog.edges")...)
		cursor["after"] = page.at("accessLog.pageInfo.endCursor")
	}
	nodes := func(edges []any) (list []any) {
		for _, edge := range edges {
			list = append(list, dig(edge, "node"))
		}
		return list
	}
	if diff := cmp.Diff(nodes(edges), nodes(paged)); diff != "" {
		t.Errorf("the pages are not the whole: %s", diff)
	}
	back := officer.ask(accessLogDocument, vars{"id": id, "first": nil, "last": 2, "before": text(edges[4], "cursor")}).fine()
	if diff := cmp.Diff(nodes(edges)[2:4], nodes(back.list("accessLog.edges"))); diff != "" {
		t.Errorf("backward: %s", diff)
	}
	other := advocate.studentID("A-03")
	officer.ask(accessLogDocument, vars{"id": other, "after": text(edges[0], "cursor")}).refused("BAD_USER_INPUT")

	if diff := cmp.Diff("ACCESS_LOG by PRIVACY_OFFICER DISTRICT of A-01", w.logged(t, "PRIVACY_OFFICER", "AccessLog")[0]); diff != "" {
		t.Error(diff)
	}
	unknown := officer.ask(accessLogDocument, vars{"id": relay.NewID(relay.Student, uuid.New()).String()}).fine()
	for _, one := range []*answer{officer.ask(accessLogDocument, vars{"id": foreign}), officer.ask(accessLogDocument, vars{"id": strings.Replace(id, "stu_", "sch_", 1)})} {
		if string(one.body) != string(unknown.body) || len(one.statements) != len(unknown.statements) {
			t.Errorf("not as one who never was:\n%s\n%s", one.body, unknown.body)
		}
	}
}

// contractAccessLog is the operation of contract/access.graphql.
const contractAccessLog = `query AccessLog($studentId: ID!, $first: Int = 50) {
  accessLog(studentId: $studentId, first: $first) { nodes { at principal { displayName kind } operation dataClasses } }
}`

// TestTheContractsAccessLog answers the contract's operation as it stands there.
func TestTheContractsAccessLog(t *testing.T) {
	t.Parallel()
	if raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "contract", "access.graphql")); err == nil {
		if diff := cmp.Diff(operations(t, string(raw))["AccessLog"], operations(t, contractAccessLog)["AccessLog"]); diff != "" {
			t.Errorf("it differs from ../shared/contract/access.graphql (-shared +copy):\n%s", diff)
		}
	}
	w := newWorkplace(t)
	id := w.as(t, "SCHOOL_LEADER").studentID("A-01")
	if err := w.keeper.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := w.as(t, "PRIVACY_OFFICER").ask(contractAccessLog, vars{"studentId": id}).fine()
	if len(got.list("accessLog.nodes")) != 1 || text(got.Data, "accessLog.nodes.0.principal.kind") != "STAFF" || text(got.Data, "accessLog.nodes.0.dataClasses.0") != "DIRECTORY" {
		t.Errorf("%s", got.body)
	}
}

const auditLogDocument = `query AuditLog($filter: AuditLogFilter, $first: Int = 50, $after: String) { auditLog(filter: $filter, first: $first, after: $after) {
	totalCount pageInfo { hasNextPage endCursor }
	nodes { at principal { displayName kind } operation subject subjectId reason changes { field before after } }
} }`

// TestWhatWasChanged asks for the audit log by each of its filters.
func TestWhatWasChanged(t *testing.T) {
	t.Parallel()
	w := newCaseload(t)
	officer, advocate, counselor := w.as(t, "PRIVACY_OFFICER"), w.as(t, "ADVOCATE"), w.as(t, "COUNSELOR")
	student := advocate.studentID("A-01")
	var contacts []string
	for range 3 {
		contacts = append(contacts, text(advocate.logContact(student, nil).fine().Data, "logContact.contactLog.id"))
	}
	given := counselor.assignTo(student, w.advocates(t, "able")[0], vars{"overrideReason": "knows the family", "role": "BACKUP"}).fine()
	whole := officer.ask(auditLogDocument, nil).fine()
	all := whole.list("auditLog.nodes")
	lines := slices.DeleteFunc(slices.Clone(all), func(line any) bool { return text(line, "operation") == "import" })
	imports := len(all) - len(lines)
	if len(lines) != 4 || whole.at("auditLog.totalCount") != float64(len(all)) || imports == 0 {
		t.Fatalf("%s", whole.body)
	}
	if text(lines[0], "operation") != "assignAdvocate" || text(lines[0], "reason") != "knows the family" ||
		text(lines[0], "subjectId") != text(given.Data, "assignAdvocate.assignment.id") ||
		text(lines[3], "subjectId") != contacts[0] || text(lines[3], "subject") != "CONTACT_LOG" || dig(lines[3], "reason") != nil || text(lines[3], "principal.kind") != "STAFF" {
		t.Errorf("%s", whole.body)
	}
	summary := ""
	for _, change := range lines[3].(map[string]any)["changes"].([]any) {
		if text(change, "field") == "summary" && dig(change, "before") == nil {
			summary = text(change, "after")
		}
	}
	if summary != "Spoke about the bus." {
		t.Errorf("what was changed is not said: %v", lines[3])
	}
	count := func(filter vars) int {
		return len(officer.ask(auditLogDocument, vars{"filter": filter}).fine().list("auditLog.nodes"))
	}
	moment := text(lines[2], "at")
	for name, one := range map[string]struct {
		filter vars
		want   int
	}{
		"a subject":      {vars{"subjectId": contacts[1]}, 1},
		"a person":       {vars{"principalId": w.staffNode(t, "ADVOCATE")}, 3},
		"somebody else":  {vars{"principalId": w.staffNode(t, "TEACHER")}, 0},
		"from a moment":  {vars{"from": moment}, 3},
		"before it":      {vars{"to": moment}, 1 + imports},
		"between both":   {vars{"from": moment, "to": text(lines[1], "at"), "principalId": w.staffNode(t, "ADVOCATE")}, 1},
		"another's":      {vars{"subjectId": contacts[1], "principalId": w.staffNode(t, "COUNSELOR")}, 0},
		"what never was": {vars{"subjectId": relay.NewID(relay.ContactLog, uuid.New()).String()}, 0},
	} {
		if n := count(one.filter); n != one.want {
			t.Errorf("%s: %d lines, not %d", name, n, one.want)
		}
	}
	first := officer.ask(auditLogDocument, vars{"first": 3}).fine()
	rest := officer.ask(auditLogDocument, vars{"first": 50, "after": first.at("auditLog.pageInfo.endCursor")}).fine()
	if diff := cmp.Diff(all, slices.Concat(first.list("auditLog.nodes"), rest.list("auditLog.nodes"))); diff != "" {
		t.Errorf("the pages are not the whole: %s", diff)
	}
	officer.ask(auditLogDocument, vars{"first": 3, "after": first.at("auditLog.pageInfo.endCursor"), "filter": vars{"from": moment}}).refused("BAD_USER_INPUT")
	if diff := cmp.Diff("AUDIT_LOG by PRIVACY_OFFICER DISTRICT of A-01", w.logged(t, "PRIVACY_OFFICER", "AuditLog")[0]); diff != "" {
		t.Error(diff)
	}
}

// TestWhatAJobChangedIsSaid: a line that an import wrote is of nobody's doing, and says so
// in a word that the schema has.
func TestWhatAJobChangedIsSaid(t *testing.T) {
	t.Parallel()
	w := newCaseload(t)
	kinds := loadSchema(t).Types["PrincipalKind"].EnumValues
	imports := 0
	got := w.as(t, "PRIVACY_OFFICER").ask(auditLogDocument, nil).fine()
	for _, line := range got.list("auditLog.nodes") {
		kind := text(line, "principal.kind")
		if kinds.ForName(kind) == nil {
			t.Errorf("%s is no PrincipalKind: %v", kind, line)
		}
		if text(line, "operation") == "import" && kind == "JOB" && text(line, "subject") == "IMPORT_RUN" && len(dig(line, "changes").([]any)) > 1 {
			imports++
		}
	}
	if imports != 1 {
		t.Errorf("%d lines tell of the import that made the district: %s", imports, got.body)
	}
}

// TestNothingIsShownUnrecorded: once the access log takes no more, no student is
// shown and nothing is changed; when it does again, all goes on.
func TestNothingIsShownUnrecorded(t *testing.T) {
	t.Parallel()
	w := newCaseload(t)
	id := w.as(t, "ADVOCATE").studentID("A-01")
	keeper := w.keep(t, w.application, 1)
	advocate := w.at(t, listen(t, w.newHandler(t, server.Config{Witness: keeper})), "ADVOCATE")
	root, err := postgres.Open(t.Context(), w.database.SuperuserURL(), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	run := func(statement string) {
		if _, err := root.Pool().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	run(`REVOKE INSERT ON access_log FROM holdfast_application`)
	const page = `query($id: ID!) { node(id: $id) { ... on Student { displayName } } }`
	advocate.ask(page, vars{"id": id}).fine()
	before := w.written(t)
	refused := advocate.ask(page, vars{"id": id})
	refused.refused("INTERNAL")
	if refused.at("node") != nil || len(refused.statements) != 1 {
		t.Errorf("%s\n%q", refused.body, refused.statements)
	}
	advocate.logContact(id, nil).refused("INTERNAL")
	if w.written(t) != before {
		t.Error("a change was made that nobody would know the reading of")
	}
	run(`GRANT INSERT ON access_log TO holdfast_application`)
	if err := keeper.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	advocate.logContact(id, nil).fine()
}

// TestTheLogsAreMeasured: how much waits to be written, and for how long, without a
// word on whom it is about.
func TestTheLogsAreMeasured(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	keeper := w.keep(t, w.application, 0)
	url := listen(t, w.newHandler(t, server.Config{Witness: keeper, Metrics: []prometheus.Collector{keeper}}))
	leader := w.at(t, url, "SCHOOL_LEADER")
	leader.ask(`query($id: ID!) { node(id: $id) { ... on Student { sex } } }`, vars{"id": leader.studentID("A-01")}).fine()
	if err := keeper.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := string(leader.do(request).body)
	for _, line := range []string{"holdfast_access_log_held 0", "holdfast_access_log_lag_seconds 0", "holdfast_access_log_lines_total 2", "holdfast_seal_lag_seconds 0"} {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("the metrics do not say %q:\n%s", line, got)
		}
	}
}

// TestNoWitnessNoReading: a server without a witness shows nothing.
func TestNoWitnessNoReading(t *testing.T) {
	t.Parallel()
	w := shared(t)
	bare := w.bareHandler(t)
	w.at(t, listen(t, bare), "DISTRICT_COORDINATOR").ask(`{ district { students { nodes { id } } } }`, nil).refused("INTERNAL")
}

// TestTwoServersSealWhileAnImportRuns: advocates log contacts over two servers, each
// with a keeper of its own, while an import of their district is under way: nobody
// waits for it, every line is sealed within seconds, and the chain is one.
func TestTwoServersSealWhileAnImportRuns(t *testing.T) {
	t.Parallel()
	w := newCaseload(t)
	pool := w.database.Open(t, postgres.ApplicationLogin, postgres.Options{Observe: observe})
	other := w.keep(t, pool, 0)
	second := listen(t, w.newHandler(t, server.Config{DB: pool, Witness: other}))
	clients := []*client{w.as(t, "ADVOCATE"), w.at(t, second, "ADVOCATE")}
	id := clients[0].studentID("A-01")
	finish := w.importing(t)
	for _, got := range atOnce(40, func(i int) *answer { return clients[i%2].logContact(id, nil) }) {
		got.fine()
	}
	w.sealed(t)
	finish()
	w.sealed(t)
	const linesSQL = `SELECT (SELECT count(*) FROM audit_log WHERE district_id = $1) + (SELECT count(*) FROM access_log WHERE district_id = $1)`
	for _, keeper := range []*ledger.Keeper{w.keeper, other} {
		if err := keeper.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	report, err := ledger.Verify(t.Context(), w.application, ledger.Check{Key: ledger.NewKey(worldSecret), District: ledger.District{ID: w.alder.ID, Code: alderCode}})
	lines := w.count(t, linesSQL)
	if err != nil || report.FaultCount > 0 || len(report.Unsealed) > 0 || report.Head.Seq != int64(lines) || lines < 80 {
		t.Errorf("%d lines: %+v, %v", lines, report, err)
	}
}

// sealed waits until every change of Alder has its seal.
func (w *world) sealed(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), sealTime)
	defer cancel()
	for w.count(t, `SELECT count(*) FROM audit_log a WHERE a.district_id = $1
		AND NOT EXISTS (SELECT FROM seal s WHERE s.district_id = $1 AND s.log = 'AUDIT' AND s.at = a.at AND s.id = a.id)`) > 0 {
		if ctx.Err() != nil {
			t.Fatal("lines wait for their seal")
		}
	}
}

// sealTime is how long a line may wait for its seal on a busy machine.
const sealTime = 20 * time.Second

// importing begins an import of Alder that stands still in the middle of its
// transaction, with the district's lock, and gives what lets it go on to its end.
func (w *world) importing(t *testing.T) (finish func()) {
	t.Helper()
	found, err := load.FindDistrict(t.Context(), w.application, alderCode)
	if err != nil {
		t.Fatal(err)
	}
	source := edfiSource(filepath.Join("testdata", "alder"))
	reads, goOn, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	read := source.Read
	source.Read = func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
		close(reads)
		<-goOn
		return read(ctx, sink, progress)
	}
	go func() {
		_, err := load.Load(t.Context(), w.application, found, source, options(alderCode, 5))
		done <- err
	}()
	<-reads
	return func() {
		t.Helper()
		close(goOn)
		if err := <-done; err != nil {
			t.Fatal(load.Explain(err), err)
		}
	}
}
