package server

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/operation/operationtest"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// logins is the login that each kind of principal asks as.
var logins = map[access.Kind]string{
	access.Staff: postgres.ApplicationLogin, access.Service: postgres.ApplicationLogin, access.Operator: postgres.ApplicationLogin,
	access.Partner: postgres.PartnerLogin, access.Regional: postgres.RegionLogin,
}

func configOf(t *testing.T, database *pgtest.Database) Config {
	t.Helper()
	config := Config{
		DB:      database.Open(t, postgres.ApplicationLogin, postgres.Options{}),
		Partner: postgres.NewLazy(database.URL(postgres.PartnerLogin), postgres.Options{}),
		Region:  postgres.NewLazy(database.URL(postgres.RegionLogin), postgres.Options{}),
	}
	t.Cleanup(func() { _, _ = config.Partner.Close(), config.Region.Close() })
	return config
}

func TestEachKindAsksAsItsLogin(t *testing.T) {
	t.Parallel()
	config := configOf(t, pgtest.New(t))
	for kind, login := range logins {
		for range 2 {
			pool, err := config.poolOf(t.Context(), kind)
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
			var name string
			if err := pool.QueryOne(t.Context(), "SELECT current_user", nil, &name); err != nil || name != login {
				t.Errorf("%s asks as %s, not %s: %v", kind, name, login, err)
			}
		}
	}
	for _, kind := range []access.Kind{"", "SUPERINTENDENT"} {
		if _, err := config.poolOf(t.Context(), kind); !errors.Is(err, errNoLogin) {
			t.Errorf("%q has a login: %v", kind, err)
		}
	}
	for _, kind := range []access.Kind{access.Partner, access.Regional} {
		if _, err := (Config{DB: config.DB}).poolOf(t.Context(), kind); !errors.Is(err, errNoLogin) {
			t.Errorf("%s without its login asks as another: %v", kind, err)
		}
	}
}

// TestAMistakeInAResolverReadsNoStudentAsAPartner takes the other walls away: the
// reader is a coordinator by mistake, and the tables have no row-level security. The
// application's login would read; the partners' and the regions' are refused.
func TestAMistakeInAResolverReadsNoStudentAsAPartner(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	ids := fixture.District(t, database.Open(t, postgres.OwnerLogin, postgres.Options{}), "A")
	root, err := postgres.Open(t.Context(), database.SuperuserURL(), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	if _, err := root.Pool().ExecContext(t.Context(), "ALTER TABLE student NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY"); err != nil {
		t.Fatal(err)
	}
	config := configOf(t, database)
	mistaken := access.NewReader(access.Principal{
		Kind: access.Staff, Engagement: access.Employee, DistrictID: access.ID(ids.District),
		Roles: []access.RoleAssignment{{Role: access.DistrictCoordinator, StartsOn: fixture.Today}},
	}, fixture.Today)
	for kind, login := range logins {
		pool, err := config.poolOf(t.Context(), kind)
		if err != nil {
			t.Fatal(err)
		}
		op := operation.New(pool, mistaken, operation.Options{Witness: operationtest.Blind{}})
		read := 0
		statement := reach.NewStatement(mistaken).Text("SELECT s.first_name FROM student s WHERE ").Rows("student", "s")
		err = op.Run(tenant.With(t.Context(), tenant.Scope{District: ids.District}), statement, func(*sql.Rows) error { read++; return nil })
		op.End()
		refused, _ := errors.AsType[*pq.Error](err)
		if login == postgres.ApplicationLogin {
			if read != 1 || err != nil {
				t.Errorf("%s: the walls were not away: %d read, %v", kind, read, err)
			}
			continue
		}
		if read != 0 || refused == nil || refused.Code != "42501" {
			t.Errorf("%s read %d students: %v", kind, read, err)
		}
	}
}
