package oneroster

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// longestQuote is how many characters of a wrong value an issue repeats.
const longestQuote = 200

// record is one row of a file. Its methods read values by the names of their columns
// and gather what is wrong with them. A text keeps all of its row in memory: what is
// held for longer is cloned.
type record struct {
	*table

	kind   string // of the row in the making
	fields []string
	origin roster.Origin
	issues []roster.Issue
}

// reject notes why the row cannot be trusted.
func (r *record) reject(field, value, problem, hint string) {
	r.issues = append(r.issues, roster.Issue{
		Origin: r.origin, Kind: r.kind, Field: field, Value: shorten(value), Problem: problem, Hint: hint,
	})
}

// forgive notes what is wrong with the row and put up with.
func (r *record) forgive(field, value, problem, hint string) {
	r.tolerate(roster.Issue{Origin: r.origin, Kind: r.kind, Field: field, Value: shorten(value), Problem: problem, Hint: hint})
}

// put hands a row to the sink, or its issues when it has any, which are then done
// with. Quietly, nothing is put.
func (r *record) put(ctx context.Context, row any) error {
	issues := r.issues
	r.issues = nil
	switch {
	case r.quiet:
		return nil
	case len(issues) > 0:
		if gone, is := row.(roster.Gone); is {
			row = gone.Row
		}
		for i := range issues {
			issues[i].Kind = kindOf(row)
		}
		return r.sink.Reject(ctx, row, issues)
	}
	return r.sink.Put(ctx, row)
}

// text gives a column's text, empty when there is none.
func (r *record) text(column string) string {
	at, there := r.columns[column]
	if !there || at >= len(r.fields) {
		return ""
	}
	return strings.TrimSpace(r.fields[at])
}

// required gives the text of a column that the row cannot do without.
func (r *record) required(column string) string {
	text := r.text(column)
	if text == "" {
		r.reject(column, "", "is missing", "fill in "+column+" at the source and export again")
	}
	return text
}

// list gives the texts of a column that may hold several, parted by commas.
func (r *record) list(column string) []string {
	var texts []string
	for text := range strings.SplitSeq(r.text(column), ",") {
		if text = strings.TrimSpace(text); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// The forms in which days are written: the specification's, and those that are put
// up with, the month first.
const (
	monthFirst   = "1/2/2006"
	earliestYear = 1900
	latestYear   = 2100
)

// date gives a column's day, the zero time when there is none.
func (r *record) date(column string) time.Time {
	text := r.text(column)
	if text == "" {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		day, err = r.oddDate(column, text)
	}
	if err != nil || day.Year() < earliestYear || day.Year() > latestYear {
		r.reject(column, text, "is not a date", "write dates as YYYY-MM-DD, between 1900 and 2100, and leave an unknown one out")
		return time.Time{}
	}
	return day
}

// oddDate reads a day in another form.
func (r *record) oddDate(column, text string) (time.Time, error) {
	if day, err := time.Parse(monthFirst, text); err == nil {
		r.forgive(column, text, "is a date written with slashes: it was read with the month first", "write dates as YYYY-MM-DD")
		return day, nil
	}
	date, clock, _ := strings.Cut(text, "T")
	day, err := time.Parse(time.DateOnly, date)
	if err == nil && clock != "" {
		r.forgive(column, text, "is a date with a time of day, which was left out", "write dates as YYYY-MM-DD")
	}
	return day, err
}

// lastDay gives the last day of what ends before endDate.
func (r *record) lastDay() time.Time { return before(r.date("endDate")) }

// before gives the day before; that of the zero time is the zero time.
func before(day time.Time) time.Time {
	if day.IsZero() {
		return day
	}
	return day.AddDate(0, 0, -1)
}

// modified gives the day on which the row was last changed, the zero time when it
// does not say.
func (r *record) modified() time.Time {
	date, _, _ := strings.Cut(r.text("dateLastModified"), "T")
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		day, err = time.Parse(monthFirst, date)
	}
	if err != nil {
		return time.Time{}
	}
	return day
}

// gone tells whether the source does not have the row any more.
func (r *record) gone() bool {
	switch status := strings.ToLower(r.text("status")); status {
	case "", "active":
		return false
	case "tobedeleted", "inactive": // 1.0 has inactive
		return true
	default:
		r.forgive("status", status, "is neither active nor tobedeleted: it was taken for active", "write active or tobedeleted")
		return false
	}
}

// answer gives a column's yes or no, nil when it is absent.
func (r *record) answer(column string) *bool {
	text := r.text(column)
	if text == "" {
		return nil
	}
	answers := map[string]bool{"true": true, "false": false, "1": true, "0": false, "yes": true, "no": false, "y": true, "n": false}
	answer, known := answers[strings.ToLower(text)]
	switch {
	case !known:
		r.reject(column, text, "is neither true nor false", "write true or false")
		return nil
	case text != "true" && text != "false":
		r.forgive(column, text, "is not written true or false", "write true or false, in small letters")
	}
	return &answer
}

// schoolYear gives the year in which a school year ends, 0 when it does not say.
func (r *record) schoolYear(column string) int {
	text := r.text(column)
	if text == "" {
		return 0
	}
	year, err := strconv.Atoi(text)
	if first, second, two := strings.Cut(text, "-"); two {
		begins, firstErr := strconv.Atoi(first)
		year, err = strconv.Atoi(second)
		if firstErr != nil || year != begins+1 {
			err = strconv.ErrSyntax
		}
		if err == nil {
			r.forgive(column, text, "is written as two years: the second one was taken", "write the year in which the school year ends, such as 2026")
		}
	}
	if err != nil || year < earliestYear || year > latestYear {
		r.reject(column, text, "is not a school year", "write the year in which the school year ends, such as 2026")
		return 0
	}
	return year
}

// parts gives a number in ten-thousandths, roster.NotSaid when it is absent.
func (r *record) parts(column string) int {
	const whole, largest = 10_000, 1_000_000
	text := r.text(column)
	if text == "" {
		return roster.NotSaid
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.Trim(text, "0123456789.") != "" || number > largest {
		r.reject(column, text, "is not a number", "write a number such as 83.5, or leave it out")
		return roster.NotSaid
	}
	return int(math.Round(number * whole))
}

// shorten cuts a text after longestQuote characters.
func shorten(text string) string {
	characters := []rune(text)
	if len(characters) <= longestQuote {
		return text
	}
	return string(characters[:longestQuote])
}

// kindOf gives the name of a row's struct.
func kindOf(row any) string {
	return strings.TrimPrefix(fmt.Sprintf("%T", row), "roster.")
}
