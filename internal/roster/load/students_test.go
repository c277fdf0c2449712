package load_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// TestOneIDTwoStudents: of two students with one id neither is trusted, and neither
// are two with one state id; an exact duplicate is one student.
func TestOneIDTwoStudents(t *testing.T) {
	t.Parallel()
	district := newTarget(t)
	summary := district.create(t, load.Options{Now: october}, "base", "one-id-two-students")
	counts := countsOf(summary)
	for kind, want := range map[string]did{
		"Student":    {read: 9, created: 4, unchanged: 1, quarantined: 4},
		"Enrollment": {read: 4, created: 3, quarantined: 1},
	} {
		if counts[kind] != want {
			t.Errorf("%s: %+v, not %+v", kind, counts[kind], want)
		}
	}
	want := []string{
		"8-student.xml | 4 | stands more than once with different content",
		"8-student.xml | 9 | stands more than once with different content",
		"8-student.xml | 24 | is the state id of another student too",
		"8-student.xml | 30 | is the state id of another student too",
		"9-enrollment.xml | 4 | names a student that is not known",
	}
	got := district.lines(t, "SELECT file AS a, line AS b, problem AS c FROM import_issue WHERE district_id = $1 ORDER BY file, line")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("issues (- want, + got):\n%s", diff)
	}
	names := district.lines(t, "SELECT local_id AS a, first_name AS b FROM student WHERE district_id = $1 ORDER BY 1")
	if diff := cmp.Diff([]string{"1 | Ada", "2 | Ben", "3 | Cleo", "8 | Hal"}, names); diff != "" {
		t.Errorf("students (- want, + got):\n%s", diff)
	}
}

// TestRejectedRowsOfNoTableAreCounted: a row that the reader refused is told of in
// the summary, whatever its kind: the exit status hangs on it.
func TestRejectedRowsOfNoTableAreCounted(t *testing.T) {
	t.Parallel()
	district := newTarget(t)
	summary := district.create(t, load.Options{Now: october}, "base", "unreadable-post")
	issues := district.lines(t, "SELECT kind AS a, file AS b, line AS c FROM import_issue WHERE district_id = $1 GROUP BY 1, 2, 3")
	if len(issues) != 1 || summary.Quarantined() != 1 {
		t.Errorf("rows with issues: %v; the summary tells of %d in quarantine", issues, summary.Quarantined())
	}
}
