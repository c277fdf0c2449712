package embedded_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/postgres/embedded"
)

func TestJoinStartsAndCloseStops(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)
	server := join(t, quick(dataDir))

	equal(t, "answer", query(t, server, "SELECT 42"), "42")
	check(t, server.Close())
	equal(t, "processes after Close", len(processes(t, dataDir)), 0)
	check(t, server.Close())

	again := join(t, quick(dataDir))
	equal(t, "answer of the second start", query(t, again, "SELECT 43"), "43")
}

func TestServerIsSetUpAsDocumented(t *testing.T) {
	t.Parallel()

	server := join(t, quick(newDataDir(t)))

	for setting, want := range map[string]string{
		"listen_addresses":                  "",
		"data_checksums":                    "on",
		"server_encoding":                   "UTF8",
		"log_statement":                     "none",
		"log_min_error_statement":           "panic",
		"log_parameter_max_length_on_error": "0",
		"TimeZone":                          "UTC",
		"max_connections":                   "200",
		"shared_buffers":                    "16MB",
		"fsync":                             "off",
		"jit":                               "off",
	} {
		equal(t, setting, query(t, server, "SHOW "+setting), want)
	}

	equal(t, "lower-case É", query(t, server, "SELECT lower('É')"), "é")

	info, err := os.Stat(server.SocketDir())
	check(t, err)
	equal(t, "mode of the socket directory", info.Mode().Perm(), 0o700)
}

func TestJoinersOfOneProcessShareOneServer(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)
	first, second := join(t, quick(dataDir)), join(t, quick(dataDir))

	equal(t, "server of the second", postmaster(t, second), postmaster(t, first))
	check(t, first.Close())
	equal(t, "answer after the first left", query(t, second, "SELECT 42"), "42")
	check(t, second.Close())
	equal(t, "processes after the last left", len(processes(t, dataDir)), 0)
}

func TestDirectoryWithInconvenientName(t *testing.T) {
	t.Parallel()

	for name, folder := range map[string]string{
		"too long for a socket":  strings.Repeat("long", 30),
		"comma":                  "a,b",
		"quotes, spaces, a plus": `it's "a+b" [c] 100%\ `,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			dataDir := watched(t, filepath.Join(newDir(t), folder))
			first, second := join(t, quick(dataDir)), join(t, quick(dataDir))

			equal(t, "answer", query(t, first, "SELECT 42"), "42")
			equal(t, "server of the second", postmaster(t, second), postmaster(t, first))
			check(t, errors.Join(first.Close(), second.Close()))

			if _, err := os.Stat(first.SocketDir()); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the socket directory is still there: %v", err)
			}
		})
	}
}

func TestCancelledJoinLeavesNothing(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)

	// The first is cancelled in initdb, later ones further on.
	for _, patience := range []time.Duration{100 * time.Millisecond, time.Second, 2 * time.Second} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		server, err := embedded.Join(ctx, quick(dataDir))

		cancel()

		if err == nil {
			check(t, server.Close())

			break
		}

		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("not a cancellation: %v", err)
		}

		awaitNoProcesses(t, dataDir)
	}

	equal(t, "answer in the end", query(t, join(t, quick(dataDir)), "SELECT 42"), "42")
}

func TestValuesStayOutOfTheLog(t *testing.T) {
	t.Parallel()

	const name = "Annabel Beispiel"

	dataDir := newDataDir(t)
	server := join(t, quick(dataDir))
	query(t, server, `CREATE TABLE child (name text PRIMARY KEY, born date)`, `SELECT 1`)

	for _, statement := range []string{
		`SELECT '` + name + `'::int`,
		`INSERT INTO child (name) VALUES ('` + name + `'), ('` + name + `')`,
		`DO $$ BEGIN RAISE WARNING '` + name + `'; END $$`,
		`DO $$ BEGIN RAISE EXCEPTION '` + name + `'; END $$`,
		`SELECT "` + name + `" FROM child`,
	} {
		// Whether it fails doesn't matter, only what the log says.
		_ = execute(t, server, statement)
	}

	check(t, server.Close())

	log, err := os.ReadFile(filepath.Join(dataDir, "postgres.log"))
	check(t, err)
	contains(t, string(log), "database system is ready")

	if strings.Contains(string(log), "Annabel") {
		t.Errorf("the log has a child's name: %s", log)
	}
}

func TestLogThatGotTooLongBeginsAnew(t *testing.T) {
	t.Parallel()

	const tooLong = 11 << 20

	dataDir := newDataDir(t)
	check(t, join(t, quick(dataDir)).Close())

	log := filepath.Join(dataDir, "postgres.log")
	check(t, os.Truncate(log, tooLong))
	check(t, join(t, quick(dataDir)).Close())

	content, err := os.ReadFile(log)
	check(t, err)
	contains(t, string(content), "database system is ready")
	equal(t, "the log is short again", len(content) < tooLong, true)
}
