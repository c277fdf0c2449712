package api_test

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/persona"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/server"
)

// The codes of the region and the agency of those who are on no district's staff.
const (
	regionCode = "R-13"
	agencyCode = "A-1"
)

// principalCases are the cases of those who are on no district's staff, as
// test/permissions/principals.yaml holds them.
type principalCases struct {
	Viewers  map[string][]string          `yaml:"viewers"`
	Nothing  []string                     `yaml:"nothing"`
	Services map[string]*serviceCase      `yaml:"services"`
	Changes  map[string]map[string]string `yaml:"changes"`
	Operator struct {
		Operations []string `yaml:"operations"`
		Forbidden  []string `yaml:"forbidden"`
	} `yaml:"operator"`
}

// serviceCase is what a machine client sees by the classes that its row names.
type serviceCase struct {
	Read     []string `yaml:"read"`
	Write    []string `yaml:"write"`
	Students outcomes `yaml:"students"`
}

func readPrincipals(t *testing.T) *principalCases {
	t.Helper()
	read := &principalCases{}
	decodeCases(t, "principals.yaml", read)
	return read
}

// kindSubjects are who asks as each kind.
var kindSubjects = map[string]string{
	"REGIONAL": "regional:" + regionCode, "PARTNER": "partner:" + agencyCode, "SERVICE": "a roster sync", "OPERATOR": "operator",
}

// subjectOfAny gives who asks as a kind or a role.
func subjectOfAny(kindOrRole string) string {
	if subject, beside := kindSubjects[kindOrRole]; beside {
		return subject
	}
	return subjectOf(kindOrRole)
}

