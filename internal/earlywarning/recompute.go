package earlywarning

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// Recomputed is what a recompute of a district did, in rows that changed.
type Recomputed struct {
	SchoolYears int
	Figures     int64 // attendance figures written
	Levels      int64 // risk levels written
	Flags       int64 // flags opened, changed or resolved
}

// Add adds what another recompute did.
func (r *Recomputed) add(other Recomputed) {
	r.SchoolYears += other.SchoolYears
	r.Figures += other.Figures
	r.Levels += other.Levels
	r.Flags += other.Flags
}

// RecomputeDistrict works out figures, flags and levels of every school year of
// the district that has students, as of today (midnight UTC of the district's
// day), by the policy in force today. It runs in the caller's transaction, whose
// scope must be the district's; between is told after each school year.
func RecomputeDistrict(ctx context.Context, tx *postgres.Tx, district uuid.UUID, today time.Time, between func(done, total int)) (Recomputed, error) {
	inForce, err := readPolicy(ctx, tx, district, today)
	if err != nil {
		return Recomputed{}, err
	}
	years, err := schoolYears(ctx, tx, district)
	if err != nil {
		return Recomputed{}, err
	}
	var all Recomputed
	for i, year := range years {
		one := recompute{tx: tx, district: district, year: year, today: today, policy: inForce}
		did, err := one.run(ctx)
		if err != nil {
			return Recomputed{}, fmt.Errorf("recompute school year %d: %w", year, err)
		}
		all.add(did)
		between(i+1, len(years))
	}
	return all, nil
}

// RecomputeStudents works out the figures, flags and levels of those students alone,
// in every school year in which they are enrolled, exactly as RecomputeDistrict does.
func RecomputeStudents(ctx context.Context, tx *postgres.Tx, district uuid.UUID, today time.Time, students []uuid.UUID) (Recomputed, error) {
	inForce, err := readPolicy(ctx, tx, district, today)
	if err != nil {
		return Recomputed{}, err
	}
	years, err := listYears(ctx, tx, `SELECT DISTINCT e.school_year FROM student_school_association e
		WHERE e.district_id = $1 AND e.student_id = ANY($2::uuid[]) ORDER BY 1`, district, pq.Array(students))
	if err != nil {
		return Recomputed{}, err
	}
	var all Recomputed
	for _, year := range years {
		one := recompute{tx: tx, district: district, year: year, today: today, policy: inForce, students: students}
		did, err := one.run(ctx)
		if err != nil {
			return Recomputed{}, fmt.Errorf("recompute school year %d of some students: %w", year, err)
		}
		all.add(did)
	}
	return all, nil
}

// PolicyVersion is a policy document with its version.
type PolicyVersion struct {
	Version  int
	Document policy.Document
}

// readPolicy gives the policy in force on the day.
func readPolicy(ctx context.Context, tx *postgres.Tx, district uuid.UUID, today time.Time) (PolicyVersion, error) {
	var found PolicyVersion
	var raw []byte
	err := tx.SQL().QueryRowContext(ctx, `SELECT version, document FROM district_policy
		WHERE district_id = $1 AND starts_on <= $2 ORDER BY version DESC LIMIT 1`, district, today).Scan(&found.Version, &raw)
	if errors.Is(err, sql.ErrNoRows) {
		return found, errors.New("the district has no policy in force")
	}
	if err != nil {
		return found, fmt.Errorf("read the district's policy: %w", err)
	}
	found.Document, err = policy.Parse(raw)
	return found, err
}

func schoolYears(ctx context.Context, tx *postgres.Tx, district uuid.UUID) ([]int, error) {
	return listYears(ctx, tx, `SELECT y.school_year FROM school_year y
		WHERE y.district_id = $1 AND EXISTS (SELECT 1 FROM student_school_association e
			WHERE e.district_id = $1 AND e.school_year = y.school_year) ORDER BY 1`, district)
}

