package demo

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// read reads what stands: the district, its latest year, the schools and students.
func (p *populating) read(ctx context.Context) error {
	if err := p.readDistrict(ctx); err != nil {
		return err
	}
	schools, err := p.readSchools(ctx)
	if err != nil {
		return err
	}
	if err := p.readPupils(ctx, schools); err != nil {
		return err
	}
	if err := p.readMenu(ctx); err != nil {
		return err
	}
	if len(p.pupils) == 0 {
		return ErrNoStudents
	}
	p.maker.schools = slices.DeleteFunc(p.maker.schools, func(s *school) bool { return s.size() == 0 })
	return nil
}

func (p *populating) readDistrict(ctx context.Context) error {
	t := &term{}
	var zone, code string
	err := p.tx.SQL().QueryRowContext(ctx, `SELECT d.local_id, d.time_zone, y.school_year, y.school_year::text, y.starts_on, y.ends_on,
			least(y.ends_on, $2::date, (SELECT max(k.known_through) FROM attendance_completeness k WHERE k.district_id = $1 AND k.school_year = y.school_year))
		FROM district d JOIN school_year y ON y.district_id = d.id
		WHERE d.id = $1 AND y.district_id = $1 AND EXISTS (SELECT FROM student_school_association e WHERE e.district_id = $1 AND e.school_year = y.school_year)
		ORDER BY y.school_year DESC LIMIT 1`, p.options.District, p.options.Today).
		Scan(&code, &zone, &t.year, &t.yearText, &t.starts, &t.ends, &t.asOf)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNoStudents
	}
	if err != nil {
		return fmt.Errorf("read the district and its school year: %w", err)
	}
	where, err := time.LoadLocation(zone)
	if err != nil {
		return fmt.Errorf("the district's time zone %q is not known", zone)
	}
	t.teaches = t.starts
	if through := date(schoolYearOf(p.options.Today), time.June, lastOfJune); through.After(t.ends) {
		t.ends = through // the enrollments run on, so what is taught does too
	}
	if err := p.readDays(ctx, t); err != nil {
		return err
	}
	id := p.options.District.String()
	p.maker = &maker{ // the code is the seed's: an import gives the district another id each time
		dice: newDice(p.options.Seed, code, "people"), ids: newIDs(t.asOf, newDice(p.options.Seed, code, "people's ids")), out: &batch{},
		code: code, domain: "d" + letters(code) + ".example", districtID: id, district: id, zone: where, term: t,
		heritages: heritages,
	}
	return nil
}

// readDays reads the days of instruction that have passed.
func (p *populating) readDays(ctx context.Context, t *term) error {
	rows, err := p.tx.SQL().QueryContext(ctx, `SELECT DISTINCT d.on_date FROM calendar c
		JOIN calendar_date d ON d.district_id = c.district_id AND d.calendar_id = c.id
		WHERE c.district_id = $1 AND d.district_id = $1 AND c.school_year = $2 AND d.instructional AND d.on_date <= $3
			AND c.withdrawn_at IS NULL AND d.withdrawn_at IS NULL ORDER BY 1`, p.options.District, t.year, t.asOf)
	if err != nil {
		return fmt.Errorf("read the days of instruction: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var at time.Time
		if err := rows.Scan(&at); err != nil {
			return fmt.Errorf("read the days of instruction: %w", err)
		}
		t.days = append(t.days, day{at, at.Format(time.DateOnly)})
	}
	t.past = len(t.days)
	return rows.Err()
}

func (p *populating) readSchools(ctx context.Context) (map[uuid.UUID]*school, error) {
	rows, err := p.tx.SQL().QueryContext(ctx, `SELECT id, local_id FROM school WHERE district_id = $1 AND withdrawn_at IS NULL ORDER BY local_id`, p.options.District)
	if err != nil {
		return nil, fmt.Errorf("read the schools: %w", err)
	}
	defer func() { _ = rows.Close() }()
	byID := map[uuid.UUID]*school{}
	for rows.Next() {
		var id uuid.UUID
		s := &school{}
		if err := rows.Scan(&id, &s.code); err != nil {
			return nil, fmt.Errorf("read the schools: %w", err)
		}
		s.id = id.String()
		byID[id] = s
		p.maker.schools = append(p.maker.schools, s)
	}
	return byID, rows.Err()
}

// readMenu reads which entries the district's support menu has.
func (p *populating) readMenu(ctx context.Context) error {
	rows, err := p.tx.SQL().QueryContext(ctx, `SELECT local_id, id FROM support_menu_entry WHERE district_id = $1`, p.options.District)
	if err != nil {
		return fmt.Errorf("read the support menu: %w", err)
	}
	defer func() { _ = rows.Close() }()
	p.menu = map[string]any{}
	for rows.Next() {
		var code, id string
		if err := rows.Scan(&code, &id); err != nil {
			return fmt.Errorf("read the support menu: %w", err)
		}
		p.menu[code] = id
	}
	return rows.Err()
}

// pupilsSQL gives each student's open enrollment of the year $2, whom to talk to at
// home, and what the absence rule says of them.
const pupilsSQL = `SELECT DISTINCT ON (s.local_id) s.id, e.school_id, array_position($3::text[], e.grade_level),
	(SELECT p.id FROM student_contact k JOIN person p ON p.district_id = k.district_id AND p.id = k.person_id
		WHERE k.district_id = $1 AND k.student_id = s.id AND k.withdrawn_at IS NULL AND NOT k.no_contact
		ORDER BY k.is_primary DESC NULLS LAST, p.local_id LIMIT 1),
	coalesce(f.severity, ''), coalesce(f.numerator, 0), coalesce(f.denominator, 1)
FROM student_school_association e
JOIN student s ON s.district_id = e.district_id AND s.id = e.student_id
LEFT JOIN risk_flag f ON f.district_id = $1 AND f.student_id = s.id AND f.school_year = $2 AND f.rule = 'ABSENCE_SHARE' AND f.status <> 'RESOLVED'
WHERE e.district_id = $1 AND s.district_id = $1 AND e.school_year = $2 AND e.exit_date IS NULL AND e.withdrawn_at IS NULL
	AND s.withdrawn_at IS NULL AND s.merged_into IS NULL
	AND NOT EXISTS (SELECT FROM advocate_assignment a WHERE a.district_id = $1 AND a.student_id = s.id AND a.ends_on IS NULL)
ORDER BY s.local_id, e.entry_date DESC, e.id`

func (p *populating) readPupils(ctx context.Context, schools map[uuid.UUID]*school) error {
	rows, err := p.tx.SQL().QueryContext(ctx, pupilsSQL, p.options.District, p.maker.term.year, pq.Array(gradeNames))
	if err != nil {
		return fmt.Errorf("read the students: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one pupil
		var id, at uuid.UUID
		var grade *int
		var person *string
		var severity string
		if err := rows.Scan(&id, &at, &grade, &person, &severity, &one.parts, &one.whole); err != nil {
			return fmt.Errorf("read the students: %w", err)
		}
		one.student, one.grade, one.at = id.String(), -1, schools[at]
		if one.at == nil {
			continue
		}
		if person != nil {
			one.person = *person
		}
		one.grave, one.warned = severity == "AT_RISK", severity != ""
		one.mends = []string{mendAttendance}
		if grade != nil {
			one.grade = *grade - 1
			one.place = one.at.students[one.grade]
			one.at.students[one.grade]++
		}
		p.pupils = append(p.pupils, one)
	}
	return rows.Err()
}
