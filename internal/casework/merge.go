package casework

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Merge says that two records are of one student.
type Merge struct {
	KeepID         relay.ID
	DropID         relay.ID
	Reason         string
	IdempotencyKey *string
}

// Merged is what came of a merge: the kept student; on a CONFLICT the one who stands.
type Merged struct {
	Student  *record.Student
	Problems []*Problem
}

const (
	mergeStudents   = "mergeStudents"
	unmergeStudents = "unmergeStudents"
	howKnown        = "say how it is known"
)

// MergeStudents gives everything that belongs to the one student to the other, in one
// transaction under a lock on both and on the district's imports. The dropped student's
// row stays, out of sight; the figures, flags and levels of both are recomputed.
func MergeStudents(ctx context.Context, op *operation.Operation, asked Merge, selected record.Selected) (Merged, error) {
	if !mayMerge(op.Reader) {
		return Merged{}, ErrForbidden
	}
	if problems := asked.check(); problems != nil {
		return Merged{Problems: problems}, nil
	}
	student, problems, err := change(ctx, op.Mutate, func(ctx context.Context) (*record.Student, error) {
		m := merge{op: op, id: uuid.Must(uuid.NewV7()), kept: asked.KeepID.UUID, dropped: asked.DropID.UUID}
		shown, problems, err := asked.write(ctx, m)
		if err != nil {
			return nil, err
		}
		return m.show(ctx, shown, problems, selected)
	})
	return Merged{student, problems}, err
}

// mergeClasses are the classes that a role must write to merge: those of the rows that
// move, save the classes of the work with students and their circumstances, which
// follow the student unseen.
var mergeClasses = access.Of(access.Directory, access.Demographic, access.Contact, access.Enrollment, access.Attendance, access.Academic)

// mayMerge tells whether a role of the reader merges students and writes what moves.
func mayMerge(reader access.Reader) bool { return len(mergers(reader)) > 0 }

// mergers gives the spans within which the reader may merge.
func mergers(reader access.Reader) []access.Span {
	return slices.DeleteFunc(reader.SpansOf(access.MergeStudents), func(s access.Span) bool { return s.Rights.Write&mergeClasses != mergeClasses })
}

func (a Merge) check() []*Problem {
	if problems := checkKey(a.IdempotencyKey); problems != nil {
		return problems
	}
	if a.KeepID == a.DropID {
		return problem(Invalid, "dropId", "is the student to keep: name two")
	}
	return needReason(a.Reason, howKnown)
}

// write merges, and gives the student to show. Problems are found before anything is
// written.
func (a Merge) write(ctx context.Context, m merge) (shown uuid.UUID, problems []*Problem, err error) {
	if a.KeepID.Prefix != relay.Student || a.DropID.Prefix != relay.Student {
		return uuid.Nil, nil, ErrNotFound
	}
	into, err := m.lock(ctx)
	if err != nil {
		return uuid.Nil, nil, err
	}
	hash, err := hashOf(a)
	if err != nil {
		return uuid.Nil, nil, err
	}
	if a.IdempotencyKey != nil {
		first, other, err := recall(ctx, m.op, mergeStudents, *a.IdempotencyKey, hash, "merge")
		if err != nil || first != uuid.Nil {
			return first, other, err
		}
	}
	for _, one := range []struct {
		id    uuid.UUID
		field string
	}{{m.kept, "keepId"}, {m.dropped, "dropId"}} {
		if into[one.id].Valid {
			return into[one.id].UUID, problem(Conflict, one.field, "was merged into another student: name that one, or undo that merge first"), nil
		}
	}
	if problems, err := m.holdImports(ctx); err != nil || problems != nil {
		return m.kept, problems, err
	}
	return m.kept, nil, m.run(ctx, strings.TrimSpace(a.Reason), a.IdempotencyKey, hash)
}

// merge is a merge, or the undoing of one, under way.
type merge struct {
	op            *operation.Operation
	id            uuid.UUID
	kept, dropped uuid.UUID
}

