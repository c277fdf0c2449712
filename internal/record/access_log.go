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

// AccessLine is a line of the access log: that somebody was shown something of a
// student.
type AccessLine struct {
	At          time.Time
	Operation   string
	DataClasses []string
	Records     []string
	Because     []string
	By          *Staff
}

// Principal is who it was shown to.
func (l *AccessLine) Principal() Actor { return l.By }

// AccessLogConnection is a page of the access log.
type AccessLogConnection struct{ relay.Connection[*AccessLine] }

// AccessLogEdge is a line of the access log in a page.
type AccessLogEdge = relay.Edge[*AccessLine]

// principalSQL is who did what the line x of a log says: staff by their name, others
// by what they are.
var principalSQL = `json_build_object('id', ` + relay.SQL(relay.Staff, "x.principal_id") + `, 'kind', x.principal_kind,
	'displayName', coalesce((SELECT ` + DisplayName("a") + ` FROM staff a WHERE a.district_id = {district} AND a.id = x.principal_id), x.principal_kind))`

// accessLogSQL reads by the list of a student's lines, which is in their order. What
// the list says of a student, the line must say too.
var accessLogSQL = `WITH ` + themSQL + ` SELECT json_build_object('total', {total}, 'rows', (SELECT coalesce(json_agg(y.item), '[]') FROM (
	SELECT json_build_object('keys', json_build_array(x.at::text, x.id::text), 'node', json_build_object('at', x.at, 'operation', x.operation,
		'dataClasses', x.data_classes, 'records', x.records, 'because', x.because, 'by', ` + principalSQL + `)) AS item
	FROM (SELECT DISTINCT w.district_id, w.at, w.id FROM access_log_student w
		WHERE {listed} AND w.student_id = ANY(` + anyOfThem + `) {after} ORDER BY {order} LIMIT {limit}) w
	JOIN access_log x ON x.district_id = w.district_id AND x.at = w.at AND x.id = w.id AND x.student_ids && ` + anyOfThem + `
	WHERE {lines} ORDER BY {order}) y)), (SELECT them.id FROM them)`

// themSQL is a CTE named them: the id of the student, whom a former id names as well as
// their own, and the ids of all their records. What was shown of one that was merged
// into them was shown of the student; its lines keep the id that they were written with.
const themSQL = `them AS MATERIALIZED (
	SELECT meant.id, ARRAY(SELECT meant.id UNION ALL SELECT m.id FROM student m WHERE m.district_id = {district} AND m.merged_into = meant.id) AS ids
	FROM ` + MeantSQL + `
)`

// anyOfThem is the ids of themSQL, worked out once and before the list is read, so that
// it is read by them.
const anyOfThem = `(SELECT them.ids FROM them)::uuid[]`

// AccessLog lists who was shown something of the student, latest first, in one
// statement; ErrForbidden for a reader whose role is not allowed the log. A student
// of whom nothing was shown has the log of one who never was; what was shown of a
// record that was merged into the student is in the student's, by the id of either.
func AccessLog(ctx context.Context, op *operation.Operation, student relay.ID, selected Selected) (*AccessLogConnection, error) {
	if !op.Reader.May(access.ReadAccessLog) {
		return nil, fmt.Errorf("%w: the access log is for privacy officers", ErrForbidden)
	}
	list := logList{op: op, query: bound(op, "accessLog|"+student.String()), alias: "w"}
	if err := list.open(selected.Page); err != nil {
		return nil, err
	}
	values := list.values()
	values["student"] = uuid.NullUUID{UUID: student.UUID, Valid: student.Prefix == relay.Student}
	values["listed"] = func(st *reach.Statement) { st.Rows("access_log_student", "w") }
	values["lines"] = func(st *reach.Statement) { st.Rows("access_log", "x") }
	values["total"] = func(st *reach.Statement) {
		if _, counted := selected.field("totalCount"); !counted {
			st.Text("0")
			return
		}
		st.Text("(SELECT count(DISTINCT (w.at, w.id)) FROM access_log_student w WHERE ").Rows("access_log_student", "w")
		st.Text(" AND w.student_id = ANY(" + anyOfThem + "))")
	}
	var own uuid.NullUUID
	connection, err := readLog[*AccessLine](ctx, list, reach.NewStatement(op.Reader).Write(accessLogSQL, values), &own)
	if err != nil {
		return nil, err
	}
	if len(connection.Edges) > 0 || connection.TotalCount > 0 {
		op.ShowRecords(access.ReadAccessLog, own.UUID)
	}
	return &AccessLogConnection{*connection}, nil
}

// logList is a page of a log under way.
type logList struct {
	op    *operation.Operation
	query string // that its cursors are bound to
	alias string // of the table whose order is the page's
	page  relay.Page
	after []string
}

func (l *logList) open(args relay.PageArgs) (err error) {
	l.page, l.after, err = openPage(l.op, l.query, args)
	return err
}

// values writes the page's place, order and size: latest first, a backward page the
// other way.
func (l *logList) values() reach.Values {
	than, direction := " < (", " DESC"
	if l.page.Backward {
		than, direction = " > (", ""
	}
	at, id := l.alias+".at", l.alias+".id"
	return reach.Values{
		"limit": l.page.Limit + 1,
		"order": func(st *reach.Statement) { st.Text(at + direction + ", " + id + direction) },
		"after": func(st *reach.Statement) {
			if l.after != nil {
				st.Text("AND (" + at + ", " + id + ")" + than).Arg(l.after[0]).Text("::timestamptz, ").Arg(l.after[1]).Text("::uuid)")
			}
		},
	}
}

// readLog reads a page of a log, and what the statement gives beside it.
func readLog[T any](ctx context.Context, l logList, st *reach.Statement, beside ...any) (*relay.Connection[T], error) {
	var read struct {
		Total int
		Rows  []relay.Row[T]
	}
	err := l.op.Run(ctx, st, func(rows *sql.Rows) error {
		var raw []byte
		if err := rows.Scan(append([]any{&raw}, beside...)...); err != nil {
			return fmt.Errorf("read a log: %w", err)
		}
		return fromJSON(raw, &read)
	})
	if err != nil {
		return nil, err
	}
	return relay.Connect(read.Rows, l.page, read.Total, func(keys []string) string { return l.op.Cursors.Seal(l.query, keys) }), nil
}
