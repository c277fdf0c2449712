package demo

import (
	"strconv"
	"time"
)

// day is an instructional day.
type day struct {
	date time.Time
	text any // as COPY takes it
}

// holiday is a weekday without school.
type holiday struct {
	text  any
	event string
}

// term is the school year of a district: its days, and how far it has come.
type term struct {
	year     int // the calendar year in which it ends
	yearText any
	starts   time.Time // 1 July
	ends     time.Time // 30 June
	teaches  time.Time // the first day of instruction
	asOf     time.Time
	days     []day
	holidays []holiday
	past     int // instructional days up to the as-of day

	quarters  []period
	semesters []period
}

// schoolYearOf is the year from July to June that holds the day, by the calendar
// year in which it ends.
func schoolYearOf(day time.Time) int {
	if day.Month() >= time.July {
		return day.Year() + 1
	}
	return day.Year()
}

const (
	lastOfJune      = 30
	earliestStart   = 10 // of August
	startSpread     = 14 // days over which districts begin
	springBreaks    = 5  // weeks from which districts choose
	instructional   = "Instructional day"
	schoolDayOfWeek = 5
	daysOfWeek      = 7
)

// newTerm makes the school year that holds the as-of day.
func newTerm(d *dice, asOf time.Time, days int) *term {
	year := schoolYearOf(asOf)
	t := &term{
		year: year, yearText: strconv.Itoa(year), asOf: asOf,
		starts: date(year-1, time.July, 1), ends: date(year, time.June, lastOfJune),
	}
	off := offDays(d, year)
	for at := date(year-1, time.August, earliestStart+d.below(startSpread)); len(t.days) < days; at = at.AddDate(0, 0, 1) {
		event, isOff := off[at]
		switch {
		case at.Weekday() == time.Saturday || at.Weekday() == time.Sunday:
		case isOff:
			t.holidays = append(t.holidays, holiday{at.Format(time.DateOnly), event})
		default:
			t.days = append(t.days, day{at, at.Format(time.DateOnly)})
			if !at.After(asOf) {
				t.past++
			}
		}
	}
	t.teaches = t.days[0].date
	t.quarters, t.semesters = t.divide(quarterNames), t.divide(semesterNames)
	return t
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// offDays are the weekdays without school, by what they are.
func offDays(d *dice, year int) map[time.Time]string {
	off := map[time.Time]string{}
	mark := func(event string, from time.Time, days int) {
		for i := range days {
			off[from.AddDate(0, 0, i)] = event
		}
	}
	for _, fixed := range holidays {
		mark(fixed.event, fixed.in(year), 1)
	}
	thanksgiving := nth(year-1, time.November, time.Thursday, fourth)
	mark("Thanksgiving break", thanksgiving.AddDate(0, 0, -d.below(fourth)), schoolDayOfWeek-1)
	mark("Thanksgiving", thanksgiving, 2)
	mark("Winter break", onOrAfter(year-1, time.December, winterFrom, time.Monday), winterDays)
	mark("Spring break", onOrAfter(year, time.March, springFrom+daysOfWeek*d.below(springBreaks), time.Monday), schoolDayOfWeek)
	return off
}

// The breaks: winter's begins on the first Monday from the 19th of December and
// takes two weeks, spring's on a Monday from the 8th of March.
const (
	winterFrom = 19
	winterDays = 12
	springFrom = 8
	third      = 3
	fourth     = 4
)

// nth is the nth weekday of a month.
func nth(year int, month time.Month, weekday time.Weekday, n int) time.Time {
	return onOrAfter(year, month, 1+daysOfWeek*(n-1), weekday)
}

func onOrAfter(year int, month time.Month, day int, weekday time.Weekday) time.Time {
	at := date(year, month, day)
	return at.AddDate(0, 0, (int(weekday-at.Weekday())+daysOfWeek)%daysOfWeek)
}

// observed is the weekday on which a holiday of the date is kept.
func observed(at time.Time) time.Time {
	switch at.Weekday() {
	case time.Saturday:
		return at.AddDate(0, 0, -1)
	case time.Sunday:
		return at.AddDate(0, 0, 1)
	default:
		return at
	}
}
