package demo

import (
	"errors"
	"fmt"
	"time"
)

// Options say which districts to make up.
type Options struct {
	Districts int       // how many
	Students  int       // of each district
	Days      int       // of instruction a school year
	Seed      uint64    // another seed, other people
	AsOf      time.Time // the demo's last day, at midnight UTC; no attendance lies after it
}

// The bounds of Options.
const (
	maxDistricts = 9_999
	minStudents  = 30
	maxStudents  = 500_000
	maxDays      = 190
	firstYear    = 1971
	lastYear     = 2900
)

// ErrOptions is an option that cannot be taken.
var ErrOptions = errors.New("the demo")

// Check tells which option cannot be taken, and why.
func (o Options) Check() error {
	switch {
	case o.Districts < 1 || o.Districts > maxDistricts:
		return fmt.Errorf("%w takes 1 to %d districts, not %d", ErrOptions, maxDistricts, o.Districts)
	case o.Students < minStudents || o.Students > maxStudents:
		return fmt.Errorf("%w takes %d to %d students a district, not %d", ErrOptions, minStudents, maxStudents, o.Students)
	case o.Days < 1 || o.Days > maxDays:
		return fmt.Errorf("%w takes 1 to %d days of instruction a year, not %d", ErrOptions, maxDays, o.Days)
	case o.AsOf.Year() < firstYear || o.AsOf.Year() > lastYear:
		return fmt.Errorf("%w takes a day from %d to %d, not %s", ErrOptions, firstYear, lastYear, o.AsOf.Format(time.DateOnly))
	}
	return nil
}

// DefaultAsOf is the day on which the demo ends unless another is named: today,
// but from July to September, when a school year has hardly begun, the 10th of
// June before.
func DefaultAsOf(today time.Time) time.Time {
	if today.Month() >= time.July && today.Month() <= time.September {
		return time.Date(today.Year(), time.June, lastOfTerm, 0, 0, 0, 0, time.UTC)
	}
	return today
}

const lastOfTerm = 10

// codeOf is the code of the district with that number, counted from 1.
func codeOf(number int) string { return fmt.Sprintf("D%04d", number) }
