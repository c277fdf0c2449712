package earlywarning_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

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
