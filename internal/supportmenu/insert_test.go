package supportmenu_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/supportmenu"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// within does something in the scope of the district, under the application's login.
func within(t *testing.T, db *postgres.DB, district uuid.UUID, do func(context.Context, *postgres.Tx) error) {
	t.Helper()
	ctx := tenant.With(t.Context(), tenant.Scope{District: district})
	if err := db.Write(ctx, func(tx *postgres.Tx) error { return do(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

func TestADistrictGetsTheMenuOnceAndKeepsWhatItChanged(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	one, other := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	for code, id := range map[string]uuid.UUID{"one": one, "other": other} {
		within(t, owner, id, func(ctx context.Context, tx *postgres.Tx) error {
			_, err := tx.SQL().ExecContext(ctx, `INSERT INTO district (id, local_id, name, state, time_zone) VALUES ($1, $2, $2, 'TX', 'America/Chicago')`, id, code)
			return err
		})
	}
	application := database.Open(t, postgres.ApplicationLogin, postgres.Options{})
	insert := func(ctx context.Context, tx *postgres.Tx) error { return supportmenu.Insert(ctx, tx, one) }
	within(t, application, one, insert)
	within(t, application, one, func(ctx context.Context, tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, `UPDATE support_menu_entry SET title = 'Ours', withdrawn_at = now() WHERE district_id = $1 AND local_id = 'tutoring'`, one)
		return err
	})
	within(t, application, one, insert)
	want := map[string]supportmenu.Entry{}
	for _, entry := range supportmenu.Entries() {
		want[entry.Code] = entry
	}
	changed := want["tutoring"]
	changed.Title = "Ours"
	want["tutoring"] = changed
	within(t, application, one, func(ctx context.Context, tx *postgres.Tx) error {
		rows, err := tx.SQL().QueryContext(ctx, `SELECT local_id, title, domain, intensity, scope, provider, dosage, evidence, source
			FROM support_menu_entry WHERE district_id = $1`, one)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var e supportmenu.Entry
			if err := rows.Scan(&e.Code, &e.Title, &e.Domain, &e.Intensity, &e.Scope, &e.Provider, &e.Dosage, &e.Evidence, &e.Source); err != nil {
				return err
			}
			if e != want[e.Code] {
				t.Errorf("the district has %+v, not %+v", e, want[e.Code])
			}
			delete(want, e.Code)
		}
		return rows.Err()
	})
	if len(want) > 0 {
		t.Errorf("the district lacks %v", want)
	}
	within(t, application, other, func(ctx context.Context, tx *postgres.Tx) error {
		var n int
		err := tx.SQL().QueryRowContext(ctx, `SELECT count(*) FROM support_menu_entry`).Scan(&n)
		if n != 0 {
			t.Errorf("the other district sees %d entries", n)
		}
		return err
	})
}

// Table 2 of the Practice guide has eight cells, sixteen supports; BP 5147 lists twelve
// strategies, of which one names attendance recovery too.
func TestTheMenuIsThatOfItsSources(t *testing.T) {
	t.Parallel()
	cells, bySource := map[string]int{}, map[string]int{}
	codes := map[string]bool{}
	for _, entry := range supportmenu.Entries() {
		bySource[entry.Source]++
		if entry.Source == "Practice guide, table 2" {
			cells[entry.Domain+" "+entry.Intensity]++
		}
		if codes[entry.Code] || entry.Code == "" || entry.Title == "" {
			t.Errorf("the entry %+v has no code, or another's, or no title", entry)
		}
		codes[entry.Code] = true
	}
	if bySource["Practice guide, table 2"] != 16 || bySource["BP 5147"] != 13 || len(bySource) != 2 {
		t.Errorf("the entries by source: %v", bySource)
	}
	for cell, want := range map[string]int{
		"ATTENDANCE BASIC": 3, "ATTENDANCE INTENSIVE": 2, "BEHAVIOR BASIC": 2, "BEHAVIOR INTENSIVE": 2, "COURSE_PERFORMANCE BASIC": 2,
		"COURSE_PERFORMANCE INTENSIVE": 2, "FAMILY BASIC": 1, "FAMILY INTENSIVE": 2,
	} {
		if cells[cell] != want {
			t.Errorf("table 2 has %d supports for %s, not %d", cells[cell], cell, want)
		}
	}
}
