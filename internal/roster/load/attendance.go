package load

import "strings"

// attendanceEvents is the one kind whose target has no id: several rows of one
// student, day, school and category are one event of the sum of their parts, at
// most the whole day.
func attendanceEvents() kind {
	k := kind{
		name: "AttendanceEvent",
		// The days are looked up by joins of whole sets, not one by one. The school is held
		// to in words that no index takes: in an installation of many districts the planner
		// guesses a handful of students a school, and would go through all of them a row.
		resolve: joinStudent + joinSchool + ` LEFT JOIN (
			SELECT s.id, true AS enrolled, bool_or(d.instructional) AS instructional
			FROM stage_attendanceevent s` + joinStudent + joinSchool + `
			JOIN student_school_association e ON e.district_id = $1 AND e.student_id = student.id AND school.id IS NOT DISTINCT FROM e.school_id AND e.withdrawn_at IS NULL
				AND s.on_date BETWEEN e.entry_date AND coalesce(e.exit_date, 'infinity')
				AND coalesce(e.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT')
			LEFT JOIN calendar_date d ON d.district_id = $1 AND d.calendar_id = e.calendar_id AND d.on_date = s.on_date AND d.withdrawn_at IS NULL
			GROUP BY s.id) stay ON stay.id = s.id`,
		adds: addStudent + addSchool + `, stay.enrolled, coalesce(stay.instructional, false) AS instructional,
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
		target:  "attendance_event",
		folds:   true,
		unlined: true,
		touches: ofItsStudent,
		// A school of which the source has no row at all is one that sent nothing.
		removal: &removal{
			year: "r.school_year",
			within: `t.school_year = c.school_year AND t.on_date BETWEEN c.from_on AND c.through_on
				AND t.school_id IN (SELECT r.school_id FROM resolved_attendanceevent r WHERE r.bad IS NULL)`,
			same: "r.school_year = t.school_year AND r.student_id = t.student_id AND r.on_date = t.on_date AND r.school_id = t.school_id AND r.category = t.category",
		},
	}
	k.merges, k.supersede = mergeAttendance(k), withdrawCorrected(k)
	return k
}

// fractionSQL is how much of the day the rows of one key take: an absence is the
// whole day unless it says otherwise; what is no absence takes what it says.
const fractionSQL = `least(10000, sum(coalesce(r.duration, CASE WHEN r.category IN
	('EXCUSED_ABSENCE', 'UNEXCUSED_ABSENCE', 'OUT_OF_SCHOOL_SUSPENSION') THEN 10000 ELSE 0 END)))`

// mergeAttendance merges the good events. Nobody else writes a district's attendance
// while its import runs, so what is new is inserted without a look for each row, in the
// order of the table's key.
func mergeAttendance(k kind) string {
	return strings.NewReplacer("{fraction}", fractionSQL, "{touch}", k.touch()).Replace(`
WITH told AS (
	SELECT r.school_year, r.student_id, r.on_date, r.school_id, r.category, {fraction} AS fraction, bool_and(r.excused) AS excused, min(r.reason) AS reason,
		sum(r.minutes)::integer AS minutes
	FROM resolved_attendanceevent r WHERE r.bad IS NULL GROUP BY 1, 2, 3, 4, 5
), event AS MATERIALIZED (
	SELECT n.*, t.student_id IS NULL AS created,
		(t.fraction, t.excused, t.minutes, t.reason) IS DISTINCT FROM (n.fraction, n.excused, n.minutes, n.reason) OR t.withdrawn_at IS NOT NULL AS changed
	FROM told n LEFT JOIN attendance_event t ON t.district_id = $1 AND t.school_year = n.school_year AND t.student_id = n.student_id
		AND t.on_date = n.on_date AND t.school_id = n.school_id AND t.category = n.category
), created AS (
	INSERT INTO attendance_event (district_id, school_year, student_id, on_date, school_id, category, fraction, excused, minutes, reason)
	SELECT $1, school_year, student_id, on_date, school_id, category, fraction, excused, minutes, reason FROM event
	WHERE created ORDER BY school_year, student_id, on_date
	RETURNING student_id
), updated AS (
	UPDATE attendance_event t SET fraction = n.fraction, excused = n.excused, minutes = n.minutes, reason = n.reason, withdrawn_at = NULL
	FROM event n WHERE n.changed AND NOT n.created AND t.district_id = $1 AND t.school_year = n.school_year AND t.student_id = n.student_id
		AND t.on_date = n.on_date AND t.school_id = n.school_id AND t.category = n.category
	RETURNING t.student_id
), written AS (
	SELECT student_id FROM created UNION ALL SELECT student_id FROM updated
){touch}
SELECT (SELECT count(*) FROM created), (SELECT count(*) FROM updated)`)
}

// withdrawCorrected takes out the events of a student's day in a school that the
// export tells otherwise: it names the day, and not the category any more. What this
// transaction has written is what it tells.
func withdrawCorrected(k kind) string {
	return `
WITH told AS MATERIALIZED (
	SELECT DISTINCT r.school_year, r.student_id, r.on_date, r.school_id FROM resolved_attendanceevent r WHERE r.bad IS NULL AND ` + tellsOfOthers + `
), written AS (
	UPDATE attendance_event t SET withdrawn_at = now() FROM told
	WHERE t.district_id = $1 AND t.school_year = told.school_year AND t.student_id = told.student_id AND t.on_date = told.on_date
		AND t.school_id = told.school_id AND t.withdrawn_at IS NULL AND t.xmin <> pg_current_xact_id()::xid AND NOT EXISTS (
			SELECT 1 FROM resolved_attendanceevent r WHERE r.bad IS NULL AND r.school_year = t.school_year AND r.student_id = t.student_id
				AND r.on_date = t.on_date AND r.school_id = t.school_id AND r.category = t.category)
	RETURNING t.student_id
)` + k.touch() + `
SELECT count(*) FROM written`
}
