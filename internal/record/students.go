package record

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Place gives where in the answer's list the object of an id stands; negative: in
// none.
type Place func(id uuid.UUID) int

// Alone is the place of an object that stands in no list.
func Alone(uuid.UUID) int { return noIndex }

// StudentsByID gives the students of those ids that are within the reader's
// reach, each with what was selected, in one statement. An id out of reach is
// missing, as an id that never was. place gives where in the answer's list each
// stands, for what is noted as not shown.
func StudentsByID(
	ctx context.Context, op *operation.Operation, ids []uuid.UUID, place Place, selected []Selected,
) (map[uuid.UUID]*Student, error) {
	st := startYearly(op.Reader)
	columns := distinct(selected, isStudentField)
	st.Text("SELECT s.id, s.mask")
	if err := writeColumns(st, columns, op); err != nil {
		return nil, err
	}
	st.Text(" FROM (SELECT s.*, ").Mask("s").Text(" AS mask FROM student s WHERE ").Rows("student", "s")
	st.Text(" AND s.withdrawn_at IS NULL AND s.id = ANY(").Arg(pq.Array(ids)).Text("::uuid[])) s")

	read := op.Run
	if len(ids) == 1 && !slices.ContainsFunc(selected, readsMore) {
		read = op.RunAlone
	}
	found := make(map[uuid.UUID]*Student, len(ids))
	err := read(ctx, st, func(rows *sql.Rows) error {
		student, err := scanStudent(rows, columns, op, nil)
		if err != nil {
			return err
		}
		found[student.ID.UUID] = student
		redact(op, student, selected, place(student.ID.UUID))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, attachStudents(ctx, op, slices.Collect(maps.Values(found)), selected)
}

// readsMore tells whether a selection takes a statement beside the student's own.
func readsMore(s Selected) bool {
	return ofStudents(s) != nil || len(s.Fields) > 0 && !isStudentField(s.Name)
}

func isStudentField(name string) bool {
	_, known := studentFields[name]
	return known
}

// writeColumns writes a column for each selected field: NULL where the row's mask
// does not read its class.
func writeColumns(st *reach.Statement, columns []Selected, op *operation.Operation) error {
	for _, selected := range columns {
		field := studentFields[selected.Name]
		failed := selected.checkYear()
		if failed != nil {
			return failed
		}
		st.Text(", ")
		field.writeAs(st, func() { failed = field.write(st, selected, op) })
		if failed != nil {
			return failed
		}
	}
	return nil
}

// writeAs writes the field's expression for whom it is for, and NULL for others.
func (f studentField) writeAs(st *reach.Statement, expression func()) {
	switch {
	case f.open, f.by != "" && st.Reader().May(f.by):
		expression()
	case f.by != "":
		st.Text("NULL")
	case f.items != nil:
		st.IfSees("s.mask", f.class, expression)
	default:
		st.IfReads("s.mask", f.class, expression)
	}
}

// scanStudent reads a row: what the caller selected before, the id, the mask, what
// the caller selected between, and the columns.
func scanStudent(rows *sql.Rows, columns []Selected, op *operation.Operation, before []any, between ...any) (*Student, error) {
	student := &Student{}
	var id uuid.NullUUID
	var mask sql.NullInt64
	destinations := append(slices.Clone(before), &id, &mask)
	destinations = append(destinations, between...)
	var decoders []func() error
	for _, selected := range columns {
		destination, decode := studentFields[selected.Name].into(student, selected, op)
		destinations = append(destinations, destination)
		if decode != nil {
			decoders = append(decoders, decode)
		}
	}
	if err := rows.Scan(destinations...); err != nil {
		return nil, fmt.Errorf("read a student: %w", err)
	}
	if !id.Valid {
		return nil, nil //nolint:nilnil // an empty page has a row for its count and no student
	}
	student.ID = relay.NewID(relay.Student, id.UUID)
	student.Mask = reach.Mask(mask.Int64) //nolint:gosec // the statement leaves the sign alone
	for _, decode := range decoders {
		if err := decode(); err != nil {
			return nil, err
		}
	}
	return student, nil
}

// redact notes the selected fields that the reader may not see of the student, and
// for the access log the classes of those that are shown, with what else the row
// told.
func redact(op *operation.Operation, student *Student, selected []Selected, index int, told ...access.Class) {
	shown := access.Of(told...)
	for _, s := range selected {
		field, known := studentFields[s.Name]
		if !known || field.open {
			continue
		}
		if field.by != "" {
			if op.Reader.May(field.by) {
				op.ShowRecords(field.by, student.ID.UUID)
			} else {
				op.Redact(s.Path, nil, operation.NoRole, index)
			}
			continue
		}
		op.RedactBy(student.Mask, s.Path, field.class, index)
		if field.redact != nil && student.Mask.Reads(field.class) {
			field.redact(op, student, s, index)
		}
		shown |= field.shown(student, s)
	}
	op.Show(student.ID.UUID, student.Mask, shown)
}

// shown gives the classes of which the field shows something of the student.
func (f studentField) shown(student *Student, s Selected) access.Classes {
	if !student.Mask.Reads(f.class) {
		if student.Mask.NeedsToKnow(f.class) && f.items != nil && f.items(student, s) > 0 {
			return access.Of(f.class)
		}
		return 0
	}
	classes := access.Of(f.class)
	if f.also != nil {
		classes |= f.also(s) & student.Mask.Readable()
	}
	if f.beside != nil {
		classes |= f.beside(student, s)
	}
	return classes
}
