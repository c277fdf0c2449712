package record

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Selected is one field that was asked for.
type Selected struct {
	Name       string
	Path       string // by field names from the answer's root, without places in lists
	SchoolYear *int   // the argument of fields of a school year; nil: the current one
	Narrowed   string // the argument outcome of issues, and state of quarantine; empty: all
	Page       relay.PageArgs
	Fields     []Selected
}

// field gives what is selected below under the name, by all aliases together; ok
// is false when it is not selected.
func (s Selected) field(name string) (all Selected, ok bool) {
	for _, field := range s.Fields {
		if field.Name != name {
			continue
		}
		if ok {
			field.Fields = slices.Concat(all.Fields, field.Fields)
		}
		all, ok = field, true
	}
	return all, ok
}

// distinct keeps one selection of each field with its arguments, with all that is
// selected below it by any alias.
func distinct(selected []Selected, known func(name string) bool) []Selected {
	places := make(map[string]int, len(selected))
	var fields []Selected
	for _, s := range selected {
		if !known(s.Name) {
			continue
		}
		if at, seen := places[s.key()]; seen {
			fields[at].Fields = slices.Concat(fields[at].Fields, s.Fields)
			continue
		}
		places[s.key()] = len(fields)
		fields = append(fields, s)
	}
	return fields
}

// yearKey names a school year argument.
func yearKey(year *int) int {
	if year == nil {
		return currentYear
	}
	return *year
}

// currentYear is the key of the current school year: no year that can be asked for.
const currentYear = math.MinInt

// maxYear is the last year that a school year's argument takes.
const maxYear = 9_999

// checkYear refuses a school year that no calendar has.
func (s Selected) checkYear() error {
	if s.SchoolYear != nil && (*s.SchoolYear < 0 || *s.SchoolYear > maxYear) {
		return &relay.InputError{Expected: "schoolYear takes the calendar year in which the school year ends, such as 2022"}
	}
	return nil
}

// pageKey names the arguments of a page.
func pageKey(args relay.PageArgs) string {
	if args == (relay.PageArgs{}) {
		return ""
	}
	return fmt.Sprint(deref(args.First), deref(args.Last), deref(args.After), deref(args.Before))
}

func deref[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// key tells selections of one field with different arguments apart.
func (s Selected) key() string {
	name := s.Name + s.Narrowed
	if s.SchoolYear == nil {
		return name + " " + pageKey(s.Page)
	}
	return name + " " + strconv.Itoa(*s.SchoolYear) + " " + pageKey(s.Page)
}
