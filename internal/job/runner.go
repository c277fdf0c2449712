package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// Runner does the jobs of all districts, one at a time.
type Runner struct {
	DB  *postgres.DB
	Now func() time.Time
	Log *slog.Logger
	// Every is how often it looks for jobs that are due; a minute when zero.
	Every time.Duration
}

const (
	// nightHour is the hour of the district's night at which its recompute may begin;
	// spread is the time over which the districts' begin, so that they do not all want
	// the database at once.
	nightHour = 1
	spread    = 3 * time.Hour
	// attempts is how often a job is tried before it is given up, each time after twice
	// the pause.
	attempts   = 5
	firstPause = time.Minute
)

// Run looks for jobs until the context ends. What it is doing then is taken back, and
// done again by whichever server comes next.
func (r Runner) Run(ctx context.Context) {
	every := r.Every
	if every == 0 {
		every = time.Minute
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := r.Once(ctx); err != nil && ctx.Err() == nil {
			r.Log.ErrorContext(ctx, "jobs", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Once puts each district's next nightly recompute on the list, and does what is due.
func (r Runner) Once(ctx context.Context) error {
	districts, err := Districts(ctx, r.DB)
	if err != nil {
		return err
	}
	var failed error
	for _, district := range districts {
		if err := r.visit(ctx, district); err != nil {
			failed = errors.Join(failed, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return failed
}

// Districts lists all districts by their ids.
func Districts(ctx context.Context, db *postgres.DB) ([]uuid.UUID, error) {
	var found []uuid.UUID
	err := db.Read(ctx, func(tx *postgres.Tx) error {
		rows, err := tx.SQL().QueryContext(ctx, "SELECT id FROM list_districts()")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var id uuid.UUID
			if err := rows.Scan(&id); err != nil {
				return err
			}
			found = append(found, id)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list the districts: %w", err)
	}
	return found, nil
}

// visit sees to one district.
func (r Runner) visit(ctx context.Context, district uuid.UUID) error {
	ctx = tenant.With(ctx, tenant.Scope{District: district})
	var id uuid.UUID
	err := r.DB.Write(ctx, func(tx *postgres.Tx) error {
		if err := r.schedule(ctx, tx, district); err != nil {
			return err
		}
		var err error
		id, err = r.claim(ctx, tx, district)
		return err
	})
	if err != nil {
		return fmt.Errorf("look for jobs of district %s: %w", district, err)
	}
	if id == (uuid.UUID{}) {
		return nil
	}
	return r.do(ctx, district, id)
}

// schedule puts the district's next nightly recompute on the list, unless one waits.
func (r Runner) schedule(ctx context.Context, tx *postgres.Tx, district uuid.UUID) error {
	zone, err := zoneOf(ctx, tx, district)
	if err != nil {
		return err
	}
	_, err = tx.SQL().ExecContext(ctx, `INSERT INTO job (district_id, id, kind, due_at) SELECT $1, $2, 'RECOMPUTE', $3
		WHERE NOT EXISTS (SELECT 1 FROM job j WHERE j.district_id = $1 AND j.kind = 'RECOMPUTE' AND j.status IN ('QUEUED', 'RUNNING'))
		ON CONFLICT DO NOTHING`, district, uuid.Must(uuid.NewV7()), nextNight(r.Now(), zone, district))
	if err != nil {
		return fmt.Errorf("put the nightly recompute on the list: %w", err)
	}
	return nil
}

// nextNight is when the district's next nightly recompute is due: a time of its own
// between 1 and 4 in its night.
func nextNight(now time.Time, zone *time.Location, district uuid.UUID) time.Time {
	hash := fnv.New32a()
	_, _ = hash.Write(district[:])
	own := time.Duration(hash.Sum32()) % spread
	year, month, day := now.In(zone).Date()
	for {
		due := time.Date(year, month, day, nightHour, 0, 0, 0, zone).Add(own)
		if due.After(now) {
			return due
		}
		day++
	}
}

// claim takes a job of the district that is due, or was left by a server that died; the
// zero id when there is none.
func (r Runner) claim(ctx context.Context, tx *postgres.Tx, district uuid.UUID) (uuid.UUID, error) {
	var id uuid.UUID
	err := tx.SQL().QueryRowContext(ctx, `UPDATE job t SET status = 'RUNNING', started_at = $2, attempts = t.attempts + 1
		WHERE t.district_id = $1 AND t.id = (SELECT j.id FROM job j WHERE j.district_id = $1
			AND (j.status = 'RUNNING' OR (j.status = 'QUEUED' AND j.due_at <= $2))
			ORDER BY j.due_at, j.id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING t.id`, district, r.Now()).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return uuid.UUID{}, nil
	}
	if err != nil {
		return uuid.UUID{}, fmt.Errorf("take a job: %w", err)
	}
	return id, nil
}

// do does a job that was taken, under its row's lock. One that another server has
// locked meanwhile is that one's.
func (r Runner) do(ctx context.Context, district, id uuid.UUID) error {
	began := r.Now()
	var did earlywarning.Recomputed
	mine := true
	err := r.DB.Write(ctx, func(tx *postgres.Tx) error {
		err := tx.SQL().QueryRowContext(ctx, `SELECT true FROM job j WHERE j.district_id = $1 AND j.id = $2 AND j.status = 'RUNNING'
			FOR UPDATE SKIP LOCKED`, district, id).Scan(&mine)
		if errors.Is(err, sql.ErrNoRows) {
			mine = false
			return nil
		}
		if err != nil {
			return fmt.Errorf("hold the job: %w", err)
		}
		if did, err = recompute(ctx, tx, district, began, func(int, int) {}); err != nil {
			return err
		}
		return r.succeed(ctx, tx, district, id, did)
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err() // it stays RUNNING and unlocked: the next server takes it
	case err != nil:
		return errors.Join(fmt.Errorf("job of district %s: %w", district, err), r.postpone(ctx, district, id, err))
	case mine:
		r.Log.InfoContext(ctx, "recomputed", "district", district, "seconds", r.Now().Sub(began).Seconds(), "figures", did.Figures, "flags", did.Flags)
	}
	return nil
}

func (r Runner) succeed(ctx context.Context, tx *postgres.Tx, district, id uuid.UUID, did earlywarning.Recomputed) error {
	result, err := json.Marshal(did)
	if err != nil {
		return err
	}
	_, err = tx.SQL().ExecContext(ctx, `UPDATE job SET status = 'SUCCEEDED', finished_at = $3, problem = '', result = $4
		WHERE district_id = $1 AND id = $2`, district, id, r.Now(), string(result))
	if err != nil {
		return fmt.Errorf("write down the job's end: %w", err)
	}
	return nil
}

// postpone puts a job that failed back on the list, after a pause; the last time, or
// when another waits already, it stays failed.
func (r Runner) postpone(ctx context.Context, district, id uuid.UUID, why error) error {
	return r.DB.Write(ctx, func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, `UPDATE job t SET problem = $3, due_at = $4::timestamptz + $5 * power(2, t.attempts - 1) * interval '1 second',
				finished_at = CASE WHEN again.wanted THEN NULL ELSE $4::timestamptz END, status = CASE WHEN again.wanted THEN 'QUEUED' ELSE 'FAILED' END
			FROM (SELECT f.attempts < $6 AND NOT EXISTS (SELECT 1 FROM job o WHERE o.district_id = $1 AND o.kind = f.kind AND o.status = 'QUEUED') AS wanted
				FROM job f WHERE f.district_id = $1 AND f.id = $2) again
			WHERE t.district_id = $1 AND t.id = $2`, district, id, explain(why), r.Now(), firstPause.Seconds(), attempts)
		if err != nil {
			return fmt.Errorf("write down the job's failure: %w", err)
		}
		return nil
	})
}

// explain says why a job failed, without SQL and without a value of any row.
func explain(err error) string {
	if errors.Is(err, ErrBusy) {
		return ErrBusy.Error()
	}
	return "the recompute failed; the server's log has the reason"
}
