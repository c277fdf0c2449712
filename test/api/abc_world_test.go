package api_test

import (
	"testing"

	"github.com/google/uuid"
)

// abcRows are what is known of a student $2 of the district $1 beside attendance: two
// incidents as their PERPETRATOR, one of them with a suspension of half a day, and one
// as a WITNESS; marks, credits, and where they stood on three days. Figures are written
// as they are, and drawn from nothing.
var abcRows = []string{
	`INSERT INTO discipline_incident (district_id, id, school_id, school_year, local_id, occurred_on, behavior)
		SELECT $1, gen_random_uuid(), (SELECT c.id FROM school c WHERE c.district_id = $1 ORDER BY c.local_id LIMIT 1), 2023, n || ' of ' || s.local_id,
			'2022-08-27'::date + n, 'Fighting' FROM student s, generate_series(1, 3) n`,
	`INSERT INTO discipline_participation (district_id, id, student_id, incident_id, participation, behavior)
		SELECT $1, gen_random_uuid(), s.id, i.id, p.what, p.behavior FROM student s, (VALUES
			(1, 'PERPETRATOR', 'Shouting'), (2, 'WITNESS', ''), (3, 'PERPETRATOR', 'Shoving'), (3, 'PERPETRATOR', 'Threats')) p (n, what, behavior)
		JOIN discipline_incident i ON i.district_id = $1 AND i.local_id = p.n || ' of ' || $2`,
	`INSERT INTO discipline_action (district_id, id, student_id, school_year, local_id, kind, taken_on, days)
		SELECT $1, gen_random_uuid(), s.id, 2023, 'S1', 'IN_SCHOOL_SUSPENSION', '2022-08-30', 5000 FROM student s`,
	`INSERT INTO discipline_action_incident (district_id, id, student_id, action_id, incident_id)
		SELECT $1, gen_random_uuid(), s.id, a.id, i.id FROM student s JOIN discipline_action a ON a.district_id = s.district_id AND a.student_id = s.id
		JOIN discipline_incident i ON i.district_id = s.district_id AND i.local_id = '3 of ' || s.local_id`,
	`INSERT INTO student_behavior (district_id, student_id, school_year, incidents, in_school, exclusions, suspension_days, as_of)
		SELECT $1, s.id, 2023, 2, 1, 0, 5000, '2022-08-30' FROM student s`,
	`INSERT INTO grade (district_id, school_year, student_id, course_id, kind, period, given_on, numeric, letter)
		SELECT $1, 2023, s.id, c.id, 'PROGRESS', g.period, g.given_on::date, g.points, g.letter FROM student s, (VALUES
			('First weeks', '2022-08-26', 655000, 'D'), ('Second weeks', '2022-08-26', NULL, 'C'), ('Third weeks', '2022-08-31', 880000, '')) g (period, given_on, points, letter)
		JOIN course c ON c.district_id = $1 AND c.local_id = 'ALG'`,
	`INSERT INTO course_transcript (district_id, id, student_id, school_year, course_code, subject, attempted, earned, result, earned_on)
		SELECT $1, gen_random_uuid(), s.id, t.school_year, t.code, t.subject, 50000, 50000, 'PASS', t.earned_on::date FROM student s, (VALUES
			(2021, 'PRE', 'MATHEMATICS', '2021-06-03'), (2022, 'ALG', 'MATHEMATICS', '2022-06-03'), (2022, 'BIO', 'SCIENCE', '2022-06-03'),
			(2023, 'CHE', 'SCIENCE', '2022-12-20')) t (school_year, code, subject, earned_on)`,
	`INSERT INTO student_academics (district_id, student_id, school_year, courses, grade_points, core_courses, core_ds, core_fs,
			earned, attempted, required, expected, below_level, as_of)
		SELECT $1, s.id, 2023, 2, 30000, 2, 1, 0, 150000, 160000, 400000, 175000, 1, '2022-08-31' FROM student s`,
	`INSERT INTO student_risk_history (district_id, school_year, student_id, as_of, level, enrolled_days, absent, incidents, core_failures, courses, grade_points, policy_version)
		SELECT $1, 2023, s.id, h.as_of::date, h.level, h.enrolled_days, h.absent, h.incidents, 0, 2, 30000, 1 FROM student s, (VALUES
			('2022-08-12', 'NOT_MEASURED', 0, 0, NULL), ('2022-08-15', 'EARLY_WARNING', 25, 25000, 0), ('2022-08-31', 'AT_RISK', 37, 50000, 2))
			h (as_of, level, enrolled_days, absent, incidents)`,
}

