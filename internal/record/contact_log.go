package record

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// ContactLog is one contact, or attempt, with a student or the family.
type ContactLog struct {
	ID         relay.ID
	OccurredAt time.Time
	Method     string
	Outcome    string
	WithWhom   *string
	Summary    string
	Positive   bool
	Author     *Staff
	Student    *Student // when it was selected
}

// By is who made the contact.
func (c *ContactLog) By() Actor { return c.Author }

// ContactRead reads one contact with what was selected of it.
type ContactRead struct {
	op       *operation.Operation
	selected Selected
	student  Selected
	columns  []Selected // of the student, read with the contact; nil: read after it
}

// NewContactRead begins a read of a contact. own says that of the student only
// what stands in the student's own row may be read in the same statement, since
// the statement changes what belongs to the student.
func NewContactRead(op *operation.Operation, selected Selected, own bool) *ContactRead {
	r := &ContactRead{op: op, selected: selected}
	student, wanted := selected.field("student")
	if !wanted {
		return r
	}
	r.student = student
	columns := distinct(student.Fields, isStudentField)
	if !own || !slices.ContainsFunc(columns, func(s Selected) bool { return !studentFields[s.Name].own }) {
		r.columns = columns
	}
	return r
}

// Columns writes the columns: of the rows s, a student with the column mask, and l,
// the contact.
func (r *ContactRead) Columns(st *reach.Statement) error {
	st.Text("s.id, s.mask, CASE WHEN l.id IS NOT NULL THEN ")
	st.Write(contactLogSQL, besideContact(r.selected.Fields))
	st.Text(" END")
	return writeColumns(st, r.columns, r.op)
}

// Scan reads a row: what the caller selected before, and the columns. The contact
// is nil where the row has none.
func (r *ContactRead) Scan(rows *sql.Rows, before ...any) (*ContactLog, error) {
	var raw []byte
	student, err := scanStudent(rows, r.columns, r.op, before, &raw)
	if err != nil || raw == nil {
		return nil, err
	}
	log := &ContactLog{}
	if err := fromJSON(raw, log); err != nil {
		return nil, err
	}
	log.Student = student
	return log, nil
}

// Complete notes what is shown of the contact and what is not, and reads what the statement
// itself could not.
func (r *ContactRead) Complete(ctx context.Context, log *ContactLog) error {
	student := log.Student
	if who, ok := r.selected.field("withWhom"); ok {
		r.op.RedactBy(student.Mask, who.Path, access.Contact, noIndex)
	}
	r.op.Show(student.ID.UUID, student.Mask, access.Of(access.Casework)|classOf(access.Contact, "withWhom")(r.selected)&student.Mask.Readable())
	switch {
	case r.student.Name == "":
		return nil
	case r.columns != nil:
		redact(r.op, student, r.student.Fields, noIndex)
		return attachStudents(ctx, r.op, []*Student{student}, r.student.Fields)
	}
	found, err := StudentsByID(ctx, r.op, []uuid.UUID{student.ID.UUID}, Alone, r.student.Fields)
	log.Student = found[student.ID.UUID]
	return err
}

// ContactLogByID gives one contact that the reader may see, with its student where
// that was selected; nil when there is none within reach.
func ContactLogByID(ctx context.Context, op *operation.Operation, id uuid.UUID, selected Selected) (*ContactLog, error) {
	r := NewContactRead(op, selected, false)
	st := startYearly(op.Reader).Text("SELECT ")
	if err := r.Columns(st); err != nil {
		return nil, err
	}
	st.Text(" FROM contact_log l JOIN (SELECT s.*, ").Mask("s").Text(" AS mask FROM student s) s ON s.district_id = l.district_id AND s.id = l.student_id WHERE ")
	st.Rows("contact_log", "l").Text(" AND s.withdrawn_at IS NULL AND l.id = ").Arg(id)
	var log *ContactLog
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		var err error
		log, err = r.Scan(rows)
		return err
	})
	if err != nil || log == nil {
		return nil, err
	}
	return log, r.Complete(ctx, log)
}

// attachStudents gives the contacts of a page of students their student, where
// that was selected below: one statement a selection, whatever the page.
func attachStudents(ctx context.Context, op *operation.Operation, students []*Student, selected []Selected) error {
	for _, logs := range selected {
		if wanted := ofStudents(logs); wanted != nil {
			if err := attach(ctx, op, students, logs, wanted); err != nil {
				return err
			}
		}
	}
	return nil
}

// ofStudents gives what is selected of the students of the contacts that a selection
// lists; nil: nothing.
func ofStudents(logs Selected) []Selected {
	if logs.Name != "contactLogs" {
		return nil
	}
	var wanted []Selected
	for _, field := range rowSelections(logs) {
		if field.Name == "student" {
			wanted = append(wanted, field.Fields...)
		}
	}
	return wanted
}

