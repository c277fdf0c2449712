package doctor_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/doctor"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

// clinic is a database with two districts, and the installation that leads to it.
type clinic struct {
	*pgtest.Database
	doctor.Installation

	a, b seeded
}

// seeded is the ids of a district that the tests speak of.
type seeded struct{ district, calendar uuid.UUID }

// today is the day that the rows of a seeded district are current on.
var today = time.Date(2026, time.February, 10, 12, 0, 0, 0, time.UTC)

// seedRows are a school in its year, with a day of which attendance is known, and a
// student with whom somebody spoke.
const seedRows = `
	INSERT INTO district (id, local_id, name, time_zone) VALUES ({district}, {code}, 'District', 'America/Chicago');
	INSERT INTO district_policy (district_id, id, version, starts_on, document) VALUES ({district}, {id}, 1, '2025-07-01', '{}');
	INSERT INTO school (district_id, id, local_id, name, level) VALUES ({district}, {id}, 'S1', 'First School', 'HIGH');
	INSERT INTO school_year (district_id, id, school_year, starts_on, ends_on) VALUES ({district}, {id}, 2026, '2025-07-01', '2026-06-30');
	INSERT INTO calendar (district_id, id, school_id, school_year, local_id, kind) VALUES ({district}, {calendar}, {id}, 2026, 'C1', 'SCHOOL');
	INSERT INTO calendar_date (district_id, id, calendar_id, on_date, instructional) VALUES ({district}, {id}, {calendar}, '2026-02-10', true);
	INSERT INTO attendance_completeness (district_id, id, school_id, school_year, known_through) VALUES ({district}, {id}, {id}, 2026, '2026-02-10');
	INSERT INTO staff (district_id, id, local_id, first_name, last_name) VALUES ({district}, {id}, 'T1', 'Sam', 'Staff');
	INSERT INTO student (district_id, id, local_id, first_name, last_name) VALUES ({district}, {id}, 'P1', 'Kim', 'Student');
	INSERT INTO contact_log (district_id, id, student_id, staff_id, occurred_at, method, outcome)
		VALUES ({district}, {id}, {id}, {id}, '2026-02-10', 'PHONE', 'REACHED');
	SELECT ensure_year_partitions(2026)`

// seed makes a district, as the superuser.
func seed(t *testing.T, root *sql.DB, code string) seeded {
	t.Helper()
	one := seeded{uuid.New(), uuid.New()}
	text := strings.NewReplacer("{district}", quoted(one.district), "{calendar}", quoted(one.calendar), "{id}", quoted(uuid.New()),
		"{code}", "'"+code+"'").Replace(seedRows)
	if _, err := root.ExecContext(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	return one
}

func quoted(id uuid.UUID) string { return "'" + id.String() + "'" }

// newClinic makes a database that is well: two districts, and the partitions that
// a server makes on its way.
func newClinic(t *testing.T) *clinic {
	t.Helper()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	root := openRoot(t, database.SuperuserURL())
	c := &clinic{Database: database, a: seed(t, root, "A"), b: seed(t, root, "B")}
	if err := owner.EnsureAuditMonth(t.Context(), time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	c.Installation = doctor.Installation{
		Secret: []byte("a secret of the tests"), DataDir: t.TempDir(), Now: time.Now, FreeSpace: func(string) (uint64, error) { return 1 << 40, nil },
		Logins: doctor.Logins{
			Application: database.URL(postgres.ApplicationLogin), Owner: database.URL(postgres.OwnerLogin),
			Partner: database.URL(postgres.PartnerLogin), Region: database.URL(postgres.RegionLogin),
		},
	}
	if err := os.Chmod(c.DataDir, 0o700); err != nil {
		t.Fatal(err)
	}
	return c
}

// plant runs statements as the superuser, whom no wall binds. {database}, {a} and
// {b} stand for the test's own.
func (c *clinic) plant(t *testing.T, statements string) {
	t.Helper()
	root := openRoot(t, c.SuperuserURL())
	text := strings.NewReplacer("{database}", c.Database.Name,
		"{a}", quoted(c.a.district), "{b}", quoted(c.b.district), "{calendar}", quoted(c.a.calendar)).Replace(statements)
	if _, err := root.ExecContext(t.Context(), text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func openRoot(t *testing.T, url string) *sql.DB {
	t.Helper()
	root, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return root
}

func (c *clinic) examine(ctx context.Context) doctor.Report {
	return doctor.Examine(ctx, c.Installation)
}

// line is what a report must say: the finding's words begin with found.
type line struct {
	status doctor.Status
	check  string
	found  string
}

func wantLine(t *testing.T, report doctor.Report, want line) {
	t.Helper()
	said := slices.ContainsFunc(report.Findings, func(f doctor.Finding) bool {
		return f.Status == want.status && f.Check == want.check && strings.HasPrefix(f.Found, want.found) &&
			(f.Status == doctor.OK) == (f.Remedy == "")
	})
	if !said {
		t.Errorf("it does not say %s %q %q:\n%s", want.status, want.check, want.found, text(report.Findings))
	}
}

// text is the findings, a line each.
func text(findings []doctor.Finding) string {
	var all strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&all, "%-4s  %s: %s → %s\n", f.Status, f.Check, f.Found, f.Remedy)
	}
	return all.String()
}

// unwell gives the findings that are not well.
func unwell(report doctor.Report) []doctor.Finding {
	return slices.DeleteFunc(slices.Clone(report.Findings), func(f doctor.Finding) bool { return f.Status == doctor.OK })
}

// at is a clock that stands still.
func at(now time.Time) func() time.Time { return func() time.Time { return now } }
