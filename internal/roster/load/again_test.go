package load_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// TestAChangedExportChangesThoseRowsAlone: a student renamed, an absence shortened
// and one added.
func TestAChangedExportChangesThoseRowsAlone(t *testing.T) {
	t.Parallel()
	district := newTarget(t)
	district.create(t, load.Options{Now: october}, "base")
	summary := district.load(t, load.Options{Now: october}, "base", "changed")
	want := map[string]did{}
	for kind, counts := range base() {
		want[kind] = did{read: counts.read, unchanged: counts.read}
	}
	want["Student"] = did{read: 3, updated: 1, unchanged: 2}
	want["AttendanceEvent"] = did{read: 3, created: 1, updated: 1, unchanged: 1}
	if diff := cmp.Diff(want, countsOf(summary), cmp.AllowUnexported(did{})); diff != "" {
		t.Errorf("counts (- want, + got):\n%s", diff)
	}
	if summary.Changed() != 3 {
		t.Errorf("the summary tells of %d changed rows, not 3", summary.Changed())
	}
	events := district.lines(t, liveEvents)
	if diff := cmp.Diff([]string{
		"1 | 09-02 | UNEXCUSED_ABSENCE | 5000 | false", "2 | 09-05 | EXCUSED_ABSENCE | 10000 | false", "3 | 09-03 | TARDY | 0 | false",
	}, events); diff != "" {
		t.Errorf("events (- want, + got):\n%s", diff)
	}
	names := district.lines(t, "SELECT first_name AS a FROM student WHERE district_id = $1 ORDER BY local_id")
	if diff := cmp.Diff([]string{"Ada", "Benjamin", "Cleo"}, names); diff != "" {
		t.Errorf("names (- want, + got):\n%s", diff)
	}
}

// TestACorrectedCategoryTakesTheOldOnesPlace: an office that excuses an absence
// sends the day again under another category. The old event is no longer true.
func TestACorrectedCategoryTakesTheOldOnesPlace(t *testing.T) {
	t.Parallel()
	district := newTarget(t)
	district.create(t, load.Options{Now: october}, "base")
	district.load(t, load.Options{Now: october}, "base", "corrected-category")
	want := []string{"1 | 09-02 | EXCUSED_ABSENCE | 10000 | false", "3 | 09-03 | TARDY | 0 | false"}
	if diff := cmp.Diff(want, district.lines(t, liveEvents)); diff != "" {
		t.Errorf("events (- want, + got):\n%s", diff)
	}
	excused := district.lines(t, `SELECT a.excused AS a, a.unexcused AS b FROM student_attendance a
		JOIN student s ON s.district_id = a.district_id AND s.id = a.student_id WHERE a.district_id = $1 AND s.local_id = '1'`)
	if diff := cmp.Diff([]string{"10000 | 0"}, excused); diff != "" {
		t.Errorf("excused and unexcused parts (- want, + got):\n%s", diff)
	}
}

// TestKnownThrough: from when on silence is no presence.
func TestKnownThrough(t *testing.T) {
	t.Parallel()
	stated := time.Date(2025, time.September, 10, 0, 0, 0, 0, time.UTC)
	summer := func() time.Time { return time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC) }
	lastDay := func() time.Time { return time.Date(2026, time.June, 30, 12, 0, 0, 0, time.UTC) }
	for name, test := range map[string]struct {
		loads []load.Options
		want  []string
	}{
		"the school's own last event while the year runs": {
			[]load.Options{{Now: october}}, []string{"11 | 2025-09-02", "12 | 2025-09-03"},
		},
		"the same on the last day of the year": {
			[]load.Options{{Now: lastDay}}, []string{"11 | 2025-09-02", "12 | 2025-09-03"},
		},
		"the calendar's last day when the year is over": {
			[]load.Options{{Now: summer}}, []string{"11 | 2026-05-29", "12 | 2026-05-28"},
		},
		"the day that was stated": {
			[]load.Options{{Now: october, KnownThrough: stated}}, []string{"11 | 2025-09-10", "12 | 2025-09-10"},
		},
		"it never goes back": {
			[]load.Options{{Now: october, KnownThrough: stated}, {Now: october}}, []string{"11 | 2025-09-10", "12 | 2025-09-10"},
		},
		"it goes on": {
			[]load.Options{{Now: october}, {Now: october, KnownThrough: stated}, {Now: summer}}, []string{"11 | 2026-05-29", "12 | 2026-05-28"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			district := newTarget(t)
			district.create(t, test.loads[0], "base")
			for _, options := range test.loads[1:] {
				district.load(t, options, "base")
			}
			got := district.lines(t, `SELECT s.local_id AS a, k.known_through AS b FROM attendance_completeness k
				JOIN school s ON s.district_id = k.district_id AND s.id = k.school_id WHERE k.district_id = $1 ORDER BY 1`)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
		})
	}
}
