// Package drills_test runs the program as a user does, and takes from it what it
// stands on: the folder, the disk, the process, the database.
package drills_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const module = "github.com/holdfast-edu/holdfast"

// workshop is where the program and the exports of this run are.
var workshop string

func TestMain(m *testing.M) {
	var err error
	if workshop, err = os.MkdirTemp("", "holdfast-drills-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	_ = os.RemoveAll(workshop)
	os.Exit(status)
}

// program builds the program once.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workshop, "holdfast")
	build := exec.Command("go", "build", "-buildvcs=false", "-gcflags="+module+"/ent/...=-N -l", "-o", path, module+"/cmd/holdfast")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, output)
	}
	return path, nil
})

// patience is how long anything may take before a drill gives up on it.
const patience = time.Minute

// installation is a data directory with the program.
type installation struct {
	program string
	dir     string // that the data directory is in
	dataDir string
}

// install gives the test a data directory that PostgreSQL's own user can reach. At
// the end of the test no server may be left there.
func install(t *testing.T) *installation {
	t.Helper()
	path, err := program()
	check(t, err)
	dir, err := os.MkdirTemp("", "holdfast-drill-") //nolint:usetesting // the server's user cannot pass through t.TempDir
	check(t, err)
	dir, err = filepath.EvalSymlinks(dir)
	check(t, err)
	check(t, os.Chmod(dir, 0o711))
	t.Cleanup(func() { check(t, os.RemoveAll(dir)) })
	i := &installation{path, dir, filepath.Join(dir, "data")}
	t.Cleanup(func() { i.expectNoServer(t) })
	return i
}

// command is the program with the words, in a process group of its own and with no
// setting but the data directory.
func (i *installation) command(t *testing.T, words ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), i.program, words...)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Dir = workshop
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "HOLDFAST_") {
			command.Env = append(command.Env, setting)
		}
	}
	command.Env = append(command.Env, "HOLDFAST_DATA_DIR="+i.dataDir)
	return command
}

// outcome is what a user sees of a command that has ended.
type outcome struct {
	status         int
	stdout, stderr string
}

// run runs the program to its end.
func (i *installation) run(t *testing.T, words ...string) outcome {
	t.Helper()
	return finish(t, i.command(t, words...))
}

func finish(t *testing.T, command *exec.Cmd) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	status := exitStatus(t, command.Run())
	return outcome{status, stdout.String(), stderr.String()}
}

// exitStatus gives the status; -1 for a process that a signal ended.
func exitStatus(t *testing.T, err error) int {
	t.Helper()
	if exited, is := errors.AsType[*exec.ExitError](err); is {
		return exited.ExitCode()
	}
	check(t, err)
	return 0
}

// sqlWords are what no user should ever see.
var sqlWords = regexp.MustCompile(`\b(SELECT|INSERT|UPDATE|DELETE|COPY|FROM|WHERE|CREATE TABLE)\b|\$\d|pq: |\bstage_|\bresolved_|goroutine |SQLSTATE`)

// expect holds an outcome to its status and to one line on stderr that has the
// words; without words nothing may stand there. Progress is put aside.
func (o outcome) expect(t *testing.T, status int, words ...string) {
	t.Helper()
	if o.status != status {
		t.Errorf("the exit status is %d, not %d", o.status, status)
	}
	lines := o.complaints()
	if len(words) == 0 && len(lines) > 0 || len(words) > 0 && len(lines) != 1 {
		t.Errorf("stderr has %d lines of complaint:\n%s", len(lines), strings.Join(lines, "\n"))
	}
	for _, word := range words {
		if !strings.Contains(strings.Join(lines, "\n"), word) {
			t.Errorf("stderr does not say %q:\n%s", word, strings.Join(lines, "\n"))
		}
	}
	o.expectDiscretion(t)
}

// complaints are the lines of stderr that are no progress.
func (o outcome) complaints() []string {
	var lines []string
	for line := range strings.Lines(o.stderr) {
		if line = strings.TrimRight(line, "\n"); !strings.HasSuffix(line, " …") {
			lines = append(lines, line)
		}
	}
	return lines
}

// expectDiscretion sees that no output has SQL or a child's name in it.
func (o outcome) expectDiscretion(t *testing.T) {
	t.Helper()
	for _, text := range []string{o.stdout, o.stderr} {
		if found := sqlWords.FindString(text); found != "" {
			t.Errorf("the output has %q in it:\n%s", found, text)
		}
		for _, name := range childrensNames {
			if strings.Contains(text, name) {
				t.Errorf("the output has the child's name %s in it:\n%s", name, text)
			}
		}
	}
}

// until polls a condition.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
