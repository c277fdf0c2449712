package doctor_test

import (
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/doctor"
)

// fault is something wrong that is planted in a database that was well, and the
// lines that must say so.
type fault struct {
	name  string
	plant string
	now   time.Time // zero: the real one
	want  []line
}

const pinned = "SET search_path = pg_catalog, public, pg_temp"

var wallFaults = []fault{
	{name: "a policy dropped", plant: "DROP POLICY own_district ON student", want: []line{
		{doctor.Fail, "row-level security", "student: has no policy on current_district()"},
	}},
	{name: "row-level security not forced", plant: "ALTER TABLE student NO FORCE ROW LEVEL SECURITY", want: []line{
		{doctor.Fail, "row-level security", "student: row-level security is not forced"},
	}},
	{name: "row-level security disabled", plant: "ALTER TABLE student DISABLE ROW LEVEL SECURITY", want: []line{
		{doctor.Fail, "row-level security", "student: row-level security is not enabled"},
		{doctor.Fail, "probe without a scope", "without a scope the application sees rows of student"},
		{doctor.Fail, "probe with a scope", "in the scope of the district"},
	}},
	{name: "a permissive policy beside the district's", plant: "CREATE POLICY wide ON contact_log USING (true)", want: []line{
		{doctor.Fail, "row-level security", "contact_log: the policy wide is not the district's own"},
		{doctor.Fail, "probe without a scope", "without a scope the application sees rows of contact_log"},
	}},
	{name: "a policy that checks nothing that is written", plant: "ALTER POLICY own_district ON student WITH CHECK (true)", want: []line{
		{doctor.Fail, "row-level security", "student: the policy own_district is not the district's own"},
	}},
	{name: "a partition without a wall", plant: "CREATE TABLE attendance_event_1901 PARTITION OF attendance_event FOR VALUES IN (1901)", want: []line{
		{doctor.Fail, "row-level security", "attendance_event_1901: row-level security is not enabled"},
	}},
	{name: "a direct grant on a partition", plant: "GRANT SELECT ON attendance_event_2026 TO holdfast_application", want: []line{
		{doctor.Fail, "partition grants", "attendance_event_2026: a partition has a direct grant"},
	}},
	{name: "a unique index over all districts", plant: "CREATE UNIQUE INDEX planted ON student (local_id, district_id)", want: []line{
		{doctor.Fail, "keys", "student: the unique index planted does not begin with the district"},
	}},
	{name: "a trigger", plant: "CREATE TRIGGER planted BEFORE UPDATE ON student FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()", want: []line{
		{doctor.Fail, "triggers", "student: has the trigger planted"},
	}},
	{name: "a view", plant: "CREATE VIEW planted AS SELECT * FROM student", want: []line{
		{doctor.Fail, "tables", "planted: has no scope"},
	}},
	{name: "a table missing", plant: "DROP TABLE operator_log", want: []line{
		{doctor.Fail, "tables", "operator_log: has a scope and does not exist"},
	}},
	{name: "a column that tells", plant: "ALTER TABLE region ADD COLUMN student_id uuid", want: []line{
		{doctor.Fail, "columns", "region: belongs to no district and has the column student_id"},
	}},
	{
		name:  "a definer's function without a search_path",
		plant: "CREATE FUNCTION planted() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; REVOKE ALL ON FUNCTION planted() FROM PUBLIC",
		want:  []line{{doctor.Fail, "owner's functions", "planted(): runs with its owner's rights and has no pinned search_path"}},
	},
	{
		name:  "a definer's function for everybody",
		plant: "CREATE FUNCTION planted() RETURNS int LANGUAGE sql SECURITY DEFINER " + pinned + " AS 'SELECT 1'",
		want: []line{
			{doctor.Fail, "owner's functions", "planted(): runs with its owner's rights and may be run by everybody"},
			{doctor.Fail, "partners' grants", "the partner's login holds planted()"},
		},
	},
	{
		name:  "another current_district()",
		plant: "CREATE OR REPLACE FUNCTION current_district() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT {a}::uuid $$",
		want: []line{
			{doctor.Fail, "scope function", "current_district() is not the program's"},
			{doctor.Fail, "probe without a scope", "without a scope the application sees rows of "},
		},
	},
	{name: "a partner's grant", plant: "GRANT SELECT ON student TO holdfast_partner", want: []line{
		{doctor.Fail, "partners' grants", "the partner's login holds student (SELECT)"},
	}},
	{name: "a region's grant on a column", plant: "GRANT SELECT (last_name) ON student TO holdfast_region", want: []line{
		{doctor.Fail, "partners' grants", "the region's login holds student (SELECT)"},
	}},
	{name: "a grant that goes round", plant: "GRANT TRUNCATE ON student TO holdfast_application", want: []line{
		{doctor.Fail, "application's grants", "the application holds student (TRUNCATE)"},
	}},
	{name: "who is who", plant: "GRANT SELECT ON identity TO PUBLIC", want: []line{
		{doctor.Fail, "application's grants", "the application holds identity (SELECT)"},
	}},
	{name: "who works for an agency", plant: "GRANT SELECT ON agency_staff TO holdfast_application", want: []line{
		{doctor.Fail, "application's grants", "the application holds agency_staff (SELECT)"},
	}},
	{name: "a region of nobody's making", plant: "GRANT INSERT ON region TO holdfast_application", want: []line{
		{doctor.Fail, "application's grants", "the application holds region (INSERT)"},
	}},
	{
		name:  "another current_agency()",
		plant: "CREATE OR REPLACE FUNCTION current_agency() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT {a}::uuid $$",
		want:  []line{{doctor.Fail, "scope function", "current_agency() is not the program's"}},
	},
	{name: "an agency's table without its wall", plant: "ALTER TABLE agency_staff DISABLE ROW LEVEL SECURITY", want: []line{
		{doctor.Fail, "row-level security", "agency_staff: row-level security is not enabled"},
	}},
	{name: "a schema for everybody", plant: "GRANT CREATE ON SCHEMA public TO PUBLIC", want: []line{
		{doctor.Fail, "powers", "the application's login may make tables and functions in the schema public"},
		{doctor.Fail, "powers", "the region's login may make tables and functions in the schema public"},
	}},
}

