package oneroster

import (
	"context"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// session is an academic session.
type session struct {
	title  string
	kind   string // one of roster's Term constants
	year   int
	begins time.Time
	ends   time.Time // the last day
}

// readSessions reads the academic sessions, which are all schools'.
func (r *reader) readSessions(ctx context.Context) error {
	return r.rows(ctx, sessionsFile, false, r.readSession)
}

func (r *reader) readSession(ctx context.Context, row *record) error {
	term := roster.Term{Origin: row.origin, Code: strings.Clone(row.required("sourcedId")), SchoolYear: row.schoolYear("schoolYear")}
	if row.gone() {
		return row.put(ctx, roster.Gone{Row: term})
	}
	term.Name = strings.Clone(row.required("title"))
	term.BeginsOn, term.EndsOn = row.days("startDate")
	if row.text("startDate") == "" {
		row.required("startDate")
	}
	if row.text("endDate") == "" {
		row.required("endDate")
	}
	if term.EndsOn.Before(term.BeginsOn) {
		term.EndsOn = term.BeginsOn // startDate and endDate are one day
	}
	if term.SchoolYear == 0 && !term.EndsOn.IsZero() {
		term.SchoolYear = yearOf(term.EndsOn)
		row.forgive("schoolYear", "", "is missing: it was taken from the session's end", "fill in the year in which the school year ends")
	}
	var known bool
	if term.Kind, known = sessionTypes[plain(row.text("type"))]; !known {
		term.Kind = roster.TermOther
		row.forgive("type", row.text("type"), "is no type of session that is known", "write schoolYear, semester, term or gradingPeriod")
	}
	if _, twice := r.known.sessions[term.Code]; len(row.issues) == 0 && !twice {
		r.known.sessions[term.Code] = session{title: term.Name, kind: term.Kind, year: term.SchoolYear, begins: term.BeginsOn, ends: term.EndsOn}
	}
	return row.put(ctx, term)
}

// days gives a first and a last day, of a column and of endDate, which is the first day
// that does not belong any more. Where both are the same, the last day is the one
// before the first: it was never so.
func (r *record) days(from string) (first, last time.Time) {
	first, last = r.date(from), r.lastDay()
	if !first.IsZero() && !last.IsZero() && last.Before(before(first)) {
		r.reject("endDate", r.text("endDate"), "lies before "+from, "correct one of the two dates")
	}
	return first, last
}

// never tells whether something ended on the day on which it began.
func never(first, last time.Time) bool {
	return !first.IsZero() && !last.IsZero() && last.Before(first)
}

// yearOf gives the school year, from 1 July to 30 June, that holds a day: the calendar
// year in which it ends.
func yearOf(day time.Time) int {
	if day.Month() >= time.July {
		return day.Year() + 1
	}
	return day.Year()
}
