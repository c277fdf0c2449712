package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// WorklistEntry is a student who waits for somebody to act.
type WorklistEntry struct {
	Student *Student
	Since   relay.Date
	DueOn   *relay.Date

	kind  string
	codes []string
}

// Reason says why the student is listed, by what the reader may read of them.
func (e *WorklistEntry) Reason() string { return worklistReason(e.kind, e.codes) }

// WorklistConnection is a page of a worklist.
type WorklistConnection struct {
	relay.Connection[*WorklistEntry]
}

// WorklistEdge is an entry in a page of a worklist.
type WorklistEdge = relay.Edge[*WorklistEntry]

// worklist is one list under way.
type worklist struct {
	op       *operation.Operation
	name     string
	kind     worklistKind
	spans    []access.Span
	selected Selected
	columns  []Selected // of the student
	page     relay.Page
	after    []string
	query    string
	lines    nearLines
}

// Worklist lists the students of a kind, the gravest first, then who has waited longest.
// The page and its count are one statement; NEAR_THRESHOLD asks for the district's lines
// before. ErrForbidden when the kind tells of a class that the reader may not read of
// every student that the list ranges over, or is for other roles.
func Worklist(ctx context.Context, op *operation.Operation, kind string, within *string, selected Selected) (*WorklistConnection, error) {
	l, err := newWorklist(op, kind, within, selected)
	if err != nil {
		return nil, err
	}
	if l.kind.byLines {
		if l.lines, err = readNearLines(ctx, op); err != nil {
			return nil, err
		}
	}
	st, err := l.statement()
	if err != nil {
		return nil, err
	}
	total := 0
	var rows []relay.Row[*WorklistEntry]
	err = op.Run(ctx, st, func(r *sql.Rows) error {
		row, err := l.scan(r, &total)
		if err == nil && row != nil {
			rows = append(rows, *row)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	connection := relay.Connect(rows, l.page, total, func(keys []string) string { return op.Cursors.Seal(l.query, keys) })
	return &WorklistConnection{*connection}, l.complete(ctx, connection)
}

func newWorklist(op *operation.Operation, kind string, within *string, selected Selected) (*worklist, error) {
	l := &worklist{op: op, name: kind, kind: worklistKinds[kind], selected: selected}
	spans := op.Reader.Spans
	if l.kind.by != "" {
		if !op.Reader.May(l.kind.by) {
			return nil, fmt.Errorf("%w: the worklist %s is for coordinators, facilitators and counselors", ErrForbidden, kind)
		}
		spans = op.Reader.SpansOf(l.kind.by)
	}
	var lacking *access.Class
	if l.spans, lacking = rangeOver(spansWithin(spans, within), l.kind.needs); lacking != nil {
		return nil, fmt.Errorf("%w: the worklist %s needs %s for every student that it ranges over; narrow within", ErrForbidden, kind, *lacking)
	}
	for _, s := range rowSelections(selected) {
		if s.Name == "student" {
			l.columns = append(l.columns, s.Fields...)
		}
	}
	binding, err := json.Marshal([]any{kind, within})
	if err != nil {
		return nil, fmt.Errorf("bind the cursors to the list: %w", err)
	}
	l.query = bound(op, "worklist|"+string(binding))
	l.page, l.after, err = openPage(op, l.query, selected.Page)
	return l, err
}

// worklistOrder is the order of the list, by its rows under the alias.
func worklistOrder(alias string) placing {
	return placing{keys: []sortKey{{alias + ".grave", "integer"}, {alias + ".since", "date"}, {alias + ".id", "uuid"}}}
}

const worklistSQL = `, w AS MATERIALIZED (
		SELECT s.id AS student_id, s.mask, {id} AS id, -coalesce({grave}, 0) AS grave, {since} AS since, NULL::date AS due_on, {codes} AS codes
		FROM (SELECT s.id, s.district_id, {mask} AS mask FROM student s WHERE {within} AND s.withdrawn_at IS NULL) s
		LEFT JOIN student_risk r ON r.district_id = {district} AND r.student_id = s.id AND r.school_year = {year}
		{from} WHERE {where})
	SELECT {total}, ARRAY[p.grave::text, p.since::text, p.id::text], p.codes, p.since::text, p.due_on::text, s.id, s.mask`

const worklistPageSQL = ` FROM (SELECT 1) one LEFT JOIN (SELECT w.* FROM w WHERE true {after} ORDER BY {order} LIMIT {limit}) p ON true
	LEFT JOIN LATERAL (SELECT s.*, p.mask AS mask FROM student s WHERE s.district_id = {district} AND s.id = p.student_id) s ON true
	ORDER BY {pageOrder}`

// statement reads the page and its count.
func (l *worklist) statement() (*reach.Statement, error) {
	st, values := startYearly(l.op.Reader), l.values()
	st.Write(worklistSQL, values)
	if err := writeColumns(st, distinct(l.columns, isStudentField), l.op); err != nil {
		return nil, err
	}
	return st.Write(worklistPageSQL, values), nil
}

// values are what stands in the texts, those of the kind among them.
func (l *worklist) values() reach.Values {
	values := reach.Values{
		"year":   schoolYear(nil),
		"mask":   func(st *reach.Statement) { st.Mask("s") },
		"within": func(st *reach.Statement) { st.Students("s", l.spans) },
		"shown":  domainShown,
		"theirs": func(st *reach.Statement) { st.Items("s.mask", access.Circumstance, reach.Requests, "q") },
		"total":  ifSelected(l.selected, "totalCount", written("(SELECT count(*) FROM w)"), "0"),
		"limit":  l.page.Limit + 1,
		"after":  beyond(l.page, l.after, worklistOrder("w")),
		"order":  ordered(l.page, worklistOrder("w")),

		"pageOrder":     ordered(l.page, worklistOrder("p")),
		"warning":       l.lines.warning,
		"atRisk":        l.lines.atRisk,
		"minimum":       l.lines.minimum,
		"incidentLines": pq.Array(l.lines.incidents),
	}
	for _, class := range access.AllClasses() {
		values["reads "+class.String()] = func(st *reach.Statement) {
			st.Text("coalesce(")
			st.IfReads("s.mask", class, func() { st.Text("true") })
			st.Text(", false)")
		}
	}
	parts := map[string]string{
		"id": l.kind.id, "grave": l.kind.grave, "since": l.kind.since, "codes": l.kind.codes, "from": l.kind.from, "where": l.kind.where,
	}
	for name, text := range parts {
		values[name] = func(st *reach.Statement) { st.Write(text, values) }
	}
	return values
}

func (l *worklist) scan(rows *sql.Rows, total *int) (*relay.Row[*WorklistEntry], error) {
	var keys []sql.NullString
	var codes pq.StringArray
	var since sql.NullString
	entry := &WorklistEntry{kind: l.name}
	student, err := scanStudent(rows, distinct(l.columns, isStudentField), l.op, []any{total, pq.Array(&keys), &codes, &since, &entry.DueOn})
	if err != nil || student == nil {
		return nil, err
	}
	entry.Student, entry.Since, entry.codes = student, relay.Date(since.String), codes
	row := &relay.Row[*WorklistEntry]{Node: entry}
	for _, key := range keys {
		row.Keys = append(row.Keys, key.String)
	}
	return row, nil
}

// complete notes what is shown of the page's students, and what is not.
func (l *worklist) complete(ctx context.Context, page *relay.Connection[*WorklistEntry]) error {
	students := make([]*Student, len(page.Edges))
	for i, edge := range page.Edges {
		students[i] = edge.Node.Student
		redact(l.op, students[i], l.columns, i, append(worklistClasses(edge.Node.codes), l.kind.needs...)...)
	}
	if _, counted := l.selected.field("totalCount"); counted {
		l.op.ShowFigures(access.Of(l.kind.needs...), l.spans)
	}
	return attachStudents(ctx, l.op, students, l.columns)
}
