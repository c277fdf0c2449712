package api_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// contract is the copy of the operations that front ends run.
func contract(t testing.TB) string {
	t.Helper()
	document, err := os.ReadFile(filepath.Join("testdata", "contract", "district.graphql"))
	if err != nil {
		t.Fatal(err)
	}
	return string(document)
}

// schemaSources gives the texts of graph/schema.
func schemaSources(t testing.TB) []*ast.Source {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", "graph", "schema", "*.graphql"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	sources := make([]*ast.Source, len(names))
	for i, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources[i] = &ast.Source{Name: filepath.Base(name), Input: string(content)}
	}
	return sources
}

func loadSchema(t testing.TB) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(schemaSources(t)...)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestContractIsValid(t *testing.T) {
	t.Parallel()
	document, errs := gqlparser.LoadQueryWithRules(loadSchema(t), contract(t), nil)
	if errs != nil {
		t.Fatal(errs)
	}
	var names []string
	for _, operation := range document.Operations {
		names = append(names, operation.Name)
	}
	want := []string{"Viewer", "DistrictOverview", "StudentList", "StudentPage", "StudentAbcRecord", "Worklist", "AcknowledgeFlag", "DismissFlag", "ImportRuns"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

// TestContractIsTheOneThatIsShared holds the copy to the file that it was made of.
func TestContractIsTheOneThatIsShared(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "contract", "district.graphql"))
	if err != nil {
		t.Skip("the contract is not beside the repository (../shared/contract)")
	}
	original := operations(t, string(raw))
	for name, text := range operations(t, contract(t)) {
		if diff := cmp.Diff(original[name], text); diff != "" {
			t.Errorf("%s differs from ../shared/contract/district.graphql (-shared +copy):\n%s", name, diff)
		}
	}
}

// operations gives the operations of a document by name, written alike.
func operations(t *testing.T, document string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		t.Fatal(err)
	}
	texts := make(map[string]string)
	for _, operation := range parsed.Operations {
		var out strings.Builder
		formatter.NewFormatter(&out).FormatQueryDocument(&ast.QueryDocument{Operations: ast.OperationList{operation}})
		texts[operation.Name] = out.String()
	}
	return texts
}

// TestContractAnswersEveryPersona runs every operation as each persona: what they
// may not see is null, never an error.
func TestContractAnswersEveryPersona(t *testing.T) {
	t.Parallel()
	w := shared(t)
	for name, in := range w.districts() {
		if in == w.birch {
			continue // it has no personas
		}
		for _, persona := range []string{"coordinator", "steward", "school-leader", "regional", "partner", "operator"} {
			t.Run(name+"/"+persona, func(t *testing.T) {
				t.Parallel()
				c := w.as(t, in.persona(persona))
				answerContract(c, w.studentIn(t, in), contract(t))
			})
		}
	}
}

func answerContract(c *client, student, document string) {
	c.t.Helper()
	viewer := c.askNamed(document, "Viewer", nil).fine()
	beside := slices.Contains([]string{"OPERATOR", "REGIONAL", "PARTNER"}, text(viewer.Data, "viewer.kind"))
	year := map[bool]int{true: 2022, false: 2023}[strings.Contains(text(viewer.Data, "viewer.district.name"), "Grand")]
	overview := c.askNamed(document, "DistrictOverview", vars{"schoolYear": year}).fine()
	list := c.askNamed(document, "StudentList", vars{"first": 3}).fine()
	page := c.askNamed(document, "StudentPage", vars{"id": student}).fine()
	abc := c.askNamed(document, "StudentAbcRecord", vars{"id": student, "schoolYear": year}).fine()
	runs := c.askNamed(document, "ImportRuns", nil).fine()
	waiting := c.askNamed(document, "Worklist", vars{"kind": "GETTING_WORSE"}).fine()
	if beside {
		if waiting.at("worklist.totalCount") != 0.0 {
			c.t.Errorf("somebody of no district has a worklist: %s", waiting.body)
		}
		for _, a := range []*answer{overview, list, runs} {
			if a.at("district") != nil {
				c.t.Errorf("somebody of no district is told of one: %s", a.body)
			}
		}
		for _, a := range []*answer{page, abc} {
			if a.at("node") != nil || len(a.Extensions.Redactions) > 0 {
				c.t.Errorf("somebody of no district is told of a student: %s", a.body)
			}
		}
		return
	}
	if len(overview.list("district.schools.nodes")) == 0 || len(list.list("district.students.edges")) == 0 || page.at("node.id") != student ||
		abc.at("node.attendanceEvents.nodes") == nil {
		c.t.Errorf("too little was answered:\n%s\n%s\n%s\n%s", overview.body, list.body, page.body, abc.body)
	}
}

// studentIn gives the id of a student of the district's first named school.
func (w *world) studentIn(t testing.TB, in *district) string {
	t.Helper()
	subject := map[*district]string{w.alder: "SCHOOL_LEADER", w.birch: "birch leader"}[in]
	if subject == "" {
		subject = in.persona("school-leader")
	}
	return text(w.as(t, subject).ask(`{ district { students(first: 1) { nodes { id } } } }`, nil).fine().Data, "district.students.nodes.0.id")
}
