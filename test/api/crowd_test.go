package api_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/operation/operationtest"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/server"
)

// crowd is a world of so many students that it matters how a statement is planned:
// three of the fixture's districts, each with its one student many times over.
type crowd struct {
	*world

	root     *postgres.DB
	asked    *postgres.DB // one connection, whose reads can be told
	students []string     // opaque ids, to be used once each
	newcomer string       // the opaque id of an advocate with no student yet
}

const (
	crowdDistricts = 3
	crowdStudents  = 2000 // of each district, beside the fixture's own
	crowdToday     = "2026-02-10"
	crowdNow       = crowdToday + "T17:00:00Z"
	crowdSince     = "2025-07-01"
)

func crowdClock() time.Time { return fixture.Today.Add(17 * time.Hour) }

// crowdTables lists the tables whose rows are a student's: they have a column that
// names the student, or what is the student's own.
const crowdTables = `SELECT c.oid, c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
	AND (c.relname IN ('student', 'person') OR c.relname <> 'identity' AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
		AND a.attname IN ('student_id', 'kept_id', 'person_id', 'note_id', 'risk_flag_id', 'merge_id')))`

// makeCrowd gives the rows of the fixture's student in those tables to so many more:
// what is the student's own is named anew, the same in every table. Foreign keys
// follow from that, and are not checked row by row. The fixture's merge, which is of
// the student with itself, is undone, and its flag is of a rule that there is.
const makeCrowd = `
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.of_another(line jsonb, n integer) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT line || jsonb_object_agg(l.key, CASE WHEN l.key IN ('local_id', 'state_id') THEN l.value || '-' || n ELSE md5(l.value || n)::uuid::text END)
	FROM jsonb_each_text(line) l WHERE l.value IS NOT NULL
		AND l.key IN ('id', 'local_id', 'state_id', 'student_id', 'kept_id', 'dropped_id', 'person_id', 'note_id', 'risk_flag_id', 'merge_id')
$$;
INSERT INTO attendance_event (district_id, school_year, student_id, on_date, school_id, category, fraction)
SELECT a.district_id, a.school_year, a.student_id, a.on_date - n, a.school_id, a.category, a.fraction FROM attendance_event a, generate_series(1, 4) n;
SELECT ensure_audit_partition(current_date);
UPDATE student_merge SET undone_at = merged_at;
UPDATE risk_flag SET rule = 'ABSENCE_SHARE';
DO $$
DECLARE t record;
BEGIN
	FOR t IN SELECT f.relname, string_agg(quote_ident(a.attname), ', ') AS columns, string_agg('r.' || quote_ident(a.attname), ', ') AS copied
		FROM (` + crowdTables + `) f JOIN pg_attribute a ON a.attrelid = f.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' GROUP BY 1
	LOOP
		EXECUTE format('INSERT INTO %1$I (%2$s) SELECT %3$s FROM %1$I x, generate_series(1, {students}) n,
			jsonb_populate_record(NULL::%1$I, pg_temp.of_another(to_jsonb(x), n)) r', t.relname, t.columns, t.copied);
	END LOOP;
END $$;
SET session_replication_role = origin`

// newCrowd makes the districts, and who asks in the first of them.
func newCrowd(t *testing.T, students int) *crowd {
	t.Helper()
	c := &crowd{world: &world{database: pgtest.New(t), keyFolder: t.TempDir()}}
	c.owner = c.database.Open(t, postgres.OwnerLogin, postgres.Options{})
	c.root = c.openAs(t, c.database.SuperuserURL(), postgres.Options{MaxConnections: 1})
	ids := fixture.District(t, c.owner, "C1")
	for n := 2; n <= crowdDistricts; n++ {
		fixture.Twin(t, c.owner, ids, fmt.Sprintf("C%d", n))
	}
	c.alder = &district{Code: "C1", ID: ids.District}
	c.execute(t, strings.ReplaceAll(makeCrowd, "{students}", strconv.Itoa(crowdStudents)))
	var err error
	if c.issuer, err = identity.OpenDevIssuer(c.keyFolder, crowdClock); err != nil {
		t.Fatal(err)
	}
	c.addReaders(t, students)
	c.execute(t, "VACUUM (ANALYZE)")
	c.mustBeFull(t)
	return c
}

