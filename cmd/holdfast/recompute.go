package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/job"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// recomputeOptions are the words of the recompute command.
type recomputeOptions struct {
	district string
	all      bool
	workers  int
}

func newRecompute(s *settings) *cobra.Command {
	var o recomputeOptions
	command := &cobra.Command{
		Use: "recompute", Short: "work out a district's figures and flags anew", Args: exactly(),
		Long: `Works out the figures, levels and flags of every school year of a district, or of
all districts, each in one transaction: stopped anywhere, the old ones stand. The
server does the same each night.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return recompute(cmd.Context(), s, o) },
	}
	flags := command.Flags()
	flags.StringVar(&o.district, "district", "", "the district's code")
	flags.BoolVar(&o.all, "all", false, "all districts")
	flags.IntVar(&o.workers, "workers", runtime.NumCPU(), "how many districts at a time, with --all")
	return command
}

func (o recomputeOptions) check() error {
	switch {
	case o.all == (o.district != ""):
		return usageError{errors.New("--district is missing: name the district's code, such as 255901, or say --all")}
	case o.workers < 1:
		return usageError{fmt.Errorf("--workers is %d: it is a number from 1 on", o.workers)}
	}
	return nil
}

func recompute(ctx context.Context, s *settings, o recomputeOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	db, err := openDatabase(ctx, s)
	if err != nil {
		return err
	}
	defer db.close()
	application, err := db.application(ctx)
	if err != nil {
		return err
	}
	bar := newProgress(os.Stderr)
	if o.all {
		return recomputeAll(ctx, application, o.workers, bar)
	}
	district, err := load.FindDistrict(ctx, application, o.district)
	if errors.Is(err, load.ErrUnknownDistrict) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	began := time.Now()
	did, err := job.Recompute(ctx, application, district.ID, time.Now(), func(done, total int) {
		bar.tell(load.Progress{Phase: "figures and flags", Done: int64(done), Total: int64(total)})
	})
	bar.end()
	if err == nil {
		printRecomputed(did, time.Since(began))
	}
	return err
}

func printRecomputed(did earlywarning.Recomputed, took time.Duration) {
	fmt.Printf("%d school year(s): %d figures, %d levels, %d flags changed, %d requests for support raised; %.1f s\n",
		did.SchoolYears, did.Figures, did.Levels, did.Flags, did.Requests, took.Seconds())
}

// recomputeAll works out all districts, several at a time. One that fails does not keep
// the others from being done.
func recomputeAll(ctx context.Context, db *postgres.DB, workers int, bar *progress) error {
	districts, err := job.Districts(ctx, db)
	if err != nil {
		return err
	}
	began := time.Now()
	var mu sync.Mutex
	var all earlywarning.Recomputed
	var failed error
	done := 0
	next := make(chan uuid.UUID)
	var group sync.WaitGroup
	for range min(workers, len(districts)) {
		group.Go(func() {
			for district := range next {
				did, err := job.Recompute(ctx, db, district, time.Now(), func(int, int) {})
				mu.Lock()
				all.Add(did)
				failed = errors.Join(failed, err)
				done++
				bar.tell(load.Progress{Phase: "districts", Done: int64(done), Total: int64(len(districts))})
				mu.Unlock()
			}
		})
	}
	for _, district := range districts {
		if ctx.Err() == nil {
			next <- district
		}
	}
	close(next)
	group.Wait()
	bar.end()
	fmt.Printf("%d districts, ", done)
	printRecomputed(all, time.Since(began))
	return failed
}
