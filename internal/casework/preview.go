package casework

import (
	"context"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Preview is what a colleague sees, as far as the reader may see it too.
type Preview struct {
	eyes *record.Staff
	op   *operation.Operation
}

// Staff is whose eyes it is.
func (p *Preview) Staff() record.Actor { return p.eyes }

const viewAs = "viewAs"

// ViewAs begins a preview as a colleague, and writes down that it did before
// anything is read through their eyes; nil when nobody of that id works for the
// district.
func ViewAs(ctx context.Context, op *operation.Operation, staff relay.ID) (*Preview, error) {
	switch {
	case !op.Reader.May(access.ViewAs):
		return nil, ErrForbidden
	case staff.Prefix != relay.Staff:
		return nil, nil //nolint:nilnil // another kind of object is nobody
	}
	values := audit(op, viewAs, "STAFF", "", reach.Values{"staff": staff.UUID, "theirs": func(st *reach.Statement) { st.Rows("staff", "t") }})
	line := reach.NewStatement(op.Reader).Write(`WITH done AS (
		SELECT t.id, NULL::jsonb AS before, NULL::jsonb AS after FROM staff t WHERE {theirs} AND t.withdrawn_at IS NULL AND t.id = {staff}::uuid
	), `+auditSQL+` SELECT count(*) FROM done`, values)
	lines, err := op.Record(ctx, line)
	if err != nil || lines == 0 {
		return nil, err
	}
	colleague, err := record.ColleagueByID(ctx, op, staff)
	if err != nil || colleague == nil {
		return nil, err
	}
	return &Preview{&colleague.Staff, op.As(colleague.Reader.SeenBy(op.Reader))}, nil
}

// Student gives a student whom both may see, each field as far as both may; nil when
// there is none of that id.
func (p *Preview) Student(ctx context.Context, id relay.ID, selected record.Selected) (*record.Student, error) {
	if id.Prefix != relay.Student {
		return nil, nil //nolint:nilnil // another kind of object is no student
	}
	found, err := record.StudentNodes(ctx, p.op, []uuid.UUID{id.UUID}, record.Alone, selected.Fields)
	return found[id.UUID], err
}
