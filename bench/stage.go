package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/google/uuid"
	_ "github.com/lib/pq" // the driver of the superuser's connection

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/embedded"
)

// databaseName is the one database of the embedded server.
const databaseName = "holdfast"

// stage is what every peer stands on: a PostgreSQL of the benchmark's own with the
// demo's districts, and who asks what.
type stage struct {
	settings   settings
	dataDir    string
	server     *embedded.Server
	super      *sql.DB
	statements bool // pg_stat_statements is there
	districts  []*district
	students   []student
}

// district is a district with somebody who may see all of it.
type district struct {
	id, person uuid.UUID
	code       string
	year       int
	token      string
}

// student is one that is asked about.
type student struct {
	district *district
	id       uuid.UUID
}

// sampled is how many students are asked about.
const sampled = 20_000

func openStage(ctx context.Context, s settings) (*stage, error) {
	st, err := newStage(s)
	if err != nil {
		return nil, err
	}
	if err := st.prepare(ctx); err != nil {
		st.close()
		return nil, err
	}
	return st, nil
}

// newStage is a stage on the data directory that is named, or a new one.
func newStage(s settings) (*stage, error) {
	st := &stage{settings: s, dataDir: s.dataDir}
	if st.dataDir == "" {
		made, err := os.MkdirTemp("", "holdfast-bench-")
		if err != nil {
			return nil, fmt.Errorf("make the data directory: %w", err)
		}
		// The server's user has to pass through, and gets a directory of its own.
		if err := os.Chmod(made, 0o711); err != nil {
			return nil, fmt.Errorf("open the data directory: %w", err)
		}
		st.dataDir = filepath.Join(made, "data")
	}
	return st, nil
}

func (st *stage) prepare(ctx context.Context) error {
	if err := st.join(ctx); err != nil {
		return err
	}
	if _, err := st.holdfast(ctx, "migrate", "up"); err != nil {
		return err
	}
	if err := st.load(ctx); err != nil {
		return err
	}
	if err := st.dress(ctx); err != nil {
		return err
	}
	if err := st.readDistricts(ctx); err != nil {
		return err
	}
	for _, d := range st.districts {
		if err := st.persona(ctx, d); err != nil {
			return err
		}
	}
	return st.readStudents(ctx)
}

// join starts PostgreSQL, where it can with the module that counts statements,
// which is asleep but for the count.
func (st *stage) join(ctx context.Context) error {
	options := embedded.Options{DataDir: st.dataDir, Settings: map[string]string{
		"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "none",
	}}
	var err error
	st.server, err = embedded.Join(ctx, options)
	if st.statements = err == nil; !st.statements {
		options.Settings = nil
		if st.server, err = embedded.Join(ctx, options); err != nil {
			return err
		}
	}
	if st.super, err = sql.Open("postgres", st.server.SuperuserURL(databaseName)); err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	return nil
}

// holdfast runs a command of the program on the stage's data directory.
func (st *stage) holdfast(ctx context.Context, words ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, filepath.Join(st.settings.binDir, "holdfast"), append([]string{"--data-dir", st.dataDir}, words...)...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return out, fmt.Errorf("holdfast %s: %w", words[0], err)
	}
	return out, nil
}

// load loads the demo, unless the data directory has districts already.
func (st *stage) load(ctx context.Context) error {
	var there int
	if err := st.super.QueryRowContext(ctx, "SELECT count(*) FROM district").Scan(&there); err != nil || there > 0 {
		return err
	}
	_, err := st.holdfast(ctx, "demo", "--districts", strconv.Itoa(st.settings.districts),
		"--students", strconv.Itoa(st.settings.students/st.settings.districts), "--seed", st.settings.seed, "--as-of", st.settings.asOf)
	return err
}

// dress makes what only the benchmark needs, and leaves the tables as a server
// that has run for a day has them.
func (st *stage) dress(ctx context.Context) error {
	functions, err := os.ReadFile(filepath.Join(st.settings.benchDir, "postgraphile", "functions.sql"))
	if err != nil {
		return err
	}
	statements := []string{
		string(functions), "SELECT ensure_audit_partition(current_date)", "SELECT ensure_audit_partition(current_date + 1)",
		"VACUUM (ANALYZE)", "CHECKPOINT",
	}
	if st.statements {
		statements = append(statements, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
	}
	for _, statement := range statements {
		if _, err := st.super.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("dress the stage: %w", err)
		}
	}
	return nil
}

