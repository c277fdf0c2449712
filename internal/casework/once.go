package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// onceSQL is a CTE named once: a row with the id of the result, if the operation is
// done for the first time under its key; the CTE allowed has a row when it may be. The
// key, the input's hash and the result's id are remembered. Of two at once the second
// waits for the first. Without a key every time is the first.
func onceSQL(key *string) string {
	if key == nil {
		return "once AS (SELECT {result}::uuid AS result_id FROM allowed)"
	}
	return `once AS (
	INSERT INTO idempotency (district_id, principal_id, operation, key, body_hash, result_id)
	SELECT allowed.district_id, {principal}::uuid, {operation}::text, {key}::text, {hash}::bytea, {result}::uuid FROM allowed
	ON CONFLICT DO NOTHING RETURNING result_id)`
}

// recall gives the result's id of what the reader did under the key before, and the
// problem where that was another thing; the nil id when nothing was.
func recall(ctx context.Context, op *operation.Operation, name, key string, hash []byte, thing string) (id uuid.UUID, other []*Problem, err error) {
	var first []byte
	st := reach.NewStatement(op.Reader).Write(`SELECT i.body_hash, i.result_id FROM idempotency i
		WHERE {mine} AND i.operation = {operation} AND i.key = {key}`, reach.Values{
		"operation": name, "key": key, "mine": func(st *reach.Statement) { st.Rows("idempotency", "i") },
	})
	if err := op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&first, &id) }); err != nil {
		return uuid.Nil, nil, fmt.Errorf("read what was done under the key: %w", err)
	}
	if id != uuid.Nil && !bytes.Equal(first, hash) {
		other = problem(Conflict, "idempotencyKey", "the idempotency key was used before with another input: use a new key for a new "+thing)
	}
	return id, other, nil
}

func hashOf(body any) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("hash the input: %w", err)
	}
	sum := sha256.Sum256(text)
	return sum[:], nil
}
