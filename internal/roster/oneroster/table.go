package oneroster

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// table is one file while it is read.
type table struct {
	*reader

	file      string // the manifest's name for it
	name      string // the name in the folder
	layout    layout
	quiet     bool // it is only looked through: what is wrong is told when it is read
	csv       *csv.Reader
	source    *source
	columns   map[string]int // places by the names that the specification has for them
	width     int            // the number of columns up to the last that has a name
	widest    int            // the number of columns, those without a name included
	tolerated []*toleration
	line      int // on which the last row that was read begins
}

// toleration is a problem that a file has in some of its rows, told once.
type toleration struct {
	issue roster.Issue
	rows  int
}

// rows reads a file, if it is to be read, and hands on each of its rows. Quietly, it
// tells of no problem of a row.
func (r *reader) rows(ctx context.Context, file string, quiet bool, read func(context.Context, *record) error) error {
	if !r.set.has(file) {
		return nil
	}
	t := &table{reader: r, file: file, name: r.set.names[file], layout: layouts[file], quiet: quiet}
	content, err := r.set.files.Open(t.name)
	if err != nil {
		return unreadable(t.name, err)
	}
	defer func() { _ = content.Close() }()
	t.source = &source{content: content, ended: ctx.Err, advance: r.advance, budget: largestRow}
	text := bufio.NewReaderSize(t.source, readAhead)
	// A byte-order mark would hide that the first name is quoted.
	if mark, _ := text.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = text.Discard(len(byteOrderMark))
	}
	t.csv = csv.NewReader(text)
	t.csv.FieldsPerRecord, t.csv.ReuseRecord = -1, true
	if err := t.header(ctx); err != nil {
		return err
	}
	if err := t.all(ctx, read); err != nil {
		return err
	}
	return t.tell(ctx)
}

// fields reads the next row; its errors are FileErrors, the context's, and io.EOF.
func (t *table) fields() ([]string, int, error) {
	t.source.budget = largestRow
	fields, err := t.csv.Read()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil, 0, err
	case err != nil:
		return nil, 0, stopped(t.name, t.line+1, err) // or below, where a row has several lines
	}
	line, _ := t.csv.FieldPos(0)
	t.line = line
	for _, field := range fields {
		if !utf8.ValidString(field) || strings.ContainsRune(field, 0) {
			return nil, 0, &FileError{File: t.name, Line: line, Problem: "the text is not UTF-8", Hint: "export the file as UTF-8"}
		}
	}
	return fields, line, nil
}

// header reads the names of the columns.
func (t *table) header(ctx context.Context) error {
	names, line, err := t.fields()
	if errors.Is(err, io.EOF) {
		return &FileError{File: t.name, Problem: "the file is empty", Hint: "export it again, with the names of its columns in the first line"}
	}
	if err != nil {
		return err
	}
	t.columns, t.widest = make(map[string]int, len(names)), len(names)
	for i, name := range names {
		if err := t.column(i, strings.TrimSpace(name), line); err != nil {
			return err
		}
	}
	for name := range strings.SplitSeq(t.needed(), ",") {
		if name != "" && !t.said(name) {
			return &FileError{
				File: t.name, Line: line, Problem: "the column " + name + " is missing",
				Hint: "export the file with the columns of OneRoster 1.1 or 1.2, and their names in the first line",
			}
		}
	}
	return ctx.Err()
}

// needed lists the columns without which the file says nothing. Where there is no
// roles.csv, which 1.2 has, users say what they are themselves.
func (t *table) needed() string {
	if t.file == usersFile && !t.set.has(rolesFile) && t.set.version < "1.2" {
		return t.layout.needed + ",role"
	}
	return t.layout.needed
}

// column takes down where a column stands.
func (t *table) column(at int, name string, line int) error {
	if name == "" {
		return nil // the comma at the end of a line
	}
	t.width = at + 1
	plain := strings.ToLower(name)
	column, known := t.layout.column(plain)
	if !known {
		column, known = t.layout.column(formerNames[plain])
	}
	if !known {
		column = plain
	}
	if _, twice := t.columns[column]; twice {
		return &FileError{File: t.name, Line: line, Problem: "a column stands there twice", Hint: exportAgain}
	}
	t.columns[column] = at
	if known || t.layout.columns == "" {
		return nil
	}
	problem, hint := "is no column of OneRoster: it was ignored", "nothing, if it is not needed"
	if strings.HasPrefix(plain, "metadata.") {
		problem, hint = "is an exporter's own column: it was ignored", "nothing: what OneRoster gives no meaning to is not kept"
	}
	t.tolerate(roster.Issue{Origin: roster.Origin{File: t.name, Line: line}, Field: shorten(name), Problem: problem, Hint: hint})
	return nil
}

// said tells whether the file has a column.
func (t *table) said(column string) bool {
	_, there := t.columns[column]
	return there
}

// all hands on each row.
func (t *table) all(ctx context.Context, read func(context.Context, *record) error) error {
	for {
		fields, line, err := t.fields()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		row := &record{table: t, fields: fields, origin: roster.Origin{File: t.name, Line: line}}
		if !slices.ContainsFunc(fields, func(field string) bool { return strings.TrimSpace(field) != "" }) {
			continue // an empty line of commas
		}
		if problem := t.misshapen(fields); problem != "" {
			if err := t.rejectShape(ctx, row, problem); err != nil {
				return err
			}
			continue
		}
		if err := read(ctx, row); err != nil {
			return err
		}
	}
}

// misshapen tells when a row has not as many values as there are columns: a comma
// that should have been quoted, or a line that was cut off. Nothing can be said of
// which value is whose then.
func (t *table) misshapen(fields []string) string {
	if t.layout.columns == "" {
		return ""
	}
	beyond := slices.ContainsFunc(fields[min(len(fields), t.width):], func(field string) bool { return strings.TrimSpace(field) != "" })
	if len(fields) < t.width || len(fields) > t.widest || beyond {
		return fmt.Sprintf("has %d values for %d columns", len(fields), t.width)
	}
	return ""
}

func (t *table) rejectShape(ctx context.Context, row *record, problem string) error {
	if t.quiet || t.file == manifestFile {
		return nil
	}
	blank := t.layout.blank(row.origin)
	row.kind = kindOf(blank)
	row.reject("row", "", problem, "put values that hold a comma into quotes, and export the whole file again")
	return t.sink.Reject(ctx, blank, row.issues)
}

// tolerate notes what is put up with; one problem of one field is told once a file.
func (t *table) tolerate(issue roster.Issue) {
	if t.quiet {
		return
	}
	for _, known := range t.tolerated {
		if known.issue.Field == issue.Field && known.issue.Problem == issue.Problem {
			known.rows++
			return
		}
	}
	t.tolerated = append(t.tolerated, &toleration{issue: issue, rows: 1})
}

// tell hands what was put up with to the sink.
func (t *table) tell(ctx context.Context) error {
	for _, one := range t.tolerated {
		if one.rows > 1 {
			one.issue.Problem += fmt.Sprintf(" (%d rows)", one.rows)
		}
		if err := t.sink.Tolerate(ctx, one.issue); err != nil {
			return err
		}
	}
	return nil
}
