package ledger

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/telemetry"
)

// Options say how the records are kept.
type Options struct {
	Secret []byte           // the installation's, of which the key is drawn
	Now    func() time.Time // the clock
	Log    *slog.Logger
	Most   int // students' accesses held at most while the log cannot be written; 0: 200,000
}

// Keeper keeps a server's records of access: it takes what operations showed, writes
// it down each second, and seals what changed. It is the operations' witness.
type Keeper struct {
	db      *postgres.DB
	log     *slog.Logger
	now     func() time.Time
	buffer  *accessBuffer
	sealer  *sealer
	stop    context.CancelFunc
	stopped sync.WaitGroup

	flushing sync.Mutex // one writes at a time
	sealing  sync.Mutex // and one seals
	troubled sync.Map   // what failed the last time, by name
}

const (
	every = time.Second
	// patience bounds a round: one that hangs is tried again.
	patience = 30 * time.Second
	// monthsEvery is how often room is made ahead.
	monthsEvery = 24 * time.Hour
)

// Start makes room in the logs for this month and the next and begins to keep the
// records; Close must follow. The pool is under the application's login.
func Start(ctx context.Context, db *postgres.DB, options Options) (*Keeper, error) {
	if options.Most == 0 {
		options.Most = mostHeld
	}
	key := NewKey(options.Secret)
	k := &Keeper{
		db: db, log: options.Log, now: options.Now,
		buffer: newAccessBuffer(db, key, options.Now, options.Most), sealer: newSealer(db, key, options.Now),
	}
	if err := db.EnsureLogMonths(ctx, options.Now().UTC()); err != nil {
		return nil, err
	}
	ctx, k.stop = context.WithCancel(context.WithoutCancel(ctx))
	k.repeat(ctx, every, "write the access log", k.flush)
	k.repeat(ctx, every, "seal the logs", k.seal)
	k.repeat(ctx, monthsEvery, "make room in the logs", func(ctx context.Context) error { return db.EnsureLogMonths(ctx, options.Now().UTC()) })
	return k, nil
}

// repeat does something again and again until the keeper is closed.
func (k *Keeper) repeat(ctx context.Context, pause time.Duration, what string, do func(context.Context) error) {
	k.stopped.Go(func() {
		ticker := time.NewTicker(pause)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				bounded, cancel := context.WithTimeout(ctx, patience)
				k.tell(ctx, what, do(bounded))
				cancel()
			}
		}
	})
}

// tell logs that something begins to fail, and that it goes on again.
func (k *Keeper) tell(ctx context.Context, what string, err error) {
	_, failed := k.troubled.Load(what)
	switch {
	case err != nil && !failed:
		k.troubled.Store(what, true)
		k.log.ErrorContext(ctx, "cannot "+what, slog.String("kind", telemetry.KindOf(err)))
	case err == nil && failed:
		k.troubled.Delete(what)
		k.log.InfoContext(ctx, "goes on: "+what)
	}
}

// flush writes what waits. It makes room for the month of now first, once it fails:
// a line may be of a month that nobody has written in.
func (k *Keeper) flush(ctx context.Context) error {
	k.flushing.Lock()
	defer k.flushing.Unlock()
	err := k.buffer.flush(ctx)
	if err == nil {
		return nil
	}
	if err := k.db.EnsureLogMonths(ctx, k.now().UTC()); err != nil {
		return err
	}
	return k.buffer.flush(ctx)
}

// Flush writes and seals what there is now.
func (k *Keeper) Flush(ctx context.Context) error {
	if err := k.flush(ctx); err != nil {
		return err
	}
	return k.seal(ctx)
}

func (k *Keeper) seal(ctx context.Context) error {
	k.sealing.Lock()
	defer k.sealing.Unlock()
	return k.sealer.round(ctx)
}

// Close stops keeping, after it has written and sealed what there is. The pool must
// still be open.
func (k *Keeper) Close(ctx context.Context) error {
	k.stop()
	k.stopped.Wait()
	return k.Flush(ctx)
}

// Room gives a FullError when no more can be written down.
func (k *Keeper) Room() error { return k.buffer.room() }

// Showed takes what an operation showed.
func (k *Keeper) Showed(reading operation.Reading) { k.buffer.add(reading) }

// Changed takes that a change in the district was committed.
func (k *Keeper) Changed(district uuid.UUID) { k.sealer.note(district) }

var (
	heldMetric    = prometheus.NewDesc("holdfast_access_log_held", "Accesses to students that wait to be written down.", nil, nil)
	lagMetric     = prometheus.NewDesc("holdfast_access_log_lag_seconds", "For how long the oldest line of the access log waits to be written.", nil, nil)
	writtenMetric = prometheus.NewDesc("holdfast_access_log_lines_total", "Lines written to the access log.", nil, nil)
	sealMetric    = prometheus.NewDesc("holdfast_seal_lag_seconds", "For how long the oldest change of this server waits for its seal.", nil, nil)
)

// Describe names the metrics.
func (k *Keeper) Describe(names chan<- *prometheus.Desc) { prometheus.DescribeByCollect(k, names) }

// Collect gives the metrics; no label tells about whom.
func (k *Keeper) Collect(to chan<- prometheus.Metric) {
	held, lag, written := k.buffer.state()
	to <- prometheus.MustNewConstMetric(heldMetric, prometheus.GaugeValue, float64(held))
	to <- prometheus.MustNewConstMetric(lagMetric, prometheus.GaugeValue, lag.Seconds())
	to <- prometheus.MustNewConstMetric(writtenMetric, prometheus.CounterValue, float64(written))
	to <- prometheus.MustNewConstMetric(sealMetric, prometheus.GaugeValue, k.sealer.lag().Seconds())
}
