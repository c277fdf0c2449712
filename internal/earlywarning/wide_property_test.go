package earlywarning_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// TestEveryRuleIsCountedOverTheNaiveRows holds what a recompute writes to the slowest
// way to it: over every domain, window and line, through changes of all they depend on.
// A recompute of some students comes to the same as one of the district, and the rows
// that are named behind each flag add up to its figure.
func TestEveryRuleIsCountedOverTheNaiveRows(t *testing.T) {
	t.Parallel()
	bench := newBench(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWide(t)
		bench.write(t, w.model, func(tx *postgres.Tx) error { return w.store(bench.ctx, tx) })
		bench.holds(t, w, w.students)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			bench.holds(t, w, rapid.SampledFrom(wideChanges).Draw(t, "change")(t, bench, w))
		}
	})
}

var errUndone = errors.New("undone")

// holds recomputes the touched students alone, which is undone, and then the district.
func (b *bench) holds(t rapid.TB, w *wide, touched []uuid.UUID) {
	t.Helper()
	w.judgeFlags()
	w.keepHistory()
	w.raiseRequests()
	w.keepDay()
	expected := w.expected()

	var some standing
	err := b.db.Write(tenant.With(b.ctx, tenant.Scope{District: w.id}), func(tx *postgres.Tx) error {
		if _, err := earlywarning.RecomputeStudents(b.ctx, tx, w.id, w.today, touched); err != nil {
			return err
		}
		var err error
		if some, err = w.read(b.ctx, tx); err != nil {
			return err
		}
		return errUndone
	})
	if !errors.Is(err, errUndone) {
		t.Fatal(err)
	}
	b.once(t, w.model)
	all := b.readAll(t, w)
	differ(t, "the district recomputed (- the rules, + the tables)", expected, all)
	delete(some, "days")
	delete(all, "days")
	differ(t, "some students recomputed (- the district, + some)", all, some)
	b.evidenceHolds(t, w)
	b.previewHolds(t, w)
	if again := b.once(t, w.model); again.Figures+again.Levels+again.Flags+again.Requests != 0 {
		t.Fatalf("the second recompute changed rows: %+v", again)
	}
	differ(t, "recomputed again (- before, + after)", expected, b.readAll(t, w))
}

// previewHolds counts the students of the year that holds today, else of the latest, by
// their levels.
func (b *bench) previewHolds(t rapid.TB, w *wide) {
	t.Helper()
	year := presentYear
	if within(w.today, yearStarts(previousYear), yearEnds(previousYear)) {
		year = previousYear
	}
	want := map[earlywarning.Level]int{}
	for _, s := range w.studentsOf(year) {
		want[earlywarning.Level(w.judgeAll(s).level)]++
	}
	b.write(t, w.model, func(tx *postgres.Tx) error {
		got, err := earlywarning.Preview(b.ctx, w.query(tx), w.today, []earlywarning.PolicyVersion{w.policyVersion(t, year)})
		if err == nil && !cmp.Equal([]map[earlywarning.Level]int{want}, got) {
			t.Fatalf("the preview counts %v, not %v", got, want)
		}
		return err
	})
}

func (b *bench) readAll(t rapid.TB, w *wide) (found standing) {
	t.Helper()
	b.write(t, w.model, func(tx *postgres.Tx) (err error) {
		found, err = w.read(b.ctx, tx)
		return err
	})
	return found
}

func differ(t rapid.TB, what string, want, got standing) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s:\n%s", what, diff)
	}
}
