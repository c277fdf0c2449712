package api_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mixedList is a page of students with a field of each class.
const mixedList = `query($filter: StudentFilter, $orderBy: StudentOrder) { district { students(first: 100, filter: $filter, orderBy: $orderBy) {
	totalCount edges { node { localId birthDate contacts { relation } enrollments { entryDate } attendance { absentDays } risk { level }
		contactLogs(first: 1) { nodes { id } } characteristics { kind } primaryAdvocate { displayName } } }
} } }`

// The fields of the list by their class; DIRECTORY is shown of everybody.
var mixedFields = map[string]string{
	"birthDate": "DEMOGRAPHIC", "contacts": "CONTACT", "enrollments": "ENROLLMENT", "attendance": "ATTENDANCE",
	"risk": "RISK", "contactLogs": "CASEWORK",
}

// caseload are the students of the mixed reader, two of them of the middle school.
var caseload = []string{"A-01", "A-03", "M-01", "M-02"}

// newCaseload makes a world in which ADVOCATE has a caseload, and TEACHER a section.
func newCaseload(t *testing.T) *world {
	t.Helper()
	w := newWorkplace(t)
	w.link(t, "ADVOCATE", "BACKUP", span{longAgo, ""}, caseload...)
	w.link(t, "ADVOCATE", "BACKUP", span{longAgo, yesterday}, "A-02", "M-03")
	w.link(t, "ADVOCATE", "BACKUP", span{tomorrow, ""}, "A-04", "M-04")
	w.teach(t, lesson{teacher: "TEACHER", students: []string{"A-01", "A-02", "M-01"}, section: span{longAgo, ""}})
	return w
}

// TestMixedCaseloadRowByRow lists the students of the own school and of the caseload
// in one page, each row with its own classes.
func TestMixedCaseloadRowByRow(t *testing.T) {
	t.Parallel()
	w := newCaseload(t)
	got := w.as(t, "ADVOCATE").ask(mixedList, nil).fine()
	edges := got.list("district.students.edges")
	want := append(slices.Clone(highSchool), "M-01", "M-02")
	if len(edges) != len(want) || got.at("district.students.totalCount") != float64(len(want)) {
		t.Fatalf("not %v: %s", want, got.body)
	}
	var hidden, mine []int
	for i, edge := range edges {
		own := slices.Contains(caseload, text(edge, "node.localId"))
		if !slices.Contains(want, text(edge, "node.localId")) {
			t.Errorf("who is this: %v", edge)
		}
		for field, class := range mixedFields {
			if shown := dig(edge, "node."+field) != nil; shown && !own || !shown && own && !mayBeNull[class] {
				t.Errorf("%s of %s: shown is %v: %v", field, text(edge, "node.localId"), shown, edge)
			}
		}
		if own {
			mine = append(mine, i)
		} else {
			hidden = append(hidden, i)
		}
	}
	if diff := cmp.Diff(mixedRedactions(hidden, mine), got.redactions()); diff != "" {
		t.Error(diff)
	}
}

// mayBeNull are the classes of whose fields a student can have nothing.
var mayBeNull = map[string]bool{"RISK": true, "ATTENDANCE": true, "DEMOGRAPHIC": true}

// mixedRedactions gives what is listed as not shown of the rows: all classes of those
// who are only found, and the circumstances of one's own, item by item.
func mixedRedactions(hidden, mine []int) []redaction {
	const node = "district.students.edges.node."
	list := []redaction{
		{node + "characteristics", "CIRCUMSTANCE", "NEED_TO_KNOW", len(mine), mine},
		{node + "characteristics", "CIRCUMSTANCE", "ROLE", len(hidden), hidden},
	}
	for _, field := range slices.Sorted(maps.Keys(mixedFields)) {
		list = append(list, redaction{node + field, mixedFields[field], "ROLE", len(hidden), hidden})
	}
	slices.SortFunc(list, func(a, b redaction) int {
		if a.Path+a.Reason < b.Path+b.Reason {
			return -1
		}
		return 1
	})
	return list
}