// abcDistrict is what of it is a district's.
var abcDistrict = []string{
	`INSERT INTO discipline_completeness (district_id, id, school_year, known_through) VALUES ($1, gen_random_uuid(), 2023, '2022-08-31')`,
	`INSERT INTO course (district_id, id, local_id, title, core_subject) VALUES ($1, gen_random_uuid(), 'ALG', 'Algebra', 'MATHEMATICS')`,
	`INSERT INTO graduation_requirement (district_id, id, cohort_year, subject, credits) VALUES
		($1, gen_random_uuid(), 2026, 'MATHEMATICS', 300000), ($1, gen_random_uuid(), 2026, 'ARTS', 100000), ($1, gen_random_uuid(), 2027, 'ELECTIVE', 100000)`,
	`INSERT INTO risk_day (district_id, school_year, on_date, school_id, grade_level,
			on_track, early_warning, at_risk, critical, not_measured, chronic, measured, enrolled_days, absent)
		SELECT $1, 2023, d.on_date::date, c.id, g.grade, 4, 3, 2, 1, 1, 2, 10, 370, 200000 FROM school c,
			(VALUES ('2022-08-30'), ('2022-08-31')) d (on_date), (VALUES ('NINTH'), ('TENTH')) g (grade) WHERE c.district_id = $1`,
	`INSERT INTO job (district_id, id, kind, status, due_at, started_at, finished_at, attempts, problem) VALUES
		($1, gen_random_uuid(), 'RECOMPUTE', 'SUCCEEDED', '2022-08-30T06:00Z', '2022-08-30T06:00Z', '2022-08-30T06:01Z', 1, ''),
		($1, gen_random_uuid(), 'RECOMPUTE', 'FAILED', '2022-08-31T06:00Z', '2022-08-31T06:00Z', '2022-08-31T06:02Z', 3, 'The database was away.'),
		($1, gen_random_uuid(), 'RECOMPUTE', 'QUEUED', '2022-09-02T06:00Z', NULL, NULL, 0, '')`,
	// Another student had a part in A-01's incident, and was expelled for it.
	`INSERT INTO discipline_participation (district_id, id, student_id, incident_id, participation)
		SELECT $1, gen_random_uuid(), s.id, i.id, 'PERPETRATOR' FROM student s JOIN discipline_incident i ON i.district_id = s.district_id AND i.local_id = '3 of A-01'
		WHERE s.district_id = $1 AND s.local_id = 'A-02'`,
	`INSERT INTO discipline_action (district_id, id, student_id, school_year, local_id, kind, taken_on, days)
		SELECT $1, gen_random_uuid(), s.id, 2023, 'S1', 'EXPULSION', '2022-08-30', 5000 FROM student s WHERE s.district_id = $1 AND s.local_id = 'A-02'`,
	`INSERT INTO discipline_action_incident (district_id, id, student_id, action_id, incident_id)
		SELECT $1, gen_random_uuid(), a.student_id, a.id, i.id FROM discipline_action a
		JOIN discipline_incident i ON i.district_id = a.district_id AND i.local_id = '3 of A-01' WHERE a.district_id = $1 AND a.kind = 'EXPULSION'`,
	// A-01's flag was looked at, and put off twice.
	`INSERT INTO risk_flag_history (district_id, risk_flag_id, recorded_at, status, severity, as_of, numerator, denominator, threshold, policy_version, changed_by, reason)
		SELECT $1, f.id, '2022-08-20'::timestamptz + n * interval '1 hour', 'ACKNOWLEDGED', 'AT_RISK', '2022-08-19', 40000, 300000, 1000, 1,
			(SELECT t.id FROM staff t WHERE t.district_id = $1 ORDER BY t.local_id LIMIT 1), 'Called home.'
		FROM risk_flag f JOIN student s ON s.district_id = f.district_id AND s.id = f.student_id, generate_series(1, 2) n
		WHERE f.district_id = $1 AND s.local_id = 'A-01' AND f.domain = 'ATTENDANCE'`,
}

