package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// ErrSchema is a database whose schema is not the one this program knows.
var ErrSchema = errors.New("the database schema is not the one this program knows")

// MigrationStep is one migration and whether it has been applied.
type MigrationStep struct {
	Version int64
	Name    string
	Applied bool
}

func migrations(owner *DB) (*goose.Provider, error) {
	folder, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("make the migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, owner.pool, folder, goose.WithSessionLocker(locker))
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return provider, nil
}

// MigrateUp applies every migration that is missing, each in a transaction, under
// a lock that keeps two programs from migrating at once. It takes a pool under
// the owner's login and gives how many it applied.
func MigrateUp(ctx context.Context, owner *DB) (int, error) {
	if err := checkRoles(ctx, owner); err != nil {
		return 0, err
	}
	provider, err := migrations(owner)
	if err != nil {
		return 0, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrate up: %w", err)
	}
	return len(results), nil
}

// MigrateDown takes back the latest migration and gives its name; empty when none
// is applied.
func MigrateDown(ctx context.Context, owner *DB) (string, error) {
	provider, err := migrations(owner)
	if err != nil {
		return "", err
	}
	result, err := provider.Down(ctx)
	if errors.Is(err, goose.ErrNoNextVersion) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("migrate down: %w", err)
	}
	return result.Source.Path, nil
}

// MigrationStatus lists the migrations in order.
func MigrationStatus(ctx context.Context, owner *DB) ([]MigrationStep, error) {
	provider, err := migrations(owner)
	if err != nil {
		return nil, err
	}
	status, err := provider.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("migration status: %w", err)
	}
	steps := make([]MigrationStep, len(status))
	for i, one := range status {
		steps[i] = MigrationStep{Version: one.Source.Version, Name: one.Source.Path, Applied: one.State == goose.StateApplied}
	}
	return steps, nil
}

// CheckSchema gives an ErrSchema that says what to do when the database is not at
// this program's latest migration, older or newer.
func CheckSchema(ctx context.Context, db *DB) error {
	provider, err := migrations(db)
	if err != nil {
		return err
	}
	sources := provider.ListSources()
	want := sources[len(sources)-1].Version
	var have int64
	row := db.pool.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`)
	if err := row.Scan(&have); err != nil {
		return fmt.Errorf("%w: it has none yet; run: holdfast migrate up", ErrSchema)
	}
	switch {
	case have < want:
		return fmt.Errorf("%w: it is at %d, this program needs %d; run: holdfast migrate up", ErrSchema, have, want)
	case have > want:
		return fmt.Errorf("%w: it is at %d, this program knows up to %d; run a newer holdfast", ErrSchema, have, want)
	}
	return nil
}

func checkRoles(ctx context.Context, owner *DB) error {
	var missing int
	row := owner.pool.QueryRowContext(ctx, `SELECT 3 - count(*) FROM pg_roles
		WHERE rolname IN ('holdfast_application', 'holdfast_partner', 'holdfast_region')`)
	if err := row.Scan(&missing); err != nil {
		return fmt.Errorf("look for the group roles: %w", err)
	}
	if missing > 0 {
		return errors.New("the roles holdfast_application, holdfast_partner and holdfast_region are missing;" +
			" as a superuser run: CREATE ROLE … NOLOGIN for each, and grant each to the login that connects as it; then try again")
	}
	return nil
}
