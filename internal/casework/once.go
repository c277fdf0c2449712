package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// errOtherBody is a key that was used for another body.
var errOtherBody = errors.New("the idempotency key was used before with another input")

// maxKey is how long a client's key may be.
const maxKey = 200

// once remembers that the reader did the operation under the key, with the id of
// its result. When it was done before with the same body it gives the first
// result's id and replay; with another, errOtherBody. Of two at once the second
// waits for the first.
func once(ctx context.Context, op *operation.Operation, name, key string, body any, result uuid.UUID) (id uuid.UUID, replay bool, err error) {
	hash, err := hashOf(body)
	if err != nil {
		return uuid.Nil, false, err
	}
	values := reach.Values{
		"principal": uuid.UUID(op.Reader.Principal.PersonID), "operation": name, "key": key, "hash": hash, "result": result,
		"own": func(st *reach.Statement) { st.Rows("district", "d") }, "mine": func(st *reach.Statement) { st.Rows("idempotency", "i") },
	}
	remember := reach.NewStatement(op.Reader).Write(`INSERT INTO idempotency (district_id, principal_id, operation, key, body_hash, result_id)
		SELECT d.id, {principal}::uuid, {operation}::text, {key}::text, {hash}::bytea, {result}::uuid FROM district d WHERE {own}
		ON CONFLICT DO NOTHING RETURNING result_id`, values)
	err = op.Run(ctx, remember, func(rows *sql.Rows) error { return rows.Scan(&id) })
	if err != nil || id != uuid.Nil {
		return id, false, err
	}
	var first []byte
	recall := reach.NewStatement(op.Reader).Write(`SELECT i.body_hash, i.result_id FROM idempotency i
		WHERE {mine} AND i.operation = {operation} AND i.key = {key}`, values)
	if err := op.Run(ctx, recall, func(rows *sql.Rows) error { return rows.Scan(&first, &id) }); err != nil {
		return uuid.Nil, false, fmt.Errorf("read what was done under the key: %w", err)
	}
	if !bytes.Equal(first, hash) {
		return uuid.Nil, false, errOtherBody
	}
	return id, true, nil
}

func hashOf(body any) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("hash the input: %w", err)
	}
	sum := sha256.Sum256(text)
	return sum[:], nil
}

// auditSQL writes a line of the audit log about the row that the CTE named done
// gives: its id and what stood before and after.
const auditSQL = `audited AS (
	INSERT INTO audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id, before, after, reason)
	SELECT {district}, clock_timestamp(), {auditId}::uuid, {principalKind}::text, {principal}::uuid, {operation}::text, {subject}::text,
		done.id, done.before, done.after, {reason}::text FROM done)`

// audit gives the values of auditSQL.
func audit(op *operation.Operation, name, subject, reason string) reach.Values {
	return reach.Values{
		"auditId": uuid.Must(uuid.NewV7()), "principalKind": string(op.Reader.Principal.Kind),
		"principal": uuid.UUID(op.Reader.Principal.PersonID), "operation": name, "subject": subject, "reason": reason,
	}
}
