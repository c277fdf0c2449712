package oneroster_test

import (
	"context"
	"io/fs"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/roster/oneroster"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// february is a moment in the school year of the folders.
func february() time.Time { return time.Date(2026, time.February, 4, 12, 0, 0, 0, time.UTC) }

// harbor is the folders' district in a database.
type harbor struct {
	owner, application *postgres.DB
	id                 uuid.UUID
}

func newHarbor(t *testing.T) *harbor {
	t.Helper()
	database := pgtest.New(t)
	return &harbor{
		owner:       database.Open(t, postgres.OwnerLogin, postgres.Options{}),
		application: database.Open(t, postgres.ApplicationLogin, postgres.Options{}),
	}
}

// load loads files as the command line does, and makes the district the first time.
func (h *harbor) load(t *testing.T, files fs.FS, options oneroster.Options) load.Summary {
	t.Helper()
	source := load.Source{
		Name: "OneRoster CSV", ExitDate: policy.LastDayEnrolled,
		Read: func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
			return oneroster.Read(ctx, files, options, sink, progress)
		},
	}
	db := h.application
	district, err := load.FindDistrict(t.Context(), db, options.District)
	if err != nil {
		db = h.owner
		if district, err = load.PlanDistrict(t.Context(), source, options.District, ""); err != nil {
			t.Fatal(err)
		}
	}
	h.id = district.ID
	summary, err := load.Load(t.Context(), db, district, source, load.Options{Now: february, AllowRemovals: true})
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// rows gives a statement's rows as text, in an order.
func (h *harbor) rows(t *testing.T, statement string) []string {
	t.Helper()
	var all []string
	err := h.application.Write(tenant.With(t.Context(), tenant.Scope{District: h.id}), func(tx *postgres.Tx) error {
		rows, err := tx.SQL().QueryContext(t.Context(), "SELECT ROW(x.*)::text FROM ("+statement+") x")
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
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

func (h *harbor) want(t *testing.T, statement string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, h.rows(t, statement)); diff != "" {
		t.Errorf("%s\n- want, + got:\n%s", statement, diff)
	}
}

const (
	memberships = `SELECT s.local_id, h.local_id AS school, e.school_year, e.entry_date, e.exit_date, e.withdrawn_at IS NULL AS stands FROM student_school_association e
		JOIN student s ON s.id = e.student_id JOIN school h ON h.id = e.school_id`
	seats = `SELECT s.local_id, c.local_id AS section, a.starts_on, a.ends_on, a.withdrawn_at IS NULL AS stands FROM student_section_association a
		JOIN student s ON s.id = a.student_id JOIN section c ON c.id = a.section_id`
)

func quarantined(summary load.Summary) map[string]int64 {
	kept := map[string]int64{}
	for _, count := range summary.Counts {
		if count.Quarantined > 0 {
			kept[count.Kind] = count.Quarantined
		}
	}
	return kept
}

// TestABulkExportLoads: whole, and once.
func TestABulkExportLoads(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"base-1.1", "base-1.2"} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			h := newHarbor(t)
			if kept := quarantined(h.load(t, laidOver(t, "", base), byIdentifiers)); len(kept) > 0 {
				t.Errorf("in quarantine: %v", kept)
			}
			again := h.load(t, laidOver(t, "", base), byIdentifiers)
			if again.Changed() != 0 {
				t.Errorf("the second time changed %+v", again.Counts)
			}
			h.want(t, `SELECT local_id, starts_on, ends_on FROM section`,
				"(k-alg,2025-08-18,2026-06-05)", "(k-art,2026-01-06,2026-06-05)", "(k-eng,2025-08-18,2025-12-19)")
		})
	}
}

