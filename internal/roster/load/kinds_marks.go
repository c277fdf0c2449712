package load

// grades has no id, as attendance has none. A mark whose day is not said is known from
// the end of its period on, and from today on at the latest: the source has sent it.
// What was known once stays known.
func grades() kind {
	k := kind{
		name: "Grade",
		resolve: joinStudent + joinSection + ` LEFT JOIN course ON course.district_id = $1 AND course.local_id = s.course_code AND s.course_code <> ''
			LEFT JOIN LATERAL (SELECT coalesce(s.school_year, section.school_year,
				extract(year FROM s.given_on + interval '6 months')::integer) AS school_year) year ON true
			LEFT JOIN LATERAL (
				SELECT max(t.ends_on) AS ends_on FROM term t
				WHERE t.district_id = $1 AND t.school_year = year.school_year AND t.withdrawn_at IS NULL AND (t.name = s.period OR t.local_id = s.period)
					AND (t.school_id IS NULL OR t.school_id = section.school_id)) term ON s.given_on IS NULL
			LEFT JOIN school_year whole ON whole.district_id = $1 AND whole.school_year = year.school_year`,
		adds: addStudent + `, section.id AS section_id, found.choices, coalesce(section.course_id, course.id) AS course_id, year.school_year AS of_year,
			coalesce(s.given_on, least($2::date, coalesce(term.ends_on, whole.ends_on))) AS known_on, s.given_on IS NOT NULL AS said`,
		key:       []string{"x.of_year", "x.student_id", "x.course_id", "x.section_id", "x.kind", "x.period"},
		keyName:   "period",
		ofStudent: true,
		checks: []check{
			unknownStudent,
			{when: "r.section_code <> '' AND r.choices = 0", field: unknownSection.field, value: unknownSection.value, problem: unknownSection.problem, hint: unknownSection.hint},
			severalSections,
			{when: "r.course_id IS NULL", field: "course", value: "r.course_code", problem: "names a course that is not known", hint: "export the course too, or correct its code"},
			{when: "r.of_year IS NULL OR r.known_on IS NULL", field: "schoolYear", problem: "is missing, and neither a section nor a date says which it is", hint: "give the school year, or the day on which the mark was given"},
			{when: "r.of_year NOT BETWEEN 1900 AND 2999", field: "givenOn", value: "r.given_on::text", problem: "lies in no school year", hint: "correct the day"},
			{when: "r.numeric IS NULL AND r.letter = ''", field: "numeric", problem: "is missing, and so is the letter", hint: "give the mark as a number or a letter"},
		},
		target:  "grade",
		unlined: true,
		touches: ofItsStudent,
		removal: &removal{
			year: "r.of_year", within: "t.school_year = c.school_year AND t.given_on BETWEEN c.from_on AND c.through_on",
			same: `r.of_year = t.school_year AND r.student_id = t.student_id AND r.course_id = t.course_id AND r.kind = t.kind AND r.period = t.period
				AND r.section_id IS NOT DISTINCT FROM t.section_id`,
		},
	}
	k.merges = `WITH mark AS MATERIALIZED (
		SELECT r.of_year, r.student_id, r.course_id, r.section_id, r.kind, r.period, r.numeric, r.letter, t.student_id IS NULL AS created,
			CASE WHEN r.said THEN r.known_on ELSE least(t.given_on, r.known_on) END AS given_on
		FROM resolved_grade r LEFT JOIN grade t ON t.district_id = $1 AND t.school_year = r.of_year AND t.student_id = r.student_id
			AND t.course_id = r.course_id AND t.section_id IS NOT DISTINCT FROM r.section_id AND t.kind = r.kind AND t.period = r.period
		WHERE r.bad IS NULL AND r.copy = 1
	), written AS (
		INSERT INTO grade AS t (district_id, school_year, student_id, course_id, section_id, kind, period, given_on, numeric, letter)
		SELECT $1, of_year, student_id, course_id, section_id, kind, period, given_on, numeric, letter FROM mark
		ON CONFLICT (district_id, school_year, student_id, course_id, section_id, kind, period) DO UPDATE
			SET given_on = excluded.given_on, numeric = excluded.numeric, letter = excluded.letter, withdrawn_at = NULL
		WHERE (t.given_on, t.numeric, t.letter) IS DISTINCT FROM (excluded.given_on, excluded.numeric, excluded.letter) OR t.withdrawn_at IS NOT NULL
		RETURNING t.student_id
	)` + k.touch() + `, sizes AS (SELECT (SELECT count(*) FROM mark WHERE created) AS created, (SELECT count(*) FROM written) AS written)
	SELECT created, written - created FROM sizes`
	return k
}

func courseTranscripts() kind {
	return kind{
		name:      "CourseTranscript",
		resolve:   joinStudent + ` LEFT JOIN school_year whole ON whole.district_id = $1 AND whole.school_year = s.school_year`,
		adds:      addStudent + ", coalesce(s.earned_on, whole.ends_on, CASE WHEN s.school_year BETWEEN 1900 AND 2999 THEN make_date(s.school_year, 6, 30) END) AS known_on",
		key:       []string{"x.student_id", "x.school_year", "x.course_code", "x.term", "x.method"},
		keyName:   "courseId",
		ofStudent: true,
		checks:    []check{unknownStudent},
		target:    "course_transcript",
		merge: []merged{
			{name: "student_id"},
			{name: "school_year"},
			{name: "term"},
			{name: "course_code"},
			{name: "course_title"},
			{name: "subject"},
			{name: "grade_level"},
			{name: "attempted"},
			{name: "earned"},
			{name: "result"},
			{name: "method"},
			{name: "letter"},
			{name: "earned_on", from: "r.known_on"},
		},
		touches: ofItsStudent,
		removal: &removal{year: "r.school_year", within: "t.school_year = c.school_year"},
	}
}

func assessmentResults() kind {
	return kind{
		name:      "AssessmentResult",
		resolve:   joinStudent,
		adds:      addStudent,
		key:       []string{"x.student_id", "x.local_id", "x.taken_on"},
		keyName:   "id",
		ofStudent: true,
		checks:    []check{unknownStudent},
		target:    "assessment_result",
		merge: []merged{
			{name: "student_id"},
			{name: "school_year"},
			{name: "local_id"},
			{name: "title"},
			{name: "subject"},
			{name: "taken_on"},
			{name: "score"},
			{name: "level"},
			{name: "below_level"},
		},
		touches: ofItsStudent,
		removal: &removal{year: "r.school_year", within: "t.school_year = c.school_year AND t.taken_on BETWEEN c.from_on AND c.through_on"},
	}
}

func graduationRequirements() kind {
	return kind{
		name:    "GraduationRequirement",
		key:     []string{"x.cohort_year", "x.subject"},
		keyName: "subject",
		target:  "graduation_requirement",
		merge:   []merged{{name: "cohort_year"}, {name: "subject"}, {name: "credits"}},
		touches: ofEveryone,
		removal: &removal{within: "true", named: "t.cohort_year::text = q.content ->> 'cohortYear'"},
	}
}
