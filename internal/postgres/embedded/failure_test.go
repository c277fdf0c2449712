package embedded_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/postgres/embedded"
)

func execute(t *testing.T, server *embedded.Server, statement string) error {
	t.Helper()

	database, err := sql.Open("postgres", server.SuperuserURL("postgres"))
	check(t, err)

	defer database.Close()

	_, err = database.ExecContext(t.Context(), statement)

	return err
}

func TestNoServerPrograms(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)
	err := joinError(t, embedded.Options{DataDir: dataDir, BinDir: t.TempDir()})

	if !errors.Is(err, embedded.ErrNoServerPrograms) {
		t.Errorf("not ErrNoServerPrograms: %v", err)
	}

	contains(t, err.Error(), "apt-get install postgresql-15", "HOLDFAST_DATABASE_URL", "--postgres-bin-dir")
	equal(t, "line breaks in the message", strings.Count(err.Error(), "\n"), 0)

	if _, err := os.Stat(dataDir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a data directory was made: %v", err)
	}
}

// fakePrograms makes a folder of programs that say they are of a version.
func fakePrograms(t *testing.T, folder, version string) string {
	t.Helper()
	check(t, os.MkdirAll(folder, 0o755))

	for _, name := range []string{"postgres", "initdb"} {
		script := "#!/bin/sh\necho '" + name + " (PostgreSQL) " + version + "'\n"
		check(t, os.WriteFile(filepath.Join(folder, name), []byte(script), 0o755))
	}

	return folder
}

func TestProgramsAreLookedForInOrder(t *testing.T) {
	t.Parallel()

	root := t.TempDir()
	versioned := filepath.Join(root, "*", "bin")

	_, err := embedded.FindPrograms(t.Context(), t.TempDir(), versioned)
	if !errors.Is(err, embedded.ErrNoServerPrograms) {
		t.Errorf("not ErrNoServerPrograms: %v", err)
	}

	inPath := fakePrograms(t, t.TempDir(), "17devel")
	configured := fakePrograms(t, t.TempDir(), "16beta1")
	check(t, os.WriteFile(filepath.Join(inPath, "pg_config"), []byte("#!/bin/sh\necho "+configured+"\n"), 0o755))

	older := fakePrograms(t, filepath.Join(root, "9.6", "bin"), "9.6.24")
	newer := fakePrograms(t, filepath.Join(root, "15", "bin"), "15.18 (Debian 15.18-0+deb12u1)")

	found, err := embedded.FindPrograms(t.Context(), t.TempDir()+":"+inPath, versioned)
	check(t, err)
	equal(t, "folders", strings.Join(found, " "), strings.Join([]string{inPath, newer, configured}, " "))

	err = joinError(t, embedded.Options{DataDir: newDataDir(t), BinDir: older})
	contains(t, err.Error(), "PostgreSQL 9", "needs 15", older)
}

func TestDirectoryThatTheServerUserCannotReach(t *testing.T) {
	t.Parallel()

	if os.Geteuid() != 0 {
		t.Skip("only root runs the server as another user")
	}

	closed := newDir(t)
	check(t, os.Chmod(closed, 0o700))

	dataDir := filepath.Join(closed, "data")
	err := joinError(t, quick(dataDir))
	contains(t, err.Error(), "user postgres", "can't pass through "+closed+" ", dataDir)
}

func TestForeignDirectoryStaysAsItIs(t *testing.T) {
	t.Parallel()

	if os.Geteuid() != 0 {
		t.Skip("only root can take over others' directories")
	}

	home := newDir(t)
	check(t, os.WriteFile(filepath.Join(home, "letter.txt"), nil, 0o600))
	contains(t, joinError(t, quick(home)).Error(), home, "isn't empty")
}

func TestDataOfAnotherVersion(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)
	check(t, join(t, quick(dataDir)).Close())
	check(t, os.WriteFile(filepath.Join(dataDir, "cluster", "PG_VERSION"), []byte("99\n"), 0o600))
	contains(t, joinError(t, quick(dataDir)).Error(), dataDir, "was made by PostgreSQL 99", "postgresql-99")
}

func TestLeftoversOfAnInterruptedInitdb(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)
	half := filepath.Join(dataDir, "initdb-1234", "base")
	check(t, os.MkdirAll(half, 0o700))
	check(t, os.WriteFile(filepath.Join(half, "PG_VERSION"), []byte("1"), 0o600))
	check(t, embedded.GiveToServerUser(dataDir))

	equal(t, "answer", query(t, join(t, quick(dataDir)), "SELECT 42"), "42")

	if _, err := os.Stat(filepath.Dir(half)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the leftovers are still there: %v", err)
	}
}

func TestKilledWhileMakingTheCluster(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)
	starter := startJoiner(t, dataDir)

	for {
		if begun, _ := filepath.Glob(filepath.Join(dataDir, "initdb-*", "PG_VERSION")); len(begun) > 0 {
			break
		}
	}

	starter.kill()
	equal(t, "answer", query(t, join(t, quick(dataDir)), "SELECT 42"), "42")
}

func TestRefusedSettingIsReported(t *testing.T) {
	t.Parallel()

	options := quick(newDataDir(t))
	options.Settings["work_mem"] = "a lot"
	contains(t, joinError(t, options).Error(), "work_mem", "a lot", "postgres.log")

	delete(options.Settings, "work_mem")
	equal(t, "answer without it", query(t, join(t, options), "SELECT 42"), "42")
}

func TestFullDiskIsReported(t *testing.T) {
	t.Parallel()

	if os.Geteuid() != 0 {
		t.Skip("only root can mount a small disk")
	}

	disk := newDir(t)
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=16m,mode=0711"); err != nil {
		t.Skipf("no small disk to be had: %v", err)
	}

	t.Cleanup(func() { check(t, syscall.Unmount(disk, 0)) })

	dataDir := watched(t, filepath.Join(disk, "data"))
	contains(t, joinError(t, quick(dataDir)).Error(), "No space left on device", "MiB are free")

	check(t, syscall.Mount("", disk, "tmpfs", syscall.MS_REMOUNT, "size=128m"))
	check(t, join(t, quick(dataDir)).Close())

	fillDisk(t, disk)
	contains(t, joinError(t, quick(dataDir)).Error(), "start PostgreSQL", "only 0 MiB are free")
}

// fillDisk writes a file until nothing fits any more.
func fillDisk(t *testing.T, disk string) {
	t.Helper()

	content := make([]byte, 128<<20)
	if err := os.WriteFile(filepath.Join(disk, "filler"), content, 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk isn't full: %v", err)
	}
}