func attach(ctx context.Context, op *operation.Operation, students []*Student, logs Selected, wanted []Selected) error {
	ids := make([]uuid.UUID, len(students))
	for i, student := range students {
		ids[i] = student.ID.UUID
	}
	found, err := StudentsByID(ctx, op, ids, func(id uuid.UUID) int { return slices.Index(ids, id) }, wanted)
	if err != nil {
		return err
	}
	for _, student := range students {
		page := student.contactLogs[pageKey(logs.Page)]
		if page == nil {
			continue
		}
		for _, edge := range page.Edges {
			edge.Node.Student = found[student.ID.UUID]
		}
	}
	return nil
}

// ContactLogConnection is a page of contacts.
type ContactLogConnection struct{ relay.Connection[*ContactLog] }

// ContactLogEdge is a contact in a page.
type ContactLogEdge = relay.Edge[*ContactLog]

// contactLogQuery names the list that its cursors are bound to.
const contactLogQuery = "Student.contactLogs"

// contactLogs is the field contactLogs: a page of them, latest first.
func contactLogs() studentField {
	return studentField{
		class: access.Casework,
		write: func(st *reach.Statement, s Selected, op *operation.Operation) error {
			page, keys, err := openPage(op, bound(op, contactLogQuery), s.Page)
			if err != nil {
				return err
			}
			values := besideContact(rowSelections(s))
			maps.Copy(values, reach.Values{
				"total": ifSelected(s, "totalCount", written(contactLogTotalSQL), "0"),
				"after": beyond(page, keys, latestFirst("l", "occurred_at")),
				"order": ordered(page, latestFirst("l", "occurred_at")),
				"limit": page.Limit + 1,
			})
			st.Write(contactLogsSQL, values)
			return nil
		},
		into: intoPage(contactLogQuery, func(student *Student, key string, page relay.Connection[*ContactLog]) {
			student.contactLogs = put(student.contactLogs, key, &ContactLogConnection{page})
		}),
		redact: redactWithWhom,
		also:   inRows(access.Contact, "withWhom"),
	}
}

// classOf gives the class where the field at the path below is selected.
func classOf(class access.Class, path ...string) func(Selected) access.Classes {
	return func(s Selected) access.Classes {
		for _, step := range path {
			below, selected := s.field(step)
			if !selected {
				return 0
			}
			s = below
		}
		return access.Of(class)
	}
}

// ifSelected writes one thing where the field is selected, and a text where it is not.
func ifSelected(s Selected, field string, write func(*reach.Statement), otherwise string) func(*reach.Statement) {
	if _, selected := s.field(field); selected {
		return write
	}
	return func(st *reach.Statement) { st.Text(otherwise) }
}

// written writes a text with the reader's own values.
func written(text string) func(*reach.Statement) {
	return func(st *reach.Statement) { st.Write(text, nil) }
}

// besideContact writes what stands in other rows than that of a contact l, of the
// student s with the column mask: each looked up only where one of the fields asks for
// it.
func besideContact(fields []Selected) reach.Values {
	contact := Selected{Fields: fields}
	withWhom := func(st *reach.Statement) {
		st.IfReads("s.mask", access.Contact, func() { st.Write(withWhomSQL, nil) })
	}
	return reach.Values{
		"withWhom": ifSelected(contact, "withWhom", withWhom, "NULL"),
		"author":   ifSelected(contact, "by", written(contactAuthorSQL), "NULL"),
	}
}

// redactWithWhom notes names of contacts that the reader may not see.
func redactWithWhom(op *operation.Operation, student *Student, s Selected, _ int) {
	if connection := student.contactLogs[pageKey(s.Page)]; connection != nil {
		redactInRows(op, student, s, "withWhom", access.Contact, len(connection.Edges))
	}
}

// redactInRows notes a field of a page's rows that needs another class than the page.
func redactInRows(op *operation.Operation, student *Student, s Selected, field string, class access.Class, rows int) {
	for _, way := range [][]string{{"nodes"}, {"edges", "node"}} {
		below, selected := s, true
		for _, step := range append(way, field) {
			if selected {
				below, selected = below.field(step)
			}
		}
		for i := range rows {
			if selected {
				op.RedactBy(student.Mask, below.Path, class, i)
			}
		}
	}
}

// inRows gives the class where the field is selected of a page's rows.
func inRows(class access.Class, field string) func(Selected) access.Classes {
	return func(s Selected) access.Classes {
		return classOf(class, "nodes", field)(s) | classOf(class, "edges", "node", field)(s)
	}
}
