package load_test

import (
	"context"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// TestMemoryIsBounded, whatever the rows are and whatever is wrong with them: what is
// alive in memory does not grow with the export. It is not parallel: it measures the
// whole process.
func TestMemoryIsBounded(t *testing.T) { //nolint:paralleltest // see above
	const rows, look, most = 60_000, 10_000, 32 << 20
	district := newTarget(t).base(t)
	long := strings.Repeat("é", 500)
	var first, highest uint64
	source := load.Source{Name: "long", Read: func(ctx context.Context, sink roster.Sink, _ func(done, total int64)) error {
		for i := range rows {
			origin := roster.Origin{File: "long", Line: i}
			if err := sink.Put(ctx, roster.AttendanceEvent{
				Origin: origin, StudentCode: "x" + strconv.Itoa(i), SchoolCode: "11", Date: on(9, 2), CategoryCode: "Tardy", Reason: long,
				Duration: roster.NotSaid, Minutes: roster.NotSaid,
			}); err != nil {
				return err
			}
			problem := roster.Issue{Origin: origin, Kind: "Incident", Field: "field " + strconv.Itoa(i), Value: long, Problem: "is wrong"}
			if err := sink.Reject(ctx, roster.Incident{Origin: origin, Code: long}, []roster.Issue{problem}); err != nil {
				return err
			}
			if err := sink.Tolerate(ctx, problem); err != nil {
				return err
			}
			if err := sink.PassOver("Element" + strconv.Itoa(i)); err != nil {
				return err
			}
			if i%look == 0 {
				alive := aliveBytes()
				if first == 0 {
					first = alive
				}
				highest = max(highest, alive)
			}
		}
		return nil
	}}
	summary, err := load.Load(t.Context(), district.application, district.find(t), source, load.Options{Now: october, DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	if summary.Quarantined() != 2*rows {
		t.Errorf("%d rows in quarantine, not %d", summary.Quarantined(), 2*rows)
	}
	if highest > first+most {
		t.Errorf("%d MiB are alive in the middle, %d at the beginning", highest>>20, first>>20)
	}
	t.Logf("%d KiB at the beginning, at most %d later", first>>10, highest>>10)
}

func aliveBytes() uint64 {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}
