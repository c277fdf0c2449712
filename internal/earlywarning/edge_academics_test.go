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
		{name: "a middle schooler is expected none", days: 40, level: "ON_TRACK", with: needing(0, "EIGHTH", 2030)},
	})
}

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
