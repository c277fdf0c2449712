package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// target is what Holdfast is held to: so many times PostGraphile at the most
// clients, such a share of the hand-written server at each number of clients, and
// at most so many statements.
type target struct {
	postgraphile, handwritten, statements float64
}

var targets = map[string]target{
	studentPage: {2, 0.4, 4},
	studentList: {1.2, 0.25, 2},
	logContact:  {1.5, 0.6, 5},
}

// ratio is one figure that a target is held against.
type ratio struct {
	Operation string  `json:"operation"`
	What      string  `json:"what"`
	Clients   int     `json:"clients,omitempty"`
	Figure    float64 `json:"figure"`
	Target    float64 `json:"target"`
	Met       bool    `json:"met"`
}

// report is what a run of the benchmark gave.
type report struct {
	At         time.Time         `json:"at"`
	Machine    map[string]string `json:"machine"`
	Rows       map[string]int    `json:"rows"`
	Settings   map[string]any    `json:"settings"`
	Statements statementCounts   `json:"statementsPerRequest"`
	Ratios     []ratio           `json:"ratios"`
	Medians    []measurement     `json:"medians"`
	Runs       []measurement     `json:"runs"`
}

func newReport(ctx context.Context, st *stage, peers []*peer, counts statementCounts, runs []measurement) *report {
	s := st.settings
	r := &report{
		At: time.Now().UTC(), Machine: machine(ctx, st), Rows: rows(ctx, st), Statements: counts, Runs: runs,
		Settings: map[string]any{
			"seconds": s.seconds.Seconds(), "rounds": s.rounds, "compared": s.compared, "nodeWorkers": s.nodeWorkers,
			"seed": s.seed, "asOf": s.asOf, "connectionsPerPeer": connections,
		},
	}
	for _, operation := range operations {
		for _, clients := range s.clients {
			for _, p := range peers {
				r.Medians = append(r.Medians, median(runs, p.name, operation, clients))
			}
		}
	}
	r.hold(s.clients)
	return r
}

// median gives the medians of a peer's runs, each figure by itself.
func median(runs []measurement, peer, operation string, clients int) measurement {
	var same []measurement
	for _, one := range runs {
		if one.Peer == peer && one.Operation == operation && one.Clients == clients {
			same = append(same, one)
		}
	}
	of := func(figure func(measurement) float64) float64 {
		figures := make([]float64, len(same))
		for i, one := range same {
			figures[i] = figure(one)
		}
		slices.Sort(figures)
		return figures[len(figures)/2]
	}
	return measurement{
		Peer: peer, Operation: operation, Clients: clients,
		PerSecond:      of(func(m measurement) float64 { return m.PerSecond }),
		P50:            of(func(m measurement) float64 { return m.P50 }),
		P99:            of(func(m measurement) float64 { return m.P99 }),
		Bytes:          int(of(func(m measurement) float64 { return float64(m.Bytes) })),
		ServerCPU:      of(func(m measurement) float64 { return m.ServerCPU }),
		DatabaseCPU:    of(func(m measurement) float64 { return m.DatabaseCPU }),
		LoadCPU:        of(func(m measurement) float64 { return m.LoadCPU }),
		ServerMemory:   int64(of(func(m measurement) float64 { return float64(m.ServerMemory) })),
		DatabaseMemory: int64(of(func(m measurement) float64 { return float64(m.DatabaseMemory) })),
	}
}

func (r *report) perSecond(peer, operation string, clients int) float64 {
	for _, m := range r.Medians {
		if m.Peer == peer && m.Operation == operation && m.Clients == clients {
			return m.PerSecond
		}
	}
	return 0
}

// hold holds the medians against the targets.
func (r *report) hold(clients []int) {
	most := slices.Max(clients)
	for _, operation := range operations {
		goal := targets[operation]
		own := func(clients int) float64 { return r.perSecond(holdfastPeer, operation, clients) }
		times := own(most) / r.perSecond(postgraphilePeer, operation, most)
		r.Ratios = append(r.Ratios, ratio{operation, "times PostGraphile", most, times, goal.postgraphile, times >= goal.postgraphile})
		for _, n := range clients {
			share := own(n) / r.perSecond(handwrittenPeer, operation, n)
			r.Ratios = append(r.Ratios, ratio{operation, "of hand-written", n, share, goal.handwritten, share >= goal.handwritten})
		}
		if r.Statements != nil {
			n := r.Statements[holdfastPeer][operation]
			r.Ratios = append(r.Ratios, ratio{Operation: operation, What: "statements", Figure: n, Target: goal.statements, Met: n <= goal.statements})
		}
	}
}

