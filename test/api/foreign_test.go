package api_test

import (
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// collectIDs is every kind of id that the API gives out, by its prefix.
const collectIDs = `query($student: ID!) {
	viewer { id region { id } }
	district { id schools { nodes { id } } importRuns(first: 1) { nodes { id } } }
	node(id: $student) { ... on Student {
		id enrollments { id } contacts { id person { id } } risk { flags { id } } contactLogs { nodes { id } }
	} }
}`

// idsOf gives one id of each kind that the district has.
func (w *world) idsOf(t *testing.T, in *district, coordinator string) map[string]string {
	t.Helper()
	c := w.as(t, coordinator)
	got := c.ask(collectIDs, vars{"student": c.studentID("A-01")}).fine()
	ids := map[string]string{}
	for _, path := range []string{
		"viewer.id", "viewer.region.id", "district.id", "district.schools.nodes.0.id", "district.importRuns.nodes.0.id", "node.id",
		"node.enrollments.0.id", "node.contacts.0.id", "node.contacts.0.person.id", "node.risk.flags.0.id", "node.contactLogs.nodes.0.id",
	} {
		id := text(got.Data, path)
		prefix, _, found := strings.Cut(id, "_")
		if !found {
			t.Fatalf("%s has no id at %s: %s", in.Code, path, got.body)
		}
		ids[prefix] = id
	}
	return ids
}

// likeIt gives an id of the same kind that names nothing.
func likeIt(id string) string {
	prefix, _, _ := strings.Cut(id, "_")
	random := uuid.Must(uuid.NewV7())
	return prefix + "_" + hex.EncodeToString(random[:])
}

// trace is everything that an answer lets its reader tell apart: what came, and
// what was done for it. The ids that were asked for are masked.
type trace struct {
	Status     int
	Body       string
	Statements []string
}

func traceOf(a *answer, masked ...string) trace {
	body := string(a.body)
	for _, one := range masked {
		body = strings.ReplaceAll(body, one, "THE ID")
	}
	return trace{a.status, body, a.statements}
}

// idQuestions is every place of the API that takes an id, with a document that
// asks with it.
func idQuestions(document string) map[string]func(c *client, id string) *answer {
	named := func(operation string, variables func(id string) vars) func(*client, string) *answer {
		return func(c *client, id string) *answer { return c.askNamed(document, operation, variables(id)) }
	}
	asked := func(text string) func(*client, string) *answer {
		return func(c *client, id string) *answer { return c.ask(text, vars{"id": id, "ids": []string{id}}) }
	}
	inSchool := func(id string) vars { return vars{"filter": vars{"schoolIds": []string{id}}} }
	return map[string]func(*client, string) *answer{
		"StudentPage":            named("StudentPage", func(id string) vars { return vars{"id": id} }),
		"StudentList, schoolIds": named("StudentList", inSchool),
		"node": asked(`query($id: ID!) { node(id: $id) { __typename id ... on School { name studentCount attendanceSummary { absentDays } }
			... on District { name riskSummary { atRisk } students { totalCount } importRuns { totalCount } } } }`),
		"nodes": asked(`query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Student { characteristics { kind } contactLogs { totalCount }
			notes { totalCount } access { dataClasses { because } } viewers { totalCount } } } }`),
		"schoolIds, counts": asked(`query($ids: [ID!]!) { district { students(first: 0, filter: {schoolIds: $ids}) { totalCount } } }`),
		"schoolIds, absent": asked(`query($ids: [ID!]!) { district { students(
			filter: {schoolIds: $ids, chronicallyAbsent: true}, orderBy: {field: ABSENT_DAYS}) { totalCount nodes { id } } } }`),
		"schoolIds, search": asked(`query($ids: [ID!]!) { district { students(filter: {schoolIds: $ids, search: "a"}) { pageInfo { hasNextPage endCursor } nodes { id } } } }`),
	}
}

// TestForeignIsAsIfItNeverWas asks with ids of another district, and with ids that
// name nothing: nothing tells the two apart.
func TestForeignIsAsIfItNeverWas(t *testing.T) {
	t.Parallel()
	w := shared(t)
	foreign := w.idsOf(t, w.birch, "birch coordinator")
	subjects := []string{"DISTRICT_COORDINATOR", "DATA_STEWARD", "SCHOOL_LEADER", mixedSubject, "no role"}
	subjects = slices.AppendSeq(subjects, maps.Values(kindSubjects))
	for _, subject := range subjects {
		for name, ask := range idQuestions(contract(t)) {
			t.Run(subject+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := w.as(t, subject)
				for kind, id := range foreign {
					nothing := likeIt(id)
					got, want := traceOf(ask(c, id), id), traceOf(ask(c, nothing), nothing)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s: an id of another district is told from one that never was (-never was +foreign):\n%s", kind, diff)
					}
				}
			})
		}
	}
}

