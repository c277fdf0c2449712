package load

func courses() kind {
	return kind{
		name:    "Course",
		key:     []string{"x.local_id"},
		keyName: "id",
		target:  "course",
		merge:   []merged{{name: "local_id"}, {name: "title"}, {name: "core_subject", from: "nullif(r.core_subject, '')"}},
		touches: ofThoseUnder,
	}
}

// sections have the days that are said, else those of their terms, else the school
// year's. A term that is not known would give a teacher the whole year: then the row
// waits.
func sections() kind {
	return kind{
		name: "Section",
		resolve: joinSchool + ` LEFT JOIN course ON course.district_id = $1 AND course.local_id = s.course_code
			LEFT JOIN school_year year ON year.district_id = $1 AND year.school_year = s.school_year
			LEFT JOIN LATERAL (
				SELECT min(t.starts_on) AS starts_on, max(t.ends_on) AS ends_on, count(DISTINCT t.local_id) AS found FROM term t
				WHERE t.district_id = $1 AND t.school_year = s.school_year AND t.local_id = ANY(s.term_codes) AND t.withdrawn_at IS NULL
					AND (t.school_id = school.id OR t.school_id IS NULL)) terms ON true`,
		adds: addSchool + `, course.id AS course_id, coalesce(s.starts_on, terms.starts_on, year.starts_on) AS first_day,
			coalesce(s.ends_on, terms.ends_on, year.ends_on) AS last_day, terms.found,
			(SELECT count(DISTINCT code) FROM unnest(s.term_codes) code) AS named`,
		key:     []string{"x.school_id", "x.school_year", "x.local_id"},
		keyName: "id",
		checks: []check{
			unknownSchool,
			{when: "r.course_id IS NULL", field: "course", value: "r.course_code", problem: "names a course that is not known", hint: "export the course too, or correct its code"},
			{when: "r.found < r.named AND (r.starts_on IS NULL OR r.ends_on IS NULL)", field: "term", value: "array_to_string(r.term_codes, ', ')", problem: "names a term that is not known, and the section's days hang on it", hint: "export the term too, or give the section's first and last day"},
			endsEarly("endsOn", "r.first_day", "r.last_day"),
		},
		target: "section",
		merge: []merged{
			{name: "school_id"}, {name: "course_id"}, {name: "school_year"}, {name: "local_id"}, {name: "starts_on", from: "r.first_day"}, {name: "ends_on", from: "r.last_day"},
		},
		touches: ofThoseUnder,
		removal: &removal{year: "r.school_year", within: "t.school_year = c.school_year", named: "t.local_id = q.content ->> 'id'"},
	}
}

// joinSection finds the section of a row by code, school and year, or by as much of
// them as is said.
const (
	joinSection = ` LEFT JOIN LATERAL (
		SELECT min(c.id::text)::uuid AS id, count(*) AS choices FROM section c
		WHERE c.district_id = $1 AND c.local_id = s.section_code AND c.withdrawn_at IS NULL AND s.section_code <> ''
			AND (s.school_year IS NULL OR c.school_year = s.school_year)
			AND (s.school_code = '' OR c.school_id = (SELECT h.id FROM school h WHERE h.district_id = $1 AND h.local_id = s.school_code))) found ON true
		LEFT JOIN section ON section.district_id = $1 AND section.id = found.id`
	addSection = ", section.id AS section_id, section.school_year AS of_year, found.choices, coalesce(s.starts_on, section.starts_on) AS first_day"
)

var (
	unknownSection = check{
		when: "r.choices = 0", field: "section", value: "r.section_code", problem: "names a section that is not known",
		hint: "export the section too, or correct its id, school and year",
	}
	severalSections = check{
		when: "r.choices > 1", field: "section", value: "r.section_code", problem: "is the id of several sections",
		hint: "give the section's school and school year too",
	}
)

// inSection is how who is in a section is merged and taken out: somebody's place ends
// on the day before; one that had not begun never was.
func inSection(k kind, who string) kind {
	k.key = []string{"x." + who, "x.section_id", "x.first_day"}
	k.keyName = "sectionId"
	k.merge = []merged{{name: who}, {name: "section_id"}, {name: "starts_on", from: "r.first_day"}, {name: "ends_on"}}
	k.removal = &removal{
		year:   "r.of_year",
		within: "t.section_id IN (SELECT x.id FROM section x WHERE x.district_id = $1 AND x.school_year = c.school_year)",
		stands: "coalesce(t.ends_on, 'infinity') >= $2::date",
		meant:  "r." + who + " = t." + who + " AND r.section_id = t.section_id AND (r.starts_on IS NULL OR r.starts_on = t.starts_on)",
		sets:   "ends_on = greatest(t.starts_on, $2::date - 1), withdrawn_at = CASE WHEN t.starts_on >= $2::date THEN now() END",
	}
	return k
}

func sectionTeachers() kind {
	k := inSection(kind{
		name:    "SectionTeacher",
		resolve: " LEFT JOIN staff ON staff.district_id = $1 AND staff.local_id = s.staff_code" + joinSection,
		adds:    ", staff.id AS staff_id" + addSection,
		checks: []check{
			{when: "r.staff_id IS NULL", field: "staff", value: "r.staff_code", problem: "names a staff member that is not known", hint: "export the staff member too, or correct the id"},
			unknownSection, severalSections, endsEarly("endsOn", "r.first_day", "r.ends_on"),
		},
		target: "staff_section_association",
	}, "staff_id")
	k.removal.named = "t.staff_id = (SELECT x.id FROM staff x WHERE x.district_id = $1 AND x.local_id = q.content ->> 'staffId')"
	return k
}

func seats() kind {
	return inSection(kind{
		name:      "Seat",
		resolve:   joinStudent + joinSection,
		adds:      addStudent + addSection,
		ofStudent: true,
		checks:    []check{unknownStudent, unknownSection, severalSections, endsEarly("endsOn", "r.first_day", "r.ends_on")},
		target:    "student_section_association",
		touches:   ofItsStudent,
	}, "student_id")
}
