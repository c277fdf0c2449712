package embedded_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/postgres/embedded"
)

// joinerVariable tells the test program to be a process that joins a server:
// its value is the data directory.
const joinerVariable = "HOLDFAST_TEST_JOIN_DATA_DIR"

func TestMain(m *testing.M) {
	dataDir := os.Getenv(joinerVariable)
	if dataDir == "" {
		os.Exit(m.Run())
	}

	if err := beJoiner(dataDir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// beJoiner joins, says so, and stays until its standard input ends.
func beJoiner(dataDir string) error {
	server, err := embedded.Join(context.Background(), quick(dataDir))
	if err != nil {
		return err
	}

	pid, err := server.PostmasterPID()
	if err != nil {
		return errors.Join(err, server.Close())
	}

	fmt.Println(pid)

	_, err = io.Copy(io.Discard, os.Stdin)

	return errors.Join(err, server.Close())
}

// joiner is another process that uses a server.
type joiner struct {
	t       *testing.T
	command *exec.Cmd
	stdin   io.WriteCloser
	stdout  *bufio.Reader
}

// startJoiner starts the process without waiting until it has joined.
func startJoiner(t *testing.T, dataDir string) *joiner {
	t.Helper()

	command := exec.CommandContext(t.Context(), os.Args[0])

	command.Env = append(os.Environ(), joinerVariable+"="+dataDir)
	command.Stderr = os.Stderr

	stdin, err := command.StdinPipe()
	check(t, err)

	stdout, err := command.StdoutPipe()
	check(t, err)

	check(t, command.Start())

	return &joiner{t: t, command: command, stdin: stdin, stdout: bufio.NewReader(stdout)}
}

// joined waits until the process has joined, and gives the server's process
// number.
func (j *joiner) joined() string {
	j.t.Helper()

	line, err := j.stdout.ReadString('\n')
	check(j.t, err)

	return strings.TrimSpace(line)
}

func (j *joiner) leave() {
	j.t.Helper()
	check(j.t, j.stdin.Close())
	check(j.t, j.command.Wait())
}

func (j *joiner) kill() {
	j.t.Helper()
	check(j.t, j.command.Process.Kill())

	if err := j.command.Wait(); err == nil {
		j.t.Fatal("a killed process ended well")
	}
}

// quick are options for tests: nothing is written through to the disk.
func quick(dataDir string) embedded.Options {
	return embedded.Options{
		DataDir: dataDir,
		Settings: map[string]string{
			"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "16MB",
		},
	}
}

// newDir gives a directory that the server's user can pass through, which the
// directory of t.TempDir isn't when root runs the tests.
func newDir(t *testing.T) string {
	t.Helper()

	const passable = 0o711

	directory, err := os.MkdirTemp("", "holdfast-embedded-")
	check(t, err)
	check(t, os.Chmod(directory, passable))
	t.Cleanup(func() { check(t, os.RemoveAll(directory)) })

	return directory
}

// newDataDir gives a data directory that doesn't exist yet. At the end of the
// test no server may run there any more; one that does is ended.
func newDataDir(t *testing.T) string {
	t.Helper()

	return watched(t, filepath.Join(newDir(t), "data"))
}

func watched(t *testing.T, dataDir string) string {
	t.Helper()
	t.Cleanup(func() {
		left := processes(t, dataDir)
		if len(left) > 0 {
			t.Errorf("processes left running: %v", left)
		}

		for _, pid := range left {
			// It may have ended since.
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	})

	return dataDir
}

func join(t *testing.T, options embedded.Options) *embedded.Server {
	t.Helper()

	server, err := embedded.Join(t.Context(), options)
	check(t, err)
	t.Cleanup(func() { check(t, server.Close()) })

	return server
}

func joinError(t *testing.T, options embedded.Options) error {
	t.Helper()

	server, err := embedded.Join(t.Context(), options)
	if err == nil {
		check(t, server.Close())
		t.Fatal("Join gave no error")
	}

	return err
}

// query runs statements as the superuser and gives the only value of the last.
func query(t *testing.T, server *embedded.Server, statements ...string) string {
	t.Helper()

	database, err := sql.Open("postgres", server.SuperuserURL("postgres"))
	check(t, err)

	defer database.Close()

	for _, statement := range statements[:len(statements)-1] {
		_, err := database.ExecContext(t.Context(), statement)
		check(t, err)
	}

	var value string

	check(t, database.QueryRowContext(t.Context(), statements[len(statements)-1]).Scan(&value))

	return value
}

func postmaster(t *testing.T, server *embedded.Server) int {
	t.Helper()

	pid, err := server.PostmasterPID()
	check(t, err)

	return pid
}

func processes(t *testing.T, dataDir string) []int {
	t.Helper()

	found, err := embedded.Processes(dataDir)
	check(t, err)

	return found
}

// awaitNoProcesses waits for the end of processes that nobody shuts down.
func awaitNoProcesses(t *testing.T, dataDir string) {
	t.Helper()

	for len(processes(t, dataDir)) > 0 {
		time.Sleep(time.Millisecond)
	}
}

func check(t *testing.T, err error) {
	t.Helper()

	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()

	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()

	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q isn't in: %s", part, text)
		}
	}
}
