package export_test

import (
	"bytes"
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/roster/oneroster"
)

// sourceOf is an export as the command line loads it.
func sourceOf(files fs.FS) load.Source {
	return load.Source{
		Name: "OneRoster CSV", ExitDate: policy.LastDayEnrolled,
		Read: func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
			return oneroster.Read(ctx, files, oneroster.Options{District: "D0001"}, sink, progress)
		},
	}
}

// imported loads the export into an empty database, whose district it makes.
func imported(t *testing.T, files files) district {
	t.Helper()
	d := district{database: pgtest.New(t)}
	d.owner = d.database.Open(t, postgres.OwnerLogin, postgres.Options{})
	d.application = d.database.Open(t, postgres.ApplicationLogin, postgres.Options{})
	source := sourceOf(fstest.MapFS(files))
	plan, err := load.PlanDistrict(t.Context(), source, "D0001", "")
	if err != nil {
		t.Fatal(err)
	}
	summary, err := load.Load(t.Context(), d.owner, plan, source, load.Options{Now: func() time.Time { return asOf.Add(12 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	if kept := summary.Quarantined(); kept != 0 {
		t.Errorf("%d rows are in quarantine: %+v", kept, summary.Problems)
	}
	if err := d.application.Pool().QueryRowContext(t.Context(), `SELECT id FROM find_district('D0001')`).Scan(&d.id); err != nil {
		t.Fatal(err)
	}
	return d
}

// sameOnBothSides is what is to be the same in a district and in one that was loaded
// from its export: a statement each, whose rows are compared both ways.
var sameOnBothSides = map[string]string{
	"districts": `SELECT d.local_id, d.name, d.state, coalesce(r.local_id, ''), coalesce(r.name, '') FROM district d LEFT JOIN region r ON r.id = d.region_id
		WHERE d.id = current_district()`,
	"schools": `SELECT local_id, name FROM school WHERE withdrawn_at IS NULL`,
	"students": `SELECT local_id, coalesce(state_id, ''), first_name, middle_name, last_name, preferred_first_name, preferred_last_name,
		coalesce(birth_date::text, ''), grade_level, sex, (SELECT coalesce(string_agg(x, ',' ORDER BY x), '') FROM unnest(race_ethnicity) x)
		FROM student WHERE withdrawn_at IS NULL`,
	"persons": `SELECT local_id, first_name, last_name, preferred_first_name, preferred_last_name FROM person p WHERE withdrawn_at IS NULL
		AND EXISTS (SELECT FROM student_contact k WHERE k.person_id = p.id AND k.withdrawn_at IS NULL AND NOT k.no_contact)`,
	"contacts": `SELECT s.local_id, p.local_id FROM student_contact k JOIN student s ON s.id = k.student_id JOIN person p ON p.id = k.person_id
		WHERE k.withdrawn_at IS NULL AND NOT k.no_contact`,
	"staff":   `SELECT local_id, first_name, last_name, preferred_first_name, preferred_last_name, email, login FROM staff WHERE withdrawn_at IS NULL`,
	"courses": `SELECT local_id, title, coalesce(core_subject, '') FROM course WHERE withdrawn_at IS NULL`,
	"sections": `SELECT c.local_id, h.local_id, o.local_id, c.school_year, c.starts_on, c.ends_on FROM section c JOIN school h ON h.id = c.school_id
		JOIN course o ON o.id = c.course_id WHERE c.withdrawn_at IS NULL`,
	"memberships": `SELECT s.local_id, h.local_id, e.school_year, e.entry_date, coalesce(e.exit_date::text, ''), e.grade_level
		FROM student_school_association e JOIN student s ON s.id = e.student_id JOIN school h ON h.id = e.school_id WHERE e.withdrawn_at IS NULL`,
	"seats": `SELECT s.local_id, c.local_id, h.local_id, a.starts_on, coalesce(a.ends_on::text, '') FROM student_section_association a
		JOIN student s ON s.id = a.student_id JOIN section c ON c.id = a.section_id JOIN school h ON h.id = c.school_id WHERE a.withdrawn_at IS NULL`,
	"teachers": `SELECT t.local_id, c.local_id, h.local_id, a.starts_on, coalesce(a.ends_on::text, '') FROM staff_section_association a
		JOIN staff t ON t.id = a.staff_id JOIN section c ON c.id = a.section_id JOIN school h ON h.id = c.school_id WHERE a.withdrawn_at IS NULL`,
}

// rows gives a statement's rows as text, in an order.
func (d district) rows(t *testing.T, statement string) []string {
	t.Helper()
	var all []string
	d.inScope(t, func(ctx context.Context, tx *postgres.Tx) error {
		rows, err := tx.SQL().QueryContext(ctx, "SELECT ROW(x.*)::text FROM ("+statement+") x")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var row string
			if err := rows.Scan(&row); err != nil {
				return err
			}
			all = append(all, row)
		}
		return rows.Err()
	})
	slices.Sort(all)
	return all
}

// TestTheExportLoadsIntoAnEmptyDistrict: what was exported of a district is what is
// loaded into another, compared both ways; and loading it into its own district
// changes nothing of what was exported.
func TestTheExportLoadsIntoAnEmptyDistrict(t *testing.T) {
	t.Parallel()
	one := madeUp(t, 400)
	one.inScope(t, func(ctx context.Context, tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, `UPDATE student SET preferred_last_name = 'O''Hara, "Scout"' WHERE id = (SELECT min(id::text)::uuid FROM student)`)
		return err
	})
	exported, did := one.exported(t)
	if did.Rows["enrollments"] == 0 || did.Rows["demographics"] != 400 {
		t.Errorf("exported %+v", did)
	}
	two := imported(t, exported)
	again, _ := two.exported(t)
	if diff := cmp.Diff(sortedLines(exported["academicSessions.csv"].Data), sortedLines(again["academicSessions.csv"].Data)); diff != "" {
		t.Errorf("the sessions of the import's own export are others:\n%s", diff)
	}
	for name, statement := range sameOnBothSides {
		want, got := one.rows(t, statement), two.rows(t, statement)
		if len(want) == 0 {
			t.Errorf("%s: there are none to compare", name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: - exported, + imported:\n%.3000s", name, diff)
		}
	}
}

func sortedLines(content []byte) []string {
	lines := strings.Split(string(content), "\n")
	slices.Sort(lines)
	return lines
}

// TestTheExportLoadsIntoItsOwnDistrict: it knows everybody again, takes nobody out, and
// leaves what OneRoster does not say: why somebody left, and which of a school's calendars
// a student keeps.
func TestTheExportLoadsIntoItsOwnDistrict(t *testing.T) {
	t.Parallel()
	one := madeUp(t, 120)
	const exits = `SELECT s.local_id, e.exit_date, e.exit_type, e.exit_code FROM student_school_association e JOIN student s ON s.id = e.student_id
		WHERE e.exit_type <> 'UNKNOWN'`
	one.inScope(t, func(ctx context.Context, tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, `INSERT INTO calendar (district_id, id, school_id, school_year, local_id, kind)
			SELECT district_id, gen_random_uuid(), school_id, school_year, 'another', 'SCHOOL' FROM calendar`)
		return err
	})
	left := one.rows(t, exits)
	before := map[string][]string{}
	for name, statement := range sameOnBothSides {
		before[name] = one.rows(t, statement)
	}
	exported, _ := one.exported(t)
	found, err := load.FindDistrict(t.Context(), one.application, "D0001")
	if err != nil {
		t.Fatal(err)
	}
	summary, err := load.Load(t.Context(), one.application, found, sourceOf(fstest.MapFS(exported)), load.Options{Now: func() time.Time { return asOf.Add(12 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	for _, count := range summary.Counts {
		if count.Quarantined > 0 || count.Removed > 0 {
			t.Errorf("%+v", count)
		}
	}
	for name, statement := range sameOnBothSides {
		if diff := cmp.Diff(before[name], one.rows(t, statement)); diff != "" {
			t.Errorf("%s: - before, + after:\n%.3000s", name, diff)
		}
	}
	if diff := cmp.Diff(left, one.rows(t, exits)); diff != "" || len(left) == 0 {
		t.Errorf("exits, %d of them: - before, + after:\n%s", len(left), diff)
	}
	if n := one.count(t, `SELECT count(*) FROM student_school_association WHERE calendar_id IS NULL`); n > 0 {
		t.Errorf("%d enrollments lost their calendar", n)
	}
}

// TestSectionsOfOneCode: two schools may call a section the same, and it has a name of
// its own in each then.
func TestSectionsOfOneCode(t *testing.T) {
	t.Parallel()
	one := madeUp(t, 300)
	one.inScope(t, func(ctx context.Context, tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, `UPDATE section SET local_id = '1' WHERE id IN (SELECT min(id::text)::uuid FROM section GROUP BY school_id)`)
		return err
	})
	const places = `SELECT h.local_id, count(DISTINCT c.id), count(*) FROM student_section_association a JOIN section c ON c.id = a.section_id
		JOIN school h ON h.id = c.school_id GROUP BY 1`
	exported, _ := one.exported(t)
	if diff := cmp.Diff(one.rows(t, places), imported(t, exported).rows(t, places)); diff != "" {
		t.Errorf("- exported, + imported:\n%s", diff)
	}
}

// TestTermsAreSessions: a section that is held in a term is a class of its session.
func TestTermsAreSessions(t *testing.T) {
	t.Parallel()
	one := madeUp(t, 60)
	one.inScope(t, func(ctx context.Context, tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, `INSERT INTO term (district_id, id, school_id, school_year, local_id, name, kind, starts_on, ends_on)
			SELECT c.district_id, gen_random_uuid(), NULL::uuid, c.school_year, 'T1', 'Whole Term', 'SEMESTER', c.starts_on, c.ends_on FROM section c
			ORDER BY c.id LIMIT 1`)
		return err
	})
	exported, _ := one.exported(t)
	two := imported(t, exported)
	if got := two.rows(t, `SELECT local_id, name, kind, starts_on, ends_on FROM term WHERE local_id = 'T1'`); len(got) != 1 ||
		!slices.Equal(got, one.rows(t, `SELECT local_id, name, kind, starts_on, ends_on FROM term WHERE local_id = 'T1'`)) {
		t.Errorf("the term became %v", got)
	}
	if !bytes.Contains(exported["classes.csv"].Data, []byte(",T1,")) || bytes.Contains(exported["academicSessions.csv"].Data, []byte("days-")) {
		t.Errorf("the sessions are\n%s", exported["academicSessions.csv"].Data)
	}
}
