package earlywarning_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// TestRecomputeIsCountOverTheNaiveDays holds the set-based SQL to the rule that is
// written in Go, on districts that rapid makes up (it prints the seed of one that
// fails), through changes of all that figures and flags depend on.
func TestRecomputeIsCountOverTheNaiveDays(t *testing.T) {
	t.Parallel()
	bench := newBench(t)
	rapid.Check(t, func(t *rapid.T) {
		m := draw(t)
		bench.write(t, m, func(tx *postgres.Tx) error { return m.store(bench.ctx, tx) })
		bench.recompute(t, m)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			rapid.SampledFrom(changes).Draw(t, "change")(t, bench, m)
			bench.recompute(t, m)
		}
	})
}

// bench is the database of a property test.
type bench struct {
	ctx context.Context //nolint:containedctx // the test's own
	db  *postgres.DB
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{ctx: t.Context(), db: pgtest.New(t).Open(t, postgres.OwnerLogin, postgres.Options{})}
	err := b.db.Write(b.ctx, func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(b.ctx, "SELECT ensure_year_partitions(y) FROM generate_series($1::int, $2::int) y", previousYear, presentYear)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// write runs the function in the district's scope.
func (b *bench) write(t rapid.TB, m *model, do func(*postgres.Tx) error) {
	t.Helper()
	if err := b.db.Write(tenant.With(b.ctx, tenant.Scope{District: m.id}), do); err != nil {
		t.Fatal(err)
	}
}

// execute runs one statement in the district's scope; $1 is the district.
func (b *bench) execute(t rapid.TB, m *model, statement string, args ...any) {
	t.Helper()
	b.write(t, m, func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(b.ctx, statement, append([]any{m.id}, args...)...)
		return err
	})
}

// recompute recomputes, holds the tables to the model, and sees that a second time
// changes nothing.
func (b *bench) recompute(t rapid.TB, m *model) {
	t.Helper()
	figures := m.figures()
	m.judge(figures)
	b.once(t, m)
	b.write(t, m, func(tx *postgres.Tx) error { return b.compare(t, tx, m, figures) })
	if again := b.once(t, m); again.Figures+again.Levels+again.Flags != 0 {
		t.Fatalf("the second recompute changed rows: %+v", again)
	}
}

func (b *bench) once(t rapid.TB, m *model) earlywarning.Recomputed {
	t.Helper()
	var did earlywarning.Recomputed
	b.write(t, m, func(tx *postgres.Tx) (err error) {
		did, err = earlywarning.RecomputeDistrict(b.ctx, tx, m.id, m.today, func(int, int) {})
		return err
	})
	return did
}

func (b *bench) compare(t rapid.TB, tx *postgres.Tx, m *model, figures map[group]figure) error {
	t.Helper()
	rows, err := m.readFigures(b.ctx, tx)
	if err != nil {
		return err
	}
	same(t, "figures", figures, rows)
	levels, err := m.readLevels(b.ctx, tx)
	if err != nil {
		return err
	}
	same(t, "levels", m.levels(figures), levels)
	flags, err := m.readFlags(b.ctx, tx)
	if err != nil {
		return err
	}
	same(t, "flags", m.flags, flags)
	return nil
}

func same(t rapid.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(figure{}), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s (- the rule, + the tables):\n%s", what, diff)
	}
}
