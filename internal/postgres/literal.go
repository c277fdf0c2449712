package postgres

import (
	"database/sql/driver"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
)

// plain is a text that means nothing else wherever it stands between quotes, and
// that nobody wrote by hand: a UUID, a list of UUIDs, a list of a vocabulary's words.
var plain = regexp.MustCompile(`^([0-9a-f-]{36}|\{("?[0-9a-f-]{36}"?,?)*\}|\{("[A-Z_]+",?)*\})$`)

// writeOut writes the arguments of a statement as literals. ok is false when there
// are none, or one is such that it may only be bound: a text that somebody wrote
// could say anything, and the server's log may quote a statement that failed.
func writeOut(args []driver.NamedValue) (literals string, ok bool) {
	var b strings.Builder
	for i, arg := range args {
		if i > 0 {
			b.WriteString(", ")
		}
		literal, ok := literalOf(arg.Value)
		if !ok {
			return "", false
		}
		b.WriteString(literal)
	}
	return b.String(), len(args) > 0
}

func literalOf(value driver.Value) (literal string, ok bool) {
	switch v := value.(type) {
	case nil:
		return "NULL", true
	case bool:
		return "'" + strconv.FormatBool(v) + "'", true
	case int64:
		return "'" + strconv.FormatInt(v, 10) + "'", true
	case time.Time:
		return "'" + string(pq.FormatTimestamp(v)) + "'", true
	case string:
		return "'" + v + "'", plain.MatchString(v)
	}
	return "", false
}
