package edfi

import (
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func staffHandlers() handlers {
	return handlers{
		"Staff": readStaff,
		"StaffEducationOrganizationAssignmentAssociation": readStaffAssignment,
	}
}

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
	f.remember(r, identity{code: staff.Code})
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
	if r.ref("StaffReference") == "" {
		assignment.StaffCode = r.required("StaffReference/StaffIdentity/StaffUniqueId")
		return f.put(ctx, r, assignment)
	}
	return f.resolve(ctx, r, "StaffReference", func(ctx context.Context, staff identity) error {
		assignment.StaffCode = staff.code
		return f.put(ctx, r, assignment)
	})
}
