package record

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// ImportRun is one load of an export.
type ImportRun struct {
	ID         relay.ID
	Source     string
	StartedAt  time.Time
	FinishedAt *time.Time
	Status     string
	Problem    *string
	Waiting    int // rows in quarantine
	Counts     []*ImportCount

	issues     map[string]*ImportIssueConnection
	quarantine map[string]*QuarantinedRowConnection
}

// Issues gives the page of what the run has to say of its rows, as it was selected.
func (r *ImportRun) Issues(outcome *string, first *int, after *string, last *int, before *string) *ImportIssueConnection {
	return r.issues[runListKey(outcome, relay.PageArgs{First: first, After: after, Last: last, Before: before})]
}

// Quarantine gives the page of the rows that the run kept back, as it was selected.
func (r *ImportRun) Quarantine(state *string, first *int, after *string, last *int, before *string) *QuarantinedRowConnection {
	return r.quarantine[runListKey(state, relay.PageArgs{First: first, After: after, Last: last, Before: before})]
}

// ImportCount is what a run did with one kind of row.
type ImportCount struct {
	Kind                                                                        string
	Read, Created, Updated, Unchanged, Removed, Quarantined, PassedOver, Merged int
}

// ImportRunConnection is a page of import runs.
type ImportRunConnection struct{ relay.Connection[*ImportRun] }

// ImportRunEdge is an import run in a page.
type ImportRunEdge = relay.Edge[*ImportRun]

// importRunQuery is the list that cursors are bound to.
const (
	importRunQuery  = "District.importRuns"
	maxImportCounts = 200
)

const importCountsSQL = `(SELECT coalesce(json_agg(x.item ORDER BY x.position), '[]') FROM (
	SELECT k.position, json_build_object('kind', k.kind, 'read', k.read, 'created', k.created, 'updated', k.updated,
		'unchanged', k.unchanged, 'removed', k.removed, 'quarantined', k.quarantined, 'passedOver', k.passed_over, 'merged', k.merged) AS item
	FROM import_run_count k WHERE k.district_id = {district} AND k.run_id = r.id LIMIT {limit}) x)`

// ImportRuns lists the loads of exports, latest first, each with its counts and,
// for who may read them, a page of what was quarantined: in one statement. It is
// nil, and noted, for a reader who may not see them.
func ImportRuns(ctx context.Context, op *operation.Operation, selected Selected) (*ImportRunConnection, error) {
	if !op.Reader.May(access.ReadImportRuns) {
		op.Redact(selected.Path, nil, operation.NoRole, noIndex)
		return nil, nil //nolint:nilnil // null in the answer, and listed
	}
	page, after, err := openPage(op, bound(op, importRunQuery), selected.Page)
	if err != nil {
		return nil, err
	}
	read := runRead{op: op, lists: listSelections(rowSelections(selected)), waiting: selectsWaiting(rowSelections(selected))}
	_, read.counted = selected.field("totalCount")
	rows, total, err := read.run(ctx, runsOfPage(page, after))
	if err != nil {
		return nil, err
	}
	if err := read.checkOwners(rows); err != nil {
		return nil, err
	}
	connection := relay.Connect(rows, page, total, func(keys []string) string { return op.Cursors.Seal(bound(op, importRunQuery), keys) })
	for i, edge := range connection.Edges {
		read.note(edge.Node, i)
	}
	return &ImportRunConnection{*connection}, nil
}

// IsNode says that a run can be read again by its id.
func (*ImportRun) IsNode() {}

// GetID gives the id.
func (r *ImportRun) GetID() relay.ID { return r.ID }

// ImportRunsByID gives the runs of those ids, each with what was selected of it, in one
// statement. One that the reader may not see is missing, as one that never was. place
// gives where in the answer's list each stands.
func ImportRunsByID(ctx context.Context, op *operation.Operation, ids []uuid.UUID, place Place, selected []Selected) (map[uuid.UUID]*ImportRun, error) {
	read := runRead{op: op, lists: listSelections(selected), waiting: selectsWaiting(selected)}
	rows, _, err := read.run(ctx, func(st *reach.Statement) string {
		st.Text(" AND r.id = ANY(").Arg(pq.Array(ids)).Text("::uuid[])")
		return "r.id"
	})
	if err != nil {
		return nil, err
	}
	if err := read.checkOwners(rows); err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*ImportRun, len(rows))
	for _, row := range rows {
		found[row.Node.ID.UUID] = row.Node
		read.note(row.Node, place(row.Node.ID.UUID))
	}
	return found, nil
}