func listYears(ctx context.Context, tx *postgres.Tx, text string, args ...any) ([]int, error) {
	rows, err := tx.SQL().QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("list the school years: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var years []int
	for rows.Next() {
		var year int
		if err := rows.Scan(&year); err != nil {
			return nil, fmt.Errorf("list the school years: %w", err)
		}
		years = append(years, year)
	}
	return years, rows.Err()
}

// recompute is the recompute of one school year of a district.
type recompute struct {
	tx       *postgres.Tx
	district uuid.UUID
	year     int
	today    time.Time
	policy   PolicyVersion
	students []uuid.UUID // nil: all of the district
}

// grain is one of the two at which figures are kept.
type grain struct{ table, key string }

var (
	bySchool  = grain{"student_school_attendance", "student_id, school_id"}
	byStudent = grain{"student_attendance", "student_id"}
)

func (r recompute) run(ctx context.Context) (Recomputed, error) {
	did := Recomputed{SchoolYears: 1}
	for _, g := range []grain{bySchool, byStudent} {
		changed, err := r.figures(ctx, g)
		if err != nil {
			return did, err
		}
		did.Figures += changed
	}
	var err error
	if did.Flags, err = r.flags(ctx); err != nil {
		return did, err
	}
	did.Levels, err = r.levels(ctx)
	return did, err
}

func (r recompute) figures(ctx context.Context, g grain) (int64, error) {
	text := strings.NewReplacer("{table}", g.table, "{key}", g.key,
		"{s.key}", qualify("s", g.key), "{f.key}", qualify("f", g.key), "{match}", match("f", "t", g.key)).Replace(figuresSQL)
	attendance := r.policy.Document.Attendance
	return r.exec(ctx, "attendance figures", text, r.district, r.year, r.today, attendance.MinEnrolledDays, attendance.AtRiskBasisPoints)
}

func (r recompute) flags(ctx context.Context) (int64, error) {
	attendance := r.policy.Document.Attendance
	return r.exec(ctx, "flags", flagsSQL, r.district, r.year, attendance.WarningBasisPoints, attendance.AtRiskBasisPoints,
		r.policy.Version, AbsenceShare, string(Attendance))
}

func (r recompute) levels(ctx context.Context) (int64, error) {
	attendance := r.policy.Document.Attendance
	unruled := make([]string, 0, len(Domains()))
	for _, domain := range Domains() {
		if domain != Attendance {
			unruled = append(unruled, string(domain))
		}
	}
	return r.exec(ctx, "risk levels", levelsSQL, r.district, r.year, attendance.WarningBasisPoints, attendance.AtRiskBasisPoints,
		r.policy.Version, pq.Array(unruled), string(Attendance))
}

// exec runs a set-based statement with its count of changed rows. The planner knows
// nothing of the sizes inside the statement and would choose nested loops, which
// take minutes where hash joins take a moment; so these are put aside meanwhile.
// A few students' rows are found by their index.
func (r recompute) exec(ctx context.Context, what, text string, args ...any) (int64, error) {
	text, args = r.narrow(text, args)
	if r.students == nil {
		if _, err := r.tx.SQL().ExecContext(ctx, "SET LOCAL enable_nestloop = off"); err != nil {
			return 0, fmt.Errorf("%s: %w", what, err)
		}
		defer func() { _, _ = r.tx.SQL().ExecContext(ctx, "SET LOCAL enable_nestloop = on") }()
	}
	var changed int64
	if err := r.tx.SQL().QueryRowContext(ctx, text, args...).Scan(&changed); err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return changed, nil
}

// narrow keeps each {of x} of the text to the students that are recomputed.
func (r recompute) narrow(text string, args []any) (string, []any) {
	if r.students == nil {
		return of.ReplaceAllString(text, ""), args
	}
	args = append(args, pq.Array(r.students))
	return of.ReplaceAllString(text, fmt.Sprintf(" AND $1.student_id = ANY($$%d::uuid[])", len(args))), args
}

var of = regexp.MustCompile(`\{of ([a-z])\}`)

// qualify puts the alias before each column of the key.
func qualify(alias, key string) string {
	columns := strings.Split(key, ", ")
	for i, column := range columns {
		columns[i] = alias + "." + column
	}
	return strings.Join(columns, ", ")
}

// match says that the key is equal under two aliases.
func match(one, other, key string) string {
	columns := strings.Split(key, ", ")
	for i, column := range columns {
		columns[i] = one + "." + column + " = " + other + "." + column
	}
	return strings.Join(columns, " AND ")
}
