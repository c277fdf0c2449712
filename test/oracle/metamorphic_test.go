package oracle_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

// question is something that somebody asks.
type question struct {
	reader    *model.Staff
	document  string
	operation string
	variables vars
}

// cursors are sealed anew each time, so that they tell nothing; of them alone no two
// answers are alike.
var cursors = regexp.MustCompile(`"(cursor|startCursor|endCursor)":"[^"]*"`)

// answers asks everything, and gives what was said, byte for byte.
func (w *world) answers(questions []question) []string {
	said := make([]string, len(questions))
	for i, q := range questions {
		got := w.askNamed(q.reader, q.document, q.operation, q.variables)
		if got.status >= http.StatusInternalServerError || got.code() == "INTERNAL" {
			w.t.Fatalf("%s: %s %v: %s", q.reader.Subject, q.operation, q.variables, got.body)
		}
		said[i] = fmt.Sprint(got.status, " ", cursors.ReplaceAllString(string(got.body), `"$1":"…"`))
	}
	return said
}

// sayTheSame asks everything again, and holds it to what was said before.
func (w *world) sayTheSame(t testing.TB, what string, questions []question, before []string) {
	t.Helper()
	for i, said := range w.answers(questions) {
		if said != before[i] {
			q := questions[i]
			t.Errorf("%s, and %s is told otherwise: %s %v\n%s", what, q.reader.Subject, q.operation, q.variables, cmp.Diff(before[i], said))
		}
	}
}

