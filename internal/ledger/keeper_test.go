package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/holdfast-edu/holdfast/internal/ledger"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// TestWritersNeitherForkNorWait: eight writers on two servers, each with a keeper that
// seals by itself, while a transaction that wrote a line long before all of them is
// still open, as an import's may be. Its line is sealed when it commits.
func TestWritersNeitherForkNorWait(t *testing.T) {
	t.Parallel()
	const writers, times = 8, 25
	a := newArchive(t)
	pools := []*postgres.DB{a.application, a.Open(t, postgres.ApplicationLogin, postgres.Options{})}
	keepers := []*ledger.Keeper{a.keeper, a.start(t, pools[1], 0)}
	began := time.Now()
	open, err := pools[0].Begin(scoped(t.Context(), a.a), nil)
	check(t, err)
	defer open.Rollback()
	late := uuid.Must(uuid.NewV7())
	_, err = open.SQL().ExecContext(t.Context(), auditSQL, a.a.ID, late, uuid.UUID(a.reader))
	check(t, err)

	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			in := []ledger.District{a.a, a.b}[writer%4/2]
			for range times {
				if err := a.change(t.Context(), pools[writer%2], in); err != nil {
					t.Error(err)
				}
				keepers[writer%2].Changed(in.ID)
				keepers[writer%2].Showed(a.reading(in, a.student[in.ID]))
				if writer < 2 { // two of them seal beside the keepers themselves
					if err := keepers[writer].Flush(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
	until(t, "all but the open line are sealed", func() bool {
		return a.count(t, `SELECT count(*) FROM seal`) == 2*writers*times
	})
	t.Logf("%d lines of %d writers sealed after %s, beside an open transaction", 2*writers*times, writers, time.Since(began).Round(time.Millisecond))
	for _, in := range []ledger.District{a.a, a.b} {
		expectWhole(t, a.verify(t, in, nil), writers*times)
	}

	check(t, open.Commit())
	keepers[1].Changed(a.a.ID)
	until(t, "the late line is sealed", func() bool { return a.count(t, `SELECT count(*) FROM seal WHERE id = $1`, late) == 1 })
	expectWhole(t, a.verify(t, a.a, nil), writers*times+1)
	if seq := a.count(t, `SELECT seq FROM seal WHERE id = $1`, late); seq != writers*times+1 {
		t.Errorf("the line that committed last has the seal %d", seq)
	}
}

// TestNobodyTellsTheSealer: what another program wrote is sealed too, and what it has
// not yet sealed is listed.
func TestNobodyTellsTheSealer(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	check(t, a.change(t.Context(), a.application, a.b))
	report := a.verify(t, a.b, nil)
	if len(report.Unsealed) != 1 || report.Unsealed[0].Log != "AUDIT" || report.FaultCount != 0 {
		t.Errorf("before it is sealed: %+v", report)
	}
	until(t, "the line is sealed", func() bool { return a.count(t, `SELECT count(*) FROM seal`) == 1 })
	expectWhole(t, a.verify(t, a.b, nil), 1)
}

// TestASweepLooksFarBack: a line whose moment lies half a minute before it came in is
// not among those of the last seconds, and is sealed by the next sweep.
func TestASweepLooksFarBack(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	check(t, a.keeper.Close(t.Context()))
	var later atomic.Int64 // the clock of the keeper is ahead of the database's
	keeper, err := ledger.Start(t.Context(), a.application, ledger.Options{
		Secret: secret, Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }, Log: slog.New(slog.DiscardHandler),
	})
	check(t, err)
	check(t, a.change(t.Context(), a.application, a.a))
	check(t, keeper.Close(t.Context())) // nothing but Flush seals from here on
	check(t, a.change(t.Context(), a.application, a.a))
	a.plant(t, `UPDATE audit_log SET at = at - interval '30 seconds' WHERE NOT EXISTS (SELECT FROM seal s WHERE s.id = audit_log.id)`)
	keeper.Changed(a.a.ID)
	check(t, keeper.Flush(t.Context()))
	t.Logf("%d seals before the sweep", a.count(t, `SELECT count(*) FROM seal`)) // 2, if a transaction of another test keeps the horizon back
	later.Store(int64(11 * time.Second))
	check(t, keeper.Flush(t.Context()))
	if seals := a.count(t, `SELECT count(*) FROM seal`); seals != 2 {
		t.Errorf("after a sweep there are %d seals, not 2", seals)
	}
}

// TestALateSealIsTold: a line put in with a moment long past is sealed in its turn,
// and stands out by that.
func TestALateSealIsTold(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.fill(t, a.a)
	a.plant(t, `INSERT INTO audit_log
		SELECT district_id, at - interval '2 hours', gen_random_uuid(), principal_kind, principal_id, operation, subject, subject_id, before, after, 'put in'
		FROM audit_log WHERE district_id = $1 ORDER BY at LIMIT 1`, a.a.ID)
	again := a.start(t, a.application, 0) // a server that looks through everything
	again.Changed(a.a.ID)
	check(t, again.Flush(t.Context()))
	report := a.verify(t, a.a, nil)
	if report.FaultCount != 0 || report.LateCount != 1 || len(report.Late) != 1 || report.Late[0].Seq != 7 {
		t.Errorf("%+v", report)
	}
}

// TestCloseWritesTheRest: what was shown a moment before the end is written and
// sealed, in each district.
func TestCloseWritesTheRest(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	const lines = 2_500 // more than two batches
	students := make([]uuid.UUID, 3)
	for i := range students {
		students[i] = uuid.New()
	}
	for range lines {
		a.keeper.Showed(a.reading(a.a, students...))
	}
	a.keeper.Showed(a.reading(a.b, a.student[a.b.ID], a.student[a.b.ID]))
	check(t, a.keeper.Close(t.Context()))
	expectWhole(t, a.verify(t, a.a, nil), lines)
	expectWhole(t, a.verify(t, a.b, nil), 1)
	if n := a.count(t, `SELECT count(*) FROM access_log_student WHERE district_id = $1`, a.a.ID); n != lines*len(students) {
		t.Errorf("%d places in the students' lists, not %d", n, lines*len(students))
	}
	if n := a.count(t, `SELECT count(*) FROM access_log_student WHERE district_id = $1`, a.b.ID); n != 1 {
		t.Errorf("a student named twice stands in the list %d times", n)
	}
}

// TestNothingIsShownThatCannotBeWritten: while the log takes nothing, so much is held
// and no more; then it goes on, and nothing was lost.
func TestNothingIsShownThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	const most = 5
	keeper := a.start(t, a.application, most)
	a.plant(t, `REVOKE INSERT ON access_log FROM holdfast_application`)
	for i := range most {
		if err := keeper.Room(); err != nil {
			t.Fatalf("after %d: %v", i, err)
		}
		keeper.Showed(a.reading(a.a, uuid.New()))
	}
	var full *ledger.FullError
	if err := keeper.Flush(t.Context()); err == nil {
		t.Error("it was written without the right to")
	}
	if err := keeper.Room(); !errors.As(err, &full) {
		t.Errorf("there is room: %v", err)
	}
	a.plant(t, `GRANT INSERT ON access_log TO holdfast_application`)
	check(t, keeper.Flush(t.Context()))
	check(t, keeper.Room())
	expectWhole(t, a.verify(t, a.a, nil), most)
}

// TestOneDistrictsTroubleIsItsOwn: a chain of another key takes nothing, and the other
// districts' lines are written.
func TestOneDistrictsTroubleIsItsOwn(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.plant(t, `INSERT INTO seal (district_id, seq, log, at, id, digest, sealed_at, key_id, mac) VALUES ($1, 1, 'AUDIT', now(), $1, 'x', now(), 'x', 'x')`, a.a.ID)
	a.keeper.Showed(a.reading(a.a, uuid.New()))
	a.keeper.Showed(a.reading(a.b, uuid.New()))
	check(t, a.change(t.Context(), a.application, a.b))
	a.keeper.Changed(a.b.ID)
	until(t, "the other district's lines are written and sealed", func() bool {
		return a.count(t, `SELECT count(*) FROM seal WHERE district_id = $1`, a.b.ID) == 2
	})
	if n := a.count(t, `SELECT count(*) FROM access_log WHERE district_id = $1`, a.a.ID); n != 0 {
		t.Errorf("%d lines were written that cannot be sealed", n)
	}
}

// TestTheRecordsOnlyGrow, whoever serves.
func TestTheRecordsOnlyGrow(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.fill(t, a.a)
	tables := []string{"access_log", "access_log_student", "audit_log", "disclosure", "seal"}
	for _, login := range []string{postgres.ApplicationLogin, postgres.PartnerLogin, postgres.RegionLogin} {
		pool := a.Open(t, login, postgres.Options{})
		for _, table := range tables {
			for _, statement := range []string{
				fmt.Sprintf("UPDATE %s SET at = at", table), "DELETE FROM " + table, "TRUNCATE " + table,
			} {
				err := pool.Write(scoped(t.Context(), a.a), func(tx *postgres.Tx) error {
					_, err := tx.SQL().ExecContext(t.Context(), statement)
					return err
				})
				if refused, ok := errors.AsType[*pq.Error](err); !ok || refused.Code != "42501" {
					t.Errorf("%s, %s: %v", login, statement, err)
				}
			}
		}
	}
	expectWhole(t, a.verify(t, a.a, nil), 6)
}

// TestAnotherDistrictsRecordsAreNotThere, in whichever scope, nor without one.
func TestAnotherDistrictsRecordsAreNotThere(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.fill(t, a.a)
	for _, table := range []string{"access_log", "access_log_student", "audit_log", "disclosure", "seal"} {
		seen := map[string]int{}
		for name, ctx := range map[string]context.Context{"own": scoped(t.Context(), a.a), "other": scoped(t.Context(), a.b), "none": t.Context()} {
			check(t, a.application.Read(ctx, func(tx *postgres.Tx) error {
				n := 0
				err := tx.SQL().QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n)
				seen[name] = n
				return err
			}))
		}
		if seen["own"] == 0 || seen["other"] != 0 || seen["none"] != 0 {
			t.Errorf("%s: %v", table, seen)
		}
	}
}

