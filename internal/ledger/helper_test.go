package ledger_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/ledger"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

var secret = []byte("the secret of these tests")

// archive is a database with two districts, a student each, and one server.
type archive struct {
	*pgtest.Database

	root        *postgres.DB // row-level security does not bind it
	application *postgres.DB
	keeper      *ledger.Keeper

	a, b    ledger.District
	student map[uuid.UUID]uuid.UUID // by district
	reader  access.ID
}

func newArchive(t testing.TB) *archive {
	t.Helper()
	database := pgtest.New(t)
	root, err := postgres.Open(t.Context(), database.SuperuserURL(), postgres.Options{})
	check(t, err)
	t.Cleanup(func() { _ = root.Close() })
	a := &archive{
		Database: database, root: root, application: database.Open(t, postgres.ApplicationLogin, postgres.Options{}),
		a: ledger.District{ID: uuid.New(), Code: "A"}, b: ledger.District{ID: uuid.New(), Code: "B"},
		student: map[uuid.UUID]uuid.UUID{}, reader: access.ID(uuid.New()),
	}
	for _, one := range []ledger.District{a.a, a.b} {
		a.student[one.ID] = uuid.New()
		a.plant(t, `INSERT INTO district (id, local_id, name, time_zone) VALUES ($1, $2, 'District', 'America/Chicago')`, one.ID, one.Code)
		a.plant(t, `INSERT INTO student (district_id, id, local_id, first_name, last_name) VALUES ($1, $2, 'S1', 'Kim', 'Student')`, one.ID, a.student[one.ID])
	}
	a.keeper = a.start(t, a.application, 0)
	return a
}

// start begins to keep the records of one more server.
func (a *archive) start(t testing.TB, pool *postgres.DB, most int) *ledger.Keeper {
	t.Helper()
	keeper, err := ledger.Start(t.Context(), pool, ledger.Options{Secret: secret, Now: time.Now, Log: slog.New(slog.DiscardHandler), Most: most})
	check(t, err)
	t.Cleanup(func() { _ = keeper.Close(context.WithoutCancel(t.Context())) })
	return keeper
}

// plant runs a statement whom no wall binds.
func (a *archive) plant(t testing.TB, statement string, args ...any) {
	t.Helper()
	_, err := a.root.Pool().ExecContext(t.Context(), statement, args...)
	check(t, err)
}

func (a *archive) count(t testing.TB, query string, args ...any) int {
	t.Helper()
	var n int
	check(t, a.root.Pool().QueryRowContext(t.Context(), query, args...).Scan(&n))
	return n
}

// auditSQL is a change's line, as casework writes it.
const auditSQL = `INSERT INTO audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id, before, after, reason)
	VALUES ($1, clock_timestamp(), $2, 'STAFF', $3, 'logContact', 'CONTACT_LOG', $2, NULL, '{"summary": "spoke", "positive": true}', 'a reason')`

// change writes a line to the audit log, in a transaction of its own.
func (a *archive) change(ctx context.Context, pool *postgres.DB, in ledger.District) error {
	return pool.Write(scoped(ctx, in), func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, auditSQL, in.ID, uuid.Must(uuid.NewV7()), uuid.UUID(a.reader))
		return err
	})
}

func scoped(ctx context.Context, in ledger.District) context.Context {
	return tenant.With(ctx, tenant.Scope{District: in.ID})
}

// reading is an operation that showed something of the students.
func (a *archive) reading(in ledger.District, students ...uuid.UUID) operation.Reading {
	return operation.Reading{
		Principal: access.Principal{Kind: access.Staff, PersonID: a.reader, DistrictID: access.ID(in.ID)}, Operation: "StudentPage",
		Shown: []operation.Shown{{
			Students: students, Classes: access.Of(access.Directory, access.Risk), Because: []access.Span{{Role: access.Advocate, Reach: access.OwnCaseload}},
		}},
	}
}

// disclose writes down a disclosure of the district's student.
func (a *archive) disclosure(in ledger.District) ledger.Disclosure {
	return ledger.Disclosure{
		StudentID: a.student[in.ID], Party: "A clinic", Interest: "care", Basis: ledger.Emergency, Classes: access.Of(access.Contact),
		Items: []string{"contacts"}, Purpose: "an emergency", By: access.Principal{Kind: access.Staff, PersonID: a.reader, DistrictID: access.ID(in.ID)},
	}
}

// fill leaves six sealed lines in the district's chain: three changes (seals 1 to 3),
// a disclosure (4), and what two operations showed (5 and 6).
func (a *archive) fill(t testing.TB, in ledger.District) {
	t.Helper()
	for range 3 {
		check(t, a.change(t.Context(), a.application, in))
	}
	a.seal(t, in)
	check(t, a.application.Write(scoped(t.Context(), in), func(tx *postgres.Tx) error {
		_, err := ledger.Disclose(t.Context(), tx, a.disclosure(in))
		return err
	}))
	a.seal(t, in)
	for range 2 {
		a.keeper.Showed(a.reading(in, a.student[in.ID], uuid.New()))
		a.seal(t, in)
	}
}

func (a *archive) seal(t testing.TB, in ledger.District) {
	t.Helper()
	a.keeper.Changed(in.ID)
	check(t, a.keeper.Flush(t.Context()))
}

// verify looks through the district's chain.
func (a *archive) verify(t testing.TB, in ledger.District, anchor *ledger.Head) ledger.Report {
	t.Helper()
	report, err := ledger.Verify(t.Context(), a.application, ledger.Check{Key: ledger.NewKey(secret), District: in, Anchor: anchor})
	check(t, err)
	return report
}

// expectWhole holds a report to so many seals, and nothing amiss.
func expectWhole(t testing.TB, report ledger.Report, seals int) {
	t.Helper()
	if report.FaultCount > 0 || len(report.Unsealed) > 0 || report.LateCount > 0 || report.Head.Seq != int64(seals) {
		t.Errorf("not whole, or not of %d seals: %+v", seals, report)
	}
}

// faults writes a report's faults, a line each.
func faults(report ledger.Report) string {
	var lines []string
	for _, fault := range report.Faults {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %d %s", fault.Log, fault.Seq, fault.Problem)))
	}
	return strings.Join(lines, "\n")
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var discard = slog.New(slog.DiscardHandler)

func (*archive) now() time.Time { return time.Now() }
