package record

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// StudentsByID gives the students of those ids that are within the reader's
// reach, each with what was selected, in one statement. An id out of reach is
// missing, as an id that never was.
func StudentsByID(ctx context.Context, op *operation.Operation, ids []uuid.UUID, selected []Selected) (map[uuid.UUID]*Student, error) {
	st := reach.NewStatement(op.Reader)
	columns := distinct(selected)
	st.Text("SELECT s.id, s.mask")
	if err := writeColumns(st, columns, op); err != nil {
		return nil, err
	}
	st.Text(" FROM (SELECT s.*, ").Mask("s").Text(" AS mask FROM student s WHERE ").Rows("student", "s")
	st.Text(" AND s.withdrawn_at IS NULL AND s.id = ANY(").Arg(pq.Array(ids)).Text("::uuid[])) s")

	found := make(map[uuid.UUID]*Student, len(ids))
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		student, err := scanStudent(rows, columns, op, nil)
		if err != nil {
			return err
		}
		found[student.ID.UUID] = student
		redact(op, student, selected, noIndex)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, attachStudents(ctx, op, slices.Collect(maps.Values(found)), selected)
}

// distinct keeps one selection of each field with its arguments.
func distinct(selected []Selected) []Selected {
	seen := make(map[string]bool, len(selected))
	var columns []Selected
	for _, s := range selected {
		if _, known := studentFields[s.Name]; known && !seen[s.key()] {
			seen[s.key()] = true
			columns = append(columns, s)
		}
	}
	return columns
}

// writeColumns writes a column for each selected field: NULL where the row's mask
// does not read its class.
func writeColumns(st *reach.Statement, columns []Selected, op *operation.Operation) error {
	for _, selected := range columns {
		field := studentFields[selected.Name]
		var failed error
		st.Text(", ")
		st.IfReads("s.mask", field.class, func() { failed = field.write(st, selected, op) })
		if failed != nil {
			return failed
		}
	}
	return nil
}

// scanStudent reads a row: what the caller selected before, the id, the mask, and
// the columns.
func scanStudent(rows *sql.Rows, columns []Selected, op *operation.Operation, before []any) (*Student, error) {
	student := &Student{}
	var id uuid.NullUUID
	var mask sql.NullInt64
	destinations := append(slices.Clone(before), &id, &mask)
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
	student.Mask = reach.Mask(mask.Int64) //nolint:gosec // the statement made it of 32 bits
	for _, decode := range decoders {
		if err := decode(); err != nil {
			return nil, err
		}
	}
	return student, nil
}

// redact notes the selected fields that the reader may not see of the student.
func redact(op *operation.Operation, student *Student, selected []Selected, index int) {
	for _, s := range selected {
		if field, known := studentFields[s.Name]; known {
			op.RedactBy(student.Mask, s.Path, field.class, index)
		}
	}
}
