package postgres_test

import (
	"slices"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

// derivedTables are drawn from others and may be drawn anew: the only ones that the
// application deletes from.
var derivedTables = []string{"student_academics", "student_attendance", "student_behavior", "student_risk", "student_school_attendance"}

// granted lists the relations on which the login has the privilege, by whatever
// way: its own, a group's, or everybody's.
func granted(t *testing.T, db *postgres.DB, login, privilege string) []string {
	t.Helper()
	return column(t.Context(), t, db.Pool(), `SELECT c.relname FROM pg_class c
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
			AND has_table_privilege($1, c.oid, $2) ORDER BY 1`, login, privilege)
}

func TestPartnersAndRegionsHoldNoGrantOnAnyTable(t *testing.T) {
	t.Parallel()
	root := superuser(t, newTwoDistricts(t).Database)
	for _, login := range []string{postgres.PartnerLogin, postgres.RegionLogin} {
		for _, privilege := range []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"} {
			if tables := granted(t, root, login, privilege); len(tables) > 0 {
				t.Errorf("%s holds %s on %v", login, privilege, tables)
			}
		}
		columns := column(t.Context(), t, root.Pool(), `SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
			AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_any_column_privilege($1, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')`, login)
		if len(columns) > 0 {
			t.Errorf("%s holds a grant on columns of %v", login, columns)
		}
	}
}

func TestPartnersAndRegionsRunNoDefinersFunction(t *testing.T) {
	t.Parallel()
	root := superuser(t, pgtest.New(t))
	for _, login := range []string{postgres.PartnerLogin, postgres.RegionLogin} {
		functions := column(t.Context(), t, root.Pool(), `SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
			AND prosecdef AND has_function_privilege($1, oid, 'EXECUTE')`, login)
		if len(functions) > 0 {
			t.Errorf("%s runs %v with the owner's rights", login, functions)
		}
	}
}

func TestTheApplicationDeletesDerivedRowsAlone(t *testing.T) {
	t.Parallel()
	root := superuser(t, newTwoDistricts(t).Database)
	if tables := granted(t, root, postgres.ApplicationLogin, "DELETE"); !slices.Equal(tables, derivedTables) {
		t.Errorf("the application holds DELETE on %v, not %v", tables, derivedTables)
	}
	for _, privilege := range []string{"TRUNCATE", "REFERENCES", "TRIGGER"} {
		if tables := granted(t, root, postgres.ApplicationLogin, privilege); len(tables) > 0 {
			t.Errorf("the application holds %s on %v", privilege, tables)
		}
	}
}

// TestTheApplicationReachesPartitionsThroughTheirParentAlone: a direct grant would
// pass by the parent's policies.
func TestTheApplicationReachesPartitionsThroughTheirParentAlone(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	application := district.Open(t, postgres.ApplicationLogin, postgres.Options{})
	_, err := exec(inScope(t, district.a.District), application, "SELECT count(*) FROM attendance_event_2026")
	if sqlState(err) != refusedByPolicyOrGrant {
		t.Errorf("reading a partition gave %v", err)
	}
}

func TestTheApplicationCannotReadWhoIsWho(t *testing.T) {
	t.Parallel()
	root := superuser(t, pgtest.New(t))
	for _, table := range []string{"identity", "operator", "regional_analyst", "agency_staff", "agency", "operator_log"} {
		for _, privilege := range []string{"SELECT", "INSERT", "UPDATE", "DELETE"} {
			if slices.Contains(granted(t, root, postgres.ApplicationLogin, privilege), table) {
				t.Errorf("the application holds %s on %s, which identify() and the operator's functions alone read and write", privilege, table)
			}
		}
	}
	for _, table := range []string{"region", "district", "service_client"} {
		for _, privilege := range []string{"INSERT", "UPDATE", "DELETE"} {
			if slices.Contains(granted(t, root, postgres.ApplicationLogin, privilege), table) {
				t.Errorf("the application holds %s on %s, which the operator's functions alone write", privilege, table)
			}
		}
	}
}

// ownersFunctions are the functions beside the scope's that the application runs,
// in order: each runs with the owner's rights.
var ownersFunctions = []string{
	"appoint_coordinator", "create_agency", "create_agency_staff", "create_district", "create_region", "create_regional_analyst",
	"create_service_client", "create_staff", "ensure_audit_partition", "ensure_year_partitions", "find_district", "identify",
	"link_identity", "list_districts", "unlink_identity",
}

// TestTheApplicationRunsTheseFunctionsAlone: what makes an operator, and what the
// functions are made of, is the owner's.
func TestTheApplicationRunsTheseFunctionsAlone(t *testing.T) {
	t.Parallel()
	root := superuser(t, pgtest.New(t))
	runs := column(t.Context(), t, root.Pool(), `SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
		AND proname NOT LIKE 'current\_%' AND has_function_privilege($1, oid, 'EXECUTE') ORDER BY proname`, postgres.ApplicationLogin)
	if !slices.Equal(runs, ownersFunctions) {
		t.Errorf("the application runs %v, not %v", runs, ownersFunctions)
	}
}

func TestNoLoginPassesByTheWalls(t *testing.T) {
	t.Parallel()
	root := superuser(t, pgtest.New(t))
	powerful := column(t.Context(), t, root.Pool(), `SELECT rolname FROM pg_roles WHERE rolname LIKE 'holdfast\_%'
		AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)`)
	if len(powerful) > 0 {
		t.Errorf("%v hold a power that passes by row-level security", powerful)
	}
	for _, login := range []string{postgres.ApplicationLogin, postgres.PartnerLogin, postgres.RegionLogin} {
		owned := column(t.Context(), t, root.Pool(), `SELECT relname FROM pg_class WHERE pg_has_role($1, relowner, 'MEMBER')
			AND relnamespace = 'public'::regnamespace`, login)
		if len(owned) > 0 {
			t.Errorf("%s owns %v, or may become who does", login, owned)
		}
		makes := column(t.Context(), t, root.Pool(), `SELECT nspname FROM pg_namespace
			WHERE nspname = 'public' AND has_schema_privilege($1, oid, 'CREATE')`, login)
		if len(makes) > 0 {
			t.Errorf("%s may make things in the schema %v", login, makes)
		}
	}
}
