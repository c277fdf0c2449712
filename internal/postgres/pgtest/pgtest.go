// Package pgtest gives each test a database of its own on a real PostgreSQL: one
// cluster a run, one database a test, copied from a migrated template.
package pgtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	_ "github.com/lib/pq" // the driver of the superuser's connection

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/embedded"
)

// Database is one test's database, with its connection strings by login.
type Database struct {
	Name   string
	server *embedded.Server
}

// URL gives the connection string of one of the logins: holdfast_owner,
// holdfast_application, holdfast_partner, holdfast_region.
func (d *Database) URL(login string) string { return d.server.URL(login, d.Name) }

// SuperuserURL gives the connection string of the cluster's superuser, for tests
// that take a wall away.
func (d *Database) SuperuserURL() string { return d.server.SuperuserURL(d.Name) }

// Open opens a pool under the login; it is closed with the test.
func (d *Database) Open(t testing.TB, login string, options postgres.Options) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), d.URL(login), options)
	if err != nil {
		t.Fatalf("open the test's database as %s: %v", login, err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// New gives the test a migrated database. It goes with the test.
func New(t testing.TB) *Database {
	t.Helper()
	cluster, err := theCluster()
	if err != nil {
		t.Fatalf("start the tests' PostgreSQL: %v", err)
	}
	name := "test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := execute(cluster.server.SuperuserURL("postgres"),
		"CREATE DATABASE "+name+" TEMPLATE "+cluster.template+" STRATEGY file_copy OWNER holdfast_owner"); err != nil {
		t.Fatalf("make the test's database: %v", err)
	}
	t.Cleanup(func() {
		_ = execute(cluster.server.SuperuserURL("postgres"), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	})
	return &Database{Name: name, server: cluster.server}
}

type cluster struct {
	server   *embedded.Server
	template string
}

// theCluster is the run's cluster: packages tested at once share it, since they
// join one data directory; the last one out stops it.
var theCluster = sync.OnceValues(func() (cluster, error) {
	dir, err := dataDir()
	if err != nil {
		return cluster{}, err
	}
	server, err := embedded.Join(context.Background(), embedded.Options{
		DataDir:  dir,
		Settings: map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"},
	})
	if err != nil {
		return cluster{}, fmt.Errorf("join the tests' cluster: %w", err)
	}
	template, err := makeTemplate(server)
	return cluster{server, template}, err
})

// dataDir is one folder a user, shared by the packages of a run and kept for the
// next run, so that initdb runs once.
func dataDir() (string, error) {
	if dir := os.Getenv("HOLDFAST_TEST_DATA_DIR"); dir != "" {
		return dir, nil
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("holdfast-tests-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return "", fmt.Errorf("make the tests' data directory: %w", err)
	}
	return filepath.Join(dir, "data"), nil
}

// makeTemplate gives the name of a migrated template database; it is named by
// what it was made of, so a changed migration makes a new one.
func makeTemplate(server *embedded.Server) (string, error) {
	fingerprint, err := postgres.MigrationFingerprint()
	if err != nil {
		return "", fmt.Errorf("fingerprint the migrations: %w", err)
	}
	digest := sha256.Sum256([]byte(fingerprint + mutation()))
	name := "template_" + hex.EncodeToString(digest[:8])
	root, err := sql.Open("postgres", server.SuperuserURL("postgres"))
	if err != nil {
		return "", err
	}
	defer func() { _ = root.Close() }()
	ctx := context.Background()
	lock, err := root.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = lock.Close() }()
	if _, err := lock.ExecContext(ctx, "SELECT pg_advisory_lock(8302741)"); err != nil {
		return "", err
	}
	var ready bool
	if err := lock.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)", name).Scan(&ready); err != nil || ready {
		return name, err
	}
	return name, prepare(ctx, server, lock, name)
}

func prepare(ctx context.Context, server *embedded.Server, lock *sql.Conn, name string) error {
	for _, statement := range append(postgres.LoginsSQL(),
		"DROP DATABASE IF EXISTS "+name,
		"CREATE DATABASE "+name+" OWNER holdfast_owner") {
		if _, err := lock.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("prepare the template: %w", err)
		}
	}
	owner, err := postgres.Open(ctx, server.URL(postgres.OwnerLogin, name), postgres.Options{})
	if err != nil {
		return err
	}
	if _, err := postgres.MigrateUp(ctx, owner); err != nil {
		return err
	}
	if err := owner.Close(); err != nil {
		return err
	}
	if statement := mutation(); statement != "" {
		if err := execute(server.SuperuserURL(name), statement); err != nil { //nolint:contextcheck // a helper of tests
			return fmt.Errorf("change the template as %s: %w", mutationVariable, err)
		}
	}
	_, err = lock.ExecContext(ctx, "ALTER DATABASE "+name+" IS_TEMPLATE true")
	return err
}

// mutationVariable holds a statement that changes the databases of a run, so that
// one may see which tests notice.
const mutationVariable = "HOLDFAST_TEST_MUTATION"

func mutation() string { return os.Getenv(mutationVariable) }

func execute(url, statement string) error {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(context.Background(), statement)
	return err
}
