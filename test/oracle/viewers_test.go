package oracle_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

const viewersDocument = `query($id: ID!, $after: String) { node(id: $id) { ... on Student { viewers(first: 100, after: $after) {
	totalCount pageInfo { hasNextPage endCursor } nodes { person { displayName } role dataClasses needToKnow } } } } }`

// viewer is who can see a student by a role, and which classes: in whole, and item by
// item.
type viewer struct {
	name, role   string
	reads, needs []string
}

// viewersOf asks the model who can see a student: each of the staff, once a role.
func viewersOf(d *model.District, s *model.Student, on model.Date) []viewer {
	var viewers []viewer
	for _, staff := range d.Staff {
		rights := map[model.Role]model.Rights{}
		for _, reason := range d.Decide(staff, s, on).Reasons {
			rights[reason.Role] = rights[reason.Role].With(reason.Rights)
		}
		for role, may := range rights {
			one := viewer{name: staff.Name, role: string(role)}
			for _, class := range model.Classes {
				switch {
				case may[class] >= model.Read:
					one.reads = append(one.reads, string(class))
				case may[class] == model.NeedToKnow:
					one.needs = append(one.needs, string(class))
				}
			}
			viewers = append(viewers, one)
		}
	}
	return viewers
}

// TestWhoCanSeeAStudent holds what a coordinator is told of who sees a student to what
// the model says of every colleague.
func TestWhoCanSeeAStudent(t *testing.T) {
	t.Parallel()
	r := dice(t)
	for range amount(1, 6) {
		w := randomWorld(t, r.Uint64(), 12)
		for _, d := range w.districts {
			on := w.today(d)
			coordinator := d.Staff[slices.Index(model.Roles, model.DistrictCoordinator)]
			for _, s := range d.Students {
				if s.Withdrawn {
					continue
				}
				want := viewersOf(d, s, on)
				got := w.ask(coordinator, viewersDocument, vars{"id": studentID(s)})
				var told []viewer
				for _, node := range list(got.Data, "node", "viewers", "nodes") {
					told = append(told, viewer{
						name: at(node, "person", "displayName").(string), role: at(node, "role").(string),
						reads: words(list(node, "dataClasses")), needs: words(list(node, "needToKnow")),
					})
				}
				ordered := func(viewers []viewer) []viewer {
					return slices.SortedFunc(slices.Values(viewers), func(a, b viewer) int { return strings.Compare(a.name+a.role, b.name+b.role) })
				}
				total := at(got.Data, "node", "viewers", "totalCount")
				if diff := cmp.Diff(ordered(want), ordered(told), cmp.AllowUnexported(viewer{})); diff != "" || total != float64(len(want)) {
					t.Errorf("on %s, of %s: (-model +API)\n%s%s", on, s.Code, diff, disagreement(d, coordinator, s, on))
				}
			}
		}
	}
}

// words gives a list of words as they are.
func words(of []any) []string {
	var all []string
	for _, one := range of {
		word, _ := one.(string)
		all = append(all, word)
	}
	return all
}
