package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// pollInterval is how often a state is looked at that nobody announces: a lock
// that gets free, a server that gets ready.
const pollInterval = 10 * time.Millisecond

// pause waits a moment, or gives the reason why the context ended.
func pause(ctx context.Context) error {
	timer := time.NewTimer(pollInterval)
	defer timer.Stop()

	select {
	case <-ctx.Done():
		return fmt.Errorf("gave up waiting: %w", context.Cause(ctx))
	case <-timer.C:
		return nil
	}
}

// fileLock is an advisory lock on a file. Every fileLock has an open file of
// its own, so two of them exclude each other within one process, too.
type fileLock struct {
	file *os.File
}

func openLock(path string, runAs account) (*fileLock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, privateFile)
	if err != nil {
		return nil, fmt.Errorf("open a lock file: %w", err)
	}

	if err := runAs.give(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}

	return &fileLock{file: file}, nil
}

// lock waits until the lock is held exclusively.
func (l *fileLock) lock(ctx context.Context) error {
	for {
		held, err := l.tryExclusive()
		if err != nil || held {
			return err
		}

		if err := pause(ctx); err != nil {
			return fmt.Errorf("wait for %s, which another process holds: %w", l.file.Name(), err)
		}
	}
}

// tryExclusive takes the lock exclusively when nobody else holds it. When it
// fails, a lock that was shared before may be lost.
func (l *fileLock) tryExclusive() (bool, error) {
	return l.try(unix.LOCK_EX)
}

// share takes the lock together with others. It fails when somebody holds it
// exclusively, which happens under start.lock only.
func (l *fileLock) share() error {
	held, err := l.try(unix.LOCK_SH)
	if err == nil && !held {
		err = fmt.Errorf("another program holds %s, which only Holdfast should do", l.file.Name())
	}

	return err
}

func (l *fileLock) try(kind int) (bool, error) {
	for {
		err := unix.Flock(int(l.file.Fd()), kind|unix.LOCK_NB)

		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		default:
			return false, fmt.Errorf("lock %s: %w", l.file.Name(), err)
		}
	}
}

// release unlocks before it closes: a program that this process is starting at
// the same moment has a copy of the open file until it runs, and would keep
// the lock a little longer. No error needs attention: the kernel drops the
// lock with the file in any case.
func (l *fileLock) release() {
	_ = unix.Flock(int(l.file.Fd()), unix.LOCK_UN)
	_ = l.file.Close()
}
