package operator

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/operation/operationtest"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

var now = time.Date(2026, time.February, 10, 15, 0, 0, 0, time.UTC)

// platform is a database with a district, and its operator.
type platform struct {
	*pgtest.Database

	application *postgres.DB
	owner       *postgres.DB
	ids         fixture.IDs
}

func newPlatform(t *testing.T) platform {
	t.Helper()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	p := platform{database, database.Open(t, postgres.ApplicationLogin, postgres.Options{}), owner, fixture.District(t, owner, "A")}
	if err := Introduce(t.Context(), p.as(t, p.owner, AtCommandLine("tester")), "tester"); err != nil {
		t.Fatal(err)
	}
	return p
}

// as gives an operation of the principal.
func (platform) as(t *testing.T, db *postgres.DB, who access.Principal) *operation.Operation {
	t.Helper()
	op := operation.New(db, access.NewReader(who, now), operation.Options{Witness: operationtest.Blind{}})
	t.Cleanup(op.End)
	return op
}

// coordinator is who may most in a district.
func (p platform) coordinator() access.Principal {
	return access.Principal{
		Kind: access.Staff, PersonID: access.ID(p.ids.Staff), DistrictID: access.ID(p.ids.District), Engagement: access.Employee,
		Roles: []access.RoleAssignment{{Role: access.DistrictCoordinator, StartsOn: fixture.Today}},
	}
}

// everything is each thing that an operator does, and what it gives of a problem.
var everything = map[string]func(ctx context.Context, op *operation.Operation) error{
	"CreateRegion": func(ctx context.Context, op *operation.Operation) error {
		_, err := CreateRegion(ctx, op, NewInstitution{})
		return err
	},
	"CreateAgency": func(ctx context.Context, op *operation.Operation) error {
		_, err := CreateAgency(ctx, op, NewInstitution{})
		return err
	},
	"CreateDistrict": func(ctx context.Context, op *operation.Operation) error {
		_, err := CreateDistrict(ctx, op, NewDistrict{}, now)
		return err
	},
	"CreateStaff": func(ctx context.Context, op *operation.Operation) error {
		_, err := CreateStaff(ctx, op, NewStaff{})
		return err
	},
	"AppointCoordinator": func(ctx context.Context, op *operation.Operation) error {
		_, err := AppointCoordinator(ctx, op, NewCoordinator{}, now)
		return err
	},
	"CreateServiceClient": func(ctx context.Context, op *operation.Operation) error {
		_, err := CreateServiceClient(ctx, op, NewServiceClient{})
		return err
	},
	"CreateRegionalAnalyst": func(ctx context.Context, op *operation.Operation) error {
		_, err := CreateRegionalAnalyst(ctx, op, NewAnalyst{})
		return err
	},
	"CreateAgencyStaff": func(ctx context.Context, op *operation.Operation) error {
		_, err := CreateAgencyStaff(ctx, op, NewAgencyStaff{})
		return err
	},
	"LinkIdentity": func(ctx context.Context, op *operation.Operation) error {
		_, err := LinkIdentity(ctx, op, NewLink{})
		return err
	},
	"UnlinkIdentity": func(ctx context.Context, op *operation.Operation) error {
		_, err := UnlinkIdentity(ctx, op, OldLink{})
		return err
	},
	"CreateOperator": func(ctx context.Context, op *operation.Operation) error {
		_, err := CreateOperator(ctx, op, NewOperator{Name: "A", Issuer: "B", Subject: "C"})
		return err
	},
	"List": func(ctx context.Context, op *operation.Operation) error {
		_, _, err := Regions.Read(ctx, op, "")
		return err
	},
}

// TestNobodyElseOperates: each is refused before its input is looked at.
func TestNobodyElseOperates(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	for name, do := range everything {
		for _, who := range []access.Principal{
			p.coordinator(), {}, {Kind: access.Partner}, {Kind: access.Regional}, {Kind: access.Service, DistrictID: access.ID(p.ids.District)},
		} {
			if err := do(t.Context(), p.as(t, p.owner, who)); !errors.Is(err, ErrForbidden) {
				t.Errorf("%s by %q: %v", name, who.Kind, err)
			}
		}
	}
}

