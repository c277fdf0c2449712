package api_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// paged is a list that has pages: a document that asks for one with $first,
// $after, $last and $before, where its connection lies, and what names its rows.
type paged struct {
	document   string
	connection string
	row        string // the path in a node that names the row
	variables  vars
	subject    string
}

const pageArguments = `$first: Int, $after: String, $last: Int, $before: String`

// pageOf selects a page, its rows by edges and by nodes.
func pageOf(fields string) string {
	return `{ totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { ` + fields + ` } } nodes { ` + fields + ` } }`
}

const pageUse = `first: $first, after: $after, last: $last, before: $before`

func studentPages(subject string, variables vars) paged {
	return paged{
		`query(` + pageArguments + `, $filter: StudentFilter, $orderBy: StudentOrder) {
			district { students(` + pageUse + `, filter: $filter, orderBy: $orderBy) ` + pageOf("id") + ` } }`,
		"district.students", "id", variables, subject,
	}
}

// ofStudent is a list of what is a student's own, of the current year.
func ofStudent(field, fields, row, student string) paged {
	return paged{
		`query($id: ID!, ` + pageArguments + `) { node(id: $id) { ... on Student { ` + field + `(` + pageUse + `) ` + pageOf(fields) + ` } } }`,
		"node." + field, row,
		vars{"id": student},
		"DISTRICT_COORDINATOR",
	}
}

// pagedLists gives every list that has pages.
func (w *world) pagedLists(t *testing.T) map[string]paged {
	t.Helper()
	const steward = "DATA_STEWARD"
	student := w.as(t, steward).studentID("A-01")
	lists := map[string]paged{
		"schools":     {`query(` + pageArguments + `) { district { schools(` + pageUse + `) ` + pageOf("id name") + ` } }`, "district.schools", "id", nil, steward},
		"import runs": {`query(` + pageArguments + `) { district { importRuns(` + pageUse + `) ` + pageOf("id startedAt") + ` } }`, "district.importRuns", "id", nil, steward},
		"import issues": {
			`query(` + pageArguments + `) { district { importRuns(last: 1) { nodes { issues(` + pageUse + `) ` + pageOf("file line kind value") + ` } } } }`,
			"district.importRuns.nodes.0.issues", "line", nil, steward,
		},
		"contact logs": {
			`query($id: ID!, ` + pageArguments + `) { node(id: $id) { ... on Student { contactLogs(` + pageUse + `) ` + pageOf("id occurredAt") + ` } } }`,
			"node.contactLogs", "id",
			vars{"id": student},
			"DISTRICT_COORDINATOR",
		},
		"attendance events": ofStudent("attendanceEvents", "date category", "date", student),
		"incidents":         ofStudent("incidents", "occurredOn participation", "occurredOn", student),
		"grades":            ofStudent("grades", "gradingPeriod letter", "gradingPeriod", student),
		"risk history":      ofStudent("riskHistory", "asOf level", "asOf", student),
		"a flag's history": {
			`query($id: ID!, ` + pageArguments + `) { node(id: $id) { ... on Student { risk { flags { history(` + pageUse + `) ` + pageOf("recordedAt status") + ` } } } } }`,
			"node.risk.flags.0.history", "recordedAt",
			vars{"id": student},
			"DISTRICT_COORDINATOR",
		},
		"jobs": {`query(` + pageArguments + `) { district { jobs(` + pageUse + `) ` + pageOf("id dueAt") + ` } }`, "district.jobs", "id", nil, steward},
		"rows in quarantine": {
			`query(` + pageArguments + `) { district { importRuns(first: 2) { nodes { quarantine(` + pageUse + `) ` + pageOf("id file line kind") + ` } } } }`,
			"district.importRuns.nodes.1.quarantine", "id", nil, steward,
		},
		"import issues of one outcome": {
			`query(` + pageArguments + `) { district { importRuns(last: 1) { nodes { issues(outcome: QUARANTINED, ` + pageUse + `) ` + pageOf("file line kind value") + ` } } } }`,
			"district.importRuns.nodes.0.issues", "line", nil, steward,
		},
		"a worklist": {
			`query(` + pageArguments + `) { worklist(kind: NEW_THIS_WEEK, ` + pageUse + `) ` + pageOf("student { id } reason since") + ` }`,
			"worklist", "student.id", nil, "DISTRICT_COORDINATOR",
		},
		"students, as a leader":    studentPages("SCHOOL_LEADER", vars{}),
		"students, by two filters": studentPages(steward, vars{"filter": vars{"search": "a", "gradeLevels": []string{"NINTH", "SEVENTH"}}}),
		"nobody":                   studentPages(steward, vars{"filter": vars{"search": "nobodyatall"}}),
	}
	for _, field := range []string{"LAST_NAME", "GRADE_LEVEL", "ABSENT_DAYS"} {
		for _, direction := range []string{"ASC", "DESC"} {
			order := vars{"field": field, "direction": direction}
			lists["students by "+field+" "+direction] = studentPages(steward, vars{"orderBy": order})
			lists["students at risk by "+field+" "+direction] = studentPages(steward, vars{"orderBy": order, "filter": vars{"riskLevels": []string{"ON_TRACK", "AT_RISK"}}})
			if w.grandBend != nil {
				lists["sample by "+field+" "+direction] = studentPages(w.grandBend.persona("steward"), vars{"orderBy": order, "filter": vars{"search": "an"}})
			}
		}
	}
	return lists
}

// page asks for a page.
func (l paged) page(c *client, arguments vars) *answer {
	variables := vars{}
	for _, some := range []vars{l.variables, arguments} {
		maps.Copy(variables, some)
	}
	return c.ask(l.document, variables)
}

