package earlywarning

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// keepDaySQL counts the students of each school and grade by their levels on the day,
// in the school year that holds it: a student of the school of the latest enrollment.
const keepDaySQL = `
WITH y AS (SELECT y.school_year FROM school_year y WHERE y.district_id = $1 AND $2::date BETWEEN y.starts_on AND y.ends_on
), latest AS (
	SELECT DISTINCT ON (e.student_id) e.student_id, e.school_id, e.grade_level FROM student_school_association e JOIN y USING (school_year)
	WHERE e.district_id = $1 AND e.withdrawn_at IS NULL AND coalesce(e.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT')
	ORDER BY e.student_id, coalesce(e.exit_date, 'infinity') DESC, e.entry_date DESC, e.id
), counted AS (
	SELECT y.school_year, l.school_id, l.grade_level, count(*) FILTER (WHERE r.level = 'ON_TRACK') AS on_track,
		count(*) FILTER (WHERE r.level = 'EARLY_WARNING') AS early_warning, count(*) FILTER (WHERE r.level = 'AT_RISK') AS at_risk,
		count(*) FILTER (WHERE r.level = 'CRITICAL') AS critical, count(*) FILTER (WHERE r.level = 'NOT_MEASURED') AS not_measured,
		count(*) FILTER (WHERE a.chronic) AS chronic, count(*) FILTER (WHERE a.measured) AS measured,
		coalesce(sum(a.enrolled_days), 0) AS enrolled_days, coalesce(sum(a.absent), 0) AS absent
	FROM y JOIN student_risk r ON r.district_id = $1 AND r.school_year = y.school_year
	JOIN latest l ON l.student_id = r.student_id
	LEFT JOIN student_attendance a ON a.district_id = $1 AND a.school_year = y.school_year AND a.student_id = r.student_id
	GROUP BY y.school_year, l.school_id, l.grade_level
)
INSERT INTO risk_day AS t (district_id, school_year, on_date, school_id, grade_level, on_track, early_warning, at_risk, critical, not_measured,
	chronic, measured, enrolled_days, absent)
SELECT $1, c.school_year, $2, c.school_id, c.grade_level, c.on_track, c.early_warning, c.at_risk, c.critical, c.not_measured, c.chronic, c.measured,
	c.enrolled_days, c.absent
FROM counted c
UNION ALL
SELECT $1, k.school_year, $2, k.school_id, k.grade_level, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM risk_day k JOIN y USING (school_year)
WHERE k.district_id = $1 AND k.on_date = $2
	AND NOT EXISTS (SELECT 1 FROM counted c WHERE c.school_year = k.school_year AND c.school_id = k.school_id AND c.grade_level = k.grade_level)
ON CONFLICT (district_id, school_year, on_date, school_id, grade_level) DO UPDATE SET on_track = excluded.on_track,
	early_warning = excluded.early_warning, at_risk = excluded.at_risk, critical = excluded.critical, not_measured = excluded.not_measured,
	chronic = excluded.chronic, measured = excluded.measured, enrolled_days = excluded.enrolled_days, absent = excluded.absent`

// KeepDay keeps how many students of the district stand where on the day, for trends.
// It takes the place of what was kept of the day before: a school and grade that nobody
// is a student of any more has none.
func KeepDay(ctx context.Context, tx *postgres.Tx, district uuid.UUID, today time.Time) error {
	if _, err := tx.SQL().ExecContext(ctx, keepDaySQL, district, today); err != nil {
		return fmt.Errorf("keep the day's levels: %w", err)
	}
	return nil
}
