package oneroster_test

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// recorder is a sink that writes down what it is told, a line each.
type recorder struct {
	lines      []string
	passedOver map[string]int
}

func (s *recorder) Put(_ context.Context, row any) error {
	s.lines = append(s.lines, "put "+written(row))
	return nil
}

func (s *recorder) Reject(_ context.Context, row any, problems []roster.Issue) error {
	for _, issue := range problems {
		s.lines = append(s.lines, "reject "+written(row)+" because "+said(issue))
	}
	return nil
}

func (s *recorder) Tolerate(_ context.Context, issue roster.Issue) error {
	s.lines = append(s.lines, fmt.Sprintf("tolerate %s:%d %s", issue.File, issue.Line, said(issue)))
	return nil
}

func (s *recorder) Cover(covered roster.Coverage) error {
	s.lines = append(s.lines, fmt.Sprintf("cover %s of %d", covered.Kind, covered.SchoolYear))
	return nil
}

func (s *recorder) PassOver(kind string) error {
	if s.passedOver == nil {
		s.passedOver = map[string]int{}
	}
	s.passedOver[kind]++
	return nil
}

// all gives the lines, with what was passed over at the end.
func (s *recorder) all() []string {
	lines := slices.Clone(s.lines)
	for _, kind := range slices.Sorted(maps.Keys(s.passedOver)) {
		lines = append(lines, fmt.Sprintf("pass over %d %s", s.passedOver[kind], kind))
	}
	return lines
}

func said(issue roster.Issue) string {
	value := ""
	if issue.Value != "" {
		value = fmt.Sprintf(" %q", issue.Value)
	}
	return issue.Field + value + " " + issue.Problem
}

// written gives a row's kind, its place, and the members that it fills in.
func written(row any) string {
	if gone, is := row.(roster.Gone); is {
		return "gone " + written(gone.Row)
	}
	value := reflect.ValueOf(row)
	var b strings.Builder
	b.WriteString(value.Type().Name())
	for i := range value.NumField() {
		member := value.Field(i)
		name := value.Type().Field(i).Name
		if origin, is := reflect.TypeAssert[roster.Origin](member); is {
			fmt.Fprintf(&b, " %s:%d", origin.File, origin.Line)
			continue
		}
		if member.IsZero() {
			continue
		}
		switch v := member.Interface().(type) {
		case time.Time:
			fmt.Fprintf(&b, " %s=%s", name, v.Format(time.DateOnly))
		case string:
			fmt.Fprintf(&b, " %s=%q", name, v)
		case []string:
			fmt.Fprintf(&b, " %s=%q", name, v)
		default:
			fmt.Fprintf(&b, " %s=%v", name, v)
		}
	}
	return b.String()
}
