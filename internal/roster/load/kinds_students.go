package load

// What a source does not say of a student stays as it was.
const (
	keepDate = "coalesce(excluded.birth_date, t.birth_date)"
	keepSex  = "coalesce(nullif(excluded.sex, ''), t.sex)"
	keepRace = "CASE excluded.race_ethnicity WHEN '{}' THEN t.race_ethnicity ELSE excluded.race_ethnicity END"
)

func students() kind {
	return kind{
		name: "Student",
		// A row under the code of a merged student tells of the one who was kept, whose
		// local and state id stay.
		resolve: `LEFT JOIN student former ON former.district_id = $1 AND former.local_id = s.local_id AND former.merged_into IS NOT NULL
			LEFT JOIN student kept ON kept.district_id = $1 AND kept.id = former.merged_into
			LEFT JOIN student other ON other.district_id = $1 AND other.state_id = s.state_id AND other.local_id <> s.local_id AND other.merged_into IS NULL`,
		adds: `, coalesce(former.merged_rank, 0) AS rank, coalesce(kept.local_id, s.local_id) AS own_id, kept.state_id AS kept_state_id, other.id AS other_id,
			count(*) OVER (PARTITION BY s.state_id, kept.id IS NULL) AS same_state_id, count(*) OVER (PARTITION BY s.state_id, s.local_id) AS same_both`,
		key:       []string{"x.own_id"},
		keyName:   "StudentUniqueId",
		ofStudent: true,
		checks: []check{{
			when: "r.rank = 0 AND r.state_id <> '' AND (r.other_id IS NOT NULL OR r.same_state_id <> r.same_both)", field: "state id", value: "r.state_id",
			problem: "is the state id of another student too", hint: "correct the state id at the source, or tell that the two are one student",
		}},
		target: "student",
		merge: []merged{
			{name: "local_id", from: "r.own_id"},
			{name: "state_id", from: "CASE WHEN r.rank > 0 THEN r.kept_state_id ELSE nullif(r.state_id, '') END", update: "coalesce(excluded.state_id, t.state_id)"},
			{name: "first_name"},
			{name: "middle_name"},
			{name: "last_name"},
			{name: "suffix"},
			{name: "preferred_first_name"},
			{name: "preferred_last_name"},
			{name: "birth_date", update: keepDate},
			{name: "sex", update: keepSex},
			{name: "race_ethnicity", update: keepRace},
			{name: "languages", update: "CASE excluded.languages WHEN '{}' THEN t.languages ELSE excluded.languages END"},
			{name: "community", update: "coalesce(nullif(excluded.community, ''), t.community)"},
			{name: "cohort_year", update: "coalesce(excluded.cohort_year, t.cohort_year)"},
		},
		touches: ofItself,
	}
}

// demographics changes students and makes none.
func demographics(by Author) kind {
	k := kind{
		name:      "Demographics",
		resolve:   joinStudent,
		adds:      addStudent,
		key:       []string{"x.student_id"},
		keyName:   "studentId",
		ofStudent: true,
		checks:    []check{unknownStudent},
		target:    "student",
		touches:   ofItself,
		author:    by,
	}
	k.merges = `WITH written AS (
		UPDATE student t SET birth_date = ` + keepDate + `, sex = ` + keepSex + `, race_ethnicity = ` + keepRace + `
		FROM resolved_demographics excluded
		WHERE t.district_id = $1 AND t.id = excluded.student_id AND excluded.bad IS NULL AND excluded.copy = 1
			AND (t.birth_date, t.sex, t.race_ethnicity) IS DISTINCT FROM (` + keepDate + `, ` + keepSex + `, ` + keepRace + `)
		RETURNING t.*)` + k.follows("true") + ` SELECT 0, count(*) FROM written`
	return k
}

// lastDay is the last day enrolled, by what the district's policy says that the
// source's exit date is. Who never came has no day: the entry stands for it.
const lastDay = `CASE WHEN $3::jsonb ->> 'exitDate' <> 'FIRST_DAY_OUT' THEN s.exit_date
		WHEN s.exit_date = s.entry_date AND $3::jsonb -> 'exitCodes' ->> s.exit_code IN ('NO_SHOW', 'INVALID_ENROLLMENT') THEN s.exit_date
		ELSE s.exit_date - 1 END AS last_day`

