package record

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

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
	Counts     []*ImportCount

	issues map[string]*ImportIssueConnection
}

// Issues gives the page of what the run has to say of its rows, as it was selected.
func (r *ImportRun) Issues(outcome *string, first *int, after *string, last *int, before *string) *ImportIssueConnection {
	page := pageKey(relay.PageArgs{First: first, After: after, Last: last, Before: before})
	if outcome == nil {
		return r.issues[page]
	}
	return r.issues[*outcome+page]
}

// ImportCount is what a run did with one kind of row.
type ImportCount struct {
	Kind                                                                        string
	Read, Created, Updated, Unchanged, Removed, Quarantined, PassedOver, Merged int
}

// ImportIssue is what a run has to say of a row.
type ImportIssue struct {
	Outcome, File, Kind, Field, Value, Problem, Hint string

	Line, Occurrences int

	Row *QuarantinedRow
}

// QuarantinedRow is a row that was kept back.
type QuarantinedRow struct {
	ID       relay.ID
	Content  []*RowValue
	Replayed bool
}

// RowValue is what a row says in one of its fields.
type RowValue struct{ Name, Value string }

// ImportRunConnection is a page of import runs.
type ImportRunConnection struct{ relay.Connection[*ImportRun] }

// ImportRunEdge is an import run in a page.
type ImportRunEdge = relay.Edge[*ImportRun]

// ImportIssueConnection is a page of rows in quarantine.
type ImportIssueConnection struct{ relay.Connection[*ImportIssue] }

// ImportIssueEdge is a row in quarantine in a page.
type ImportIssueEdge = relay.Edge[*ImportIssue]

// The lists that cursors are bound to.
const (
	importRunQuery   = "District.importRuns"
	importIssueQuery = "ImportRun.issues"
	maxImportCounts  = 200
	maxRowValues     = 200
)

const importCountsSQL = `(SELECT coalesce(json_agg(x.item ORDER BY x.position), '[]') FROM (
	SELECT k.position, json_build_object('kind', k.kind, 'read', k.read, 'created', k.created, 'updated', k.updated,
		'unchanged', k.unchanged, 'removed', k.removed, 'quarantined', k.quarantined, 'passedOver', k.passed_over, 'merged', k.merged) AS item
	FROM import_run_count k WHERE k.district_id = {district} AND k.run_id = r.id LIMIT {limit}) x)`

var importIssuesSQL = `json_build_object('total', {total}, 'rows', (SELECT coalesce(json_agg(x.item), '[]') FROM (
	SELECT json_build_object('keys', json_build_array(i.file, i.line::text, i.id::text),
		'node', json_build_object('file', i.file, 'line', i.line, 'kind', i.kind, 'field', i.field, 'value', i.value,
			'problem', i.problem, 'hint', i.hint, 'outcome', i.outcome, 'occurrences', i.occurrences, 'row', {row})) AS item
	FROM import_issue i WHERE i.district_id = {district} AND i.run_id = r.id AND {reach} {outcome} {after}
	ORDER BY {order} LIMIT {limit}) x))`

const importIssueTotalSQL = `(SELECT count(*) FROM import_issue i WHERE i.district_id = {district} AND i.run_id = r.id {outcome})`