// TestADeltaLoads: what it says is gone is, and nothing else.
func TestADeltaLoads(t *testing.T) {
	t.Parallel()
	h := newHarbor(t)
	h.load(t, laidOver(t, "", "base-1.2"), byIdentifiers)
	if diff := cmp.Diff(map[string]int64{"Exit": 1}, quarantined(h.load(t, laidOver(t, "base-1.2", "delta-1.2"), byIdentifiers))); diff != "" {
		t.Errorf("in quarantine:\n%s", diff) // the one without dateLastModified
	}
	h.want(t, memberships,
		"(1001,4401001,2026,2025-08-18,2026-02-03,t)", "(1002,4401041,2026,2026-01-12,,t)", "(1003,4401001,2026,2025-08-18,2025-10-31,t)")
	h.want(t, seats,
		"(1001,k-alg,2025-08-20,2026-02-03,t)", "(1001,k-eng,2025-08-20,2025-12-19,t)", "(1002,k-art,2026-01-12,,t)", "(1003,k-alg,2025-08-18,2025-10-31,t)")
	h.want(t, `SELECT t.local_id, a.ends_on FROM staff_section_association a JOIN staff t ON t.id = a.staff_id`, "(77,2026-02-03)")
	h.want(t, `SELECT local_id FROM section WHERE withdrawn_at IS NOT NULL`, "(k-eng)")
	h.want(t, `SELECT local_id FROM student WHERE withdrawn_at IS NOT NULL`)
}

// TestARowOfAnotherName: what is gone under one sourcedId and there under another is
// there.
func TestARowOfAnotherName(t *testing.T) {
	t.Parallel()
	h := newHarbor(t)
	h.load(t, laidOver(t, "", "base-1.2"), byIdentifiers)
	before := h.rows(t, seats)
	if summary := h.load(t, laidOver(t, "base-1.2", "delta-renamed"), byIdentifiers); summary.Changed() != 0 || len(quarantined(summary)) > 0 {
		t.Errorf("it changed %+v", summary.Counts)
	}
	h.want(t, seats, before...)
}

// TestADeltaOfWhatChangedAlone: by sourcedIds it finds whom it names and does not hold.
func TestADeltaOfWhatChangedAlone(t *testing.T) {
	t.Parallel()
	h := newHarbor(t)
	byIDs := oneroster.Options{District: "4401", Codes: oneroster.CodesOfSourcedIDs}
	h.load(t, laidOver(t, "", "base-1.2"), byIDs)
	h.load(t, laidOver(t, "base-1.2", "delta-alone-by-ids"), byIDs)
	h.want(t, seats+` WHERE s.local_id IN ('u-ben', 'u-new')`, "(u-ben,k-art,2026-01-12,2026-02-03,t)", "(u-new,k-alg,2026-02-03,,t)")
	h.want(t, `SELECT birth_date, sex FROM student WHERE local_id = 'u-ben'`, "(2011-05-01,Male)")
	h.want(t, memberships+` WHERE s.local_id = 'u-new'`, "(u-new,o-high,2026,2026-02-03,,t)")
}

// TestWhoIsInTheExportNoMore: an export in bulk ends what it does not have; without a
// manifest nothing ends.
func TestWhoIsInTheExportNoMore(t *testing.T) {
	t.Parallel()
	h := newHarbor(t)
	h.load(t, laidOver(t, "", "base-1.1"), byIdentifiers)
	without := laidOver(t, "base-1.1", "gone-from-bulk")
	manifest := without["manifest.csv"]
	delete(without, "manifest.csv")
	h.load(t, without, byIdentifiers)
	h.want(t, memberships+` WHERE s.local_id = '1002'`, "(1002,4401041,2026,2026-01-12,,t)")
	without["manifest.csv"] = manifest
	h.load(t, without, byIdentifiers)
	h.want(t, memberships+` WHERE s.local_id = '1002'`, "(1002,4401041,2026,2026-01-12,2026-02-03,t)")
	h.want(t, seats+` WHERE s.local_id = '1002'`, "(1002,k-art,2026-01-12,2026-02-03,t)")
}

