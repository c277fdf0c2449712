package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ticks is how many of its clock ticks Linux counts in a second.
const ticks = 100

// The places in /proc/PID/stat after the program's name.
const (
	statParent       = 1
	statUser         = 11
	statSystem       = 12
	statReapedUser   = 13
	statReapedSystem = 14
)

// family gives a process and its children, and theirs.
func family(root int) []int {
	children := map[int][]int{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return []int{root}
	}
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil {
			if fields := stat(pid); fields != nil {
				children[number(fields[statParent])] = append(children[number(fields[statParent])], pid)
			}
		}
	}
	all := []int{root}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

// stat gives the fields of /proc/PID/stat after the program's name; nil when the
// process is gone.
func stat(pid int) []string {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
}

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// cpu is the processor time that a family took so far, with that of its members
// who ended.
func cpu(root int) time.Duration {
	sum := 0
	for _, pid := range family(root) {
		if fields := stat(pid); fields != nil {
			sum += number(fields[statUser]) + number(fields[statSystem]) + number(fields[statReapedUser]) + number(fields[statReapedSystem])
		}
	}
	return time.Duration(sum) * time.Second / ticks
}

// forgetPeak makes the peak of a family's memory begin anew.
func forgetPeak(root int) {
	for _, pid := range family(root) {
		_ = os.WriteFile(filepath.Join("/proc", strconv.Itoa(pid), "clear_refs"), []byte("5"), 0o600)
	}
}

// peakMemory is the most memory that a family's members held since forgetPeak.
func peakMemory(root int) int64 { return sumMemory(root, "status", "VmHWM:") }

// sharedMemory is the memory that a family holds, each page that several of its
// members share counted once among them.
func sharedMemory(root int) int64 { return sumMemory(root, "smaps_rollup", "Pss:") }

// sumMemory adds a line of a file in /proc over a family, in bytes.
func sumMemory(root int, file, name string) int64 {
	var sum int64
	for _, pid := range family(root) {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), file))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			if value, found := strings.CutPrefix(line, name); found {
				sum += int64(number(strings.Fields(value)[0])) << 10
			}
		}
	}
	return sum
}

// postmaster gives the process of the embedded server.
func (st *stage) postmaster() (int, error) {
	text, err := os.ReadFile(filepath.Join(st.dataDir, "cluster", "postmaster.pid"))
	if err != nil {
		return 0, fmt.Errorf("find PostgreSQL's process: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(first)
}

// ownCPU is the processor time of this program, the load, so far.
func ownCPU() time.Duration {
	fields := stat(os.Getpid())
	if fields == nil {
		return 0
	}
	return time.Duration(number(fields[statUser])+number(fields[statSystem])) * time.Second / ticks
}
