package sheet

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// row turns a line into a row, and hands it to the sink.
func (f *file) row(ctx context.Context, fields []string, line int) error {
	var err error
	switch {
	case len(fields) > len(f.columns) && !blank(fields[len(f.columns):]):
		return f.reject(ctx, line, roster.Issue{
			Problem: fmt.Sprintf("the line has %d fields, and the header %d", len(fields), len(f.columns)), Hint: "put a field that has a comma in it in quotes",
		})
	case len(fields) < len(f.columns) && f.cut():
		return f.reject(ctx, line, roster.Issue{Problem: "the file is cut off in the middle of the line", Hint: exportAgain})
	case len(fields) < len(f.columns):
		err = f.tolerate(ctx, line, "", "", "the line has fewer fields than the header; the others were taken as empty", "no need to do anything")
	case len(fields) > f.width:
		err = f.tolerate(ctx, line, "", "", "the line ends in empty fields, which were left out", "no need to do anything")
	}
	if err != nil {
		return err
	}
	return f.read(ctx, fields, line)
}

// read reads a line's fields.
func (f *file) read(ctx context.Context, fields []string, line int) error {
	origin := roster.Origin{File: f.name, Line: line}
	clear(f.content)
	for i, c := range f.columns[:min(len(f.columns), len(fields))] {
		switch {
		case c.isID:
			origin.Corrects = fields[i]
		case c.field != nil:
			value, err := f.value(ctx, c.field, unguard(fields[i]), line)
			if err != nil {
				return err
			}
			f.content[c.field.Name] = value
		}
	}
	return f.hand(ctx, origin)
}

// hand gives the sink the row that the content says, or what is wrong with it.
func (f *file) hand(ctx context.Context, origin roster.Origin) error {
	var problems []roster.Issue
	if _, err := uuid.Parse(origin.Corrects); err != nil && origin.Corrects != "" {
		problems = append(problems, roster.Issue{
			Origin: roster.Origin{File: origin.File, Line: origin.Line}, Kind: f.form.Kind, Field: IDColumn, Value: origin.Corrects,
			Problem: "is not the id of a row in quarantine", Hint: "leave the column as holdfast quarantine export wrote it, or empty",
		})
		origin.Corrects = ""
	}
	row, wrong := f.form.Row(origin, f.content)
	problems = append(problems, wrong...)
	if len(problems) == 0 {
		return f.sink.Put(ctx, row)
	}
	for i := range problems {
		if monthFirst.MatchString(problems[i].Value) {
			problems[i].Hint = "the month comes first, as in 5/31/2023; where the file has the day first, write all of its days as 2023-05-31, since others were read month first"
		}
	}
	return f.sink.Reject(ctx, row, problems)
}

// monthFirst is a day as spreadsheets write it in the United States.
var monthFirst = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{4})$`)

// value gives a field's value as the form reads it: a day that is written month first
// as YYYY-MM-DD, a word of a list in capitals. Anything else stays as it is.
func (f *file) value(ctx context.Context, field *form.Field, value string, line int) (string, error) {
	switch field.Type {
	case form.Day:
		return f.day(ctx, field, value, line)
	case form.Word:
		return f.word(ctx, field, value, line)
	case form.Text, form.Whole, form.Parts, form.YesNo, form.List:
	}
	return value, nil
}

func (f *file) day(ctx context.Context, field *form.Field, value string, line int) (string, error) {
	if !monthFirst.MatchString(value) {
		return value, nil
	}
	day, err := time.Parse("1/2/2006", value)
	if err != nil {
		return value, nil //nolint:nilerr // it stays as it is, and the form rejects it
	}
	return day.Format(time.DateOnly), f.tolerate(ctx, line, field.Name, value, "was read as a day with the month first", "write days as YYYY-MM-DD")
}

func (f *file) word(ctx context.Context, field *form.Field, value string, line int) (string, error) {
	word := strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(value))
	if value == word || !slices.Contains(field.Words, word) {
		return value, nil
	}
	return word, f.tolerate(ctx, line, field.Name, value, "was taken as "+word, "write the word as the template's table does")
}