func selectsWaiting(selected []Selected) bool {
	return slices.ContainsFunc(selected, func(s Selected) bool { return s.Name == "waiting" })
}

// runRead is one statement that reads runs, each with the pages of its lists that were
// selected.
type runRead struct {
	op               *operation.Operation
	lists            []Selected
	waiting, counted bool
}

// runsOfPage writes which runs a page holds, and gives their order.
func runsOfPage(page relay.Page, after []string) func(*reach.Statement) string {
	direction, than := " DESC", "<"
	if page.Backward {
		direction, than = "", ">"
	}
	order := "r.started_at" + direction + ", r.id" + direction
	return func(st *reach.Statement) string {
		if after != nil {
			st.Text(" AND (r.started_at, r.id) " + than + " (").Arg(after[0]).Text("::timestamptz, ").Arg(after[1]).Text("::uuid)")
		}
		st.Text(" ORDER BY " + order + " LIMIT ").Arg(page.Limit + 1)
		return order
	}
}

const waitingRowsSQL = `(SELECT count(*) FROM quarantined_row q WHERE q.district_id = {district} AND q.run_id = r.id AND q.replayed_by IS NULL)`

// run reads the runs that which writes, in the order that it gives.
func (r runRead) run(ctx context.Context, which func(*reach.Statement) string) (runs []relay.Row[*ImportRun], total int, err error) {
	st := reach.NewStatement(r.op.Reader)
	st.Text("SELECT total.n, r.id, r.source, r.started_at, r.finished_at, r.status, nullif(r.problem, ''), r.started_at::text, ")
	st.Write(importCountsSQL, reach.Values{"limit": maxImportCounts + 1})
	st.Text(", ")
	if r.waiting {
		st.Write(waitingRowsSQL, nil)
	} else {
		st.Text("0")
	}
	for _, s := range r.lists {
		st.Text(", ")
		if err := writeRunList(st, r.op, s); err != nil {
			return nil, 0, err
		}
	}
	st.Text(" FROM (SELECT ")
	if r.counted {
		st.Text("(SELECT count(*) FROM import_run r WHERE ").Rows("import_run", "r").Text(")")
	} else {
		st.Text("0")
	}
	st.Text(" AS n) total LEFT JOIN (SELECT r.* FROM import_run r WHERE ").Rows("import_run", "r")
	order := which(st)
	st.Text(") r ON true ORDER BY " + order)
	err = r.op.Run(ctx, st, func(rows *sql.Rows) error {
		run, err := r.scan(rows, &total)
		if err == nil && run != nil {
			runs = append(runs, *run)
		}
		return err
	})
	return runs, total, err
}

func (r runRead) scan(rows *sql.Rows, total *int) (*relay.Row[*ImportRun], error) {
	run := &ImportRun{}
	var id sql.NullString
	var source, status, startedKey sql.NullString
	var started sql.NullTime
	var counts []byte
	destinations := []any{total, &id, &source, &started, &run.FinishedAt, &status, &run.Problem, &startedKey, &counts, &run.Waiting}
	raw := make([][]byte, len(r.lists))
	for i := range r.lists {
		destinations = append(destinations, &raw[i])
	}
	if err := rows.Scan(destinations...); err != nil {
		return nil, fmt.Errorf("read an import run: %w", err)
	}
	if !id.Valid {
		return nil, nil //nolint:nilnil // an empty page has a row for its count and no run
	}
	if err := run.ID.UUID.Scan(id.String); err != nil {
		return nil, fmt.Errorf("read an import run: %w", err)
	}
	run.ID.Prefix, run.Source, run.Status, run.StartedAt = relay.ImportRun, source.String, status.String, started.Time
	if err := fromJSON(counts, &run.Counts); err != nil {
		return nil, err
	}
	if len(run.Counts) > maxImportCounts {
		return nil, &LimitError{Path: "importRuns.counts", Limit: maxImportCounts}
	}
	for i, s := range r.lists {
		if err := runLists[s.Name].keep(run, raw[i], s, r.op); err != nil {
			return nil, err
		}
	}
	return &relay.Row[*ImportRun]{Node: run, Keys: []string{startedKey.String, id.String}}, nil
}
