package load_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

const figures = `SELECT n.local_id AS a, f.enrolled_days AS b, f.absent AS c, f.as_of AS d, r.level AS e, r.as_of AS f FROM student_attendance f
	JOIN student n ON n.district_id = f.district_id AND n.id = f.student_id
	LEFT JOIN student_risk r ON r.district_id = f.district_id AND r.student_id = f.student_id AND r.school_year = f.school_year
	WHERE f.district_id = $1 ORDER BY 1`

// TestFiguresFollowTheImport: after each of the imports, whoever it touched, the figures
// are those of a recompute of the whole district; and one that moves nothing for most
// of the students works out those of a few alone.
func TestFiguresFollowTheImport(t *testing.T) {
	t.Parallel()
	district := newTarget(t).base(t)
	district.tell(t, told{rows: append(enrolled(crowd(30)...), absent("1", on(9, 9)))})
	steps := map[string]told{
		"an absence":                {rows: []any{absent("9001", on(9, 3))}},
		"an absence on a later day": {rows: []any{absent("9002", on(9, 10))}},
		"an exit":                   {rows: []any{roster.Exit{StudentCode: "9003", SchoolCode: "11", ExitDate: on(9, 4)}}},
		"an absence that is taken out": {
			rows: []any{absent("9002", on(9, 10))}, covers: []roster.Coverage{{Kind: "AttendanceEvent", SchoolYear: 2026, From: on(9, 3), Through: on(9, 3)}},
		},
		"a day off": {rows: []any{roster.CalendarDate{CalendarCode: "A", SchoolCode: "11", SchoolYear: 2026, Date: on(9, 8), Event: "Holiday"}}},
		"another grade": {rows: []any{
			roster.Enrollment{StudentCode: "9004", SchoolCode: "11", SchoolYear: 2026, EntryDate: on(9, 1), GradeLevel: roster.GradeEighth},
		}},
	}
	for _, name := range []string{"an absence", "an absence on a later day", "an exit", "an absence that is taken out", "a day off", "another grade"} {
		summary := district.tell(t, steps[name], allowed)
		if summary.Changed() == 0 {
			t.Errorf("%s changed nothing", name)
		}
		after := district.lines(t, figures)
		district.recompute(t)
		if diff := cmp.Diff(district.lines(t, figures), after); diff != "" {
			t.Errorf("after %s, - as a recompute of all has them, + as they are:\n%s", name, diff)
		}
		if again := district.tell(t, steps[name], allowed); again.Changed() != 0 || again.Recomputed != (earlywarning.Recomputed{}) {
			t.Errorf("%s, a second time: %+v", name, again)
		}
	}
}

// TestAnImportTouchesAFewAlone: figures of others, which were put wrong on purpose, stay.
func TestAnImportTouchesAFewAlone(t *testing.T) {
	t.Parallel()
	district := newTarget(t).base(t)
	district.tell(t, told{rows: append(enrolled(crowd(30)...), absent("1", on(9, 9)))})
	district.write(t, "UPDATE student_attendance SET enrolled_days = 99 WHERE district_id = $1")
	district.tell(t, told{rows: []any{absent("9001", on(9, 3))}})
	want := []string{"9001 | 6"}
	got := district.lines(t, `SELECT n.local_id AS a, f.enrolled_days AS b FROM student_attendance f
		JOIN student n ON n.district_id = f.district_id AND n.id = f.student_id WHERE f.district_id = $1 AND f.enrolled_days <> 99`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("worked out again (- want, + got):\n%s", diff)
	}
	district.tell(t, told{rows: []any{
		roster.School{Code: "13", Name: "Cedar", Level: roster.LevelHigh},
		roster.Course{Code: "ENG", Title: "English"},
		roster.Section{Code: "A", SchoolCode: "13", SchoolYear: 2026, CourseCode: "ENG"},
	}})
	if left := district.lines(t, "SELECT count(*) AS a FROM student_attendance WHERE district_id = $1 AND enrolled_days <> 99"); left[0] != "1" {
		t.Errorf("what nobody is in touched %s students", left[0])
	}
	// The school's last day moves, and with it that of most of the district.
	district.tell(t, told{rows: []any{absent("9001", on(9, 10))}})
	if left := district.lines(t, "SELECT count(*) AS a FROM student_attendance WHERE district_id = $1 AND enrolled_days = 99"); left[0] != "0" {
		t.Errorf("%s figures were not worked out again", left[0])
	}
}

func (d *target) recompute(t *testing.T) {
	t.Helper()
	ctx := reach.AsJob(tenant.With(t.Context(), tenant.Scope{District: d.id}), d.id)
	today, err := d.find(t).Today(october())
	if err != nil {
		t.Fatal(err)
	}
	err = d.application.Write(ctx, func(tx *postgres.Tx) error {
		_, err := earlywarning.RecomputeDistrict(ctx, tx, d.id, today, func(int, int) {})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
