package earlywarning_test

import (
	"time"

	"github.com/google/uuid"
)

// stalledDays is for how many days the support that has run longest without
// improvement has run.
func (w *wide) stalledDays(s studentYear, on time.Time) int64 {
	var longest int64
	for _, i := range w.items {
		running := i.student == s.student && i.plan == "ACTIVE" && !i.withdrawn && !i.planWithdrawn &&
			within(i.starts, yearStarts(s.year), w.through(s.year)) && within(on, i.starts, i.ends)
		if running && w.unimproved(s, i, on) {
			longest = max(longest, int64(on.Sub(i.starts).Hours()/24))
		}
	}
	return longest
}

func (w *wide) unimproved(s studentYear, i *item, on time.Time) bool {
	g := group{s.student, uuid.Nil, s.year}
	dayBefore := i.starts.AddDate(0, 0, -1)
	before, since := w.attend(g, time.Time{}, dayBefore), w.attend(g, i.starts, time.Time{})
	switch i.domain {
	case "ATTENDANCE":
		return before.Enrolled > 0 && since.Absent > 0 && since.Absent*int64(before.Enrolled) >= before.Absent*int64(since.Enrolled)
	case "BEHAVIOR":
		was, is := 0, 0
		for _, day := range w.incidentsOf(s) {
			if day.Before(i.starts) {
				was++
			} else if !day.After(on) {
				is++
			}
		}
		return is > 0 && before.Enrolled > 0 && since.Enrolled > 0 && is*before.Enrolled >= was*since.Enrolled
	case "COURSE_PERFORMANCE":
		was, is, marked := w.marked(s, time.Time{}, dayBefore), w.marked(s, time.Time{}, on), w.marked(s, i.starts, on)
		return was.core > 0 && marked.core > 0 && is.ds+is.fs > 0 && is.ds+is.fs >= was.ds+was.fs && is.fs >= was.fs
	}
	return false
}

// expectedAges are the ages on 1 September that the grades expect.
var expectedAges = map[string]int{
	"PREKINDERGARTEN": 4, "KINDERGARTEN": 5, "FIRST": 6, "SECOND": 7, "THIRD": 8, "FOURTH": 9, "FIFTH": 10,
	"SIXTH": 11, "SEVENTH": 12, "EIGHTH": 13, "NINTH": 14, "TENTH": 15, "ELEVENTH": 16, "TWELFTH": 17,
}

// yearsOver is by how many years a student is older than the grade expects; false where
// that is not known.
func (w *wide) yearsOver(s studentYear) (int64, bool) {
	expected, has := expectedAges[w.grade[w.home(s).id]]
	born, said := w.born[s.student]
	if !has || !said {
		return 0, false
	}
	age, september := 0, time.Date(s.year-1, time.September, 1, 0, 0, 0, 0, time.UTC)
	for birthday := born.AddDate(1, 0, 0); !birthday.After(september); birthday = born.AddDate(age+1, 0, 0) {
		age++
	}
	return int64(max(age-expected, 0)), true
}
