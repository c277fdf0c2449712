package drills_test

import (
	"database/sql"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// running is a command that has been started and is watched.
type running struct {
	command        *exec.Cmd
	stdout, stderr *watchedOutput
}

// watchedOutput keeps what a process writes, and can be read meanwhile.
type watchedOutput struct {
	mutex sync.Mutex
	text  strings.Builder
}

func (o *watchedOutput) Write(content []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.text.Write(content)
}

func (o *watchedOutput) String() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.text.String()
}

var _ io.Writer = (*watchedOutput)(nil)

func (i *installation) start(t *testing.T, words ...string) *running {
	t.Helper()
	r := &running{i.command(t, words...), &watchedOutput{}, &watchedOutput{}}
	r.command.Stdout, r.command.Stderr = r.stdout, r.stderr
	check(t, r.command.Start())
	return r
}

// end waits until the process has ended.
func (r *running) end(t *testing.T) outcome {
	t.Helper()
	status := exitStatus(t, r.command.Wait())
	return outcome{status, r.stdout.String(), r.stderr.String()}
}

// signal sends a signal to the process group, as a terminal does.
func (r *running) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	check(t, syscall.Kill(-r.command.Process.Pid, signal))
}

// in waits until the import is in the phase.
func (r *running) in(t *testing.T, phase string) {
	t.Helper()
	until(t, "the import is "+phase, func() bool { return strings.Contains(r.stderr.String(), phase+" …") })
}

var phases = []string{"reading", "merging", "figures and flags"}

// importing are the words of the import of an export.
func importing(t *testing.T, of size, more ...string) []string {
	t.Helper()
	return append([]string{"import", "edfi", "--district", "100", export(t, of)}, more...)
}

// TestCtrlC: an import that is stopped says so and leaves nothing.
func TestCtrlC(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	for _, phase := range phases[:2] {
		r := i.start(t, importing(t, large)...)
		r.in(t, phase)
		r.signal(t, syscall.SIGINT)
		r.end(t).expect(t, interrupted, "stopped")
		i.expectNoServer(t)
		i.expectLoaded(t, small)
	}
	i.run(t, importing(t, large)...).expect(t, 0)
	i.expectLoaded(t, large)
	i.expectRuns(t, "SUCCEEDED", "INTERRUPTED", "INTERRUPTED", "SUCCEEDED")
}

// TestCtrlCWhileTheDistrictIsMade leaves no district either.
func TestCtrlCWhileTheDistrictIsMade(t *testing.T) {
	t.Parallel()
	i := install(t)
	r := i.start(t, importing(t, large, "--create")...)
	r.in(t, "merging")
	r.signal(t, syscall.SIGINT)
	r.end(t).expect(t, interrupted, "stopped")
	i.expectLoaded(t, size{})
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	i.expectRuns(t, "SUCCEEDED")
}

// TestKilledImport kills imports at random moments: each has loaded nothing, and
// the next one can begin at once.
func TestKilledImport(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // not a secret
	i := install(t)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	const kills = 3
	for range kills {
		r := i.start(t, importing(t, large)...)
		phase := phases[random.IntN(len(phases)-1)]
		r.in(t, phase)
		moment := time.Duration(random.Int64N(int64(300 * time.Millisecond)))
		t.Logf("killed %s into %s", moment.Round(time.Millisecond), phase)
		timer := time.NewTimer(moment)
		<-timer.C
		check(t, r.command.Process.Kill())
		if status := r.end(t).status; status != -1 {
			t.Fatalf("it had ended before, with status %d: the export is too small for this machine", status)
		}
		i.importAgain(t, importing(t, small)...)
		i.expectLoaded(t, small)
	}
	i.importAgain(t, importing(t, large)...)
	i.expectLoaded(t, large)
	i.look(t, func(db *sql.DB) {
		var running, died int
		check(t, db.QueryRowContext(t.Context(), `SELECT count(*) FILTER (WHERE status = 'RUNNING'), count(*) FILTER (WHERE status = 'INTERRUPTED')
			FROM import_run`).Scan(&running, &died))
		if running != 0 || died != kills {
			t.Errorf("%d runs are said to go on, and %d to have been interrupted; want 0 and %d", running, died, kills)
		}
	})
}

// importAgain imports as one does who lost an import to a crash: at once, and again
// for as long as the server has not noticed the loss.
func (i *installation) importAgain(t *testing.T, words ...string) {
	t.Helper()
	began, busy := time.Now(), 0
	until(t, "the district is free again", func() bool {
		o := i.run(t, words...)
		if o.status == failed && strings.Contains(o.stderr, "another import of this district is under way") {
			busy++
			return false
		}
		o.expect(t, 0)
		return true
	})
	t.Logf("the next import was done after %s, %d time(s) told to wait", time.Since(began).Round(time.Millisecond), busy)
}

// TestKilledPostgreSQL: the import says in one line that the database went away.
func TestKilledPostgreSQL(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	for _, phase := range phases[:2] {
		r := i.start(t, importing(t, large)...)
		r.in(t, phase)
		check(t, syscall.Kill(i.postmaster(), syscall.SIGKILL))
		r.end(t).expect(t, failed, "the database went away", "nothing was loaded")
		until(t, "the server's processes have ended", func() bool { return len(i.servers()) == 0 })
		i.expectLoaded(t, small)
	}
	i.run(t, importing(t, large)...).expect(t, 0)
	i.expectLoaded(t, large)
	i.expectRuns(t, "SUCCEEDED", "INTERRUPTED", "INTERRUPTED", "SUCCEEDED")
}