func (st *stage) readDistricts(ctx context.Context) error {
	rows, err := st.super.QueryContext(ctx, `SELECT d.id, d.local_id, max(y.school_year) FROM district d
		JOIN school_year y ON y.district_id = d.id GROUP BY d.id, d.local_id ORDER BY d.local_id`)
	if err != nil {
		return fmt.Errorf("read the districts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		d := &district{}
		if err := rows.Scan(&d.id, &d.code, &d.year); err != nil {
			return fmt.Errorf("read the districts: %w", err)
		}
		st.districts = append(st.districts, d)
	}
	return rows.Err()
}

// persona makes the district's coordinator and their token.
func (st *stage) persona(ctx context.Context, d *district) error {
	token, err := st.holdfast(ctx, "token", "--persona", "coordinator", "--district", d.code)
	if err != nil {
		return err
	}
	d.token = strings.TrimSpace(string(token))
	row := st.super.QueryRowContext(ctx, "SELECT person_id FROM identity WHERE subject = $1", "coordinator:"+d.code)
	if err := row.Scan(&d.person); err != nil {
		return fmt.Errorf("find the coordinator of %s: %w", d.code, err)
	}
	return nil
}

func (st *stage) readStudents(ctx context.Context) error {
	byID := make(map[uuid.UUID]*district, len(st.districts))
	for _, d := range st.districts {
		byID[d.id] = d
	}
	rows, err := st.super.QueryContext(ctx, `SELECT district_id, id FROM student WHERE withdrawn_at IS NULL
		ORDER BY hashtext(id::text), id LIMIT $1`, sampled)
	if err != nil {
		return fmt.Errorf("choose the students: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var of, id uuid.UUID
		if err := rows.Scan(&of, &id); err != nil {
			return fmt.Errorf("choose the students: %w", err)
		}
		st.students = append(st.students, student{byID[of], id})
	}
	if len(st.students) < 2 {
		return errors.Join(rows.Err(), errors.New("there are no students to ask about"))
	}
	return rows.Err()
}

// applicationURL is the connection string of the application's login, as Holdfast
// itself makes it.
func (st *stage) applicationURL() string {
	return st.server.URL(postgres.ApplicationLogin, databaseName)
}

// peerURL is the same with what somebody who tunes a server for small queries on
// fast disks sets first. Holdfast runs with the settings that it ships.
func (st *stage) peerURL() string {
	return st.applicationURL() + "&options=-c%20random_page_cost%3D1.1%20-c%20max_parallel_workers_per_gather%3D0"
}

func (st *stage) close() {
	if st.super != nil {
		_ = st.super.Close()
	}
	if st.server != nil {
		if err := st.server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
	}
	switch {
	case st.settings.dataDir != "":
	case st.settings.keep:
		fmt.Println("kept; run on it again with BENCH_DATA_DIR=" + st.dataDir)
	default:
		if err := os.RemoveAll(filepath.Dir(st.dataDir)); err != nil {
			fmt.Fprintln(os.Stderr, "bench: remove the data directory:", err)
		}
	}
}

// grades are in the order of the years.
var grades = []string{
	"KINDERGARTEN", "FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH", "TENTH", "ELEVENTH", "TWELFTH",
}

// gradesAsked is how many of them, in a row, a list asks for.
const gradesAsked = 4

// question is what one request asks; each operation takes of it what it needs.
type question struct {
	student

	grades []string
	key    string
	at     string
}

// newChance gives the chance of a seed: the same questions for the same seed.
func newChance(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // which students are asked about is no secret
}

// ask makes a question by chance. Its key was never used, whatever the chance.
// Contacts are logged with every other student alone, so that the pages of those
// who are read stay as long as they were.
func (st *stage) ask(operation string, chance *rand.Rand) question {
	from := chance.IntN(len(grades) - gradesAsked + 1)
	place := 2 * chance.IntN(len(st.students)/2)
	if operation == logContact {
		place++
	}
	return question{
		student: st.students[place], grades: grades[from : from+gradesAsked],
		key: fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()), //nolint:gosec // it has to be new, not secret
		at:  "2026-06-09T15:04:05Z",
	}
}