// TestTheStatementRefusesAlone takes the first check away: a statement for somebody
// who is no operator runs no function.
func TestTheStatementRefusesAlone(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	op := p.as(t, p.owner, p.coordinator())
	err := op.Mutate(t.Context(), func(ctx context.Context) error {
		return one(ctx, op, "create_region({operator id}, {id}, {code}, {name})", reach.Values{
			"operator id": uuid.UUID(AtCommandLine("tester").PersonID), "code": "R", "name": "Region",
		}, &answer{})
	})
	if !errors.Is(err, ErrForbidden) {
		t.Errorf("it gave %v", err)
	}
	regions, _, err := Regions.Read(t.Context(), p.as(t, p.owner, AtCommandLine("tester")), "")
	if err != nil || len(regions) > 0 {
		t.Errorf("there are the regions %v: %v", regions, err)
	}
}

// TestTheDatabaseRefusesAlone takes the program's checks away: who is an operator by
// mistake is none in the database, which says so.
func TestTheDatabaseRefusesAlone(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	mistaken := access.Principal{Kind: access.Operator, PersonID: access.ID(p.ids.Staff)}
	_, err := CreateRegion(t.Context(), p.as(t, p.application, mistaken), NewInstitution{LocalID: "R", Name: "Region"})
	if refused, ok := errors.AsType[*pq.Error](err); !ok || refused.Code != "42501" {
		t.Errorf("it gave %v", err)
	}
}

