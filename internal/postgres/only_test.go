package postgres_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

// TestATransactionEndsWithItsOnlyQuery: by the message that began it, where that could
// be one; and whatever becomes of the query, the connection serves on.
func TestATransactionEndsWithItsOnlyQuery(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	root := superuser(t, database)
	states := func() []string {
		return column(t.Context(), t, root.Pool(), `SELECT state FROM pg_stat_activity WHERE datname = current_database() AND usename = 'holdfast_application'`)
	}
	const idle, open = "idle", "idle in transaction"
	for name, c := range map[string]struct {
		options postgres.Options
		query   string
		arg     any
		proof   *postgres.Proof
		state   string // before the transaction is let go
		fails   bool
		cause   error
	}{
		"rows":                   {query: "SELECT n::text FROM generate_series(1, $1::integer) n", arg: 3, state: idle},
		"no row":                 {query: "SELECT n::text FROM generate_series(1, $1::integer) n", arg: 0, state: idle},
		"with a proof":           {query: "SELECT $1::integer::text", arg: 3, proof: proof("none"), state: idle},
		"a text, which is bound": {query: "SELECT $1::text", arg: "a text", state: open},
		"behind a pooler":        {options: postgres.Options{TransactionPooler: true}, query: "SELECT $1::integer::text", arg: 3, state: open},
		"an error at once":       {query: "SELECT (1 / $1::integer)::text", arg: 0, fails: true},
		"an error after a row":   {query: "SELECT (1 / ($1::integer - n))::text FROM generate_series(1, 9) n", arg: 5, fails: true},
		"a proof that fails":     {query: "SELECT $1::integer::text", arg: 3, proof: proof("another"), fails: true, cause: postgres.ErrNoLonger},
	} {
		c.options.MaxConnections = 1
		pool := database.Open(t, postgres.ApplicationLogin, c.options)
		backend := run(t.Context(), t, pool, "SELECT pg_backend_pid()::text WHERE $1", true)
		ctx := t.Context()
		if c.proof != nil {
			ctx = postgres.WithProof(ctx, c.proof)
		}
		err := pool.Read(ctx, func(tx *postgres.Tx) error {
			if err := drain(postgres.Only(ctx), tx, c.query, c.arg); err != nil {
				return err
			}
			if got := states(); !slices.Equal(got, []string{c.state}) {
				t.Errorf("%s: the connection is %v after its rows, not %s", name, got, c.state)
			}
			if err := drain(ctx, tx, "SELECT $1::uuid::text", uuid.Nil); (err != nil) != (c.state == idle) {
				t.Errorf("%s: a second statement gives %v", name, err)
			}
			return nil
		})
		if (err != nil) != c.fails || c.cause != nil && !errors.Is(err, c.cause) {
			t.Errorf("%s: %v", name, err)
		}
		if again := run(t.Context(), t, pool, "SELECT pg_backend_pid()::text WHERE $1", true); !slices.Equal(again, backend) {
			t.Errorf("%s: the connection was given up", name)
		}
		if got := states(); !slices.Equal(got, []string{idle}) {
			t.Errorf("%s: the connection is left %v", name, got)
		}
		if err := pool.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func drain(ctx context.Context, tx *postgres.Tx, query string, arg any) error {
	rows, err := tx.SQL().QueryContext(ctx, query, arg)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
	}
	return rows.Err()
}
