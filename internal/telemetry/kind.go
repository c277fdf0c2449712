// Package telemetry says what went on without saying about whom: no name of a
// child, no value of a row and no SQL reaches a log, a metric or a trace.
package telemetry

import (
	"errors"
	"fmt"

	"github.com/lib/pq"
)

// KindOf names what kind of error it is, for logs: its text may quote SQL or a
// value of a row, so only types, and what PostgreSQL calls the error, are given.
func KindOf(err error) string {
	if refused, ok := errors.AsType[*pq.Error](err); ok {
		return fmt.Sprintf("PostgreSQL %s %s (table %q, constraint %q)", refused.Code, refused.Code.Name(), refused.Table, refused.Constraint)
	}
	innermost := err
	for next := errors.Unwrap(innermost); next != nil; next = errors.Unwrap(innermost) {
		innermost = next
	}
	return fmt.Sprintf("%T", innermost)
}

// KindOfPanic names what was thrown, without its text.
func KindOfPanic(thrown any) string { return fmt.Sprintf("panic of %T", thrown) }
