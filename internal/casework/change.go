package casework

import (
	"context"
	"database/sql"
	"errors"
	"maps"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// refusal ends a transaction with problems that a person can correct.
type refusal struct{ problems []*Problem }

func (*refusal) Error() string { return "the change was refused" }

// conflict ends a transaction with problems, and the object as it stands.
type conflict[T any] struct {
	problems []*Problem
	current  T
}

func (*conflict[T]) Error() string { return "the change contradicts what stands" }

// change runs a change in a transaction, by the operation's Mutate or its like: what it
// gives, or what a person can correct, with the object that stands where the change
// contradicts it.
func change[T any](
	ctx context.Context, mutate func(context.Context, func(context.Context) error) error, do func(context.Context) (T, error),
) (T, []*Problem, error) {
	var made, nothing T
	err := mutate(ctx, func(ctx context.Context) error {
		var err error
		made, err = do(ctx)
		return err
	})
	if refused, ok := errors.AsType[*refusal](err); ok {
		return nothing, refused.problems, nil
	}
	if stands, ok := errors.AsType[*conflict[T]](err); ok {
		return stands.current, stands.problems, nil
	}
	if err != nil {
		return nothing, nil, err
	}
	return made, nil, nil
}

// auditSQL writes a line of the audit log about the row that the CTE named done
// gives: its id and what stood before and after.
const auditSQL = `audited AS (
	INSERT INTO audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id, before, after, reason)
	SELECT {district}, clock_timestamp(), {auditId}::uuid, {principalKind}::text, {principal}::uuid, {operation}::text, {subject}::text,
		done.id, done.before, done.after, {reason}::text FROM done)`

// audit gives the values of auditSQL, with those of the rest of the statement.
func audit(op *operation.Operation, name, subject, reason string, rest ...reach.Values) reach.Values {
	own := reach.Values{
		"auditId": uuid.Must(uuid.NewV7()), "principalKind": string(op.Reader.Principal.Kind),
		"principal": uuid.UUID(op.Reader.Principal.PersonID), "operation": name, "subject": subject, "reason": reason,
	}
	return joined(append(rest, own)...)
}

// joined gives the values of several parts of a statement.
func joined(parts ...reach.Values) reach.Values {
	all := reach.Values{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

// mustChangeOne runs a change that gives how many rows it changed: one, or the
// reader may not.
func mustChangeOne(ctx context.Context, op *operation.Operation, st *reach.Statement) error {
	changed := 0
	err := op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&changed) })
	if err == nil && changed != 1 {
		err = ErrForbidden
	}
	return err
}

// gives tells whether a statement gives a row.
func gives(ctx context.Context, op *operation.Operation, st *reach.Statement) (row bool, err error) {
	err = op.Run(ctx, st, func(*sql.Rows) error { row = true; return nil })
	return row, err
}
