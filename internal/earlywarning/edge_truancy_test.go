package earlywarning_test

import (
	"testing"
)

// TestTruancyAtTheEdges has the rules of California switched on, which are off elsewhere.
func TestTruancyAtTheEdges(t *testing.T) {
	t.Parallel()
	on := map[string]any{"rules": map[string]any{"TRUANT_DAYS": map[string]any{"off": false}}}
	three := []string{"TRUANT_DAYS EARLY_WARNING 30000 / 10000"}
	late := func(day, minutes int, excused bool) func(*wide) {
		return func(w *wide) { w.happens(day, "TARDY", event{minutes: minutes, excused: excused}) }
	}
	two := func(also ...func(*wide)) func(*wide) {
		return func(w *wide) {
			w.happens(1, "UNEXCUSED_ABSENCE", event{fraction: 10_000})
			late(2, 31, false)(w)
			for _, one := range also {
				one(w)
			}
		}
	}
	edges(t, []edge{
		{name: "2 days", days: 60, policy: on, with: two(), level: "ON_TRACK"},
		{name: "3 days, a mix", days: 60, policy: on, with: two(late(3, 31, false)), want: three, level: "EARLY_WARNING"},
		{name: "30 minutes are not over 30", days: 60, policy: on, with: two(late(3, 30, false)), level: "ON_TRACK"},
		{name: "an excused tardy", days: 60, policy: on, with: two(late(3, 60, true)), level: "ON_TRACK"},
		{name: "a tardy on the day of the absence is no other day", days: 60, policy: on, with: two(late(1, 60, false)), level: "ON_TRACK"},
		{
			name: "half a day without excuse is no full day", days: 60, policy: on, level: "ON_TRACK",
			with: two(func(w *wide) { w.happens(3, "UNEXCUSED_ABSENCE", event{fraction: 5_000}) }),
		},
		{name: "an excused day", days: 60, policy: on, level: "ON_TRACK", with: two(func(w *wide) { w.happens(3, "EXCUSED_ABSENCE", event{fraction: 10_000}) })},
		{
			name: "a suspension is no truancy", days: 60, policy: on, level: "ON_TRACK",
			with: two(func(w *wide) { w.happens(3, "OUT_OF_SCHOOL_SUSPENSION", event{fraction: 10_000}) }),
		},
		{name: "off elsewhere", days: 60, with: two(late(3, 31, false)), level: "ON_TRACK"},
		{
			name: "a tenth of the days without excuse, where that is the rule", days: 30, level: "CRITICAL",
			policy: map[string]any{"rules": map[string]any{"TRUANT_SHARE": map[string]any{"off": false}}}, with: func(w *wide) { w.absent(3) },
			want: []string{"ABSENCE_SHARE AT_RISK 30000 / 300000", "TRUANT_SHARE AT_RISK 30000 / 300000"},
		},
	})
}
