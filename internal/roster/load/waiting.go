package load

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// WaitingRun is an import of which rows wait in quarantine.
type WaitingRun struct {
	ID        uuid.UUID
	Source    string
	StartedAt time.Time
	Rows      int64
	Problems  []WaitingProblem // the most frequent first
}

// WaitingProblem is what is wrong with rows that wait. It quotes no value but a code
// that a map of the district lacks: those are the district's words, and tell of nobody.
type WaitingProblem struct {
	Kind, Field, Code, Problem, Hint string

	Rows  int64
	First string // where the first of them was read, as file:line
}

// WaitingRow is a row that waits in quarantine.
type WaitingRow struct {
	ID         uuid.UUID
	Kind, File string
	Line       int
	Content    map[string]string // by the names of its form's fields
	Problems   []roster.Issue    // as of the last time that it was looked at
}

// lastProblems gives the problems of each row in quarantine as the last run said them
// that looked at it. $1 is the district.
const lastProblems = `last AS (
	SELECT row_id, field, value, problem, hint FROM (
		SELECT i.row_id, i.field, i.value, i.problem, i.hint, i.id, rank() OVER (PARTITION BY i.row_id ORDER BY u.started_at DESC, u.id DESC) AS turn
		FROM import_issue i JOIN import_run u ON u.district_id = $1 AND u.id = i.run_id
		WHERE i.district_id = $1 AND i.row_id IS NOT NULL AND i.outcome = 'QUARANTINED') told
	WHERE turn = 1 ORDER BY id)`

// Waiting gives the imports of the district of which rows wait, the latest first; of
// one run alone when it is not zero.
func Waiting(ctx context.Context, db *postgres.DB, district District, run uuid.UUID) ([]WaitingRun, error) {
	var runs []WaitingRun
	err := inDistrict(ctx, db, district, func(ctx context.Context, tx *postgres.Tx) error {
		var err error
		if runs, err = waitingRuns(ctx, tx, district.ID, run); err != nil {
			return err
		}
		return waitingProblems(ctx, tx, district.ID, run, runs)
	})
	if err != nil {
		return nil, fmt.Errorf("list the rows in quarantine: %w", err)
	}
	return runs, nil
}

// inDistrict reads in the district's scope.
func inDistrict(ctx context.Context, db *postgres.DB, district District, read func(context.Context, *postgres.Tx) error) error {
	ctx = tenant.With(ctx, tenant.Scope{District: district.ID})
	return db.Read(ctx, func(tx *postgres.Tx) error { return read(ctx, tx) })
}

func waitingRuns(ctx context.Context, tx *postgres.Tx, district, run uuid.UUID) ([]WaitingRun, error) {
	rows, err := tx.SQL().QueryContext(ctx, `SELECT u.id, u.source, u.started_at, count(*)
		FROM quarantined_row q JOIN import_run u ON u.district_id = $1 AND u.id = q.run_id
		WHERE q.district_id = $1 AND q.replayed_by IS NULL AND ($2 OR q.run_id = $3)
		GROUP BY u.id, u.source, u.started_at ORDER BY u.started_at DESC, u.id DESC`, district, run == uuid.Nil, run)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, func(r *WaitingRun) []any { return []any{&r.ID, &r.Source, &r.StartedAt, &r.Rows} })
}

func waitingProblems(ctx context.Context, tx *postgres.Tx, district, run uuid.UUID, runs []WaitingRun) error {
	rows, err := tx.SQL().QueryContext(ctx, `WITH `+lastProblems+`
		SELECT q.run_id, q.kind, last.field, CASE WHEN starts_with(last.problem, `+literal(inNoMap)+`) THEN last.value ELSE '' END AS code, last.problem, last.hint,
			count(*), (array_agg(q.file || ':' || q.line ORDER BY q.file, q.line))[1]
		FROM quarantined_row q JOIN last ON last.row_id = q.id
		WHERE q.district_id = $1 AND q.replayed_by IS NULL AND ($2 OR q.run_id = $3)
		GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 7 DESC, 2, 3, 4, 5`, district, run == uuid.Nil, run)
	if err != nil {
		return err
	}
	type found struct {
		WaitingProblem

		run uuid.UUID
	}
	problems, err := scanAll(rows, func(p *found) []any {
		return []any{&p.run, &p.Kind, &p.Field, &p.Code, &p.Problem, &p.Hint, &p.Rows, &p.First}
	})
	if err != nil {
		return err
	}
	at := map[uuid.UUID]*WaitingRun{}
	for i := range runs {
		at[runs[i].ID] = &runs[i]
	}
	for _, p := range problems {
		at[p.run].Problems = append(at[p.run].Problems, p.WaitingProblem)
	}
	return nil
}

// WaitingRows hands over the rows of a run that wait, by kind and in the order of their
// files. It holds one row at a time.
func WaitingRows(ctx context.Context, db *postgres.DB, district District, run uuid.UUID, each func(WaitingRow) error) error {
	return inDistrict(ctx, db, district, func(ctx context.Context, tx *postgres.Tx) error {
		rows, err := tx.SQL().QueryContext(ctx, `WITH `+lastProblems+`
			SELECT q.id, q.kind, q.file, q.line, q.content, coalesce(told.problems, '[]') FROM quarantined_row q
			LEFT JOIN (SELECT row_id, jsonb_agg(jsonb_build_object('field', field, 'value', value, 'problem', problem, 'hint', hint)) AS problems
				FROM last GROUP BY row_id) told ON told.row_id = q.id
			WHERE q.district_id = $1 AND q.replayed_by IS NULL AND q.run_id = $2
			ORDER BY q.kind, q.file, q.line, q.id`, district.ID, run)
		if err != nil {
			return fmt.Errorf("read the rows in quarantine: %w", err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			row, err := scanWaiting(rows)
			if err != nil {
				return fmt.Errorf("read the rows in quarantine: %w", err)
			}
			if err := each(row); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

func scanWaiting(rows *sql.Rows) (WaitingRow, error) {
	var row WaitingRow
	var content, told []byte
	if err := rows.Scan(&row.ID, &row.Kind, &row.File, &row.Line, &content, &told); err != nil {
		return row, err
	}
	var problems []struct {
		Field   string `json:"field"`
		Value   string `json:"value"`
		Problem string `json:"problem"`
		Hint    string `json:"hint"`
	}
	err := errors.Join(json.Unmarshal(content, &row.Content), json.Unmarshal(told, &problems))
	row.leaveOutDrawnYear()
	for _, p := range problems {
		row.Problems = append(row.Problems, roster.Issue{
			Origin: roster.Origin{File: row.File, Line: row.Line}, Kind: row.Kind, Field: p.Field, Value: p.Value, Problem: p.Problem, Hint: p.Hint,
		})
	}
	return row, err
}

// leaveOutDrawnYear leaves out a school year that was drawn from the row's date: where the
// date is corrected, the year is drawn from it anew.
func (r *WaitingRow) leaveOutDrawnYear() {
	const year = "schoolYear"
	said := r.Content[year]
	f, known := form.Of(r.Kind)
	if !known || said == "" {
		return
	}
	delete(r.Content, year)
	if row, _ := f.Row(roster.Origin{}, r.Content); strconv.Itoa(f.Year(row)) != said {
		r.Content[year] = said
	}
}

// scanAll reads rows to their end, each into the places that into gives.
func scanAll[T any](rows *sql.Rows, into func(*T) []any) ([]T, error) {
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		var one T
		if err := rows.Scan(into(&one)...); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
