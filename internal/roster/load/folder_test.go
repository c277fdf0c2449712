package load_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// october is a moment in the middle of the school year of the made-up folders.
func october() time.Time { return time.Date(2025, time.October, 15, 12, 0, 0, 0, time.UTC) }

// code is the made-up district's.
const code = "100"

// compose lays the named folders of testdata over each other: a file of a later one
// takes the place of its namesake.
func compose(t *testing.T, names ...string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range names {
		if err := overlay(folder, filepath.Join("testdata", name)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func overlay(folder, from string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(from, entry.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, entry.Name()), content, 0o600); err != nil { //nolint:gosec // testdata's own names
			return err
		}
	}
	return nil
}

// target is a database with the made-up district in it, or about to be.
type target struct {
	database           *pgtest.Database
	owner, application *postgres.DB
	id                 uuid.UUID
}

func newTarget(t *testing.T) *target {
	t.Helper()
	database := pgtest.New(t)
	return &target{
		database: database, owner: database.Open(t, postgres.OwnerLogin, postgres.Options{}),
		application: database.Open(t, postgres.ApplicationLogin, postgres.Options{}),
	}
}

// create makes the district from the folders, as an operator does.
func (d *target) create(t *testing.T, options load.Options, names ...string) load.Summary {
	t.Helper()
	source := edfiSource(compose(t, names...))
	planned, err := load.PlanDistrict(t.Context(), source, code, "")
	if err != nil {
		t.Fatal(err)
	}
	d.id = planned.ID
	summary, err := load.Load(t.Context(), d.owner, planned, source, options)
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// find gives the district as it stands.
func (d *target) find(t *testing.T) load.District {
	t.Helper()
	district, err := load.FindDistrict(t.Context(), d.application, code)
	if err != nil {
		t.Fatal(err)
	}
	return district
}

// load loads the folders into the district that stands, under the application's
// login.
func (d *target) load(t *testing.T, options load.Options, names ...string) load.Summary {
	t.Helper()
	summary, err := load.Load(t.Context(), d.application, d.find(t), edfiSource(compose(t, names...)), options)
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// lines gives a query's rows, each as its columns joined by " | ". $1 is the
// district.
func (d *target) lines(t *testing.T, query string) []string {
	t.Helper()
	var found []string
	ctx := tenant.With(t.Context(), tenant.Scope{District: d.id})
	err := d.application.Read(ctx, func(tx *postgres.Tx) error {
		return scanLines(ctx, tx, &found, "SELECT concat_ws(' | ', VARIADIC ARRAY(SELECT value FROM jsonb_each_text(to_jsonb(q)))) FROM ("+query+") q",
			[]any{d.id})
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func scanLines(ctx context.Context, tx *postgres.Tx, found *[]string, query string, args []any) error {
	rows, err := tx.SQL().QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		*found = append(*found, line)
	}
	return rows.Err()
}

// runs gives the import runs from the first on, as "STATUS: problem".
func (d *target) runs(t *testing.T) []string {
	t.Helper()
	return d.lines(t, `SELECT status || CASE problem WHEN '' THEN '' ELSE ': ' || problem END AS a
		FROM import_run WHERE district_id = $1 ORDER BY started_at, id`)
}

// content gives how many rows each table of the district holds, bookkeeping of
// imports aside, and a digest of what is in them.
func (d *target) content(t *testing.T) string {
	t.Helper()
	var all []string
	for table, scope := range postgres.TableScopes() {
		if scope == postgres.OfDistrict && table != "district" && !strings.HasPrefix(table, "import_") {
			all = append(all, "SELECT '"+table+"' AS a, count(*) AS b, md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) AS c FROM "+
				table+" t WHERE district_id = $1")
		}
	}
	return strings.Join(d.lines(t, strings.Join(all, " UNION ALL ")+" ORDER BY 1"), "\n")
}
