package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

const listDocument = `query($first: Int, $after: String, $last: Int, $before: String, $filter: StudentFilter, $orderBy: StudentOrder) {
	district { students(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
		totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { ` + everyField + ` } } } } }`

// The words that are searched for: parts of names, in either case, and what a pattern
// would take for more than itself.
var searches = []string{"", "  ", "an", "ADAMS", "adams an", "Ana Baker", "élan", "ÉLAN", "zoë", "%", "_", "o_n", "100%", `\`, "'", "a00", "nobody at all"}

// randomQuery makes up what a list is asked for.
func randomQuery(m *maker) model.Query {
	q := model.Query{Within: one(m, []string{"ALL", "ALL", "MY_SCHOOLS", "MY_SECTIONS", "MY_CASELOAD"}), Order: "LAST_NAME", Desc: m.often(50)}
	if m.often(20) {
		q.Schools = []string{one(m, m.d.Schools).ID, one(m, m.d.Schools).ID}[:1+m.IntN(2)]
	}
	if m.often(20) {
		q.Grades = []string{one(m, someGrades), one(m, someGrades), one(m, someGrades)}
	}
	if m.often(20) {
		chronic := m.often(50)
		q.Chronic = &chronic
	}
	if m.often(20) {
		q.Levels = []string{one(m, levels), one(m, levels)}
	}
	if m.often(25) {
		search := one(m, searches)
		q.Search = &search
	}
	if m.often(50) {
		q.Order = one(m, []string{"GRADE_LEVEL", "ABSENT_DAYS"})
	}
	return q
}

// asked gives the query's variables.
func variables(q model.Query, m *maker) vars {
	filter := vars{"within": q.Within}
	if q.Schools != nil {
		ids := []string{}
		for _, s := range m.d.Schools {
			if slices.Contains(q.Schools, s.ID) {
				ids = append(ids, schoolID(s))
			}
		}
		filter["schoolIds"] = ids
	}
	if q.Grades != nil {
		filter["gradeLevels"] = q.Grades
	}
	if q.Chronic != nil {
		filter["chronicallyAbsent"] = *q.Chronic
	}
	if q.Levels != nil {
		filter["riskLevels"] = q.Levels
	}
	if q.Search != nil {
		filter["search"] = *q.Search
	}
	direction := "ASC"
	if q.Desc {
		direction = "DESC"
	}
	return vars{"filter": filter, "orderBy": vars{"field": q.Order, "direction": direction}}
}

// listed is a list as it was read, page by page.
type listed struct {
	ids       []string
	nodes     []any
	entries   [][]string // of what is not shown, by row
	names     int        // of those who were called, not shown
	total     int
	forbidden bool
}

// read walks a list in pages of a size, forward or backward.
func (w *world) read(t testing.TB, reader *model.Staff, arguments vars, size int, forward bool) listed {
	t.Helper()
	count, cursor, more, at1 := "first", "after", "hasNextPage", "endCursor"
	if !forward {
		count, cursor, more, at1 = "last", "before", "hasPreviousPage", "startCursor"
	}
	whole := listed{total: -1}
	asked := vars{"filter": arguments["filter"], "orderBy": arguments["orderBy"], count: size}
	for {
		got := w.ask(reader, listDocument, asked)
		if got.code() == "FORBIDDEN" && whole.total < 0 && at(got.Data, "district") == nil {
			return listed{forbidden: true}
		}
		connection := at(got.Data, "district", "students")
		if len(got.Errors) > 0 || connection == nil {
			t.Fatalf("%s asks for %v: %d %.1000s", reader.Subject, asked, got.status, got.body)
		}
		page := pageOf(t, got, connection)
		if whole.total >= 0 && whole.total != page.total {
			t.Errorf("%d are counted, then %d", whole.total, page.total)
		}
		whole.join(page, forward)
		if at(connection, "pageInfo", more) != true {
			return whole
		}
		if len(page.ids) == 0 {
			t.Fatalf("an empty page, and more to come: %s", got.body)
		}
		asked[cursor] = at(connection, "pageInfo", at1)
	}
}

func pageOf(t testing.TB, got *answer, connection any) listed {
	t.Helper()
	total, _ := at(connection, "totalCount").(float64)
	page := listed{total: int(total)}
	entries, names := told(t, got, "district.students.edges.node")
	page.names = names
	for i, edge := range list(connection, "edges") {
		id, _ := at(edge, "node", "id").(string)
		page.ids, page.nodes, page.entries = append(page.ids, id), append(page.nodes, at(edge, "node")), append(page.entries, entries[i])
	}
	return page
}

// join puts a page behind, or before, those that were read.
func (l *listed) join(page listed, forward bool) {
	l.total, l.names = page.total, l.names+page.names
	if forward {
		l.ids, l.nodes, l.entries = append(l.ids, page.ids...), append(l.nodes, page.nodes...), append(l.entries, page.entries...)
		return
	}
	l.ids, l.nodes, l.entries = append(page.ids, l.ids...), append(page.nodes, l.nodes...), append(page.entries, l.entries...)
}

// checkList asks for one list and holds it to the model: who is in it, how many are
// counted, in which order, and of each row what is shown.
func (w *world) checkList(t testing.TB, m *maker, reader *model.Staff, q model.Query) {
	t.Helper()
	on := w.today(m.d)
	want := m.d.List(reader, q, on)
	size := 1 + m.IntN(20)
	if m.often(30) {
		size = 100
	}
	got := w.read(t, reader, variables(q, m), size, m.often(50))
	about := func() string { return fmt.Sprintf("%s asks for %+v on %s", reader.Subject, variables(q, m), on) }
	if got.forbidden && want.MayBeForbidden {
		return
	}
	if want.Forbidden != got.forbidden {
		why := ""
		if want.Lacking != nil {
			why = disagreement(m.d, reader, want.Lacking, on)
		}
		t.Errorf("%s: forbidden is %v, not %v %s", about(), got.forbidden, want.Forbidden, why)
		return
	}
	if want.Forbidden {
		return // and so it is
	}
	byID := map[string]*model.Student{}
	var wanted []string
	for _, s := range want.Students {
		byID[studentID(s)] = s
		wanted = append(wanted, studentID(s))
	}
	slices.Sort(wanted)
	if diff := cmp.Diff(wanted, slices.Sorted(slices.Values(got.ids))); diff != "" || got.total != len(wanted) {
		t.Errorf("%s: counted %d, of %d; listed (-model +API):\n%s", about(), got.total, len(wanted), diff)
		w.explainList(t, m, reader, wanted, got.ids)
		return
	}
	names := 0
	for i, id := range got.ids {
		if i > 0 && m.d.Before(q, byID[got.ids[i-1]], byID[id], on) > 0 {
			t.Errorf("%s: %s stands before %s", about(), byID[got.ids[i-1]].Code, byID[id].Code)
		}
		expected := expect(m.d, reader, byID[id], on)
		w.same(t, m.d, reader, byID[id], expected, got.nodes[i], got.entries[i])
		names += expected.names
	}
	if names != got.names {
		t.Errorf("%s: %d names are not shown, %d are said to be", about(), names, got.names)
	}
}

// explainList says of one who is listed and should not be, or the other way round,
// why.
func (w *world) explainList(t testing.TB, m *maker, reader *model.Staff, wanted, got []string) {
	t.Helper()
	for _, s := range m.d.Students {
		if slices.Contains(wanted, studentID(s)) != slices.Contains(got, studentID(s)) {
			t.Log(strings.TrimSpace(disagreement(m.d, reader, s, w.today(m.d))))
			return
		}
	}
}

// TestRandomLists asks for lists by whatever filter and order, in pages of whatever
// size, as whoever works there.
func TestRandomLists(t *testing.T) {
	t.Parallel()
	r := dice(t)
	lists, forbidden := 0, 0
	for n := range amount(3, 20) {
		w := randomWorld(t, r.Uint64(), 40)
		for range 60 {
			m := w.maker(one(&maker{Rand: r}, w.districts))
			reader := one(m, m.d.Staff)
			if reader.Withdrawn {
				continue
			}
			q := randomQuery(m)
			w.checkList(t, m, reader, q)
			if lists++; m.d.List(reader, q, w.today(m.d)).Forbidden {
				forbidden++
			}
		}
		if t.Failed() {
			t.Fatalf("in world %d", n)
		}
	}
	t.Logf("%d lists, %d of them forbidden", lists, forbidden)
}
