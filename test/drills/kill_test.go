package drills_test

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// killsVariable says how many imports TestKilledImports kills: HOLDFAST_KILLS=200 for the
// full drill.
const killsVariable = "HOLDFAST_KILLS"

// state is what one look at the database sees of students, attendance and figures.
const state = `SELECT (SELECT count(*) || ' students, ' || min(last_name) || ' to ' || max(last_name) FROM student)
	|| '; ' || (SELECT count(*) || ' events, ' || min(category) || ' to ' || max(category) FROM attendance_event WHERE withdrawn_at IS NULL)
	|| '; ' || (SELECT sum(excused) || ' excused, ' || sum(unexcused) || ' not' FROM student_attendance)`

// corrected is the export with every student renamed and every absence excused.
func corrected(t *testing.T, folder string) string {
	t.Helper()
	other := copyOf(t, folder)
	for file, change := range map[string]*strings.Replacer{
		"3-student.xml":    strings.NewReplacer(childrensNames[2], childrensNames[1]),
		"5-attendance.xml": strings.NewReplacer("#Unexcused Absence", "#Excused Absence"),
	} {
		path := filepath.Join(other, file)
		content, err := os.ReadFile(path)
		check(t, err)
		changed := change.Replace(string(content))
		if changed == string(content) {
			t.Fatalf("nothing of %s was corrected", file)
		}
		check(t, os.WriteFile(path, []byte(changed), 0o600)) //nolint:gosec // the test's own folder
	}
	return other
}

// TestKilledImports kills imports at random moments from their start to past their end,
// while a reader looks: there is the old state or the new one, at every moment, and the
// next import goes through.
func TestKilledImports(t *testing.T) {
	t.Parallel()
	kills := 4
	if asked := os.Getenv(killsVariable); asked != "" {
		var err error
		kills, err = strconv.Atoi(asked)
		check(t, err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // not a secret
	i := install(t)
	folders := []string{export(t, middling), corrected(t, export(t, middling))}
	importOf := func(which int, more ...string) []string {
		return append([]string{"import", "edfi", "--district", "100", folders[which]}, more...)
	}
	i.run(t, importOf(0, "--create")...).expect(t, 0)
	i.look(t, func(db *sql.DB) {
		states := []string{stateOf(t, db), ""}
		began := time.Now()
		i.run(t, importOf(1)...).expect(t, 0)
		whole := time.Since(began)
		states[1] = stateOf(t, db)
		stop := watchStates(t, db, states)
		now, landed := 1, 0
		for range kills {
			next := 1 - now
			r := i.start(t, importOf(next)...)
			<-time.After(time.Duration(random.Int64N(int64(whole + whole/10))))
			_ = r.command.Process.Kill() // it may have ended
			if r.end(t).status == 0 {
				landed++
			}
			if found := stateOf(t, db); found != states[0] && found != states[1] {
				t.Errorf("after a kill: %s", found)
			}
			i.importAgain(t, importOf(next)...)
			if found := stateOf(t, db); found != states[next] {
				t.Errorf("after the next import: %s, not %s", found, states[next])
			}
			now = next
		}
		looks := stop()
		t.Logf("%d kills, %d of imports that had ended; an import took %s; the reader looked %d times", kills, landed, whole.Round(time.Millisecond), looks)
	})
}

func stateOf(t *testing.T, db *sql.DB) string {
	t.Helper()
	var found string
	check(t, db.QueryRowContext(t.Context(), state).Scan(&found))
	return found
}

// watchStates looks all the time, until it is stopped, and gives how often it did. What
// it finds is one of the states.
func watchStates(t *testing.T, db *sql.DB, states []string) (stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	looks := make(chan int)
	go func() {
		count := 0
		defer func() { looks <- count }()
		for ctx.Err() == nil {
			var found string
			err := db.QueryRowContext(ctx, state).Scan(&found)
			switch {
			case ctx.Err() != nil || errors.Is(err, context.Canceled):
				return
			case err != nil:
				t.Errorf("the reader cannot read: %v", err)
				return
			case found != states[0] && found != states[1]:
				t.Errorf("the reader found a state that is neither: %s", found)
			}
			count++
			time.Sleep(10 * time.Millisecond)
		}
	}()
	return func() int {
		cancel()
		return <-looks
	}
}
