package earlywarning_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/policy"
)

// on gives an event of the day, counted from 1.
func on(day int, category string, fraction int64) earlywarning.Event {
	return earlywarning.Event{On: earlywarning.DayOf(dayOfYear(day)), Category: categoriesByWord[category], Fraction: fraction, Minutes: -1}
}

// late gives a tardy of so many minutes.
func late(day, minutes int) earlywarning.Event {
	event := on(day, "TARDY", 0)
	event.Minutes = minutes
	return event
}

var categoriesByWord = map[string]earlywarning.Category{
	"EXCUSED_ABSENCE": earlywarning.ExcusedAbsence, "UNEXCUSED_ABSENCE": earlywarning.UnexcusedAbsence,
	"OUT_OF_SCHOOL_SUSPENSION": earlywarning.OutOfSchoolSuspension, "PARTIAL": earlywarning.Partial, "TARDY": earlywarning.Tardy,
	"IN_SCHOOL_SUSPENSION": earlywarning.InSchoolSuspension, "EARLY_DEPARTURE": earlywarning.EarlyDeparture,
}

func excused(e earlywarning.Event) earlywarning.Event {
	e.Excused = true
	return e
}

func TestCount(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		days   int
		events []earlywarning.Event
		want   earlywarning.Figures
	}{
		{name: "no day", want: earlywarning.Figures{}},
		{name: "no event is presence", days: 10, want: earlywarning.Figures{Enrolled: 10}},
		{
			name: "a whole day of each category", days: 10, events: []earlywarning.Event{
				on(1, "EXCUSED_ABSENCE", 10_000), on(2, "UNEXCUSED_ABSENCE", 10_000), on(3, "OUT_OF_SCHOOL_SUSPENSION", 10_000),
				on(4, "IN_SCHOOL_SUSPENSION", 10_000), on(5, "TARDY", 10_000), on(6, "EARLY_DEPARTURE", 10_000),
			},
			want: earlywarning.Figures{Enrolled: 10, Absent: 30_000, Excused: 10_000, Unexcused: 10_000, Suspended: 10_000, Tardies: 1, Truant: 1},
		},
		{
			name: "a partial goes by its reason", days: 10,
			events: []earlywarning.Event{on(1, "PARTIAL", 2_500), excused(on(2, "PARTIAL", 5_000))},
			want:   earlywarning.Figures{Enrolled: 10, Absent: 7_500, Excused: 5_000, Unexcused: 2_500},
		},
		{
			name: "an absence goes by its category, whatever its reason", days: 10,
			events: []earlywarning.Event{excused(on(1, "UNEXCUSED_ABSENCE", 10_000))},
			want:   earlywarning.Figures{Truant: 1, Enrolled: 10, Absent: 10_000, Unexcused: 10_000},
		},
		{
			name: "parts of a day add up to at most the day, in the gravest bucket", days: 10,
			events: []earlywarning.Event{
				on(1, "EXCUSED_ABSENCE", 6_000), on(1, "UNEXCUSED_ABSENCE", 6_000),
				on(2, "UNEXCUSED_ABSENCE", 2_000), on(2, "OUT_OF_SCHOOL_SUSPENSION", 3_000),
			},
			want: earlywarning.Figures{Truant: 1, Enrolled: 10, Absent: 15_000, Unexcused: 10_000, Suspended: 5_000},
		},
		{
			name: "an excused absence beside an unexcused part", days: 10,
			events: []earlywarning.Event{on(1, "EXCUSED_ABSENCE", 5_000), on(1, "PARTIAL", 2_500)},
			want:   earlywarning.Figures{Enrolled: 10, Absent: 7_500, Excused: 7_500},
		},
		{
			name: "a long tardy without excuse is truancy, once a day", days: 10,
			events: []earlywarning.Event{late(1, 31), late(1, 45), late(2, 30), excused(late(3, 60)), on(4, "TARDY", 0), on(5, "UNEXCUSED_ABSENCE", 5_000)},
			want:   earlywarning.Figures{Enrolled: 10, Absent: 5_000, Unexcused: 5_000, Tardies: 4, Truant: 1},
		},
		{
			name: "two tardies of a day are one", days: 10,
			events: []earlywarning.Event{on(1, "TARDY", 0), on(1, "TARDY", 0)},
			want:   earlywarning.Figures{Enrolled: 10, Tardies: 1},
		},
		{
			name: "an event on a day that does not count", days: 10,
			events: []earlywarning.Event{on(11, "UNEXCUSED_ABSENCE", 10_000)},
			want:   earlywarning.Figures{Enrolled: 10},
		},
		{
			name: "the streak reaches back from the last day", days: 10,
			events: []earlywarning.Event{on(7, "EXCUSED_ABSENCE", 10_000), on(9, "PARTIAL", 10_000), on(10, "UNEXCUSED_ABSENCE", 10_000)},
			want:   earlywarning.Figures{Truant: 2, Enrolled: 10, Absent: 30_000, Excused: 10_000, Unexcused: 20_000, Streak: 2},
		},
		{
			name: "a part of a day ends the streak", days: 10,
			events: []earlywarning.Event{on(9, "EXCUSED_ABSENCE", 10_000), on(10, "EXCUSED_ABSENCE", 9_999)},
			want:   earlywarning.Figures{Enrolled: 10, Absent: 19_999, Excused: 19_999},
		},
		{
			name: "a tenth of the fewest days is chronic", days: 20,
			events: []earlywarning.Event{on(1, "EXCUSED_ABSENCE", 10_000), on(2, "PARTIAL", 10_000)},
			want:   earlywarning.Figures{Truant: 1, Enrolled: 20, Absent: 20_000, Excused: 10_000, Unexcused: 10_000, Measured: true, Chronic: true},
		},
		{
			name: "a ten-thousandth less is not", days: 20,
			events: []earlywarning.Event{on(1, "EXCUSED_ABSENCE", 10_000), on(2, "EXCUSED_ABSENCE", 9_999)},
			want:   earlywarning.Figures{Enrolled: 20, Absent: 19_999, Excused: 19_999, Measured: true},
		},
		{
			name: "no verdict under the minimum of days", days: 19,
			events: []earlywarning.Event{on(1, "EXCUSED_ABSENCE", 10_000), on(2, "EXCUSED_ABSENCE", 10_000)},
			want:   earlywarning.Figures{Enrolled: 19, Absent: 20_000, Excused: 20_000},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var days []time.Time
			for day := 1; day <= test.days; day++ {
				days = append(days, dayOfYear(day))
			}
			slices.Reverse(days) // the order in which days come must not matter
			got := earlywarning.CountDays(days, test.events, policy.Default().Indicators)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
		})
	}
}

func TestFiguresForShowing(t *testing.T) {
	t.Parallel()
	figures := earlywarning.Figures{Enrolled: 20, Absent: 25_000, Excused: 5_000, Unexcused: 10_000, Suspended: 10_000, Streak: 2}
	rate := figures.AttendanceRate()
	if rate == nil || *rate != 0.875 {
		t.Errorf("the attendance rate is %v, not 0.875", rate)
	}
	if got := []float64{figures.AbsentDays(), figures.ExcusedDays(), figures.UnexcusedDays(), figures.SuspendedDays()}; !slices.Equal(got, []float64{2.5, 0.5, 1, 1}) {
		t.Errorf("days absent, excused, unexcused and suspended are %v", got)
	}
	if figures.ChronicallyAbsent() != nil {
		t.Error("there is a verdict on a student who was not measured")
	}
	if rate := (earlywarning.Figures{}).AttendanceRate(); rate != nil {
		t.Errorf("no enrolled day gives a rate of %v", *rate)
	}
}
