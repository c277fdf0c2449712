package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/test/permissions"
)

// viewersDocument asks who can see each student of the places.
const viewersDocument = `query($id: ID!, $after: String) { node(id: $id) { ... on Student {
	viewers(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { person { displayName } role dataClasses needToKnow } } } } }`

// viewers holds what a coordinator is told of who can see a student, to the same cases
// that say what each of them sees: every reader and nobody whose role is over.
func (s *stage) viewers(t *testing.T) {
	t.Helper()
	coordinator := s.as(t, "DISTRICT_COORDINATOR")
	for _, place := range s.matrix.Places {
		if permissions.RoleIsOver(place) || place == "other district" {
			continue
		}
		told, after := []string{}, any(nil)
		for more := true; more; {
			got := coordinator.ask(viewersDocument, vars{"id": s.students[place], "after": after}).fine()
			for _, one := range got.list("node.viewers.nodes") {
				name, isReader := strings.CutPrefix(text(one, "person.displayName"), "Staff "+subjectOfReader(""))
				if isReader {
					told = append(told, fmt.Sprint(name, " ", text(one, "role"), " ", dig(one, "dataClasses"), " ", dig(one, "needToKnow")))
				}
			}
			more, after = got.at("node.viewers.pageInfo.hasNextPage") == true, got.at("node.viewers.pageInfo.endCursor")
		}
		slices.Sort(told)
		if diff := cmp.Diff(s.viewersExpected(place), told); diff != "" {
			t.Errorf("%s: who can see the student (-cases +told):\n%s", place, diff)
		}
	}
}

// viewersExpected gives the readers on the staff who see the student of the place, each
// with the classes that they read in whole and item by item.
func (s *stage) viewersExpected(place string) []string {
	expected := []string{}
	for name, one := range s.matrix.Readers {
		whole, items := []string{}, []string{}
		for _, line := range s.matrix.Expand(name) {
			if line.Action != permissions.Holding {
				continue
			}
			switch line.Answers[place] {
			case "R", "W":
				whole = append(whole, line.Subject)
			case "N":
				items = append(items, line.Subject)
			}
		}
		if one.Kind == "" && len(whole) > 0 {
			expected = append(expected, fmt.Sprint(name, " ", one.Holds, " ", whole, " ", items))
		}
	}
	slices.Sort(expected)
	return expected
}