// TestRoomIsMadeAhead: this month's and the next one's, whatever the day.
func TestRoomIsMadeAhead(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	for _, day := range []string{"2031-01-01", "2031-01-30", "2031-01-31", "2031-12-15"} {
		today, err := time.Parse(time.DateOnly, day)
		check(t, err)
		keeper, err := ledger.Start(t.Context(), a.application, ledger.Options{Secret: secret, Now: func() time.Time { return today }, Log: discard})
		check(t, err)
		check(t, keeper.Close(t.Context()))
		for _, month := range []time.Time{today, today.AddDate(0, 1, 1-today.Day())} {
			for _, table := range []string{"audit_log", "access_log", "access_log_student"} {
				if name := table + "_" + month.Format("200601"); a.count(t, `SELECT count(*) FROM pg_class WHERE relname = $1`, name) != 1 {
					t.Errorf("on %s there is no %s", day, name)
				}
			}
		}
	}
}

// TestNoPartitionWaits for who reads the log, nor for who adds to it.
func TestNoPartitionWaits(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	open, err := a.application.Begin(scoped(t.Context(), a.a), nil)
	check(t, err)
	defer open.Rollback()
	_, err = open.SQL().ExecContext(t.Context(), auditSQL, a.a.ID, uuid.New(), uuid.UUID(a.reader))
	check(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	check(t, a.application.EnsureLogMonths(ctx, time.Date(2032, time.May, 1, 0, 0, 0, 0, time.UTC)))
	check(t, a.change(ctx, a.application, a.a))
}

// TestDisclosuresAreWrittenWithWhatTheyDisclose, or nothing is.
func TestDisclosuresAreWrittenWithWhatTheyDisclose(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	errLater := errors.New("the packet could not be made")
	err := a.application.Write(scoped(t.Context(), a.a), func(tx *postgres.Tx) error {
		if _, err := ledger.Disclose(t.Context(), tx, a.disclosure(a.a)); err != nil {
			return err
		}
		return errLater
	})
	if !errors.Is(err, errLater) || a.count(t, `SELECT count(*) FROM disclosure`) != 0 {
		t.Errorf("a disclosure that came to nothing: %v", err)
	}
	foreign := a.disclosure(a.a)
	foreign.StudentID = a.student[a.b.ID]
	for name, one := range map[string]struct {
		d    ledger.Disclosure
		code pqerror.Code
	}{"another district's student": {foreign, "23503"}, "another district's own": {a.disclosure(a.b), "42501"}} {
		err := a.application.Write(scoped(t.Context(), a.a), func(tx *postgres.Tx) error {
			_, err := ledger.Disclose(t.Context(), tx, one.d)
			return err
		})
		if refused, ok := errors.AsType[*pq.Error](err); !ok || refused.Code != one.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	consent := uuid.New()
	kept := a.disclosure(a.a)
	kept.Basis, kept.ConsentID = ledger.Consent, &consent
	var id uuid.UUID
	check(t, a.application.Write(scoped(t.Context(), a.a), func(tx *postgres.Tx) error {
		var err error
		id, err = ledger.Disclose(t.Context(), tx, kept)
		return err
	}))
	if a.count(t, `SELECT count(*) FROM disclosure WHERE id = $1 AND district_id = $2 AND student_id = $3 AND party = 'A clinic' AND interest = 'care'
		AND basis = 'CONSENT' AND consent_id = $4 AND data_classes = '{CONTACT}' AND items = '{contacts}' AND purpose = 'an emergency'
		AND principal_kind = 'STAFF' AND principal_id = $5 AND at BETWEEN now() - interval '1 minute' AND now()`,
		id, a.a.ID, a.student[a.a.ID], consent, uuid.UUID(a.reader)) != 1 {
		t.Error("the record does not say what was disclosed")
	}
	a.seal(t, a.a)
	expectWhole(t, a.verify(t, a.a, nil), 1)
}

// TestADisclosureSaysAll that the law wants of its record.
func TestADisclosureSaysAll(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	consent := uuid.New()
	for name, change := range map[string]func(*ledger.Disclosure){
		"student": func(d *ledger.Disclosure) { d.StudentID = uuid.Nil }, "party": func(d *ledger.Disclosure) { d.Party = "" },
		"interest": func(d *ledger.Disclosure) { d.Interest = "" }, "basis": func(d *ledger.Disclosure) { d.Basis = "" },
		"purpose": func(d *ledger.Disclosure) { d.Purpose = "" }, "classes": func(d *ledger.Disclosure) { d.Classes = 0 },
		"who":                        func(d *ledger.Disclosure) { d.By.Kind = "" },
		"consent":                    func(d *ledger.Disclosure) { d.Basis = ledger.Consent },
		"a consent without its kind": func(d *ledger.Disclosure) { d.ConsentID = &consent },
	} {
		d := a.disclosure(a.a)
		change(&d)
		err := a.application.Write(scoped(t.Context(), a.a), func(tx *postgres.Tx) error {
			_, err := ledger.Disclose(t.Context(), tx, d)
			return err
		})
		if !errors.Is(err, ledger.ErrDisclosure) {
			t.Errorf("without its %s: %v", name, err)
		}
	}
}

// TestManyDisclosuresAtOnce say what one says, a record each, or none is written.
func TestManyDisclosuresAtOnce(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	disclose := func(d ledger.Disclosure, students ...uuid.UUID) error {
		return a.application.Write(scoped(t.Context(), a.a), func(tx *postgres.Tx) error { return ledger.DiscloseAll(t.Context(), tx, d, students) })
	}
	d := a.disclosure(a.a)
	own, foreign := a.student[a.a.ID], a.student[a.b.ID]
	if err := disclose(d, own, foreign); err == nil {
		t.Error("it disclosed another district's student")
	}
	consented := d
	consented.Basis = ledger.Consent
	for name, refused := range map[string]error{"a consent": disclose(consented, own), "no student": disclose(d, uuid.Nil)} {
		if !errors.Is(refused, ledger.ErrDisclosure) {
			t.Errorf("of %s: %v", name, refused)
		}
	}
	if n := a.count(t, `SELECT count(*) FROM disclosure`); n != 0 {
		t.Errorf("%d are written down that were refused", n)
	}
	const many = 5_001 // more than a statement takes
	check(t, disclose(d, slices.Repeat([]uuid.UUID{own}, many)...))
	if n := a.count(t, `SELECT count(*) FROM disclosure WHERE district_id = $1 AND student_id = $2 AND party = 'A clinic' AND interest = 'care' AND basis = $3
		AND consent_id IS NULL AND data_classes = '{CONTACT}' AND items = '{contacts}' AND purpose = 'an emergency' AND principal_kind = 'STAFF'
		AND principal_id = $4`, a.a.ID, own, string(d.Basis), uuid.UUID(a.reader)); n != many {
		t.Errorf("%d of %d are written down", n, many)
	}
}

// TestDistrictsAreListed by their code.
func TestDistrictsAreListed(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	all, err := ledger.Districts(t.Context(), a.application)
	check(t, err)
	if !slices.Equal(all, []ledger.District{a.a, a.b}) {
		t.Errorf("%v", all)
	}
}

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
