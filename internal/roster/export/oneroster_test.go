package export_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/demo"
	"github.com/holdfast-edu/holdfast/internal/ledger"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/roster/export"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// asOf is the demo's last day, in the middle of a school year.
var asOf = time.Date(2026, time.February, 10, 0, 0, 0, 0, time.UTC)

// district is a made-up district in a database.
type district struct {
	database           *pgtest.Database
	owner, application *postgres.DB
	id                 uuid.UUID
}

func madeUp(t *testing.T, students int) district {
	t.Helper()
	d := district{database: pgtest.New(t)}
	d.owner = d.database.Open(t, postgres.OwnerLogin, postgres.Options{})
	d.application = d.database.Open(t, postgres.ApplicationLogin, postgres.Options{})
	if _, err := demo.Load(t.Context(), d.owner, demo.Options{Districts: 1, Students: students, Days: 180, Seed: 7, AsOf: asOf}, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	if err := d.application.Pool().QueryRowContext(t.Context(), `SELECT id FROM find_district('D0001')`).Scan(&d.id); err != nil {
		t.Fatal(err)
	}
	return d
}

// inScope runs something in the district's scope.
func (d district) inScope(t *testing.T, do func(ctx context.Context, tx *postgres.Tx) error) {
	t.Helper()
	ctx := tenant.With(t.Context(), tenant.Scope{District: d.id})
	if err := d.application.Write(ctx, func(tx *postgres.Tx) error { return do(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

func (d district) count(t *testing.T, statement string) int {
	t.Helper()
	var n int
	d.inScope(t, func(ctx context.Context, tx *postgres.Tx) error {
		return tx.SQL().QueryRowContext(ctx, statement).Scan(&n)
	})
	return n
}

// files is where an export goes.
type files fstest.MapFS

type content struct {
	bytes.Buffer
	into files
	name string
}

func (c *content) Close() error {
	c.into[c.name] = &fstest.MapFile{Data: c.Bytes()}
	return nil
}

func (f files) create(name string) (io.WriteCloser, error) { return &content{into: f, name: name}, nil }

// disclosed writes the disclosure down as the command line does.
func (d district) disclosed(ctx context.Context, tx *postgres.Tx, students []uuid.UUID) error {
	return ledger.DiscloseAll(ctx, tx, ledger.Disclosure{
		Party: "Harbor Learning", Interest: "rosters its courses", Basis: ledger.SchoolOfficial, Purpose: "single sign-on",
		Classes: access.Of(access.Directory, access.Contact), Items: []string{"name"},
		By: access.Principal{Kind: access.Operator, PersonID: access.ID{1}, DistrictID: access.ID(d.id)},
	}, students)
}

func (d district) exported(t *testing.T) (files, export.Exported) {
	t.Helper()
	into := files{}
	did, err := export.OneRoster(t.Context(), d.application, export.Options{District: d.id, Today: asOf, Create: into.create, Disclose: d.disclosed})
	if err != nil {
		t.Fatal(err)
	}
	return into, did
}

// TestEachStudentsDisclosureIsWrittenDown: one record a student, and no other.
func TestEachStudentsDisclosureIsWrittenDown(t *testing.T) {
	t.Parallel()
	d := madeUp(t, 60)
	_, did := d.exported(t)
	if did.Students != 60 || did.SchoolYear != 2026 || did.Rows["users"] <= 60 {
		t.Errorf("exported %+v", did)
	}
	if n := d.count(t, `SELECT count(DISTINCT d.student_id) FROM disclosure d JOIN student s ON s.id = d.student_id
		WHERE d.party = 'Harbor Learning' AND d.basis = 'SCHOOL_OFFICIAL' AND d.principal_kind = 'OPERATOR'`); n != 60 {
		t.Errorf("%d students' disclosures are written down", n)
	}
}

// TestNoRecordNoDisclosure: when it cannot be written down, the export fails, and
// nothing of it is in the log.
func TestNoRecordNoDisclosure(t *testing.T) {
	t.Parallel()
	d := madeUp(t, 40)
	full := errors.New("the disk is full")
	_, err := export.OneRoster(t.Context(), d.application, export.Options{
		District: d.id, Today: asOf, Create: files{}.create,
		Disclose: func(ctx context.Context, tx *postgres.Tx, students []uuid.UUID) error {
			return errors.Join(d.disclosed(ctx, tx, students), full)
		},
	})
	if !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	if n := d.count(t, `SELECT count(*) FROM disclosure`); n != 0 {
		t.Errorf("%d disclosures are written down", n)
	}
}

// TestOneSnapshot: what changes while the export is written is not in it.
func TestOneSnapshot(t *testing.T) {
	t.Parallel()
	d := madeUp(t, 40)
	into, changed := files{}, false
	_, err := export.OneRoster(t.Context(), d.application, export.Options{
		District: d.id, Today: asOf, Disclose: d.disclosed,
		Create: func(name string) (io.WriteCloser, error) {
			if name == "users.csv" && !changed {
				changed = true
				d.inScope(t, func(ctx context.Context, tx *postgres.Tx) error {
					_, err := tx.SQL().ExecContext(ctx, `UPDATE student SET birth_date = '1999-09-09' WHERE district_id = $1`, d.id)
					return err
				})
			}
			return into.create(name)
		},
	})
	if err != nil || !changed {
		t.Fatal(changed, err)
	}
	if bytes.Contains(into["demographics.csv"].Data, []byte("1999-09-09")) {
		t.Error("it read what was changed meanwhile")
	}
}

// TestNothingToExport: of a district that is not there, or has no year, nothing leaves.
func TestNothingToExport(t *testing.T) {
	t.Parallel()
	d := madeUp(t, 40)
	_, err := export.OneRoster(t.Context(), d.application, export.Options{District: uuid.New(), Today: asOf, Create: files{}.create, Disclose: d.disclosed})
	if !errors.Is(err, export.ErrNoYear) {
		t.Errorf("got %v", err)
	}
}

// TestWhoMayNotBeContactedIsLeftOut: neither the link nor the person leaves, nor a
// number that somebody opted out of.
func TestWhoMayNotBeContactedIsLeftOut(t *testing.T) {
	t.Parallel()
	d := madeUp(t, 40)
	var person string
	d.inScope(t, func(ctx context.Context, tx *postgres.Tx) error {
		return tx.SQL().QueryRowContext(ctx, `UPDATE student_contact SET no_contact = true WHERE person_id = (SELECT min(person_id::text)::uuid FROM student_contact)
			RETURNING person_id`).Scan(&person)
	})
	d.inScope(t, func(ctx context.Context, tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, `UPDATE contact_channel SET opted_out = true, value = '555-0177' WHERE kind = 'PHONE'
			AND id IN (SELECT DISTINCT ON (person_id) id FROM contact_channel WHERE kind = 'PHONE' ORDER BY person_id, id)`)
		return err
	})
	before := d.count(t, `SELECT count(*) FROM student_contact WHERE no_contact`)
	into, did := d.exported(t)
	if did.NoContact != before || before == 0 {
		t.Errorf("%d were left out, of %d", did.NoContact, before)
	}
	if d.count(t, `SELECT count(*) FROM contact_channel WHERE opted_out`) < 40 || bytes.Contains(into["users.csv"].Data, []byte("555-0177")) {
		t.Error("a number is in it that somebody opted out of")
	}
	for _, name := range []string{"users.csv", "roles.csv"} {
		if bytes.Contains(into[name].Data, []byte(person)) {
			t.Errorf("%s names them", name)
		}
	}
}