// addABCs adds what is known beside attendance of some students of each district.
func (w *world) addABCs(t testing.TB) {
	t.Helper()
	for in, students := range map[*district][]string{w.alder: {"A-01", "M-01"}, w.birch: {"A-01"}} {
		for _, drawn := range []string{"support_request", "risk_day"} { // what the load's recompute drew
			w.write(t, in, `DELETE FROM `+drawn+` WHERE district_id = $1`)
		}
		for _, statement := range abcDistrict[:5] {
			w.write(t, in, statement)
		}
		for _, local := range students {
			w.addABC(t, in, local)
		}
		for _, statement := range abcDistrict[5:] {
			w.write(t, in, statement)
		}
	}
}

// addABC adds what is known of one student beside attendance.
func (w *world) addABC(t testing.TB, in *district, local string) {
	t.Helper()
	w.write(t, in, `UPDATE student SET cohort_year = 2026 WHERE district_id = $1 AND local_id = $2`, local)
	for _, drawn := range []string{"student_risk_history", "student_behavior", "student_academics"} { // what the load's recompute drew
		w.write(t, in, `DELETE FROM `+drawn+` x USING student s WHERE x.district_id = $1 AND s.district_id = $1 AND s.id = x.student_id AND s.local_id = $2`, local)
	}
	for _, statement := range abcRows {
		w.write(t, in, statement+` WHERE s.district_id = $1 AND s.local_id = $2`, local)
	}
}

// addFlags gives a student a flag of each domain beside attendance.
func (s *stage) addFlags(t testing.TB, local string) {
	t.Helper()
	for _, drawn := range []string{
		`DELETE FROM risk_flag_history h USING risk_flag f, student s WHERE h.district_id = $1 AND f.district_id = $1 AND f.id = h.risk_flag_id
			AND f.domain <> 'ATTENDANCE' AND s.district_id = $1 AND s.id = f.student_id AND s.local_id = $2`,
		`DELETE FROM risk_flag f USING student s WHERE f.district_id = $1 AND f.domain <> 'ATTENDANCE' AND s.district_id = $1 AND s.id = f.student_id AND s.local_id = $2`,
	} {
		s.write(t, s.alder, drawn, local)
	}
	s.write(t, s.alder, `INSERT INTO risk_flag (district_id, id, student_id, school_year, domain, rule, severity, status, since, as_of,
			numerator, denominator, threshold, policy_version)
		SELECT $1, gen_random_uuid(), s.id, 2023, d.name, d.rule, 'EARLY_WARNING', 'OPEN', '2022-08-31', '2022-08-31', 40000, 10000, 40000, 1
		FROM student s, (VALUES ('BEHAVIOR', 'INCIDENTS'), ('COURSE_PERFORMANCE', 'CORE_FS'), ('OVERAGE', 'AGE_FOR_GRADE'), ('TRUANCY', 'TRUANT_DAYS'),
			('NOT_RESPONDING', 'NO_IMPROVEMENT'), ('TARDY', 'TARDIES'), ('ASSESSMENT', 'ASSESSMENTS_BELOW_LEVEL')) d (name, rule)
		WHERE s.district_id = $1 AND s.local_id = $2`, local)
}

// addWaiting has a student one incident under a line, and support asked for.
func (s *stage) addWaiting(t testing.TB, local string) {
	t.Helper()
	s.write(t, s.alder, `UPDATE student_behavior b SET incidents = 3 FROM student s
		WHERE b.district_id = $1 AND s.district_id = $1 AND s.id = b.student_id AND s.local_id = $2`, local)
	s.write(t, s.alder, `INSERT INTO support_request (district_id, id, student_id, origin, reasons, school_year, raised_on)
		SELECT $1, gen_random_uuid(), s.id, 'STAFF', '{ATTENDANCE}', 2023, '2022-08-31' FROM student s WHERE s.district_id = $1 AND s.local_id = $2`, local)
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