// write prints the tables and keeps the whole in a file.
func (r *report) write(s settings, out io.Writer) error {
	r.print(out)
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	folder := filepath.Join(s.benchDir, "results")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	path := filepath.Join(folder, r.At.Format("20060102T150405Z")+".json")
	_, _ = fmt.Fprintln(out, "\nresults:", path)
	return os.WriteFile(path, append(text, '\n'), 0o600)
}

const mebibyte = 1 << 20

// print prints the tables as Markdown.
func (r *report) print(out io.Writer) {
	row := func(cells ...any) {
		_, _ = fmt.Fprintln(out, "| "+strings.TrimSuffix(fmt.Sprintln(between(cells)...), "\n")+" |")
	}
	_, _ = fmt.Fprintln(out)
	row("operation", "clients", "peer", "requests/s", "p50 ms", "p99 ms", "server µs", "database µs", "server MiB", "database MiB", "bytes", "statements")
	_, _ = fmt.Fprintln(out, "|"+strings.Repeat("---|", 12)) //nolint:mnd // as many as the row above has
	for _, m := range r.Medians {
		statements := "-"
		if r.Statements != nil {
			statements = fmt.Sprintf("%g", r.Statements[m.Peer][m.Operation])
		}
		row(m.Operation, m.Clients, m.Peer, fmt.Sprintf("%.0f", m.PerSecond), fmt.Sprintf("%.2f", m.P50), fmt.Sprintf("%.2f", m.P99),
			fmt.Sprintf("%.0f", m.ServerCPU), fmt.Sprintf("%.0f", m.DatabaseCPU), m.ServerMemory/mebibyte, m.DatabaseMemory/mebibyte, m.Bytes, statements)
	}
	_, _ = fmt.Fprintln(out)
	row("operation", "target", "clients", "figure", "wanted", "")
	_, _ = fmt.Fprintln(out, "|"+strings.Repeat("---|", 6)) //nolint:mnd // as many as the row above has
	for _, one := range r.Ratios {
		verdict, clients := "missed", "-"
		if one.Met {
			verdict = "met"
		}
		if one.Clients > 0 {
			clients = strconv.Itoa(one.Clients)
		}
		row(one.Operation, one.What, clients, fmt.Sprintf("%.2f", one.Figure), fmt.Sprintf("%g", one.Target), verdict)
	}
}

// between puts bars between cells.
func between(cells []any) []any {
	all := make([]any, 0, 2*len(cells))
	for i, cell := range cells {
		if i > 0 {
			all = append(all, "|")
		}
		all = append(all, cell)
	}
	return all
}

// machine says what the figures were measured on.
func machine(ctx context.Context, st *stage) map[string]string {
	var version string
	_ = st.super.QueryRowContext(ctx, "SHOW server_version").Scan(&version)
	found := map[string]string{
		"cores": strconv.Itoa(runtime.NumCPU()), "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH, "postgresql": version,
	}
	for name, words := range map[string][]string{
		"node":   {filepath.Join(st.settings.benchDir, "postgraphile", "node_modules", ".bin", "node"), "--version"},
		"commit": {"git", "rev-parse", "--short", "HEAD"},
	} {
		if text, err := exec.CommandContext(ctx, words[0], words[1:]...).Output(); err == nil {
			found[name] = strings.TrimSpace(string(text))
		}
	}
	return found
}

// rows says how large the tables are that were read.
func rows(ctx context.Context, st *stage) map[string]int {
	found := make(map[string]int)
	for _, table := range []string{"district", "student", "student_contact", "attendance_event", "risk_flag", "contact_log"} {
		var n int
		if err := st.super.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n); err == nil {
			found[table] = n
		}
	}
	return found
}
