package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// errWanted ends a transaction that a test wants ended.
var errWanted = errors.New("wanted")

// ending is a way in which a transaction in a district's scope comes to its end.
type ending struct {
	name string
	end  func(ctx context.Context, pool, root *postgres.DB) error
}

var endings = []ending{
	{"a read", func(ctx context.Context, pool, _ *postgres.DB) error { return pool.Read(ctx, touch(ctx)) }},
	{"a commit", func(ctx context.Context, pool, _ *postgres.DB) error { return pool.Write(ctx, touch(ctx)) }},
	{"a rollback", rollBack},
	{"a statement that fails", failStatement},
	{"rows left open", leaveRowsOpen},
	{"a cancelled query", cancelQuery},
	{"a context that ended before the commit", cancelBeforeCommit},
	{"a panic", panicInside},
}

func touch(ctx context.Context) func(*postgres.Tx) error {
	return func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, "SELECT count(*) FROM student WHERE last_name <> $1", "Nobody")
		return err
	}
}

func rollBack(ctx context.Context, pool, _ *postgres.DB) error {
	err := pool.Write(ctx, func(tx *postgres.Tx) error { return errors.Join(touch(ctx)(tx), errWanted) })
	return unless(err, errors.Is(err, errWanted))
}

func failStatement(ctx context.Context, pool, _ *postgres.DB) error {
	err := pool.Write(ctx, func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, "SELECT 1 / $1::int", 0)
		return err
	})
	return unless(err, sqlState(err) == "22012")
}

func leaveRowsOpen(ctx context.Context, pool, _ *postgres.DB) error {
	return pool.Read(ctx, func(tx *postgres.Tx) error {
		rows, err := tx.SQL().QueryContext(ctx, "SELECT id FROM student, generate_series(1, $1)", 5000) //nolint:sqlclosecheck // that is the case
		if err != nil {
			return err
		}
		rows.Next()
		return rows.Err()
	})
}

func cancelQuery(ctx context.Context, pool, root *postgres.DB) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		ended <- pool.Read(ctx, func(tx *postgres.Tx) error {
			_, err := tx.SQL().ExecContext(ctx, "SELECT pg_sleep($1)", 60)
			return err
		})
	}()
	if err := untilSomebodySleeps(ctx, root); err != nil {
		return err
	}
	cancel()
	err := <-ended
	return unless(err, err != nil)
}

// untilSomebodySleeps returns when a statement of the database is in pg_sleep.
func untilSomebodySleeps(ctx context.Context, root *postgres.DB) error {
	for {
		var sleeping bool
		err := root.Pool().QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event = 'PgSleep')`).Scan(&sleeping)
		if sleeping || err != nil {
			return err
		}
	}
}

func cancelBeforeCommit(ctx context.Context, pool, _ *postgres.DB) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err := pool.Write(ctx, func(tx *postgres.Tx) error {
		defer cancel()
		return touch(ctx)(tx)
	})
	return unless(err, errors.Is(err, context.Canceled))
}

func panicInside(ctx context.Context, pool, _ *postgres.DB) (err error) {
	defer func() { err = unless(err, recover() != nil) }()
	return pool.Write(ctx, func(tx *postgres.Tx) error {
		if err := touch(ctx)(tx); err != nil {
			return err
		}
		panic("wanted")
	})
}

// unless gives an error when what was wanted did not come about.
func unless(err error, wanted bool) error {
	if wanted {
		return nil
	}
	return fmt.Errorf("the transaction did not end as wanted: %w", errors.Join(err, errWanted))
}

func TestAConnectionKeepsNothingOfADistrict(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	root := superuser(t, district.Database)
	one := district.Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1})
	for _, e := range endings {
		if err := e.end(inScope(t, district.a.District), one, root); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
		assertNothingBled(t, one, district.b.District, e.name)
	}
}

// TestAConnectionKeepsNothingInAnyOrder runs endings of both districts in whatever
// order; rapid prints the seed of one that fails.
func TestAConnectionKeepsNothingInAnyOrder(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	root := superuser(t, district.Database)
	one := district.Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1})
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(rt, "transactions") {
			own, other := district.a.District, district.b.District
			if rapid.Bool().Draw(rt, "the second district's") {
				own, other = other, own
			}
			e := endings[rapid.IntRange(0, len(endings)-1).Draw(rt, "ending")]
			if err := e.end(inScope(t, own), one, root); err != nil {
				rt.Fatalf("%s: %v", e.name, err)
			}
			assertNothingBled(rt, one, other, e.name)
		}
	})
}

type fataler interface {
	Helper()
	Context() context.Context
	Fatalf(format string, args ...any)
}

// assertNothingBled asks the connection's next users: one outside a transaction,
// one in a transaction without a scope, one of the other district.
func assertNothingBled(t fataler, one *postgres.DB, other uuid.UUID, after string) {
	t.Helper()
	ctx := t.Context()
	const districts = "SELECT coalesce(string_agg(DISTINCT district_id::text, ','), '') FROM student"
	var outside, without, within string
	if err := one.Pool().QueryRowContext(ctx, districts).Scan(&outside); err != nil || outside != "" {
		t.Fatalf("after %s a statement outside a transaction saw %q: %v", after, outside, err)
	}
	err := one.Read(ctx, func(tx *postgres.Tx) error { return tx.SQL().QueryRowContext(ctx, districts).Scan(&without) })
	if err != nil || without != "" {
		t.Fatalf("after %s a transaction without a scope saw %q: %v", after, without, err)
	}
	ctx = tenant.With(ctx, tenant.Scope{District: other})
	err = one.Read(ctx, func(tx *postgres.Tx) error { return tx.SQL().QueryRowContext(ctx, districts).Scan(&within) })
	if err != nil || within != other.String() {
		t.Fatalf("after %s a transaction of the district %s saw %q: %v", after, other, within, err)
	}
}

// TestASessionSettingDoesNotReachTheNextTransaction: even a setting that was made
// to stay with the connection is no scope for the next one who begins.
func TestASessionSettingDoesNotReachTheNextTransaction(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	one := district.Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1})
	if _, err := one.Pool().ExecContext(t.Context(), "SELECT set_config('holdfast.district_id', $1, false)", district.a.District.String()); err != nil {
		t.Fatal(err)
	}
	for _, table := range districtTables() {
		if seen := districtsSeen(t.Context(), t, one, table); len(seen) > 0 {
			t.Errorf("%s: saw rows of %v", table, seen)
		}
		if seen := districtsSeen(inScope(t, district.b.District), t, one, table); !slices.Equal(seen, []string{district.b.District.String()}) {
			t.Errorf("%s: saw rows of %v", table, seen)
		}
	}
}

func TestDistrictsAtOnceEachSeeTheirOwn(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	few := district.Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 2})
	var all sync.WaitGroup
	for i := range 8 {
		own := []uuid.UUID{district.a.District, district.b.District}[i%2]
		all.Go(func() {
			for range 25 {
				if seen := districtsSeen(inScope(t, own), t, few, "student"); !slices.Equal(seen, []string{own.String()}) {
					t.Errorf("the district %s saw rows of %v", own, seen)
				}
			}
		})
	}
	all.Wait()
}
