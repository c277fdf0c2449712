package edfi

import (
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func enrollmentHandlers() handlers {
	return handlers{
		"SectionReference":          readSectionReference,
		"StudentSchoolAssociation":  readEnrollment,
		"StudentSectionAssociation": readSeat,
	}
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
	r.noRef("CalendarReference", "CalendarIdentity")
	if enrollment.SchoolYear == 0 {
		// The year is optional, but a calendar is of one year.
		enrollment.SchoolYear = r.schoolYear("CalendarReference/CalendarIdentity/SchoolYear")
	}
	return f.put(ctx, r, enrollment)
}

func readSeat(ctx context.Context, f *file, e *element) error {
	r := f.record("Seat", e)
	seat := roster.Seat{
		Origin:      r.origin,
		StudentCode: r.required("StudentReference/StudentIdentity/StudentUniqueId"),
		BeginsOn:    r.date("BeginDate"),
		EndsOn:      r.date("EndDate"),
	}
	return f.section(ctx, r, "SectionReference", func(ctx context.Context, section sectionIdentity) error {
		seat.SectionCode, seat.SchoolCode, seat.SchoolYear = section.code, section.schoolCode, section.schoolYear
		return f.put(ctx, r, seat)
	})
}