var quarantinedRowSQL = `(SELECT json_build_object('id', ` + relay.SQL(relay.Quarantined, "q.id") + `, 'replayed', q.replayed_by IS NOT NULL,
		'content', (SELECT coalesce(json_agg(json_build_object('name', c.key, 'value', coalesce(c.value, '')) ORDER BY c.key), '[]') FROM (
			SELECT c.key, c.value FROM jsonb_each_text(q.content) c LIMIT {valueLimit}) c))
	FROM quarantined_row q WHERE q.district_id = {district} AND q.id = i.row_id AND {rowReach})`

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
	issues := issueSelections(selected)
	st, err := importRunPage(op, selected, issues, page, after)
	if err != nil {
		return nil, err
	}
	total := 0
	var rows []relay.Row[*ImportRun]
	err = op.Run(ctx, st, func(r *sql.Rows) error {
		row, err := scanImportRun(r, op, issues, &total)
		if err != nil || row == nil {
			return err
		}
		rows = append(rows, *row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := checkOwners(op, issues, rows); err != nil {
		return nil, err
	}
	connection := relay.Connect(rows, page, total, func(keys []string) string { return op.Cursors.Seal(bound(op, importRunQuery), keys) })
	for i := range connection.Edges {
		redactIssues(op, issues, i)
	}
	if len(issues) > 0 && op.Reader.May(access.ReadImportIssues) && len(connection.Edges) > 0 {
		op.ShowRecords(access.ReadImportIssues)
	}
	return &ImportRunConnection{*connection}, nil
}

func issueSelections(selected Selected) []Selected {
	return distinct(rowSelections(selected), func(name string) bool { return name == "issues" })
}

// ownerKey is the place of the run's id among the keys of an issue's cursor.
const ownerKey = 3

// checkOwners refuses a cursor that belongs to none of the page's runs.
func checkOwners(op *operation.Operation, issues []Selected, runs []relay.Row[*ImportRun]) error {
	for _, s := range issues {
		_, keys, err := openPage(op, bound(op, importIssueQuery+s.Outcome), s.Page)
		if err != nil {
			return err
		}
		if keys != nil && !slices.ContainsFunc(runs, func(r relay.Row[*ImportRun]) bool { return r.Node.ID.String() == keys[ownerKey] }) {
			return relay.ErrCursor
		}
	}
	return nil
}

func redactIssues(op *operation.Operation, issues []Selected, index int) {
	if op.Reader.May(access.ReadImportIssues) {
		return
	}
	for _, s := range issues {
		op.Redact(s.Path, nil, operation.NoRole, index)
	}
}

func importRunPage(op *operation.Operation, selected Selected, issues []Selected, page relay.Page, after []string) (*reach.Statement, error) {
	direction, than := " DESC", "<"
	if page.Backward {
		direction, than = "", ">"
	}
	order := "r.started_at" + direction + ", r.id" + direction
	st := reach.NewStatement(op.Reader)
	st.Text("SELECT total.n, r.id, r.source, r.started_at, r.finished_at, r.status, nullif(r.problem, ''), r.started_at::text, ")
	st.Write(importCountsSQL, reach.Values{"limit": maxImportCounts + 1})
	for _, s := range issues {
		st.Text(", ")
		if err := writeIssues(st, op, s); err != nil {
			return nil, err
		}
	}
	st.Text(" FROM (SELECT ")
	if _, counted := selected.field("totalCount"); counted {
		st.Text("(SELECT count(*) FROM import_run r WHERE ").Rows("import_run", "r").Text(")")
	} else {
		st.Text("0")
	}
	st.Text(" AS n) total LEFT JOIN (SELECT r.* FROM import_run r WHERE ").Rows("import_run", "r")
	if after != nil {
		st.Text(" AND (r.started_at, r.id) " + than + " (").Arg(after[0]).Text("::timestamptz, ").Arg(after[1]).Text("::uuid)")
	}
	st.Text(" ORDER BY " + order + " LIMIT ").Arg(page.Limit + 1).Text(") r ON true ORDER BY " + order)
	return st, nil
}

func writeIssues(st *reach.Statement, op *operation.Operation, s Selected) error {
	page, keys, err := openPage(op, bound(op, importIssueQuery+s.Outcome), s.Page)
	if err != nil {
		return err
	}
	if !op.Reader.May(access.ReadImportIssues) {
		st.Text("NULL")
		return nil
	}
	direction, than := "", ">"
	if page.Backward {
		direction, than = " DESC", "<"
	}
	outcome := func(st *reach.Statement) {
		if s.Outcome != "" {
			st.Text("AND i.outcome = ").Arg(s.Outcome)
		}
	}
	row := func(st *reach.Statement) {
		st.Write(quarantinedRowSQL, reach.Values{"valueLimit": maxRowValues + 1, "rowReach": func(st *reach.Statement) { st.Rows("quarantined_row", "q") }})
	}
	st.Write(importIssuesSQL, reach.Values{
		"total":   ifSelected(s, "totalCount", func(st *reach.Statement) { st.Write(importIssueTotalSQL, reach.Values{"outcome": outcome}) }, "0"),
		"reach":   func(st *reach.Statement) { st.Rows("import_issue", "i") },
		"outcome": outcome,
		"row":     ifSelected(Selected{Fields: rowSelections(s)}, "row", row, "NULL"),
		"after": func(st *reach.Statement) {
			if keys != nil {
				st.Text("AND (i.file, i.line, i.id) " + than + " (").Arg(keys[0]).Text(", ").Arg(keys[1]).Text("::integer, ").Arg(keys[2]).Text("::uuid)")
			}
		},
		"order": func(st *reach.Statement) {
			st.Text("i.file" + direction + ", i.line" + direction + ", i.id" + direction)
		},
		"limit": page.Limit + 1,
	})
	return nil
}

func scanImportRun(rows *sql.Rows, op *operation.Operation, issues []Selected, total *int) (*relay.Row[*ImportRun], error) {
	run := &ImportRun{}
	var id sql.NullString
	var source, status, startedKey sql.NullString
	var started sql.NullTime
	var counts []byte
	destinations := []any{total, &id, &source, &started, &run.FinishedAt, &status, &run.Problem, &startedKey, &counts}
	raw := make([][]byte, len(issues))
	for i := range issues {
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
	for i, s := range issues {
		if err := run.putIssues(raw[i], s, op); err != nil {
			return nil, err
		}
	}
	return &relay.Row[*ImportRun]{Node: run, Keys: []string{startedKey.String, id.String}}, nil
}

func (r *ImportRun) putIssues(raw []byte, s Selected, op *operation.Operation) error {
	if raw == nil {
		return nil
	}
	var read struct {
		Total int
		Rows  []relay.Row[*ImportIssue]
	}
	if err := fromJSON(raw, &read); err != nil {
		return err
	}
	page, keys, err := openPage(op, bound(op, importIssueQuery+s.Outcome), s.Page)
	if err != nil {
		return err
	}
	for _, one := range read.Rows {
		if one.Node.Row != nil && len(one.Node.Row.Content) > maxRowValues {
			return &LimitError{Path: s.Path + ".row.content", Limit: maxRowValues}
		}
	}
	owner := r.ID.String()
	if keys != nil && keys[ownerKey] != owner {
		read.Rows, read.Total = nil, 0 // the cursor is of another run's list
	}
	seal := func(keys []string) string {
		return op.Cursors.Seal(bound(op, importIssueQuery+s.Outcome), append(keys, owner))
	}
	r.issues = put(r.issues, s.Outcome+pageKey(s.Page), &ImportIssueConnection{*relay.Connect(read.Rows, page, read.Total, seal)})
	return nil
}
