package drills_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/lib/pq" // the driver of the drills' own look into the database

	"github.com/holdfast-edu/holdfast/internal/postgres/embedded"
)

// look joins the installation's server, as another program does, and gives a
// connection that sees every row.
func (i *installation) look(t *testing.T, at func(db *sql.DB)) {
	t.Helper()
	server, err := embedded.Join(t.Context(), embedded.Options{DataDir: i.dataDir})
	check(t, err)
	defer func() { check(t, server.Close()) }()
	db, err := sql.Open("postgres", server.SuperuserURL("holdfast"))
	check(t, err)
	defer func() { check(t, db.Close()) }()
	at(db)
}

// expectLoaded holds the database to what an export of the size puts there.
func (i *installation) expectLoaded(t *testing.T, of size) {
	t.Helper()
	want := map[string]int{
		"district": 1, "school": 1, "student": of.students, "student_school_association": of.students, "attendance_event": of.events(),
		"student_attendance": of.students, "student_risk": of.students,
	}
	if of == (size{}) {
		want["district"], want["school"] = 0, 0
	}
	got := map[string]int{}
	i.look(t, func(db *sql.DB) {
		for table := range want {
			var rows int
			check(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&rows))
			got[table] = rows
		}
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows in the database (- want, + got):\n%s", diff)
	}
}

// expectRuns holds the import runs, in their order, to their states.
func (i *installation) expectRuns(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	i.look(t, func(db *sql.DB) {
		rows, err := db.QueryContext(t.Context(), "SELECT status, problem FROM import_run ORDER BY started_at, id")
		check(t, err)
		defer func() { check(t, rows.Close()) }()
		for rows.Next() {
			var status, problem string
			check(t, rows.Scan(&status, &problem))
			if (status == "SUCCEEDED") != (problem == "") || strings.Contains(problem, "\n") || sqlWords.MatchString(problem) {
				t.Errorf("a run that %s says %q", status, problem)
			}
			got = append(got, status)
		}
		check(t, rows.Err())
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("import runs (- want, + got):\n%s", diff)
	}
}

// postmaster gives the process number of the server; 0: none.
func (i *installation) postmaster() int {
	content, err := os.ReadFile(filepath.Join(i.dataDir, "cluster", "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, _ := strconv.Atoi(first)
	return pid
}

// servers lists the processes of the data directory's server.
func (i *installation) servers() []int {
	name := sha256.Sum256([]byte(i.dataDir))
	worker, postmaster := "postgres: holdfast-"+hex.EncodeToString(name[:8])+":", "-D\x00"+filepath.Join(i.dataDir, "cluster")+"\x00"
	entries, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	var found []int
	for _, entry := range entries {
		content, _ := os.ReadFile(entry) // a process that has ended has none
		if strings.HasPrefix(string(content), worker) || strings.Contains(string(content), postmaster) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(entry)))
			found = append(found, pid)
		}
	}
	return found
}

// expectNoServer sees that nothing is left running, and ends what is.
func (i *installation) expectNoServer(t *testing.T) {
	t.Helper()
	for _, pid := range i.servers() {
		command, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		t.Errorf("a PostgreSQL process is left: %d %s", pid, strings.ReplaceAll(string(command), "\x00", " "))
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended since
	}
}