// TestTheApplicationMakesNoOperatorsAndListsNobody: those take the owner's login.
func TestTheApplicationMakesNoOperatorsAndListsNobody(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	for name, do := range map[string]func(*operation.Operation) error{
		"make an operator": func(op *operation.Operation) error {
			_, err := CreateOperator(t.Context(), op, NewOperator{Name: "A", Issuer: "B", Subject: "C"})
			return err
		},
		"introduce oneself": func(op *operation.Operation) error { return Introduce(t.Context(), op, "tester") },
		"list staff": func(op *operation.Operation) error {
			_, _, err := Staff.Read(t.Context(), op, "A")
			return err
		},
		"list operators": func(op *operation.Operation) error {
			_, _, err := Operators.Read(t.Context(), op, "")
			return err
		},
	} {
		err := do(p.as(t, p.application, AtCommandLine("tester")))
		if refused, ok := errors.AsType[*pq.Error](err); !ok || refused.Code != "42501" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestListsTellOfNoStudent: every list is read, with a district's own within it
// alone, and no word of a student is in any.
func TestListsTellOfNoStudent(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	fixture.District(t, p.owner, "B")
	as := func() *operation.Operation { return p.as(t, p.owner, AtCommandLine("tester")) }
	for code, create := range map[string]func() error{
		"R": func() error { _, err := CreateRegion(t.Context(), as(), NewInstitution{"R", "Region"}); return err },
		"G": func() error { _, err := CreateAgency(t.Context(), as(), NewInstitution{"G", "Agency"}); return err },
	} {
		if err := create(); err != nil {
			t.Fatal(code, err)
		}
	}
	if _, err := CreateRegionalAnalyst(t.Context(), as(), NewAnalyst{"R", "a", "Ana"}); err != nil {
		t.Fatal(err)
	}
	if _, err := CreateAgencyStaff(t.Context(), as(), NewAgencyStaff{"G", "p", "Pat"}); err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]struct {
		list   List
		within string
		codes  []string
	}{
		"regions": {Regions, "", []string{"R"}}, "agencies": {Agencies, "", []string{"G"}}, "districts": {Districts, "", []string{"A", "B"}},
		"staff": {Staff, "A", []string{"T1", "T2"}}, "roles": {Roles, "A", []string{"T1"}}, "services": {ServiceClients, "A", []string{"sync"}},
		"analysts": {RegionalAnalysts, "R", []string{"a"}}, "agency staff": {AgencyStaff, "G", []string{"p"}}, "operators": {Operators, "", []string{""}},
	} {
		entries, problems, err := one.list.Read(t.Context(), as(), one.within)
		if err != nil || problems != nil || len(entries) != len(one.codes) {
			t.Errorf("%s: %v, %v, %v", name, entries, problems, err)
			continue
		}
		for i, entry := range entries {
			if entry.LocalID != one.codes[i] || entry.Name == "" || entry.Name == "Kim Student" || entry.ID == "" {
				t.Errorf("%s: %+v", name, entry)
			}
		}
		if one.within == "" {
			continue
		}
		if _, problems, err := one.list.Read(t.Context(), as(), "nowhere"); err != nil || len(problems) != 1 || problems[0].Field[1] != one.list.Of {
			t.Errorf("%s of nowhere: %v, %v", name, problems, err)
		}
	}
}

// TestADistrictsIssuerNamesItsOwnAlone: neither another district's staff nor an
// operator gets a name from it.
func TestADistrictsIssuerNamesItsOwnAlone(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	b := fixture.District(t, p.owner, "B")
	if _, err := p.owner.Pool().ExecContext(t.Context(), `INSERT INTO issuer (url, audience, district_id)
		VALUES ('https://id.b.example.org', 'holdfast', $1)`, b.District); err != nil {
		t.Fatal(err)
	}
	as := func() *operation.Operation { return p.as(t, p.owner, AtCommandLine("tester")) }
	link := func(staff uuid.UUID, code, subject string) IdentityChanged {
		t.Helper()
		linked, err := LinkIdentity(t.Context(), as(), NewLink{relay.NewID(relay.Staff, staff), code, "https://id.b.example.org", subject})
		if err != nil {
			t.Fatal(err)
		}
		return linked
	}
	if linked := link(p.ids.Staff, "A", "sam"); linked.Identity != nil || len(linked.Problems) != 1 || linked.Problems[0].Field[1] != "issuer" {
		t.Errorf("another district's staff got a name: %+v", linked)
	}
	made, err := CreateOperator(t.Context(), as(), NewOperator{"Olga", "https://id.b.example.org", "olga"})
	if err != nil || made.Principal != nil || len(made.Problems) != 1 || made.Problems[0].Field[1] != "issuer" {
		t.Errorf("an operator got a name: %+v, %v", made, err)
	}
	if linked := link(b.Staff, "B", "sam"); linked.Identity == nil || linked.Problems != nil {
		t.Errorf("its own staff got none: %+v", linked)
	}
}

// TestWhoOperatesIsNobodyElse: a name that is somebody's makes no operator, nor does
// an operator's name make anybody else.
func TestWhoOperatesIsNobodyElse(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	as := func() *operation.Operation { return p.as(t, p.owner, AtCommandLine("tester")) }
	staff := relay.NewID(relay.Staff, p.ids.Staff)
	link := func(subject string) (IdentityChanged, error) {
		return LinkIdentity(t.Context(), as(), NewLink{staff, "A", "https://id.example.org", subject})
	}
	makeOperator := func(subject string) (PrincipalMade, error) {
		return CreateOperator(t.Context(), as(), NewOperator{"Olga", "https://id.example.org", subject})
	}
	if made, err := makeOperator("olga"); err != nil || made.Principal == nil || made.Problems != nil {
		t.Fatalf("%+v, %v", made, err)
	}
	if linked, err := link("olga"); err != nil || linked.Identity != nil || len(linked.Problems) != 1 {
		t.Errorf("an operator's name became a member of staff's: %+v, %v", linked, err)
	}
	if linked, err := link("sam"); err != nil || linked.Identity == nil || linked.Problems != nil {
		t.Fatalf("%+v, %v", linked, err)
	}
	if made, err := makeOperator("sam"); err != nil || made.Principal != nil || len(made.Problems) != 1 {
		t.Errorf("a member of staff's name became an operator's: %+v, %v", made, err)
	}
}