var unknownExit = check{
	when: "r.exit_code <> '' AND r.exit_type IS NULL", field: "ExitWithdrawType", value: "r.exit_code",
	problem: "is not in the district's map of exit codes", hint: "add the code to the policy's exitCodes, then load again",
}

func enrollments() kind {
	return kind{
		name: "Enrollment",
		resolve: joinStudent + joinSchool + ` LEFT JOIN LATERAL (
			SELECT min(c.id::text)::uuid AS id, count(*) AS choices FROM calendar c
			WHERE c.district_id = $1 AND c.school_id = school.id AND c.school_year = s.school_year AND c.withdrawn_at IS NULL
				AND CASE s.calendar_code WHEN '' THEN c.kind = 'SCHOOL' ELSE c.local_id = s.calendar_code END) calendar ON true` + joinOpen,
		adds: addStudent + addSchool + `, calendar.id AS calendar_id, calendar.choices, coalesce(standing.entry_date, s.entry_date) AS first_day, ` + lastDay + `,
			CASE s.entry_code WHEN '' THEN 'OTHER' ELSE $3::jsonb -> 'entryCodes' ->> s.entry_code END AS entry_type,
			CASE s.exit_code WHEN '' THEN CASE WHEN s.exit_date IS NULL THEN NULL ELSE 'UNKNOWN' END ELSE $3::jsonb -> 'exitCodes' ->> s.exit_code END AS exit_type`,
		key:       []string{"x.student_id", "x.school_id", "x.first_day"},
		ofStudent: true,
		keyName:   "EntryDate",
		checks: []check{
			unknownStudent, unknownSchool,
			{when: "r.last_day < r.first_day", field: "ExitWithdrawDate", value: "r.exit_date::text", problem: "lies before the entry", hint: "correct the entry or the exit date"},
			{when: "r.entry_type IS NULL", field: "EntryType", value: "r.entry_code", problem: "is not in the district's map of entry codes", hint: "add the code to the policy's entryCodes, then load again"},
			unknownExit,
			{when: "r.calendar_code <> '' AND r.choices = 0", field: "CalendarReference", value: "r.calendar_code", problem: "names a calendar that the school does not have that year", hint: "export the calendar too, or correct its code"},
			{when: "r.choices = 0 AND NOT r.no_calendar", field: "CalendarReference", problem: "names no calendar, and the school has none that year", hint: "export the school's calendar"},
			{when: "r.choices > 1 AND NOT r.no_calendar", field: "CalendarReference", problem: "names no calendar, and the school has several that year", hint: "name the calendar that the student keeps"},
		},
		target: "student_school_association",
		merge: []merged{
			{name: "student_id"},
			{name: "school_id"},
			{name: "school_year"},
			{name: "calendar_id", from: "CASE WHEN r.choices = 1 THEN r.calendar_id END", update: "coalesce(excluded.calendar_id, t.calendar_id)"},
			{name: "entry_date", from: "r.first_day"},
			{name: "entry_type"},
			{name: "exit_date", from: "r.last_day"},
			{name: "exit_type", update: "CASE WHEN " + sameExit + " THEN t.exit_type ELSE excluded.exit_type END"},
			{name: "exit_code", update: "CASE WHEN " + sameExit + " THEN t.exit_code ELSE excluded.exit_code END"},
			{name: "grade_level"},
			{name: "recorded_on", from: "$2::date", insertOnly: true},
		},
		touches: ofItsStudent,
		removal: &removal{
			year:   "r.school_year",
			within: "t.school_year = c.school_year AND t.entry_date <= c.through_on AND coalesce(t.exit_date, 'infinity') >= c.from_on",
			stands: "coalesce(t.exit_date, 'infinity') >= $2::date",
			// What has not begun never was; what has ends on the last day of which is known
			// that the student was there.
			sets: `withdrawn_at = CASE WHEN t.entry_date >= $2::date THEN now() END, exit_type = 'UNKNOWN', exit_code = 'MISSING_FROM_EXPORT',
				exit_date = greatest(t.entry_date, least($2::date - 1, (SELECT k.known_through FROM attendance_completeness k
					WHERE k.district_id = $1 AND k.school_id = t.school_id AND k.school_year = t.school_year)))`,
		},
	}
}

