package load

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// createTouched is the table of the students whose figures hang on what the load
// wrote; a NULL among them stands for all of the district.
const createTouched = "CREATE TEMP TABLE load_touched (student_id uuid) ON COMMIT DROP"

// mostMeanwhile is of how many students the figures are worked out while somebody waits
// for the answer.
const mostMeanwhile = 5_000

// recompute works out again the figures of whoever hangs on what was written: of all
// of the district when that is most of it, and of nobody when nothing was.
func (l *load) recompute(ctx context.Context, tx *postgres.Tx) error {
	var everybody bool
	var touched, students int
	err := tx.SQL().QueryRowContext(ctx, `SELECT coalesce(bool_or(x.student_id IS NULL), false), count(DISTINCT x.student_id),
		(SELECT count(*) FROM student n WHERE n.district_id = $1) FROM load_touched x`, l.district.ID).Scan(&everybody, &touched, &students)
	if err != nil {
		return fmt.Errorf("count the students whom the load touched: %w", err)
	}
	if !everybody && touched == 0 {
		return nil
	}
	l.tell("figures and flags", 0, 1)
	if everybody || 2*touched > students { // most of them
		if l.within && students > mostMeanwhile {
			l.summary.RecomputeDue = true
			return nil
		}
		l.summary.Recomputed, err = earlywarning.RecomputeDistrict(ctx, tx, l.district.ID, l.today, func(done, total int) {
			l.tell("figures and flags", int64(done), int64(total))
		})
		return err
	}
	ids, err := touchedStudents(ctx, tx, touched)
	if err != nil {
		return err
	}
	l.summary.Recomputed, err = earlywarning.RecomputeStudents(ctx, tx, l.district.ID, l.today, ids)
	return err
}

func touchedStudents(ctx context.Context, tx *postgres.Tx, count int) ([]uuid.UUID, error) {
	rows, err := tx.SQL().QueryContext(ctx, "SELECT DISTINCT x.student_id FROM load_touched x ORDER BY 1")
	if err != nil {
		return nil, fmt.Errorf("list the students whom the load touched: %w", err)
	}
	defer func() { _ = rows.Close() }()
	ids := make([]uuid.UUID, 0, count)
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("list the students whom the load touched: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
