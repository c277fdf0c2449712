package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// SQLSTATEs that the walls answer with.
const (
	refusedByPolicyOrGrant = "42501"
	refusedByForeignKey    = "23503"
)

// twoDistricts is a database with two districts that have rows in every table.
type twoDistricts struct {
	*pgtest.Database

	owner *postgres.DB
	a, b  fixture.IDs
}

func newTwoDistricts(t *testing.T) twoDistricts {
	t.Helper()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	return twoDistricts{database, owner, fixture.District(t, owner, "A"), fixture.District(t, owner, "B")}
}

// superuser opens a pool that row-level security does not bind.
func superuser(t *testing.T, database *pgtest.Database) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), database.SuperuserURL(), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// inScope is the test's context in the scope of the district.
func inScope(t *testing.T, district uuid.UUID) context.Context {
	t.Helper()
	return tenant.With(t.Context(), tenant.Scope{District: district})
}

// districtTables lists the tables of a district, in order.
func districtTables() []string {
	var tables []string
	for _, table := range slices.Sorted(maps.Keys(postgres.TableScopes())) {
		if postgres.TableScopes()[table] == postgres.OfDistrict {
			tables = append(tables, table)
		}
	}
	return tables
}

// districtColumn is the column that says whose row it is.
func districtColumn(table string) string {
	if table == "district" {
		return "id"
	}
	return "district_id"
}

// districtsSeen lists the districts whose rows of the table the context sees.
func districtsSeen(ctx context.Context, t *testing.T, db *postgres.DB, table string) []string {
	t.Helper()
	var seen []string
	err := db.Read(ctx, func(tx *postgres.Tx) error {
		seen = column(ctx, t, tx.SQL(), "SELECT DISTINCT "+districtColumn(table)+"::text FROM "+table+" ORDER BY 1")
		return nil
	})
	if err != nil {
		t.Fatalf("look into %s: %v", table, err)
	}
	return seen
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// column gives the one column of a query's rows.
func column(ctx context.Context, t *testing.T, db queryer, query string, args ...any) []string {
	t.Helper()
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	var values []string
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		values = append(values, value)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return values
}

// sqlState is the SQLSTATE of an error of the server; empty when it is none.
func sqlState(err error) string {
	if refused, ok := errors.AsType[*pq.Error](err); ok {
		return string(refused.Code)
	}
	return ""
}

// exec runs a statement in a transaction of its own and gives how many rows it
// touched.
func exec(ctx context.Context, db *postgres.DB, statement string, args ...any) (int64, error) {
	var touched int64
	err := db.Write(ctx, func(tx *postgres.Tx) error {
		result, err := tx.SQL().ExecContext(ctx, statement, args...)
		if err != nil {
			return err
		}
		touched, err = result.RowsAffected()
		return err
	})
	return touched, err
}

// mustExec runs statements, each in a transaction of its own.
func mustExec(ctx context.Context, t *testing.T, db *postgres.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := exec(ctx, db, statement); err != nil {
			t.Fatalf("%s: %v", strings.TrimSpace(statement), err)
		}
	}
}
