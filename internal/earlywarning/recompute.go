package earlywarning

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// Recomputed is what a recompute of a district did, in rows that changed.
type Recomputed struct {
	SchoolYears int   `json:"schoolYears"`
	Figures     int64 `json:"figures"`  // figures written
	Levels      int64 `json:"levels"`   // risk levels written
	Flags       int64 `json:"flags"`    // flags opened, changed or resolved
	Requests    int64 `json:"requests"` // requests for support raised
}

// Add adds what another recompute did.
func (r *Recomputed) Add(other Recomputed) {
	r.SchoolYears += other.SchoolYears
	r.Figures += other.Figures
	r.Levels += other.Levels
	r.Flags += other.Flags
	r.Requests += other.Requests
}

// RecomputeDistrict works out figures, flags and levels of every school year of
// the district that has students, as of today (midnight UTC of the district's day),
// each by the policy that was in force on the year's last day, or is today. It runs in
// the caller's transaction, whose scope must be the district's; between is told after
// each batch how many of the students of all years are done.
func RecomputeDistrict(ctx context.Context, tx *postgres.Tx, district uuid.UUID, today time.Time, between func(done, total int)) (Recomputed, error) {
	r := recompute{reader: within(tx, district), tx: tx, district: district, today: today}
	if err := r.begin(ctx); err != nil {
		return Recomputed{}, err
	}
	years, err := r.years(ctx, `SELECT y.school_year, y.ends_on FROM school_year y
		WHERE y.district_id = $1 AND EXISTS (SELECT 1 FROM student_school_association e
			WHERE e.district_id = $1 AND e.school_year = y.school_year) ORDER BY 1`)
	if err != nil {
		return Recomputed{}, err
	}
	students := make([][]uuid.UUID, len(years))
	total := 0
	for i, year := range years {
		if students[i], err = r.students(ctx, year.year); err != nil {
			return Recomputed{}, err
		}
		total += len(students[i])
	}
	var all Recomputed
	done := 0
	for i, year := range years {
		did, err := r.whole(ctx, year, students[i], func(n int) { done += n; between(done, total) })
		if err != nil {
			return Recomputed{}, fmt.Errorf("recompute school year %d: %w", year.year, err)
		}
		all.Add(did)
	}
	return all, KeepDay(ctx, tx, district, today)
}

// RecomputeStudents works out the figures, flags and levels of those students alone,
// in every school year in which they are enrolled or have figures, exactly as
// RecomputeDistrict does. The day's levels are not counted anew: see KeepDay.
func RecomputeStudents(ctx context.Context, tx *postgres.Tx, district uuid.UUID, today time.Time, students []uuid.UUID) (Recomputed, error) {
	r := recompute{reader: within(tx, district), tx: tx, district: district, today: today}
	if err := r.begin(ctx); err != nil {
		return Recomputed{}, err
	}
	var all Recomputed
	for some := range slices.Chunk(students, batchSize) {
		years, err := r.years(ctx, `SELECT y.school_year, y.ends_on FROM school_year y WHERE y.district_id = $1 AND y.school_year IN (
				SELECT e.school_year FROM student_school_association e WHERE e.district_id = $1 AND e.student_id = ANY($2::uuid[])
				UNION SELECT f.school_year FROM risk_flag f WHERE f.district_id = $1 AND f.student_id = ANY($2::uuid[])) ORDER BY 1`, pq.Array(some))
		if err != nil {
			return Recomputed{}, err
		}
		for _, year := range years {
			did, err := r.batch(ctx, year, chosen{list: some})
			if err != nil {
				return Recomputed{}, fmt.Errorf("recompute school year %d of some students: %w", year.year, err)
			}
			did.SchoolYears = 1
			all.Add(did)
		}
	}
	return all, nil
}

// batchSize is how many students are worked out at a time: it bounds the memory,
// whatever the size of the district.
const batchSize = 5_000

// recompute is a recompute of a district under way.
type recompute struct {
	reader

	tx       *postgres.Tx
	district uuid.UUID
	today    time.Time
	policies []datedPolicy
	shared   map[int]*Year
}

// datedPolicy is a policy with its first day.
type datedPolicy struct {
	PolicyVersion

	startsOn time.Time
}

// plansOfBatches are for statements that read a batch's rows by the ten thousand: each
// planned for the batch at hand, since a generic plan guesses a few rows and joins them
// by loops, and with room to sort and group them in memory. They end with the transaction.
const plansOfBatches = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL work_mem = '64MB'"

