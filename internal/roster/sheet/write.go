package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// Writer writes one file of rows as Read takes it.
type Writer struct {
	form  form.Form
	csv   *csv.Writer
	front []string
}

// NewWriter begins a file of the form's rows with its header; front names columns
// before the form's own. The file begins with a byte-order mark, by which spreadsheet
// programs know that it is UTF-8.
func NewWriter(w io.Writer, f form.Form, front ...string) (*Writer, error) {
	if _, err := w.Write(markUTF8); err != nil {
		return nil, fmt.Errorf("write the file: %w", err)
	}
	writer := &Writer{form: f, csv: csv.NewWriter(w), front: front}
	return writer, writer.csv.Write(append(append([]string{}, front...), Header(f)...))
}

// Write adds a row: the values of the columns in front, then the content by the names
// of the form's fields.
func (w *Writer) Write(front []string, content map[string]string) error {
	line := make([]string, 0, len(front)+len(w.form.Fields))
	for _, value := range front {
		line = append(line, guard(value))
	}
	for _, field := range w.form.Fields {
		line = append(line, guard(content[field.Name]))
	}
	return w.csv.Write(line)
}

// Flush writes what waits, and gives the first error of the file.
func (w *Writer) Flush() error {
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return fmt.Errorf("write the file: %w", err)
	}
	return nil
}

// Header gives the names of the form's columns, in order.
func Header(f form.Form) []string {
	names := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		names[i] = field.Name
	}
	return names
}

// formula is how a value begins that spreadsheet programs would work out instead of
// showing it.
const formula = "=+-@\t\r"

// guard keeps a spreadsheet program from taking a value for a formula: it puts an
// apostrophe before it, which unguard takes away.
func guard(value string) string {
	if bare := strings.TrimLeft(value, "'"); bare != "" && strings.ContainsRune(formula, rune(bare[0])) {
		return "'" + value
	}
	return value
}

func unguard(value string) string {
	if bare := strings.TrimLeft(value, "'"); len(bare) < len(value) && bare != "" && strings.ContainsRune(formula, rune(bare[0])) {
		return value[1:]
	}
	return value
}