func (c *crowd) openAs(t *testing.T, url string, options postgres.Options) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), url, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func (c *crowd) execute(t *testing.T, statement string) {
	t.Helper()
	if _, err := c.root.Pool().ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// addReaders makes who asks; the advocate has so many students.
func (c *crowd) addReaders(t *testing.T, students int) {
	t.Helper()
	for subject, role := range map[string]held{
		"coordinator": {"DISTRICT_COORDINATOR", "", crowdSince, ""}, "steward": {"DATA_STEWARD", "", crowdSince, ""},
		"advocate": {"ADVOCATE", "S1", crowdSince, ""}, "newcomer": {"ADVOCATE", "S1", crowdSince, ""},
	} {
		c.addMember(t, c.alder, subject, member{roles: []held{role}})
	}
	c.newcomer = c.staffNode(t, "newcomer")
	for n := 1; n <= students; n++ {
		localID := fmt.Sprintf("C1-%d", n)
		c.assign(t, "advocate", "BACKUP", localID, span{crowdSince, ""})
		var id uuid.UUID
		err := c.root.Pool().QueryRowContext(t.Context(), `SELECT s.id FROM student s WHERE s.district_id = $1 AND s.local_id = $2`, c.alder.ID, localID).Scan(&id)
		if err != nil {
			t.Fatal(err)
		}
		c.students = append(c.students, relay.NewID(relay.Student, id).String())
	}
}

// mustBeFull holds every one of the tables to rows enough for a plan to matter.
func (c *crowd) mustBeFull(t *testing.T) {
	t.Helper()
	for table, rows := range c.numbers(t, `SELECT t.relname, p.reltuples FROM (`+crowdTables+`) t JOIN pg_class p ON p.oid = t.oid`) {
		if rows < crowdDistricts*crowdStudents {
			t.Fatalf("%s has %d rows, too few for a plan to matter", table, rows)
		}
	}
}

// numbers gives what the query gives: a number by name.
func (c *crowd) numbers(t *testing.T, query string, args ...any) map[string]int64 {
	t.Helper()
	rows, err := c.root.Pool().QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	numbers := map[string]int64{}
	for rows.Next() {
		var name string
		var n int64
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		numbers[name] = n
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return numbers
}

// next gives a student who was not spoken of yet.
func (c *crowd) next() string {
	next := c.students[0]
	c.students = c.students[1:]
	return next
}

// listen serves the crowd over one connection with the options. Whoever else is
// connected is sent away, since connections tell late what they have read.
func (c *crowd) listen(t *testing.T, options postgres.Options) string {
	t.Helper()
	c.execute(t, `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	options.MaxConnections, options.Observe = 1, observe
	c.asked = c.openAs(t, c.database.URL(postgres.ApplicationLogin), options)
	verifier := c.newIssuers(t, identity.Config{Development: c.issuer, Now: crowdClock})
	return listen(t, c.handlerOf(t, server.Config{DB: c.asked, Witness: operationtest.Blind{}, Now: crowdClock, Verifier: verifier}))
}

// rowsRead gives how many rows of each table were ever read, from the table or from
// an index of it. PostgreSQL does not count what it passes over within an index, when
// a condition is on a later column than one that it leaves open.
func (c *crowd) rowsRead(t *testing.T) map[string]int64 {
	t.Helper()
	if _, err := c.asked.Pool().ExecContext(t.Context(), `SELECT pg_stat_force_next_flush()`); err != nil {
		t.Fatal(err)
	}
	return c.numbers(t, `SELECT t.relname, sum(u.seq_tup_read + coalesce((SELECT sum(x.idx_tup_read) FROM pg_stat_user_indexes x WHERE x.relid = u.relid), 0))
		FROM (`+crowdTables+`) t JOIN pg_stat_user_tables u ON coalesce(pg_partition_root(u.relid), u.relid) = t.oid GROUP BY t.relname`)
}
