package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// Kinds lists the files that can be written, with what each is about.
func Kinds(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range form.Forms() {
		_, _ = fmt.Fprintf(table, "%s\t%s\n", f.File, f.About)
	}
	return table.Flush()
}

// Named gives the form of a file's name without its end, such as attendance.
func Named(name string) (form.Form, error) {
	for _, f := range form.Forms() {
		if f.File == name {
			return f, nil
		}
	}
	return form.Form{}, fmt.Errorf("there is no template %q: it is one of %s", name, strings.Join(kinds(), ", "))
}

// Template writes the header of a form: a file that can be filled in, and that can be
// loaded as it is.
func Template(w io.Writer, f form.Form) error {
	writer := csv.NewWriter(w)
	_ = writer.Write(Header(f))
	writer.Flush()
	return writer.Error()
}

// Explain writes what each column of a form is, as a table for a terminal.
func Explain(w io.Writer, f form.Form) error {
	if _, err := fmt.Fprintf(w, "%s.csv: %s\n\n", f.File, f.About); err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, field := range f.Fields {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", field.Name, neededWord(field), wayOf(field), field.About)
	}
	return table.Flush()
}

func neededWord(field form.Field) string {
	if field.Needed {
		return "needed"
	}
	return ""
}

// wayOf says how a field's values are written.
func wayOf(field form.Field) string {
	if field.Type == form.Word {
		return strings.Join(field.Words, ", ")
	}
	return map[form.Type]string{
		form.Text: "text", form.Day: "day, 2025-10-31", form.Whole: "whole number", form.Parts: "number, 0.5",
		form.YesNo: "yes or no", form.List: "words parted by ;",
	}[field.Type]
}
