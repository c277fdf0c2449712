package casework

import (
	"context"
	"database/sql"
	"strings"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Unmerge says that two records that were merged are of two students.
type Unmerge struct {
	StudentID relay.ID // who was dropped
	Reason    string
}

// Unmerged is what came of undoing a merge: the student who stands again; on a
// CONFLICT the one who stands.
type Unmerged struct {
	Student  *record.Student
	Problems []*Problem
}

// undoDays is how long a merge can be undone, in the district's days.
const undoDays = 30

// UnmergeStudents gives the dropped student back what the merge took, in one
// transaction. What was written meanwhile to the kept student stays there. Merges are
// undone last first, since a later one may rest on what an earlier one moved.
func UnmergeStudents(ctx context.Context, op *operation.Operation, asked Unmerge, selected record.Selected) (Unmerged, error) {
	if !mayMerge(op.Reader) {
		return Unmerged{}, ErrForbidden
	}
	if problems := needReason(asked.Reason, howKnown); problems != nil {
		return Unmerged{Problems: problems}, nil
	}
	if asked.StudentID.Prefix != relay.Student {
		return Unmerged{}, ErrNotFound
	}
	student, problems, err := change(ctx, op.Mutate, func(ctx context.Context) (*record.Student, error) {
		m := merge{op: op, dropped: asked.StudentID.UUID}
		problems, err := m.undo(ctx, strings.TrimSpace(asked.Reason))
		if err != nil {
			return nil, err
		}
		return m.show(ctx, m.dropped, problems, selected)
	})
	return Unmerged{student, problems}, err
}

// past is a merge that stands, with what keeps it from being undone.
type past struct {
	id, kept                            uuid.NullUUID
	keptMerged, later, tooLate, stateID bool
}

// undo takes the merge of the dropped student back, if nothing keeps it.
func (m merge) undo(ctx context.Context, reason string) ([]*Problem, error) {
	found, err := m.past(ctx)
	if err != nil || !found.id.Valid {
		return found.problems(), err
	}
	both := merge{op: m.op, id: found.id.UUID, kept: found.kept.UUID, dropped: m.dropped}
	if _, err := both.lock(ctx); err != nil {
		return nil, err
	}
	now, err := both.past(ctx) // as it stands under the lock
	switch problems := now.problems(); {
	case err != nil || problems != nil:
		return problems, err
	case now.id != found.id:
		return past{}.problems(), nil
	}
	if problems, err := both.holdImports(ctx); err != nil || problems != nil {
		return problems, err
	}
	return nil, both.restore(ctx, reason)
}

// past gives the merge of the dropped student that stands; ErrNotFound when there is
// no such student within reach.
func (m merge) past(ctx context.Context) (past, error) {
	st := reach.NewStatement(m.op.Reader)
	values := m.values()
	values["days"] = undoDays
	st.Write(`SELECT m.id, m.kept_id, coalesce(k.merged_into IS NOT NULL, false), coalesce(m.merged_on + {days}::integer < {today}, false),
			EXISTS (SELECT 1 FROM student_merge l WHERE l.district_id = {district} AND l.undone_at IS NULL
				AND l.kept_id = m.kept_id AND l.merged_at > m.merged_at),
			EXISTS (SELECT 1 FROM student o WHERE o.district_id = {district} AND o.merged_into IS NULL AND o.state_id = s.state_id AND o.id <> s.id)
		FROM student s LEFT JOIN student_merge m ON m.district_id = {district} AND m.dropped_id = s.id AND m.undone_at IS NULL
		LEFT JOIN student k ON k.district_id = {district} AND k.id = m.kept_id
		WHERE s.district_id = {district} AND {reach} AND s.id = {dropped}::uuid AND (s.withdrawn_at IS NULL OR s.merged_into IS NOT NULL)`, values)
	var p past
	found := false
	err := m.op.Run(ctx, st, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&p.id, &p.kept, &p.keptMerged, &p.tooLate, &p.later, &p.stateID)
	})
	if err == nil && !found {
		err = ErrNotFound
	}
	return p, err
}

// problems gives what keeps the merge from being undone; nil: nothing.
func (p past) problems() []*Problem {
	switch {
	case !p.id.Valid:
		return problem(Conflict, "studentId", "is not merged into another student")
	case p.tooLate:
		return problem(LimitReached, "studentId", "was merged more than 30 days ago: it cannot be undone any more")
	case p.keptMerged:
		return problem(Conflict, "studentId", "was merged into a student who was merged into another since: undo that merge first")
	case p.later:
		return problem(Conflict, "studentId", "was merged into a student into whom another was merged since: undo that merge first")
	case p.stateID:
		return problem(Conflict, "studentId", "has a state id that another student has by now: correct it at the source first")
	}
	return nil
}

// restore gives the dropped student back what is theirs.
func (m merge) restore(ctx context.Context, reason string) error {
	if err := m.step(ctx, unmarkSQL, audit(m.op, unmergeStudents, "STUDENT", reason)); err != nil {
		return err
	}
	if err := m.eachTable(ctx, mergeRule.restoreSQL); err != nil {
		return err
	}
	if err := m.step(ctx, undoFlagsSQL); err != nil {
		return err
	}
	if err := m.step(ctx, regradeSQL, audit(m.op, unmergeStudents, "STUDENT", reason)); err != nil {
		return err
	}
	return m.recompute(ctx)
}
