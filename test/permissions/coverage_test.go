package permissions_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/holdfast-edu/holdfast/test/permissions"
)

// schemaOf loads the schema with a text in it replaced; none: as it stands.
func schemaOf(t *testing.T, old, planted string) *ast.Schema {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", "graph", "schema", "*.graphql"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	found := old == ""
	var sources []*ast.Source
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(content)
		if !found && strings.Contains(text, old) {
			text, found = strings.Replace(text, old, planted, 1), true
		}
		sources = append(sources, &ast.Source{Name: name, Input: text})
	}
	if !found {
		t.Fatalf("the schema does not say %q any more: plant it elsewhere", old)
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestEverythingHasItsCases fails on a field, argument, count, change, question, role,
// kind or class without a case, and on a case of nothing.
func TestEverythingHasItsCases(t *testing.T) {
	t.Parallel()
	for _, fault := range read(t).Faults(schemaOf(t, "", "")) {
		t.Error(fault)
	}
}

// TestWhatHasNoCaseIsFound plants something new of each kind into the schema.
func TestWhatHasNoCaseIsFound(t *testing.T) {
	t.Parallel()
	m := read(t)
	for name, one := range map[string]struct{ old, planted, fault string }{
		"a field": {
			"  \"The day of birth.\"", "  \"x\"\n  born: Date @protected(class: DEMOGRAPHIC)\n  \"The day of birth.\"",
			"Student.born is of DEMOGRAPHIC",
		},
		"another class": {
			"sex: String @protected(class: DEMOGRAPHIC)", "sex: String @protected(class: DIRECTORY)",
			"Student.sex is of DIRECTORY",
		},
		"a figure": {
			"  \"What level it is.\"", "  \"x\"\n  graduated: Int @protected(class: ENROLLMENT)\n  \"What level it is.\"",
			"School.graduated is of ENROLLMENT",
		},
		"a field in a class": {
			"  \"What was said.\"\n  summary: String!\n  \"Good news.\"", "  \"x\"\n  number: String @protected(class: CONTACT)\n  \"Good news.\"",
			"ContactLog.number is of CONTACT",
		},
		"a field by role": {
			"  \"IANA name; dates are days of this zone.\"", "  \"x\"\n  secrets: Int @allowed(operation: AUDIT_LOG)\n  \"IANA name; dates are days of this zone.\"",
			"District.secrets is allowed by AUDIT_LOG",
		},
		"a filter": {
			"  \"In one of these grades.\"", "  \"x\"\n  bornBefore: Date\n  \"In one of these grades.\"",
			"District.students(filter.bornBefore:)",
		},
		"an order": {
			"enum StudentOrderField {", "enum StudentOrderField {\n  BIRTH_DATE",
			"District.students(orderBy.field BIRTH_DATE:)",
		},
		"a way within": {
			"enum Within {", "enum Within {\n  MY_MENTEES",
			"within MY_MENTEES nobody ranges",
		},
		"an argument": {
			"  studentCount(\n", "  studentCount(\n    sex: String\n",
			"School.studentCount(sex:)",
		},
		"a list of students": {
			"  \"IANA name; dates are days of this zone.\"", "  \"x\"\n  leavers(since: Date): StudentConnection!\n  \"IANA name; dates are days of this zone.\"",
			"District.leavers(since:)",
		},
		"a count": {
			"type PageInfo ", "type ExitConnection @open(because: \"x\") { totalCount: Int! }\n\ntype PageInfo ",
			"ExitConnection.totalCount counts",
		},
		"a change": {
			"  \"Gives a student an advocate;", "  \"x\"\n  expel(id: ID!): LogContactPayload!\n  \"Gives a student an advocate;",
			"the change expel",
		},
		"a question": {
			"  \"Who is asking.\"", "  \"x\"\n  everybody: StudentConnection!\n  \"Who is asking.\"",
			"the question everybody",
		},
		"a role": {
			"enum Role {", "enum Role {\n  SUPERINTENDENT",
			"the role SUPERINTENDENT has no row",
		},
		"a kind": {
			"enum PrincipalKind {", "enum PrincipalKind {\n  PUBLIC",
			"the kind PUBLIC",
		},
		"a class": {
			"enum DataClass {", "enum DataClass {\n  BIOMETRIC",
			"the classes are",
		},
		"a field that is gone": {
			"  \"In the source's words.\"\n  sex: String @protected(class: DEMOGRAPHIC)\n", "",
			"the case Student.sex is of nothing",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := func(fault string) bool { return strings.HasPrefix(fault, one.fault) }
			if slices.ContainsFunc(m.Faults(schemaOf(t, "", "")), is) || !slices.ContainsFunc(m.Faults(schemaOf(t, one.old, one.planted)), is) {
				t.Errorf("%q is not found:\n%s", one.fault, strings.Join(m.Faults(schemaOf(t, one.old, one.planted)), "\n"))
			}
		})
	}
}

