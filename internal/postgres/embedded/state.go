package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// state is what a server is doing.
type state int

const (
	// absent means that no process works on the cluster.
	absent state = iota
	// changing means that the server starts, recovers, stops or has crashed and
	// some of its processes are still ending.
	changing
	// ready means that the server takes connections.
	ready
)

// postmasterFile is what a server notes about itself in postmaster.pid.
type postmasterFile struct {
	pid       int
	socketDir string
	status    string
}

// state looks at the server from outside. Asking the socket works even for a
// server whose processes can't be seen from here, because it runs in another
// container on the same files; looking at the processes finds those that don't
// listen yet or any more.
func (c *cluster) state(ctx context.Context) (state, postmasterFile, error) {
	noted, err := c.readPostmasterFile()
	if err != nil {
		return absent, postmasterFile{}, err
	}

	processes, err := c.processes()
	if err != nil {
		return absent, postmasterFile{}, err
	}

	listening := noted.listening(ctx)

	switch {
	case listening && noted.status == "ready":
		return ready, noted, nil
	case listening || len(processes) > 0:
		return changing, noted, nil
	default:
		return absent, noted, nil
	}
}

func (p postmasterFile) listening(ctx context.Context) bool {
	if p.socketDir == "" {
		return false
	}

	connection, err := (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(p.socketDir, socketName))
	if err != nil {
		return false
	}

	// Nothing was said, so nothing can get lost.
	_ = connection.Close()

	return true
}

func (c *cluster) postmasterFilePath() string { return filepath.Join(c.dir(), "postmaster.pid") }

// readPostmasterFile gives nothing for a file that isn't there, and what there
// is of one that is just being written.
func (c *cluster) readPostmasterFile() (postmasterFile, error) {
	const pidLine, socketDirLine, statusLine, lineCount = 0, 4, 7, 8

	content, err := os.ReadFile(c.postmasterFilePath())
	if errors.Is(err, fs.ErrNotExist) {
		return postmasterFile{}, nil
	}

	if err != nil {
		return postmasterFile{}, fmt.Errorf("read whether PostgreSQL runs: %w", err)
	}

	lines := append(strings.Split(string(content), "\n"), make([]string, lineCount)...)

	// A number that isn't there yet reads as 0, which is no process.
	pid, _ := strconv.Atoi(lines[pidLine])

	return postmasterFile{
		pid:       pid,
		socketDir: lines[socketDirLine],
		status:    strings.TrimSpace(lines[statusLine]),
	}, nil
}

// processes lists the running PostgreSQL processes of the cluster. The number
// in postmaster.pid alone proves nothing: after a crash another program may
// have it. Command lines are used because root in a container may not see
// another user's working directories.
func (c *cluster) processes() ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("look for PostgreSQL processes: %w", err)
	}

	var found []int

	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil && (c.isPostmaster(pid) || c.isWorker(pid)) {
			found = append(found, pid)
		}
	}

	return found, nil
}

// isPostmaster says whether a process is the cluster's server itself, or was
// forked from it a moment ago.
func (c *cluster) isPostmaster(pid int) bool {
	return strings.HasSuffix(c.commandLine(pid), "\x00-D\x00"+c.dir()+"\x00")
}

// isWorker says whether a process is one of the many that the server forks,
// which show the cluster's name where their command line was.
func (c *cluster) isWorker(pid int) bool {
	return strings.HasPrefix(c.commandLine(pid), "postgres: "+c.name()+": ")
}

// commandLine gives the command line of a process of the account, and nothing
// for others: anybody can write anything there. A process that has ended, even
// if nobody took note, has none.
func (c *cluster) commandLine(pid int) string {
	directory := filepath.Join("/proc", strconv.Itoa(pid))

	info, err := os.Stat(directory)
	if err != nil {
		return ""
	}

	if uid, _ := ownerOf(info); uid != c.runAs.uid {
		return ""
	}

	content, err := os.ReadFile(filepath.Join(directory, "cmdline"))
	if err != nil {
		return ""
	}

	return string(content)
}
