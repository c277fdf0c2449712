package earlywarning_test

import (
	"testing"

	"github.com/google/uuid"
)

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
