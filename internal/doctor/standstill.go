package doctor

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// justBegun is how old an import that says RUNNING must be: it says so a moment
// before it takes its lock.
const justBegun = time.Minute

// importLock is whether an import of the district $1 is under way: each holds this
// lock as long as it lasts (internal/roster/load). A test holds the two together.
const importLock = `SELECT EXISTS (SELECT FROM pg_locks
	WHERE locktype = 'advisory' AND objsubid = 1 AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND (classid::bigint << 32 | objid::bigint) = hashtextextended('import ' || $1::text, 0))`

// checkImports looks for imports that died. The lock is asked for first, in a
// snapshot of its own: an import that ends in between then does not say RUNNING.
func checkImports(ctx context.Context, p *patient) ([]Finding, error) {
	return p.eachDistrict(ctx, "none has died on its way", func(ctx context.Context, d district) ([]Finding, error) {
		var underWay bool
		if err := row(ctx, p.owner, []any{&underWay}, importLock, d.id.String()); err != nil || underWay {
			return nil, err
		}
		began, err := rows(ctx, p.owner, func(r *sql.Rows, at *time.Time) error { return r.Scan(at) },
			"SELECT started_at FROM import_run WHERE district_id = $1 AND status = 'RUNNING' AND started_at < $2 ORDER BY started_at",
			d.id, p.Now().Add(-justBegun))
		if err != nil || len(began) == 0 {
			return nil, err
		}
		return []Finding{warn(fmt.Sprintf("an import says RUNNING since %s and has died; nothing of it was loaded", began[0].UTC().Format("2006-01-02 15:04 UTC")),
			"run the import again")}, nil
	})
}

// unknownFor is for how long a school's attendance may be unknown: silence is not
// presence, and the figures stand still at the last day that is known.
const unknownFor = 7 * 24 * time.Hour

// checkAttendanceKnown looks for schools of a running year that have a school day
// of more than a week ago of which attendance is not known. Breaks have no school
// days, so they do not count.
func checkAttendanceKnown(ctx context.Context, p *patient) ([]Finding, error) {
	return p.eachDistrict(ctx, "of every school of a running year it is known up to a week ago", func(ctx context.Context, d district) ([]Finding, error) {
		year, err := p.runningYear(ctx, d)
		if err != nil || year == 0 {
			return nil, err
		}
		schools, err := words(ctx, p.owner, `SELECT s.local_id || ' since ' || min(day.on_date)
			FROM school s
			JOIN calendar c ON c.district_id = s.district_id AND c.school_id = s.id AND c.school_year = $2 AND c.kind = 'SCHOOL' AND c.withdrawn_at IS NULL
			LEFT JOIN attendance_completeness k ON k.district_id = s.district_id AND k.school_id = s.id AND k.school_year = c.school_year
			JOIN calendar_date day ON day.district_id = s.district_id AND day.calendar_id = c.id AND day.instructional AND day.withdrawn_at IS NULL
				AND day.on_date < $3::date AND day.on_date > coalesce(k.known_through, '-infinity')
			WHERE s.district_id = $1 AND s.withdrawn_at IS NULL
			GROUP BY s.local_id ORDER BY min(day.on_date), s.local_id`, d.id, year, d.today.Add(-unknownFor))
		if err != nil || len(schools) == 0 {
			return nil, err
		}
		return []Finding{warn("attendance is not known of school "+few(schools),
			"import again; ask the schools that stopped sending: their figures stand still, and no day there counts as present")}, nil
	})
}
