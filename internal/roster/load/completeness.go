package load

import (
	"context"
	"fmt"
	"time"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// markKnownThrough declares attendance complete for each school and year that the
// events name: through $2 when a date was stated; else through the last day of the
// school's calendars when the school year is over on $3; else through the school's
// own last event up to today, so that a school that stopped sending does not look present. It
// never goes back. It touches whoever is enrolled in a school whose day moved.
const markKnownThrough = `
WITH sent AS (
	SELECT r.school_id, r.school_year, max(r.on_date) AS last_event, (min(r.id::text))::uuid AS id
	FROM resolved_attendanceevent r WHERE r.school_id IS NOT NULL AND r.instructional AND ` + tellsOfOthers + ` GROUP BY 1, 2
), known AS (
	SELECT sent.id, sent.school_id, sent.school_year, coalesce($2::date, CASE WHEN y.ends_on < $3::date THEN coalesce(
		(SELECT max(d.on_date) FROM calendar c JOIN calendar_date d ON d.district_id = c.district_id AND d.calendar_id = c.id
			WHERE c.district_id = $1 AND d.district_id = $1 AND c.school_id = sent.school_id AND c.school_year = sent.school_year
				AND c.kind = 'SCHOOL' AND c.withdrawn_at IS NULL AND d.withdrawn_at IS NULL), sent.last_event)
		ELSE least(sent.last_event, $3::date) END) AS known_through
	FROM sent JOIN school_year y ON y.district_id = $1 AND y.school_year = sent.school_year
), moved AS (
	INSERT INTO attendance_completeness AS t (district_id, id, school_id, school_year, known_through)
	SELECT $1, id, school_id, school_year, known_through FROM known
	ON CONFLICT (district_id, school_id, school_year) DO UPDATE SET known_through = excluded.known_through
	WHERE excluded.known_through > t.known_through
	RETURNING t.school_id, t.school_year
)
INSERT INTO load_touched SELECT DISTINCT e.student_id FROM student_school_association e JOIN moved m ON m.school_id = e.school_id AND m.school_year = e.school_year
WHERE e.district_id = $1`

// markDisciplineKnown declares a school year's discipline complete, where the source
// has incidents of it or says that it holds them all: through the day that it says;
// else through the year's end when that is past; else through today where it holds all,
// and through its last incident up to today where it does not say so. It never goes
// back. Without it no incident means that nothing was sent.
const markDisciplineKnown = `
WITH sent AS (
	SELECT r.school_year, max(r.occurred_on) AS known_through FROM resolved_incident r WHERE r.bad IS NULL AND ` + tellsOfOthers + ` GROUP BY 1
	UNION ALL
	SELECT c.school_year, least(c.through_on, $2::date) FROM stage_cover c WHERE c.kind = 'Incident'
), known AS (
	SELECT y.school_year, least(CASE WHEN y.ends_on < $2::date THEN y.ends_on ELSE max(sent.known_through) END, $2::date) AS known_through
	FROM sent JOIN school_year y ON y.district_id = $1 AND y.school_year = sent.school_year GROUP BY y.school_year, y.ends_on
), moved AS (
	INSERT INTO discipline_completeness AS t (district_id, id, school_year, known_through)
	SELECT $1, gen_random_uuid(), school_year, known_through FROM known
	ON CONFLICT (district_id, school_year) DO UPDATE SET known_through = excluded.known_through
	WHERE excluded.known_through > t.known_through
	RETURNING 1
)
INSERT INTO load_touched SELECT NULL FROM moved LIMIT 1`

// setGradeLevels gives each student the grade of the latest enrollment.
const setGradeLevels = `
WITH changed AS (
	UPDATE student t SET grade_level = latest.grade_level
	FROM (SELECT DISTINCT ON (e.student_id) e.student_id, e.grade_level FROM student_school_association e
		WHERE e.district_id = $1 AND e.withdrawn_at IS NULL
		ORDER BY e.student_id, e.school_year DESC, e.entry_date DESC, e.id) latest
	WHERE t.district_id = $1 AND t.id = latest.student_id AND t.grade_level <> latest.grade_level
	RETURNING t.id
)
INSERT INTO load_touched SELECT id FROM changed`

// declareKnown says through which days attendance and discipline are complete.
func (l *load) declareKnown(ctx context.Context, tx *postgres.Tx) error {
	for _, step := range []struct {
		what, text string
		args       []any
	}{
		{"declare attendance complete", markKnownThrough, []any{l.district.ID, day(l.options.KnownThrough), l.today.Format(time.DateOnly)}},
		{"declare discipline complete", markDisciplineKnown, []any{l.district.ID, l.today.Format(time.DateOnly)}},
	} {
		if _, err := tx.SQL().ExecContext(ctx, step.text, step.args...); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}
