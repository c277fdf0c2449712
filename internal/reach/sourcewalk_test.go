package reach_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

// rawRooms are the folders and files that may reach the database themselves, each
// with its reason. A folder that ends in / stands for those below it too.
var rawRooms = map[string]string{
	"internal/reach":           "it is the one builder of reads, and runs them",
	"internal/postgres/":       "it is the pool",
	"internal/ledger":          "it writes down what was shown, and seals what was changed, in sets",
	"internal/store":           "it hands ent the transaction",
	"internal/roster/load":     "an import works on a whole district, in sets",
	"internal/roster/export":   "an export reads a whole district, and writes its disclosure down",
	"internal/earlywarning":    "a recompute works on a whole district, in sets",
	"internal/job":             "a job works on a whole district, in sets",
	"internal/identity":        "who asks is looked up before there is a reader",
	"internal/persona":         "development's personas are made, and listed, before there is a reader",
	"internal/demo":            "made-up districts are loaded whole, in sets",
	"internal/supportmenu":     "a new district's menu is put in whole, in its own scope",
	"internal/doctor":          "it looks at the database's own catalog, and reads no student",
	"cmd/holdfast/database.go": "it makes the embedded server's database",
}

// jobRooms may work as a job, past the row policy, each with its reason.
var jobRooms = map[string]string{
	"internal/roster/load": "an import works on a whole district on nobody's behalf",
	"internal/persona":     "development's personas are made by nobody",
	"internal/demo":        "made-up districts are made by nobody",
}

// operatorRooms may go through the operator's door, each with its reason.
var operatorRooms = map[string]string{
	"internal/operator": "it is what operators do: functions that run without a scope, and lists that tell of no student",
}

// withoutDistrict are tables in a statement's text whose district stands elsewhere,
// by file; each with its reason.
var withoutDistrict = map[string]struct {
	times  int
	reason string
}{
	"internal/demo/load.go: district":            {1, "it lists the codes of all districts, for the operator"},
	"internal/doctor/districts.go: district":     {1, "it looks at each district's policy and time zone, for the operator"},
	"internal/record/student_list.go: student s": {2, "studentList.conditions has the reach builder write the students within reach"},
}

// Names that reach the database, or open a way to it.
var (
	rawMethods   = []string{"SQL", "Pool", "QueryContext", "QueryRowContext", "ExecContext", "PrepareContext"}
	rawCalls     = []string{"Query", "QueryRow", "Exec", "Prepare"} // of ent too, which takes no text
	rawFunctions = []string{"sql.Open", "sql.OpenDB", "pq.Open", "pq.NewConnector"}
)

func allowed(rooms map[string]string, file goFile) bool {
	for room := range rooms {
		if room == file.path || room == file.folder() || (strings.HasSuffix(room, "/") && strings.HasPrefix(file.path, room)) {
			return true
		}
	}
	return false
}

// rawFaults gives what in a file reaches the database round the reach builder, or
// goes past the row policy.
func rawFaults(file goFile) []string {
	var faults []string
	ast.Inspect(file.File, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.SelectorExpr:
			faults = append(faults, selectorFaults(file, n)...)
		case *ast.CallExpr:
			if of, ok := n.Fun.(*ast.SelectorExpr); ok && slices.Contains(rawCalls, of.Sel.Name) && takesText(n) && !allowed(rawRooms, file) {
				faults = append(faults, file.path+": "+of.Sel.Name+" reaches the database round the reach builder")
			}
		}
		return true
	})
	return faults
}

