package load

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Explain says in one line why a load failed, without SQL and without a value of
// any row: it is logged, shown, and kept with the run.
func Explain(err error) string {
	refused, byDatabase := errors.AsType[*pq.Error](err)
	switch {
	case Stopped(err):
		return "the import was stopped; nothing of it was loaded"
	case byDatabase && refused.Code.Class() == "53":
		return "the database has no room left (disk, memory or connections); nothing was loaded: make room, then import again"
	case lost(err):
		return "the database went away in the middle (look at its log and its disk); nothing was loaded: import again when it is back"
	case byDatabase:
		return fmt.Sprintf("the database refused a row or statement (%s %s, table %q, constraint %q); nothing was loaded",
			refused.Code, refused.Code.Name(), refused.Table, refused.Constraint)
	}
	return err.Error()
}

// Stopped tells an error that somebody's stopping the program brought about.
func Stopped(err error) bool {
	refused, ok := errors.AsType[*pq.Error](err)
	return errors.Is(err, context.Canceled) || (ok && refused.Code == pqerror.QueryCanceled)
}

// lost tells an error that the server's end brought about.
func lost(err error) bool {
	cut, network := errors.AsType[*net.OpError](err)
	refused, ok := errors.AsType[*pq.Error](err)
	return (network && cut.Op != "listen") || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		(ok && refused.Code.Class() == "57")
}
