package earlywarning_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

const flagsText = `SELECT concat_ws(' ', school_year, rule, severity, status, numerator, '/', denominator, 'policy', policy_version)
	FROM risk_flag WHERE district_id = $1 ORDER BY 1`

// TestChangedPolicyChangesFlagsFromItsDate: of the year that is over none, and none of
// this one before the policy's first day.
func TestChangedPolicyChangesFlagsFromItsDate(t *testing.T) {
	t.Parallel()
	bench := newBench(t)
	w := oneOfWide(60)
	w.laws[0].document = map[string]any{}
	w.today = dayOfYear(40)
	w.happens(1, "EXCUSED_ABSENCE", event{fraction: 10_000})
	w.happens(2, "EXCUSED_ABSENCE", event{fraction: 10_000})
	w.lastYearToo()
	bench.write(t, w.model, func(tx *postgres.Tx) error { return w.store(bench.ctx, tx) })
	was := "2025 ABSENCE_SHARE EARLY_WARNING OPEN 20000 / 400000 policy 1"
	bench.flagsAre(t, w, "the first policy", was, "2026 ABSENCE_SHARE EARLY_WARNING OPEN 20000 / 400000 policy 1")

	stricter := &law{version: 2, starts: dayOfYear(42), document: map[string]any{"indicators": map[string]any{
		"rules": map[string]any{"ABSENCE_SHARE": map[string]any{"warning": 100, "atRisk": 400}},
	}}}
	bench.write(t, w.model, func(tx *postgres.Tx) error {
		return insert(bench.ctx, tx, "district_policy", []row{w.lawRow(stricter)})
	})
	w.today = dayOfYear(41)
	bench.flagsAre(t, w, "the day before", was, "2026 ABSENCE_SHARE EARLY_WARNING RESOLVED 20000 / 410000 policy 1")
	w.today = dayOfYear(42)
	bench.flagsAre(t, w, "its first day", was, "2026 ABSENCE_SHARE AT_RISK OPEN 20000 / 420000 policy 2")

	off := &law{version: 3, starts: dayOfYear(43), document: map[string]any{"indicators": map[string]any{
		"rules": map[string]any{"ABSENCE_SHARE": map[string]any{"off": true}},
	}}}
	bench.write(t, w.model, func(tx *postgres.Tx) error { return insert(bench.ctx, tx, "district_policy", []row{w.lawRow(off)}) })
	w.today = dayOfYear(43)
	bench.flagsAre(t, w, "the rule is off", was, "2026 ABSENCE_SHARE AT_RISK RESOLVED 20000 / 420000 policy 3")
}

// lastYearToo gives the student a year before of 40 days, two of them missed.
func (w *wide) lastYearToo() {
	before := &calendar{id: uuid.New(), school: w.schools[0], year: previousYear}
	for i := range 40 {
		before.dates = append(before.dates, calendarDate{on: firstDay(previousYear).AddDate(0, 0, i), instructional: true})
	}
	w.calendars = append(w.calendars, before)
	w.known[schoolYear{w.schools[0], previousYear}] = firstDay(previousYear).AddDate(0, 0, 39)
	one := &enrollment{
		id: uuid.New(), student: w.students[0], calendar: before, entry: firstDay(previousYear), exit: firstDay(previousYear).AddDate(0, 0, 200),
		exitType: "END_OF_SCHOOL_YEAR",
	}
	w.enrollments, w.grade[one.id] = append(w.enrollments, one), "EIGHTH"
	for i := range 2 {
		w.events[eventKey{w.students[0], w.schools[0], previousYear, firstDay(previousYear).AddDate(0, 0, i), "EXCUSED_ABSENCE"}] = &event{fraction: 10_000}
	}
}

func (b *bench) flagsAre(t *testing.T, w *wide, when string, want ...string) {
	t.Helper()
	b.once(t, w.model)
	if diff := cmp.Diff(want, b.texts(t, w, flagsText)); diff != "" {
		t.Errorf("%s (- want, + got):\n%s", when, diff)
	}
}

// TestDismissedFlagStaysUntilTheFigureWorsens, for a rule that counts and for the one
// whose figure is the graver the lower.
func TestDismissedFlagStaysUntilTheFigureWorsens(t *testing.T) {
	t.Parallel()
	bench := newBench(t)
	w := oneOfWide(30)
	w.laws[0].document = map[string]any{}
	w.offends(6, "PERPETRATOR")
	for _, i := range []int{4, 5} {
		w.incidents[i].withdrawn = true
	}
	w.markIn(false, "FINAL", "D")
	bench.write(t, w.model, func(tx *postgres.Tx) error { return w.store(bench.ctx, tx) })
	const gpa, incidents = "2026 GRADE_POINT_AVERAGE AT_RISK ", "2026 INCIDENTS "
	for _, step := range []struct{ change, gpa, incidents string }{
		{"SELECT $1::uuid", "OPEN 10000 / 10000 policy 1", "EARLY_WARNING OPEN 40000 / 10000 policy 1"},
		{
			"UPDATE risk_flag SET status = 'DISMISSED', answered_numerator = numerator, answered_denominator = denominator WHERE district_id = $1",
			"DISMISSED 10000 / 10000 policy 1", "EARLY_WARNING DISMISSED 40000 / 10000 policy 1",
		},
		{"UPDATE grade SET letter = 'D+' WHERE district_id = $1", "DISMISSED 13000 / 10000 policy 1", "EARLY_WARNING DISMISSED 40000 / 10000 policy 1"},
		{"UPDATE grade SET letter = 'D-' WHERE district_id = $1", "OPEN 7000 / 10000 policy 1", "EARLY_WARNING DISMISSED 40000 / 10000 policy 1"},
		{"UPDATE discipline_incident SET withdrawn_at = NULL WHERE district_id = $1", "OPEN 7000 / 10000 policy 1", "AT_RISK OPEN 60000 / 10000 policy 1"},
	} {
		bench.execute(t, w.model, step.change)
		bench.flagsAre(t, w, step.change, gpa+step.gpa, incidents+step.incidents)
	}
}
