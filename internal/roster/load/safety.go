package load

import (
	"context"
	"fmt"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// smallest is how many active enrollments a school must have for its own share to be
// looked at; of the district's, one may always end.
const smallest = 20

// basis is what basis points are parts of.
const basis = 10_000

// EndedEnrollments is how many of the active enrollments of a school, or of the
// district, a load would end.
type EndedEnrollments struct {
	School        string // its code; empty: the district
	Ended, Active int64
	Limit         int64 // in basis points
}

func (e EndedEnrollments) tooMany() bool {
	if e.School == "" {
		return e.Ended > 1 && basis*e.Ended > e.Limit*e.Active
	}
	return e.Active >= smallest && basis*e.Ended > e.Limit*e.Active
}

// String says it in one line.
func (e EndedEnrollments) String() string {
	whose := "the district's"
	if e.School != "" {
		whose = "the school " + e.School + "'s"
	}
	const percent = 100.0
	return fmt.Sprintf("%d of %s %d active enrollments (%.1f %%) would end; %.1f %% may without a word from a person",
		e.Ended, whose, e.Active, percent*float64(e.Ended)/float64(e.Active), float64(e.Limit)/percent)
}

// RefusedError is a load that would end more enrollments than an import may by itself:
// an export that was cut short looks like a school that closed.
type RefusedError struct{ Ended []EndedEnrollments }

// Error gives the first in one line.
func (e *RefusedError) Error() string {
	text := "nothing was loaded: " + e.Ended[0].String()
	if more := len(e.Ended) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text + "; look whether the export is whole, and say --allow-removals if it is"
}

// Report gives all of them, a line each, and what to do.
func (e *RefusedError) Report() string {
	var b strings.Builder
	b.WriteString("The import was refused, and nothing was loaded:\n")
	for _, ended := range e.Ended {
		b.WriteString("  " + ended.String() + "\n")
	}
	b.WriteString("Look whether the export is whole: one that was cut short looks like a school that closed.\n" +
		"If it is, import it again with --allow-removals. The limits are the policy's imports.\n")
	return b.String()
}

// activeToday says that the enrollment e holds on $2.
const activeToday = `e.withdrawn_at IS NULL AND e.entry_date <= $2::date AND coalesce(e.exit_date, 'infinity') >= $2::date
	AND coalesce(e.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT')`

// noteActive keeps which enrollments are active before anything is merged.
func (l *load) noteActive(ctx context.Context, tx *postgres.Tx) error {
	text := strings.NewReplacer("$1", literal(l.district.ID.String())+"::uuid", "$2", literal(l.today.Format("2006-01-02"))).Replace(
		`CREATE TEMP TABLE load_active ON COMMIT DROP AS SELECT e.id, e.student_id, e.school_id, e.calendar_id
			FROM student_school_association e WHERE e.district_id = $1 AND ` + activeToday)
	if _, err := tx.SQL().ExecContext(ctx, text); err != nil {
		return fmt.Errorf("note the active enrollments: %w", err)
	}
	return nil
}

// countEnded counts, by school, the enrollments that were active and whose student is
// in the school no more; an exit that ends a school year or a schooling aside.
const countEnded = `
WITH active AS (
	SELECT e.student_id, e.school_id FROM student_school_association e WHERE e.district_id = $1 AND ` + activeToday + `
), ended AS (
	SELECT b.school_id FROM load_active b JOIN student_school_association e ON e.district_id = $1 AND e.id = b.id
	WHERE NOT EXISTS (SELECT 1 FROM active a WHERE a.student_id = b.student_id AND a.school_id = b.school_id)
		AND NOT (e.withdrawn_at IS NULL AND (coalesce(e.exit_type, '') IN ('END_OF_SCHOOL_YEAR', 'GRADUATED', 'COMPLETED')
			OR coalesce(e.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT') AND e.exit_date >= (
				SELECT max(d.on_date) FROM calendar_date d WHERE d.district_id = $1 AND d.calendar_id = e.calendar_id AND d.withdrawn_at IS NULL)))
)
SELECT h.local_id, coalesce(x.ended, 0), y.active
FROM (SELECT school_id, count(*) AS active FROM load_active GROUP BY 1) y
LEFT JOIN (SELECT school_id, count(*) AS ended FROM ended GROUP BY 1) x USING (school_id)
JOIN school h ON h.district_id = $1 AND h.id = y.school_id
ORDER BY h.local_id`

// checkEnded refuses a load that ends too many enrollments.
func (l *load) checkEnded(ctx context.Context, tx *postgres.Tx, limits policy.ImportPolicy) (*RefusedError, error) {
	rows, err := tx.SQL().QueryContext(ctx, countEnded, l.district.ID, l.today)
	if err != nil {
		return nil, fmt.Errorf("count the enrollments that end: %w", err)
	}
	defer func() { _ = rows.Close() }()
	district := EndedEnrollments{Limit: limits.MostEndedBasisPoints}
	var tooMany []EndedEnrollments
	for rows.Next() {
		school := EndedEnrollments{Limit: limits.MostEndedOfSchoolBasisPoints}
		if err := rows.Scan(&school.School, &school.Ended, &school.Active); err != nil {
			return nil, fmt.Errorf("count the enrollments that end: %w", err)
		}
		district.Ended += school.Ended
		district.Active += school.Active
		if school.tooMany() {
			tooMany = append(tooMany, school)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("count the enrollments that end: %w", err)
	}
	if district.tooMany() {
		tooMany = append([]EndedEnrollments{district}, tooMany...)
	}
	if len(tooMany) == 0 {
		return nil, nil //nolint:nilnil // nothing to refuse
	}
	return &RefusedError{Ended: tooMany}, nil
}
