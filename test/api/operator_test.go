package api_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/supportmenu"
)

// operations of the operator, each with an input that has nothing to correct.
var operatorDocuments = map[string]struct {
	document string
	input    func(w *operatorWorld) vars
}{
	"createRegion": {
		`mutation($input: CreateRegionInput!) { change: createRegion(input: $input) { made: region { id name } userErrors { code field message } } }`,
		func(*operatorWorld) vars { return vars{"localId": "R-20", "name": "Region Twenty"} },
	},
	"createDistrict": {
		`mutation($input: CreateDistrictInput!) { change: createDistrict(input: $input) { made: district { id name } userErrors { code field message } } }`,
		func(*operatorWorld) vars {
			return vars{"localId": "990001", "name": "Cedar ISD", "region": regionCode, "state": "TX", "timeZone": "America/Chicago"}
		},
	},
	"createAgency": {
		`mutation($input: CreateAgencyInput!) { change: createAgency(input: $input) { made: agency { id name } userErrors { code field message } } }`,
		func(*operatorWorld) vars { return vars{"localId": "A-20", "name": "North Shelter"} },
	},
	"createStaff": {
		`mutation($input: CreateStaffInput!) { change: createStaff(input: $input) { made: principal { id localId displayName kind } userErrors { code field message } } }`,
		func(*operatorWorld) vars {
			return vars{"district": "990001", "localId": "T-1", "firstName": "Cora", "lastName": "Cedar", "email": "cora@example.org"}
		},
	},
	"appointCoordinator": {
		`mutation($input: AppointCoordinatorInput!) { change: appointCoordinator(input: $input) {
			made: appointment { id startsOn endsOn staff { id displayName } } userErrors { code field message } } }`,
		func(w *operatorWorld) vars { return vars{"district": "990001", "staffId": w.staff} },
	},
	"createServiceClient": {
		`mutation($input: CreateServiceClientInput!) { change: createServiceClient(input: $input) {
			made: serviceClient { id localId displayName kind read write } userErrors { code field message } } }`,
		func(*operatorWorld) vars {
			return vars{"district": "990001", "localId": "sync", "name": "Sync", "read": []string{"RISK", "DIRECTORY"}, "write": []string{"ATTENDANCE"}}
		},
	},
	"createRegionalAnalyst": {
		`mutation($input: CreateRegionalAnalystInput!) { change: createRegionalAnalyst(input: $input) {
			made: principal { id localId displayName kind } userErrors { code field message } } }`,
		func(*operatorWorld) vars { return vars{"region": "R-20", "localId": "an-1", "name": "Ana Lyst"} },
	},
	"createAgencyStaff": {
		`mutation($input: CreateAgencyStaffInput!) { change: createAgencyStaff(input: $input) {
			made: principal { id localId displayName kind } userErrors { code field message } } }`,
		func(*operatorWorld) vars { return vars{"agency": "A-20", "localId": "p-1", "name": "Pat Ner"} },
	},
	"linkIdentity": {
		`mutation($input: LinkIdentityInput!) { change: linkIdentity(input: $input) { made: identity { id: principalId issuer subject } userErrors { code field message } } }`,
		func(w *operatorWorld) vars {
			return vars{"principalId": w.staff, "belongsTo": "990001", "issuer": identity.DevIssuerName, "subject": "cora"}
		},
	},
	"unlinkIdentity": {
		`mutation($input: UnlinkIdentityInput!) { change: unlinkIdentity(input: $input) { made: identity { id: principalId issuer subject } userErrors { code field message } } }`,
		func(w *operatorWorld) vars { return vars{"principalId": w.staff, "belongsTo": "990001"} },
	},
}

// operatorWorld is a world of its own, in which an operator makes things.
type operatorWorld struct {
	*world

	operator *client
	staff    string // the id of the member of staff that createStaff made; before: one that names nobody
}

func newOperatorWorld(t *testing.T) *operatorWorld {
	t.Helper()
	w := newWorld(t, false)
	return &operatorWorld{w, w.as(t, "operator"), relay.NewID(relay.Staff, uuid.New()).String()}
}

// do runs an operation with its input, changed where beside says so.
func (w *operatorWorld) do(as *client, operation string, beside vars) *answer {
	input := operatorDocuments[operation].input(w)
	maps.Copy(input, beside)
	return as.ask(operatorDocuments[operation].document, vars{"input": input})
}