// joinOpen finds the open enrollment that a row is meant to be whose source does not
// say the first day.
const joinOpen = ` LEFT JOIN LATERAL (
	SELECT max(o.entry_date) AS entry_date FROM student_school_association o
	WHERE s.entry_assumed AND o.district_id = $1 AND o.student_id = student.id AND o.school_id = school.id AND o.school_year = s.school_year
		AND o.exit_date IS NULL AND o.withdrawn_at IS NULL) standing ON true`

// sameExit is the exit that is known, of which the source does not say why.
const sameExit = "excluded.exit_code = '' AND excluded.exit_date = t.exit_date AND t.exit_type IS NOT NULL"

// exits ends enrollments and makes none: the one that began on the day, else the one
// that is open, or has ended on that very day.
func exits(by Author) kind {
	const notCame = "$3::jsonb -> 'exitCodes' ->> s.exit_code IN ('NO_SHOW', 'INVALID_ENROLLMENT')"
	const lastDay = "s.exit_date - CASE WHEN $3::jsonb ->> 'exitDate' <> 'FIRST_DAY_OUT' OR s.exit_date = e.entry_date AND " + notCame + " THEN 0 ELSE 1 END"
	k := kind{
		name: "Exit",
		resolve: joinStudent + joinSchool + ` LEFT JOIN LATERAL (
			SELECT min(c.id::text)::uuid AS id, min(c.entry_date) AS entered, min(c.last_day) AS last_day, count(*) AS choices FROM (
				SELECT e.id, e.entry_date, ` + lastDay + ` AS last_day, rank() OVER (ORDER BY e.exit_date IS NULL) AS place
				FROM student_school_association e
				WHERE e.district_id = $1 AND e.student_id = student.id AND e.school_id = school.id AND e.withdrawn_at IS NULL
					AND CASE WHEN s.entry_date IS NOT NULL THEN e.entry_date = s.entry_date
						ELSE e.entry_date <= s.exit_date AND (e.exit_date IS NULL OR e.exit_date = ` + lastDay + `) END) c
			WHERE c.place = 1) ended ON true`,
		adds: addStudent + addSchool + `, ended.id AS enrollment_id, ended.choices, ended.entered, ended.last_day,
			CASE s.exit_code WHEN '' THEN 'UNKNOWN' ELSE $3::jsonb -> 'exitCodes' ->> s.exit_code END AS exit_type`,
		key:       []string{"x.enrollment_id"},
		keyName:   "exitDate",
		ofStudent: true,
		checks: []check{
			unknownStudent, unknownSchool, unknownExit,
			{when: "r.choices = 0", field: "exitDate", value: "r.exit_date::text", problem: "ends no enrollment that is known", hint: "load the enrollment first, or correct the student, the school or the entry date"},
			{when: "r.choices > 1", field: "entryDate", problem: "is missing, and the student has several open enrollments in the school", hint: "give the first day of the one that ended"},
			{when: "r.last_day < r.entered", field: "exitDate", value: "r.exit_date::text", problem: "lies before the entry", hint: "correct the entry or the exit date"},
		},
		target:  "student_school_association",
		touches: ofItsStudent,
		author:  by,
	}
	k.merges = `WITH written AS (
		UPDATE student_school_association t SET exit_date = r.last_day, exit_type = r.exit_type, exit_code = r.exit_code
		FROM resolved_exit r
		WHERE t.district_id = $1 AND t.id = r.enrollment_id AND r.bad IS NULL AND r.copy = 1
			AND (t.exit_date, t.exit_type, t.exit_code) IS DISTINCT FROM (r.last_day, r.exit_type, r.exit_code)
		RETURNING t.*)` + k.follows("true") + ` SELECT 0, count(*) FROM written`
	return k
}
