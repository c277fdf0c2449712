package sheet_test

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// recorder is a sink that keeps everything, and a line for each thing that it was told.
type recorder struct {
	rows  []any
	lines []string
}

func (s *recorder) Put(_ context.Context, row any) error {
	s.rows = append(s.rows, row)
	s.lines = append(s.lines, place(row)+contentOf(row))
	return nil
}

func (s *recorder) Reject(_ context.Context, row any, problems []roster.Issue) error {
	s.lines = append(s.lines, place(row)+"rejected: "+contentOf(row))
	for _, issue := range problems {
		s.lines = append(s.lines, "- "+worded(issue))
	}
	return nil
}

func (s *recorder) Tolerate(_ context.Context, issue roster.Issue) error {
	s.lines = append(s.lines, fmt.Sprintf("%s:%d tolerated: %s", issue.File, issue.Line, worded(issue)))
	return nil
}

func (s *recorder) Cover(roster.Coverage) error { return nil }
func (s *recorder) PassOver(string) error       { return nil }

func worded(issue roster.Issue) string {
	var words []string
	for _, word := range []string{issue.Field, issue.Value, issue.Problem} {
		if word != "" {
			words = append(words, word)
		}
	}
	if issue.Hint == "" || issue.Kind == "" {
		words = append(words, "WITHOUT A HINT OR KIND")
	}
	return strings.Join(words, " | ")
}

func place(row any) string {
	origin, _ := reflect.TypeAssert[roster.Origin](reflect.ValueOf(row).FieldByName("Origin"))
	return fmt.Sprintf("%s:%d ", origin.File, origin.Line)
}

// contentOf gives what a row says, as name=value in the names' order.
func contentOf(row any) string {
	f, _ := form.Of(reflect.TypeOf(row).Name())
	content := f.Content(row)
	var said strings.Builder
	for _, name := range slices.Sorted(maps.Keys(content)) {
		fmt.Fprintf(&said, " %s=%q", name, content[name])
	}
	return f.Kind + said.String()
}
