package sheet

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// file is one file while it is read.
type file struct {
	*reader

	name    string
	form    form.Form
	source  *source
	csv     *csv.Reader
	begins  int64 // bytes before the header: of a byte-order mark
	columns []column
	width   int               // of the header as it was written
	content map[string]string // of the present line, by the names of the form's fields
	next    int               // the line that comes next, where none is empty
}

// readFile reads one file to its end.
func (r *reader) readFile(ctx context.Context, of named) error {
	content, err := r.folder.Open(of.name)
	if err != nil {
		return unreadable(of.name, err)
	}
	defer func() { _ = content.Close() }()
	s := &source{content: content, ended: ctx.Err, advance: r.advance, budget: longestLine}
	f := &file{reader: r, name: path.Base(of.name), form: of.form, source: s, content: map[string]string{}, next: 1}
	if err := f.begin(ctx, bufio.NewReaderSize(s, readAhead)); err != nil {
		return err
	}
	if err := f.header(ctx); err != nil {
		return err
	}
	return f.rows(ctx)
}

// What files begin with, and what to do about those that cannot be read.
var (
	markUTF8    = []byte{0xEF, 0xBB, 0xBF}
	saveAsUTF8  = "save or export it as UTF-8 (in Excel: CSV UTF-8)"
	exportAgain = "export the file again from the source system"
)

// begin looks at the first bytes, and leaves a byte-order mark out.
func (f *file) begin(ctx context.Context, content *bufio.Reader) error {
	first, err := content.Peek(len(markUTF8))
	if err != nil && !errors.Is(err, io.EOF) {
		return f.fail(err)
	}
	if bytes.HasPrefix(first, markUTF8) {
		n, err := content.Discard(len(markUTF8))
		if err != nil {
			return f.fail(err)
		}
		f.begins = int64(n)
		if err := f.tolerate(ctx, 1, "", "", "the file begins with a byte-order mark, which was left out", "no need to do anything"); err != nil {
			return err
		}
	}
	f.csv = csv.NewReader(content)
	f.csv.FieldsPerRecord = -1
	f.csv.ReuseRecord = true
	f.csv.TrimLeadingSpace = true
	return nil
}

// record gives the next line's fields, without the spaces around them, and the line
// on which it begins. At the end its error is io.EOF.
func (f *file) record(ctx context.Context) ([]string, int, error) {
	f.source.budget = longestLine
	fields, err := f.csv.Read()
	if err != nil {
		return nil, f.next, err
	}
	line, _ := f.csv.FieldPos(0)
	if line > f.next {
		if err := f.tolerateEmpty(ctx, f.next); err != nil {
			return nil, line, err
		}
	}
	f.next = line + 1
	for i, field := range fields {
		f.next += strings.Count(field, "\n")
		if !utf8.ValidString(field) {
			return nil, line, f.notUTF8(line, field)
		}
		fields[i] = strings.TrimSpace(field)
	}
	return fields, line, nil
}

func (f *file) tolerateEmpty(ctx context.Context, line int) error {
	return f.tolerate(ctx, line, "", "", "the line is empty and was left out", "no need to do anything")
}

// rows reads what follows the header.
func (f *file) rows(ctx context.Context) error {
	count := 0
	for {
		fields, line, err := f.record(ctx)
		switch _, broken := errors.AsType[*csv.ParseError](err); {
		case errors.Is(err, io.EOF):
			return f.tolerateNoRows(ctx, count)
		case broken && errors.Is(err, csv.ErrBareQuote):
			err = f.rejectQuote(ctx, err)
		case err != nil:
			return f.fail(err)
		case blank(fields):
			err = f.tolerateEmpty(ctx, line)
		default:
			err = f.row(ctx, fields, line)
		}
		if err != nil {
			return err
		}
		count++
	}
}

func (f *file) tolerateNoRows(ctx context.Context, count int) error {
	if count > 0 {
		return nil
	}
	return f.tolerate(ctx, 1, "", "", "the file has a header and no row", "send no such file where there is nothing to tell")
}

// rejectQuote rejects a line with a quote inside of a field that has none around it:
// where the field ends is then not known, but where the line does is.
func (f *file) rejectQuote(ctx context.Context, err error) error {
	broken, _ := errors.AsType[*csv.ParseError](err)
	f.next = broken.Line + 1
	return f.reject(ctx, broken.StartLine, roster.Issue{
		Problem: "the line has a quote in the middle of a field", Hint: `put the field in quotes and double those inside, as in "Anna ""Annie"" Lee"`,
	})
}

// reject rejects a line of which no field can be trusted.
func (f *file) reject(ctx context.Context, line int, problem roster.Issue) error {
	problem.Origin, problem.Kind = roster.Origin{File: f.name, Line: line}, f.form.Kind
	clear(f.content)
	row, _ := f.form.Row(problem.Origin, f.content)
	return f.sink.Reject(ctx, row, []roster.Issue{problem})
}

// tolerate tells the sink what was put up with.
func (f *file) tolerate(ctx context.Context, line int, field, value, problem, hint string) error {
	return f.sink.Tolerate(ctx, roster.Issue{
		Origin: roster.Origin{File: f.name, Line: line}, Kind: f.form.Kind, Field: field, Value: value, Problem: problem, Hint: hint,
	})
}

// stop gives the error of a file that cannot be taken as it is.
func (f *file) stop(line int, problem, hint string) *FileError {
	return &FileError{File: f.name, Line: line, Problem: problem, Hint: hint}
}

// notUTF8 says what a text that is not UTF-8 looks like. Every byte but five is a
// letter or sign of Windows-1252, and those who save a list as plain CSV get that.
func (f *file) notUTF8(line int, text string) *FileError {
	for i, r := range text {
		if r == utf8.RuneError && strings.IndexByte("\x81\x8D\x8F\x90\x9D", text[i]) >= 0 {
			return f.stop(line, "holds text that is not UTF-8", saveAsUTF8)
		}
	}
	return f.stop(line, "holds text that is not UTF-8; it looks like Windows-1252", saveAsUTF8)
}

// fail gives the error with which Read ends when the file cannot be read on: those
// of the context, the sink and this package as they are.
func (f *file) fail(err error) error {
	broken, ofCSV := errors.AsType[*csv.ParseError](err)
	switch {
	case errors.Is(err, errTooLong):
		return f.stop(f.next, fmt.Sprintf("a line is longer than %d KiB; most likely a quote is not closed", longestLine>>10), exportAgain)
	case errors.Is(err, errUTF16):
		return f.stop(1, "is UTF-16 and not UTF-8", saveAsUTF8)
	case errors.Is(err, errNoText):
		return f.stop(0, "holds a byte that no text has, so it is no CSV file", saveAsUTF8)
	case errors.Is(err, errRead):
		return f.stop(f.next, "cannot be read to its end", "check the disk, then copy the file again")
	case ofCSV:
		return f.stop(broken.StartLine, "a quoted field is not closed where it ends", `double each quote inside of a quoted field, as in "Anna ""Annie"" Lee"`)
	}
	return err
}

// cut tells whether the line that was read last ends the file without ending itself.
func (f *file) cut() bool {
	return f.source.atEnd && f.source.last != '\n' && f.begins+f.csv.InputOffset() == f.source.given
}

func blank(fields []string) bool {
	for _, field := range fields {
		if field != "" {
			return false
		}
	}
	return true
}