// rows gives what names the rows of a page, by its edges; its nodes must be the
// same.
func (l paged) rows(a *answer) []string {
	a.t.Helper()
	names, nodes := []string{}, a.list(l.connection+".nodes")
	for i, edge := range a.list(l.connection + ".edges") {
		names = append(names, fmt.Sprint(dig(edge, "node."+l.row)))
		if i >= len(nodes) || !cmp.Equal(dig(edge, "node"), nodes[i]) {
			a.t.Errorf("edges and nodes differ: %s", a.body)
		}
	}
	return names
}

// whole gives the whole list, read in the largest pages.
func (l paged) whole(c *client) []string {
	c.t.Helper()
	return l.walk(c, 100, true)
}

// walk reads the whole list in pages of a size, forward or backward, and checks
// each page's info on the way.
func (l paged) walk(c *client, size int, forward bool) []string {
	c.t.Helper()
	count, cursor, begins, ends := "first", "after", "hasPreviousPage", "hasNextPage"
	at := "endCursor"
	if !forward {
		count, cursor, begins, ends, at = "last", "before", ends, begins, "startCursor"
	}
	all, total := []string{}, -1.0
	arguments := vars{count: size}
	for {
		got := l.page(c, arguments).fine()
		rows := l.rows(got)
		if total < 0 {
			total, _ = got.at(l.connection + ".totalCount").(float64)
		}
		if forward {
			all = append(all, rows...)
		} else {
			all = append(rows, all...)
		}
		l.checkInfo(got, rows, size)
		info := func(name string) any { return got.at(l.connection + ".pageInfo." + name) }
		more := len(all) < int(total)
		if info(begins) != (arguments[cursor] != nil) || info(ends) != more {
			c.t.Errorf("%s is %v and %s is %v, with %d of %v rows read: %s", begins, info(begins), ends, info(ends), len(all), total, got.body)
		}
		if !more || len(rows) == 0 {
			return all
		}
		arguments = vars{count: size, cursor: info(at)}
	}
}

// checkInfo checks a page's cursors: those of its first and its last row.
func (l paged) checkInfo(a *answer, rows []string, size int) {
	a.t.Helper()
	edges := a.list(l.connection + ".edges")
	first, last := a.at(l.connection+".edges.0.cursor"), a.at(fmt.Sprintf("%s.edges.%d.cursor", l.connection, max(len(edges)-1, 0)))
	if a.at(l.connection+".pageInfo.startCursor") != first || a.at(l.connection+".pageInfo.endCursor") != last {
		a.t.Errorf("the page's cursors are not those of its rows: %s", a.body)
	}
	if len(rows) > size {
		a.t.Errorf("%d rows on a page of %d", len(rows), size)
	}
}

// TestPagesAreTheWholeList reads each list forward and backward in pages of each
// size: together they are the list, without a row twice.
func TestPagesAreTheWholeList(t *testing.T) {
	t.Parallel()
	w := shared(t)
	for name, list := range w.pagedLists(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := w.as(t, list.subject)
			whole := list.whole(c)
			if distinct := slices.Compact(slices.Sorted(slices.Values(whole))); len(distinct) != len(whole) {
				t.Errorf("rows come twice: %v", whole)
			}
			if name != "nobody" && len(whole) < 3 {
				t.Errorf("only %v: too few to page", whole)
			}
			sizes := []int{1, 2, 3, 7, 100}
			if strings.HasPrefix(name, "sample") {
				sizes = []int{19, 100}
			}
			for _, size := range sizes {
				for _, forward := range []bool{true, false} {
					if diff := cmp.Diff(whole, list.walk(c, size, forward)); diff != "" {
						t.Errorf("pages of %d, forward %v (-whole +pages):\n%s", size, forward, diff)
					}
				}
			}
		})
	}
}

// TestPageArguments holds the sizes of pages to their bounds, and their arguments
// to those that go together.
func TestPageArguments(t *testing.T) {
	t.Parallel()
	w := shared(t)
	for name, list := range w.pagedLists(t) {
		if strings.HasPrefix(name, "sample") || name == "nobody" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := w.as(t, list.subject)
			cursor := list.page(c, vars{"first": 2}).fine().at(list.connection + ".pageInfo.endCursor")
			for _, bad := range []vars{
				{"first": 101},
				{"last": 101},
				{"first": -1},
				{"last": -1},
				{"first": 1 << 31},
				{"first": 1.5},
				{"last": 2, "after": cursor},
				{"first": 2, "before": cursor},
				{"first": 2, "after": cursor, "before": cursor},
			} {
				if got := list.page(c, bad); got.code() != "BAD_USER_INPUT" || got.at(list.connection) != nil {
					t.Errorf("%v: %s", bad, got.body)
				}
			}
			empty := list.page(c, vars{"first": 0}).fine()
			if len(list.rows(empty)) != 0 || empty.at(list.connection+".pageInfo.startCursor") != nil || empty.at(list.connection+".pageInfo.hasNextPage") != true {
				t.Errorf("first 0: %s", empty.body)
			}
			if full := list.page(c, vars{"first": 100}).fine(); len(list.rows(full)) != len(list.whole(c)) {
				t.Errorf("first 100: %s", full.body)
			}
		})
	}
}

// TestPagesHoldFiftyRowsUnlessAsked holds the default size of a page.
func TestPagesHoldFiftyRowsUnlessAsked(t *testing.T) {
	t.Parallel()
	w := withGrandBend(t)
	got := w.as(t, w.grandBend.persona("coordinator")).ask(`{ district { students { totalCount nodes { id } pageInfo { hasNextPage } } } }`, nil).fine()
	if len(got.list("district.students.nodes")) != 50 || got.at("district.students.totalCount") != 960.0 || got.at("district.students.pageInfo.hasNextPage") != true {
		t.Errorf("%.300s", got.body)
	}
}
