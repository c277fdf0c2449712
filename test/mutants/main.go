// Command mutants takes one wall away at a time and says which test notices: each
// table's row-level security, each table's rule of reach, each operation's roles, what
// an answer to a flag needs, each field's data class. A mutant that no test notices is a
// fault, and the program exits 1.
//
//	go run ./test/mutants                       # all of them
//	go run ./test/mutants -only student_contact  # those whose name holds the word
//	go run ./test/mutants -wall change           # those of one wall
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"text/tabwriter"
	"time"
)

// mutant is the product with one thing changed.
type mutant struct {
	wall    string            // database, row, operation, change, field
	name    string            // of what was changed
	sql     string            // run on the migrated database; empty: nothing
	overlay map[string]string // source files, by path, as they are then
	tests   []suite           // that should notice; the first one to do so is told
}

// suite is some tests of a package.
type suite struct{ pkg, run, skip string }

func main() {
	only := flag.String("only", "", "only mutants whose name holds this `word`")
	wall := flag.String("wall", "", "only mutants of this `wall`: database, row, operation, change or field")
	flag.Parse()
	survivors, err := tryAll(*wall, *only)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(2)
	case survivors > 0:
		os.Exit(1)
	}
}

// tryAll tries the chosen mutants, prints what noticed each, and counts those that
// nothing noticed.
func tryAll(wall, only string) (survivors int, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	mutants, err := all()
	if err != nil {
		return 0, err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, m := range mutants {
		if !strings.Contains(m.name, only) || !strings.HasPrefix(m.wall, wall) {
			continue
		}
		began := time.Now()
		noticed, err := m.try(ctx)
		if err != nil {
			return survivors, fmt.Errorf("%s: %w", m.name, err)
		}
		if noticed == "" {
			survivors++
			noticed = "SURVIVED"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", m.wall, m.name, noticed, time.Since(began).Round(time.Second))
		_ = table.Flush()
	}
	return survivors, ctx.Err()
}

// all lists the mutants, wall by wall.
func all() ([]mutant, error) {
	mutants := databaseMutants()
	for _, wall := range []func() ([]mutant, error){rowMutants, operationMutants, changeMutants, fieldMutants} {
		of, err := wall()
		if err != nil {
			return nil, err
		}
		mutants = append(mutants, of...)
	}
	return mutants, nil
}
