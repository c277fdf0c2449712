package load_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// covering is a sink that keeps what the source covers.
type covering struct{ covers []roster.Coverage }

func (*covering) Put(context.Context, any) error                    { return nil }
func (*covering) Reject(context.Context, any, []roster.Issue) error { return nil }
func (*covering) Tolerate(context.Context, roster.Issue) error      { return nil }
func (*covering) PassOver(string) error                             { return nil }

func (c *covering) Cover(covered roster.Coverage) error {
	c.covers = append(c.covers, covered)
	return nil
}

// TestACompleteSourceCoversWhatItNames: of kinds that happen on a day the days of each
// school year from the first to the last, of others the year; of what it does not name
// nothing.
func TestACompleteSourceCoversWhatItNames(t *testing.T) {
	t.Parallel()
	on := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	sink := &covering{}
	err := load.Complete(csvSource(fstest.MapFS{
		"attendance.csv": {Data: []byte("studentId,schoolId,date,code\n1,21,2025-09-03,A\n1,21,2025-09-01,A\n,21,2025-09-30,A\n" +
			"1,21,2024-10-02,A\n1,21,30/09/2025,A\n")},
		"incidents.csv":               {Data: []byte("id,schoolId,date\nI1,21,2025-09-08\n")},
		"participations.csv":          {Data: []byte("studentId,incidentId,schoolId,part\n1,I1,21,VICTIM\n")},
		"enrollments.csv":             {Data: []byte("studentId,schoolId,entryDate,gradeLevel\n1,21,2025-08-15,FIFTH\n")},
		"section-students.csv":        {Data: []byte("studentId,sectionId\n1,ALG-1\n")},
		"graduation-requirements.csv": {Data: []byte("cohortYear,subject,credits\n2029,MATHEMATICS,4\n")},
		"actions.csv":                 {Data: []byte("studentId,id,date,code\n")},
	})).Read(t.Context(), sink, func(int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	want := []roster.Coverage{
		{Kind: "AttendanceEvent", SchoolYear: 2025, From: on(2024, time.October, 2), Through: on(2024, time.October, 2)},
		{Kind: "AttendanceEvent", SchoolYear: 2026, From: on(2025, time.September, 1), Through: on(2025, time.September, 30)},
		{Kind: "Enrollment", SchoolYear: 2026},
		{Kind: "Incident", SchoolYear: 2026, From: on(2025, time.September, 8), Through: on(2025, time.September, 8)},
		{Kind: "Participation", SchoolYear: 2026, From: on(2025, time.September, 8), Through: on(2025, time.September, 8)},
		{Kind: "Seat"},
	}
	if diff := cmp.Diff(want, sink.covers); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}

// TestCorrectionsAreNotComplete: a file of quarantine is not all of anything.
func TestCorrectionsAreNotComplete(t *testing.T) {
	t.Parallel()
	corrected := fstest.MapFS{"attendance.csv": {Data: []byte("quarantineId,studentId,schoolId,date,code\n0191f0a4-0000-7000-8000-000000000001,1,21,2025-09-03,A\n")}}
	if err := load.Complete(csvSource(corrected)).Read(t.Context(), &covering{}, func(int64, int64) {}); !errors.Is(err, load.ErrCorrections) {
		t.Errorf("it ended with %v", err)
	}
}

// TestACompleteExportTakesOut what it does not have any more, within its days alone.
func TestACompleteExportTakesOut(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	d.loadSheets(t, sheets("every-kind"))
	less := fstest.MapFS{"attendance.csv": {Data: []byte("studentId,schoolId,date,code\n1,21,2025-09-04,Tardy\n3,22,2025-09-04,Tardy\n3,22,2025-09-08,Tardy\n")}}
	for _, test := range []struct {
		source func(fs.FS) load.Source
		want   []string
	}{
		{csvSource, []string{
			"1 | 09-04 | TARDY | 0 | false", "2 | 09-03 | UNEXCUSED_ABSENCE | 10000 | false", "2 | 09-04 | PARTIAL | 5000 | false",
			"3 | 09-04 | TARDY | 0 | false", "3 | 09-08 | TARDY | 0 | false",
		}},
		{func(files fs.FS) load.Source { return load.Complete(csvSource(files)) }, []string{
			"1 | 09-04 | TARDY | 0 | false", "2 | 09-03 | UNEXCUSED_ABSENCE | 10000 | false", "3 | 09-04 | TARDY | 0 | false", "3 | 09-08 | TARDY | 0 | false",
		}},
	} {
		if _, err := load.Load(t.Context(), d.application, d.find(t), test.source(less), load.Options{Now: october}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, d.lines(t, liveEvents)); diff != "" {
			t.Errorf("- want, + got:\n%s", diff)
		}
	}
}
