package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const cursorAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// secondCursor gives the cursor of the list's second row.
func (l paged) secondCursor(c *client) string {
	c.t.Helper()
	return text(l.page(c, vars{"first": 2}).fine().Data, l.connection+".edges.1.cursor")
}

// TestCursorsThatWereTamperedWith flips each byte of a cursor, and cuts and
// stretches it: each time the client is told, and nothing breaks.
func TestCursorsThatWereTamperedWith(t *testing.T) {
	t.Parallel()
	w := shared(t)
	for _, name := range []string{"schools", "import runs", "import issues", "contact logs", "students by LAST_NAME ASC", "students by ABSENT_DAYS DESC"} {
		list := w.pagedLists(t)[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := w.as(t, list.subject)
			cursor := list.secondCursor(c)
			forged := []string{cursor[:len(cursor)-4], cursor + "AAAA", "A" + cursor, strings.ToUpper(cursor), "=", "%%%", "\u0000", cursor + "\n", strings.Repeat("A", 5_000)}
			for i := range cursor {
				next := cursorAlphabet[(strings.IndexByte(cursorAlphabet, cursor[i])+1)%len(cursorAlphabet)]
				forged = append(forged, cursor[:i]+string(next)+cursor[i+1:])
			}
			for _, one := range forged {
				if got := list.page(c, vars{"first": 2, "after": one}); got.code() != "BAD_USER_INPUT" || got.status >= 500 {
					t.Errorf("the cursor %q made of %q: status %d, %s", one, cursor, got.status, got.body)
				}
			}
			list.page(c, vars{"first": 2, "after": cursor}).fine()
		})
	}
}

// TestCursorsOfAnotherList uses each list's cursors in every other: another field,
// another order, another filter, another student.
func TestCursorsOfAnotherList(t *testing.T) {
	t.Parallel()
	w := shared(t)
	lists := w.pagedLists(t)
	for from, other := range lists {
		if from == "nobody" || strings.HasPrefix(from, "sample") {
			continue
		}
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			cursor := other.secondCursor(w.as(t, other.subject))
			for name, list := range lists {
				if name == from || strings.HasPrefix(name, "sample") {
					continue
				}
				if got := list.page(w.as(t, list.subject), vars{"first": 2, "after": cursor}); got.code() != "BAD_USER_INPUT" {
					t.Errorf("the cursor is taken by %q: %s", name, got.body)
				}
			}
		})
	}
}

// TestCursorsOfAnotherReader uses cursors that another district's reader got of
// the same list: they are as good as ones that never were.
func TestCursorsOfAnotherReader(t *testing.T) {
	t.Parallel()
	w := shared(t)
	lists := w.pagedLists(t)
	pupil := w.as(t, "birch coordinator").studentID("A-01")
	foreign := map[string]paged{}
	for name, subject := range map[string]string{
		"schools": "birch steward", "import runs": "birch steward", "import issues": "birch steward",
		"contact logs": "birch coordinator", "students by LAST_NAME ASC": "birch steward",
	} {
		list := lists[name]
		list.subject = subject
		if list.variables["id"] != nil {
			list.variables = vars{"id": pupil}
		}
		foreign[name] = list
	}
	for name, theirs := range foreign {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := theirs.page(w.as(t, theirs.subject), vars{"first": 1}).fine()
			cursor := text(first.Data, theirs.connection+".edges.0.cursor")
			c, list := w.as(t, lists[name].subject), lists[name]
			never := strings.Repeat("A", len(cursor))
			want, got := traceOf(list.page(c, vars{"first": 2, "after": never}), never), traceOf(list.page(c, vars{"first": 2, "after": cursor}), cursor)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("a cursor of another district is told from one that never was (-never was +foreign):\n%s", diff)
			}
		})
	}
}

// TestCursorsAreBoundToTheirObject uses a student's cursor of contacts with
// another student, and a run's cursor of issues with another run.
func TestCursorsAreBoundToTheirObject(t *testing.T) {
	t.Parallel()
	w := shared(t)
	lists := w.pagedLists(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	logs := lists["contact logs"]
	cursor := logs.secondCursor(coordinator)
	logs.variables = vars{"id": coordinator.studentID("M-01")}
	if got := logs.page(coordinator, vars{"first": 2, "after": cursor}); got.code() != "BAD_USER_INPUT" {
		t.Errorf("another student's cursor of contacts is taken: %s", got.body)
	}
	issues := lists["import issues"]
	steward := w.as(t, issues.subject)
	cursor = issues.secondCursor(steward)
	issues.document = strings.Replace(issues.document, "importRuns(last: 1)", "importRuns(first: 1)", 1)
	if got := issues.page(steward, vars{"first": 2, "after": cursor}); got.code() != "BAD_USER_INPUT" {
		t.Errorf("another run's cursor of issues is taken: %.400s", got.body)
	}
}

// TestOrders holds the orders to what they say: grades in their order with those
// that have none at the end, whoever has no figure before whoever was never absent.
func TestOrders(t *testing.T) {
	t.Parallel()
	w := shared(t)
	const document = `query($orderBy: StudentOrder) { district { students(first: 100, orderBy: $orderBy) { nodes { localId } } } }`
	for name, one := range map[string]struct {
		order vars
		begin []string
	}{
		"no order":          {nil, []string{"M-04", "A-01", "A-02", "A-03", "A-04"}},
		"by name":           {vars{"field": "LAST_NAME"}, []string{"M-04", "A-01", "A-02", "A-03", "A-04"}},
		"by name, down":     {vars{"field": "LAST_NAME", "direction": "DESC"}, []string{"M-05", "Z-01", "M-03", "M-02", "M-01"}},
		"by grade":          {vars{"field": "GRADE_LEVEL"}, []string{"M-04", "M-02", "M-01", "M-03", "M-05", "A-01"}},
		"by grade, down":    {vars{"field": "GRADE_LEVEL", "direction": "DESC"}, []string{"Z-01", "A-04", "A-09", "A-03"}},
		"most days absent":  {vars{"field": "ABSENT_DAYS", "direction": "DESC"}, []string{"A-01", "M-03", "A-04", "M-01", "A-11", "A-02", "A-09"}},
		"fewest, never any": {vars{"field": "ABSENT_DAYS", "direction": "ASC"}, []string{"Z-01", "M-04", "A-03"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := w.as(t, "DATA_STEWARD").ask(document, vars{"orderBy": one.order}).fine()
			ids := []string{}
			for _, node := range got.list("district.students.nodes") {
				ids = append(ids, text(node, "localId"))
			}
			if len(ids) != 17 || !slices.Equal(ids[:len(one.begin)], one.begin) {
				t.Errorf("%v, which does not begin with %v", ids, one.begin)
			}
		})
	}
}
