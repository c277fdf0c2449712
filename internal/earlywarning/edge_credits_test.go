package earlywarning_test

import (
	"testing"
	"time"
)

// needing gives the cohort of the ninth grade 24 credits to graduate and the year two
// semesters, which end on its 20th and 40th days, and the student credits.
func needing(earned int64, grade string, cohort int) func(*wide) {
	return func(w *wide) {
		w.needs[cohort] = 240_000
		for _, ends := range []int{20, 40} {
			w.terms = append(w.terms, &termRow{year: presentYear, kind: "SEMESTER", starts: dayOfYear(ends - 19), ends: dayOfYear(ends)})
		}
		w.grade[w.enrollments[0].id] = grade
		w.credits = append(w.credits, &credit{student: w.students[0], on: dayOfYear(10), earned: earned, attempted: earned})
	}
}

// onTheEve is so many days after the school year's first one; a tenth grader has half of
// the credits of the ninth grade.
func onTheEve(days int) func(*wide) {
	return func(w *wide) {
		needing(0, "TENTH", 2028)(w)
		w.today = yearStarts(presentYear).AddDate(0, 0, days)
		w.known = map[schoolYear]time.Time{}
		w.credits = []*credit{{student: w.students[0], on: yearStarts(presentYear).AddDate(0, 0, -30), earned: 30_000, attempted: 30_000}}
	}
}

func TestCreditsAtTheEdges(t *testing.T) {
	t.Parallel()
	edges(t, []edge{
		{
			name: "half a credit behind at the term's end", days: 20, level: "EARLY_WARNING", with: needing(25_000, "NINTH", 2029),
			want: []string{"CREDITS_BEHIND EARLY_WARNING 20000 / 240000"},
		},
		{name: "none before it", days: 19, level: "NOT_MEASURED", with: needing(25_000, "NINTH", 2029)},
		{name: "as many as expected", days: 20, level: "ON_TRACK", with: needing(30_000, "NINTH", 2029)},
		{name: "a full year behind", days: 40, level: "AT_RISK", with: needing(60_000, "TENTH", 2028), want: []string{"CREDITS_BEHIND AT_RISK 240000 / 240000"}},
		{
			name: "a ten-thousandth less than a full year", days: 40, level: "EARLY_WARNING", with: needing(60_001, "TENTH", 2028),
			want: []string{"CREDITS_BEHIND EARLY_WARNING 239996 / 240000"},
		},
		{
			name: "a credit to be earned tomorrow is not", days: 20, level: "EARLY_WARNING",
			with: func(w *wide) {
				needing(25_000, "NINTH", 2029)(w)
				w.credits = append(w.credits, &credit{student: w.students[0], on: dayOfYear(21), earned: 10_000})
			},
			want: []string{"CREDITS_BEHIND EARLY_WARNING 20000 / 240000"},
		},
		{
			name: "the cohort that is said wins over the grade", days: 20, level: "ON_TRACK",
			with: func(w *wide) { needing(0, "TENTH", 2028)(w); w.cohort[w.students[0]] = 2031 },
		},
		{
			name: "what a year that is not over is to give is not expected in the next", days: 20, level: "NOT_MEASURED", with: onTheEve(-2),
			tables: map[string]string{"academics": "required 240000 expected 0"},
		},
		{
			name: "what it was to give is, once it is over", days: 20, level: "EARLY_WARNING", with: onTheEve(-1),
			want: []string{"CREDITS_BEHIND EARLY_WARNING 120000 / 240000"},
		},
		{name: "a middle schooler is expected none", days: 40, level: "ON_TRACK", with: needing(0, "EIGHTH", 2030)},
	})
}
