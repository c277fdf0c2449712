package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// bulk measures the work that is done over many students at once: making the rows, the
// recompute of all districts and of one, and the import of a day's attendance.
func bulk(ctx context.Context, s settings) error {
	st, err := openBulk(ctx, s)
	if err != nil {
		return err
	}
	defer st.close()
	steps := []struct {
		name string
		take func(context.Context) error
	}{
		{"demo", st.makeRows},
		{"incidents", st.addIncidents},
		{"rows", st.tellRows},
		{"recompute of all districts", st.recomputeAll},
		{"recompute of one district", st.recomputeOne},
		{"import of a day's attendance", st.importDay},
	}
	for _, step := range steps {
		fmt.Printf("\n%s\n", step.name)
		if err := step.take(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// openBulk starts PostgreSQL on the data directory, without the peers.
func openBulk(ctx context.Context, s settings) (*stage, error) {
	st, err := newStage(s)
	if err != nil {
		return nil, err
	}
	if err := st.join(ctx); err != nil {
		st.close()
		return nil, err
	}
	_, err = st.holdfast(ctx, "migrate", "up")
	return st, err
}

// spent is what a command took.
type spent struct {
	wall, processor time.Duration
	peak            int64 // bytes of memory, of the command alone
}

func (s spent) String() string {
	return fmt.Sprintf("%.1f s, %.1f s of processor time beside PostgreSQL's, at most %d MiB", s.wall.Seconds(), s.processor.Seconds(), s.peak/mebibyte)
}

// timed runs a command of the program, its progress shown. 3 says that rows are in
// quarantine, which is no failure here.
func (st *stage) timed(ctx context.Context, words ...string) (spent, error) {
	command := exec.CommandContext(ctx, filepath.Join(st.settings.binDir, "holdfast"), append([]string{"--data-dir", st.dataDir}, words...)...)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	began := time.Now()
	err := command.Run()
	took := spent{wall: time.Since(began)}
	if usage, known := command.ProcessState.SysUsage().(*syscall.Rusage); known {
		took.processor, took.peak = command.ProcessState.UserTime()+command.ProcessState.SystemTime(), usage.Maxrss<<10
	}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == quarantined {
		err = nil
	}
	if err != nil {
		err = fmt.Errorf("holdfast %s: %w", words[0], err)
	}
	return took, err
}

// quarantined is the exit status of an import that kept rows back.
const quarantined = 3

func (st *stage) makeRows(ctx context.Context) error {
	var there int
	if err := st.super.QueryRowContext(ctx, "SELECT count(*) FROM district").Scan(&there); err != nil {
		return err
	}
	if there > 0 {
		fmt.Println("there already")
		return nil
	}
	took, err := st.timed(ctx, "demo", "--districts", strconv.Itoa(st.settings.districts),
		"--students", strconv.Itoa(st.settings.students/st.settings.districts), "--seed", st.settings.seed, "--as-of", st.settings.asOf)
	if err != nil {
		return err
	}
	fmt.Println(took)
	return nil
}

// incidentsEach is how many incidents there are a student: the demo makes as many as are
// plausible, a state's worth of reports is to be worked out in time all the same.
const incidentsEach = 2

// addIncidents gives the districts the incidents that they lack, each with one student.
func (st *stage) addIncidents(ctx context.Context) error {
	if err := st.readDistricts(ctx); err != nil {
		return err
	}
	for _, one := range st.districts {
		for _, statement := range []string{
			`INSERT INTO discipline_incident (district_id, id, school_id, school_year, local_id, occurred_on, behavior)
				SELECT DISTINCT ON (s.id, n) s.district_id, gen_random_uuid(), e.school_id, e.school_year, 'bulk ' || n || ' ' || s.local_id,
					e.entry_date + (n * 41 + hashtext(s.id::text) % 40), 'Shouting'
				FROM student s JOIN student_school_association e ON e.district_id = s.district_id AND e.student_id = s.id AND e.school_year = $2
				CROSS JOIN generate_series(1, $3) n WHERE s.district_id = $1 ORDER BY s.id, n, e.entry_date, e.id ON CONFLICT DO NOTHING`,
			`INSERT INTO discipline_participation (district_id, id, student_id, incident_id, participation, behavior)
				SELECT i.district_id, gen_random_uuid(), s.id, i.id, 'PERPETRATOR', i.behavior FROM discipline_incident i
				JOIN student s ON s.district_id = i.district_id AND s.local_id = split_part(i.local_id, ' ', 3)
				WHERE i.district_id = $1 AND i.school_year = $2 AND i.local_id LIKE 'bulk %' AND $3 > 0 ON CONFLICT DO NOTHING`,
		} {
			if _, err := st.super.ExecContext(ctx, statement, one.id, one.year, incidentsEach); err != nil {
				return fmt.Errorf("add incidents: %w", err)
			}
		}
	}
	st.districts = nil // read again when their rows are told
	_, err := st.super.ExecContext(ctx, "VACUUM (ANALYZE)")
	return err
}

// bulkTables are those whose rows the recompute reads, or draws.
var bulkTables = []string{
	"district", "student", "student_school_association", "attendance_event", "discipline_incident", "discipline_action",
	"grade", "course_transcript", "risk_flag", "student_risk_history",
}

func (st *stage) tellRows(ctx context.Context) error {
	for _, table := range bulkTables {
		var rows int64
		if err := st.super.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&rows); err != nil {
			return fmt.Errorf("count %s: %w", table, err)
		}
		fmt.Printf("%12d %s\n", rows, table)
	}
	return st.readDistricts(ctx)
}

func (st *stage) recomputeAll(ctx context.Context) error {
	took, err := st.timed(ctx, "recompute", "--all")
	if err == nil {
		fmt.Println(took)
	}
	return err
}

// bareAggregate is what a report would ask that kept nothing and explained nothing: each
// student's figures of the year, a statement a table. It runs on one core, as does the
// recompute of one district.
var bareAggregate = []string{
	"SET max_parallel_workers_per_gather = 0",
	`SELECT count(*), sum(x.absent), sum(x.days) FROM (SELECT e.student_id, sum(e.fraction) FILTER (WHERE e.category <> 'TARDY') AS absent, count(DISTINCT e.on_date) AS days
		FROM attendance_event e WHERE e.district_id = $1 AND e.school_year = $2 AND e.withdrawn_at IS NULL GROUP BY e.student_id) x`,
	`SELECT count(*), sum(x.incidents) FROM (SELECT p.student_id, count(DISTINCT p.incident_id) AS incidents
		FROM discipline_participation p JOIN discipline_incident i ON i.district_id = p.district_id AND i.id = p.incident_id
		WHERE p.district_id = $1 AND i.school_year = $2 AND p.participation = 'PERPETRATOR' GROUP BY p.student_id) x`,
	`SELECT count(*), sum(x.days) FROM (SELECT a.student_id, sum(a.days) AS days FROM discipline_action a
		WHERE a.district_id = $1 AND a.school_year = $2 GROUP BY a.student_id) x`,
	`SELECT count(*), sum(x.low) FROM (SELECT m.student_id, count(*) FILTER (WHERE m.numeric < 600000 OR m.letter IN ('D', 'F')) AS low
		FROM (SELECT DISTINCT ON (g.student_id, g.course_id) g.* FROM grade g WHERE g.district_id = $1 AND g.school_year = $2 AND g.withdrawn_at IS NULL
			ORDER BY g.student_id, g.course_id, g.given_on DESC) m GROUP BY m.student_id) x`,
	`SELECT count(*), sum(x.earned) FROM (SELECT t.student_id, sum(t.earned) AS earned FROM course_transcript t
		WHERE t.district_id = $1 AND t.school_year <= $2 AND t.withdrawn_at IS NULL GROUP BY t.student_id) x`,
}

// enrolledDays is the denominator of a share of days, which no event has: it is told apart.
const enrolledDays = `SELECT count(*), sum(x.days) FROM (SELECT e.student_id, count(DISTINCT c.on_date) AS days FROM student_school_association e
	JOIN calendar_date c ON c.district_id = e.district_id AND c.calendar_id = e.calendar_id AND c.instructional
		AND c.on_date >= e.entry_date AND c.on_date <= coalesce(e.exit_date, 'infinity')
	WHERE e.district_id = $1 AND e.school_year = $2 AND e.withdrawn_at IS NULL GROUP BY e.student_id) x`

// bulkRounds is how often one district is measured, in turn with the bare aggregate.
const bulkRounds = 3

func (st *stage) recomputeOne(ctx context.Context) error {
	one := st.districts[len(st.districts)/2]
	conn, err := st.super.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	ask := func(statements ...string) (time.Duration, error) {
		began := time.Now()
		for _, statement := range statements {
			var arguments []any
			if strings.Contains(statement, "$1") {
				arguments = []any{one.id, one.year}
			}
			if _, err := conn.ExecContext(ctx, statement, arguments...); err != nil {
				return 0, fmt.Errorf("the bare aggregate: %w", err)
			}
		}
		return time.Since(began), nil
	}
	var all, bare, days []time.Duration
	for range bulkRounds {
		events, err := ask(bareAggregate...)
		if err != nil {
			return err
		}
		enrolled, err := ask(enrolledDays)
		if err != nil {
			return err
		}
		took, err := st.timed(ctx, "recompute", "--district", one.code)
		if err != nil {
			return err
		}
		fmt.Println(took)
		all, bare, days = append(all, took.wall), append(bare, events), append(days, enrolled)
	}
	recompute, aggregate, enrolled := medianOf(all).Seconds(), medianOf(bare).Seconds(), medianOf(days).Seconds()
	fmt.Printf("median %.2f s with the start of the program; the bare aggregate of events %.2f s, of days enrolled %.2f s: %.2f times both\n",
		recompute, aggregate, enrolled, recompute/(aggregate+enrolled))
	return nil
}

func medianOf(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