// lock holds both students' rows, always in the same order, and gives into whom each
// was merged already.
func (m merge) lock(ctx context.Context) (map[uuid.UUID]uuid.NullUUID, error) {
	st := reach.NewStatement(m.op.Reader)
	st.Write(`SELECT s.id, s.merged_into FROM student s WHERE s.district_id = {district} AND {reach} AND s.id IN ({kept}::uuid, {dropped}::uuid)
		AND (s.withdrawn_at IS NULL OR s.merged_into IS NOT NULL) ORDER BY s.id FOR UPDATE OF s`, m.values())
	into := make(map[uuid.UUID]uuid.NullUUID)
	err := m.op.Run(ctx, st, func(rows *sql.Rows) error {
		var id uuid.UUID
		var merged uuid.NullUUID
		err := rows.Scan(&id, &merged)
		into[id] = merged
		return err
	})
	if err == nil && len(into) < 2 {
		err = ErrNotFound
	}
	return into, err
}

// holdImports keeps imports of the district out until the transaction ends: one that
// is under way has looked up already whose rows are whose.
func (m merge) holdImports(ctx context.Context) ([]*Problem, error) {
	st := reach.NewStatement(m.op.Reader)
	st.Write(`SELECT pg_try_advisory_xact_lock(`+postgres.ImportLock("{district}")+`)
		FROM student s WHERE s.district_id = {district} AND {reach} AND s.id = {kept}::uuid`, m.values())
	held := false
	err := m.op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&held) })
	if err != nil || held {
		return nil, err
	}
	return []*Problem{{Code: Conflict, Field: []string{"input"}, Message: "an import of the district, or another merge, is under way: try again when it has ended"}}, nil
}

// run makes the two one.
func (m merge) run(ctx context.Context, reason string, key *string, hash []byte) error {
	err := m.step(ctx, markSQL(key), audit(m.op, mergeStudents, "STUDENT", reason), reach.Values{"key": key, "hash": hash, "result": m.kept})
	if err != nil {
		return err
	}
	if err := m.eachTable(ctx, mergeRule.moveSQL); err != nil {
		return err
	}
	if err := m.step(ctx, drawSQL, audit(m.op, mergeStudents, "STUDENT", reason)); err != nil {
		return err
	}
	return m.recompute(ctx)
}

// step runs one statement of the merge, or of its undoing.
func (m merge) step(ctx context.Context, text string, rest ...reach.Values) error {
	return mustChangeOne(ctx, m.op, reach.NewStatement(m.op.Reader).Write(text, joined(append(rest, m.values())...)))
}

// eachTable runs a statement for each rule whose rows move.
func (m merge) eachTable(ctx context.Context, text func(mergeRule) string) error {
	for _, rule := range mergeRules {
		if rule.stays != "" {
			continue
		}
		if err := m.step(ctx, text(rule)); err != nil {
			return err
		}
	}
	return nil
}

func (m merge) values() reach.Values {
	return reach.Values{
		"merge": m.id, "kept": m.kept, "dropped": m.dropped,
		"reach": func(st *reach.Statement) { st.Students("s", mergers(m.op.Reader)) },
	}
}

// recompute brings the figures, flags and levels of both students up to date.
func (m merge) recompute(ctx context.Context) error {
	return m.op.Read(ctx, func(ctx context.Context, tx *postgres.Tx) error {
		district := uuid.UUID(m.op.Reader.Principal.DistrictID)
		_, err := earlywarning.RecomputeStudents(ctx, tx, district, m.op.Reader.Today, []uuid.UUID{m.kept, m.dropped})
		return err
	})
}

// show gives the student as the reader may see them; where there are problems, as the
// one who stands.
func (m merge) show(ctx context.Context, id uuid.UUID, problems []*Problem, selected record.Selected) (*record.Student, error) {
	found, err := record.StudentNodes(ctx, m.op, []uuid.UUID{id}, record.Alone, selected.Fields)
	if err == nil && problems != nil {
		err = &conflict[*record.Student]{problems, found[id]}
	}
	return found[id], err
}
