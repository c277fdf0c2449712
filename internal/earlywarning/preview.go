package earlywarning

import (
	"bytes"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/policy"
)

// Preview counts the students of the school year that holds today, else of the latest,
// by the level that each of the policies would give them. Nothing is kept.
func Preview(ctx context.Context, query Query, today time.Time, policies []PolicyVersion) ([]map[Level]int, error) {
	r := reader{query}
	counts := make([]map[Level]int, len(policies))
	for i := range counts {
		counts[i] = map[Level]int{}
	}
	schoolYear := 0
	err := r.each(ctx, "the current school year", `SELECT y.school_year FROM school_year y WHERE y.district_id = $1
		ORDER BY (y.starts_on <= $2 AND y.ends_on >= $2) DESC, y.school_year DESC LIMIT 1`, []any{today}, func(rows *sql.Rows) error { return rows.Scan(&schoolYear) })
	if err != nil || schoolYear == 0 {
		return counts, err
	}
	y, err := r.year(ctx, schoolYear, DayOf(today), policies[0])
	if err != nil {
		return nil, err
	}
	var students []uuid.UUID
	err = r.each(ctx, "the students of the year", `SELECT DISTINCT e.student_id FROM student_school_association e
		WHERE e.district_id = $1 AND e.school_year = $2 AND e.withdrawn_at IS NULL`, []any{schoolYear}, func(rows *sql.Rows) error {
		var id uuid.UUID
		err := rows.Scan(&id)
		students = append(students, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(students, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	for some := range slices.Chunk(students, batchSize) {
		read, err := r.records(ctx, y, chosen{first: some[0], last: some[len(some)-1]}, false)
		if err != nil {
			return nil, err
		}
		for i, version := range policies {
			y.setPolicy(version)
			y.tally(read.records, counts[i])
		}
	}
	return counts, nil
}

// tally counts the records by the level that the year's policy gives them.
func (y *Year) tally(records []*Record, counts map[Level]int) {
	scratch := y.newCounting()
	for _, record := range records {
		counts[y.judgeRules(record, y.indicatorsOf(record, policy.YearToDate, scratch), scratch).Level]++
	}
}