// TestTheEntryThatIsKnownStays: an entry date that an export only assumes does not make
// a second enrollment, whatever classes it has by then; what another source told of a
// school, an exit and a contact stays too.
func TestTheEntryThatIsKnownStays(t *testing.T) {
	t.Parallel()
	h := newHarbor(t)
	h.load(t, laidOver(t, "", "base-1.1"), byIdentifiers)
	err := h.application.Write(tenant.With(t.Context(), tenant.Scope{District: h.id}), func(tx *postgres.Tx) error {
		for _, statement := range []string{
			`UPDATE student_school_association SET entry_date = '2025-08-18' WHERE student_id = (SELECT id FROM student WHERE local_id = '1002')`,
			`UPDATE school SET level = 'HIGH', lowest_grade = 'NINTH', alternative = true WHERE local_id = '4401001'`,
			`UPDATE student_contact SET education_rights = true`,
		} {
			if _, err := tx.SQL().ExecContext(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if again := h.load(t, laidOver(t, "", "base-1.1"), byIdentifiers); again.Changed() != 0 {
		t.Errorf("it changed %+v", again.Counts)
	}
	h.want(t, memberships+` WHERE s.local_id = '1002'`, "(1002,4401041,2026,2025-08-18,,t)")
	h.want(t, `SELECT level, lowest_grade, alternative FROM school WHERE local_id = '4401001'`, "(HIGH,NINTH,t)")
	h.want(t, `SELECT DISTINCT education_rights FROM student_contact`, "(t)")
}

// TestEndDatesAreExclusive whatever the district's policy says of other sources' dates.
func TestEndDatesAreExclusive(t *testing.T) {
	t.Parallel()
	h := newHarbor(t)
	h.load(t, laidOver(t, "", "base-1.2"), byIdentifiers)
	err := h.owner.Write(tenant.With(t.Context(), tenant.Scope{District: h.id}), func(tx *postgres.Tx) error {
		changed, err := tx.SQL().ExecContext(t.Context(), `UPDATE district_policy SET document = jsonb_set(document, '{exitDate}', '"FIRST_DAY_OUT"')
			WHERE district_id = $1`, h.id)
		if err != nil {
			return err
		}
		if n, err := changed.RowsAffected(); n != 1 {
			t.Errorf("%d policies were changed: %v", n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if again := h.load(t, laidOver(t, "", "base-1.2"), byIdentifiers); again.Changed() != 0 {
		t.Errorf("it changed %+v", again.Counts)
	}
	h.want(t, memberships+` WHERE s.local_id = '1003'`, "(1003,4401001,2026,2025-08-18,2025-10-31,t)")
}

// TestPersonsOfOneCode: two who claim one identifier are kept back, both; one who has
// a new sourcedId is the same one.
func TestPersonsOfOneCode(t *testing.T) {
	t.Parallel()
	h := newHarbor(t)
	h.load(t, laidOver(t, "", "base-1.2"), byIdentifiers)
	ids := h.rows(t, `SELECT id, local_id FROM student`)
	if kept := quarantined(h.load(t, laidOver(t, "base-1.2", "one-person-twice"), byIdentifiers)); kept["Student"] != 2 {
		t.Errorf("in quarantine: %v", kept)
	}
	h.want(t, `SELECT first_name FROM student WHERE local_id = '1001'`, "(Ada)")
	if kept := quarantined(h.load(t, laidOver(t, "base-1.2", "changed-id"), byIdentifiers)); len(kept) > 0 {
		t.Errorf("in quarantine: %v", kept)
	}
	if diff := cmp.Diff(ids, h.rows(t, `SELECT id, local_id FROM student`)); diff != "" {
		t.Errorf("the students are others:\n%s", diff)
	}
	h.want(t, memberships+` WHERE s.local_id = '1002'`, "(1002,4401041,2026,2026-01-12,,t)")
}

// TestAnotherDistrictsExport: nothing of it is loaded.
func TestAnotherDistrictsExport(t *testing.T) {
	t.Parallel()
	h := newHarbor(t)
	h.load(t, laidOver(t, "", "base-1.2"), byIdentifiers)
	kept := quarantined(h.load(t, laidOver(t, "base-1.2", "another-district"), byIdentifiers))
	if kept["School"] != 2 {
		t.Errorf("in quarantine: %v", kept)
	}
}
