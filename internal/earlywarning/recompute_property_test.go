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
		_, err := tx.SQL().ExecContext(b.ctx, "SELECT ensure_attendance_partition(y) FROM generate_series($1::int, $2::int) y", previousYear, presentYear)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// write runs the function in the district's scope.
func (b *bench) write(t *rapid.T, m *model, do func(*postgres.Tx) error) {
	t.Helper()
	if err := b.db.Write(tenant.With(b.ctx, tenant.Scope{District: m.id}), do); err != nil {
		t.Fatal(err)
	}
}

// execute runs one statement in the district's scope; $1 is the district.
func (b *bench) execute(t *rapid.T, m *model, statement string, args ...any) {
	t.Helper()
	b.write(t, m, func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(b.ctx, statement, append([]any{m.id}, args...)...)
		return err
	})
}

// recompute recomputes, holds the tables to the model, and sees that a second time
// changes nothing.
func (b *bench) recompute(t *rapid.T, m *model) {
	t.Helper()
	figures := m.figures()
	m.judge(figures)
	b.once(t, m)
	b.write(t, m, func(tx *postgres.Tx) error { return b.compare(t, tx, m, figures) })
	if again := b.once(t, m); again.Figures+again.Levels+again.Flags != 0 {
		t.Fatalf("the second recompute changed rows: %+v", again)
	}
}

func (b *bench) once(t *rapid.T, m *model) earlywarning.Recomputed {
	t.Helper()
	var did earlywarning.Recomputed
	b.write(t, m, func(tx *postgres.Tx) (err error) {
		did, err = earlywarning.RecomputeDistrict(b.ctx, tx, m.id, m.today, func(int, int) {})
		return err
	})
	return did
}

func (b *bench) compare(t *rapid.T, tx *postgres.Tx, m *model, figures map[group]figure) error {
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

func same(t *rapid.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(figure{}), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s (- the rule, + the tables):\n%s", what, diff)
	}
}

// changes are what happens to a district between two recomputes.
var changes = []func(t *rapid.T, b *bench, m *model){
	addEvents, withdrawEvents, endEnrollments, changePolicy, answerFlags, knowMore, passDays,
}

func addEvents(t *rapid.T, b *bench, m *model) {
	before := map[eventKey]bool{}
	for key := range m.events {
		before[key] = true
	}
	saved := m.events
	m.events = map[eventKey]*event{}
	for range rapid.IntRange(1, 8).Draw(t, "more events") {
		m.drawEvent(t, rapid.SampledFrom(m.students).Draw(t, "student"))
	}
	for key, e := range m.events {
		if !before[key] {
			saved[key] = e
		}
	}
	m.events = saved
	b.write(t, m, func(tx *postgres.Tx) error {
		return insert(b.ctx, tx, "attendance_event", m.eventRows(func(key eventKey) bool { return !before[key] }))
	})
}

func withdrawEvents(t *rapid.T, b *bench, m *model) {
	student := rapid.SampledFrom(m.students).Draw(t, "student")
	for key, e := range m.events {
		e.withdrawn = e.withdrawn || key.student == student
	}
	b.execute(t, m, "UPDATE attendance_event SET withdrawn_at = now() WHERE district_id = $1 AND student_id = $2", student)
}

func endEnrollments(t *rapid.T, b *bench, m *model) {
	if len(m.enrollments) == 0 {
		return
	}
	one := rapid.SampledFrom(m.enrollments).Draw(t, "ended")
	one.leave(t)
	b.execute(t, m, "UPDATE student_school_association SET exit_date = $3, exit_type = $4 WHERE district_id = $1 AND id = $2",
		one.id, one.exit, one.exitType)
}

func changePolicy(t *rapid.T, b *bench, m *model) {
	m.policy = drawPolicy(t)
	m.version++
	b.write(t, m, func(tx *postgres.Tx) error { return insert(b.ctx, tx, "district_policy", []row{m.policyRow()}) })
}

// answerFlags is what people do with flags.
func answerFlags(t *rapid.T, b *bench, m *model) {
	for _, student := range m.students {
		status := rapid.SampledFrom([]string{"OPEN", "ACKNOWLEDGED", "DISMISSED"}).Draw(t, "answer")
		for at, kept := range m.flags {
			if at.student == student && kept.Status == "OPEN" {
				kept.Status = status
			}
		}
		b.execute(t, m, "UPDATE risk_flag SET status = $3 WHERE district_id = $1 AND student_id = $2 AND status = 'OPEN'", student, status)
	}
}

func knowMore(t *rapid.T, b *bench, m *model) {
	days := rapid.IntRange(1, mostDates).Draw(t, "days more")
	for at := range m.known {
		m.known[at] = m.known[at].AddDate(0, 0, days)
	}
	b.execute(t, m, "UPDATE attendance_completeness SET known_through = known_through + $2::integer WHERE district_id = $1", days)
}

func passDays(t *rapid.T, _ *bench, m *model) {
	m.today = m.today.AddDate(0, 0, rapid.IntRange(1, mostDates).Draw(t, "days later"))
}
