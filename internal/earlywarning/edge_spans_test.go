package earlywarning_test

import (
	"testing"

	"github.com/google/uuid"
)

// window is a policy in which a rule looks at that window.
func window(rule, window string) map[string]any {
	return map[string]any{"rules": map[string]any{rule: map[string]any{"window": window}}}
}

// twoTerms gives the year two semesters, of 20 days and of 40.
func (w *wide) twoTerms() {
	w.terms = append(w.terms, &termRow{year: presentYear, kind: "SEMESTER", starts: dayOfYear(1), ends: dayOfYear(20)},
		&termRow{year: presentYear, kind: "SEMESTER", starts: dayOfYear(21), ends: dayOfYear(60)})
}

// TestWindowsEndWhereWhatTheyLookAtIsKnown: attendance, discipline and marks are known
// up to days of their own.
func TestWindowsEndWhereWhatTheyLookAtIsKnown(t *testing.T) {
	t.Parallel()
	offendedOn := func(days ...int) func(*wide) {
		return func(w *wide) {
			w.offends(len(days), "PERPETRATOR")
			for i, day := range days {
				w.incidents[i].on = dayOfYear(day)
			}
		}
	}
	four, ds := []string{"INCIDENTS EARLY_WARNING 40000 / 10000"}, []string{"CORE_DS EARLY_WARNING 10000 / 10000"}
	edges(t, []edge{
		{
			name: "the last 20 days of attendance", days: 50, policy: window("ABSENCE_SHARE", "LAST_20_DAYS"), want: []string{"ABSENCE_SHARE EARLY_WARNING 10000 / 200000"},
			with: func(w *wide) { w.absent(30); w.happens(31, "EXCUSED_ABSENCE", event{fraction: 10_000}) },
		},
		{name: "absent in the term before", days: 50, policy: window("ABSENCE_SHARE", "TERM"), level: "ON_TRACK", with: func(w *wide) { w.twoTerms(); w.absent(20) }},
		{
			name: "a term with few days, of a student enrolled for long", days: 21, policy: window("ABSENCE_SHARE", "TERM"), want: []string{"ABSENCE_SHARE AT_RISK 10000 / 10000"},
			with: func(w *wide) { w.twoTerms(); w.absent(21) },
		},
		{
			name: "a term with no day of the student's is not measured", days: 40, policy: window("ABSENCE_SHARE", "TERM"), level: "NOT_MEASURED",
			with: func(w *wide) {
				w.twoTerms()
				w.enrollments[0].exit, w.enrollments[0].exitType = dayOfYear(20), "WITHDRAWN"
			},
		},
		{
			name: "without terms a term is the year", days: 30, policy: window("ABSENCE_SHARE", "TERM"), want: []string{"ABSENCE_SHARE AT_RISK 30000 / 300000"},
			with: func(w *wide) { w.absent(3) },
		},
		{
			name: "the term of a school that is not the student's", days: 30, policy: window("ABSENCE_SHARE", "TERM"), want: []string{"ABSENCE_SHARE AT_RISK 30000 / 300000"},
			with: func(w *wide) {
				other := uuid.New()
				w.schools = append(w.schools, other)
				w.terms = append(w.terms, &termRow{school: other, year: presentYear, kind: "SEMESTER", starts: dayOfYear(21), ends: dayOfYear(60)})
				w.absent(3)
			},
		},
		{name: "the last 20 days of discipline that ends before attendance", days: 60, policy: window("INCIDENTS", "LAST_20_DAYS"), want: four, with: func(w *wide) {
			w.discipline[presentYear] = dayOfYear(40)
			offendedOn(20, 21, 30, 39, 40)(w)
		}},
		{name: "the last 20 days of discipline that reaches farther than attendance", days: 60, policy: window("INCIDENTS", "LAST_20_DAYS"), want: four, with: func(w *wide) {
			w.known[schoolYear{w.schools[0], presentYear}] = dayOfYear(40)
			w.discipline[presentYear] = dayOfYear(60)
			offendedOn(20, 21, 30, 55, 60)(w)
		}},
		{name: "the term in which discipline ends, while attendance is in the next", days: 60, policy: window("INCIDENTS", "TERM"), want: four, with: func(w *wide) {
			w.twoTerms()
			w.discipline[presentYear] = dayOfYear(19)
			offendedOn(2, 3, 4, 19)(w)
		}},
		{name: "the term in which marks end, while attendance is in the next", days: 60, policy: window("CORE_DS", "TERM"), want: ds, with: func(w *wide) {
			w.good()
			w.markIn(true, "FINAL", "D")
			w.terms = append(w.terms, &termRow{year: presentYear, kind: "TERM", starts: dayOfYear(1), ends: dayOfYear(80)},
				&termRow{year: presentYear, kind: "TERM", starts: dayOfYear(50), ends: dayOfYear(90)})
		}},
		{name: "a pass after an F", days: 60, level: "ON_TRACK", with: func(w *wide) {
			w.good()
			w.markOf(w.markIn(true, "FINAL", "F"), "FINAL", 50, "P")
			w.markIn(true, "FINAL", "B")
		}},
		{name: "a pass after an F, and a D elsewhere", days: 60, level: "EARLY_WARNING", want: ds, with: func(w *wide) {
			w.good()
			w.markOf(w.markIn(true, "FINAL", "D"), "FINAL", 50, "P")
			w.markIn(true, "FINAL", "D")
		}},
	})
}
