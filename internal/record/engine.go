package record

import (
	"context"
	"database/sql"
	"regexp"
	"strconv"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// engineQuery lets the early-warning engine read on the reader's behalf: each of its
// statements gives rows only where the condition holds that the reach builder writes.
func engineQuery(op *operation.Operation, may func(*reach.Statement)) earlywarning.Query {
	return func(ctx context.Context, text string, args []any, take func(*sql.Rows) error) error {
		st := reach.NewStatement(op.Reader).Text("SELECT engine.* FROM (")
		writeNumbered(st, text, args)
		st.Text(") engine WHERE EXISTS (")
		may(st)
		return op.Run(ctx, st.Text(")"), take)
	}
}

var numbered = regexp.MustCompile(`\$(\d+)`)

// writeNumbered writes a text in which $1 is the district and what follows are the
// arguments.
func writeNumbered(st *reach.Statement, text string, args []any) {
	at := 0
	for _, found := range numbered.FindAllStringSubmatchIndex(text, -1) {
		st.Text(text[at:found[0]])
		at = found[1]
		const own = 2 // the district is the first, and numbers are counted from one
		if n, _ := strconv.Atoi(text[found[2]:found[3]]); n >= own {
			st.Arg(args[n-own])
			continue
		}
		st.District()
	}
	st.Text(text[at:])
}