// TestTheMatrixKnowsNothingOfTheProduct (decisions.md 29): neither what expands the
// matrix nor what runs it imports what decides.
func TestTheMatrixKnowsNothingOfTheProduct(t *testing.T) {
	t.Parallel()
	const module = "github.com/holdfast-edu/holdfast/"
	may := map[string][]string{
		"*.go":                    {"test/permissions"},
		"../api/permissions_*.go": {"test/permissions", "internal/relay", "internal/postgres", "internal/tenant"}, // ids, and the test's own rows
	}
	for pattern, allowed := range may {
		names, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: no files: %v", pattern, err)
		}
		for _, name := range names {
			parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range parsed.Imports {
				path := strings.Trim(one.Path.Value, `"`)
				if own, ours := strings.CutPrefix(path, module); ours && !slices.Contains(allowed, own) {
					t.Errorf("%s imports %s", name, path)
				}
			}
		}
	}
}

// TestCasesThatCannotBeAreFound plants a slip of each kind into the matrix itself.
func TestCasesThatCannotBeAreFound(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t, "", "")
	for name, one := range map[string]struct {
		slip  func(m *permissions.Matrix)
		fault string
	}{
		"a row too short":     {func(m *permissions.Matrix) { m.Table["TEACHER"] = m.Table["TEACHER"][:11] }, "the row TEACHER"},
		"a cell of no kind":   {func(m *permissions.Matrix) { m.Table["TEACHER"][0] = "X" }, "the row TEACHER"},
		"a row of nobody":     {func(m *permissions.Matrix) { m.Readers["TEACHER"].Row = "x" }, "TEACHER has no row x"},
		"no such reach":       {func(m *permissions.Matrix) { m.Readers["TEACHER"].Reach = "x" }, "TEACHER has no row TEACHER or no reach x"},
		"no such place":       {func(m *permissions.Matrix) { m.Reaches["sections"].In = []string{"x"} }, "the reach sections is of a place x"},
		"no such role":        {func(m *permissions.Matrix) { m.Asked["viewAs"] = []string{"x"} }, "a case names the role x"},
		"no such class":       {func(m *permissions.Matrix) { m.Changes["logContact"].Write = "x" }, "a change needs \"x\""},
		"a role gone":         {func(m *permissions.Matrix) { delete(m.Readers, "MENTOR") }, "the role MENTOR has no reader"},
		"a role in disguise":  {func(m *permissions.Matrix) { m.Readers["MENTOR"].Holds = "TEACHER" }, "the role MENTOR has no reader"},
		"a field of no type":  {func(m *permissions.Matrix) { m.Fields["Student.shoeSize"] = permissions.Needs{"DIRECTORY"} }, "the case Student.shoeSize is of nothing"},
		"a change of nothing": {func(m *permissions.Matrix) { m.Changes["expel"] = &permissions.Change{Roles: []string{"TEACHER"}} }, "the change expel is of nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t)
			one.slip(m)
			if !slices.ContainsFunc(m.Faults(schema), func(fault string) bool { return strings.HasPrefix(fault, one.fault) }) {
				t.Errorf("%q is not found: %v", one.fault, m.Faults(schema))
			}
		})
	}
}
