package earlywarning_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

const requestsText = `SELECT concat_ws(' ', school_year, coalesce(circumstance, '-'), array_to_string(reasons, ',')) FROM support_request
	WHERE district_id = $1 AND requested_by IS NULL AND summary = '' ORDER BY 1`

// TestRequestsForSupport: the student is at risk by 3 days absent of 30, unless a case
// says other.
func TestRequestsForSupport(t *testing.T) {
	t.Parallel()
	bench := newBench(t)
	asked := func(year int, status string) string {
		return fmt.Sprintf(`INSERT INTO support_request (district_id, id, student_id, origin, reasons, school_year, raised_on, status, summary)
			SELECT $1, gen_random_uuid(), s.id, 'EARLY_WARNING', '{ATTENDANCE}', %d, '2025-01-01', '%s', 'of before' FROM student s WHERE s.district_id = $1`, year, status)
	}
	helped := func(role string, from, through int) func(*wide) {
		return func(w *wide) {
			w.absent(3)
			w.advocates = append(w.advocates, &advocate{student: w.students[0], role: role, starts: dayOfYear(from), ends: dayOfYear(through)})
		}
	}
	is := func(kind string, through int) func(*wide) {
		return func(w *wide) {
			w.circumstances = append(w.circumstances, &circumstance{student: w.students[0], kind: kind, starts: dayOfYear(1), ends: dayOfYear(through)})
		}
	}
	one := []string{"2026 - ATTENDANCE"}
	for _, test := range []struct {
		name   string
		with   func(*wide)
		before string // a statement; $1 is the district
		policy map[string]any
		want   []string
	}{
		{name: "at risk", with: func(w *wide) { w.absent(3) }, want: one},
		{name: "a warning only", with: func(w *wide) { w.absent(2) }},
		{name: "a warning, where that is enough", with: func(w *wide) { w.absent(2) }, policy: map[string]any{"requestAt": "EARLY_WARNING"}, want: one},
		{name: "at risk, where only critical is enough", with: func(w *wide) { w.absent(3) }, policy: map[string]any{"requestAt": "CRITICAL"}},
		{name: "where nothing is asked for", with: func(w *wide) { w.absent(3); w.offends(6, "PERPETRATOR") }, policy: map[string]any{"requestAt": ""}},
		{name: "for two reasons", with: func(w *wide) { w.absent(3); w.offends(6, "PERPETRATOR") }, want: []string{"2026 - ATTENDANCE,DISCIPLINE"}},
		{name: "credits are a reason of their own", with: func(w *wide) {
			needing(0, "TWELFTH", presentYear)(w)
			w.credits = nil
		}, want: []string{"2026 - UNDER_CREDIT"}},
		{name: "there is a primary advocate", with: helped("PRIMARY", 1, 30)},
		{name: "whose last day was yesterday", with: helped("PRIMARY", 1, 29), want: one},
		{name: "whose first day is tomorrow", with: helped("PRIMARY", 31, 40), want: one},
		{name: "a backup is no primary", with: helped("BACKUP", 1, 30), want: one},
		{name: "asked this year, and declined", with: func(w *wide) { w.absent(3) }, before: asked(presentYear, "DECLINED")},
		{name: "asked last year, and it waits", with: func(w *wide) { w.absent(3) }, before: asked(previousYear, "TRIAGED")},
		{name: "asked last year, and accepted", with: func(w *wide) { w.absent(3) }, before: asked(previousYear, "ACCEPTED"), want: one},
		{name: "a year that is over", with: func(w *wide) { w.absent(3); w.today = yearEnds(presentYear).AddDate(0, 0, 1) }},
		{name: "homeless, and on track", with: is("HOMELESS", 30), want: []string{"2026 HOMELESS HOMELESS"}},
		{name: "expecting a child", with: is("PREGNANT_OR_PARENTING", 30), want: []string{"2026 PREGNANT_OR_PARENTING TEEN_PARENT"}},
		{name: "homeless until yesterday", with: is("HOMELESS", 29)},
		{name: "a circumstance that is not asked for", with: is("FOSTER_CARE", 30)},
		{name: "apart from the level", with: func(w *wide) { w.absent(3); is("HOMELESS", 30)(w) }, want: append(one, "2026 HOMELESS HOMELESS")},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := oneOfWide(30)
			w.laws[0].document = map[string]any{}
			if test.policy != nil {
				w.laws[0].document = map[string]any{"indicators": test.policy}
			}
			test.with(w)
			bench.write(t, w.model, func(tx *postgres.Tx) error { return w.store(bench.ctx, tx) })
			if test.before != "" {
				bench.execute(t, w.model, test.before)
			}
			for range 2 { // a second time asks for nothing
				bench.once(t, w.model)
				if diff := cmp.Diff(test.want, bench.texts(t, w, requestsText)); diff != "" {
					t.Errorf("- want, + got:\n%s", diff)
				}
			}
		})
	}
}

// TestCircumstanceOfAFormerStudentAsksForNothing: whose enrollment was last year's is no
// student of this one, whichever ids others have.
func TestCircumstanceOfAFormerStudentAsksForNothing(t *testing.T) {
	t.Parallel()
	bench := newBench(t)
	w := oneOfWide(30)
	w.laws[0].document = map[string]any{}
	w.students, w.enrollments = nil, nil
	for _, id := range []string{"00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002", "00000000-0000-4000-8000-000000000003"} {
		w.students = append(w.students, uuid.MustParse(id))
		w.circumstances = append(w.circumstances, &circumstance{student: uuid.MustParse(id), kind: "HOMELESS", starts: dayOfYear(1)})
	}
	for _, i := range []int{0, 2} {
		one := &enrollment{id: uuid.New(), student: w.students[i], calendar: w.calendars[0], entry: dayOfYear(1)}
		w.enrollments, w.grade[one.id] = append(w.enrollments, one), "NINTH"
	}
	bench.write(t, w.model, func(tx *postgres.Tx) error { return w.store(bench.ctx, tx) })
	bench.once(t, w.model)
	want := []string{fmt.Sprint(w.students[0], " HOMELESS HOMELESS"), fmt.Sprint(w.students[2], " HOMELESS HOMELESS")}
	got := bench.texts(t, w, `SELECT concat_ws(' ', student_id, circumstance, array_to_string(reasons, ',')) FROM support_request WHERE district_id = $1 ORDER BY 1`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}