func selectorFaults(file goFile, of *ast.SelectorExpr) []string {
	from, _ := of.X.(*ast.Ident)
	whole := of.Sel.Name
	if from != nil {
		whole = from.Name + "." + whole
	}
	isRaw := slices.Contains(rawFunctions, whole) || (slices.Contains(rawMethods, of.Sel.Name) && whole != "relay.SQL")
	switch {
	case isRaw && !allowed(rawRooms, file):
		return []string{file.path + ": " + of.Sel.Name + " reaches the database round the reach builder"}
	case of.Sel.Name == "ByOperator" && !allowed(operatorRooms, file):
		return []string{file.path + ": ByOperator goes through the operator's door"}
	case of.Sel.Name == "AsJob" && !allowed(jobRooms, file), of.Sel.Name == "DecisionContext":
		return []string{file.path + ": " + of.Sel.Name + " goes past the row policy"}
	}
	return nil
}

// takesText tells database/sql's Query(text) and Exec(text) from ent's Query() and
// Exec(ctx).
func takesText(call *ast.CallExpr) bool {
	if len(call.Args) == 0 {
		return false
	}
	name, ok := call.Args[0].(*ast.Ident)
	return !ok || name.Name != "ctx"
}

// statementFaults gives the tables of a district in a file's texts that do not ask
// for the district. Where the same function has the reach builder write a table's
// rows, that asks.
func statementFaults(file goFile) []string {
	var faults []string
	file.statements(func(text string, in *ast.FuncDecl) {
		for _, table := range pgtest.StatementFaults(text) {
			if !slices.Contains(walledBy(in), table) {
				faults = append(faults, file.path+": "+table)
			}
		}
	})
	return faults
}

// walledBy lists the tables, each with its alias, whose rows the function has the
// reach builder write.
func walledBy(in *ast.FuncDecl) []string {
	var tables []string
	if in == nil {
		return nil
	}
	body := goFile{File: &ast.File{Name: in.Name, Decls: []ast.Decl{in}}}
	body.calls(func(call *ast.CallExpr, of *ast.SelectorExpr) {
		var names []string
		for _, argument := range call.Args {
			if text, ok := body.text(argument); ok {
				names = append(names, text)
			}
		}
		switch {
		case of.Sel.Name == "Rows" && len(names) == 2:
			tables = append(tables, names[0]+" "+names[1])
		case of.Sel.Name == "Students" && len(names) == 1:
			tables = append(tables, "student "+names[0])
		}
	})
	return tables
}

func TestTheDatabaseIsReachedThroughTheReachBuilder(t *testing.T) {
	t.Parallel()
	for _, file := range programFiles(t) {
		for _, fault := range rawFaults(file) {
			t.Error(fault)
		}
	}
}

func TestEveryStatementCarriesTheDistrict(t *testing.T) {
	t.Parallel()
	found := map[string]int{}
	for _, file := range programFiles(t) {
		for _, fault := range statementFaults(file) {
			found[fault]++
		}
	}
	for fault, times := range found {
		if times > withoutDistrict[fault].times {
			t.Errorf("%s: %d times without its district", fault, times)
		}
	}
	for fault, exception := range withoutDistrict {
		if found[fault] < exception.times {
			t.Errorf("%s: is excepted %d times, and stands there %d times", fault, exception.times, found[fault])
		}
	}
}

// TestTheWalkReadsTheStatements: with the district struck out of every text, it
// finds the faults of each room that writes SQL.
func TestTheWalkReadsTheStatements(t *testing.T) {
	t.Parallel()
	silent := []string{"internal/earlywarning", "internal/record", "internal/roster/load"}
	for _, file := range programFiles(t) {
		file.statements(func(text string, _ *ast.FuncDecl) {
			if len(pgtest.StatementFaults(strings.ReplaceAll(text, "district_id", "struck_out"))) > 0 {
				silent = slices.DeleteFunc(silent, func(room string) bool { return room == file.folder() })
			}
		})
	}
	if len(silent) > 0 {
		t.Errorf("the walk read no statement in %v", silent)
	}
}

// plantedSource is a file of the program with something wrong, and what the walks
// must say of it.
type plantedSource struct {
	name, path, body string
	want             []string
}

