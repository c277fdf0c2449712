package postgres_test

import (
	"database/sql/driver"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

// TestOnlyWhatNobodyWroteIsWrittenOut: the server's log may quote a message, so a
// text that a person wrote never stands in one.
func TestOnlyWhatNobodyWroteIsWrittenOut(t *testing.T) {
	t.Parallel()
	id := uuid.NewString()
	for value, want := range map[driver.Value]bool{
		nil: true, true: true, int64(-7): true, time.Now(): true, id: true, "{" + id + "}": true, "{}": true,
		`{"` + id + `","` + id + `"}`: true, `{"NINTH","TENTH"}`: true,
		"": false, "Abbott": false, "ABBOTT": false, "%abbott%": false, "'": false, `\`: false, "x'; DROP TABLE student; --": false,
		id + "'": false, id + "\n": false, `{"Ninth"}`: false, `{"NINTH'"}`: false, 1.5: false, "2022-09-01": false,
	} {
		if _, ok := postgres.WriteOut([]driver.NamedValue{{Ordinal: 1, Value: value}}); ok != want {
			t.Errorf("%v: written out %v, should be %v", value, ok, want)
		}
	}
	if _, ok := postgres.WriteOut([]driver.NamedValue{{Value: int64(1)}, {Value: "Abbott"}}); ok {
		t.Error("one argument that may not be written out is written out beside another")
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if written, ok := postgres.WriteOut([]driver.NamedValue{{Value: text}}); ok && strings.ContainsAny(strings.Trim(written, "'"), `'\`) {
			t.Fatalf("%q is written out as %s", text, written)
		}
	})
}

// TestTheFirstStatementMeansTheSame whether it takes the transaction's beginning
// along or not.
func TestTheFirstStatementMeansTheSame(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	pools := map[string]*postgres.DB{
		"in one message": database.Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1}),
		"bound":          database.Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1, TransactionPooler: true}),
	}
	moment := time.Date(2022, time.September, 1, 17, 4, 5, 123456000, time.FixedZone("", -5*3600))
	questions := []struct {
		query string
		arg   any
		want  string
	}{
		{"SELECT $1::uuid::text", uuid.Nil, uuid.Nil.String()},
		{"SELECT to_char($1::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')", moment, "2022-09-01 22:04:05.123456"},
		{"SELECT $1::date::text", time.Date(1999, time.December, 31, 0, 0, 0, 0, time.UTC), "1999-12-31"},
		{"SELECT ($1::integer + 1)::text", -8, "-7"},
		{"SELECT (NOT $1::boolean)::text", true, "false"},
		{"SELECT coalesce($1::uuid::text, 'none')", nil, "none"},
	}
	for name, pool := range pools {
		for _, q := range questions {
			for range 2 {
				if got := run(t.Context(), t, pool, q.query, q.arg); !slices.Equal(got, []string{q.want}) {
					t.Errorf("%s: %s of %v gives %q, not %q", name, q.query, q.arg, got, q.want)
				}
			}
		}
	}
}

// TestAnEmptyTransactionAsksNothing: it commits, and the connection goes on.
func TestAnEmptyTransactionAsksNothing(t *testing.T) {
	t.Parallel()
	one := pgtest.New(t).Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1})
	for range 2 {
		if err := one.Write(t.Context(), func(*postgres.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if err := one.Write(t.Context(), func(*postgres.Tx) error { return errWanted }); !errors.Is(err, errWanted) {
			t.Fatal(err)
		}
	}
	if got := column(t.Context(), t, one.Pool(), "SELECT coalesce(current_setting('holdfast.district_id', true), '')"); !slices.Equal(got, []string{""}) {
		t.Errorf("the connection is left with the scope %q", got)
	}
}

// TestAConnectionThatTheServerEndedIsNotUsed: the first statement after a restart
// finds another.
func TestAConnectionThatTheServerEndedIsNotUsed(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	pool := database.Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 4})
	root := superuser(t, database)
	for range 3 {
		run(t.Context(), t, pool, "SELECT $1::integer::text", 1)
		ended := column(t.Context(), t, root.Pool(), `SELECT pg_terminate_backend(pid, 5000)::text FROM pg_stat_activity
			WHERE datname = current_database() AND usename = 'holdfast_application'`)
		if len(ended) == 0 {
			t.Fatal("no connection was ended")
		}
		run(t.Context(), t, pool, "SELECT $1::integer::text", 1)
	}
}

// proof asks for the name that the region has.
func proof(answer string) *postgres.Proof {
	return &postgres.Proof{
		Statement: "SELECT coalesce((SELECT name FROM region WHERE local_id = convert_from($1::bytea, 'UTF8')), 'none')",
		Arguments: [][]byte{[]byte(`it's \ 1`)},
		Answer:    answer,
	}
}

func TestAProofGoesWithTheFirstTransaction(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	for name, options := range map[string]postgres.Options{"kept": {MaxConnections: 1}, "pooled": {MaxConnections: 1, TransactionPooler: true}} {
		for _, arg := range []any{uuid.Nil, "a text"} {
			asked := 0
			pool := database.Open(t, postgres.ApplicationLogin, options)
			read := func(p *postgres.Proof) error {
				asked++
				ctx := postgres.WithProof(t.Context(), p)
				return pool.Read(ctx, func(tx *postgres.Tx) error {
					var got string
					return tx.SQL().QueryRowContext(ctx, "SELECT $1::text", arg).Scan(&got)
				})
			}
			good := proof("none")
			if err := errors.Join(read(good), read(good), good.Ask(t.Context(), pool)); err != nil {
				t.Errorf("%s, %v: a proof that holds: %v", name, arg, err)
			}
			bad := proof("another")
			for range 2 {
				if err := read(bad); !errors.Is(err, postgres.ErrNoLonger) {
					t.Errorf("%s, %v: a proof that does not hold gives %v", name, arg, err)
				}
			}
			if err := bad.Ask(t.Context(), pool); !errors.Is(err, postgres.ErrNoLonger) {
				t.Errorf("%s, %v: a proof that did not hold gives %v", name, arg, err)
			}
			if err := read(proof("none")); err != nil {
				t.Errorf("%s, %v: the connection is of no use after a proof that failed: %v", name, arg, err)
			}
		}
	}
}

// TestNothingIsWrittenWithoutItsProof: a change under a proof that fails leaves no row.
func TestNothingIsWrittenWithoutItsProof(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	ctx := postgres.WithProof(t.Context(), proof("another"))
	if _, err := exec(ctx, owner, "INSERT INTO region (id, local_id, name) VALUES ($1, 'R', 'Region')", uuid.New()); !errors.Is(err, postgres.ErrNoLonger) {
		t.Errorf("a change under a proof that fails gives %v", err)
	}
	if found := column(t.Context(), t, owner.Pool(), "SELECT name FROM region"); len(found) > 0 {
		t.Errorf("the change is there: %v", found)
	}
}