// TestOutOfReachIsAsIfItNeverWas is the same of a student of the own district whom
// the reader does not reach: of another school, gone since yesterday, not yet there.
func TestOutOfReachIsAsIfItNeverWas(t *testing.T) {
	t.Parallel()
	w := shared(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	for _, subject := range []string{"SCHOOL_LEADER", "REGISTRAR", "role ended yesterday"} {
		c := w.as(t, subject)
		for _, localID := range []string{"M-01", "M-03", "A-07", "A-10", "Z-01"} {
			id := coordinator.studentID(localID)
			nothing := likeIt(id)
			for name, ask := range idQuestions(contract(t)) {
				got, want := traceOf(ask(c, id), id), traceOf(ask(c, nothing), nothing)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s, %s, %s (-never was +out of reach):\n%s", subject, localID, name, diff)
				}
			}
		}
	}
}

// TestIDsOfTheOwnDistrictStillWork keeps the tests above honest: the same
// questions with an id within reach are answered.
func TestIDsOfTheOwnDistrictStillWork(t *testing.T) {
	t.Parallel()
	w := shared(t)
	own := w.idsOf(t, w.alder, "DISTRICT_COORDINATOR")
	questions := idQuestions(contract(t))
	c := w.as(t, "DISTRICT_COORDINATOR")
	for _, kind := range []string{"stu", "sch", "dst"} {
		if got := questions["node"](c, own[kind]).fine(); got.at("node.id") != own[kind] {
			t.Errorf("%s: %s", kind, got.body)
		}
		if got := questions["nodes"](c, own[kind]).fine(); got.at("nodes.0.id") != own[kind] {
			t.Errorf("%s: %s", kind, got.body)
		}
	}
	if got := questions["schoolIds, counts"](c, c.schoolID(alderHigh)).fine(); got.at("district.students.totalCount") != float64(len(highSchool)) {
		t.Errorf("%s", got.body)
	}
}

// TestSearchFindsNothingElsewhere holds that names and ids of another district, or
// of students out of reach, are found by nobody.
func TestSearchFindsNothingElsewhere(t *testing.T) {
	t.Parallel()
	w := shared(t)
	const document = `query($search: String!) { district { students(filter: {search: $search}) { totalCount pageInfo { hasNextPage startCursor } nodes { id } } } }`
	for subject, words := range map[string][]string{
		"DISTRICT_COORDINATOR": {"Birchfield", "Pip", "B-02"},
		"SCHOOL_LEADER":        {"Birchfield", "Hayes", "M-01", "Carr", "A-07", "Frost", "Nowhere"},
	} {
		c := w.as(t, subject)
		want := traceOf(c.ask(document, vars{"search": "nobodyatall"}).fine())
		for _, word := range words {
			if diff := cmp.Diff(want, traceOf(c.ask(document, vars{"search": word}).fine())); diff != "" {
				t.Errorf("%s finds %s:\n%s", subject, word, diff)
			}
		}
	}
}

// TestSameLocalIDsInTwoDistricts holds that what two districts both call A-01 stays
// two students.
func TestSameLocalIDsInTwoDistricts(t *testing.T) {
	t.Parallel()
	w := shared(t)
	const document = `query($id: ID!) { node(id: $id) { ... on Student { displayName } } }`
	names := map[string]string{}
	for _, subject := range []string{"DISTRICT_COORDINATOR", "birch coordinator"} {
		c := w.as(t, subject)
		names[subject] = text(c.ask(document, vars{"id": c.studentID("A-01")}).fine().Data, "node.displayName")
	}
	want := map[string]string{"DISTRICT_COORDINATOR": "Addie Abbott", "birch coordinator": "Pip Birchfield"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

// TestIDsThatAreNone holds that what is no id at all is the client's mistake.
func TestIDsThatAreNone(t *testing.T) {
	t.Parallel()
	w := shared(t)
	c := w.as(t, "DISTRICT_COORDINATOR")
	for _, id := range []string{"", "stu", "stu_", "stu_12", "stu_zz", "' OR 1=1 --", "stu_" + strings.Repeat("0", 31), "stu_" + strings.Repeat("0", 33), "\u0000"} {
		for name, ask := range idQuestions(contract(t)) {
			got := ask(c, id)
			if got.code() != "BAD_USER_INPUT" {
				t.Errorf("%s with %q: %s", name, id, got.body)
			}
		}
	}
	for name, id := range map[string]string{"a kind that there is not": "zzz_" + strings.Repeat("0", 32), "the nil id": "stu_" + strings.Repeat("0", 32)} {
		if got := c.ask(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": id}).fine(); got.at("node") != nil {
			t.Errorf("%s: %s", name, got.body)
		}
	}
}