var plantedSources = []plantedSource{
	{name: "nothing wrong", path: "internal/record/planted.go", body: `
		func read(ctx context.Context, st *reach.Statement, c *ent.Client) {
			st.Text("SELECT s.id FROM student s WHERE ").Rows("student", "s")
			c.Student.Update().Exec(ctx)
			c.Student.Query().Count(ctx)
			relay.SQL(relay.School, "c.id")
		}`},
	{name: "a raw read", path: "internal/record/planted.go", body: `
		func read(ctx context.Context, tx *postgres.Tx) {
			tx.SQL().QueryContext(ctx, "SELECT s.id FROM student s WHERE s.district_id = $1", 1)
		}`, want: []string{
		"internal/record/planted.go: QueryContext reaches the database round the reach builder",
		"internal/record/planted.go: SQL reaches the database round the reach builder",
	}},
	{name: "a raw read, by the method's value", path: "graph/planted.go", body: `
		func read(tx *postgres.Tx) { way := tx.SQL; way() }`, want: []string{
		"graph/planted.go: SQL reaches the database round the reach builder",
	}},
	{name: "a raw read without a context", path: "internal/server/planted.go", body: `
		func read(db *sql.DB, text string) { db.QueryRow(text); db.Exec("DELETE FROM student_risk t WHERE t.district_id = $1", 1) }`, want: []string{
		"internal/server/planted.go: QueryRow reaches the database round the reach builder",
		"internal/server/planted.go: Exec reaches the database round the reach builder",
	}},
	{name: "a pool of one's own", path: "cmd/holdfast/planted.go", body: `
		func open() { sql.Open("postgres", "") }`, want: []string{
		"cmd/holdfast/planted.go: Open reaches the database round the reach builder",
	}},
	{name: "a job in a resolver", path: "graph/planted.go", body: `
		func read(ctx context.Context) { reach.AsJob(ctx, id); privacy.DecisionContext(ctx, privacy.Allow) }`, want: []string{
		"graph/planted.go: AsJob goes past the row policy",
		"graph/planted.go: DecisionContext goes past the row policy",
	}},
	{name: "the operator's door in a reader's room", path: "internal/record/planted.go", body: `
		func read(st *reach.Statement) { st.Text("SELECT count(*) FROM student s WHERE s.district_id = $1 AND ").ByOperator() }`, want: []string{
		"internal/record/planted.go: ByOperator goes through the operator's door",
	}},
	{name: "a statement without the district", path: "internal/earlywarning/planted.go", body: `
		const wrong = "SELECT s.id FROM student s WHERE s.id = $1"`, want: []string{
		"internal/earlywarning/planted.go: student s",
	}},
	{name: "a statement put together without the district", path: "internal/roster/load/planted.go", body: `
		const end = " WHERE c.id = $1"
		func read(name string) string { return "SELECT " + name + " FROM school c" + end }`, want: []string{
		"internal/roster/load/planted.go: school c",
	}},
	{name: "a statement whose district is in its other part", path: "internal/roster/load/planted.go", body: `
		const end = " WHERE c.district_id = $1"
		func read(name string) string { return "SELECT " + name + " FROM school c" + end }`},
	{name: "another table's rows within reach", path: "internal/record/planted.go", body: `
		func read(st *reach.Statement) { st.Text("SELECT 1 FROM student s, school c WHERE ").Rows("school", "c") }`, want: []string{
		"internal/record/planted.go: student s",
	}},
}

func TestTheWalksFindEachFault(t *testing.T) {
	t.Parallel()
	for _, p := range plantedSources {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			file, err := parseSource(p.path, "package planted\n"+p.body)
			if err != nil {
				t.Fatal(err)
			}
			shareTexts([]goFile{file})
			found := append(rawFaults(file), statementFaults(file)...)
			slices.Sort(found)
			want := slices.Sorted(slices.Values(p.want))
			if diff := cmp.Diff(want, found); diff != "" {
				t.Error(diff)
			}
		})
	}
}
