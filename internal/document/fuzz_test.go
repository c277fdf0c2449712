package document

import (
	"testing"
)

// FuzzRead reads any text: it never panics, tells few faults, and what it takes has
// operations whose cost is a cost.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		studentPage, studentList, `{ viewer { id } }`, `mutation($i: LogContactInput!) { logContact(input: $i) { userErrors { code } } }`,
		`query($n: Int = 3) { district { schools(first: $n) { nodes { ...S } } } } fragment S on School { id @skip(if: true) name }`,
		`{ nodes(ids: ["""a""", "b", 1.5e3, null, {a: [B]}]) { ... on Student { a: id } } }`, `{ __schema { types { fields { type { ofType { name } } } } } }`,
		`{ viewer { ...F0 } }` + doubling(4, "Viewer", "id"),
	} {
		f.Add(seed)
	}
	readers := []*Reader{NewReader(apiSchema(), false), NewReader(apiSchema(), true)}
	f.Fuzz(func(t *testing.T, text string) {
		for _, reader := range readers {
			document, errs := reader.read(text)
			if len(errs) > MaxErrors || (document == nil) == (errs == nil) {
				t.Fatalf("%q: %d errors", text, len(errs))
			}
			if document == nil {
				continue
			}
			for _, operation := range document.operations {
				if cost := operation.Cost(nil); cost < 0 || cost > MostCost {
					t.Fatalf("%q costs %d", text, cost)
				}
			}
		}
	})
}
