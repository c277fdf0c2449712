package earlywarning_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// TestHistoryOfAStudent: a line for each day on which the level or a figure changed,
// days enrolled aside, and none for others.
func TestHistoryOfAStudent(t *testing.T) {
	t.Parallel()
	bench := newBench(t)
	for _, test := range []struct {
		name   string
		before func(*wide)
		change string // a statement; $1 is the district
		days   int    // how much later
		want   []string
	}{
		{
			name: "nothing changes but the days", before: func(w *wide) { w.known[schoolYear{w.schools[0], presentYear}] = dayOfYear(60) }, days: 5, change: "SELECT $1::uuid",
			want: []string{"30 ON_TRACK 0 of 30 days, incidents , marks   "},
		},
		{
			name: "an incident is withdrawn", before: func(w *wide) { w.offends(1, "PERPETRATOR"); w.discipline[presentYear] = dayOfYear(40) }, days: 5,
			change: "UPDATE discipline_participation SET withdrawn_at = now() WHERE district_id = $1",
			want:   []string{"30 ON_TRACK 0 of 30 days, incidents 1, marks   ", "35 ON_TRACK 0 of 30 days, incidents 0, marks   "},
		},
		{
			name: "marks are withdrawn", before: func(w *wide) { w.good() }, days: 5, change: "UPDATE grade SET withdrawn_at = now() WHERE district_id = $1",
			want: []string{"30 ON_TRACK 0 of 30 days, incidents , marks 0 6 240000", "35 ON_TRACK 0 of 30 days, incidents , marks   "},
		},
		{
			name: "an F moves to an elective, and the average stays", before: func(w *wide) { w.markIn(true, "FINAL", "F"); w.markIn(false, "FINAL", "A") }, days: 5,
			change: "UPDATE grade SET letter = CASE letter WHEN 'A' THEN 'F' ELSE 'A' END WHERE district_id = $1",
			want:   []string{"30 AT_RISK 0 of 30 days, incidents , marks 1 2 40000", "35 AT_RISK 0 of 30 days, incidents , marks 0 2 40000"},
		},
		{
			name: "discipline is loaded, and there is none", days: 5,
			change: "INSERT INTO discipline_completeness (district_id, id, school_year, known_through) VALUES ($1, gen_random_uuid(), 2026, '2025-10-05')",
			want:   []string{"30 ON_TRACK 0 of 30 days, incidents , marks   ", "35 ON_TRACK 0 of 30 days, incidents 0, marks   "},
		},
		{
			name: "what changes twice on a day is one line", before: func(w *wide) { w.good() }, days: 0, change: "UPDATE grade SET withdrawn_at = now() WHERE district_id = $1",
			want: []string{"30 ON_TRACK 0 of 30 days, incidents , marks   "},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := oneOfWide(60)
			w.today, w.known[schoolYear{w.schools[0], presentYear}] = dayOfYear(30), dayOfYear(30)
			w.laws[0].document = map[string]any{}
			if test.before != nil {
				test.before(w)
			}
			bench.write(t, w.model, func(tx *postgres.Tx) error { return w.store(bench.ctx, tx) })
			bench.once(t, w.model)
			w.today = w.today.AddDate(0, 0, test.days)
			bench.execute(t, w.model, test.change)
			bench.once(t, w.model)
			if diff := cmp.Diff(test.want, bench.texts(t, w, `SELECT concat_ws(' ', as_of - '2025-08-31'::date, level, absent, 'of', enrolled_days, 'days,')
				|| format(' incidents %s, marks %s %s %s', incidents, core_failures, courses, grade_points)
				FROM student_risk_history WHERE district_id = $1 ORDER BY as_of`)); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
		})
	}
}

// texts reads lines of text; $1 is the district.
func (b *bench) texts(t *testing.T, w *wide, query string) (found []string) {
	t.Helper()
	b.write(t, w.model, func(tx *postgres.Tx) error {
		rows, err := tx.SQL().QueryContext(b.ctx, query, w.id)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var one string
			if err := rows.Scan(&one); err != nil {
				return err
			}
			found = append(found, one)
		}
		return rows.Err()
	})
	return found
}
