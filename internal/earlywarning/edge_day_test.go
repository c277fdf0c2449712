package earlywarning_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// TestDayCountsWhoMovedWithinItOnce recomputes twice on a day, before and after a move.
func TestDayCountsWhoMovedWithinItOnce(t *testing.T) {
	t.Parallel()
	bench := newBench(t)
	w := oneOfWide(30)
	w.laws[0].document = map[string]any{}
	w.absent(3)
	bench.write(t, w.model, func(tx *postgres.Tx) error { return w.store(bench.ctx, tx) })
	const days = `SELECT concat_ws(' ', on_date, grade_level, at_risk, chronic, measured, enrolled_days, absent) FROM risk_day
		WHERE district_id = $1 AND on_track + early_warning + at_risk + critical + not_measured + enrolled_days > 0 ORDER BY on_date, grade_level`
	for _, step := range []struct {
		change string
		later  int
		want   []string
	}{
		{"SELECT $1::uuid", 0, []string{"2025-09-30 NINTH 1 1 1 30 30000"}},
		{"UPDATE student_school_association SET grade_level = 'TENTH' WHERE district_id = $1", 0, []string{"2025-09-30 TENTH 1 1 1 30 30000"}},
		{"UPDATE student_school_association SET grade_level = 'NINTH' WHERE district_id = $1", 1, []string{"2025-09-30 TENTH 1 1 1 30 30000", "2025-10-01 NINTH 1 1 1 30 30000"}},
	} {
		w.today = w.today.AddDate(0, 0, step.later)
		bench.execute(t, w.model, step.change)
		bench.once(t, w.model)
		if diff := cmp.Diff(step.want, bench.texts(t, w, days)); diff != "" {
			t.Errorf("after %s (- want, + got):\n%s", step.change, diff)
		}
	}
}
