package api_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mixedSubject leads the high school and is the district's privacy officer: they
// list every student, and see attendance and risk of their own school's alone.
const mixedSubject = "leader and privacy officer"

func TestMixedReaderListsAllAndSeesTheirOwn(t *testing.T) {
	t.Parallel()
	w := shared(t)
	got := w.as(t, mixedSubject).askNamed(contract(t), "StudentList", vars{"first": 100}).fine()
	if total := got.at("district.students.totalCount"); total != 17.0 {
		t.Errorf("%v are counted, not 17", total)
	}
	var hidden []int
	for i, edge := range got.list("district.students.edges") {
		own := slices.Contains(highSchool, text(edge, "node.localId"))
		if (dig(edge, "node.attendance") != nil) != own || (dig(edge, "node.risk") != nil) != own {
			t.Errorf("%v", edge)
		}
		if !own {
			hidden = append(hidden, i)
		}
	}
	want := []redaction{
		{"district.students.edges.node.attendance", "ATTENDANCE", "ROLE", len(hidden), hidden},
		{"district.students.edges.node.risk", "RISK", "ROLE", len(hidden), hidden},
	}
	if diff := cmp.Diff(want, got.redactions()); diff != "" {
		t.Error(diff)
	}
}

// TestListsAreNoOracle holds that a filter or an order by a class needs that class
// for every student that the list ranges over.
func TestListsAreNoOracle(t *testing.T) {
	t.Parallel()
	w := shared(t)
	type order = map[string]any
	absent := order{"field": "ABSENT_DAYS", "direction": "DESC"}
	for name, one := range map[string]struct {
		subject, within string
		filter          vars
		order           order
		forbidden       bool
	}{
		"chronic, of all":               {mixedSubject, "ALL", vars{"chronicallyAbsent": true}, nil, true},
		"not chronic, of all":           {mixedSubject, "ALL", vars{"chronicallyAbsent": false}, nil, true},
		"risk, of all":                  {mixedSubject, "ALL", vars{"riskLevels": []string{"AT_RISK"}}, nil, true},
		"no risk at all, of all":        {mixedSubject, "ALL", vars{"riskLevels": []string{}}, nil, true},
		"by days absent, of all":        {mixedSubject, "ALL", nil, absent, true},
		"chronic, of own schools":       {mixedSubject, "MY_SCHOOLS", vars{"chronicallyAbsent": true}, nil, false},
		"risk, of own schools":          {mixedSubject, "MY_SCHOOLS", vars{"riskLevels": []string{"AT_RISK"}}, nil, false},
		"by days absent, own schools":   {mixedSubject, "MY_SCHOOLS", nil, absent, false},
		"search, of all":                {mixedSubject, "ALL", vars{"search": "abbott"}, nil, false},
		"grade, of all":                 {mixedSubject, "ALL", vars{"gradeLevels": []string{"NINTH"}}, nil, false},
		"by name, of all":               {mixedSubject, "ALL", nil, order{"field": "LAST_NAME"}, false},
		"by grade, of all":              {mixedSubject, "ALL", nil, order{"field": "GRADE_LEVEL"}, false},
		"privacy officer, chronic":      {"PRIVACY_OFFICER", "ALL", vars{"chronicallyAbsent": true}, nil, true},
		"privacy officer, days absent":  {"PRIVACY_OFFICER", "ALL", nil, absent, true},
		"registrar, risk":               {"REGISTRAR", "ALL", vars{"riskLevels": []string{"AT_RISK"}}, nil, true},
		"registrar, chronic":            {"REGISTRAR", "ALL", vars{"chronicallyAbsent": true}, nil, false},
		"leader, everything":            {"SCHOOL_LEADER", "ALL", vars{"chronicallyAbsent": true, "riskLevels": []string{"AT_RISK"}}, absent, false},
		"steward, everything":           {"DATA_STEWARD", "ALL", vars{"chronicallyAbsent": true, "riskLevels": []string{"AT_RISK"}}, absent, false},
		"coordinator, everything":       {"DISTRICT_COORDINATOR", "ALL", vars{"chronicallyAbsent": true, "riskLevels": []string{"AT_RISK"}}, absent, false},
		"leader of both, own schools":   {"leads both schools", "MY_SCHOOLS", vars{"chronicallyAbsent": true}, absent, false},
		"chronic beside a search":       {mixedSubject, "ALL", vars{"chronicallyAbsent": true, "search": "abbott"}, nil, true},
		"chronic in the own school":     {mixedSubject, "ALL", vars{"chronicallyAbsent": true, "schoolIds": []string{}}, nil, true},
		"within sections, which no one": {mixedSubject, "MY_SECTIONS", nil, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			filter := vars{"within": one.within}
			maps.Copy(filter, one.filter)
			got := w.as(t, one.subject).askNamed(contract(t), "StudentList", vars{"filter": filter, "orderBy": one.order})
			if one.forbidden {
				got.refused("FORBIDDEN")
				if got.at("district") != nil {
					t.Errorf("refused, and yet: %s", got.body)
				}
				return
			}
			got.fine()
		})
	}
}

// TestWithinNarrows holds what each way of being within reach lists of whom.
func TestWithinNarrows(t *testing.T) {
	t.Parallel()
	w := shared(t)
	const document = `query($within: Within!) { district { students(filter: {within: $within}) { totalCount nodes { attendance { absentDays } } } } }`
	for _, one := range []struct {
		subject, within string
		want            int
	}{
		{mixedSubject, "ALL", 17},
		{mixedSubject, "MY_SCHOOLS", len(highSchool)},
		{mixedSubject, "MY_SECTIONS", 0},
		{mixedSubject, "MY_CASELOAD", 0},
		{"DISTRICT_COORDINATOR", "MY_SCHOOLS", 0},
		{"SCHOOL_LEADER", "MY_SCHOOLS", len(highSchool)},
		{"SCHOOL_LEADER", "ALL", len(highSchool)},
		{"leads both schools", "MY_SCHOOLS", len(highSchool) + 5},
	} {
		got := w.as(t, one.subject).ask(document, vars{"within": one.within}).fine()
		if len(got.list("district.students.nodes")) != one.want || got.at("district.students.totalCount") != float64(one.want) {
			t.Errorf("%s, %s: not %d: %s", one.subject, one.within, one.want, got.body)
		}
		if list := got.redactions(); one.within == "MY_SCHOOLS" && len(list) > 0 {
			t.Errorf("%s, %s: %v", one.subject, one.within, list)
		}
	}
}

// TestSchoolFiguresNeedTheirClassOverTheSchool holds the mixed reader to whole
// figures: students are counted everywhere by DIRECTORY, attendance is summed for
// the own school alone.
func TestSchoolFiguresNeedTheirClassOverTheSchool(t *testing.T) {
	t.Parallel()
	w := shared(t)
	got := w.as(t, mixedSubject).ask(`{ district { riskSummary { atRisk } schools { nodes { localId studentCount attendanceSummary { absentDays } } } } }`, nil).fine()
	for _, node := range got.list("district.schools.nodes") {
		own := text(node, "localId") == alderHigh
		if dig(node, "studentCount") == nil || (dig(node, "attendanceSummary") != nil) != own {
			t.Errorf("%v", node)
		}
	}
	if got.at("district.riskSummary") != nil {
		t.Errorf("a figure over the district from a part of it: %s", got.body)
	}
}
