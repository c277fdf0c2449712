package demo_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/demo"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

func loaded(t *testing.T, owner *postgres.DB, options demo.Options) []demo.Loaded {
	t.Helper()
	did, err := demo.Load(t.Context(), owner, options, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return did
}

// stored reads a table's rows as COPY would write them, past the wall.
func stored(t *testing.T, database *pgtest.Database, name string, columns []string) []string {
	t.Helper()
	db, err := sql.Open("postgres", database.SuperuserURL()+"&TimeZone=UTC")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	written := make([]string, len(columns))
	for i, column := range columns {
		written[i] = fmt.Sprintf(`coalesce(CASE pg_typeof(%[1]s)::text WHEN 'boolean' THEN left(%[1]s::text, 1) ELSE %[1]s::text END, '\N')`, column)
	}
	query := "SELECT " + strings.Join(written, ` || E'\t' || `) + " FROM " + name //nolint:gosec // both are the program's own
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// canonical gives rows in an order and spelling in which they can be compared:
// arrays and JSON have several.
func canonical(rows []string) []string {
	plain := strings.NewReplacer(`"`, "", " ", "")
	var all []string
	for _, row := range rows {
		all = append(all, plain.Replace(row))
	}
	slices.Sort(all)
	return all
}

func TestTheRowsLoadedAreTheRowsPrinted(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	options := some(2, 700)
	did := loaded(t, database.Open(t, postgres.OwnerLogin, postgres.Options{}), options)
	if len(did) != 2 || did[0].Students != 700 || did[1].Recomputed.Flags == 0 {
		t.Errorf("loaded %+v", did)
	}
	tables := tablesOf(t, printed(t, options))
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		if name == "district_policy" {
			continue // its document is JSON, whose members have no order
		}
		want, got := canonical(tables[name].rows), canonical(stored(t, database, name, tables[name].columns))
		if !slices.Equal(want, got) {
			t.Errorf("%s: %d rows were printed, %d others loaded", name, len(want), len(got))
		}
	}
}

// The figures that the database works out are those of an independent count.
func TestTheRecomputeAgreesWithTheRows(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	options := some(1, 900)
	loaded(t, owner, options)
	want := figuresOf(tablesOf(t, printed(t, options)))
	var measured, chronic, days int
	inDistrict(t, owner, "D0001", func(ctx context.Context, tx *postgres.Tx) {
		err := tx.SQL().QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE measured), count(*) FILTER (WHERE chronic), sum(enrolled_days) FROM student_attendance`).
			Scan(&measured, &chronic, &days)
		if err != nil {
			t.Fatal(err)
		}
	})
	if measured != want.measured || chronic != want.chronic || days != want.days {
		t.Errorf("measured %d, chronic %d, days %d; counted %+v", measured, chronic, days, want)
	}
}

// A made-up district shows each kind of flag that the default policy has, and each level.
func TestEveryKindOfFlagIsShown(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	loaded(t, owner, some(1, 1500))
	inDistrict(t, owner, "D0001", func(ctx context.Context, tx *postgres.Tx) {
		for query, want := range map[string]string{
			`SELECT string_agg(DISTINCT rule, ' ' ORDER BY rule) FROM risk_flag`: "ABSENCE_SHARE AGE_FOR_GRADE CORE_DS CORE_FS CREDITS_BEHIND EXCLUSIONS " +
				"GRADE_POINT_AVERAGE INCIDENTS IN_SCHOOL_SUSPENSIONS NO_IMPROVEMENT",
			`SELECT string_agg(DISTINCT level, ' ' ORDER BY level) FROM student_risk`: "AT_RISK CRITICAL EARLY_WARNING ON_TRACK",
		} {
			var got string
			if err := tx.SQL().QueryRowContext(ctx, query).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %q, %v", query, got, err)
			}
		}
	})
}

func inDistrict(t *testing.T, db *postgres.DB, code string, do func(context.Context, *postgres.Tx)) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	if err := db.Pool().QueryRowContext(t.Context(), `SELECT id FROM find_district($1)`, code).Scan(&id); err != nil {
		t.Fatal(err)
	}
	ctx := tenant.With(t.Context(), tenant.Scope{District: id})
	if err := db.Write(ctx, func(tx *postgres.Tx) error { do(ctx, tx); return nil }); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestADistrictSeesItsOwnRowsAlone(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	loaded(t, database.Open(t, postgres.OwnerLogin, postgres.Options{}), some(2, 100))
	application := database.Open(t, postgres.ApplicationLogin, postgres.Options{})
	for _, code := range []string{"D0001", "D0002"} {
		inDistrict(t, application, code, func(ctx context.Context, tx *postgres.Tx) {
			for _, table := range []string{"student", "attendance_event", "staff", "section", "contact_log", "risk_flag"} {
				var districts int
				if err := tx.SQL().QueryRowContext(ctx, "SELECT count(DISTINCT district_id) FROM "+table).Scan(&districts); err != nil {
					t.Fatal(err)
				}
				if districts > 1 {
					t.Errorf("%s sees rows of %d districts in %s", code, districts, table)
				}
			}
			var students int
			if err := tx.SQL().QueryRowContext(ctx, "SELECT count(*) FROM student").Scan(&students); err != nil || students != 100 {
				t.Errorf("%s sees %d students: %v", code, students, err)
			}
		})
	}
}

func TestADistrictThatExistsIsLeftAlone(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	loaded(t, owner, some(1, 60))
	if codes, err := demo.Districts(t.Context(), owner); err != nil || !slices.Equal(codes, []string{"D0001"}) {
		t.Errorf("there are the districts %v, %v", codes, err)
	}
	before := stored(t, database, "student", []string{"id", "local_id"})
	_, err := demo.Load(t.Context(), owner, some(3, 60), func(int, int) {})
	if !errors.Is(err, demo.ErrExists) || !strings.Contains(err.Error(), "D0001") {
		t.Errorf("the second load: %v", err)
	}
	if after := stored(t, database, "student", []string{"id", "local_id"}); !slices.Equal(before, after) {
		t.Error("the refused load changed students")
	}
}

// Each district is all there or not at all, wherever the load is stopped.
func TestALoadThatIsStoppedLeavesWholeDistricts(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	_, err := demo.Load(ctx, owner, some(4, 1200), func(done, _ int) {
		if done >= 3000 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the stopped load: %v", err)
	}
	perDistrict := map[string]int{}
	for _, row := range stored(t, database, "student", []string{"district_id"}) {
		perDistrict[row]++
	}
	for district, students := range perDistrict {
		if students != 1200 {
			t.Errorf("%d students of the district %s were left", students, district)
		}
	}
	if len(perDistrict) == 4 {
		t.Error("the load was not stopped")
	}
}

// imported is a demo's district without the people that an export lacks.
func imported(t *testing.T) (database *pgtest.Database, application *postgres.DB, options demo.PeopleOptions) {
	t.Helper()
	database = pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	loaded(t, owner, some(1, 900))
	id := inDistrict(t, owner, "D0001", func(ctx context.Context, tx *postgres.Tx) {
		for _, statement := range []string{
			"UPDATE person SET last_confirmed_by = NULL, last_confirmed_on = NULL",
			"DELETE FROM session_log", "DELETE FROM plan_item", "DELETE FROM plan", "DELETE FROM support_menu_entry WHERE local_id <> 'tutoring'", "DELETE FROM grade",
			"DELETE FROM contact_log", "DELETE FROM advocate_assignment", "DELETE FROM student_section_association",
			"DELETE FROM staff_section_association", "DELETE FROM section", "DELETE FROM course", "DELETE FROM mentor_pairing", "DELETE FROM role_assignment", "DELETE FROM staff",
		} {
			if _, err := tx.SQL().ExecContext(ctx, statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
	})
	application = database.Open(t, postgres.ApplicationLogin, postgres.Options{})
	return database, application, demo.PeopleOptions{District: id, Seed: 1, Today: lastDay.AddDate(4, 0, 0)}
}

// peopled are the tables that People writes.
var peopled = map[string][]string{
	"staff": {"id", "local_id", "email"}, "role_assignment": {"id", "staff_id", "role", "school_id"}, "course": {"id", "local_id"},
	"section": {"id", "local_id", "ends_on"}, "staff_section_association": {"id", "staff_id", "section_id"},
	"student_section_association": {"id", "student_id", "section_id"}, "advocate_assignment": {"id", "student_id", "staff_id", "role"},
	"contact_log": {"id", "staff_id", "occurred_at", "summary"}, "support_menu_entry": {"local_id", "title"},
	"plan": {"id", "student_id", "status"}, "plan_item": {"id", "plan_id", "title"}, "session_log": {"id", "plan_item_id", "held_on"},
}

func contentOf(t *testing.T, database *pgtest.Database) map[string][]string {
	t.Helper()
	content := map[string][]string{}
	for name, columns := range peopled {
		content[name] = canonical(stored(t, database, name, columns))
	}
	return content
}

func TestPeopleTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	database, application, options := imported(t)
	first, err := demo.People(t.Context(), application, options)
	if err != nil {
		t.Fatal(err)
	}
	if first.Staff == 0 || first.Sections == 0 || first.Seats == 0 || first.Contacts == 0 {
		t.Errorf("made %+v", first)
	}
	before := contentOf(t, database)
	second, err := demo.People(t.Context(), application, options)
	if err != nil || second.Staff != 0 || second.Rows != 0 {
		t.Errorf("the second run: %+v, %v", second, err)
	}
	for name, rows := range contentOf(t, database) {
		if !slices.Equal(rows, before[name]) {
			t.Errorf("the second run changed %s", name)
		}
	}
}

func TestPeopleAreTheSameInAnotherDatabase(t *testing.T) {
	t.Parallel()
	one, application, options := imported(t)
	other, otherApplication, _ := imported(t)
	for _, db := range []*postgres.DB{application, otherApplication} {
		if _, err := demo.People(t.Context(), db, options); err != nil {
			t.Fatal(err)
		}
	}
	want := contentOf(t, one)
	for name, rows := range contentOf(t, other) {
		if !slices.Equal(rows, want[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestPeopleGoToFlaggedStudentsFirst(t *testing.T) {
	t.Parallel()
	_, application, options := imported(t)
	did, err := demo.People(t.Context(), application, options)
	if err != nil {
		t.Fatal(err)
	}
	if did.Caseload < 900*3/100 || did.Caseload > 900*6/100 {
		t.Errorf("%d of 900 students have an advocate", did.Caseload)
	}
	inDistrict(t, application, "D0001", func(ctx context.Context, tx *postgres.Tx) {
		for what, query := range map[string]string{
			"students at risk among those with an advocate": `SELECT count(*) FILTER (WHERE f.severity = 'AT_RISK') * 10 >= count(*) * 9
				FROM advocate_assignment a LEFT JOIN risk_flag f ON f.student_id = a.student_id AND f.rule = 'ABSENCE_SHARE' WHERE a.role = 'PRIMARY'`,
			"loads within the limit": `SELECT max(load) <= 100 FROM (SELECT sum(CASE intensity WHEN 'INTENSIVE' THEN 5 WHEN 'STANDARD' THEN 2 ELSE 1 END) AS load
				FROM advocate_assignment WHERE role <> 'BACKUP' GROUP BY staff_id) x`,
			"made-up staff alone have roles":  `SELECT bool_and(starts_with(s.local_id, 'demo-')) FROM role_assignment r JOIN staff s ON s.id = r.staff_id`,
			"sections that are taught still":  `SELECT bool_and(ends_on = '` + strconv.Itoa(options.Today.Year()) + `-06-30') FROM section`,
			"contacts within the school year": `SELECT bool_and(l.occurred_at::date BETWEEN y.starts_on AND y.ends_on) FROM contact_log l, school_year y`,
			"everybody who is there is in a section": `SELECT count(DISTINCT e.student_id) = 
				(SELECT count(DISTINCT student_id) FROM student_section_association) FROM student_school_association e WHERE e.exit_date IS NULL`,
			"a whole support menu":                         `SELECT count(*) = 29 FROM support_menu_entry`,
			"plans for those who have an advocate":         `SELECT count(*) > 10 AND bool_and(student_id IN (SELECT student_id FROM advocate_assignment)) FROM plan`,
			"a primary advocate for a student at the most": `SELECT max(n) = 1 FROM (SELECT count(*) AS n FROM advocate_assignment WHERE role = 'PRIMARY' GROUP BY student_id) x`,
		} {
			var holds bool
			if err := tx.SQL().QueryRowContext(ctx, query).Scan(&holds); err != nil || !holds {
				t.Errorf("%s: %t, %v", what, holds, err)
			}
		}
	})
}

func TestPeopleNeedStudents(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	loaded(t, owner, some(1, 60))
	nobody := demo.PeopleOptions{District: uuid.New(), Seed: 1, Today: time.Date(2026, time.May, 20, 0, 0, 0, 0, time.UTC)}
	if _, err := demo.People(t.Context(), owner, nobody); !errors.Is(err, demo.ErrNoStudents) {
		t.Errorf("people for a district that has nobody: %v", err)
	}
}
