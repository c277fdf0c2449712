package sheet

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// Columns that files of quarantine have in front.
const (
	// IDColumn names the waiting row that a line corrects.
	IDColumn = "quarantineId"
	// ProblemColumn says what is wrong with it; who reads it is the person who corrects.
	ProblemColumn = "problem"
)

// column is a column of a file.
type column struct {
	field *form.Field // nil: none of the form's
	isID  bool        // the column is IDColumn
}

// header reads the first line that is not empty, and finds the form's columns in it.
func (f *file) header(ctx context.Context) error {
	var names []string
	line := 1
	for blank(names) {
		var err error
		names, line, err = f.record(ctx)
		if errors.Is(err, io.EOF) {
			return f.stop(0, "is empty", f.template())
		}
		if err != nil {
			return f.fail(err)
		}
	}
	f.width = len(names)
	for names[len(names)-1] == "" {
		names = names[:len(names)-1]
	}
	if strings.Contains(strings.Join(names, ""), "\r") {
		return f.stop(line, "its lines end by a carriage return alone", "save it with the line ends of Windows or Unix")
	}
	if f.width > len(names) {
		if err := f.tolerate(ctx, line, "", "", "the header ends in columns without a name, which were left out", "no need to do anything"); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := f.column(ctx, line, name); err != nil {
			return err
		}
	}
	if err := f.needed(line); err != nil {
		return err
	}
	return f.tolerateOrder(ctx, line)
}

func (f *file) template() string {
	return "holdfast import csv --template " + f.form.File + " prints the header it needs"
}

// column takes the next column of the header.
func (f *file) column(ctx context.Context, line int, name string) error {
	switch plain(name) {
	case plain(IDColumn):
		f.columns = append(f.columns, column{isID: true})
		return nil
	case plain(ProblemColumn):
		f.columns = append(f.columns, column{})
		return nil
	}
	at := slices.IndexFunc(f.form.Fields, func(field form.Field) bool { return plain(field.Name) == plain(name) })
	if at < 0 {
		f.columns = append(f.columns, column{})
		return f.tolerate(ctx, line, name, "", "is no column of "+f.form.File+" and was left out", "see holdfast import csv --template "+f.form.File+" --explain")
	}
	field := &f.form.Fields[at]
	if slices.Contains(f.columns, column{field: field}) {
		return f.stop(line, "has the column "+field.Name+" twice", "take one of the two out")
	}
	f.columns = append(f.columns, column{field: field})
	if name != field.Name {
		return f.tolerate(ctx, line, name, "", "was taken as the column "+field.Name, "write the column's name as the template does")
	}
	return nil
}

// plain is a column's name without what spelling it differs in.
func plain(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "_", "", "-", "").Replace(name))
}

// needed refuses a file without a column that each of its rows needs.
func (f *file) needed(line int) error {
	var missing []string
	for i := range f.form.Fields {
		if field := &f.form.Fields[i]; field.Needed && !slices.Contains(f.columns, column{field: field}) {
			missing = append(missing, field.Name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	problem := "the needed column " + missing[0] + " is missing"
	if len(missing) > 1 {
		problem = "the needed columns " + strings.Join(missing, ", ") + " are missing"
	}
	if len(f.columns) == 1 {
		problem += ": the header is one column, so the file is not parted by commas"
	}
	return f.stop(line, problem, f.template())
}

// tolerateOrder reports columns in another order than the template's.
func (f *file) tolerateOrder(ctx context.Context, line int) error {
	before := -1
	for _, c := range f.columns {
		if c.field == nil {
			continue
		}
		at := slices.IndexFunc(f.form.Fields, func(field form.Field) bool { return field.Name == c.field.Name })
		if at < before {
			return f.tolerate(ctx, line, c.field.Name, "", "stands in another place than in the template of "+f.form.File, "no need to do anything")
		}
		before = at
	}
	return nil
}
