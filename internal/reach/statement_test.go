package reach_test

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// unwalledDistricts is a database with a district, and one whose rows have the very
// ids of the first's, under a login that row-level security does not bind: the
// reach builder stands alone. It counts the statements that reach the database.
type unwalledDistricts struct {
	*postgres.DB

	owner   *postgres.DB
	a, twin fixture.IDs
	sent    int
}

func newUnwalledDistricts(t *testing.T) *unwalledDistricts {
	t.Helper()
	database := pgtest.New(t)
	d := &unwalledDistricts{owner: database.Open(t, postgres.OwnerLogin, postgres.Options{})}
	d.a = fixture.District(t, d.owner, "A")
	d.twin = fixture.Twin(t, d.owner, d.a, "B")
	db, err := postgres.Open(t.Context(), database.SuperuserURL(), postgres.Options{Observe: func(context.Context, string) { d.sent++ }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	d.DB = db
	return d
}

// reader is a member of A's staff who holds the roles, those by school in A's first.
func (d *unwalledDistricts) reader(roles ...access.Role) access.Reader {
	principal := access.Principal{
		Kind: access.Staff, PersonID: access.ID(d.a.Staff), DistrictID: access.ID(d.a.District), Engagement: access.Employee,
	}
	for _, role := range roles {
		principal.Roles = append(principal.Roles, access.RoleAssignment{Role: role, SchoolID: access.ID(d.a.School), StartsOn: fixture.Today})
	}
	return access.NewReader(principal, fixture.Today)
}

// districtsOf runs the statement and gives its one column, of districts.
func (d *unwalledDistricts) districtsOf(t *testing.T, statement *reach.Statement) ([]uuid.UUID, error) {
	t.Helper()
	var found []uuid.UUID
	err := d.Read(t.Context(), func(tx *postgres.Tx) error {
		return statement.Run(t.Context(), tx, func(rows *sql.Rows) error {
			var district uuid.UUID
			err := rows.Scan(&district)
			found = append(found, district)
			return err
		})
	})
	return found, err
}

// selectRows reads the districts of the table's rows within reach.
func selectRows(reader access.Reader, table string) *reach.Statement {
	key := "district_id"
	if table == "district" {
		key = "id"
	}
	return reach.NewStatement(reader).Text("SELECT t."+key+" FROM "+table+" t WHERE ").Rows(table, "t")
}

func districtTables() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(postgres.TableScopes())), func(table string) bool {
		return postgres.TableScopes()[table] != postgres.OfDistrict
	})
}

func TestAStatementWithoutItsRowsIsNotRun(t *testing.T) {
	t.Parallel()
	d := newUnwalledDistricts(t)
	statements := map[string]*reach.Statement{
		"nothing":           reach.NewStatement(d.reader(access.DistrictCoordinator)),
		"text alone":        reach.NewStatement(d.reader(access.DistrictCoordinator)).Text("SELECT s.district_id FROM student s"),
		"its district":      reach.NewStatement(d.reader(access.DistrictCoordinator)).Text("SELECT s.district_id FROM student s WHERE s.district_id = ").District(),
		"a mask and a text": reach.NewStatement(d.reader(access.DistrictCoordinator)).Text("SELECT s.district_id, ").Mask("s").Text(" FROM student s"),
	}
	for name, statement := range statements {
		if found, err := d.districtsOf(t, statement); err == nil || found != nil {
			t.Errorf("%s: was run and gave %v", name, found)
		}
	}
	if d.sent > 0 {
		t.Errorf("%d statements reached the database", d.sent)
	}
}