// must runs an operation that has nothing to correct, by two statements: who asks,
// and the change.
func (w *operatorWorld) must(t *testing.T, operation string) *answer {
	t.Helper()
	got := w.do(w.operator, operation, nil).fine()
	if len(got.list("change.userErrors")) > 0 || text(got.Data, "change.made.id") == "" || len(got.statements) != 2 {
		t.Fatalf("%s: %d statements: %s", operation, len(got.statements), got.body)
	}
	return got
}

// operatorLines counts the lines about what operators did that is no district's.
func (w *operatorWorld) operatorLines(t *testing.T, operation string) int {
	t.Helper()
	n := 0
	err := w.owner.Pool().QueryRowContext(t.Context(), `SELECT count(*) FROM operator_log l JOIN identity i ON i.person_id = l.operator_id
		WHERE i.subject = 'operator' AND l.operation = $1 AND l.after IS NOT NULL`, operation).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAnOperatorSetsADistrictUp from nothing to a coordinator who signs in, each
// change with its line in the log where it belongs.
func TestAnOperatorSetsADistrictUp(t *testing.T) {
	t.Parallel()
	w := newOperatorWorld(t)
	w.must(t, "createRegion")
	w.must(t, "createAgency")
	w.must(t, "createRegionalAnalyst")
	w.must(t, "createAgencyStaff")
	made := w.must(t, "createDistrict")
	w.staff = text(w.must(t, "createStaff").Data, "change.made.id")
	appointed := w.must(t, "appointCoordinator")
	if text(appointed.Data, "change.made.startsOn") != today || appointed.at("change.made.endsOn") != nil {
		t.Errorf("not from today on: %s", appointed.body)
	}
	service := w.must(t, "createServiceClient")
	if read := service.list("change.made.read"); len(read) != 2 || read[0] != "DIRECTORY" || read[1] != "RISK" {
		t.Errorf("%s", service.body)
	}
	w.must(t, "linkIdentity")
	w.must(t, "linkIdentity") // again changes nothing
	cora := w.as(t, "cora").ask(`{ viewer { kind displayName roles { role } district { id name } region { name } }
		district { students { totalCount } schools { totalCount } } }`, nil).fine()
	if text(cora.Data, "viewer.roles.0.role") != "DISTRICT_COORDINATOR" || text(cora.Data, "viewer.district.id") != text(made.Data, "change.made.id") ||
		text(cora.Data, "viewer.region.name") != "Region Thirteen" || cora.at("district.students.totalCount") != float64(0) {
		t.Errorf("the coordinator is %s", cora.body)
	}
	for operation, n := range map[string]int{"createRegion": 1, "createAgency": 1, "createRegionalAnalyst": 1, "createAgencyStaff": 1, "createDistrict": 0, "linkIdentity": 0} {
		if got := w.operatorLines(t, operation); got != n {
			t.Errorf("%s: %d lines in the operators' log, not %d", operation, got, n)
		}
	}
	id, err := relay.ParseID(text(made.Data, "change.made.id"))
	if err != nil {
		t.Fatal(err)
	}
	cedar := &district{ID: id.UUID}
	for _, operation := range []string{"createDistrict", "createStaff", "appointCoordinator", "createServiceClient", "linkIdentity"} {
		if n := w.countIn(t, cedar, `SELECT count(*) FROM audit_log l JOIN identity i ON i.person_id = l.principal_id
			WHERE l.district_id = $1 AND l.operation = $2 AND l.principal_kind = 'OPERATOR' AND i.subject = 'operator' AND l.after IS NOT NULL`, operation); n != 1 {
			t.Errorf("%s: %d lines in the district's audit log, not 1", operation, n)
		}
	}
	w.wantMenu(t, cedar)
	w.must(t, "unlinkIdentity")
	w.as(t, "cora").ask(`{ viewer { id } }`, nil).refused("UNAUTHENTICATED")
}

// wantMenu wants the district to have the support menu that every one begins with, entry
// by entry and nothing else.
func (w *operatorWorld) wantMenu(t *testing.T, of *district) {
	t.Helper()
	rows, err := supportmenu.Rows()
	if err != nil {
		t.Fatal(err)
	}
	want := len(supportmenu.Entries())
	same := w.countIn(t, of, `SELECT count(*) FROM support_menu_entry m JOIN jsonb_array_elements($2::jsonb) e ON to_jsonb(m) @> (e - 'id' - 'code')
		AND m.local_id = e ->> 'code' WHERE m.district_id = $1 AND m.withdrawn_at IS NULL`, rows)
	if all := w.countIn(t, of, "SELECT count(*) FROM support_menu_entry m WHERE m.district_id = $1"); same != want || all != want {
		t.Errorf("the new district has %d entries in its menu, %d of them those of the %d that a district begins with", all, same, want)
	}
}

// TestNobodyElseOperates: whoever is no operator is refused with FORBIDDEN before
// anything is looked at, the same for what is there and what is not.
func TestNobodyElseOperates(t *testing.T) {
	t.Parallel()
	w, read := newOperatorWorld(t), readPrincipals(t)
	before := w.snapshotOf(t)
	for _, who := range read.Operator.Forbidden {
		c := w.as(t, subjectOfAny(who))
		for operation := range operatorDocuments {
			there := w.do(c, operation, nil)
			there.refused("FORBIDDEN")
			for _, beside := range []vars{
				{"district": alderCode},
				{"district": "no such code"},
				{"region": regionCode},
				{"agency": agencyCode},
				{"localId": regionCode},
				{"localId": ""},
				{"belongsTo": alderCode},
				{"staffId": w.staffNode(t, "DATA_STEWARD")},
				{"principalId": w.staffNode(t, "DATA_STEWARD")},
			} {
				other := w.do(c, operation, known(w, operation, beside))
				if string(other.body) != string(there.body) || len(other.statements) != 1 {
					t.Errorf("%s of %s: %d statements: %s, else %s", operation, who, len(other.statements), other.body, there.body)
				}
			}
		}
	}
	if after := w.snapshotOf(t); after != before {
		t.Errorf("something was changed: %s, before %s", after, before)
	}
}

// known keeps what the operation's input has.
func known(w *operatorWorld, operation string, beside vars) vars {
	input, kept := operatorDocuments[operation].input(w), vars{}
	for name, value := range beside {
		if _, has := input[name]; has {
			kept[name] = value
		}
	}
	return kept
}

// snapshotOf counts what operators make.
func (w *operatorWorld) snapshotOf(t *testing.T) string {
	t.Helper()
	var counts string
	err := w.owner.Pool().QueryRowContext(t.Context(), `SELECT concat_ws(' ', (SELECT count(*) FROM region), (SELECT count(*) FROM district),
		(SELECT count(*) FROM agency), (SELECT count(*) FROM identity), (SELECT count(*) FROM operator), (SELECT count(*) FROM operator_log))`).Scan(&counts)
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// TestOperatorsProblems holds each fault of an input to its field, and to a message
// that quotes no more than the code that was given.
func TestOperatorsProblems(t *testing.T) {
	t.Parallel()
	w := newOperatorWorld(t)
	w.must(t, "createDistrict")
	long := strings.Repeat("x", 256)
	withdrawn := w.staffNode(t, "withdrawn")
	for _, one := range []struct {
		name, operation string
		beside          vars
		code, field     string
	}{
		{"no name", "createRegion", vars{"name": "  "}, "REQUIRED", "name"},
		{"a name that is too long", "createRegion", vars{"name": long}, "INVALID", "name"},
		{"two lines", "createAgency", vars{"name": "a\nb"}, "INVALID", "name"},
		{"no code", "createAgency", vars{"localId": ""}, "REQUIRED", "localId"},
		{"a code with what no database keeps", "createAgency", vars{"localId": "a\x00"}, "INVALID", "localId"},
		{"a time zone of no place", "createDistrict", vars{"localId": "990002", "timeZone": "Mars/Olympus"}, "INVALID", "timeZone"},
		{"the server's own time zone", "createDistrict", vars{"localId": "990002", "timeZone": "Local"}, "INVALID", "timeZone"},
		{"no state", "createDistrict", vars{"localId": "990002", "state": "Texas"}, "INVALID", "state"},
		{"no such region", "createDistrict", vars{"localId": "990002", "region": "R-99"}, "INVALID", "region"},
		{"a district again", "createDistrict", nil, "CONFLICT", "localId"},
		{"no such district", "createStaff", vars{"district": "990009"}, "INVALID", "district"},
		{"no first name", "createStaff", vars{"firstName": ""}, "REQUIRED", "firstName"},
		{"nobody", "appointCoordinator", nil, "INVALID", "staffId"},
		{"another district's", "appointCoordinator", vars{"staffId": w.staffNode(t, "TEACHER")}, "INVALID", "staffId"},
		{"who left", "appointCoordinator", vars{"district": alderCode, "staffId": withdrawn}, "INVALID", "staffId"},
		{"a student", "appointCoordinator", vars{"staffId": w.as(t, "DISTRICT_COORDINATOR").studentID("A-01")}, "INVALID", "staffId"},
		{"a district that has one", "appointCoordinator", vars{"district": alderCode, "staffId": w.staffNode(t, "TEACHER")}, "CONFLICT", "district"},
		{"yesterday", "appointCoordinator", vars{"startsOn": yesterday}, "INVALID", "startsOn"},
		{"more than a steward reads", "createServiceClient", vars{"read": []string{"DIRECTORY", "CASEWORK"}}, "INVALID", "read"},
		{"more than a steward writes", "createServiceClient", vars{"write": []string{"RISK"}}, "INVALID", "write"},
		{"no such region for an analyst", "createRegionalAnalyst", nil, "INVALID", "region"},
		{"no such agency for its staff", "createAgencyStaff", nil, "INVALID", "agency"},
		{"a student is no principal", "linkIdentity", vars{"principalId": w.as(t, "DISTRICT_COORDINATOR").studentID("A-01")}, "INVALID", "principalId"},
		{"nobody to link", "linkIdentity", nil, "INVALID", "principalId"},
		{"another district's principal", "linkIdentity", vars{"principalId": w.staffNode(t, "TEACHER")}, "INVALID", "principalId"},
		{"linked by another name", "linkIdentity", vars{"principalId": w.staffNode(t, "TEACHER"), "belongsTo": alderCode}, "CONFLICT", "principalId"},
		{"the operator's own name", "linkIdentity", vars{"principalId": w.staffNode(t, "TEACHER"), "belongsTo": alderCode, "subject": "operator"}, "INVALID", "subject"},
		{"no such home", "linkIdentity", vars{"belongsTo": "990009"}, "INVALID", "belongsTo"},
		{"no name to take away", "unlinkIdentity", nil, "INVALID", "principalId"},
		{"another district's name", "unlinkIdentity", vars{"principalId": w.staffNode(t, "TEACHER")}, "INVALID", "principalId"},
	} {
		got := w.do(w.operator, one.operation, one.beside)
		code, field := got.problemOf("change")
		if code != one.code || field != one.field || len(text(got.Data, "change.userErrors.0.message")) < len("is missing: do this") {
			t.Errorf("%s: %q of %q expected: %s", one.name, one.code, one.field, got.body)
		}
		if (got.at("change.made") != nil) != (one.code == "CONFLICT") {
			t.Errorf("%s: what stands is given on a CONFLICT alone: %s", one.name, got.body)
		}
	}
	if ids := w.staffID(t, w.alder, "TEACHER"); ids == uuid.Nil {
		t.Error("a name was taken away")
	}
}

// TestOperatorsMakeOnce: of many at once one makes it, and the others are given what
// it made; and no district gets two first coordinators.
func TestOperatorsMakeOnce(t *testing.T) {
	t.Parallel()
	w := newOperatorWorld(t)
	w.must(t, "createDistrict")
	w.staff = text(w.must(t, "createStaff").Data, "change.made.id")
	second := w.at(t, w.secondServer(t), "operator")
	for _, operation := range []string{"createRegion", "createAgency", "createServiceClient", "appointCoordinator"} {
		clients := []*client{w.operator, second}
		done, ids := 0, map[string]bool{}
		for _, got := range atOnce(20, func(i int) *answer { return w.do(clients[i%2], operation, nil) }) {
			ids[text(got.Data, "change.made.id")] = true
			switch code, _ := got.problemOf("change"); code {
			case "":
				done++
			case "CONFLICT":
			default:
				t.Errorf("%s: %s", operation, got.body)
			}
		}
		if done != 1 || len(ids) != 1 || ids[""] {
			t.Errorf("%s: done %d times, of %d ids", operation, done, len(slices.Collect(maps.Keys(ids))))
		}
	}
}

// TestAnOperatorSeesNoStudent whatever they make, also while they make it: what is
// answered names nobody of a district, and no statement reads a table of one.
func TestAnOperatorSeesNoStudent(t *testing.T) {
	t.Parallel()
	w := newOperatorWorld(t)
	w.must(t, "createDistrict")
	tables := regexp.MustCompile(`(?i)\b(from|join|into|update)\s+(student|person|contact|staff|district|school)`)
	for operation := range operatorDocuments {
		for _, beside := range []vars{nil, {"district": alderCode, "belongsTo": alderCode}} {
			for _, statement := range w.do(w.operator, operation, known(w, operation, beside)).statements {
				if tables.MatchString(statement) {
					t.Errorf("%s reads a district's table: %s", operation, statement)
				}
			}
		}
	}
	answerContract(w.operator, w.studentIn(t, w.alder), contract(t))
}
