package doctor_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/doctor"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/embedded"
)

// TestADatabaseThatIsWell: the tests' cluster runs without fsync, and that is the
// one thing that the doctor has to say of it.
func TestADatabaseThatIsWell(t *testing.T) {
	t.Parallel()
	report := newClinic(t).examine(t.Context())
	for _, finding := range unwell(report) {
		if finding.Check != "durability" {
			t.Errorf("it says of a database that is well:\n%s", text([]doctor.Finding{finding}))
		}
	}
	wantLine(t, report, line{doctor.Fail, "durability", "fsync is off"})
	wantLine(t, report, line{doctor.OK, "probe without a scope", "without a scope the application sees no row"})
	wantLine(t, report, line{doctor.OK, "probe with a scope", "in the scope of the district"})
}

func TestAnEmbeddedInstallationThatIsWell(t *testing.T) {
	t.Parallel()
	dataDir := newEmbedded(t)
	report := doctor.Examine(t.Context(), ofEmbedded(dataDir))
	if found := unwell(report); len(found) > 0 {
		t.Errorf("it says of an installation that is well:\n%s", text(found))
	}
	wantLine(t, report, line{doctor.OK, "embedded server", "PostgreSQL "})
	if _, err := os.Stat(filepath.Join(dataDir, "cluster", "postmaster.pid")); err == nil {
		t.Error("the doctor started the server and left it running")
	}
}

// TestTheDoctorMakesNothing: where there is no cluster, none is made.
func TestTheDoctorMakesNothing(t *testing.T) {
	t.Parallel()
	dataDir := filepath.Join(newDir(t), "data")
	report := doctor.Examine(t.Context(), ofEmbedded(dataDir))
	wantLine(t, report, line{doctor.Fail, "data directory", dataDir + " does not exist"})
	wantLine(t, report, line{doctor.Fail, "embedded server", "there is no cluster in " + dataDir})
	wantLine(t, report, line{doctor.Warn, "left out", "no login gets in, so these were not looked at: one database, "})
	if _, err := os.Stat(dataDir); err == nil {
		t.Error("the doctor made the data directory")
	}
	if err := os.Mkdir(dataDir, 0o700); err != nil {
		t.Fatal(err)
	}
	doctor.Examine(t.Context(), ofEmbedded(dataDir))
	if entries, err := os.ReadDir(dataDir); err != nil || len(entries) > 0 {
		t.Errorf("the doctor filled an empty data directory: %v, %v", entries, err)
	}
}

func TestServerProgramsThatAreMissing(t *testing.T) {
	t.Parallel()
	installation := ofEmbedded(newDir(t))
	installation.BinDir = t.TempDir()
	if err := os.Mkdir(filepath.Join(installation.DataDir, "cluster"), 0o700); err != nil {
		t.Fatal(err)
	}
	report := doctor.Examine(t.Context(), installation)
	wantLine(t, report, line{doctor.Fail, "embedded server", "no PostgreSQL server programs (postgres, initdb) found"})
	wantLine(t, report, line{doctor.Warn, "left out", "there is no server"})
}

func ofEmbedded(dataDir string) doctor.Installation {
	return doctor.Installation{
		DataDir: dataDir, Embedded: true, Database: "holdfast", Now: time.Now,
		FreeSpace: func(string) (uint64, error) { return 1 << 40, nil },
	}
}

// newDir gives a directory that the server's user can pass through when root runs
// the tests.
func newDir(t *testing.T) string {
	t.Helper()
	directory, err := os.MkdirTemp("", "holdfast-doctor-") //nolint:usetesting // the server's user cannot get into t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(directory) })
	if err := os.Chmod(directory, 0o711); err != nil {
		t.Fatal(err)
	}
	return directory
}

// newEmbedded makes the data directory of an embedded server with a district, as
// the program does, and leaves the server.
func newEmbedded(t *testing.T) string {
	t.Helper()
	dataDir := filepath.Join(newDir(t), "data")
	server, err := embedded.Join(t.Context(), embedded.Options{DataDir: dataDir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	root, err := sql.Open("postgres", server.SuperuserURL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	for _, statement := range append(postgres.LoginsSQL(), "CREATE DATABASE holdfast OWNER "+postgres.OwnerLogin) {
		if _, err := root.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	owner, err := postgres.Open(t.Context(), server.URL(postgres.OwnerLogin, "holdfast"), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = owner.Close() }()
	if _, err := postgres.MigrateUp(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	seed(t, openRoot(t, server.SuperuserURL("holdfast")), "A")
	if err := owner.EnsureAuditMonth(t.Context(), time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	return dataDir
}
