package load

import (
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// attendanceEvents is the one kind whose target has no id: several rows of one
// student, day, school and category are one event of the sum of their parts, at
// most the whole day.
func attendanceEvents() kind {
	return kind{
		name: "AttendanceEvent",
		stage: []column{
			{"student_code", "text"},
			{"school_code", "text"},
			{"school_year", "integer"},
			{"on_date", "date"},
			{"category_code", "text"},
			{"reason", "text"},
			{"duration", "integer"},
		},
		values: of(func(e roster.AttendanceEvent) []any {
			return []any{e.StudentCode, e.SchoolCode, yearOf(e.SchoolYear, e.Date), day(e.Date), e.CategoryCode, e.Reason, said(e.Duration)}
		}),
		resolve: joinStudent + joinSchool + ` LEFT JOIN LATERAL (
			SELECT true AS enrolled, bool_or(d.instructional) AS instructional
			FROM student_school_association e
			LEFT JOIN calendar_date d ON d.district_id = $1 AND d.calendar_id = e.calendar_id AND d.on_date = s.on_date AND d.withdrawn_at IS NULL
			WHERE e.district_id = $1 AND e.student_id = student.id AND e.school_id = school.id AND e.withdrawn_at IS NULL
				AND s.on_date BETWEEN e.entry_date AND coalesce(e.exit_date, 'infinity')
				AND coalesce(e.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT')
			HAVING count(*) > 0) stay ON true`,
		adds: `, student.id AS student_id, coalesce(student.merged_rank, 0) AS rank, school.id AS school_id, stay.enrolled, coalesce(stay.instructional, false) AS instructional,
			$3::jsonb -> 'attendanceCodes' ->> s.category_code AS category,
			s.reason ILIKE '%excused%' AND s.reason NOT ILIKE '%unexcused%' AS excused`,
		key:       []string{"x.student_id", "x.on_date", "x.school_id", "x.category"},
		ofStudent: true,
		checks: []check{
			unknownStudent, unknownSchool,
			{when: "r.category IS NULL", field: "AttendanceEventCategory", value: "r.category_code", problem: "is not in the district's map of attendance codes", hint: "add the code to the policy's attendanceCodes, then load again"},
			{when: "r.enrolled IS NULL", field: "EventDate", value: "r.on_date::text", problem: "lies outside the student's enrollment in the school", hint: "correct the date, the school, or the enrollment"},
			{when: "NOT r.instructional", field: "EventDate", value: "r.on_date::text", problem: "is no instructional day of the student's calendar", hint: "correct the date or the calendar"},
			{when: "r.category = 'PARTIAL' AND r.duration IS NULL", field: "EventDuration", problem: "is missing, so how much of the day was missed is not known", hint: "give the part of the day, such as 0.5"},
		},
		target:    "attendance_event",
		merges:    mergeAttendance,
		supersede: withdrawCorrected,
	}
}

// fractionSQL is how much of the day the rows of one key take: an absence is the
// whole day unless it says otherwise; what is no absence takes what it says.
const fractionSQL = `least(10000, sum(coalesce(r.duration, CASE WHEN r.category IN
	('EXCUSED_ABSENCE', 'UNEXCUSED_ABSENCE', 'OUT_OF_SCHOOL_SUSPENSION') THEN 10000 ELSE 0 END)))`

func said(number int) any {
	if number == roster.NotSaid {
		return nil
	}
	return number
}

// mergeAttendance merges the good events; the partitioned table tells created
// from updated rows by what stood there before.
var mergeAttendance = strings.NewReplacer("{fraction}", fractionSQL).Replace(`
WITH event AS MATERIALIZED (
	SELECT r.school_year, r.student_id, r.on_date, r.school_id, r.category, {fraction} AS fraction, bool_and(r.excused) AS excused, min(r.reason) AS reason
	FROM resolved_attendanceevent r WHERE r.bad IS NULL GROUP BY 1, 2, 3, 4, 5
), existing AS MATERIALIZED (
	SELECT e.school_year, e.student_id, e.on_date, e.school_id, e.category
	FROM event JOIN attendance_event e USING (school_year, student_id, on_date, school_id, category) WHERE e.district_id = $1
), written AS (
	INSERT INTO attendance_event AS t (district_id, school_year, student_id, on_date, school_id, category, fraction, excused, reason)
	SELECT $1, school_year, student_id, on_date, school_id, category, fraction, excused, reason FROM event
	ON CONFLICT (district_id, school_year, student_id, on_date, school_id, category) DO UPDATE
		SET fraction = excluded.fraction, excused = excluded.excused, reason = excluded.reason, withdrawn_at = NULL
	WHERE (t.fraction, t.excused, t.reason) IS DISTINCT FROM (excluded.fraction, excluded.excused, excluded.reason) OR t.withdrawn_at IS NOT NULL
	RETURNING 1
), sizes AS (
	SELECT (SELECT count(*) FROM event) - (SELECT count(*) FROM existing) AS created, (SELECT count(*) FROM written) AS written
)
SELECT created, written - created FROM sizes`)

// withdrawCorrected takes out the events of a student's day in a school that the
// export tells otherwise: it names the day, and not the category any more.
const withdrawCorrected = `
WITH told AS MATERIALIZED (
	SELECT DISTINCT r.school_year, r.student_id, r.on_date, r.school_id FROM resolved_attendanceevent r WHERE r.bad IS NULL
), gone AS (
	UPDATE attendance_event t SET withdrawn_at = now() FROM told
	WHERE t.district_id = $1 AND t.school_year = told.school_year AND t.student_id = told.student_id AND t.on_date = told.on_date
		AND t.school_id = told.school_id AND t.withdrawn_at IS NULL AND NOT EXISTS (
			SELECT 1 FROM resolved_attendanceevent r WHERE r.bad IS NULL AND r.school_year = t.school_year AND r.student_id = t.student_id
				AND r.on_date = t.on_date AND r.school_id = t.school_id AND r.category = t.category)
	RETURNING 1
)
SELECT count(*) FROM gone`

// markKnownThrough declares attendance complete for each school and year that the
// events name: through $2 when a date was stated; else through the last day of the
// school's calendars when the school year is over on $3; else through the school's
// own last event up to today, so that a school that stopped sending does not look present. It
// never goes back.
const markKnownThrough = `
WITH sent AS (
	SELECT r.school_id, r.school_year, max(r.on_date) AS last_event, (min(r.id::text))::uuid AS id
	FROM resolved_attendanceevent r WHERE r.school_id IS NOT NULL AND r.instructional GROUP BY 1, 2
), known AS (
	SELECT sent.id, sent.school_id, sent.school_year, coalesce($2::date, CASE WHEN y.ends_on < $3::date THEN coalesce(
		(SELECT max(d.on_date) FROM calendar c JOIN calendar_date d ON d.district_id = c.district_id AND d.calendar_id = c.id
			WHERE c.district_id = $1 AND d.district_id = $1 AND c.school_id = sent.school_id AND c.school_year = sent.school_year
				AND c.kind = 'SCHOOL' AND c.withdrawn_at IS NULL AND d.withdrawn_at IS NULL), sent.last_event)
		ELSE least(sent.last_event, $3::date) END) AS known_through
	FROM sent JOIN school_year y ON y.district_id = $1 AND y.school_year = sent.school_year
)
INSERT INTO attendance_completeness AS t (district_id, id, school_id, school_year, known_through)
SELECT $1, id, school_id, school_year, known_through FROM known
ON CONFLICT (district_id, school_id, school_year) DO UPDATE SET known_through = excluded.known_through
WHERE excluded.known_through > t.known_through`
