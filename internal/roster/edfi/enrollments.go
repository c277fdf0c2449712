package edfi

import (
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func enrollmentHandlers() handlers {
	return handlers{"StudentSchoolAssociation": readEnrollment}
}

func readEnrollment(ctx context.Context, f *file, e *element) error {
	r := f.record("Enrollment", e)
	enrollment := roster.Enrollment{
		Origin:        r.origin,
		StudentCode:   r.required("StudentReference/StudentIdentity/StudentUniqueId"),
		SchoolCode:    r.required("SchoolReference/SchoolIdentity/SchoolId"),
		SchoolYear:    r.schoolYear("SchoolYear"),
		CalendarCode:  r.text("CalendarReference/CalendarIdentity/CalendarCode"),
		EntryDate:     r.requiredDate("EntryDate"),
		EntryTypeCode: r.code("EntryType"),
		ExitDate:      r.date("ExitWithdrawDate"),
		ExitTypeCode:  r.code("ExitWithdrawType"),
	}
	if grade := r.requiredCode("EntryGradeLevel"); grade != "" {
		enrollment.GradeLevel = r.grade("EntryGradeLevel", grade)
	}
	if calendar := r.ref("CalendarReference"); calendar != "" {
		r.reject("CalendarReference", calendar, "points to an element that this file cannot hold",
			"name the calendar by CalendarIdentity")
	}
	if enrollment.SchoolYear == 0 {
		// The year is optional, but a calendar is of one year.
		enrollment.SchoolYear = r.schoolYear("CalendarReference/CalendarIdentity/SchoolYear")
	}
	return f.put(ctx, r, enrollment)
}
