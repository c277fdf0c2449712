package earlywarning

import (
	"time"

	"github.com/holdfast-edu/holdfast/internal/policy"
)

// CountDays counts the events of a student who is enrolled on those days, by the
// policy.
func CountDays(days []time.Time, events []Event, by policy.IndicatorPolicy) Figures {
	y := &Year{indicators: by, longTardy: by.LongTardyMinutes}
	for _, day := range days {
		d := DayOf(day)
		if y.first == 0 || d < y.first {
			y.first = d
		}
		y.last = max(y.last, d)
	}
	set := newDays(y.first, y.last)
	for _, day := range days {
		set.add(DayOf(day))
	}
	y.calendars = append(y.calendars, set)
	record := &Record{Stays: []Stay{{From: y.first, Through: y.last, AsOf: y.last}}, Events: events}
	sortEvents(record.Events)
	scratch := y.newCounting()
	y.count(record, anySchool, 0, scratch)
	y.judge(&scratch.figures)
	return scratch.figures
}

// Verdict holds a figure against a rule's lines.
func Verdict(rule string, lines policy.Rule, part, whole int64) (Severity, int64) {
	return verdict(rule, lines, Figure{Part: part, Whole: whole, Measured: true})
}

// Worse tells whether one part of a whole is graver than another.
func Worse(rule string, is, was [2]int64) bool {
	return worse(rule, Figure{Part: is[0], Whole: is[1]}, Figure{Part: was[0], Whole: was[1]})
}
