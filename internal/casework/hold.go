package casework

import (
	"context"
	"database/sql"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// student is a student of a change, whose row it holds.
type student struct {
	id     uuid.UUID  // their own, by whichever id the change names them
	mask   reach.Mask // what the reader may see of them
	within bool       // one of the spans reaches them
}

// hold is how a change holds its student's row until it ends. Either keeps a merge from
// coming between the look-up of the student and what is written of them.
type hold string

const (
	alone   hold = " FOR UPDATE OF s"    // of two at once the second sees the first
	sharing hold = " FOR KEY SHARE OF s" // as the foreign key of what is written would
)

// holdStudent holds the row of the student, whom a former id names as well as their
// own, and tells whether one of the spans reaches them; ErrNotFound when the reader
// reaches nobody of that id.
func holdStudent(ctx context.Context, op *operation.Operation, named relay.ID, how hold, spans ...access.Span) (student, error) {
	st := reach.NewStatement(op.Reader).Write(`SELECT s.id, {mask}, {within}
		FROM student s, `+record.MeantSQL+` WHERE {reach} AND s.withdrawn_at IS NULL AND s.id = meant.id`+string(how), reach.Values{
		"student": named.UUID,
		"mask":    func(st *reach.Statement) { st.Mask("s") },
		"within":  within(spans),
		"reach":   func(st *reach.Statement) { st.Rows("student", "s") },
	})
	var held student
	err := op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&held.id, &held.mask, &held.within) })
	if err == nil && (held.id == uuid.Nil || named.Prefix != relay.Student) {
		err = ErrNotFound
	}
	return held, err
}

// within writes whether one of the spans reaches the student s; with none, none does.
func within(spans []access.Span) func(*reach.Statement) {
	return func(st *reach.Statement) {
		if len(spans) == 0 {
			st.Text("false")
			return
		}
		st.Text("(SELECT EXISTS (SELECT 1 FROM student x WHERE ").Students("x", spans).Text(" AND x.id = s.id))")
	}
}

// holdStaff holds the row of the member of staff whom the field names, so that of two
// changes at once the second sees the first.
func holdStaff(ctx context.Context, op *operation.Operation, named relay.ID, field string) error {
	st := reach.NewStatement(op.Reader).Text("SELECT t.id FROM staff t WHERE ").Rows("staff", "t")
	st.Text(" AND t.withdrawn_at IS NULL AND t.id = ").Arg(named.UUID).Text(" FOR UPDATE")
	found, err := gives(ctx, op, st)
	if err == nil && (!found || named.Prefix != relay.Staff) {
		err = nobody(field)
	}
	return err
}

// nobody refuses a field that names nobody who works for the district.
func nobody(field string) error {
	return &refusal{problem(Invalid, field, "names nobody who works for the district")}
}
