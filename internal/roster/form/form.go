// Package form lists the fields of every kind of row that is staged: what a CSV file
// calls each, in which staging column it stands, and what it means. Templates, the
// reading of CSV, staging and quarantine take them from here.
package form

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// Type is what a field holds.
type Type int

// The types of a Field, and how a value of each is written.
const (
	Text  Type = iota // any text
	Day               // 2025-09-30
	Whole             // 2026
	Parts             // 0.5; kept in ten-thousandths
	YesNo             // yes or no
	List              // words parted by semicolons: English;Spanish
	Word              // one of the field's Words
)

// Field is one field of a kind of row.
type Field struct {
	Name   string // in a CSV file's header, and in quarantine
	Column string // of the staging table
	Type   Type
	Words  []string // of a Word: what it may be
	Needed bool     // a row without it means nothing
	About  string   // what it is, for a district's data officer

	member string // of the row struct
	index  int    // of that member
	unsaid int    // of a Whole or Parts: the number that stands for what the source does not say
	isYear bool   // a Whole that is a calendar year
	yearOf string // of a school year: the member with the date that it is drawn from where it is not said
	dated  int    // that member's index
}

// SQLType is the type of the field's staging column.
func (f *Field) SQLType() string {
	switch f.Type {
	case Day:
		return "date"
	case Whole, Parts:
		return "integer"
	case YesNo:
		return "boolean"
	case List:
		return "text[]"
	case Text, Word:
	}
	return "text"
}

// Form is all fields of one kind of row.
type Form struct {
	Kind   string // the row struct's name
	File   string // the CSV template's name, without .csv
	About  string // what a row says
	Fields []Field

	row reflect.Type
}

// Forms gives the form of every kind, parents before their children: the order in
// which they are merged.
func Forms() []Form { return slices.Clone(forms) }

// Of gives the form of a kind.
func Of(kind string) (Form, bool) {
	form, known := byKind[kind]
	return form, known
}

var (
	forms  = allForms()
	byKind = byName(forms)
)

func allForms() []Form {
	return slices.Concat(schoolForms(), peopleForms(), courseForms(), attendanceForms(), disciplineForms(), markForms(), supportForms())
}

func byName(all []Form) map[string]Form {
	named := make(map[string]Form, len(all))
	for _, form := range all {
		named[form.Kind] = form
	}
	return named
}

// of makes the form of the kind of row T, and finds the members that its fields name.
func of[T any](file, about string, fields ...Field) Form {
	row := reflect.TypeFor[T]()
	form := Form{Kind: row.Name(), File: file, About: about, Fields: fields, row: row}
	for i := range fields {
		fields[i].index = memberOf(row, fields[i].member)
		if fields[i].yearOf != "" {
			fields[i].dated = memberOf(row, fields[i].yearOf)
		}
	}
	return form
}

func memberOf(row reflect.Type, name string) int {
	member, found := row.FieldByName(name)
	if !found {
		panic(fmt.Sprintf("form: a %s has no %s", row.Name(), name))
	}
	return member.Index[0]
}

// Values gives the row's values as COPY takes them, in the order of Fields; nil for
// what the source does not say, but for texts, which are then empty.
func (f Form) Values(row any) []any {
	r := f.read(row)
	values := make([]any, len(f.Fields))
	for i := range f.Fields {
		values[i] = f.Fields[i].staged(r)
	}
	return values
}

// Has tells whether a field of the form has the name.
func (f Form) Has(name string) bool {
	return slices.ContainsFunc(f.Fields, func(field Field) bool { return field.Name == name })
}

// Year gives the school year that the row is of: 0 when neither it nor the date that it
// is drawn from is said, or the kind has none.
func (f Form) Year(row any) int {
	for i := range f.Fields {
		if f.Fields[i].Column == "school_year" {
			return f.Fields[i].number(f.read(row))
		}
	}
	return 0
}

// Content gives the row as text, by the names of its fields, without what the source
// does not say.
func (f Form) Content(row any) map[string]string {
	r := f.read(row)
	content := map[string]string{}
	for i := range f.Fields {
		if text := f.Fields[i].written(r); text != "" {
			content[f.Fields[i].Name] = text
		}
	}
	return content
}

// Row gives the row of a content, as far as it can be read, and its problems. What the
// content has beside the fields of the form is passed over.
func (f Form) Row(origin roster.Origin, content map[string]string) (any, []roster.Issue) {
	row := reflect.New(f.row).Elem()
	row.FieldByName("Origin").Set(reflect.ValueOf(origin))
	var problems []roster.Issue
	for i := range f.Fields {
		field := &f.Fields[i]
		if problem := field.read(row.Field(field.index), content[field.Name]); problem != nil {
			problem.Origin, problem.Kind, problem.Field = origin, f.Kind, field.Name
			problems = append(problems, *problem)
		}
	}
	return row.Interface(), problems
}

func (f Form) read(row any) reflect.Value {
	r := reflect.ValueOf(row)
	if r.Type() != f.row {
		panic(fmt.Sprintf("form: a %T was taken for a %s", row, f.Kind))
	}
	return r
}