// addBeside makes a region with an analyst, which alder belongs to, an agency with a
// person, and a machine client of alder.
func (w *world) addBeside(t testing.TB) {
	t.Helper()
	for _, statement := range []string{
		`INSERT INTO region (id, local_id, name) VALUES (gen_random_uuid(), '` + regionCode + `', 'Region Thirteen')`,
		`INSERT INTO agency (id, local_id, name) VALUES (gen_random_uuid(), '` + agencyCode + `', 'Harbor House')`,
	} {
		if _, err := w.owner.Pool().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	w.write(t, w.alder, `UPDATE district SET region_id = (SELECT r.id FROM region r WHERE r.local_id = $2) WHERE id = $1`, regionCode)
	for kind, code := range map[string]string{"regional": regionCode, "partner": agencyCode} {
		who, err := persona.Find(kind)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // making it again makes nobody else
			if _, err := who.EnsureBeside(t.Context(), w.owner, code); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.addService(t, kindSubjects["SERVICE"], []string{"DIRECTORY"}, []string{"ATTENDANCE"})
}

// addService makes a machine client of alder with an identity.
func (w *world) addService(t testing.TB, subject string, reads, writes []string) {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	w.write(t, w.alder, `INSERT INTO service_client (district_id, id, local_id, display_name, read_classes, write_classes) VALUES ($1, $2, $3, $3, $4, $5)`,
		id, subject, append(pq.StringArray{}, reads...), append(pq.StringArray{}, writes...))
	w.write(t, w.alder, `INSERT INTO identity (issuer, subject, kind, district_id, person_id) VALUES ($2, $3, 'SERVICE', $1, $4)`,
		identity.DevIssuerName, subject, id)
}

const viewerDocument = `{ viewer { id displayName kind district { id name } region { id name } agency { id name } roles { role } } }`

// TestViewerIsWhoTheyAre for each kind: by one statement, and no more than that.
func TestViewerIsWhoTheyAre(t *testing.T) {
	t.Parallel()
	w, read := shared(t), readPrincipals(t)
	alder := text(w.as(t, "DISTRICT_COORDINATOR").ask(viewerDocument, nil).fine().Data, "viewer.district.name")
	names := map[string]string{"region": "Region Thirteen", "agency": "Harbor House", "district": alder}
	prefixes := map[string]string{"REGIONAL": "ana_", "PARTNER": "ags_", "SERVICE": "svc_", "OPERATOR": "opr_"}
	for kind, subject := range kindSubjects {
		got := w.as(t, subject).ask(viewerDocument, nil).fine()
		if text(got.Data, "viewer.kind") != kind || text(got.Data, "viewer.displayName") == "" || !strings.HasPrefix(text(got.Data, "viewer.id"), prefixes[kind]) ||
			len(got.list("viewer.roles")) > 0 || len(got.statements) != 1 {
			t.Errorf("%s: %s", kind, got.body)
		}
		want, listed := read.Viewers[kind]
		if !listed {
			t.Errorf("%s has no case", kind)
		}
		for institution, name := range names {
			if found := text(got.Data, "viewer."+institution+".name"); (found == name) != slices.Contains(want, institution) || (found != "" && found != name) {
				t.Errorf("%s: the %s is %q: %s", kind, institution, found, got.body)
			}
		}
	}
}

// TestSomeSeeNothing runs every protected field of every place, and the contract, as
// those who see nothing.
func TestSomeSeeNothing(t *testing.T) {
	t.Parallel()
	w, read, fields, schema := shared(t), readPrincipals(t), readCases(t), loadSchema(t)
	subjects := w.places(t)
	for _, kind := range read.Nothing {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := w.as(t, kindSubjects[kind])
			r := &permissionRun{t: t, cases: fields, schema: schema, client: c}
			for at, one := range subjects {
				r.student(at, one.student, outcomes{Absent: true})
				r.school(at, one.school, outcomes{Absent: true})
				ids := vars{"ids": []string{one.student, one.school, relay.NewID(relay.District, w.alder.ID).String()}}
				got := c.ask(`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, ids).fine()
				if cmp.Diff(got.list("nodes"), []any{nil, nil, nil}) != "" || len(got.statements) != 1 {
					t.Errorf("%s: %s\n%s", at, got.body, got.statements)
				}
			}
			r.district(outcomes{Absent: true})
			r.listed(0)
		})
	}
}

// TestServicesSeeWhatWasNamed runs every case of a machine client.
func TestServicesSeeWhatWasNamed(t *testing.T) {
	t.Parallel()
	read, fields, schema, w := readPrincipals(t), readCases(t), loadSchema(t), newWorld(t, false)
	subjects := w.places(t)
	for name, one := range read.Services {
		w.addService(t, name, one.Read, one.Write)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if one.Students.Absent == (len(one.Students.all()) > 0) ||
				(!one.Students.Absent && !slices.Equal(one.Students.all(), fields.classesOf("Student", "ContactLog"))) {
				t.Errorf("the case is of %v", one.Students.all())
			}
			r := &permissionRun{t: t, cases: fields, schema: schema, client: w.as(t, name)}
			r.student("own district", subjects["own school"].student, one.Students)
			r.student("own district", subjects["other school"].student, one.Students)
			r.student("other district", subjects["other district"].student, outcomes{Absent: true})
			if listed := 17; !one.Students.Absent {
				r.listed(listed)
			}
			got := w.as(t, name).ask(`{ district { importRuns(first: 1) { nodes { id } } } }`, nil).fine()
			if got.at("district.importRuns") != nil {
				t.Errorf("a machine client holds no role: %s", got.body)
			}
		})
	}
}

// TestOthersChangeNothing of the work with students.
func TestOthersChangeNothing(t *testing.T) {
	t.Parallel()
	w, read := shared(t), readPrincipals(t)
	student, advocate := w.places(t)["own school"].student, w.staffNode(t, "ADVOCATE")
	before := w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND principal_kind <> 'STAFF'`)
	for operation, kinds := range read.Changes {
		for _, kind := range slices.Sorted(maps.Keys(kindSubjects)) {
			one := changeDocuments[operation]
			c := w.as(t, kindSubjects[kind])
			got := c.ask(one.document, vars{"input": one.input(student, advocate)})
			if kinds[kind] == "" || got.code() != kinds[kind] {
				t.Errorf("%s of %s: %q expected: %s", operation, kind, kinds[kind], got.body)
			}
			nobody := c.ask(one.document, vars{"input": one.input(relay.NewID(relay.Student, uuid.New()).String(), advocate)})
			if kind != "SERVICE" && string(nobody.body) != string(got.body) {
				t.Errorf("%s of %s tells a student from nobody: %s %s", operation, kind, got.body, nobody.body)
			}
		}
	}
	if after := w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND principal_kind <> 'STAFF'`); after != before {
		t.Errorf("%d lines in the audit log", after-before)
	}
}

// TestWithdrawnPrincipalsAreNobody from the next request on.
func TestWithdrawnPrincipalsAreNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	root, err := postgres.Open(t.Context(), w.database.SuperuserURL(), postgres.Options{MaxConnections: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	for table, kind := range map[string]string{"regional_analyst": "REGIONAL", "agency_staff": "PARTNER", "service_client": "SERVICE"} {
		c := w.as(t, kindSubjects[kind])
		c.ask(viewerDocument, nil).fine()
		if _, err := root.Pool().ExecContext(t.Context(), `UPDATE `+table+` SET withdrawn_at = now()`); err != nil {
			t.Fatal(err)
		}
		c.ask(viewerDocument, nil).refused("UNAUTHENTICATED")
	}
}

// TestNobodyIsServedByAnothersLogin: a server that was not given the login of partners
// and regional offices refuses them, by a reason that tells what to do, and serves
// the others.
func TestNobodyIsServedByAnothersLogin(t *testing.T) {
	t.Parallel()
	w := shared(t)
	cursors, err := relay.NewSealer([]byte("a secret of the tests"))
	if err != nil {
		t.Fatal(err)
	}
	verifier := w.newIssuers(t, identity.Config{Development: w.issuer})
	url := listen(t, server.NewHandler(server.Config{DB: w.application, Verifier: verifier, Cursors: cursors, Now: clock, Log: slog.New(slog.DiscardHandler)}))
	for kind, subject := range kindSubjects {
		for range 2 { // also once they are known
			got := w.at(t, url, subject).ask(viewerDocument, nil)
			if kind == "SERVICE" || kind == "OPERATOR" {
				got.fine()
				continue
			}
			got.refused("FORBIDDEN")
			if got.status != http.StatusForbidden || got.Data != nil {
				t.Errorf("%s: status %d: %s", kind, got.status, got.body)
			}
		}
	}
}

// TestPrincipalCasesCoverTheOperations: an operation of operator.graphql without a
// case fails, and so does a role or kind that no list names.
func TestPrincipalCasesCoverTheOperations(t *testing.T) {
	t.Parallel()
	read, schema := readPrincipals(t), loadSchema(t)
	var operations []string
	for _, source := range schemaSources(t) {
		if source.Name != "operator.graphql" {
			continue
		}
		for _, field := range extensionOf(t, source, "Mutation") {
			operations = append(operations, field.Name)
		}
	}
	slices.Sort(operations)
	if diff := cmp.Diff(operations, slices.Sorted(slices.Values(read.Operator.Operations))); diff != "" {
		t.Errorf("the operator's operations differ (-schema +cases):\n%s", diff)
	}
	everybody := []string{"REGIONAL", "PARTNER", "SERVICE"}
	for _, value := range schema.Types["Role"].EnumValues {
		everybody = append(everybody, value.Name)
	}
	slices.Sort(everybody)
	if diff := cmp.Diff(everybody, slices.Sorted(slices.Values(read.Operator.Forbidden))); diff != "" {
		t.Errorf("who is refused differs (-schema +cases):\n%s", diff)
	}
}

// extensionOf gives the fields by which a source extends a type.
func extensionOf(t *testing.T, source *ast.Source, name string) ast.FieldList {
	t.Helper()
	parsed, err := gqlparser.LoadSchema(&ast.Source{Name: source.Name, Input: strings.Replace(source.Input, "extend type "+name, "type "+name, 1) + `
		type Query { a: Int } interface Actor { displayName: String! kind: PrincipalKind! } enum PrincipalKind { A } enum DataClass { A } scalar Date
		type UserError { a: Int } type RegionName { a: Int } type AgencyName { a: Int } type DistrictName { a: Int }
		directive @open(because: String!) on FIELD_DEFINITION | OBJECT
		directive @bounded(max: Int!) on FIELD_DEFINITION`})
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Types[name].Fields
}
