package load_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// watched is a source that tells of each row before it is put, and of each step of
// the load's progress.
func watched(source load.Source, options load.Options, moment func()) (load.Source, load.Options) {
	read := source.Read
	source.Read = func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
		return read(ctx, watchedSink{sink, moment}, progress)
	}
	options.Progress = func(load.Progress) { moment() }
	return source, options
}

type watchedSink struct {
	roster.Sink

	moment func()
}

func (s watchedSink) Put(ctx context.Context, row any) error {
	s.moment()
	return s.Sink.Put(ctx, row)
}

// TestTwoLoadsOfOneDistrictDoNotInterleave stops the first in the middle, and lets
// it go on when the second was turned away.
func TestTwoLoadsOfOneDistrictDoNotInterleave(t *testing.T) {
	t.Parallel()
	district := newTarget(t)
	district.create(t, load.Options{Now: october}, "base")
	before := district.content(t)
	reached, goOn := make(chan struct{}), make(chan struct{})
	source := edfiSource(compose(t, "base", "changed"))
	read := source.Read
	source.Read = func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
		close(reached)
		<-goOn
		return read(ctx, sink, progress)
	}
	first := make(chan error, 1)
	there := district.find(t)
	go func() {
		_, err := load.Load(t.Context(), district.application, there, source, load.Options{Now: october})
		first <- err
	}()
	<-reached
	_, err := load.Load(t.Context(), district.application, there, edfiSource(compose(t, "base", "two-categories")), load.Options{Now: october})
	if !errors.Is(err, load.ErrBusy) {
		t.Errorf("the second load: %v, not ErrBusy", err)
	}
	if after := district.content(t); after != before {
		t.Errorf("the second load left something:\n%s", cmp.Diff(before, after))
	}
	close(goOn)
	if err := <-first; err != nil {
		t.Errorf("the first load: %v", err)
	}
	want := []string{"SUCCEEDED", "SUCCEEDED", "FAILED: " + load.ErrBusy.Error()}
	if diff := cmp.Diff(want, district.runs(t)); diff != "" {
		t.Errorf("runs (- want, + got):\n%s", diff)
	}
	if events := district.lines(t, liveEvents+" OFFSET 3"); len(events) != 0 {
		t.Errorf("a row of the second load was kept: %v", events)
	}
}

// TestALoadThatIsStoppedLeavesNothing cancels loads at random rows and steps, under
// the application's login.
func TestALoadThatIsStoppedLeavesNothing(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // not a secret
	district := newTarget(t)
	district.create(t, load.Options{Now: october}, "base")
	before, there := district.content(t), district.find(t)
	var moments int64
	counting := newTarget(t)
	counting.create(t, load.Options{Now: october}, "base")
	source, options := watched(edfiSource(compose(t, "base", "changed")), load.Options{Now: october}, func() { moments++ })
	if _, err := load.Load(t.Context(), counting.application, counting.find(t), source, options); err != nil {
		t.Fatal(err)
	}
	const times = 12
	for range times {
		stop := 1 + random.Int64N(moments)
		ctx, cancel := context.WithCancel(t.Context())
		var passed atomic.Int64
		source, options := watched(edfiSource(compose(t, "base", "changed")), load.Options{Now: october}, func() {
			if passed.Add(1) == stop {
				cancel()
			}
		})
		_, err := load.Load(ctx, district.application, there, source, options)
		if err == nil || !strings.Contains(load.Explain(err), "was stopped; nothing of it was loaded") {
			t.Errorf("stopped at moment %d of %d: %v", stop, moments, err)
		}
		if after := district.content(t); after != before {
			t.Fatalf("stopped at moment %d of %d, it left something:\n%s", stop, moments, cmp.Diff(before, after))
		}
	}
	runs := district.runs(t)
	for _, run := range runs[1:] {
		if run != "INTERRUPTED: the import was stopped; nothing of it was loaded" {
			t.Errorf("the run of a load that was stopped: %s", run)
		}
	}
	if len(runs) != times+1 {
		t.Errorf("%d runs, not %d", len(runs), times+1)
	}
}

// TestALoadThatFailsLeavesNothing, whichever end fails, and its run says why in one
// line without SQL and without a value of a row.
func TestALoadThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		folder, policy, want string
	}{
		"a file is cut off": {
			folder: "broken", want: "FAILED: 9-attendance.xml:9: the file ends in the middle of an element; export the file again from the source system",
		},
		"the policy cannot be read": {
			folder: "unknown-codes", policy: `{"attendanceCodes": {"Absent": "ABSENT"}}`, want: "FAILED: the district's policy: attendanceCodes maps",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			district := newTarget(t)
			district.create(t, load.Options{Now: october}, "base")
			if test.policy != "" {
				district.changePolicy(t, test.policy)
			}
			before := district.content(t)
			_, err := load.Load(t.Context(), district.application, district.find(t), edfiSource(compose(t, "base", test.folder)), load.Options{Now: october})
			if err == nil {
				t.Fatal("it did not fail")
			}
			if after := district.content(t); after != before {
				t.Errorf("it left something:\n%s", cmp.Diff(before, after))
			}
			run := district.runs(t)[1]
			if !strings.HasPrefix(run, test.want) || strings.ContainsAny(run, "\n$") || strings.Contains(run, "INSERT") || strings.Contains(run, "Skipped") {
				t.Errorf("the run says %q", run)
			}
		})
	}
}

// changePolicy gives the district a policy that holds instead of the one before.
func (d *target) changePolicy(t *testing.T, document string) {
	t.Helper()
	ctx := tenant.With(t.Context(), tenant.Scope{District: d.id})
	err := d.application.Write(ctx, func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, `INSERT INTO district_policy (district_id, id, version, starts_on, document)
			SELECT $1, gen_random_uuid(), 2, max(p.starts_on), $2::jsonb FROM district_policy p WHERE p.district_id = $1`, d.id, document)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
