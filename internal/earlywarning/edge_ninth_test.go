package earlywarning_test

import "testing"

func TestOnTrackAtTheEndOfNinthGrade(t *testing.T) {
	t.Parallel()
	ninth := func(earned int64, marks ...any) func(*wide) {
		return func(w *wide) {
			needing(earned, "NINTH", 2029)(w)
			w.needs = map[int]int64{}
			for _, mark := range marks {
				w.markIn(true, "SEMESTER", mark)
			}
			w.good()
		}
	}
	fs := func(n string) []string { return []string{"CORE_FS AT_RISK " + n + "0000 / 10000"} }
	ninthIs := func(verdict string) map[string]string {
		return map[string]string{"academics": "ninth " + verdict + " as of"}
	}
	edges(t, []edge{
		{name: "ten semester credits and one F", days: 40, with: ninth(50_000, "F"), want: fs("1"), tables: ninthIs("true")},
		{name: "a hair under ten", days: 40, with: ninth(49_999, "A"), tables: ninthIs("false")},
		{name: "two Fs", days: 40, with: ninth(60_000, "F", "F"), want: fs("2"), tables: ninthIs("false")},
		{name: "before the year's last term is over", days: 39, with: ninth(50_000, "A"), tables: ninthIs("")},
		{name: "no credit of the year is known", days: 40, with: func(w *wide) { ninth(0, "A")(w); w.credits = nil }, tables: ninthIs("")},
		{name: "a tenth grader", days: 40, with: func(w *wide) { ninth(50_000, "A")(w); w.grade[w.enrollments[0].id] = "TENTH" }, tables: ninthIs("")},
		{
			name: "a final F without semesters is two", days: 40, with: func(w *wide) { ninth(50_000)(w); w.markIn(true, "FINAL", "F") },
			want: fs("1"), tables: ninthIs("false"),
		},
		{name: "an F of a day to come", days: 40, with: func(w *wide) {
			ninth(50_000, "F")(w)
			w.markOf(w.markIn(true, "SEMESTER", "B"), "SEMESTER", 41, "F")
		}, want: fs("1"), tables: ninthIs("true")},
	})
}
