package load

import "github.com/holdfast-edu/holdfast/internal/roster/form"

// Checks that several kinds share.
var (
	unknownStudent = check{
		when: "r.student_id IS NULL", field: "student", value: "r.student_code", problem: "names a student that is not known",
		hint: "export the student too, or correct the student's id",
	}
	unknownSchool = check{
		when: "r.school_id IS NULL", field: "school", value: "r.school_code", problem: "names a school that is not known",
		hint: "export the school too, or correct the school's id",
	}
	// unknownSchoolSaid is of kinds whose rows need name no school.
	unknownSchoolSaid = check{
		when: "r.school_code <> '' AND r.school_id IS NULL", field: "school", value: "r.school_code", problem: "names a school that is not known",
		hint: "export the school too, or correct the school's id",
	}
)

const (
	// joinStudent finds the student of a row: for the code of one who was merged into
	// another, that other one.
	joinStudent = ` LEFT JOIN (SELECT n.local_id, coalesce(n.merged_into, n.id) AS id, n.merged_rank
		FROM student n WHERE n.district_id = $1) student ON student.local_id = s.student_code`
	addStudent = ", student.id AS student_id, coalesce(student.merged_rank, 0) AS rank"
	joinSchool = ` LEFT JOIN school ON school.district_id = $1 AND school.local_id = s.school_code`
	addSchool  = ", school.id AS school_id"
)

// endsEarly is a row whose last day lies before its first.
func endsEarly(field, from, through string) check {
	return check{
		when: through + " < " + from, field: field, value: "(" + through + ")::text", problem: "lies before the beginning",
		hint: "correct the begin or the end date",
	}
}

// kinds is every kind of row that is merged, parents before their children. In
// resolve and merge $1 is the district, $2 today, $3 the district's policy. The lines of
// the audit log name the author.
func kinds(by Author) []kind {
	all := []kind{
		schools(), calendars(), calendarDates(), terms(), staff(), students(), demographics(by), enrollments(), exits(by), persons(), channels(),
		studentContacts(), studentCharacteristics(), courses(), sections(), sectionTeachers(), seats(), attendanceEvents(), incidents(),
		participations(), actions(), actionIncidents(), grades(), courseTranscripts(), assessmentResults(), graduationRequirements(),
		menuEntries(), planItems(), supportSessions(),
	}
	for i := range all {
		all[i].form, _ = form.Of(all[i].name)
		all[i].author = by
	}
	return all
}

func schools() kind {
	return kind{
		name:    "School",
		resolve: "JOIN district ON district.id = $1",
		adds:    ", district.local_id AS own_code",
		key:     []string{"x.local_id"},
		keyName: "SchoolId",
		checks: []check{{
			when: "r.district_code NOT IN ('', r.own_code)", field: "LocalEducationAgencyReference", value: "r.district_code",
			problem: "is a school of another district", hint: "load it into its own district",
		}},
		target: "school",
		// A roster knows schools by their names alone: what else is known of them stays.
		merge: []merged{
			{name: "local_id"},
			{name: "name"},
			{name: "level", update: "CASE excluded.level WHEN 'OTHER' THEN t.level ELSE excluded.level END"},
			{name: "lowest_grade", update: "coalesce(nullif(excluded.lowest_grade, ''), t.lowest_grade)"},
			{name: "highest_grade", update: "coalesce(nullif(excluded.highest_grade, ''), t.highest_grade)"},
			{name: "alternative", update: "CASE excluded.lowest_grade WHEN '' THEN t.alternative ELSE excluded.alternative END"},
		},
		touches: ofThoseUnder,
	}
}

func calendars() kind {
	return kind{
		name:    "Calendar",
		resolve: joinSchool,
		adds:    addSchool,
		key:     []string{"x.school_id", "x.school_year", "x.local_id"},
		keyName: "CalendarCode",
		checks:  []check{unknownSchool},
		target:  "calendar",
		merge:   []merged{{name: "school_id"}, {name: "school_year"}, {name: "local_id"}, {name: "kind"}},
		touches: ofThoseUnder,
	}
}

func calendarDates() kind {
	return kind{
		name: "CalendarDate",
		resolve: joinSchool + ` LEFT JOIN calendar ON calendar.district_id = $1 AND calendar.school_id = school.id
			AND calendar.school_year = s.school_year AND calendar.local_id = s.calendar_code`,
		adds:    ", calendar.id AS calendar_id",
		key:     []string{"x.calendar_id", "x.on_date"},
		keyName: "Date",
		checks: []check{{
			when: "r.calendar_id IS NULL", field: "CalendarReference", value: "r.calendar_code", problem: "names a calendar that is not known",
			hint: "export the calendar too, or correct its code, school and year",
		}},
		target:  "calendar_date",
		merge:   []merged{{name: "calendar_id"}, {name: "on_date"}, {name: "instructional"}, {name: "event"}},
		touches: ofEveryone,
		// A calendar of which the source has no day at all is one that it does not tell of.
		removal: &removal{
			year: "r.school_year",
			within: `t.on_date BETWEEN c.from_on AND c.through_on AND t.calendar_id IN (SELECT r.calendar_id FROM resolved_calendardate r)
				AND t.calendar_id IN (SELECT x.id FROM calendar x WHERE x.district_id = $1 AND x.school_year = c.school_year)`,
			named: "t.on_date::text = q.content ->> 'date'",
		},
	}
}

func terms() kind {
	return kind{
		name: "Term",
		// A source that knows terms by their codes alone means the school's of that code,
		// where there is one.
		resolve: ` LEFT JOIN LATERAL (SELECT coalesce(min(named.id::text), min(known.school_id::text))::uuid AS id
			FROM (SELECT 1) one
			LEFT JOIN school named ON named.district_id = $1 AND named.local_id = s.school_code
			LEFT JOIN term known ON known.district_id = $1 AND s.school_code = '' AND known.local_id = s.local_id AND known.school_year = s.school_year
				AND known.withdrawn_at IS NULL
			HAVING count(DISTINCT coalesce(known.school_id, known.id)) <= 1) school ON true`,
		adds:    addSchool,
		key:     []string{"x.school_id", "x.school_year", "x.local_id"},
		keyName: "id",
		checks:  []check{unknownSchoolSaid, endsEarly("endsOn", "r.starts_on", "r.ends_on")},
		target:  "term",
		merge: []merged{
			{name: "school_id"}, {name: "school_year"}, {name: "local_id"}, {name: "name"}, {name: "kind"}, {name: "starts_on"}, {name: "ends_on"},
		},
		touches: ofEveryone,
		removal: &removal{
			year: "r.school_year", within: "t.school_year = c.school_year", named: "t.local_id = q.content ->> 'id'",
			same: "r.local_id = t.local_id AND r.school_year = t.school_year AND r.school_id IS NOT DISTINCT FROM t.school_id",
		},
	}
}

func staff() kind {
	return kind{
		name:    "Staff",
		key:     []string{"x.local_id"},
		keyName: "StaffUniqueId",
		target:  "staff",
		merge: []merged{
			{name: "local_id"},
			{name: "first_name"},
			{name: "last_name"},
			{name: "preferred_first_name"},
			{name: "preferred_last_name"},
			{name: "email"},
			{name: "login"},
			{name: "languages"},
		},
	}
}
