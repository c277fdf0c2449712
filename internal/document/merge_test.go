package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"pgregory.net/rapid"
)

// mergeSchema has objects that meet and objects that never do, fields of one name and
// several shapes.
const mergeSchema = `
	interface Named { name: String next(n: Int, m: Int): Named list: [Named] }
	type Query implements Named { name: String next(n: Int, m: Int): Named list: [Named] cat: Cat dog: Dog any: Any value: Int }
	type Cat implements Named { name: String next(n: Int, m: Int): Cat list: [Named] value: Int other: String cat: Cat dog: Dog any: Any }
	type Dog implements Named { name: String next(n: Int, m: Int): Named list: [Named] value: String other: String! cat: Cat dog: Dog any: Any }
	union Any = Cat | Dog`

// writer writes documents by chance.
type writer struct{ t *rapid.T }

func (w writer) choice(of ...string) string { return rapid.SampledFrom(of).Draw(w.t, "choice") }

// What can be selected on each type.
var (
	leaves  = map[string][]string{"Query": {"name", "value"}, "Named": {"name"}, "Any": {"__typename"}, "Cat": {"name", "value", "other"}, "Dog": {"name", "value", "other"}}
	objects = map[string][]string{"Query": {"next", "list", "cat", "dog", "any"}, "Named": {"next", "list"}, "Cat": {"next", "list", "cat", "dog", "any"}}
	within  = map[string]string{"list": "Named", "cat": "Cat", "dog": "Dog", "any": "Any", "next": "Named"}
)

func (w writer) set(on string, depth int) string {
	n := rapid.IntRange(1, 4).Draw(w.t, "selections")
	var out strings.Builder
	for range n {
		out.WriteString(w.selection(on, depth) + " ")
	}
	return "{ " + out.String() + "}"
}

func (w writer) selection(on string, depth int) string {
	alias := w.choice("", "", "", "name: ", "value: ", "next: ", "cat: ")
	kind := w.choice("leaf", "leaf", "leaf", "object", "object", "on", "spread")
	if depth == 0 && kind != "spread" {
		kind = "leaf"
	}
	if of := objects[strings.Replace(on, "Dog", "Cat", 1)]; kind == "object" && of != nil {
		field := w.choice(of...)
		to := within[field]
		if field == "next" && on == "Cat" {
			to = "Cat"
		}
		if field == "next" {
			field = w.choice("next", "next", "next(n: 1)", "next(n: 2)", "next(n: 1, m: 2)", "next(m: 2, n: 1)")
		}
		return alias + field + " " + w.set(to, depth-1)
	}
	switch kind {
	case "on":
		to := w.choice("Cat", "Dog", "Named")
		return "... on " + to + " " + w.set(to, depth-1)
	case "spread":
		return w.choice("...A", "...B", "...C")
	}
	return alias + w.choice(append(leaves[on], "__typename")...)
}

func (w writer) document() string {
	return "query " + w.set("Query", 3) + " fragment A on Cat " + w.set("Cat", 2) + " fragment B on Named " + w.set("Named", 2) + " fragment C on Dog " + w.set("Dog", 1)
}

// TestMergingIsTheRule holds the linear rule to the quadratic one on documents by
// chance: they find a conflict in the same ones.
func TestMergingIsTheRule(t *testing.T) {
	t.Parallel()
	schema := load(t, mergeSchema)
	met := map[bool]int{}
	for range 8 { // a hundred documents each
		rapid.Check(t, compareMerging(schema, met))
	}
	if met[true] < 80 || met[false] < 80 {
		t.Errorf("too few documents of both kinds: %v", met)
	}
}

// compareMerging writes a document and holds it to both rules; met counts those with
// a conflict and those without.
func compareMerging(schema *ast.Schema, met map[bool]int) func(*rapid.T) {
	return func(t *rapid.T) {
		text := writer{t}.document()
		document, err := parser.ParseQuery(&ast.Source{Input: text})
		if err != nil {
			t.Fatal(text, err)
		}
		if len(validator.ValidateWithRules(schema, document, rules.NewRules(rules.NoFragmentCyclesRule, rules.FieldsOnCorrectTypeRule))) > 0 {
			t.Skip()
		}
		document.Fragments = reached(document)
		want := validator.ValidateWithRules(schema, document, rules.NewRules(rules.OverlappingFieldsCanBeMergedRule))
		got := validator.ValidateWithRules(schema, document, rules.NewRules(core.Rule{Name: "fieldsMerge", RuleFunc: fieldsMerge}))
		if (len(want) > 0) != (len(got) > 0) {
			t.Fatalf("%s\nquadratic: %v\nlinear: %v", text, want, got)
		}
		met[len(want) > 0]++
	}
}

// reached gives the fragments that the operation spreads; another rule refuses the
// others.
func reached(document *ast.QueryDocument) ast.FragmentDefinitionList {
	var list ast.FragmentDefinitionList
	var visit func(ast.SelectionSet)
	visit = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch selection := selection.(type) {
			case *ast.Field:
				visit(selection.SelectionSet)
			case *ast.InlineFragment:
				visit(selection.SelectionSet)
			case *ast.FragmentSpread:
				if list.ForName(selection.Name) == nil {
					fragment := document.Fragments.ForName(selection.Name)
					list = append(list, fragment)
					visit(fragment.SelectionSet)
				}
			}
		}
	}
	visit(document.Operations[0].SelectionSet)
	return list
}

// TestMergingIsLinear counts the fields that are looked at.
func TestMergingIsLinear(t *testing.T) {
	t.Parallel()
	schema := load(t, mergeSchema)
	looked := func(text string) int {
		document, err := parser.ParseQuery(&ast.Source{Input: text})
		if err != nil {
			t.Fatal(err)
		}
		if errs := validator.ValidateWithRules(schema, document, nil); errs != nil {
			t.Fatal(text, errs)
		}
		m := &merger{schema: schema, calls: map[*ast.Field]string{}, addError: func(...core.ErrorOption) { t.Error("a conflict") }}
		m.shapes(collect(document.Operations[0].SelectionSet))
		m.names(collect(document.Operations[0].SelectionSet))
		return m.looked
	}
	for name, write := range map[string]func(n int) string{
		"wide":   func(n int) string { return `{ ` + strings.Repeat("name ", n) + `}` },
		"nested": func(n int) string { return `{ ` + strings.Repeat("next { next { name } } ", n) + `}` },
		"met": func(n int) string {
			return `{ any { ` + strings.Repeat("... on Named { next { name } } ... on Cat { next { name } } ", n) + `} }`
		},
	} {
		if ten, hundred := looked(write(10)), looked(write(100)); hundred > 11*ten {
			t.Errorf("%s: %d fields are looked at for 10, %d for 100", name, ten, hundred)
		}
	}
}

// TestMergingEnds holds that a document whose fields meet without end is refused.
func TestMergingEnds(t *testing.T) {
	t.Parallel()
	schema := load(t, mergeSchema)
	text := fmt.Sprintf(`{ %s }`, "...A") + ` fragment A on Named { next { ...A } list { ...A } }`
	document, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	if errs := validator.ValidateWithRules(schema, document, languageRules()); len(errs) == 0 {
		t.Error("a fragment within itself is good")
	}
}
