package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// defaults are the settings and what stands where the environment says nothing;
// docs/performance.md says what they are.
var defaults = map[string]string{
	"BENCH_DISTRICTS":    "40",
	"BENCH_STUDENTS":     "200000",
	"BENCH_SEED":         "1",
	"BENCH_AS_OF":        "2026-06-10",
	"BENCH_SECONDS":      "5",
	"BENCH_WARMUP":       "1",
	"BENCH_ROUNDS":       "3",
	"BENCH_CLIENTS":      "1,32",
	"BENCH_COMPARED":     "60",
	"BENCH_NODE_WORKERS": "1",
	"BENCH_DATA_DIR":     "",
	"BENCH_KEEP":         "0",
	"BENCH_BIN_DIR":      "bin",
	"BENCH_DIR":          "bench",
}

// settings are the settings as they were read.
type settings struct {
	districts, students int // students of all districts together
	seed, asOf          string
	seconds, warmup     time.Duration
	rounds              int
	clients             []int
	compared            int // questions that are compared before anything is measured
	nodeWorkers         int
	dataDir             string // empty: a new one, deleted at the end
	keep                bool
	binDir, benchDir    string
}

func readSettings() (settings, error) {
	e := environment{}
	s := settings{
		districts: e.number("BENCH_DISTRICTS"), students: e.number("BENCH_STUDENTS"), seed: e.text("BENCH_SEED"), asOf: e.text("BENCH_AS_OF"),
		seconds: e.seconds("BENCH_SECONDS"), warmup: e.seconds("BENCH_WARMUP"), rounds: e.number("BENCH_ROUNDS"),
		clients: e.numbers("BENCH_CLIENTS"), compared: e.number("BENCH_COMPARED"), nodeWorkers: e.number("BENCH_NODE_WORKERS"),
		dataDir: e.text("BENCH_DATA_DIR"), keep: e.number("BENCH_KEEP") != 0, binDir: e.text("BENCH_BIN_DIR"), benchDir: e.text("BENCH_DIR"),
	}
	if s.districts < 1 || s.students < s.districts || s.rounds < 1 || s.seconds <= 0 {
		e.fail("BENCH_DISTRICTS, BENCH_STUDENTS, BENCH_ROUNDS or BENCH_SECONDS", "at least one of each, and a student for each district")
	}
	return s, e.failed
}

// environment reads variables; the first that cannot be read is its error.
type environment struct{ failed error }

func (e *environment) fail(name, wanted string) {
	if e.failed == nil {
		e.failed = fmt.Errorf("the setting %s takes %s", name, wanted)
	}
}

func (*environment) text(name string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return defaults[name]
}

func (e *environment) number(name string) int {
	n, err := strconv.Atoi(e.text(name))
	if err != nil || n < 0 {
		e.fail(name, "a whole number")
	}
	return n
}

func (e *environment) numbers(name string) []int {
	var list []int
	for word := range strings.SplitSeq(e.text(name), ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 1 {
			e.fail(name, "numbers from 1 with commas between, such as 1,32")
		}
		list = append(list, n)
	}
	return list
}

func (e *environment) seconds(name string) time.Duration {
	n, err := strconv.ParseFloat(e.text(name), 64)
	if err != nil || n < 0 {
		e.fail(name, "seconds")
	}
	return time.Duration(n * float64(time.Second))
}
