package load_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// did is what a load is to do with one kind of row.
type did struct{ read, created, updated, unchanged, quarantined int64 }

// base is what the base folder holds.
func base() map[string]did {
	counts := map[string]did{}
	for kind, rows := range map[string]int64{
		"School": 2, "Calendar": 2, "CalendarDate": 17, "Student": 3, "Enrollment": 3, "Person": 1, "Channel": 1, "StudentContact": 1, "AttendanceEvent": 2,
	} {
		counts[kind] = did{read: rows, created: rows}
	}
	return counts
}

// folderCase is a folder that is laid over the base, and what a load makes of it.
type folderCase struct {
	folders []string
	counts  map[string]did // of the kinds in which it differs from the base's
	issues  []string       // kind | file | line | field | value | problem
	query   string         // what must stand in the database then; $1 is the district
	rows    []string
}

const liveEvents = `SELECT s.local_id AS a, to_char(e.on_date, 'MM-DD') AS b, e.category AS c, e.fraction AS d, e.excused AS e
	FROM attendance_event e JOIN student s ON s.district_id = e.district_id AND s.id = e.student_id
	WHERE e.district_id = $1 AND e.withdrawn_at IS NULL ORDER BY 1, 2, 3`

const keptCalendars = `SELECT s.local_id AS a, c.local_id AS b FROM student_school_association e
	JOIN student s ON s.district_id = e.district_id AND s.id = e.student_id
	JOIN calendar c ON c.district_id = e.district_id AND c.id = e.calendar_id WHERE e.district_id = $1 ORDER BY 1`

func TestFolders(t *testing.T) {
	t.Parallel()
	for name, test := range folderCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			district := newTarget(t)
			summary := district.create(t, load.Options{Now: october}, append([]string{"base"}, test.folders...)...)
			test.hold(t, district, summary)
			again := district.load(t, load.Options{Now: october}, append([]string{"base"}, test.folders...)...)
			if again.Changed() != 0 || again.Quarantined() != summary.Quarantined() {
				t.Errorf("the same folder changes rows the second time: %+v", again.Counts)
			}
		})
	}
}

func (test folderCase) hold(t *testing.T, district *target, summary load.Summary) {
	t.Helper()
	want := base()
	var quarantined int64
	for kind, counts := range test.counts {
		want[kind] = counts
		quarantined += counts.quarantined
	}
	if diff := cmp.Diff(want, countsOf(summary), cmp.AllowUnexported(did{})); diff != "" {
		t.Errorf("counts (- want, + got):\n%s", diff)
	}
	if summary.Quarantined() != quarantined {
		t.Errorf("the summary tells of %d rows in quarantine, not %d", summary.Quarantined(), quarantined)
	}
	issues := district.lines(t, `SELECT kind AS a, file AS b, line AS c, field AS d, value AS e, problem AS f
		FROM import_issue WHERE district_id = $1 ORDER BY file, line, field`)
	if diff := cmp.Diff(test.issues, issues); diff != "" {
		t.Errorf("issues (- want, + got):\n%s", diff)
	}
	if test.query != "" {
		if diff := cmp.Diff(test.rows, district.lines(t, test.query)); diff != "" {
			t.Errorf("rows (- want, + got):\n%s", diff)
		}
	}
}

func countsOf(summary load.Summary) map[string]did {
	counts := map[string]did{}
	for _, c := range summary.Counts {
		counts[c.Kind] = did{c.Read, c.Created, c.Updated, c.Unchanged, c.Quarantined}
	}
	return counts
}

// TestIssuesNameTheSourcesFields: a person corrects a row at the source, where no
// column of a staging table is known.
func TestIssuesNameTheSourcesFields(t *testing.T) {
	t.Parallel()
	district := newTarget(t)
	district.create(t, load.Options{Now: october}, "base", "one-id-two-students")
	for _, field := range district.lines(t, `SELECT DISTINCT field AS a FROM import_issue WHERE district_id = $1 AND field LIKE 'x.%'`) {
		t.Errorf("an issue names the field %q", field)
	}
}