// TestMixedCaseloadIsNoOracle holds that filters and orders by a class are for those
// of whom one may read it.
func TestMixedCaseloadIsNoOracle(t *testing.T) {
	t.Parallel()
	w := newCaseload(t)
	absent := vars{"field": "ABSENT_DAYS", "direction": "DESC"}
	for name, one := range map[string]struct {
		subject   string
		filter    vars
		order     vars
		forbidden bool
		students  []string // nil: not looked at
	}{
		"chronic, of all":          {"ADVOCATE", vars{"chronicallyAbsent": true}, nil, true, nil},
		"not chronic, of all":      {"ADVOCATE", vars{"within": "ALL", "chronicallyAbsent": false}, nil, true, nil},
		"risk, of all":             {"ADVOCATE", vars{"riskLevels": []string{"AT_RISK"}}, nil, true, nil},
		"by days absent, of all":   {"ADVOCATE", nil, absent, true, nil},
		"chronic, of own schools":  {"ADVOCATE", vars{"within": "MY_SCHOOLS", "chronicallyAbsent": true}, nil, true, nil},
		"chronic, of the caseload": {"ADVOCATE", vars{"within": "MY_CASELOAD", "chronicallyAbsent": true}, absent, false, nil},
		"risk, of the caseload":    {"ADVOCATE", vars{"within": "MY_CASELOAD", "riskLevels": []string{"AT_RISK"}}, absent, false, nil},
		"the caseload":             {"ADVOCATE", vars{"within": "MY_CASELOAD"}, absent, false, caseload},
		"own schools":              {"ADVOCATE", vars{"within": "MY_SCHOOLS"}, nil, false, highSchool},
		"an advocate's sections":   {"ADVOCATE", vars{"within": "MY_SECTIONS"}, nil, false, []string{}},
		"a teacher's sections":     {"TEACHER", vars{"within": "MY_SECTIONS"}, absent, false, []string{"A-01", "A-02", "M-01"}},
		"a teacher's all":          {"TEACHER", nil, absent, false, []string{"A-01", "A-02", "M-01"}},
		"a teacher's caseload":     {"TEACHER", vars{"within": "MY_CASELOAD"}, nil, false, []string{}},
		"a teacher, chronic":       {"TEACHER", vars{"within": "MY_SECTIONS", "chronicallyAbsent": true}, nil, false, nil},
		"a teacher, risk":          {"TEACHER", vars{"within": "MY_SECTIONS", "riskLevels": []string{"AT_RISK"}}, nil, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := w.as(t, one.subject).ask(mixedList, vars{"filter": one.filter, "orderBy": one.order})
			if one.forbidden {
				got.refused("FORBIDDEN")
				return
			}
			found := []string{}
			for _, edge := range got.fine().list("district.students.edges") {
				found = append(found, text(edge, "node.localId"))
			}
			slices.Sort(found)
			if diff := cmp.Diff(one.students, found); one.students != nil && diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestChronicWithinTheCaseload holds the filter to the figures that the same reader
// sees row by row.
func TestChronicWithinTheCaseload(t *testing.T) {
	t.Parallel()
	w := newCaseload(t)
	const document = `query($filter: StudentFilter) { district { students(first: 100, filter: $filter) { nodes { localId attendance { chronicallyAbsent } } } } }`
	want := map[bool][]string{}
	for _, node := range w.as(t, "ADVOCATE").ask(document, vars{"filter": vars{"within": "MY_CASELOAD"}}).fine().list("district.students.nodes") {
		if chronic, measured := dig(node, "attendance.chronicallyAbsent").(bool); measured {
			want[chronic] = append(want[chronic], text(node, "localId"))
		}
	}
	for chronic, students := range want {
		got := w.as(t, "ADVOCATE").ask(document, vars{"filter": vars{"within": "MY_CASELOAD", "chronicallyAbsent": chronic}}).fine()
		var found []string
		for _, node := range got.list("district.students.nodes") {
			found = append(found, text(node, "localId"))
		}
		if diff := cmp.Diff(students, found); diff != "" {
			t.Errorf("chronically absent is %v:\n%s", chronic, diff)
		}
	}
}
