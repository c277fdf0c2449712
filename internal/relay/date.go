package relay

import (
	"io"
	"strconv"
	"time"
)

// Date is a day, YYYY-MM-DD, in the district's time zone.
type Date string

// DateOf gives the day of a time at midnight UTC.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// MarshalGQL writes the day into a response.
func (d Date) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(d))) }

// UnmarshalGQL reads a day from an argument.
func (d *Date) UnmarshalGQL(value any) error {
	text, _ := value.(string)
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return &InputError{"a day was expected, as YYYY-MM-DD"}
	}
	*d = Date(text)
	return nil
}