var serverFaults = []fault{
	{name: "a migration missing", plant: "DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)", want: []line{
		{doctor.Fail, "schema", "it is at "},
		{doctor.Warn, "left out", "the schema is not this program's, so these were not looked at: scope function, "},
	}},
	{name: "a newer schema", plant: "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)", want: []line{
		{doctor.Fail, "schema", "it is at 99999"},
	}},
	{name: "no schema", plant: "DROP TABLE goose_db_version", want: []line{
		{doctor.Fail, "schema", "it has none yet; run: holdfast migrate up"},
	}},
	{name: "statements in the log", plant: "ALTER DATABASE {database} SET log_statement = 'all'", want: []line{
		{doctor.Fail, "server log", "log_statement is all under the application's login"},
	}},
	{name: "slow statements in the log", plant: "ALTER DATABASE {database} SET log_min_duration_statement = '250ms'", want: []line{
		{doctor.Fail, "server log", "log_min_duration_statement is 250ms under the application's login"},
	}},
	{name: "values of a failed statement in the log", plant: "ALTER DATABASE {database} SET log_parameter_max_length_on_error = -1", want: []line{
		{doctor.Fail, "server log", "log_parameter_max_length_on_error is -1 under the application's login"},
	}},
	{name: "failed statements in the log", plant: "ALTER DATABASE {database} SET log_min_error_statement = 'error'", want: []line{
		{doctor.Fail, "server log", "log_min_error_statement is error under the application's login"},
	}},
	{name: "rows in the log", plant: "ALTER DATABASE {database} SET log_error_verbosity = 'default'; ALTER DATABASE {database} SET log_min_messages = 'warning'", want: []line{
		{doctor.Fail, "server log", "log_error_verbosity is default under the application's login"},
		{doctor.Fail, "server log", "log_min_messages is warning under the application's login"},
	}},
	{name: "the log's setting of one login", plant: "ALTER ROLE holdfast_owner IN DATABASE {database} SET log_statement = 'mod'", want: []line{
		{doctor.Fail, "server log", "log_statement is mod under the owner's login"},
	}},
	{name: "no audit partition", plant: "DROP TABLE audit_log_" + time.Now().UTC().Format("200601"), want: []line{
		{doctor.Warn, "audit partitions", "the audit log has no partition for " + time.Now().UTC().Format("2006-01")},
	}},
	{name: "no partition of the access log", plant: "DROP TABLE access_log_" + time.Now().UTC().AddDate(0, 1, 1-time.Now().UTC().Day()).Format("200601"), want: []line{
		{doctor.Warn, "audit partitions", "the access log has no partition for "},
	}},
}

