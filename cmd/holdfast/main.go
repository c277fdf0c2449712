// Command holdfast is the program: it serves the API, migrates the database, loads
// exports, recomputes figures, and makes tokens for development.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// The exit statuses, as `holdfast help` documents them.
const (
	exitFailed      = 1   // it failed; nothing half-done stays behind
	exitUsage       = 2   // the command's words or a setting are wrong
	exitQuarantined = 3   // loaded, with rows kept in quarantine
	exitRefused     = 4   // refused: it would end too many enrollments; nothing was loaded
	exitInterrupted = 130 // stopped by Ctrl-C; nothing half-done stays behind
)

// usageError is a command or setting that cannot be taken as it is.
type usageError struct{ error }

// errQuarantined is a load that kept rows back.
var errQuarantined = errors.New("some rows were kept in quarantine: holdfast quarantine list says why")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := newRoot().ExecuteContext(ctx)
	interrupted := ctx.Err() != nil
	stop()
	os.Exit(report(err, interrupted))
}

// oneLine keeps the first line of an error, and of the rest, which stands in the
// server's log too, what says that a disk is full.
func oneLine(text string) string {
	first, rest, _ := strings.Cut(text, "\n")
	for line := range strings.SplitSeq(rest, "\n") {
		if strings.Contains(line, "No space left on device") {
			return first + " No space left on device: make room, then try again"
		}
	}
	return first
}

// report prints an error in one line and gives the exit status.
func report(err error, interrupted bool) int {
	var usage usageError
	var refused *load.RefusedError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errQuarantined):
		fmt.Fprintln(os.Stderr, "holdfast:", err)
		return exitQuarantined
	case errors.As(err, &refused):
		fmt.Fprintln(os.Stderr, "holdfast:", err)
		return exitRefused
	case interrupted && load.Stopped(err):
		fmt.Fprintln(os.Stderr, "holdfast: stopped; nothing half-done stays behind")
		return exitInterrupted
	case errors.As(err, &usage):
		fmt.Fprintln(os.Stderr, "holdfast:", err)
		return exitUsage
	}
	fmt.Fprintln(os.Stderr, "holdfast:", oneLine(load.Explain(err)))
	return exitFailed
}
