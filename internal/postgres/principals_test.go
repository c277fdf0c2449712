package postgres_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// besideDistricts are the tables of a region or an agency: how their rows are made,
// and in which scope.
var besideDistricts = map[string]struct {
	home, column string
	scope        func(uuid.UUID) tenant.Scope
}{
	"regional_analyst": {"region", "region_id", func(id uuid.UUID) tenant.Scope { return tenant.Scope{Region: id} }},
	"agency_staff":     {"agency", "agency_id", func(id uuid.UUID) tenant.Scope { return tenant.Scope{Agency: id} }},
}

// TestARegionAndAnAgencySeeTheirOwnRowsAlone: the owner, who alone may read these
// tables, is bound by the scope as well.
func TestARegionAndAnAgencySeeTheirOwnRowsAlone(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	root := superuser(t, district.Database)
	for table, of := range besideDistricts {
		a, b := uuid.New(), uuid.New()
		for code, id := range map[string]uuid.UUID{"a": a, "b": b} {
			if _, err := exec(t.Context(), root, "INSERT INTO "+of.home+" (id, local_id, name) VALUES ($1, $2, $2)", id, code); err != nil {
				t.Fatal(err)
			}
			if _, err := exec(t.Context(), root, "INSERT INTO "+table+" ("+of.column+", id, local_id, display_name) VALUES ($1, $1, 'p', 'P')", id); err != nil {
				t.Fatal(err)
			}
		}
		inOwn := tenant.With(t.Context(), of.scope(a))
		for name, test := range map[string]struct {
			ctx  context.Context //nolint:containedctx // the scope is in it
			want []string
		}{
			"the own scope":                       {inOwn, []string{a.String()}},
			"no scope":                            {t.Context(), nil},
			"a district's scope":                  {inScope(t, district.a.District), nil},
			"a district's scope with the same id": {inScope(t, a), nil},
		} {
			var seen []string
			err := district.owner.Read(test.ctx, func(tx *postgres.Tx) error {
				seen = column(test.ctx, t, tx.SQL(), "SELECT "+of.column+"::text FROM "+table)
				return nil
			})
			if err != nil || !slices.Equal(seen, test.want) {
				t.Errorf("%s: in %s the rows of %v are seen: %v", table, name, seen, err)
			}
		}
		_, err := exec(inOwn, district.owner, "INSERT INTO "+table+" ("+of.column+", id, local_id, display_name) VALUES ($1, $1, 'q', 'Q')", b)
		if sqlState(err) != refusedByPolicyOrGrant {
			t.Errorf("%s: a row of another was written: %v", table, err)
		}
		if changed, err := exec(inOwn, district.owner, "UPDATE "+table+" SET display_name = 'changed' WHERE "+of.column+" = $1", b); changed != 0 || err != nil {
			t.Errorf("%s: %d rows of another were changed: %v", table, changed, err)
		}
	}
}

