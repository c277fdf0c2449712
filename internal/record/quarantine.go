package record

import (
	"time"

	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// QuarantinedRow is a row that was kept back.
type QuarantinedRow struct {
	ID         relay.ID
	Kind, File string
	Line       int
	Content    []*RowValue // nil: the reader does not read what rows of the kind say
	Problems   []*RowProblem
	Replayed   bool
	ReplayedBy *relay.ID // the run that loaded it
	ReplayedAt *time.Time
}

// RowValue is what a row says in one of its fields.
type RowValue struct{ Name, Value string }

// RowProblem is what is wrong with a row that was kept back.
type RowProblem struct {
	Field, Problem, Hint string

	Value *string // nil: the reader does not read what rows of the kind say
}

// QuarantinedRowConnection is a page of rows that were kept back.
type QuarantinedRowConnection struct {
	relay.Connection[*QuarantinedRow]
}

// QuarantinedRowEdge is a row that was kept back, in a page.
type QuarantinedRowEdge = relay.Edge[*QuarantinedRow]

const (
	maxRowValues   = 200
	maxRowProblems = 100
)

// quarantinedRowSQL is a row q in quarantine as JSON; its problems are those that the run
// told which looked at it last.
var quarantinedRowSQL = `json_build_object('id', ` + relay.SQL(relay.Quarantined, "q.id") + `, 'kind', q.kind, 'file', q.file, 'line', q.line,
	'replayed', q.replayed_by IS NOT NULL, 'replayedBy', ` + relay.SQL(relay.ImportRun, "q.replayed_by") + `, 'replayedAt', {at},
	'content', {content}, 'problems', {problems})`

const (
	replayedAtSQL = `(SELECT u.finished_at FROM import_run u WHERE u.district_id = {district} AND u.id = q.replayed_by)`
	contentSQL    = `CASE WHEN {shown} THEN (SELECT coalesce(json_agg(json_build_object('name', c.key, 'value', coalesce(c.value, '')) ORDER BY c.key), '[]') FROM (
		SELECT c.key, c.value FROM jsonb_each_text(q.content) c LIMIT {most}) c) END`
	problemsSQL = `(SELECT coalesce(json_agg(json_build_object('field', p.field, 'value', CASE WHEN {shown} THEN p.value END,
			'problem', p.problem, 'hint', p.hint) ORDER BY p.id), '[]') FROM (
		SELECT i.*, rank() OVER (ORDER BY u.started_at DESC, u.id DESC) AS turn
		FROM import_issue i JOIN import_run u ON u.district_id = i.district_id AND u.id = i.run_id
		WHERE i.district_id = {district} AND i.row_id = q.id AND i.outcome = 'QUARANTINED' AND {reach} ORDER BY turn, i.id LIMIT {most}) p WHERE p.turn = 1)`
)

var quarantinedRows = runList{
	table: "quarantined_row",
	narrowed: map[string]string{
		"WAITING": "AND l.replayed_by IS NULL", "REPLAYED": "AND l.replayed_by IS NOT NULL",
	},
	node: "(SELECT {row} FROM (SELECT l.*) q)",
	values: func(op *operation.Operation, s Selected) reach.Values {
		return reach.Values{"row": func(st *reach.Statement) { st.Write(quarantinedRowSQL, quarantinedValues(op, rowSelections(s))) }}
	},
	keep: keepQuarantine,
	note: func(run *ImportRun, s Selected, op *operation.Operation) {
		for i, edge := range run.quarantine[s.Narrowed+pageKey(s.Page)].Edges {
			edge.Node.note(op, rowSelections(s), edge.Node.Kind, i)
		}
	},
}

// quarantinedValues writes what of a row q is selected and looked up.
func quarantinedValues(op *operation.Operation, selected []Selected) reach.Values {
	row := Selected{Fields: selected}
	shown := shownKinds(op.Reader, "q.kind")
	return reach.Values{
		"at": ifSelected(row, "replayedAt", written(replayedAtSQL), "NULL"),
		"content": ifSelected(row, "content", func(st *reach.Statement) {
			st.Write(contentSQL, reach.Values{"shown": shown, "most": maxRowValues + 1})
		}, "NULL"),
		"problems": ifSelected(row, "problems", func(st *reach.Statement) {
			st.Write(problemsSQL, reach.Values{
				"shown": shown, "most": maxRowProblems + 1, "reach": func(st *reach.Statement) { st.Rows("import_issue", "i") },
			})
		}, "'[]'::json"),
	}
}

func keepQuarantine(run *ImportRun, raw []byte, s Selected, op *operation.Operation) error {
	if raw == nil {
		return nil
	}
	page, err := runPage[*QuarantinedRow](run, raw, s, op)
	if err != nil {
		return err
	}
	for _, edge := range page.Edges {
		if err := edge.Node.check(s.Path); err != nil {
			return err
		}
	}
	run.quarantine = put(run.quarantine, s.Narrowed+pageKey(s.Page), &QuarantinedRowConnection{*page})
	return nil
}

// check holds the row's lists to the most that they may hold.
func (q *QuarantinedRow) check(path string) error {
	switch {
	case q == nil:
		return nil
	case len(q.Content) > maxRowValues:
		return &LimitError{Path: path + ".content", Limit: maxRowValues}
	case len(q.Problems) > maxRowProblems:
		return &LimitError{Path: path + ".problems", Limit: maxRowProblems}
	}
	return nil
}

// note writes down what of the row is not shown.
func (q *QuarantinedRow) note(op *operation.Operation, selected []Selected, kind string, index int) {
	if q == nil {
		return
	}
	hide(op, selected, "content", kind, index)
	for i := range q.Problems {
		for _, s := range selected {
			if s.Name == "problems" {
				hide(op, s.Fields, "value", kind, i)
			}
		}
	}
}
