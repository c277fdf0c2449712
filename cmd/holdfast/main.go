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
	exitInterrupted = 130 // stopped by Ctrl-C; nothing half-done stays behind
)

// usageError is a command or setting that cannot be taken as it is.
type usageError struct{ error }

// errQuarantined is a load that kept rows back.
var errQuarantined = errors.New("some rows were kept in quarantine: see the import run's issues")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := newRoot().ExecuteContext(ctx)
	interrupted := ctx.Err() != nil
	stop()
	os.Exit(report(err, interrupted))
}

// report prints an error in one line and gives the exit status.
func report(err error, interrupted bool) int {
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errQuarantined):
		fmt.Fprintln(os.Stderr, "holdfast:", err)
		return exitQuarantined
	case interrupted && load.Stopped(err):
		fmt.Fprintln(os.Stderr, "holdfast: stopped; nothing half-done stays behind")
		return exitInterrupted
	case errors.As(err, &usage):
		fmt.Fprintln(os.Stderr, "holdfast:", err)
		return exitUsage
	}
	line, _, _ := strings.Cut(load.Explain(err), "\n") // the rest stands in the server's log
	fmt.Fprintln(os.Stderr, "holdfast:", line)
	return exitFailed
}