// TestAScopeOfARegionOrAnAgencyEndsWithItsTransaction on the one connection.
func TestAScopeOfARegionOrAnAgencyEndsWithItsTransaction(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	owner := district.Open(t, postgres.OwnerLogin, postgres.Options{MaxConnections: 1})
	settings := func(ctx context.Context) (settings []string) {
		err := owner.Read(ctx, func(tx *postgres.Tx) error {
			settings = column(ctx, t, tx.SQL(), "SELECT concat_ws('/', current_district(), current_region(), current_agency())")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return settings
	}
	id := uuid.New()
	for range 2 {
		for _, scope := range []tenant.Scope{{Region: id}, {Agency: id}} {
			if got := settings(tenant.With(t.Context(), scope)); got[0] != id.String() {
				t.Errorf("%v is set to %v", scope, got)
			}
			if got := settings(t.Context()); got[0] != "" {
				t.Errorf("%v is left behind", got)
			}
		}
	}
}

// TestPartnersAndRegionsReadNoTableWhateverTheOtherWallsDo takes row-level security
// away from every table: their logins are refused each of them all the same, and
// whatever the scope is.
func TestPartnersAndRegionsReadNoTableWhateverTheOtherWallsDo(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	root := superuser(t, district.Database)
	for table, scope := range postgres.TableScopes() {
		if scope == postgres.OfDistrict || scope == postgres.OfRegion || scope == postgres.OfAgency {
			mustExec(t.Context(), t, root, "ALTER TABLE "+table+" NO FORCE ROW LEVEL SECURITY", "ALTER TABLE "+table+" DISABLE ROW LEVEL SECURITY")
		}
	}
	for _, login := range []string{postgres.PartnerLogin, postgres.RegionLogin} {
		pool := district.Open(t, login, postgres.Options{})
		for _, table := range slices.Sorted(maps.Keys(postgres.TableScopes())) {
			for _, statement := range []string{"SELECT 1 FROM " + table, "DELETE FROM " + table, "INSERT INTO " + table + " DEFAULT VALUES"} {
				if _, err := exec(inScope(t, district.a.District), pool, statement); sqlState(err) != refusedByPolicyOrGrant {
					t.Errorf("%s: %s gave %v", login, statement, err)
				}
			}
		}
	}
	application := district.Open(t, postgres.ApplicationLogin, postgres.Options{})
	if seen := districtsSeen(t.Context(), t, application, "student"); len(seen) != 2 {
		t.Errorf("the wall was not away: the application sees students of %v", seen)
	}
}

// operatorsFunctions are calls of the functions that an operator's changes go
// through, by somebody $1, for the district with the code A.
var operatorsFunctions = map[string]string{
	"create_region":   `SELECT create_region($1, gen_random_uuid(), 'R', 'Region')`,
	"create_agency":   `SELECT create_agency($1, gen_random_uuid(), 'G', 'Agency')`,
	"create_district": `SELECT create_district($1, gen_random_uuid(), 'D', 'District', '', '', 'UTC', '{}', '2026-02-10', '[]')`,
	"create_staff":    `SELECT create_staff($1, gen_random_uuid(), 'A', 'T9', 'First', 'Last', '')`,
	"appoint_coordinator": `SELECT appoint_coordinator($1, gen_random_uuid(), 'A',
		(SELECT s.id FROM staff s WHERE s.district_id = current_district() ORDER BY s.local_id LIMIT 1), NULL, now())`,
	"create_service_client":   `SELECT create_service_client($1, gen_random_uuid(), 'A', 'sync2', 'Sync', '{}', '{}')`,
	"create_regional_analyst": `SELECT create_regional_analyst($1, gen_random_uuid(), 'R', 'a', 'Analyst')`,
	"create_agency_staff":     `SELECT create_agency_staff($1, gen_random_uuid(), 'G', 'p', 'Partner')`,
	"link_identity":           `SELECT link_identity($1, 'STAFF', 'district', 'A', gen_random_uuid(), 'iss', 'sub')`,
	"unlink_identity":         `SELECT unlink_identity($1, 'STAFF', 'district', 'A', gen_random_uuid())`,
}

// TestTheOperatorsFunctionsRefuseEverybodyElse takes the program's walls away: the
// application runs each function for a member of staff and for nobody, and for an
// operator in a district's scope, and is refused.
func TestTheOperatorsFunctionsRefuseEverybodyElse(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	root := superuser(t, district.Database)
	operator := uuid.New()
	if _, err := exec(t.Context(), root, "INSERT INTO operator (id, display_name) VALUES ($1, 'An operator')", operator); err != nil {
		t.Fatal(err)
	}
	application := district.Open(t, postgres.ApplicationLogin, postgres.Options{})
	for name, call := range operatorsFunctions {
		for who, ctx := range map[uuid.UUID]context.Context{
			district.a.Staff: t.Context(), uuid.Nil: t.Context(), operator: inScope(t, district.a.District),
		} {
			if _, err := exec(ctx, application, call, who); sqlState(err) != refusedByPolicyOrGrant {
				t.Errorf("%s by %s gave %v", name, who, err)
			}
		}
	}
	if len(operatorsFunctions)+5 != len(ownersFunctions) {
		t.Errorf("%d of the functions that the application runs are tried", len(operatorsFunctions))
	}
}

// TestAnOperatorsFunctionLeavesNoScope: what follows in the transaction sees no row
// of the district that was written.
func TestAnOperatorsFunctionLeavesNoScope(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	root := superuser(t, district.Database)
	operator := uuid.New()
	if _, err := exec(t.Context(), root, "INSERT INTO operator (id, display_name) VALUES ($1, 'An operator')", operator); err != nil {
		t.Fatal(err)
	}
	application := district.Open(t, postgres.ApplicationLogin, postgres.Options{})
	for _, name := range slices.Sorted(maps.Keys(operatorsFunctions)) {
		err := application.Write(t.Context(), func(tx *postgres.Tx) error {
			if _, err := tx.SQL().ExecContext(t.Context(), operatorsFunctions[name], operator); err != nil {
				return err
			}
			if left := column(t.Context(), t, tx.SQL(), "SELECT concat_ws('/', current_district(), current_region(), current_agency())"); left[0] != "" {
				t.Errorf("%s leaves the scope %v", name, left)
			}
			if seen := column(t.Context(), t, tx.SQL(), "SELECT DISTINCT district_id::text FROM student"); len(seen) > 0 {
				t.Errorf("after %s students of %v are seen", name, seen)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNoLoginReadsOrMendsTheOperatorsLog: it is only ever added to, by the functions.
func TestNoLoginReadsOrMendsTheOperatorsLog(t *testing.T) {
	t.Parallel()
	root := superuser(t, newTwoDistricts(t).Database)
	for _, login := range []string{postgres.ApplicationLogin, postgres.PartnerLogin, postgres.RegionLogin} {
		for _, privilege := range []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"} {
			if slices.Contains(granted(t, root, login, privilege), "operator_log") {
				t.Errorf("%s holds %s on operator_log", login, privilege)
			}
		}
	}
}
