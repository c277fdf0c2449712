package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// ErrBusy is a recompute of a district that is being imported or recomputed.
var ErrBusy = errors.New("an import or another recompute of this district is under way; wait for it to end, then try again")

// Recompute works out a district's figures, levels and flags as of today, in one
// transaction that keeps imports out. It waits a moment for one that is ending.
func Recompute(ctx context.Context, db *postgres.DB, district uuid.UUID, now time.Time, between func(done, total int)) (earlywarning.Recomputed, error) {
	var did earlywarning.Recomputed
	err := db.Write(tenant.With(ctx, tenant.Scope{District: district}), func(tx *postgres.Tx) (err error) {
		did, err = recompute(ctx, tx, district, now, between)
		return err
	})
	return did, err
}

func recompute(ctx context.Context, tx *postgres.Tx, district uuid.UUID, now time.Time, between func(done, total int)) (earlywarning.Recomputed, error) {
	if err := lock(ctx, tx, district); err != nil {
		return earlywarning.Recomputed{}, err
	}
	today, err := todayOf(ctx, tx, district, now)
	if err != nil {
		return earlywarning.Recomputed{}, err
	}
	return earlywarning.RecomputeDistrict(ctx, tx, district, today, between)
}

// lock takes the lock that keeps imports of the district apart.
func lock(ctx context.Context, tx *postgres.Tx, district uuid.UUID) error {
	if _, err := tx.SQL().ExecContext(ctx, "SET LOCAL lock_timeout = '3s'"); err != nil {
		return fmt.Errorf("take the district's lock: %w", err)
	}
	_, err := tx.SQL().ExecContext(ctx, `SELECT pg_advisory_xact_lock(`+postgres.ImportLock("$1")+`)`, district)
	if refused, ok := errors.AsType[*pq.Error](err); ok && refused.Code == pqerror.LockNotAvailable {
		return ErrBusy
	}
	if err != nil {
		return fmt.Errorf("take the district's lock: %w", err)
	}
	if _, err := tx.SQL().ExecContext(ctx, "SET LOCAL lock_timeout = 0"); err != nil {
		return fmt.Errorf("take the district's lock: %w", err)
	}
	return nil
}

// todayOf is the district's day at the moment, at midnight UTC.
func todayOf(ctx context.Context, tx *postgres.Tx, district uuid.UUID, now time.Time) (time.Time, error) {
	zone, err := zoneOf(ctx, tx, district)
	if err != nil {
		return time.Time{}, err
	}
	year, month, day := now.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC), nil
}

func zoneOf(ctx context.Context, tx *postgres.Tx, district uuid.UUID) (*time.Location, error) {
	var name string
	if err := tx.SQL().QueryRowContext(ctx, "SELECT d.time_zone FROM district d WHERE d.id = $1", district).Scan(&name); err != nil {
		return nil, fmt.Errorf("read the district's time zone: %w", err)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("the district's time zone %q is not known", name)
	}
	return zone, nil
}
