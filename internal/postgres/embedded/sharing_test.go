package embedded_test

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestProcessesShareOneServer(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)
	other := startJoiner(t, dataDir)
	started := other.joined()
	server := join(t, quick(dataDir))

	equal(t, "server of the second", strconv.Itoa(postmaster(t, server)), started)
	other.leave()
	equal(t, "answer after the starter left", query(t, server, "SELECT 42"), "42")
	check(t, server.Close())
	equal(t, "processes after the last left", len(processes(t, dataDir)), 0)
}

func TestServerOutlivesItsKilledStarter(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)
	starter := startJoiner(t, dataDir)
	started := starter.joined()
	server := join(t, quick(dataDir))

	starter.kill()
	equal(t, "answer after the starter was killed", query(t, server, "SELECT 42"), "42")
	equal(t, "server", strconv.Itoa(postmaster(t, server)), started)

	// In a session of its own no Ctrl-C reaches it.
	session, err := unix.Getsid(postmaster(t, server))
	check(t, err)
	equal(t, "session", strconv.Itoa(session), started)
	check(t, server.Close())
	equal(t, "processes after the last left", len(processes(t, dataDir)), 0)
}

func TestOrphanedServerIsUsed(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)
	starter := startJoiner(t, dataDir)
	started := starter.joined()
	starter.kill()

	server := join(t, quick(dataDir))
	equal(t, "server", strconv.Itoa(postmaster(t, server)), started)
}

func TestKilledServerRecovers(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)
	crashed := join(t, quick(dataDir))
	query(t, crashed, "CREATE TABLE kept (id int)", "SET synchronous_commit = on",
		"INSERT INTO kept VALUES (42)", "CHECKPOINT", "INSERT INTO kept VALUES (43)", "SELECT 1")
	check(t, syscall.Kill(postmaster(t, crashed), syscall.SIGKILL))

	server := join(t, quick(dataDir))
	equal(t, "sum of the committed data", query(t, server, "SELECT sum(id) FROM kept"), "85")
	check(t, crashed.Close())
	equal(t, "answer after the first user left", query(t, server, "SELECT 42"), "42")
}

func TestStaleProcessNumberOfAnotherProgram(t *testing.T) {
	t.Parallel()

	dataDir := newDataDir(t)
	check(t, join(t, quick(dataDir)).Close())

	other := startJoiner(t, newDataDir(t))

	// A server that crashed earlier had the number that another server has now.
	stale := other.joined() + "\n" + filepath.Join(dataDir, "cluster") + "\n0\n5432\n" +
		filepath.Join(dataDir, "socket") + "\n\n0 0\nready\n"
	check(t, os.WriteFile(filepath.Join(dataDir, "cluster", "postmaster.pid"), []byte(stale), 0o600))
	check(t, os.MkdirAll(filepath.Join(dataDir, "socket"), 0o700))
	check(t, os.WriteFile(filepath.Join(dataDir, "socket", ".s.PGSQL.5432.lock"), []byte(stale), 0o644))

	equal(t, "answer", query(t, join(t, quick(dataDir)), "SELECT 42"), "42")
	other.leave()
}

func TestProcessesJoiningAtOnceStartOneServer(t *testing.T) {
	t.Parallel()

	const joinerCount = 4

	dataDir := newDataDir(t)

	joiners := make([]*joiner, 0, joinerCount)
	for range joinerCount {
		joiners = append(joiners, startJoiner(t, dataDir))
	}

	first := joiners[0].joined()
	for _, other := range joiners[1:] {
		equal(t, "server of another", other.joined(), first)
	}

	for _, other := range joiners {
		other.leave()
	}

	equal(t, "processes after the last left", len(processes(t, dataDir)), 0)
}