// TestATableWithoutARuleIsReachedByNobody: the table identity has rows of the
// district, and no rule.
func TestATableWithoutARuleIsReachedByNobody(t *testing.T) {
	t.Parallel()
	d := newUnwalledDistricts(t)
	fixture.InScope(t, d.owner, d.a.District, func(ctx context.Context, tx *postgres.Tx) {
		_, err := tx.SQL().ExecContext(ctx, `INSERT INTO identity (issuer, subject, kind, district_id, person_id) VALUES ('i', 's', 'STAFF', $1, $2)`,
			d.a.District, d.a.Staff)
		if err != nil {
			t.Fatal(err)
		}
	})
	for _, role := range access.Roles() {
		if found, err := d.districtsOf(t, selectRows(d.reader(role), "identity")); err != nil || found != nil {
			t.Errorf("a %s reached %v: %v", role, found, err)
		}
	}
}

func TestEveryTableOfADistrictIsReachedBySomebody(t *testing.T) {
	t.Parallel()
	d := newUnwalledDistricts(t)
	for _, table := range districtTables() {
		found, err := d.districtsOf(t, selectRows(d.reader(access.DistrictCoordinator, access.DataSteward, access.PrivacyOfficer), table))
		if err != nil || len(found) == 0 {
			t.Errorf("%s: nobody reaches its rows: has it a rule? %v", table, err)
		}
	}
}

// TestNoRoleReachesAnotherDistrict, in any table, under a login that sees them all.
func TestNoRoleReachesAnotherDistrict(t *testing.T) {
	t.Parallel()
	d := newUnwalledDistricts(t)
	for _, role := range access.Roles() {
		for _, table := range districtTables() {
			found, err := d.districtsOf(t, selectRows(d.reader(role), table))
			foreign := slices.ContainsFunc(found, func(id uuid.UUID) bool { return id != d.a.District })
			if err != nil || foreign {
				t.Errorf("a %s reached in %s the districts %v: %v", role, table, found, err)
			}
		}
	}
}

func TestNobodyReachesNothing(t *testing.T) {
	t.Parallel()
	d := newUnwalledDistricts(t)
	nobody := map[string]access.Reader{
		"the zero reader":           {},
		"a regional analyst":        access.NewReader(access.Principal{Kind: access.Regional}, fixture.Today),
		"a district and no kind":    {Principal: access.Principal{DistrictID: access.ID(d.a.District)}, Today: fixture.Today},
		"a partner, of no district": access.NewReader(access.Principal{Kind: access.Partner}, fixture.Today),
	}
	for who, reader := range nobody {
		for _, table := range districtTables() {
			if found, err := d.districtsOf(t, selectRows(reader, table)); err != nil || found != nil {
				t.Errorf("%s reached %v in %s: %v", who, found, table, err)
			}
		}
	}
}

// TestStudentsAreReachedThroughTheGivenSpansAlone: of the reader's spans a list may
// range over some, and then over no others.
func TestStudentsAreReachedThroughTheGivenSpansAlone(t *testing.T) {
	t.Parallel()
	d := newUnwalledDistricts(t)
	fixture.Enroll(t, d.owner, d.a, fixture.Stay{School: d.a.OtherSchool, From: -10})
	reader := d.reader(access.DistrictCoordinator, access.SchoolLeader)
	bySchool := slices.DeleteFunc(slices.Clone(reader.Spans), func(s access.Span) bool { return s.Reach != access.OwnSchools })
	cases := []struct {
		name  string
		spans []access.Span
		want  int
	}{
		{"all of them", reader.Spans, 2}, {"the school's", bySchool, 1}, {"none", nil, 0},
	}
	for _, c := range cases {
		statement := reach.NewStatement(reader).Text("SELECT s.district_id FROM student s WHERE ").Students("s", c.spans)
		if found, err := d.districtsOf(t, statement); err != nil || len(found) != c.want {
			t.Errorf("%s: reached %d students, not %d: %v", c.name, len(found), c.want, err)
		}
	}
}

func TestANameWithoutAValueIsNoStatement(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a statement was written with a name that has no value")
		}
	}()
	reach.NewStatement(access.Reader{}).Write("SELECT {unknown}", nil)
}
