package document

import (
	"fmt"
	"strings"
	"testing"
)

// TestLimits holds each limit to its number: what is at it is read, what is one over
// it is refused by its name, also where a fragment brings it.
func TestLimits(t *testing.T) {
	t.Parallel()
	aliases := func(n int) string {
		var out strings.Builder
		for i := range n {
			fmt.Fprintf(&out, "a%d: id ", i)
		}
		return out.String()
	}
	// Each student has contacts with a student: six fields lead to the next one.
	deep := func(n int) string {
		return `{ district { students { nodes { ` + strings.Repeat("contactLogs { nodes { student { ", (n-4)/3) + "id" + strings.Repeat(" } } }", (n-4)/3) + ` } } } }`
	}
	directives := func(n int) string { return strings.Repeat(`id @include(if: true) `, n) }
	for name, one := range map[string]struct{ limit, good, bad string }{
		"tokens":            {"tokens", `{ viewer { ` + strings.Repeat("id ", 1_995) + `} }`, `{ viewer { ` + strings.Repeat("id ", 1_996) + `} }`},
		"depth":             {"depth", deep(10), deep(13)},
		"aliases":           {"aliases", `{ viewer { ` + aliases(30) + `} }`, `{ viewer { ` + aliases(31) + `} }`},
		"root fields":       {"root fields", `{ ` + strings.Repeat("viewer { id } ", 20) + `}`, `{ ` + strings.Repeat("viewer { id } ", 21) + `}`},
		"root fields of __": {"root fields", `{ ` + strings.Repeat("__typename ", 20) + `}`, `{ ` + strings.Repeat("__typename ", 21) + `}`},
		"directives":        {"directives", `{ viewer { ` + directives(50) + `} }`, `{ viewer { ` + directives(51) + `} }`},
		"a name":            {"bytes of a name", `{ viewer { ` + strings.Repeat("a", 128) + `: id } }`, `{ viewer { ` + strings.Repeat("a", 129) + `: id } }`},
		"a text": {
			"bytes of a text in the document",
			`{ node(id: "` + strings.Repeat("a", 1<<14) + `") { id } }`, `{ node(id: "` + strings.Repeat("a", 1<<14+1) + `") { id } }`,
		},
		"aliases by fragments": {
			"aliases",
			`{ viewer { ...A } } fragment A on Viewer { ...B ...B ...B } fragment B on Viewer { ` + aliases(10) + `}`,
			`{ viewer { ...A a: id } } fragment A on Viewer { ...B ...B ...B } fragment B on Viewer { ` + aliases(10) + `}`,
		},
		"root fields by fragments": {
			"root fields",
			`{ ...A ...A } fragment A on Query { ` + strings.Repeat("viewer { id } ", 10) + `}`,
			`{ ...A ...A viewer { id } } fragment A on Query { ` + strings.Repeat("viewer { id } ", 10) + `}`,
		},
		"directives on spreads": {
			"directives",
			`{ viewer { ` + strings.Repeat("...A @include(if: true) ", 50) + `} } fragment A on Viewer { id }`,
			`{ viewer { ` + strings.Repeat("...A @include(if: true) ", 51) + `} } fragment A on Viewer { id }`,
		},
		"fields by fragments": {
			"fields",
			`{ viewer { ...A ...A ...A ...A } } fragment A on Viewer { ` + strings.Repeat("id ", 499) + `}`,
			`{ viewer { ...A ...A ...A ...A } } fragment A on Viewer { ` + strings.Repeat("id ", 500) + `}`,
		},
		"fields of all operations": {
			"fields",
			`query A { viewer { ...F } } query B { viewer { ...F } } fragment F on Viewer { ` + strings.Repeat("id ", 999) + `}`,
			`query A { viewer { ...F } } query B { viewer { ...F } } fragment F on Viewer { ` + strings.Repeat("id ", 1_000) + `}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reader := NewReader(apiSchema(), false)
			if _, errs := reader.Read(one.good); errs != nil {
				t.Errorf("what is at the limit is refused: %.300s", errs.Error())
			}
			_, errs := reader.Read(one.bad)
			if len(errs) != 1 || errs[0].Extensions["code"] != CodeLimitExceeded || errs[0].Extensions["limit"] != one.limit {
				t.Fatalf("what is over the limit of %s gets %.300v", one.limit, errs)
			}
			if !strings.Contains(errs[0].Message, one.limit) || len(errs[0].Message) > 300 {
				t.Errorf("the message is %q", errs[0].Message)
			}
		})
	}
}

// TestBombsAreMeasuredOnce reads documents that stand for more fields than can be
// visited: only counting each fragment once ever comes to an end.
func TestBombsAreMeasuredOnce(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"of fields":     `{ viewer { ...F0 } }` + doubling(180, "Viewer", "id"),
		"of root":       `{ ...F0 }` + doubling(180, "Query", "viewer { id }"),
		"of aliases":    `{ viewer { ...F0 } }` + doubling(180, "Viewer", "a: id"),
		"of directives": `{ viewer { ...F0 } }` + doubling(180, "Viewer", "id @skip(if: true)"),
		"of schemas":    `{ ...F0 }` + doubling(180, "Query", "__schema { ...G0 }") + strings.ReplaceAll(doubling(40, "__Schema", "types { name }"), "F", "G"),
	} {
		for _, introspection := range []bool{false, true} {
			_, errs := NewReader(apiSchema(), introspection).Read(text)
			if len(errs) != 1 || errs[0].Extensions["code"] == nil {
				t.Errorf("%s: %.300v", name, errs)
			}
		}
	}
}

// TestIntrospection is refused where it is not allowed, wherever it stands, and held
// to no depth where it is.
func TestIntrospection(t *testing.T) {
	t.Parallel()
	deep := `{ __schema { types { fields { type { ` + nested(30, "ofType", "name") + ` } } } } a: __type(name: "Student") { name } }`
	if _, errs := NewReader(apiSchema(), true).Read(deep); errs != nil {
		t.Errorf("where it is allowed: %v", errs)
	}
	for _, text := range []string{
		deep, `{ __type(name: "Student") { name } }`, `{ ...A } fragment A on Query { __schema { types { name } } }`, `{ a: __schema { types { name } } }`,
		`{ viewer { id } ... { __schema { types { name } } } }`,
	} {
		_, errs := NewReader(apiSchema(), false).Read(text)
		if len(errs) != 1 || errs[0].Extensions["code"] != "FORBIDDEN" {
			t.Errorf("where it is not allowed, %s: %v", text, errs)
		}
	}
	if _, errs := NewReader(apiSchema(), false).Read(`{ __typename viewer { __typename } }`); errs != nil {
		t.Errorf("__typename tells nothing of the schema: %v", errs)
	}
}

// TestFaultsAreFewAndSayNoNames holds that at most five faults are told, and that
// none of them names what there is.
func TestFaultsAreFewAndSayNoNames(t *testing.T) {
	t.Parallel()
	reader := NewReader(apiSchema(), false)
	for text, most := range map[string]int{
		`{ viewer { ` + strings.Repeat("nothing ", 1_900) + `} }`:                             MaxErrors,
		`{ district { students(frist: 1, frist: 2) { totalCount } } }`:                        MaxErrors,
		`{ district { students(orderBy: {field: LAST_NAM, directon: ASC}) { totalCount } } }`: MaxErrors,
		`query($x: StudentFiltr) { district { students(filter: $x) { totalCount } } }`:        MaxErrors,
		`{ viewer { displayNam ... on Viewr { id } ... @defer { id } } }`:                     MaxErrors,
		`{ district { schools } viewer @protectd(class: DIRECTOR) { id } }`:                   MaxErrors,
		`{ viewer { id `:                    1,
		`{ viewer { id } } type A { b: C }`: 1,
		``:                                  1,
		`fragment A on Viewer { id }`:       1,
	} {
		_, errs := reader.Read(text)
		if len(errs) == 0 || len(errs) > most {
			t.Errorf("%.80s: %d errors", text, len(errs))
		}
		for _, err := range errs {
			for _, hint := range []string{"Did you mean", "displayName", "LAST_NAME", `"first"`, "DIRECTORY", "direction"} {
				if strings.Contains(err.Message, hint) {
					t.Errorf("%.80s: %q suggests %s", text, err.Message, hint)
				}
			}
		}
	}
}

// TestGoodDocumentsAreKept holds that a document is read once, a long one never kept,
// and a bad one neither.
func TestGoodDocumentsAreKept(t *testing.T) {
	t.Parallel()
	reader := NewReader(apiSchema(), false)
	first, errs := reader.Read(studentPage)
	if errs != nil {
		t.Fatal(errs)
	}
	if known, ok := reader.Known(studentPage); !ok || known != first {
		t.Error("a good document is not kept")
	}
	long := studentPage + strings.Repeat("\n", longestKept)
	bad := `{ nothing }`
	_, _ = reader.Read(long)
	_, _ = reader.Read(bad)
	for _, text := range []string{long, bad} {
		if _, ok := reader.Known(text); ok {
			t.Errorf("%.20s… is kept", text)
		}
	}
}

// TestOperationsAreChosenByName holds a document with several operations to a name.
func TestOperationsAreChosenByName(t *testing.T) {
	t.Parallel()
	several, errs := NewReader(apiSchema(), false).Read(`query A { viewer { id } } mutation B { __typename }`)
	if errs != nil {
		t.Fatal(errs)
	}
	for name, kind := range map[string]string{"A": "query", "B": "mutation", "C": "", "": ""} {
		operation, err := several.Operation(name)
		if (kind == "") != (err != nil) || (err == nil && string(operation.Kind) != kind) {
			t.Errorf("%q: %v, %v", name, operation, err)
		}
	}
}

// TestNullsWhereThereMustBeAValue holds variables that a default lets stand where
// there must be a value to having one.
func TestNullsWhereThereMustBeAValue(t *testing.T) {
	t.Parallel()
	reader := NewReader(apiSchema(), false)
	for text, strict := range map[string]bool{
		`query($x: Boolean = true) { viewer { id @skip(if: $x) } }`:                                                            true,
		`query($x: Boolean = true) { viewer { ...A } } fragment A on Viewer { id @include(if: $x) }`:                           true,
		`query($x: ID = "a") { nodes(ids: [$x]) { id } }`:                                                                      true,
		`query($x: OrderDirection = ASC) { district { students(orderBy: {field: LAST_NAME, direction: $x}) { totalCount } } }`: true,
		`query($x: Int = 3) { district { students(first: $x) { totalCount } } }`:                                               false,
	} {
		document, errs := reader.Read(text)
		if errs != nil {
			t.Fatal(text, errs)
		}
		operation, _ := document.Operation("")
		if err := operation.CheckVariables(map[string]any{"x": nil}); (err != nil) != strict {
			t.Errorf("%s: a null gets %v", text, err)
		}
		if err := operation.CheckVariables(map[string]any{}); err != nil {
			t.Errorf("%s: a variable left out gets %v", text, err)
		}
	}
}
