package earlywarning_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
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

// TestSupportWithoutImprovement: a support for attendance that began on the 11th day of
// a year; a day in ten was missed before it.
func TestSupportWithoutImprovement(t *testing.T) {
	t.Parallel()
	support := func(absent int, change func(*item)) func(*wide) {
		return func(w *wide) {
			one := &item{id: uuid.New(), student: w.students[0], domain: "ATTENDANCE", plan: "ACTIVE", starts: dayOfYear(11)}
			if change != nil {
				change(one)
			}
			w.items = append(w.items, one)
			w.happens(1, "EXCUSED_ABSENCE", event{fraction: 10_000})
			for day := 11; day < 11+absent; day++ {
				w.happens(day, "EXCUSED_ABSENCE", event{fraction: 10_000})
			}
		}
	}
	six := "NO_IMPROVEMENT EARLY_WARNING 420000 / 70000"
	edges(t, []edge{
		{name: "41 days", days: 52, with: support(5, nil), want: []string{"ABSENCE_SHARE AT_RISK 60000 / 520000"}},
		{name: "42 days", days: 53, with: support(5, nil), want: []string{"ABSENCE_SHARE AT_RISK 60000 / 530000", six}},
		{name: "42 days, fewer absences than before", days: 53, with: support(4, nil), want: []string{"ABSENCE_SHARE EARLY_WARNING 50000 / 530000"}},
		{name: "42 days of a plan that is closed", days: 53, with: support(5, func(i *item) { i.plan = "CLOSED" }), want: []string{"ABSENCE_SHARE AT_RISK 60000 / 530000"}},
		{name: "42 days, and it ended yesterday", days: 53, with: support(5, func(i *item) { i.ends = dayOfYear(52) }), want: []string{"ABSENCE_SHARE AT_RISK 60000 / 530000"}},
		{name: "42 days, and it ends today", days: 53, with: support(5, func(i *item) { i.ends = dayOfYear(53) }), want: []string{"ABSENCE_SHARE AT_RISK 60000 / 530000", six}},
		{name: "42 days of help of another kind", days: 53, with: support(5, func(i *item) { i.domain = "FAMILY" }), want: []string{"ABSENCE_SHARE AT_RISK 60000 / 530000"}},
	})
}

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
