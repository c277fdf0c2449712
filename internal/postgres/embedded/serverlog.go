package embedded

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

const (
	mebibyte = 1 << 20

	// longestLog is the size at which a server log is begun anew.
	longestLog = 10 * mebibyte

	// longestTail is how much of a program's output an error carries.
	longestTail = 4 << 10

	// littleSpace is less than a new cluster and its first log files need.
	littleSpace = 128 * mebibyte
)

// serverLog is the file that takes what the server writes.
type serverLog struct {
	file *os.File
	// before is how long the file was before this server wrote to it.
	before int64
}

func openServerLog(path string, runAs account) (*serverLog, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND|unix.O_NOFOLLOW, privateFile)
	if err != nil {
		return nil, fmt.Errorf("open the log of PostgreSQL: %w", err)
	}

	log := &serverLog{file: file}
	if err := errors.Join(runAs.give(file), log.measure()); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the log of PostgreSQL: %w", err), file.Close())
	}

	return log, nil
}

// measure notes the length of the file and empties one that got too long.
func (l *serverLog) measure() error {
	info, err := l.file.Stat()
	if err != nil {
		return fmt.Errorf("measure it: %w", err)
	}

	l.before = info.Size()
	if l.before <= longestLog {
		return nil
	}

	l.before = 0
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("begin it anew: %w", err)
	}

	return nil
}

// written gives the end of what this server has written.
func (l *serverLog) written() string {
	content, err := io.ReadAll(io.NewSectionReader(l.file, l.before, longestLog))
	if err != nil {
		return fmt.Sprintf("(the log can't be read: %v)", err)
	}

	return tail(content)
}

func (l *serverLog) close() {
	// Nothing was written through this handle, so nothing can get lost.
	_ = l.file.Close()
}

// tail gives the last lines of a program's output.
func tail(output []byte) string {
	output = bytes.TrimSpace(output)
	if len(output) == 0 {
		return "(nothing)"
	}

	if len(output) > longestTail {
		output = output[len(output)-longestTail:]
		if _, whole, found := bytes.Cut(output, []byte("\n")); found {
			output = whole
		}
	}

	return string(output)
}

// scarceSpace is an addition to an error when the disk is nearly full. A
// server on a full disk often can't even log that it is full.
func scarceSpace(directory string) string {
	var status unix.Statfs_t
	if err := unix.Statfs(directory, &status); err != nil {
		return ""
	}

	free := status.Bavail * uint64(status.Bsize) //nolint:gosec // a block's size is never negative
	if free >= littleSpace {
		return ""
	}

	return fmt.Sprintf(" (only %d MiB are free on the disk of %s: make room there)", free/mebibyte, directory)
}
