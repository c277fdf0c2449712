package record

import (
	"fmt"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Selected is one field that was asked for.
type Selected struct {
	Name       string
	Path       string // by field names from the answer's root, without places in lists
	SchoolYear *int   // the argument of fields of a school year; nil: the current one
	Page       relay.PageArgs
	Fields     []Selected
}

// has tells whether the field is selected below, and gives it.
func (s Selected) field(name string) (Selected, bool) {
	for _, field := range s.Fields {
		if field.Name == name {
			return field, true
		}
	}
	return Selected{}, false
}

// yearKey names a school year argument.
func yearKey(year *int) int {
	if year == nil {
		return currentYear
	}
	return *year
}

// currentYear is the key of the current school year.
const currentYear = 0

// pageKey names the arguments of a page.
func pageKey(args relay.PageArgs) string {
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
	return fmt.Sprint(s.Name, yearKey(s.SchoolYear), pageKey(s.Page))
}