var districtFaults = []fault{
	{name: "a policy document that cannot be used", plant: `UPDATE district_policy SET document = '{"indicators": {"minEnrolledDays": 0}}' WHERE district_id = {a}`, want: []line{
		{doctor.Fail, "policies", "district A: its policy version 1 cannot be used: the district's policy: indicators need"},
	}},
	{name: "a policy document of another shape", plant: `UPDATE district_policy SET document = '[]' WHERE district_id = {b}`, want: []line{
		{doctor.Fail, "policies", "district B: its policy version 1 cannot be used: the district's policy document cannot be read"},
	}},
	{name: "no policy in force yet", plant: "UPDATE district_policy SET starts_on = '9999-01-01' WHERE district_id = {b}", want: []line{
		{doctor.Fail, "policies", "district B: it has no policy in force"},
	}},
	{name: "an unknown time zone", plant: "UPDATE district SET time_zone = 'Mars/Olympus_Mons' WHERE id = {a}", want: []line{
		{doctor.Fail, "time zones", `district A: its time zone "Mars/Olympus_Mons" is unknown`},
	}},
	{name: "a time zone that only Go knows", plant: "UPDATE district SET time_zone = 'Local' WHERE id = {a}", want: []line{
		{doctor.Fail, "time zones", `district A: its time zone "Local" is unknown`},
	}},
	{name: "an import that died", plant: `INSERT INTO import_run (district_id, id, source, started_at, status)
		VALUES ({a}, gen_random_uuid(), 'Ed-Fi XML', '2026-02-01 06:00+00', 'RUNNING')`, want: []line{
		{doctor.Warn, "imports", "district A: an import says RUNNING since 2026-02-01 06:00 UTC and has died"},
	}},
	{
		name: "a chain of another key", plant: `INSERT INTO seal (district_id, seq, log, at, id, digest, sealed_at, key_id, mac)
			VALUES ({b}, 1, 'AUDIT', now(), gen_random_uuid(), 'x', now(), 'another', 'x')`,
		want: []line{{doctor.Fail, "seals", "district B: its chain of seals was made with another secret key"}},
	},
	{
		name: "a line that waits for its seal", plant: `INSERT INTO audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id)
			VALUES ({a}, now() - interval '1 minute 5 seconds', gen_random_uuid(), 'STAFF', gen_random_uuid(), 'logContact', 'CONTACT_LOG', gen_random_uuid())`,
		want: []line{{doctor.Warn, "seals", "district A: 1 or more lines wait for their seal, the oldest for 1m"}},
	},
	{
		name: "a line that was just written", plant: `INSERT INTO audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id)
			VALUES ({a}, now(), gen_random_uuid(), 'STAFF', gen_random_uuid(), 'logContact', 'CONTACT_LOG', gen_random_uuid())`,
		want: []line{{doctor.OK, "seals", "every chain of seals is this key's"}},
	},
	{name: "no partition for a running year", now: today, plant: "DROP TABLE attendance_event_2026", want: []line{
		{doctor.Warn, "attendance partitions", "district A: attendance has no partition for its school year 2026"},
	}},
	{
		name: "a school that stopped sending", now: today.AddDate(0, 0, 20),
		plant: `INSERT INTO calendar_date (district_id, id, calendar_id, on_date, instructional)
			VALUES ({a}, gen_random_uuid(), {calendar}, '2026-02-12', true), ({a}, gen_random_uuid(), {calendar}, '2026-02-11', false)`,
		want: []line{
			{doctor.Warn, "attendance known", "district A: attendance is not known of school S1 since 2026-02-12"},
		},
	},
	{
		name: "a school that never sent", now: today.AddDate(0, 0, 20), plant: "DELETE FROM attendance_completeness WHERE district_id = {a}",
		want: []line{{doctor.Warn, "attendance known", "district A: attendance is not known of school S1 since 2026-02-10"}},
	},
	{
		name: "a break is not silence", now: today.AddDate(0, 0, 20), plant: "SELECT 1",
		want: []line{{doctor.OK, "attendance known", "of every school"}},
	},
	{
		name: "a week is not long", now: today.AddDate(0, 0, 8), plant: `INSERT INTO calendar_date (district_id, id, calendar_id, on_date, instructional)
			VALUES ({a}, gen_random_uuid(), {calendar}, '2026-02-12', true)`,
		want: []line{{doctor.OK, "attendance known", "of every school"}},
	},
}

func TestEachFaultOfTheWallsIsFound(t *testing.T)  { t.Parallel(); findAll(t, wallFaults) }
func TestEachFaultOfTheServerIsFound(t *testing.T) { t.Parallel(); findAll(t, serverFaults) }
func TestEachFaultOfADistrictIsFound(t *testing.T) { t.Parallel(); findAll(t, districtFaults) }

func findAll(t *testing.T, faults []fault) {
	t.Helper()
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			c := newClinic(t)
			c.plant(t, f.plant)
			if !f.now.IsZero() {
				c.Now = at(f.now)
			}
			report := c.examine(t.Context())
			for _, want := range f.want {
				wantLine(t, report, want)
			}
		})
	}
}
