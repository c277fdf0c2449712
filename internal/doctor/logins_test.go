package doctor_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/doctor"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

// newLogin makes an application's login of the test's own: roles belong to the
// whole cluster, which all tests share.
func newLogin(t *testing.T, c *clinic, attributes string, memberOf ...string) string {
	t.Helper()
	name := "doctor_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	c.plant(t, "CREATE ROLE "+name+" LOGIN "+attributes)
	root := openRoot(t, c.SuperuserURL())
	t.Cleanup(func() { _, _ = root.Exec("DROP ROLE " + name) }) //nolint:noctx // the test's context has ended
	for _, group := range append(memberOf, postgres.ApplicationLogin) {
		c.plant(t, "GRANT "+group+" TO "+name)
	}
	return name
}

func TestEachPowerOfALoginIsFound(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		name, attributes string
		memberOf         []string
		want             []line
	}{
		{"BYPASSRLS", "BYPASSRLS", nil, []line{
			{doctor.Fail, "powers", "the application's login passes by row-level security (BYPASSRLS)"},
			{doctor.Fail, "probe without a scope", "without a scope the application sees rows of "},
		}},
		{"superuser", "SUPERUSER", nil, []line{
			{doctor.Fail, "powers", "the application's login is a superuser"},
			{doctor.Fail, "probe with a scope", "in the scope of the district"},
		}},
		{"CREATEROLE", "CREATEROLE", nil, []line{{doctor.Fail, "powers", "the application's login may make roles"}}},
		{"CREATEDB", "CREATEDB", nil, []line{{doctor.Fail, "powers", "the application's login may make databases"}}},
		{"REPLICATION", "REPLICATION", nil, []line{{doctor.Fail, "powers", "the application's login may copy the whole server"}}},
		{"member of the owner", "", []string{postgres.OwnerLogin}, []line{
			{doctor.Fail, "powers", "the application's login may become holdfast_owner"},
		}},
		{"member that does not inherit", "NOINHERIT", []string{postgres.OwnerLogin}, []line{
			{doctor.Fail, "powers", "the application's login may become holdfast_owner"},
		}},
		{"reads the server's files", "", []string{"pg_read_server_files"}, []line{
			{doctor.Fail, "powers", "the application's login may become pg_read_server_files"},
		}},
		{"a plain login of the group", "", nil, []line{{doctor.OK, "powers", "the logins that serve are neither owner nor superuser"}}},
	} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			c := newClinic(t)
			c.Logins.Application = c.URL(newLogin(t, c, one.attributes, one.memberOf...))
			report := c.examine(t.Context())
			for _, want := range one.want {
				wantLine(t, report, want)
			}
		})
	}
}

func TestTheOwnerServes(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.Logins.Application = c.Logins.Owner
	wantLine(t, c.examine(t.Context()), line{doctor.Fail, "powers", "the application's login owns access_log, "})
}

func TestALoginThatDoesNotGetIn(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.Logins.Partner = c.URL("nobody_at_all")
	report := c.examine(t.Context())
	wantLine(t, report, line{doctor.Fail, "logins", `the partner's does not get in: role "nobody_at_all" does not exist`})
	wantLine(t, report, line{doctor.OK, "partners' grants", "partners and regions hold no grant"})
}

func TestWithoutTheOwnersLogin(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.Logins.Owner, c.Logins.Partner, c.Logins.Region = "", "", ""
	report := c.examine(t.Context())
	wantLine(t, report, line{doctor.Warn, "database URLs", "the owner's is not given"})
	wantLine(t, report, line{doctor.Warn, "left out", "it needs the owner's login, so these were not looked at: probe with a scope, time zones, "})
	wantLine(t, report, line{doctor.OK, "row-level security", "forced, by its own policy"})
}

func TestTwoDatabases(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.Logins.Owner = pgtest.New(t).URL(postgres.OwnerLogin)
	wantLine(t, c.examine(t.Context()), line{doctor.Fail, "one database", "the owner's leads to another database than the application's"})
}

func TestThePendingMigrationIsNamed(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	steps, err := postgres.MigrationStatus(t.Context(), c.Open(t, postgres.OwnerLogin, postgres.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	c.plant(t, "DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)")
	for _, finding := range c.examine(t.Context()).Findings {
		if finding.Check == "schema" && !strings.HasSuffix(finding.Found, "pending: "+steps[len(steps)-1].Name) {
			t.Errorf("it does not name the migration: %s", finding.Found)
		}
	}
}

// TestTheDoctorWritesNothing: a database that goose has never seen stays so.
func TestTheDoctorWritesNothing(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.plant(t, "DROP TABLE goose_db_version")
	c.examine(t.Context())
	var there bool
	if err := openRoot(t, c.SuperuserURL()).QueryRowContext(t.Context(), "SELECT to_regclass('public.goose_db_version') IS NOT NULL").Scan(&there); err != nil || there {
		t.Errorf("the doctor made goose's table: %v, %v", there, err)
	}
}
