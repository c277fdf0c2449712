package api_test

import (
	"testing"

	"github.com/google/uuid"
)

// abcRows are what is known of a student $2 of the district $1 beside attendance: one
// incident as its PERPETRATOR with a suspension of half a day, a D, credits, and where
// they stood on two days. Figures are written as they are, and drawn from nothing.
var abcRows = []string{
	`INSERT INTO discipline_completeness (district_id, id, school_year, known_through) VALUES ($1, gen_random_uuid(), 2023, '2022-08-31')
		ON CONFLICT DO NOTHING`,
	`INSERT INTO course (district_id, id, local_id, title, core_subject) VALUES ($1, gen_random_uuid(), 'ALG', 'Algebra', 'MATHEMATICS') ON CONFLICT DO NOTHING`,
	`INSERT INTO graduation_requirement (district_id, id, cohort_year, subject, credits) VALUES ($1, gen_random_uuid(), 2026, 'MATHEMATICS', 300000),
		($1, gen_random_uuid(), 2026, 'ARTS', 100000) ON CONFLICT DO NOTHING`,
	`INSERT INTO discipline_incident (district_id, id, school_id, school_year, local_id, occurred_on, behavior)
		SELECT $1, gen_random_uuid(), (SELECT c.id FROM school c WHERE c.district_id = $1 LIMIT 1), 2023, 'of ' || s.local_id, '2022-08-30', 'Fighting' FROM student s`,
	`INSERT INTO discipline_participation (district_id, id, student_id, incident_id, participation)
		SELECT $1, gen_random_uuid(), s.id, i.id, 'PERPETRATOR' FROM student s
		JOIN discipline_incident i ON i.district_id = s.district_id AND i.local_id = 'of ' || s.local_id`,
	`INSERT INTO discipline_action (district_id, id, student_id, school_year, local_id, kind, taken_on, days)
		SELECT $1, gen_random_uuid(), s.id, 2023, 'S1', 'IN_SCHOOL_SUSPENSION', '2022-08-30', 5000 FROM student s`,
	`INSERT INTO discipline_action_incident (district_id, id, student_id, action_id, incident_id)
		SELECT $1, gen_random_uuid(), s.id, a.id, i.id FROM student s JOIN discipline_action a ON a.district_id = s.district_id AND a.student_id = s.id
		JOIN discipline_incident i ON i.district_id = s.district_id AND i.local_id = 'of ' || s.local_id`,
	`INSERT INTO student_behavior (district_id, student_id, school_year, incidents, in_school, exclusions, suspension_days, as_of)
		SELECT $1, s.id, 2023, 1, 1, 0, 5000, '2022-08-30' FROM student s`,
	`INSERT INTO grade (district_id, school_year, student_id, course_id, kind, period, given_on, numeric, letter)
		SELECT $1, 2023, s.id, c.id, 'PROGRESS', 'First weeks', '2022-08-26', 655000, 'D' FROM student s
		JOIN course c ON c.district_id = s.district_id AND c.local_id = 'ALG'`,
	`INSERT INTO course_transcript (district_id, id, student_id, school_year, course_code, subject, attempted, earned, result, earned_on)
		SELECT $1, gen_random_uuid(), s.id, 2022, 'PRE', 'MATHEMATICS', 50000, 50000, 'PASS', '2022-06-03' FROM student s`,
	`INSERT INTO student_academics (district_id, student_id, school_year, courses, grade_points, core_courses, core_ds, core_fs,
			earned, attempted, required, expected, below_level, as_of)
		SELECT $1, s.id, 2023, 2, 30000, 2, 1, 0, 50000, 50000, 400000, 75000, 1, '2022-08-31' FROM student s`,
	`INSERT INTO student_risk_history (district_id, school_year, student_id, as_of, level, enrolled_days, absent, incidents, core_failures, courses, grade_points, policy_version)
		SELECT $1, 2023, s.id, h.as_of, h.level, h.enrolled_days, h.absent, 1, 0, 2, 30000, 1 FROM student s, (VALUES
			('2022-08-15'::date, 'EARLY_WARNING', 25, 20000), ('2022-08-31', 'AT_RISK', 37, 50000)) h (as_of, level, enrolled_days, absent)`,
}

// addABC adds what is known of the students beside attendance.
func (w *world) addABC(t testing.TB, in *district, students ...string) {
	t.Helper()
	for _, local := range students {
		w.write(t, in, `UPDATE student SET cohort_year = 2026 WHERE district_id = $1 AND local_id = $2`, local)
		for _, statement := range abcRows[:3] {
			w.write(t, in, statement)
		}
		for _, statement := range abcRows[3:] {
			w.write(t, in, statement+` WHERE s.district_id = $1 AND s.local_id = $2`, local)
		}
	}
}

// addFlags gives a student a flag of each domain beside attendance.
func (s *stage) addFlags(t testing.TB, local string) {
	t.Helper()
	s.write(t, s.alder, `INSERT INTO risk_flag (district_id, id, student_id, school_year, domain, rule, severity, status, since, as_of,
			numerator, denominator, threshold, policy_version)
		SELECT $1, gen_random_uuid(), s.id, 2023, d.name, d.name, 'EARLY_WARNING', 'OPEN', '2022-08-31', '2022-08-31', 40000, 10000, 40000, 1
		FROM student s, unnest('{BEHAVIOR,COURSE_PERFORMANCE,OVERAGE,TRUANCY,NOT_RESPONDING,TARDY,ASSESSMENT}'::text[]) d (name)
		WHERE s.district_id = $1 AND s.local_id = $2`, local)
}

// addMarks gives the students a mark in each section that they have a seat in, whose
// letter is the name of who teaches it.
func (s *stage) addMarks(t testing.TB) {
	t.Helper()
	s.write(t, s.alder, `INSERT INTO grade (district_id, school_year, student_id, course_id, section_id, kind, period, given_on, letter)
		SELECT $1, c.school_year, e.student_id, c.course_id, c.id, 'PROGRESS', 'First weeks', '2022-08-26', i.subject
		FROM student_section_association e
		JOIN section c ON c.district_id = e.district_id AND c.id = e.section_id
		JOIN staff_section_association l ON l.district_id = e.district_id AND l.section_id = e.section_id
		JOIN identity i ON i.person_id = l.staff_id
		WHERE e.district_id = $1`)
}

// flagID gives the opaque id of the flag of a domain of a student of Alder.
func (w *world) flagID(t testing.TB, local, domain string) uuid.UUID {
	t.Helper()
	return uuid.MustParse(w.texts(t, `SELECT f.id::text FROM risk_flag f JOIN student s ON s.district_id = f.district_id AND s.id = f.student_id
		WHERE f.district_id = $1 AND s.local_id = $2 AND f.domain = $3`, local, domain)[0])
}
