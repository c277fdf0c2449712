package edfi

import (
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func staffHandlers() handlers {
	return handlers{
		"Staff": readStaff,
		"StaffEducationOrganizationAssignmentAssociation": readStaffAssignment,
		"StaffSectionAssociation":                         readSectionTeacher,
	}
}

// staffCode is what other elements of the file name a Staff by.
type staffCode string

func readStaff(ctx context.Context, f *file, e *element) error {
	r := f.record("Staff", e)
	staff := roster.Staff{
		Origin:             r.origin,
		Code:               r.required("StaffUniqueId"),
		FirstName:          r.required("Name/FirstName"),
		MiddleName:         r.text("Name/MiddleName"),
		LastName:           r.required("Name/LastSurname"),
		PreferredFirstName: r.text("Name/PreferredFirstName"),
		PreferredLastName:  r.text("Name/PreferredLastSurname"),
		Email:              r.workEmail(),
		Login:              r.text("LoginId"),
		Languages:          r.codes("Language/Language"),
	}
	f.remember(r, staffCode(staff.Code))
	return f.put(ctx, r, staff)
}

// workEmail gives the work address, or the first when none is said to be that.
func (r *record) workEmail() string {
	for _, mail := range r.element.all("ElectronicMail") {
		if plain(codeValue(mail.first("ElectronicMailType").text)) == "work" {
			return mail.first("ElectronicMailAddress").text
		}
	}
	return r.text("ElectronicMail/ElectronicMailAddress")
}

func readStaffAssignment(ctx context.Context, f *file, e *element) error {
	r := f.record("StaffAssignment", e)
	assignment := roster.StaffAssignment{
		Origin: r.origin,
		OrganizationCode: r.required(
			"EducationOrganizationReference/EducationOrganizationIdentity/EducationOrganizationId"),
		Classification: r.requiredCode("StaffClassification"),
		Title:          r.text("PositionTitle"),
		BeginsOn:       r.date("BeginDate"),
		EndsOn:         r.date("EndDate"),
	}
	return f.staff(ctx, r, func(ctx context.Context, staff staffCode) error {
		assignment.StaffCode = string(staff)
		return f.put(ctx, r, assignment)
	})
}

// staff finds whom a StaffReference means.
func (f *file) staff(ctx context.Context, r *record, put func(context.Context, staffCode) error) error {
	if r.ref("StaffReference") == "" {
		return put(ctx, staffCode(r.required("StaffReference/StaffIdentity/StaffUniqueId")))
	}
	return resolve(ctx, f, r, "StaffReference", put)
}

// readSectionTeacher takes whoever teaches the section, as the teacher of record or
// beside them: all of them have its students before them.
func readSectionTeacher(ctx context.Context, f *file, e *element) error {
	r := f.record("SectionTeacher", e)
	teacher := roster.SectionTeacher{Origin: r.origin, BeginsOn: r.date("BeginDate"), EndsOn: r.date("EndDate")}
	return f.staff(ctx, r, func(ctx context.Context, staff staffCode) error {
		teacher.StaffCode = string(staff)
		return f.section(ctx, r, "SectionReference", func(ctx context.Context, section sectionIdentity) error {
			teacher.SectionCode, teacher.SchoolCode, teacher.SchoolYear = section.code, section.schoolCode, section.schoolYear
			return f.put(ctx, r, teacher)
		})
	})
}
