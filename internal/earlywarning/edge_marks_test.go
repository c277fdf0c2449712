package earlywarning_test

import "testing"

// good gives enough As in electives to lift the average over every line.
func (w *wide) good() {
	for range 6 {
		w.markIn(false, "FINAL", "A")
	}
}

func TestMarksAtTheEdges(t *testing.T) {
	t.Parallel()
	core := func(mark any) func(*wide) {
		return func(w *wide) { w.good(); w.markIn(true, "FINAL", mark) }
	}
	d, f := []string{"CORE_DS EARLY_WARNING 10000 / 10000"}, []string{"CORE_FS AT_RISK 10000 / 10000"}
	edges(t, []edge{
		{name: "60.0000 is a D", days: 30, with: core(60_0000), want: d, level: "EARLY_WARNING"},
		{name: "69.9999 is a D", days: 30, with: core(69_9999), want: d, level: "EARLY_WARNING"},
		{name: "70.0000 is none", days: 30, with: core(70_0000), level: "ON_TRACK"},
		{name: "59.9999 is an F", days: 30, with: core(59_9999), want: f, level: "AT_RISK"},
		{name: "0 is an F", days: 30, with: core(0), want: f, level: "AT_RISK"},
		{name: "a D+ is a D", days: 30, with: core("D+"), want: d, level: "EARLY_WARNING"},
		{name: "an F", days: 30, with: core("F"), want: f, level: "AT_RISK"},
		{name: "an F in an elective", days: 30, level: "ON_TRACK", with: func(w *wide) { w.good(); w.markIn(false, "FINAL", "F") }},
		{name: "a letter wins over a number", days: 30, level: "ON_TRACK", with: func(w *wide) {
			w.good()
			w.markIn(true, "FINAL", "A")
			w.marks[len(w.marks)-1].number = int64(10_0000)
		}},
		{
			name: "a pass counts for nothing", days: 30, level: "ON_TRACK", with: func(w *wide) { w.markIn(true, "FINAL", "P") },
			tables: map[string]string{"levels": "ON_TRACK {BEHAVIOR,COURSE_PERFORMANCE,OVERAGE}"},
		},
		{name: "the latest mark counts", days: 30, level: "ON_TRACK", with: func(w *wide) {
			w.good()
			w.markOf(w.markIn(true, "FINAL", "F"), "PROGRESS", 6, "B")
		}},
		{name: "of one day the final mark counts", days: 30, with: func(w *wide) {
			w.good()
			w.markOf(w.markIn(true, "FINAL", "F"), "PROGRESS", 5, "B")
		}, want: f, level: "AT_RISK"},
		{name: "a mark of tomorrow is not known", days: 30, level: "ON_TRACK", with: func(w *wide) {
			w.good()
			w.markOf(w.markIn(true, "FINAL", "B"), "FINAL", 31, "F")
		}},
		{
			name: "an average of 2.0000 is at risk", days: 30, level: "AT_RISK", want: []string{"GRADE_POINT_AVERAGE AT_RISK 60000 / 30000"},
			with: func(w *wide) {
				w.markIn(false, "FINAL", "A")
				w.markIn(false, "FINAL", "C")
				w.markIn(false, "FINAL", "F")
			},
		},
		{
			name: "an average of 2.0001 is not", days: 30, level: "ON_TRACK",
			policy: map[string]any{"marks": map[string]any{"letters": map[string]any{"Z": map[string]any{"points": 20_001}}}},
			with:   func(w *wide) { w.markIn(false, "FINAL", "Z") },
		},
		{
			name: "a mark and its chronic absence are critical", days: 30, level: "CRITICAL", with: func(w *wide) { w.good(); w.markIn(true, "FINAL", "F"); w.absent(3) },
			want: []string{"ABSENCE_SHARE AT_RISK 30000 / 300000", "CORE_FS AT_RISK 10000 / 10000"},
		},
	})
}

// TestLetterOfThePolicy: a letter of the district's own counts, and no longer one for it.
func TestLetterOfThePolicy(t *testing.T) {
	t.Parallel()
	fails := map[string]any{"marks": map[string]any{"letters": map[string]any{"?": map[string]any{"f": true}, "NP": map[string]any{"f": true}}}}
	f := []string{"CORE_FS AT_RISK 10000 / 10000"}
	with := func(letter string) func(*wide) {
		return func(w *wide) { w.good(); w.markIn(true, "FINAL", letter) }
	}
	edges(t, []edge{
		{name: "of one letter", days: 30, policy: fails, with: with("?"), want: f},
		{name: "of two", days: 30, policy: fails, with: with("NP"), want: f},
		{name: "another of three", days: 30, policy: fails, with: with("INC")},
		{name: "a sign of two bytes", days: 30, policy: fails, with: with("É")},
	})
}
