package earlywarning_test

import (
	"testing"

	"github.com/google/uuid"
)

// TestAttendanceAtTheEdges: the figures are days enrolled, absent, excused, unexcused,
// suspended, tardies, streak, measured, chronic.
func TestAttendanceAtTheEdges(t *testing.T) {
	t.Parallel()
	edges(t, []edge{
		{
			name: "9.996 % is not chronic", days: 25, level: "EARLY_WARNING", want: []string{"ABSENCE_SHARE EARLY_WARNING 24990 / 250000"},
			with:   func(w *wide) { w.absent(2); w.happens(9, "PARTIAL", event{fraction: 4_990}) },
			tables: map[string]string{"attendance": "25 24990 0 24990 0 0 0 true false"},
		},
		{
			name: "exactly 10 % is chronic", days: 25, level: "AT_RISK", want: []string{"ABSENCE_SHARE AT_RISK 25000 / 250000"},
			with:   func(w *wide) { w.absent(2); w.happens(9, "PARTIAL", event{fraction: 5_000}) },
			tables: map[string]string{"attendance": "25 25000 0 25000 0 0 0 true true"},
		},
		{
			name: "exactly 5 % is a warning", days: 20, level: "EARLY_WARNING", with: func(w *wide) { w.absent(1) },
			want: []string{"ABSENCE_SHARE EARLY_WARNING 10000 / 200000"},
		},
		{
			name: "a ten-thousandth of a day under 5 % is none", days: 20, level: "ON_TRACK",
			with: func(w *wide) { w.happens(1, "EXCUSED_ABSENCE", event{fraction: 9_999}) },
		},
		{
			name: "19 days, all absent, give no verdict", days: 19, level: "NOT_MEASURED", with: func(w *wide) { w.absent(19) },
			tables: map[string]string{"attendance": "19 190000 0 190000 0 0 19 false false", "levels": "NOT_MEASURED {ATTENDANCE,BEHAVIOR,COURSE_PERFORMANCE,OVERAGE}"},
		},
		{
			name: "a suspension out of school is an absence, in school and lateness are none", days: 20, level: "EARLY_WARNING",
			want: []string{"ABSENCE_SHARE EARLY_WARNING 10000 / 200000"},
			with: func(w *wide) {
				w.happens(1, "OUT_OF_SCHOOL_SUSPENSION", event{fraction: 10_000})
				w.happens(2, "IN_SCHOOL_SUSPENSION", event{fraction: 10_000})
				w.happens(3, "TARDY", event{fraction: 10_000})
				w.happens(4, "EARLY_DEPARTURE", event{fraction: 10_000})
			},
			tables: map[string]string{"attendance": "20 10000 0 0 10000 1 0 true false"},
		},
		{
			name: "two categories on a day are one day, in the gravest", days: 40, level: "ON_TRACK",
			with: func(w *wide) {
				w.happens(1, "EXCUSED_ABSENCE", event{fraction: 6_000})
				w.happens(1, "OUT_OF_SCHOOL_SUSPENSION", event{fraction: 6_000})
			},
			tables: map[string]string{"attendance": "40 10000 0 0 10000 0"},
		},
		{
			name: "a partial goes by its reason, else for unexcused", days: 40, level: "ON_TRACK",
			with: func(w *wide) {
				w.happens(1, "PARTIAL", event{fraction: 2_500, excused: true})
				w.happens(2, "PARTIAL", event{fraction: 5_000})
			},
			tables: map[string]string{"attendance": "40 7500 2500 5000 0 0"},
		},
		{
			name: "silence is no presence: a school that declared nothing", days: 30, level: "NOT_MEASURED",
			with:   func(w *wide) { w.absent(5); delete(w.known, schoolYear{w.schools[0], presentYear}) },
			tables: map[string]string{"attendance": ""},
		},
		{
			name: "silence is no presence: a school that stopped sending", days: 60, level: "EARLY_WARNING",
			want: []string{"ABSENCE_SHARE EARLY_WARNING 10000 / 200000"},
			with: func(w *wide) {
				w.known[schoolYear{w.schools[0], presentYear}] = dayOfYear(20)
				w.happens(20, "EXCUSED_ABSENCE", event{fraction: 10_000})
				w.happens(21, "EXCUSED_ABSENCE", event{fraction: 10_000})
			},
			tables: map[string]string{"attendance": "20 10000 10000 0 0 0 1 true false"},
		},
		{
			name: "who never came is no student", days: 30,
			with: func(w *wide) {
				w.enrollments[0].exit, w.enrollments[0].exitType = dayOfYear(10), "NO_SHOW"
				w.absent(10)
			},
			tables: map[string]string{"attendance": "", "levels": "", "history of students": ""},
		},
		{
			name: "a day outside the enrollment is not counted", days: 30, level: "EARLY_WARNING", want: []string{"ABSENCE_SHARE EARLY_WARNING 10000 / 200000"},
			with: func(w *wide) {
				w.enrollments[0].entry, w.enrollments[0].exit, w.enrollments[0].exitType = dayOfYear(3), dayOfYear(22), "TRANSFERRED"
				for _, day := range []int{2, 3, 23} {
					w.happens(day, "EXCUSED_ABSENCE", event{fraction: 10_000})
				}
			},
			tables: map[string]string{"attendance": "20 10000 10000"},
		},
		{
			name: "overlapping enrollments count a day once", days: 30, level: "AT_RISK", want: []string{"ABSENCE_SHARE AT_RISK 30000 / 300000"},
			with:   func(w *wide) { w.enrollAgain(w.calendars[0], 10); w.absent(3) },
			tables: map[string]string{"attendance": "30 30000 0 30000"},
		},
		{
			name: "two calendars of a school: a day of either counts once", days: 30, level: "EARLY_WARNING", want: []string{"ABSENCE_SHARE EARLY_WARNING 20000 / 320000"},
			with: func(w *wide) {
				other := &calendar{id: uuid.New(), school: w.schools[0], year: presentYear}
				for day := 29; day <= 32; day++ {
					other.dates = append(other.dates, calendarDate{on: dayOfYear(day), instructional: true})
				}
				w.calendars = append(w.calendars, other)
				w.today, w.known[schoolYear{w.schools[0], presentYear}] = dayOfYear(32), dayOfYear(32)
				w.enrollAgain(other, 29)
				w.happens(30, "EXCUSED_ABSENCE", event{fraction: 10_000})
				w.happens(32, "EXCUSED_ABSENCE", event{fraction: 10_000})
			},
			tables: map[string]string{"attendance": "32 20000 20000"},
		},
		{
			name: "who moved is counted once, over the days of both schools", days: 24, level: "AT_RISK", want: []string{"ABSENCE_SHARE AT_RISK 30000 / 240000"},
			with: func(w *wide) {
				w.enrollments[0].exit, w.enrollments[0].exitType = dayOfYear(12), "TRANSFERRED"
				w.absent(3)
				w.moveTo(24, 13)
			},
			tables: map[string]string{"attendance": "24 30000 0 30000 0 0 0 true true"},
		},
	})
}

// enrollAgain enrolls the student once more, on a calendar from a day on.
func (w *wide) enrollAgain(c *calendar, from int) {
	one := &enrollment{id: uuid.New(), student: w.students[0], calendar: c, entry: dayOfYear(from)}
	w.enrollments, w.grade[one.id] = append(w.enrollments, one), "NINTH"
}

// moveTo enrolls the student in another school, on a calendar of its own.
func (w *wide) moveTo(days, from int) {
	school := uuid.New()
	other := &calendar{id: uuid.New(), school: school, year: presentYear}
	for day := 1; day <= days; day++ {
		other.dates = append(other.dates, calendarDate{on: dayOfYear(day), instructional: true})
	}
	w.schools, w.calendars = append(w.schools, school), append(w.calendars, other)
	w.known[schoolYear{school, presentYear}] = dayOfYear(days)
	w.enrollAgain(other, from)
}
