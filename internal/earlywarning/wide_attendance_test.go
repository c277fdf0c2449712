package earlywarning_test

import (
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
)

// schoolDays are the days on which a student should be in school, with the schools.
func (w *wide) schoolDays(g group) map[time.Time]map[uuid.UUID]bool {
	days := map[time.Time]map[uuid.UUID]bool{}
	for _, e := range w.enrollments {
		if !w.counts(e) || e.student != g.student || e.calendar.year != g.year || (g.school != uuid.Nil && e.calendar.school != g.school) {
			continue
		}
		for _, day := range w.enrolledDays(e) {
			if days[day] == nil {
				days[day] = map[uuid.UUID]bool{}
			}
			days[day][e.calendar.school] = true
		}
	}
	return days
}

// attendedAsOf is the last day known of the schools in which the student counts.
func (w *wide) attendedAsOf(s studentYear) (asOf time.Time, attended bool) {
	for _, e := range w.enrollments {
		if w.counts(e) && e.student == s.student && e.calendar.year == s.year {
			asOf, attended = later(asOf, w.asOf(e)), true
		}
	}
	if !attended {
		asOf = w.through(s.year)
	}
	return asOf, attended
}

// attend counts the days from one to another.
func (w *wide) attend(g group, from, through time.Time) earlywarning.Figures {
	days, happened := map[time.Time]bool{}, map[time.Time]map[string]*event{}
	for day, schools := range w.schoolDays(g) {
		if !within(day, from, through) {
			continue
		}
		days[day] = true
		happened[day] = map[string]*event{}
		for key, e := range w.events {
			if key.student == g.student && key.year == g.year && key.on.Equal(day) && schools[key.school] && !e.withdrawn {
				happened[day][key.category+key.school.String()] = e
			}
		}
	}
	return lines{minimum: w.lawOf(g.year).minimum}.count(days, happened, g.school == uuid.Nil)
}

// windowStart is the first day of a window that ends on the day; zero: of the year.
func (w *wide) windowStart(s studentYear, window string, asOf time.Time) time.Time {
	var start time.Time
	switch window {
	case "TERM":
		for _, t := range w.termsOf(s) {
			if !t.starts.After(asOf) {
				start = later(start, t.starts)
			}
		}
	case "LAST_20_DAYS":
		days := slices.SortedFunc(maps.Keys(w.schoolDays(group{s.student, uuid.Nil, s.year})), func(a, b time.Time) int { return b.Compare(a) })
		days = slices.DeleteFunc(days, func(day time.Time) bool { return day.After(asOf) })
		if len(days) >= 20 {
			start = days[19]
		}
	}
	return start
}

// termsOf are the semesters and terms of the student's school, or of all.
func (w *wide) termsOf(s studentYear) []*termRow {
	var found []*termRow
	for _, t := range w.terms {
		if t.year == s.year && !t.withdrawn && (t.kind == "SEMESTER" || t.kind == "TERM") &&
			(t.school == uuid.Nil || t.school == w.home(s).calendar.school) {
			found = append(found, t)
		}
	}
	return found
}
