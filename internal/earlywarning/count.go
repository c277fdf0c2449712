package earlywarning

import (
	"slices"
	"time"

	"github.com/holdfast-edu/holdfast/internal/policy"
)

// Event is an attendance event on a day on which the student was enrolled.
type Event struct {
	Date     time.Time
	Category string
	Fraction int64 // ten-thousandths of the day
	Excused  bool  // by its reason; counts for a PARTIAL only
}

// Count works out a student's figures from the days on which they were enrolled,
// distinct and known, and the events on those days. It is the rule; the
// set-based SQL is proven equal to it.
func Count(days []time.Time, events []Event, attendance policy.AttendancePolicy) Figures {
	byDay := make(map[time.Time][]Event)
	for _, event := range events {
		byDay[event.Date] = append(byDay[event.Date], event)
	}
	ordered := slices.SortedFunc(slices.Values(days), time.Time.Compare)
	figures := Figures{Enrolled: len(ordered), Measured: len(ordered) >= attendance.MinEnrolledDays}
	for _, day := range ordered {
		figures = figures.withDay(byDay[day])
	}
	lines := Thresholds{Warning: attendance.WarningBasisPoints, AtRisk: attendance.AtRiskBasisPoints}
	figures.Chronic = figures.Measured && lines.Verdict(figures.Absent, int64(figures.Enrolled)*WholeDay) == AtRisk
	return figures
}

// withDay counts one day: the sum of its absent parts, at most one day, in one
// bucket by suspension, then unexcused, then excused, then partial by its reason.
func (f Figures) withDay(events []Event) Figures {
	var absent int64
	has := make(map[string]bool)
	unexcusedPart := false
	for _, event := range events {
		has[event.Category] = true
		if isAbsence(event.Category) {
			absent += event.Fraction
		}
		unexcusedPart = unexcusedPart || (event.Category == "PARTIAL" && !event.Excused)
	}
	absent = min(absent, WholeDay)
	f.Absent += absent
	switch {
	case has["OUT_OF_SCHOOL_SUSPENSION"]:
		f.Suspended += absent
	case has["UNEXCUSED_ABSENCE"]:
		f.Unexcused += absent
	case has["EXCUSED_ABSENCE"], !unexcusedPart:
		f.Excused += absent
	default:
		f.Unexcused += absent
	}
	if has["TARDY"] {
		f.Tardies++
	}
	if absent == WholeDay {
		f.Streak++
	} else {
		f.Streak = 0
	}
	return f
}

// isAbsence tells which categories are absences; in-school suspension, tardy and
// early departure are not.
func isAbsence(category string) bool {
	return category == "EXCUSED_ABSENCE" || category == "UNEXCUSED_ABSENCE" ||
		category == "OUT_OF_SCHOOL_SUSPENSION" || category == "PARTIAL"
}
