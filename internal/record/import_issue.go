package record

import (
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// ImportIssue is what a run has to say of a row.
type ImportIssue struct {
	Outcome, File, Kind, Field, Problem, Hint string

	Value *string // nil: the reader does not read what rows of the kind say

	Line, Occurrences int

	Row *QuarantinedRow
}

// ImportIssueConnection is a page of what a run has to say of its rows.
type ImportIssueConnection struct{ relay.Connection[*ImportIssue] }

// ImportIssueEdge is what a run has to say of a row, in a page.
type ImportIssueEdge = relay.Edge[*ImportIssue]

var importIssues = runList{
	table: "import_issue",
	narrowed: map[string]string{
		"QUARANTINED": "AND l.outcome = 'QUARANTINED'", "TOLERATED": "AND l.outcome = 'TOLERATED'", "DIFFERENCE": "AND l.outcome = 'DIFFERENCE'",
	},
	node: `json_build_object('file', l.file, 'line', l.line, 'kind', l.kind, 'field', l.field, 'value', CASE WHEN {shown} THEN l.value END,
		'problem', l.problem, 'hint', l.hint, 'outcome', l.outcome, 'occurrences', l.occurrences, 'row', {row})`,
	values: func(op *operation.Operation, s Selected) reach.Values {
		row := func(st *reach.Statement) {
			st.Text("(SELECT ").Write(quarantinedRowSQL, quarantinedValues(op, rowsOfIssues(s)))
			st.Text(" FROM quarantined_row q WHERE q.district_id = ").District().Text(" AND q.id = l.row_id AND ").Rows("quarantined_row", "q").Text(")")
		}
		return reach.Values{"shown": shownKinds(op.Reader, "l.kind"), "row": ifSelected(Selected{Fields: rowSelections(s)}, "row", row, "NULL")}
	},
	keep: keepIssues,
	note: noteIssues,
}

// rowsOfIssues gives what is selected of the rows that were kept back.
func rowsOfIssues(issues Selected) []Selected {
	var fields []Selected
	for _, s := range rowSelections(issues) {
		if s.Name == "row" {
			fields = append(fields, s.Fields...)
		}
	}
	return fields
}

func keepIssues(run *ImportRun, raw []byte, s Selected, op *operation.Operation) error {
	if raw == nil {
		return nil
	}
	page, err := runPage[*ImportIssue](run, raw, s, op)
	if err != nil {
		return err
	}
	for _, edge := range page.Edges {
		if err := edge.Node.Row.check(s.Path + ".row"); err != nil {
			return err
		}
	}
	run.issues = put(run.issues, s.Narrowed+pageKey(s.Page), &ImportIssueConnection{*page})
	return nil
}

func noteIssues(run *ImportRun, s Selected, op *operation.Operation) {
	for i, edge := range run.issues[s.Narrowed+pageKey(s.Page)].Edges {
		hide(op, rowSelections(s), "value", edge.Node.Kind, i)
		edge.Node.Row.note(op, rowsOfIssues(s), edge.Node.Kind, i)
	}
}
