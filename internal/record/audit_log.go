package record

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// AuditLine is a line of the audit log: one change.
type AuditLine struct {
	At        time.Time
	Operation string
	Subject   string
	Reason    *string
	Changes   []*AuditChange
	By        *Staff
	SubjectOf uuid.UUID  // the subject's id, of whatever it is
	Student   *uuid.UUID // whom the change tells of; nil: of nobody, or not known
}

// AuditChange is one value that a change made another.
type AuditChange struct {
	Field         string
	Before, After *string
}

// Principal is who made the change.
func (l *AuditLine) Principal() Actor { return l.By }

// subjectPrefixes are the kinds of objects that the audit log names and the API shows.
var subjectPrefixes = map[string]relay.Prefix{
	"ADVOCATE_ASSIGNMENT": relay.Assignment, "CONTACT_LOG": relay.ContactLog, "PERSON": relay.Person, "STUDENT": relay.Student,
}

// SubjectID is the id of what was changed.
func (l *AuditLine) SubjectID() relay.ID {
	prefix, known := subjectPrefixes[l.Subject]
	if !known {
		prefix = relay.Other
	}
	return relay.NewID(prefix, l.SubjectOf)
}

// AuditLogConnection is a page of the audit log.
type AuditLogConnection struct{ relay.Connection[*AuditLine] }

// AuditLogEdge is a line of the audit log in a page.
type AuditLogEdge = relay.Edge[*AuditLine]

// AuditLogFilter is which lines to list; all conditions hold together.
type AuditLogFilter struct {
	SubjectID   *relay.ID
	PrincipalID *relay.ID
	From        *time.Time
	To          *time.Time
}

const maxChanges = 200

var auditLogSQL = `SELECT json_build_object('total', {total}, 'rows', (SELECT coalesce(json_agg(y.item), '[]') FROM (
	SELECT json_build_object('keys', json_build_array(x.at::text, x.id::text), 'node', json_build_object('at', x.at, 'operation', x.operation,
		'subject', x.subject, 'subjectOf', x.subject_id, 'reason', nullif(x.reason, ''), 'by', ` + principalSQL + `,
		'student', CASE x.subject WHEN 'STUDENT' THEN x.subject_id::text ELSE coalesce(x.after ->> 'student_id', x.before ->> 'student_id') END,
		'changes', (SELECT coalesce(json_agg(json_build_object('field', d.field, 'before', d.before, 'after', d.after)), '[]') FROM (
			SELECT coalesce(b.key, c.key) AS field, b.value AS before, c.value AS after
			FROM jsonb_each_text(coalesce(x.before, jsonb_build_object())) b FULL JOIN jsonb_each_text(coalesce(x.after, jsonb_build_object())) c ON c.key = b.key
			WHERE b.value IS DISTINCT FROM c.value AND coalesce(b.key, c.key) <> 'district_id'
			ORDER BY 1 LIMIT {changes}) d))) AS item
	FROM audit_log x WHERE x.district_id = {district} AND {lines} {asked} {after}
	ORDER BY {order} LIMIT {limit}) y))`

// AuditLog lists what was changed, latest first, in one statement; ErrForbidden for a
// reader whose role is not allowed the log.
func AuditLog(ctx context.Context, op *operation.Operation, filter *AuditLogFilter, selected Selected) (*AuditLogConnection, error) {
	if !op.Reader.May(access.ReadAuditLog) {
		return nil, fmt.Errorf("%w: the audit log is for privacy officers", ErrForbidden)
	}
	binding, err := json.Marshal([]any{filter})
	if err != nil {
		return nil, fmt.Errorf("bind the cursors to the list: %w", err)
	}
	list := logList{op: op, query: bound(op, "auditLog|"+string(binding)), alias: "x"}
	if err := list.open(selected.Page); err != nil {
		return nil, err
	}
	values := list.values()
	values["changes"] = maxChanges + 1
	values["lines"] = func(st *reach.Statement) { st.Rows("audit_log", "x") }
	values["asked"] = func(st *reach.Statement) { filter.write(st) }
	values["total"] = func(st *reach.Statement) {
		if _, counted := selected.field("totalCount"); !counted {
			st.Text("0")
			return
		}
		st.Text("(SELECT count(*) FROM audit_log x WHERE ").Rows("audit_log", "x")
		filter.write(st)
		st.Text(")")
	}
	connection, err := readLog[*AuditLine](ctx, list, reach.NewStatement(op.Reader).Write(auditLogSQL, values))
	if err != nil {
		return nil, err
	}
	return &AuditLogConnection{*connection}, showAuditLines(op, connection, selected.Path)
}

// showAuditLines notes that the lines were shown, and of which students they tell.
func showAuditLines(op *operation.Operation, connection *relay.Connection[*AuditLine], path string) error {
	var students []uuid.UUID
	for _, edge := range connection.Edges {
		if len(edge.Node.Changes) > maxChanges {
			return &LimitError{Path: path + ".changes", Limit: maxChanges}
		}
		if edge.Node.Student != nil {
			students = append(students, *edge.Node.Student)
		}
	}
	if len(connection.Edges) > 0 || connection.TotalCount > 0 {
		op.ShowRecords(access.ReadAuditLog, students...)
	}
	return nil
}

// write writes the filter's conditions on the line x.
func (f *AuditLogFilter) write(st *reach.Statement) {
	if f == nil {
		return
	}
	if f.SubjectID != nil {
		st.Text(" AND x.subject_id = ").Arg(f.SubjectID.UUID).Text("::uuid")
	}
	if f.PrincipalID != nil {
		st.Text(" AND x.principal_id = ").Arg(f.PrincipalID.UUID).Text("::uuid")
	}
	if f.From != nil {
		st.Text(" AND x.at >= ").Arg(*f.From).Text("::timestamptz")
	}
	if f.To != nil {
		st.Text(" AND x.at < ").Arg(*f.To).Text("::timestamptz")
	}
}