// begin reads the district's policies, the one in force first.
func (r *recompute) begin(ctx context.Context) error {
	r.shared = map[int]*Year{}
	if _, err := r.tx.SQL().ExecContext(ctx, plansOfBatches); err != nil {
		return fmt.Errorf("set how batches are planned: %w", err)
	}
	err := r.each(ctx, "the district's policies", `SELECT version, starts_on, document FROM district_policy
		WHERE district_id = $1 AND starts_on <= $2 ORDER BY starts_on DESC, version DESC`, []any{r.today}, func(rows *sql.Rows) error {
		var one datedPolicy
		var raw []byte
		if err := rows.Scan(&one.Version, &one.startsOn, &raw); err != nil {
			return err
		}
		var err error
		one.Document, err = policy.Parse(raw)
		r.policies = append(r.policies, one)
		return err
	})
	if err == nil && len(r.policies) == 0 {
		return errors.New("the district has no policy in force")
	}
	return err
}

// policyOn gives the policy that was in force on the day: the latest version that had
// begun, else, for days before the first, that one.
func (r *recompute) policyOn(day time.Time) PolicyVersion {
	for _, one := range r.policies {
		if !one.startsOn.After(day) {
			return one.PolicyVersion
		}
	}
	return r.policies[len(r.policies)-1].PolicyVersion
}

// endingYear is a school year with its last day.
type endingYear struct {
	year int
	ends time.Time
}

func (r *recompute) years(ctx context.Context, text string, args ...any) ([]endingYear, error) {
	var years []endingYear
	err := r.each(ctx, "the school years", text, args, func(rows *sql.Rows) error {
		var one endingYear
		err := rows.Scan(&one.year, &one.ends)
		years = append(years, one)
		return err
	})
	return years, err
}

// students lists the students of a school year, and whoever has figures or open flags
// of it without being one, in the order of their ids.
func (r *recompute) students(ctx context.Context, year int) ([]uuid.UUID, error) {
	var found []uuid.UUID
	err := r.each(ctx, "the students of the year", `SELECT e.student_id FROM student_school_association e WHERE e.district_id = $1 AND e.school_year = $2
		UNION SELECT k.student_id FROM student_risk k WHERE k.district_id = $1 AND k.school_year = $2
		UNION SELECT f.student_id FROM risk_flag f WHERE f.district_id = $1 AND f.school_year = $2 AND f.status <> 'RESOLVED'`, []any{year}, func(rows *sql.Rows) error {
		var id uuid.UUID
		err := rows.Scan(&id)
		found = append(found, id)
		return err
	})
	slices.SortFunc(found, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return found, err
}

// whole works out all students of a year, batch by batch.
func (r *recompute) whole(ctx context.Context, year endingYear, students []uuid.UUID, between func(int)) (Recomputed, error) {
	all := Recomputed{SchoolYears: 1}
	for some := range slices.Chunk(students, batchSize) {
		did, err := r.batch(ctx, year, chosen{first: some[0], last: some[len(some)-1]})
		if err != nil {
			return all, err
		}
		all.Add(did)
		between(len(some))
	}
	return all, nil
}

// batch works out the chosen students in one school year.
func (r *recompute) batch(ctx context.Context, year endingYear, who chosen) (Recomputed, error) {
	y := r.shared[year.year]
	if y == nil {
		day := r.today
		if year.ends.Before(day) {
			day = year.ends
		}
		var err error
		if y, err = r.year(ctx, year.year, DayOf(r.today), r.policyOn(day)); err != nil {
			return Recomputed{}, err
		}
		r.shared[year.year] = y
	}
	read, err := r.records(ctx, y, who, false)
	if err != nil {
		return Recomputed{}, err
	}
	o, err := r.outcome(ctx, year.year, who)
	if err != nil {
		return Recomputed{}, err
	}
	scratch := y.newCounting()
	for _, record := range read.records {
		o.judge(y, record, scratch)
	}
	w := writer{r.tx, r.district, year.year}
	did, err := w.writeAll(ctx, y, o)
	if err != nil {
		return did, err
	}
	raised, err := w.raiseForCircumstances(ctx, y, who)
	did.Requests += raised
	return did, err
}

var of = regexp.MustCompile(`\{of ([a-z])\}`)
