package record

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Job is something that the server does for the district by itself.
type Job struct {
	ID         relay.ID
	Kind       string
	Status     string
	DueAt      time.Time
	StartedAt  *time.Time
	FinishedAt *time.Time
	Attempts   int
	Problem    *string
}

// JobConnection is a page of jobs.
type JobConnection struct{ relay.Connection[*Job] }

// JobEdge is a job in a page.
type JobEdge = relay.Edge[*Job]

// jobQuery names the list that its cursors are bound to.
const jobQuery = "District.jobs"

const jobsSQL = `SELECT {total}, j.id, j.kind, j.status, j.due_at, j.started_at, j.finished_at, j.attempts, nullif(j.problem, ''), j.due_at::text
	FROM (SELECT 1) one LEFT JOIN (SELECT j.* FROM job j WHERE j.district_id = {district} AND {within} {after} ORDER BY {order} LIMIT {limit}) j ON true ORDER BY {order}`

// Jobs lists the district's jobs, what is due last first, in one statement. It is nil,
// and noted, for a reader who may not see them.
func Jobs(ctx context.Context, op *operation.Operation, selected Selected) (*JobConnection, error) {
	if !op.Reader.May(access.ReadJobs) {
		op.Redact(selected.Path, nil, operation.NoRole, noIndex)
		return nil, nil //nolint:nilnil // null in the answer, and listed
	}
	page, after, err := openPage(op, bound(op, jobQuery), selected.Page)
	if err != nil {
		return nil, err
	}
	within := func(st *reach.Statement) { st.Rows("job", "j") }
	st := reach.NewStatement(op.Reader).Write(jobsSQL, reach.Values{
		"total": ifSelected(selected, "totalCount", func(st *reach.Statement) {
			st.Write(`(SELECT count(*) FROM job j WHERE j.district_id = {district} AND {within})`, reach.Values{"within": within})
		}, "0"),
		"within": within,
		"after":  beyond(page, after, latestFirst("j", "due_at")),
		"order":  ordered(page, latestFirst("j", "due_at")),
		"limit":  page.Limit + 1,
	})
	total := 0
	var rows []relay.Row[*Job]
	err = op.Run(ctx, st, func(r *sql.Rows) error {
		row, err := scanJob(r, &total)
		if err == nil && row != nil {
			rows = append(rows, *row)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	seal := func(keys []string) string { return op.Cursors.Seal(bound(op, jobQuery), keys) }
	return &JobConnection{*relay.Connect(rows, page, total, seal)}, nil
}

func scanJob(rows *sql.Rows, total *int) (*relay.Row[*Job], error) {
	job := &Job{}
	var id uuid.NullUUID
	var kind, status, key sql.NullString
	var due sql.NullTime
	var attempts sql.NullInt64
	if err := rows.Scan(total, &id, &kind, &status, &due, &job.StartedAt, &job.FinishedAt, &attempts, &job.Problem, &key); err != nil {
		return nil, fmt.Errorf("read a job: %w", err)
	}
	if !id.Valid {
		return nil, nil //nolint:nilnil // an empty page has a row for its count and no job
	}
	job.ID, job.Kind, job.Status = relay.NewID(relay.Job, id.UUID), kind.String, status.String
	job.DueAt, job.Attempts = due.Time, int(attempts.Int64)
	return &relay.Row[*Job]{Node: job, Keys: []string{key.String, id.UUID.String()}}, nil
}
