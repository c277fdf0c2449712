package earlywarning_test

import (
	"testing"
)

// TestRulesThatAreOffUntilSet switches on those of tardies and assessments.
func TestRulesThatAreOffUntilSet(t *testing.T) {
	t.Parallel()
	on := map[string]any{"rules": map[string]any{"TARDIES": map[string]any{"off": false}, "ASSESSMENTS_BELOW_LEVEL": map[string]any{"off": false}}}
	late := func(days int) func(*wide) {
		return func(w *wide) {
			for day := 1; day <= days; day++ {
				w.happens(day, "TARDY", event{})
			}
		}
	}
	below := func(w *wide) {
		w.results = []*result{{student: w.students[0], year: presentYear, on: dayOfYear(3), below: true}, {student: w.students[0], year: presentYear, on: dayOfYear(4)}}
	}
	edges(t, []edge{
		{name: "9 days late", days: 30, policy: on, with: late(9), level: "ON_TRACK"},
		{name: "10 days late", days: 30, policy: on, with: late(10), level: "EARLY_WARNING", want: []string{"TARDIES EARLY_WARNING 100000 / 10000"}},
		{name: "10 days late, where nobody asked", days: 30, with: late(10), level: "ON_TRACK"},
		{name: "an assessment below level", days: 30, policy: on, with: below, level: "EARLY_WARNING", want: []string{"ASSESSMENTS_BELOW_LEVEL EARLY_WARNING 10000 / 10000"}},
		{name: "an assessment below level, where nobody asked", days: 30, with: below, level: "ON_TRACK"},
	})
}
