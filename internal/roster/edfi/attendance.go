package edfi

import (
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func attendanceHandlers() handlers {
	return handlers{
		"StudentInterventionAttendanceEvent": readSupportSession,
		"StudentSchoolAttendanceEvent":       readAttendance,
	}
}

func readAttendance(ctx context.Context, f *file, e *element) error {
	r := f.record("AttendanceEvent", e)
	return f.put(ctx, r, roster.AttendanceEvent{
		Origin:       r.origin,
		StudentCode:  r.required("StudentReference/StudentIdentity/StudentUniqueId"),
		SchoolCode:   r.required("SchoolReference/SchoolIdentity/SchoolId"),
		SchoolYear:   r.schoolYear("SessionReference/SessionIdentity/SchoolYear"),
		Date:         r.requiredDate("AttendanceEvent/EventDate"),
		CategoryCode: r.requiredCode("AttendanceEvent/AttendanceEventCategory"),
		Reason:       r.text("AttendanceEvent/AttendanceEventReason"),
		Duration:     r.dayShare("AttendanceEvent/EventDuration"),
		Minutes:      r.number("SchoolAttendanceDuration", roster.NotSaid),
	})
}