// contractQuestions are the contract's operations that exist, as a reader asks them.
func (w *world) contractQuestions(t testing.TB, d *model.District, reader *model.Staff) []question {
	t.Helper()
	var questions []question
	files, err := filepath.Glob(filepath.Join("..", "api", "testdata", "contract", "*.graphql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no contract: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		document, err := parser.ParseQuery(&ast.Source{Input: string(text)})
		if err != nil {
			t.Fatal(err)
		}
		for _, operation := range document.Operations {
			if operation.Operation != ast.Query {
				continue
			}
			for _, variables := range variablesOf(d, operation) {
				questions = append(questions, question{reader, string(text), operation.Name, variables})
			}
		}
	}
	return questions
}

// variablesOf gives an operation's variables: once for each of some students where it
// asks about one.
func variablesOf(d *model.District, operation *ast.OperationDefinition) []vars {
	all := []vars{{}}
	for _, v := range operation.VariableDefinitions {
		if v.Type.NonNull && v.Type.NamedType == "ID" {
			all = nil
			for _, s := range d.Students[:4] {
				all = append(all, vars{v.Variable: studentID(s)})
			}
		}
	}
	return all
}

// listQuestions are lists and a look at everybody.
func (w *world) listQuestions(m *maker, reader *model.Staff, lists int) []question {
	var ids []string
	for _, one := range w.everybody(m) {
		ids = append(ids, one.id)
	}
	questions := []question{{reader, nodesDocument, "", vars{"ids": ids[:min(len(ids), 100)]}}}
	for range lists {
		variables := variables(randomQuery(m), m)
		variables["first"] = 1 + m.IntN(12)
		questions = append(questions, question{reader, listDocument, "", variables})
	}
	return questions
}

// TestOtherTenantsChangeNothing adds a district, and rows to another, and asks again.
func TestOtherTenantsChangeNothing(t *testing.T) {
	t.Parallel()
	r := dice(t)
	for range amount(1, 3) {
		w := randomWorld(t, r.Uint64(), 12)
		own, other := w.districts[0], w.districts[1]
		var questions []question
		for _, place := range r.Perm(len(model.Roles))[:amount(5, len(model.Roles))] {
			reader := own.Staff[place]
			questions = append(questions, w.contractQuestions(t, own, reader)...)
			questions = append(questions, w.listQuestions(w.maker(own), reader, 3)...)
		}
		before := w.answers(questions)
		w.sayTheSame(t, "nothing was changed", questions, before)
		m := w.maker(other)
		for i := range 10 {
			s := m.student(500 + i)
			other.Students = append(other.Students, s)
			w.put(gathered(studentRows(other, s))...)
		}
		w.load(randomDistrict(w.chance, "C", w.now(), 12))
		w.sayTheSame(t, "other districts grew", questions, before)
	}
}

// TestHiddenValuesChangeNothing moves what a reader is not shown from student to
// student, class by class, and asks again: no list, order, count, search or page may
// tell.
func TestHiddenValuesChangeNothing(t *testing.T) {
	t.Parallel()
	r := dice(t)
	moved := 0
	for range amount(1, 5) {
		w := randomWorld(t, r.Uint64(), 25)
		for range amount(4, 12) {
			m := w.maker(one(&maker{Rand: r}, w.districts))
			reader := one(m, m.d.Staff[:len(m.d.Staff)-3])
			if reader.Withdrawn {
				continue
			}
			questions := append(w.listQuestions(m, reader, 8), w.contractQuestions(t, m.d, reader)...)
			before := w.answers(questions)
			for class, move := range moves {
				moved += w.move(m, reader, class, move)
			}
			w.sayTheSame(t, "what is hidden was moved", questions, before)
			if t.Failed() {
				t.FailNow()
			}
		}
	}
	if t.Logf("%d values moved", moved); moved == 0 {
		t.Error("nothing was ever hidden")
	}
}

// moves take a value of a class from one student to another, and back.
var moves = map[model.Class]func(a, b *model.Student){
	model.Directory: func(a, b *model.Student) {
		a.First, b.First, a.Last, b.Last, a.Grade, b.Grade = b.First, a.First, b.Last, a.Last, b.Grade, a.Grade
	},
	model.Demographic: func(a, b *model.Student) { a.BirthDate, b.BirthDate = b.BirthDate, a.BirthDate },
	model.ContactClass: func(a, b *model.Student) {
		for i := range min(len(a.Contacts), len(b.Contacts)) {
			x, y := a.Contacts[i], b.Contacts[i]
			x.Name, y.Name, x.Relation, y.Relation = y.Name, x.Name, y.Relation, x.Relation
		}
	},
	model.AttendanceOf: func(a, b *model.Student) {
		for i := range min(len(a.Attendance), len(b.Attendance)) {
			x, y := a.Attendance[i], b.Attendance[i]
			x.Absent, y.Absent, x.Measured, y.Measured, x.Chronic, y.Chronic = y.Absent, x.Absent, y.Measured, x.Measured, y.Chronic, x.Chronic
		}
	},
	model.RiskOf: func(a, b *model.Student) {
		for i := range min(len(a.Risks), len(b.Risks)) {
			x, y := a.Risks[i], b.Risks[i]
			x.Level, y.Level, x.Flagged, y.Flagged, x.Domain, y.Domain = y.Level, x.Level, y.Flagged, x.Flagged, y.Domain, x.Domain
		}
	},
	model.Casework: func(a, b *model.Student) {
		for i := range min(len(a.Logs), len(b.Logs)) {
			a.Logs[i].Summary, b.Logs[i].Summary = b.Logs[i].Summary, a.Logs[i].Summary
		}
	},
	model.CircumstanceOf: func(a, b *model.Student) {
		for i := range min(len(a.Circumstances), len(b.Circumstances)) {
			a.Circumstances[i].Detail, b.Circumstances[i].Detail = b.Circumstances[i].Detail, a.Circumstances[i].Detail
		}
	},
}

// move moves a class's values around among the students of whom it is hidden from the
// reader, and gives how many they are.
func (w *world) move(m *maker, reader *model.Staff, class model.Class, move func(a, b *model.Student)) int {
	on := w.today(m.d)
	var hidden []*model.Student
	for _, s := range m.d.Students {
		if may := m.d.Decide(reader, s, on).May(class); may == model.Nothing || (may == model.NeedToKnow && len(m.d.Circumstances(reader, s, on)) == 0) {
			hidden = append(hidden, s)
		}
	}
	var tables []rows
	for i := 1; i < len(hidden); i++ {
		move(hidden[i-1], hidden[i])
	}
	for _, s := range hidden {
		tables = append(tables, studentRows(m.d, s)...)
	}
	w.put(gathered(tables)...)
	return len(hidden)
}

// TestPagesOfEveryOrderAreTheWhole reads lists forward and backward in every order
// and several sizes.
func TestPagesOfEveryOrderAreTheWhole(t *testing.T) {
	t.Parallel()
	r := dice(t)
	for range amount(1, 4) {
		w := randomWorld(t, r.Uint64(), 14)
		d := w.districts[0]
		for _, reader := range []*model.Staff{d.Staff[slices.Index(model.Roles, model.DistrictCoordinator)], d.Staff[slices.Index(model.Roles, model.Advocate)]} {
			for _, field := range []string{"LAST_NAME", "GRADE_LEVEL", "ABSENT_DAYS"} {
				for _, direction := range []string{"ASC", "DESC"} {
					arguments := vars{"filter": vars{"within": "ALL"}, "orderBy": vars{"field": field, "direction": direction}}
					whole := w.read(t, reader, arguments, 100, true)
					for _, size := range []int{2, 5, 1, 13}[:amount(2, 4)] {
						for _, forward := range []bool{true, false} {
							if diff := cmp.Diff(whole.ids, w.read(t, reader, arguments, size, forward).ids); diff != "" {
								t.Errorf("%s by %s %s, pages of %d, forward %v (-whole +pages):\n%s", reader.Subject, field, direction, size, forward, diff)
							}
						}
					}
				}
			}
		}
	}
}

// TestOneStudentIsAlikeEverywhere looks at each student by every way there is to them.
func TestOneStudentIsAlikeEverywhere(t *testing.T) {
	t.Parallel()
	r := dice(t)
	for range amount(1, 4) {
		w := randomWorld(t, r.Uint64(), 16)
		d := w.districts[0]
		for range amount(8, 25) {
			m := w.maker(d)
			reader := one(m, d.Staff)
			for _, s := range d.Students {
				if reader.Withdrawn || !d.Decide(reader, s, w.today(d)).Exists() || m.often(60) {
					continue
				}
				w.alike(t, reader, s)
			}
		}
	}
}

// sight is a way to a student: what is asked, and where the student is in the answer.
type sight struct {
	name, document string
	variables      vars
	prefix         string // of the redactions' paths
	path           []any
}

func (w *world) sights(s *model.Student) []sight {
	const lists = `query($filter: StudentFilter) { district { students(first: 100, filter: $filter) { `
	id := studentID(s)
	search := vars{"filter": vars{"search": s.Code}}
	return []sight{
		{"node", `query($id: ID!) { node(id: $id) { ... on Student { ` + everyField + ` } } }`, vars{"id": id}, "node", []any{"node"}},
		{"nodes", nodesDocument, vars{"ids": []string{id}}, "nodes", []any{"nodes", 0}},
		{"nodes of a search", lists + `nodes { ` + everyField + ` } } } }`, search, "district.students.nodes", []any{"district", "students", "nodes"}},
		{"edges of a search", lists + `edges { node { ` + everyField + ` } } } } }`, search, "district.students.edges.node", []any{"district", "students", "edges"}},
		{"nodes of the list", lists + `nodes { ` + everyField + ` } } } }`, vars{}, "district.students.nodes", []any{"district", "students", "nodes"}},
		{
			"a contact's student", `query($id: ID!) { node(id: $id) { ... on Student { contactLogs(first: 1) { nodes { student { ` + everyField + ` } } } } } }`,
			vars{"id": id},
			"node.contactLogs.nodes.student",
			[]any{"node", "contactLogs", "nodes"},
		},
	}
}

// alike compares what every way shows of a student, and says is not shown.
func (w *world) alike(t testing.TB, reader *model.Staff, s *model.Student) {
	t.Helper()
	var first any
	var firstTold []string
	for i, way := range w.sights(s) {
		got := w.ask(reader, way.document, way.variables)
		if len(got.Errors) > 0 {
			t.Fatalf("%s, %s: %s", reader.Subject, way.name, got.body)
		}
		node, index := find(at(got.Data, way.path...), studentID(s))
		said := toldOf(got, way.prefix, index)
		switch {
		case i == 0:
			first, firstTold = node, said
			if node == nil {
				t.Errorf("%s does not find %s", reader.Subject, s.Code)
			}
		case node == nil && way.name == "a contact's student":
			continue // CASEWORK is not shown, or nobody called
		case !cmp.Equal(first, node) || !slices.Equal(firstTold, said):
			t.Errorf("%s sees %s otherwise by %s than by its id: %s%s", reader.Subject, s.Code, way.name, cmp.Diff(first, node), cmp.Diff(firstTold, said))
		}
	}
}

// find gives the student of the id in a list, in edges or as it stands, with its
// place in the list.
func find(value any, id string) (any, int) {
	rows, listed := value.([]any)
	if !listed {
		return value, -1
	}
	for i, row := range rows {
		for _, key := range []string{"node", "student"} {
			if inner := at(row, key); inner != nil {
				row = inner
			}
		}
		if at(row, "id") == id {
			return row, i
		}
	}
	return nil, -1
}

// toldOf gives what is said not to be shown of the row at a place; -1: of the only one.
func toldOf(got *answer, prefix string, index int) []string {
	said := []string{}
	for _, r := range got.Extensions.Redactions {
		field, below := strings.CutPrefix(r.Path, prefix+".")
		if below && field != "contactLogs.nodes.withWhom" && (index < 0 || slices.Contains(r.Indexes, index)) {
			said = append(said, field+" "+r.DataClass+" "+r.Reason)
		}
	}
	slices.Sort(said)
	return said
}
