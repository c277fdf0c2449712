package earlywarning_test

import (
	"testing"
	"time"
)

// TestAgeOnTheFirstOfSeptember: a ninth grader is expected to be 14.
func TestAgeOnTheFirstOfSeptember(t *testing.T) {
	t.Parallel()
	born := func(year int, month time.Month, day int) func(*wide) {
		return func(w *wide) { w.born[w.students[0]] = time.Date(year, month, day, 0, 0, 0, 0, time.UTC) }
	}
	edges(t, []edge{
		{name: "14 on the day", days: 30, with: born(2011, time.September, 1), level: "ON_TRACK"},
		{name: "15 on the day", days: 30, with: born(2010, time.September, 1), level: "EARLY_WARNING", want: []string{"AGE_FOR_GRADE EARLY_WARNING 10000 / 10000"}},
		{name: "15 a day later", days: 30, with: born(2010, time.September, 2), level: "ON_TRACK"},
		{name: "16 on the day", days: 30, with: born(2009, time.September, 1), level: "AT_RISK", want: []string{"AGE_FOR_GRADE AT_RISK 20000 / 10000"}},
		{name: "16 a day later", days: 30, with: born(2009, time.September, 2), level: "EARLY_WARNING", want: []string{"AGE_FOR_GRADE EARLY_WARNING 10000 / 10000"}},
		{name: "born on a leap day", days: 30, with: born(2008, time.February, 29), level: "AT_RISK", want: []string{"AGE_FOR_GRADE AT_RISK 30000 / 10000"}},
		{
			name: "overage is not counted for critical", days: 30, level: "AT_RISK", want: []string{"ABSENCE_SHARE AT_RISK 30000 / 300000", "AGE_FOR_GRADE AT_RISK 20000 / 10000"},
			with: func(w *wide) { w.absent(3); born(2009, time.September, 1)(w) },
		},
		{
			name: "an ungraded student is expected no age", days: 30, level: "ON_TRACK",
			with: func(w *wide) { born(2000, time.May, 1)(w); w.grade[w.enrollments[0].id] = "UNGRADED" },
		},
	})
}
