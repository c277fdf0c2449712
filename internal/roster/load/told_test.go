package load_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// told is a source written in Go: its rows, what it says of them, and what it covers.
type told struct {
	rows      []any
	rejected  []rejected
	tolerated []roster.Issue
	covers    []roster.Coverage
}

type rejected struct {
	row      any
	problems []roster.Issue
}

func (s told) source() load.Source {
	return load.Source{Name: "told", Read: func(ctx context.Context, sink roster.Sink, _ func(done, total int64)) error {
		for i, row := range s.rows {
			if err := sink.Put(ctx, placed(row, i+1)); err != nil {
				return err
			}
		}
		for _, r := range s.rejected {
			if err := sink.Reject(ctx, r.row, r.problems); err != nil {
				return err
			}
		}
		for _, issue := range s.tolerated {
			if err := sink.Tolerate(ctx, issue); err != nil {
				return err
			}
		}
		for _, covered := range s.covers {
			if err := sink.Cover(covered); err != nil {
				return err
			}
		}
		return nil
	}}
}

// placed gives the row the line in the file.
func placed(row any, line int) any {
	placed := reflect.New(reflect.TypeOf(row)).Elem()
	placed.Set(reflect.ValueOf(row))
	placed.FieldByName("Origin").Set(reflect.ValueOf(roster.Origin{File: "told", Line: line}))
	return placed.Interface()
}

// on gives a day of the school year 2025-2026.
func on(month time.Month, day int) time.Time {
	year := 2025
	if month < time.July {
		year = 2026
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// tell loads the source into the district that stands.
func (d *target) tell(t *testing.T, s told, options ...load.Options) load.Summary {
	t.Helper()
	summary, err := d.try(t, s, options...)
	if err != nil {
		t.Fatal(load.Explain(err), err)
	}
	return summary
}

func (d *target) try(t *testing.T, s told, options ...load.Options) (load.Summary, error) {
	t.Helper()
	chosen := load.Options{Now: october}
	if len(options) > 0 {
		chosen = options[0]
	}
	return load.Load(t.Context(), d.application, d.find(t), s.source(), chosen)
}

// base is the base folder's district.
func (d *target) base(t *testing.T) *target {
	t.Helper()
	d.create(t, load.Options{Now: october}, "base")
	return d
}

// issues gives what the latest runs had to say.
func (d *target) issues(t *testing.T) []string {
	t.Helper()
	return d.lines(t, `SELECT outcome AS a, kind AS b, field AS c, value AS d, problem AS e, occurrences AS f FROM import_issue WHERE district_id = $1
		ORDER BY outcome, kind, file, line, field, problem`)
}

func expectError[E error](t *testing.T, err error) E {
	t.Helper()
	found, is := errors.AsType[E](err)
	if !is {
		t.Fatalf("the load ended with %v, not a %s", err, fmt.Sprintf("%T", found))
	}
	return found
}
