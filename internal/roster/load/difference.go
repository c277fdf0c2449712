package load

import (
	"context"
	"fmt"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// What two sources, or a source and a person, say of one thing and does not agree: it is
// listed, and both stay. $1 is the district, $2 today.

// suspensionsNotAttended lists suspensions out of school of which the attendance of
// their days, as far as it is known, has none. The days of a suspension are the first
// instructional ones from its own on, as many as it takes.
const suspensionsNotAttended = `
INSERT INTO stage_issue (id, outcome, kind, file, line, field, value, problem, hint, occurrences)
SELECT gen_random_uuid(), 'DIFFERENCE', 'Action', r.file, r.line, 'date', r.taken_on::text, 'is a suspension out of school that the attendance of its days does not have',
	'find out which of the two is right, and correct the other at the source', 1
FROM resolved_action r CROSS JOIN LATERAL (
	SELECT min(d.on_date) AS first_day, max(d.on_date) AS last_day FROM (
		SELECT DISTINCT d.on_date FROM student_school_association e
		JOIN attendance_completeness k ON k.district_id = $1 AND k.school_id = e.school_id AND k.school_year = e.school_year
		JOIN calendar_date d ON d.district_id = $1 AND d.calendar_id = e.calendar_id AND d.instructional AND d.withdrawn_at IS NULL
		WHERE e.district_id = $1 AND e.student_id = r.student_id AND e.withdrawn_at IS NULL AND d.on_date >= r.taken_on
			AND d.on_date BETWEEN e.entry_date AND least(coalesce(e.exit_date, 'infinity'), k.known_through, $2::date)
		ORDER BY d.on_date LIMIT greatest(1, ceil(coalesce(r.days, 0) / 10000.0)::integer)) d) days
WHERE r.bad IS NULL AND r.copy = 1 AND r.kind = 'OUT_OF_SCHOOL_SUSPENSION' AND days.first_day IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM attendance_event a WHERE a.district_id = $1 AND a.student_id = r.student_id AND a.withdrawn_at IS NULL
		AND a.category = 'OUT_OF_SCHOOL_SUSPENSION' AND a.on_date BETWEEN days.first_day AND days.last_day)`

// channelsNotConfirmed lists the ways to reach a person that the source has and that the
// person, who confirmed others of the kind, did not. It runs before they are merged.
const channelsNotConfirmed = `
INSERT INTO stage_issue (id, outcome, kind, file, line, field, value, problem, hint, occurrences)
SELECT gen_random_uuid(), 'DIFFERENCE', 'Channel', r.file, r.line, 'value', left(r.value, 1000), 'is another than the person confirmed on ' || p.last_confirmed_on,
	'ask the person which holds, and correct the other', 1
FROM resolved_channel r JOIN person p ON p.district_id = $1 AND p.id = r.person_id AND p.last_confirmed_on IS NOT NULL
WHERE r.bad IS NULL AND r.copy = 1 AND $2::date IS NOT NULL
	AND EXISTS (SELECT 1 FROM contact_channel c WHERE c.district_id = $1 AND c.person_id = r.person_id AND c.kind = r.kind AND c.withdrawn_at IS NULL)
	AND NOT EXISTS (SELECT 1 FROM contact_channel c WHERE c.district_id = $1 AND c.person_id = r.person_id AND c.kind = r.kind AND c.value = r.value
		AND c.withdrawn_at IS NULL)`

// languagesNotConfirmed lists the languages that the source gives of persons who
// confirmed another, which stays.
const languagesNotConfirmed = `
INSERT INTO stage_issue (id, outcome, kind, file, line, field, value, problem, hint, occurrences)
SELECT gen_random_uuid(), 'DIFFERENCE', 'Person', r.file, r.line, 'language', left(r.language, 1000), 'is another than the person confirmed on ' || p.last_confirmed_on,
	'ask the person which holds, and correct the other', 1
FROM resolved_person r JOIN person p ON p.district_id = $1 AND p.local_id = r.local_id AND p.last_confirmed_on IS NOT NULL
WHERE r.bad IS NULL AND r.copy = 1 AND $2::date IS NOT NULL AND r.language <> '' AND p.language <> r.language`

// compare lists differences.
func (l *load) compare(ctx context.Context, tx *postgres.Tx, text string) error {
	if _, err := tx.SQL().ExecContext(ctx, text, l.district.ID, l.today); err != nil {
		return fmt.Errorf("compare with what stands: %w", err)
	}
	return nil
}
