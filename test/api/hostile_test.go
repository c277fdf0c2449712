package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// TestHostileArguments sends values that are of their type and still mean harm, or
// nothing: none of them may break anything.
func TestHostileArguments(t *testing.T) {
	t.Parallel()
	w := shared(t)
	c := w.as(t, "DISTRICT_COORDINATOR")
	student := c.studentID("A-01")
	const (
		search = `query($search: String!) { district { students(filter: {search: $search}) { totalCount } } }`
		year   = `query($id: ID!, $year: Int!) { node(id: $id) { ... on Student { attendance(schoolYear: $year) { absentDays } risk(schoolYear: $year) { level } } }
			district { riskSummary(schoolYear: $year) { atRisk } schools { nodes { studentCount(schoolYear: $year) attendanceSummary(schoolYear: $year) { absentDays } } } } }`
		schools = `query($ids: [ID!]!) { district { students(filter: {schoolIds: $ids}) { totalCount } } }`
	)
	many := make([]string, 20_000)
	for i := range many {
		many[i] = likeIt("sch_")
	}
	for name, one := range map[string]struct {
		document  string
		variables vars
		codes     []string // empty: no error
	}{
		"a search for a zero byte":         {search, vars{"search": "a\u0000b"}, []string{"", "BAD_USER_INPUT"}},
		"a search for nothing":             {search, vars{"search": "   "}, []string{""}},
		"a search of quotes":               {search, vars{"search": `'; DROP TABLE student; --`}, []string{""}},
		"a search of a surrogate":          {search, vars{"search": "\U0001F600"}, []string{""}},
		"a search of very many words":      {search, vars{"search": strings.Repeat("a ", 70_000)}, []string{"BAD_USER_INPUT", "LIMIT_EXCEEDED"}},
		"a search of one very long word":   {search, vars{"search": strings.Repeat("a", 500_000)}, []string{"", "BAD_USER_INPUT", "LIMIT_EXCEEDED"}},
		"a year before any":                {year, vars{"id": student, "year": -1}, []string{"", "BAD_USER_INPUT"}},
		"the year 0":                       {year, vars{"id": student, "year": 0}, []string{"", "BAD_USER_INPUT"}},
		"the last year of 32 bits":         {year, vars{"id": student, "year": 1<<31 - 1}, []string{"", "BAD_USER_INPUT"}},
		"a year of more than 32 bits":      {year, vars{"id": student, "year": 1 << 31}, []string{"BAD_USER_INPUT"}},
		"a year of more than 64 bits":      {year, vars{"id": student, "year": 1e19}, []string{"BAD_USER_INPUT"}},
		"very many schools":                {schools, vars{"ids": many}, []string{"", "LIMIT_EXCEEDED"}},
		"no school":                        {schools, vars{"ids": []string{}}, []string{""}},
		"more nodes than a page":           {`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars{"ids": many[:101]}, []string{"LIMIT_EXCEEDED"}},
		"as many nodes as a page":          {`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars{"ids": many[:100]}, []string{""}},
		"a null where there must be a row": {`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars{"ids": []any{nil}}, []string{"BAD_USER_INPUT"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := w.as(t, "DISTRICT_COORDINATOR").ask(one.document, one.variables)
			code := ""
			if len(got.Errors) > 0 {
				code, _ = got.Errors[0].Extensions["code"].(string)
			}
			for _, allowed := range one.codes {
				if code == allowed && got.status < http.StatusInternalServerError {
					return
				}
			}
			t.Errorf("code %q, not one of %q; status %d: %.400s", code, one.codes, got.status, got.body)
		})
	}
}

// TestSearchTakesWordsAsTheyStand holds that the signs that patterns are made of
// are letters to a search.
func TestSearchTakesWordsAsTheyStand(t *testing.T) {
	t.Parallel()
	w := shared(t)
	for search, want := range map[string]float64{
		"%": 1, "_": 1, "100%": 1, "a_06": 1, `\`: 0, "o'lark": 1, "O'LARK ona": 1, "ona o'lark": 1, "ada": 1, "ADDIE": 1, "ångström": 1,
		"ÅNGSTRÖM": 1, "angstrom": 1, "abbott": 2, "abbott ben": 1, "abbott joy": 0, "": 17, "brown eli": 2, "m-0": 5,
	} {
		got := w.as(t, "DISTRICT_COORDINATOR").ask(`query($search: String!) { district { students(filter: {search: $search}) { totalCount } } }`, vars{"search": search}).fine()
		if got.at("district.students.totalCount") != want {
			t.Errorf("%q finds %v, not %v", search, got.at("district.students.totalCount"), want)
		}
	}
}

// TestAliasesAskOnceEach holds that a field asked for twice, under two names and
// with two selections, answers both.
func TestAliasesAskOnceEach(t *testing.T) {
	t.Parallel()
	w := shared(t)
	c := w.as(t, "DISTRICT_COORDINATOR")
	id := c.studentID("A-01")
	for name, one := range map[string]struct{ document, first, second string }{
		"nodes of a list": {
			`{ district { students(filter: {search: "A-01"}) { a: nodes { id } b: nodes { localId displayName } } } }`,
			"district.students.a.0.id", "district.students.b.0.displayName",
		},
		"edges of a list": {
			`{ district { students(filter: {search: "A-01"}) { a: edges { cursor } b: edges { node { birthDate } } } } }`,
			"district.students.a.0.cursor", "district.students.b.0.node.birthDate",
		},
		"node of an edge": {
			`{ district { students(filter: {search: "A-01"}) { edges { a: node { id } b: node { birthDate } } } } }`,
			"district.students.edges.0.a.id", "district.students.edges.0.b.birthDate",
		},
		"figures of a school": {
			`{ district { schools(last: 2) { a: nodes { id } b: nodes { studentCount } } } }`,
			"district.schools.a.0.id", "district.schools.b.0.studentCount",
		},
		"contacts, then a count": {
			`query($id: ID!) { node(id: $id) { ... on Student { a: contactLogs { nodes { id } } b: contactLogs { totalCount nodes { id } } } } }`,
			"node.a.nodes.0.id", "node.b.nodes.0.id",
		},
		"a person twice": {
			`query($id: ID!) { a: node(id: $id) { id } b: node(id: $id) { ... on Student { displayName } } }`,
			"a.id", "b.displayName",
		},
		"by fragments": {
			`query($id: ID!) { node(id: $id) { ...One ...Two } }
				fragment One on Node { id } fragment Two on Student { contacts { id } contacts { relation } }`,
			"node.contacts.0.id", "node.contacts.0.relation",
		},
		"a risk twice": {
			`query($id: ID!) { node(id: $id) { ... on Student { a: risk { level } b: risk { flags { rule } } } } }`,
			"node.a.level", "node.b.flags.0.rule",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			variables := vars{}
			if strings.HasPrefix(one.document, "query(") {
				variables["id"] = id
			}
			got := w.as(t, "DISTRICT_COORDINATOR").ask(one.document, variables).fine()
			if got.at(one.first) == nil || got.at(one.second) == nil {
				t.Errorf("%s or %s is null, and nothing says why: %s", one.first, one.second, got.body)
			}
		})
	}
	got := c.ask(`query($id: ID!) { node(id: $id) { ... on Student {
		a: contactLogs(first: 1) { nodes { id } } b: contactLogs(first: 1) { totalCount } } } }`, vars{"id": id}).fine()
	if got.at("node.b.totalCount") != 7.0 {
		t.Errorf("7 contacts are counted as %v", got.at("node.b.totalCount"))
	}
}

// TestYearsAreNotMixedUp holds that figures of a year that there is not are null,
// also beside those of the current year.
func TestYearsAreNotMixedUp(t *testing.T) {
	t.Parallel()
	w := shared(t)
	c := w.as(t, "DISTRICT_COORDINATOR")
	for _, year := range []int{0, 1, 2022, 2024} {
		got := c.ask(`query($id: ID!, $year: Int!) { node(id: $id) { ... on Student { now: attendance { absentDays } then: attendance(schoolYear: $year) { absentDays }
			riskNow: risk { level } riskThen: risk(schoolYear: $year) { level } } } }`, vars{"id": c.studentID("A-01"), "year": year}).fine()
		if got.at("node.now") == nil || got.at("node.then") != nil || got.at("node.riskNow") == nil || got.at("node.riskThen") != nil {
			t.Errorf("%d: %s", year, got.body)
		}
	}
}

// TestNodesKeepTheirOrder holds that nodes answers each id at its place.
func TestNodesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	w := shared(t)
	c := w.as(t, "DISTRICT_COORDINATOR")
	student, school := c.studentID("A-01"), c.schoolID(alderHigh)
	never := "stu_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	got := c.ask(`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars{"ids": []string{school, never, student, school}}).fine()
	for i, want := range []any{school, nil, student, school} {
		if dig(got.list("nodes")[i], "id") != want {
			t.Errorf("place %d: %s", i, got.body)
		}
	}
}
