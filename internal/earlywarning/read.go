package earlywarning

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// Query runs a query of the engine's and hands on its rows. In the text $1 is the
// district and what follows are the arguments.
type Query func(ctx context.Context, text string, args []any, take func(*sql.Rows) error) error

// reader reads what the engine looks at.
type reader struct{ query Query }

// within reads in a transaction that has the district's scope.
func within(tx *postgres.Tx, district uuid.UUID) reader {
	return reader{func(ctx context.Context, text string, args []any, take func(*sql.Rows) error) error {
		rows, err := tx.SQL().QueryContext(ctx, text, append([]any{district}, args...)...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			if err := take(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}}
}

// each runs a query and hands on its rows.
func (r reader) each(ctx context.Context, what, text string, args []any, take func(*sql.Rows) error) error {
	if err := r.query(ctx, text, args, take); err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}

// year reads what the students of a school year share.
func (r reader) year(ctx context.Context, schoolYear int, today Day, version PolicyVersion) (*Year, error) {
	y := &Year{SchoolYear: schoolYear, Today: today, calendarIDs: map[string]int{}, schoolIDs: map[string]int{}, requirements: map[int]int64{}}
	for _, step := range []struct {
		what, text string
		args       []any
		take       func(*sql.Rows) error
	}{
		{"the school year", yearSQL, []any{schoolYear}, func(rows *sql.Rows) error { return rows.Scan(&y.Starts, &y.Ends, &y.discipline) }},
		{"the schools", schoolsSQL, []any{schoolYear, today}, y.takeSchool},
		{"the calendars", calendarsSQL, []any{schoolYear}, y.takeCalendar},
		{"the terms", termsSQL, []any{schoolYear}, y.takeTerm},
		{"the courses", coursesSQL, nil, y.takeCourse},
		{"the requirements for graduation", requirementsSQL, nil, y.takeRequirement},
	} {
		if err := r.each(ctx, step.what, step.text, step.args, step.take); err != nil {
			return nil, err
		}
	}
	y.setPolicy(version)
	return y, nil
}

// Days are read as integers, counted from firstDay.
const (
	yearSQL = `SELECT y.starts_on - '1900-01-01'::date, y.ends_on - '1900-01-01'::date, coalesce(d.known_through - '1900-01-01'::date, 0)
		FROM school_year y LEFT JOIN discipline_completeness d ON d.district_id = $1 AND d.school_year = y.school_year WHERE y.district_id = $1 AND y.school_year = $2`
	schoolsSQL = `SELECT s.id, s.name, CASE WHEN k.known_through IS NULL THEN 0 ELSE least(k.known_through - '1900-01-01'::date, $3) END
		FROM school s LEFT JOIN attendance_completeness k ON k.district_id = $1 AND k.school_id = s.id AND k.school_year = $2
		WHERE s.district_id = $1`
	calendarsSQL = `SELECT c.id, array_agg(d.on_date - '1900-01-01'::date)
		FROM calendar c JOIN calendar_date d ON d.district_id = $1 AND d.calendar_id = c.id
		WHERE c.district_id = $1 AND c.school_year = $2 AND d.instructional AND d.withdrawn_at IS NULL AND c.withdrawn_at IS NULL
		GROUP BY c.id`
	termsSQL = `SELECT coalesce(t.school_id::text, ''), t.starts_on - '1900-01-01'::date, t.ends_on - '1900-01-01'::date
		FROM term t WHERE t.district_id = $1 AND t.school_year = $2 AND t.kind IN ('SEMESTER', 'TERM') AND t.withdrawn_at IS NULL`
	coursesSQL      = `SELECT c.id, c.core_subject IS NOT NULL, c.title FROM course c WHERE c.district_id = $1`
	requirementsSQL = `SELECT g.cohort_year, sum(g.credits) FROM graduation_requirement g
		WHERE g.district_id = $1 AND g.withdrawn_at IS NULL GROUP BY g.cohort_year`
)

func (y *Year) takeSchool(rows *sql.Rows) error {
	var id uuid.UUID
	var name string
	var known Day
	if err := rows.Scan(&id, &name, &known); err != nil {
		return err
	}
	y.schoolIDs[id.String()] = len(y.schools)
	y.schools, y.schoolNames, y.known = append(y.schools, id), append(y.schoolNames, name), append(y.known, known)
	return nil
}

// takeCalendar takes a calendar's days; all sets of the year begin on the first day of
// any, so that they can be put together word by word.
func (y *Year) takeCalendar(rows *sql.Rows) error {
	var id string
	var list pq.Int64Array
	if err := rows.Scan(&id, &list); err != nil {
		return err
	}
	first, last := y.first, y.last
	for _, n := range list {
		day := dayAt(n)
		if first == 0 || day < first {
			first = day
		}
		last = max(last, day)
	}
	if first != y.first || last != y.last {
		y.widen(first, last)
	}
	set := newDays(first, last)
	for _, n := range list {
		set.add(dayAt(n))
	}
	y.calendarIDs[id] = len(y.calendars)
	y.calendars = append(y.calendars, set)
	return nil
}

func (y *Year) widen(first, last Day) {
	for i, old := range y.calendars {
		wider := newDays(first, last)
		for day := range old.backwards {
			wider.add(day)
		}
		y.calendars[i] = wider
	}
	y.first, y.last = first, last
}

func (y *Year) takeTerm(rows *sql.Rows) error {
	var school string
	one := term{school: anySchool}
	if err := rows.Scan(&school, &one.starts, &one.ends); err != nil {
		return err
	}
	if school != "" {
		one.school = y.schoolIDs[school]
	}
	y.terms = append(y.terms, one)
	return nil
}

func (y *Year) takeCourse(rows *sql.Rows) error {
	var id uuid.UUID
	var one course
	if err := rows.Scan(&id, &one.core, &one.title); err != nil {
		return err
	}
	y.courseIDs = append(y.courseIDs, id)
	y.courses = append(y.courses, one)
	return nil
}

func (y *Year) takeRequirement(rows *sql.Rows) error {
	var cohort int
	var credits int64
	if err := rows.Scan(&cohort, &credits); err != nil {
		return err
	}
	y.requirements[cohort] = credits
	return nil
}

// ints reads a list of integers as PostgreSQL writes it, such as {1,2}, into the room
// of the slice.
func ints(raw []byte, into []int64) ([]int64, error) {
	into = into[:0]
	if len(raw) < 2 || raw[0] != '{' {
		return into, fmt.Errorf("a list of numbers was expected, not %d bytes of something else", len(raw))
	}
	var n int64
	negative, digits := false, 0
	for _, c := range raw[1:] {
		switch {
		case c >= '0' && c <= '9':
			n, digits = n*10+int64(c-'0'), digits+1
		case c == '-':
			negative = true
		case (c == ',' || c == '}') && digits > 0:
			if negative {
				n = -n
			}
			into = append(into, n)
			n, negative, digits = 0, false, 0
		case c == '}':
		default:
			return into, fmt.Errorf("a list of numbers holds %s", strconv.QuoteRune(rune(c)))
		}
	}
	return into, nil
}
