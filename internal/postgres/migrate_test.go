package postgres_test

import (
	"testing"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

func TestMigrationsGoUpAndDownAndUp(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	ctx := t.Context()
	if err := postgres.CheckSchema(ctx, database.Open(t, postgres.ApplicationLogin, postgres.Options{})); err != nil {
		t.Fatalf("the application does not know the migrated schema: %v", err)
	}
	steps, err := postgres.MigrationStatus(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	for range steps {
		if _, err := postgres.MigrateDown(ctx, owner); err != nil {
			t.Fatalf("down: %v", err)
		}
	}
	if name, err := postgres.MigrateDown(ctx, owner); name != "" || err != nil {
		t.Fatalf("down with nothing applied: %q, %v", name, err)
	}
	applied, err := postgres.MigrateUp(ctx, owner)
	if err != nil || applied != len(steps) {
		t.Fatalf("up again applied %d of %d: %v", applied, len(steps), err)
	}
}
