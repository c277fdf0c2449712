package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"

	_ "github.com/lib/pq" // the driver of the superuser's connection

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/embedded"
)

// databaseName is the embedded server's one database.
const databaseName = "holdfast"

// database is the database that a subcommand works on: the embedded one, which it
// joins or starts, or one of the user's own.
type database struct {
	settings *settings
	server   *embedded.Server // nil: the user's own
	open     []io.Closer
}

// openDatabase joins the embedded server, and brings it to this program's schema,
// or takes the URLs of the user's own.
func openDatabase(ctx context.Context, s *settings) (*database, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	db := &database{settings: s}
	if s.databaseURL != "" {
		return db, nil
	}
	server, err := embedded.Join(ctx, embedded.Options{DataDir: s.dataDir, BinDir: s.postgresBinDir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	db.server = server
	if err := db.prepare(ctx); err != nil {
		db.close()
		return nil, err
	}
	return db, nil
}

// close closes the pools and leaves the embedded server, which stops with the last
// one out.
func (d *database) close() {
	for _, pool := range d.open {
		_ = pool.Close()
	}
	if d.server != nil {
		_ = d.server.Close()
	}
}

// prepare makes the embedded server's logins and database where they are missing,
// and migrates: it is this program's own.
func (d *database) prepare(ctx context.Context) error {
	root, err := sql.Open("postgres", d.server.SuperuserURL("postgres"))
	if err != nil {
		return fmt.Errorf("reach the embedded PostgreSQL: %w", err)
	}
	defer func() { _ = root.Close() }()
	one, err := root.Conn(ctx)
	if err != nil {
		return fmt.Errorf("reach the embedded PostgreSQL: %w", err)
	}
	defer func() { _ = one.Close() }()
	// Two programs that start at once prepare one after the other.
	statements := append([]string{"SELECT pg_advisory_lock(8302741)"}, postgres.LoginsSQL()...)
	for _, statement := range statements {
		if _, err := one.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("prepare the embedded PostgreSQL: %w", err)
		}
	}
	var there bool
	if err := one.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", databaseName).Scan(&there); err != nil {
		return fmt.Errorf("prepare the embedded PostgreSQL: %w", err)
	}
	if !there {
		if _, err := one.ExecContext(ctx, "CREATE DATABASE "+databaseName+" OWNER "+postgres.OwnerLogin); err != nil {
			return fmt.Errorf("prepare the embedded PostgreSQL: %w", err)
		}
	}
	owner, err := d.owner(ctx)
	if err != nil {
		return err
	}
	_, err = postgres.MigrateUp(ctx, owner)
	return err
}

// application opens a pool under the application's login, and checks the schema.
func (d *database) application(ctx context.Context) (*postgres.DB, error) {
	url := d.settings.databaseURL
	if d.server != nil {
		url = d.server.URL(postgres.ApplicationLogin, databaseName)
	}
	db, err := d.pool(ctx, url, true)
	if err != nil {
		return nil, err
	}
	return db, postgres.CheckSchema(ctx, db)
}

// owner opens a pool under the owner's login.
func (d *database) owner(ctx context.Context) (*postgres.DB, error) {
	url := d.settings.ownerURL
	switch {
	case d.server != nil:
		url = d.server.URL(postgres.OwnerLogin, databaseName)
	case d.settings.directURL != "":
		url = d.settings.directURL
	case url == "":
		return nil, usageError{errors.New("--database-owner-url is missing: this needs the owner's login")}
	}
	return d.pool(ctx, url, false)
}

// partner and region give the pools of those two logins, which are opened when
// somebody of theirs asks; nil where a database of the user's own has no URL for them.
func (d *database) partner() *postgres.Lazy {
	return d.lazy(postgres.PartnerLogin, d.settings.partnerURL)
}

func (d *database) region() *postgres.Lazy { return d.lazy(postgres.RegionLogin, d.settings.regionURL) }

func (d *database) lazy(login, url string) *postgres.Lazy {
	if d.server != nil {
		url = d.server.URL(login, databaseName)
	}
	pool := postgres.NewLazy(url, postgres.Options{TransactionPooler: d.settings.pooler == "transaction"})
	if pool != nil {
		d.open = append(d.open, pool)
	}
	return pool
}

func (d *database) pool(ctx context.Context, url string, genericPlans bool) (*postgres.DB, error) {
	db, err := postgres.Open(ctx, url, postgres.Options{TransactionPooler: d.settings.pooler == "transaction", GenericPlans: genericPlans})
	if err != nil {
		return nil, err
	}
	d.open = append(d.open, db)
	return db, nil
}
