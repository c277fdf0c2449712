package load

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/lib/pq"
)

// Explain says in one line why a load failed, without SQL and without a value of
// any row: it is logged, shown, and kept with the run.
func Explain(err error) string {
	var refused *pq.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "the import was stopped; nothing of it was loaded"
	case errors.As(err, &refused) && refused.Code.Class() == "53":
		return "the database has no room left (disk, memory or connections); nothing was loaded: make room, then import again"
	case errors.As(err, &refused):
		return fmt.Sprintf("the database refused a row or statement (%s %s, table %q, constraint %q); nothing was loaded",
			refused.Code, refused.Code.Name(), refused.Table, refused.Constraint)
	case errors.Is(err, driver.ErrBadConn):
		return "the database went away in the middle (look at its log and its disk); nothing was loaded: import again when it is back"
	}
	return err.Error()
}
