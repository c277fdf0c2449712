package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

// keptOn lists the statements that the pool's one connection has prepared.
func keptOn(t *testing.T, one *postgres.DB) []string {
	t.Helper()
	return column(t.Context(), t, one.Pool(), "SELECT "+keptText+" FROM pg_prepared_statements ORDER BY 1")
}

// keptText is a kept statement's text, without the name that some have.
const keptText = `regexp_replace(statement, '^PREPARE \w+ AS ', '')`

// run runs a query with the one argument in a transaction and gives its rows.
func run(ctx context.Context, t *testing.T, db *postgres.DB, query string, arg any) []string {
	t.Helper()
	var found []string
	err := db.Read(ctx, func(tx *postgres.Tx) error {
		found = column(ctx, t, tx.SQL(), query, arg)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestATextIsPreparedOnce(t *testing.T) {
	t.Parallel()
	one := pgtest.New(t).Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1})
	const query = "SELECT local_id FROM student WHERE local_id = $1"
	for range 3 {
		run(t.Context(), t, one, query, "A")
	}
	if kept := keptOn(t, one); !slices.Equal(kept, []string{query}) {
		t.Errorf("the connection keeps %q", kept)
	}
}

func TestATextWithoutArgumentsIsNotKept(t *testing.T) {
	t.Parallel()
	one := pgtest.New(t).Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1})
	column(t.Context(), t, one.Pool(), "SELECT local_id FROM student")
	if kept := keptOn(t, one); len(kept) > 0 {
		t.Errorf("the connection keeps %q", kept)
	}
}

func TestBehindATransactionPoolerNothingIsKept(t *testing.T) {
	t.Parallel()
	one := pgtest.New(t).Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1, TransactionPooler: true})
	run(t.Context(), t, one, "SELECT local_id FROM student WHERE local_id = $1", "A")
	if kept := keptOn(t, one); len(kept) > 0 {
		t.Errorf("the connection keeps %q", kept)
	}
}

func TestKeptStatementsAreBounded(t *testing.T) {
	t.Parallel()
	one := pgtest.New(t).Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1})
	const always = "SELECT $1::int"
	const uses = postgres.KeptStatements + 20
	for i := range uses {
		run(t.Context(), t, one, fmt.Sprintf("SELECT $1::int + %d", i), 1)
		run(t.Context(), t, one, always, 1)
	}
	kept := keptOn(t, one)
	if len(kept) != postgres.KeptStatements {
		t.Errorf("the connection keeps %d statements, its bound is %d", len(kept), postgres.KeptStatements)
	}
	times := column(t.Context(), t, one.Pool(), "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE "+keptText+" = '"+always+"'")
	if !slices.Equal(times, []string{strconv.Itoa(uses)}) {
		t.Errorf("the statement that is always used was dropped meanwhile: it was run %v times of %d", times, uses)
	}
	if slices.Contains(kept, "SELECT $1::int + 0") {
		t.Error("the statement that was used longest ago is still kept")
	}
}

func TestAKeptStatementServesEachDistrictItsOwn(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	one := district.Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1})
	const query = "SELECT local_id FROM student WHERE last_name = $1"
	// Beyond five uses the server may settle on one plan for all.
	for range 8 {
		for code, own := range map[string]context.Context{"A": inScope(t, district.a.District), "B": inScope(t, district.b.District)} {
			if found := run(own, t, one, query, "Student"); !slices.Equal(found, []string{code}) {
				t.Fatalf("the district %s found %v", code, found)
			}
		}
		if found := run(t.Context(), t, one, query, "Student"); len(found) > 0 {
			t.Fatalf("without a scope found %v", found)
		}
	}
}

func TestAKeptStatementOutlivesARollback(t *testing.T) {
	t.Parallel()
	one := pgtest.New(t).Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1})
	if err := failStatement(t.Context(), one, nil); err != nil {
		t.Fatal(err)
	}
	if err := failStatement(t.Context(), one, nil); err != nil {
		t.Fatal(err)
	}
	if kept := keptOn(t, one); len(kept) != 1 {
		t.Errorf("the connection keeps %q", kept)
	}
}

// TestAKeptStatementOutlivesASchemaChange: at the latest the second use after the
// change works.
func TestAKeptStatementOutlivesASchemaChange(t *testing.T) {
	t.Parallel()
	const whole = "SELECT * FROM region WHERE local_id = $1"
	const part = "SELECT name FROM region WHERE local_id = $1"
	changes := []struct{ name, query, change string }{
		{"a column more in the answer", whole, "ALTER TABLE region ADD COLUMN motto text NOT NULL DEFAULT ''"},
		{"a column more elsewhere", part, "ALTER TABLE region ADD COLUMN motto text NOT NULL DEFAULT ''"},
		{"another type in the answer", part, "ALTER TABLE region ALTER COLUMN name TYPE varchar(80)"},
		{"another type of the argument", part, "ALTER TABLE region ALTER COLUMN local_id TYPE integer USING length(local_id)"},
		{"another index", part, "CREATE INDEX ON region (name)"},
		{"a table made anew", whole, "ALTER TABLE region RENAME TO old_region; CREATE TABLE region (LIKE old_region); GRANT SELECT ON region TO holdfast_application"},
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			database := pgtest.New(t)
			owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
			one := database.Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1})
			use := func() error { _, err := exec(t.Context(), one, c.query, "7"); return err }
			if err := use(); err != nil {
				t.Fatal(err)
			}
			mustExec(t.Context(), t, owner, c.change)
			if first := use(); first != nil {
				if second := use(); second != nil {
					t.Fatalf("the second use still fails: %v", second)
				}
			}
			if kept := keptOn(t, one); len(kept) != 1 {
				t.Errorf("the connection keeps %q", kept)
			}
		})
	}
}
