package postgres_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

func TestTheCatalogKeepsTheRuleOfEachScope(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t) // whose rows have made a partition
	faults, err := catalogFaults(t.Context(), superuser(t, district.Database), postgres.TableScopes())
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

// planted is a database with something wrong, and what the walk must say of it.
type planted struct {
	name    string
	plant   string
	declare map[string]postgres.TableScope // beside those of the program
	want    []string
}

// walledTable makes a table of a district that is right but for what follows.
const walledTable = `CREATE TABLE planted (district_id uuid NOT NULL, id uuid NOT NULL, local_id text, PRIMARY KEY (district_id, id));
	ALTER TABLE planted ENABLE ROW LEVEL SECURITY;
	ALTER TABLE planted FORCE ROW LEVEL SECURITY;
	CREATE POLICY own_district ON planted USING (district_id = current_district()) WITH CHECK (district_id = current_district());`

var plantedTable = map[string]postgres.TableScope{"planted": postgres.OfDistrict}

var plantedFaults = []planted{
	{name: "nothing wrong", plant: walledTable, declare: plantedTable},
	{
		name: "a table without a scope", plant: "CREATE TABLE planted (id uuid PRIMARY KEY)",
		want: []string{"planted: has no scope"},
	},
	{
		name: "a table in a corner", plant: "CREATE SCHEMA corner; CREATE TABLE corner.student (id uuid PRIMARY KEY)",
		want: []string{"corner.student: has no scope"},
	},
	{
		name: "a view without a scope", plant: "CREATE VIEW planted AS SELECT * FROM student",
		want: []string{"planted: has no scope"},
	},
	{
		name: "a scope without a table", plant: "SELECT 1", declare: plantedTable,
		want: []string{"planted: has a scope and does not exist"},
	},
	{
		name: "a table without any wall", declare: plantedTable,
		plant: "CREATE TABLE planted (district_id uuid NOT NULL, id uuid NOT NULL, PRIMARY KEY (district_id, id))",
		want: []string{
			"planted: row-level security is not enabled", "planted: row-level security is not forced",
			"planted: has no policy on current_district()",
		},
	},
	{
		name: "row-level security that is not forced", plant: "ALTER TABLE student NO FORCE ROW LEVEL SECURITY",
		want: []string{"student: row-level security is not forced"},
	},
	{
		name: "row-level security that is off", plant: "ALTER TABLE student DISABLE ROW LEVEL SECURITY",
		want: []string{"student: row-level security is not enabled"},
	},
	{
		name: "no policy", plant: "DROP POLICY own_district ON student",
		want: []string{"student: has no policy on current_district()"},
	},
	{
		name:  "a policy that reads only",
		plant: "DROP POLICY own_district ON student; CREATE POLICY own_district ON student FOR SELECT USING (district_id = current_district())",
		want:  []string{"student: the policy own_district is not the district's own", "student: has no policy on current_district()"},
	},
	{
		name: "a policy that checks nothing that is written", plant: "ALTER POLICY own_district ON student WITH CHECK (true)",
		want: []string{"student: the policy own_district is not the district's own", "student: has no policy on current_district()"},
	},
	{
		name: "a second policy that lets more through", plant: "CREATE POLICY wide ON student USING (true) WITH CHECK (true)",
		want: []string{"student: the policy wide is not the district's own"},
	},
	{
		name: "the owner's policy, for everybody", plant: "ALTER POLICY found_by_owner ON district TO PUBLIC",
		want: []string{"district: the policy found_by_owner is not the district's own"},
	},
	{
		name:  "a policy with a subquery",
		plant: "CREATE POLICY nested ON student USING (district_id = (SELECT current_district()))",
		want:  []string{"student: the policy nested has a subquery"},
	},
	{
		name: "an agency's table without its wall", plant: "ALTER TABLE agency_staff NO FORCE ROW LEVEL SECURITY; DROP POLICY own_agency ON agency_staff",
		want: []string{"agency_staff: has no policy on current_agency()", "agency_staff: row-level security is not forced"},
	},
	{
		name:  "an agency's table by the district's policy",
		plant: "CREATE POLICY own_district ON agency_staff USING (agency_id = current_district()) WITH CHECK (agency_id = current_district())",
		want:  []string{"agency_staff: the policy own_district is not the agency's own"},
	},
	{
		name: "a region's table with a unique index of its own", plant: "CREATE UNIQUE INDEX planted ON regional_analyst (local_id)",
		want: []string{"regional_analyst: the unique index planted does not begin with the region"},
	},
	{
		name: "an agency's table that tells of students", plant: "ALTER TABLE agency_staff ADD COLUMN student_id uuid",
		want: []string{"agency_staff: belongs to no district and has the column student_id"},
	},
	{
		name: "a unique index that does not begin with the district", plant: "CREATE UNIQUE INDEX planted ON student (local_id, district_id)",
		want: []string{"student: the unique index planted does not begin with the district"},
	},
	{
		name: "a unique index on an expression", plant: "CREATE UNIQUE INDEX planted ON student (lower(local_id))",
		want: []string{"student: the unique index planted does not begin with the district"},
	},
	{
		name: "a key that is the id alone", declare: plantedTable,
		plant: walledTable + "ALTER TABLE planted DROP CONSTRAINT planted_pkey; ALTER TABLE planted ADD PRIMARY KEY (id)",
		want:  []string{"planted: the unique index planted_pkey does not begin with the district"},
	},
	{
		name: "no key", declare: plantedTable, plant: walledTable + "ALTER TABLE planted DROP CONSTRAINT planted_pkey",
		want: []string{"planted: has no primary key"},
	},
	{
		name: "a partition without a wall", plant: "CREATE TABLE attendance_event_1901 PARTITION OF attendance_event FOR VALUES IN (1901)",
		want: []string{
			"attendance_event_1901: row-level security is not enabled", "attendance_event_1901: row-level security is not forced",
			"attendance_event_1901: has no policy on current_district()",
		},
	},
	{
		name: "a partition with a direct grant", plant: "SELECT ensure_year_partitions(1901); GRANT SELECT ON attendance_event_1901 TO holdfast_application",
		want: []string{"attendance_event_1901: a partition has a direct grant"},
	},
	{
		name: "a partition with a direct grant on a column", plant: "SELECT ensure_year_partitions(1901); GRANT SELECT (on_date) ON attendance_event_1901 TO holdfast_partner",
		want: []string{"attendance_event_1901: a partition has a direct grant"},
	},
	{
		name: "a trigger", plant: "CREATE TRIGGER planted BEFORE UPDATE ON student FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
		want: []string{"student: has the trigger planted"},
	},
	{
		name: "a definer's function without a search_path",
		plant: `CREATE FUNCTION planted() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
			REVOKE ALL ON FUNCTION planted() FROM PUBLIC`,
		want: []string{"planted(): runs with its owner's rights and has no pinned search_path"},
	},
	{
		name:  "a definer's function for everybody",
		plant: `CREATE FUNCTION planted() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS 'SELECT 1'`,
		want:  []string{"planted(): runs with its owner's rights and may be run by everybody"},
	},
	{
		name: "a shared table that tells of students", plant: "ALTER TABLE region ADD COLUMN student_id uuid",
		want: []string{"region: belongs to no district and has the column student_id"},
	},
}

func TestTheCatalogWalkFindsEachFault(t *testing.T) {
	t.Parallel()
	for _, p := range plantedFaults {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			root := superuser(t, pgtest.New(t))
			mustExec(t.Context(), t, root, p.plant)
			scopes := postgres.TableScopes()
			maps.Copy(scopes, p.declare)
			faults, err := catalogFaults(t.Context(), root, scopes)
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(faults)
			slices.Sort(p.want)
			if diff := cmp.Diff(p.want, faults); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// catalogFaults gives the faults of the product's own walk, in words.
func catalogFaults(ctx context.Context, db *postgres.DB, scopes map[string]postgres.TableScope) ([]string, error) {
	faults, err := postgres.CatalogFaults(ctx, db, scopes)
	var words []string
	for _, fault := range faults {
		words = append(words, fault.String())
	}
	slices.Sort(words)
	return words, err
}
