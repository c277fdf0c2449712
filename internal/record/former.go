package record

import (
	"context"
	"database/sql"
	"slices"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// MeantSQL is a row with the id of the student whom {student} names: the one into whom
// they were merged, where they were. OFFSET 0 keeps it a row of its own: as an
// expression in a condition it would keep row-level security from using the index.
const MeantSQL = `(SELECT coalesce((SELECT f.merged_into FROM student f WHERE f.district_id = {district} AND f.id = {student}::uuid), {student}::uuid) AS id
	OFFSET 0) meant`

// StudentNodes gives the students of those ids as StudentsByID does, and for the id of
// a student who was merged into another that other one, under the id that was asked
// for. Only ids that are found nowhere cost a second statement.
func StudentNodes(
	ctx context.Context, op *operation.Operation, ids []uuid.UUID, place Place, selected []Selected,
) (map[uuid.UUID]*Student, error) {
	found, err := StudentsByID(ctx, op, ids, place, selected)
	if err != nil {
		return nil, err
	}
	missing := slices.DeleteFunc(slices.Clone(ids), func(id uuid.UUID) bool { return found[id] != nil })
	if len(missing) == 0 {
		return found, nil
	}
	return found, addFormer(ctx, op, found, missing, place, selected)
}

// addFormer adds the students into whom those of the ids were merged, if they are
// within reach: who may see a student may know them by a former id.
func addFormer(
	ctx context.Context, op *operation.Operation, found map[uuid.UUID]*Student, ids []uuid.UUID, place Place, selected []Selected,
) error {
	st := startYearly(op.Reader)
	columns := distinct(selected, isStudentField)
	st.Text("SELECT s.former, s.id, s.mask")
	if err := writeColumns(st, columns, op); err != nil {
		return err
	}
	st.Write(` FROM (SELECT s.*, {mask} AS mask, m.id AS former
		FROM student m JOIN student s ON s.district_id = {district} AND s.id = m.merged_into
		WHERE {within} AND s.withdrawn_at IS NULL AND m.district_id = {district} AND m.id = ANY({ids}::uuid[])) s`, reach.Values{
		"ids":    pq.Array(ids),
		"mask":   func(st *reach.Statement) { st.Mask("s") },
		"within": func(st *reach.Statement) { st.Rows("student", "s") },
	})
	var students []*Student
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		var former uuid.UUID
		student, err := scanStudent(rows, columns, op, []any{&former})
		if err != nil {
			return err
		}
		found[former] = student
		students = append(students, student)
		redact(op, student, selected, place(former))
		return nil
	})
	if err != nil {
		return err
	}
	return attachStudents(ctx, op, students, selected)
}
