package edfi

import (
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// Elements that are supports, or ways to give one.
const (
	cohortElement       = "Cohort"
	interventionElement = "Intervention"
	prescriptionElement = "InterventionPrescription"
)

// supportIdentity is what other elements name a cohort, an intervention or an
// intervention's prescription by, and what is kept of it is kept by.
type supportIdentity struct{ element, organization, code string }

// entryCode is its code in the support menu, and that of what students are given of
// it. The three elements' own codes may be alike.
func (s supportIdentity) entryCode() string { return join(s.element, s.organization, s.code) }

// supportIdentity reads the fields that identify one of the three elements, below a
// path.
func (r *record) supportIdentity(path, element string) supportIdentity {
	field := element + "IdentificationCode"
	if element == cohortElement {
		field = "CohortIdentifier"
	}
	return supportIdentity{
		element:      element,
		organization: r.required(path + "EducationOrganizationReference/EducationOrganizationIdentity/EducationOrganizationId"),
		code:         r.required(path + field),
	}
}

// support finds which cohort, intervention or prescription the reference to one means.
func (f *file) support(
	ctx context.Context, r *record, element string, put func(context.Context, supportIdentity) error,
) error {
	reference := element + "Reference"
	if r.ref(reference) != "" {
		return resolve(ctx, f, r, reference, put)
	}
	return put(ctx, r.supportIdentity(reference+"/"+element+"Identity/", element))
}

// readSupportSession reads a session of an intervention, at which the student was or
// was not.
func readSupportSession(ctx context.Context, f *file, e *element) error {
	r := f.record("SupportSession", e)
	session := roster.SupportSession{
		Origin:      r.origin,
		StudentCode: r.required("StudentReference/StudentIdentity/StudentUniqueId"),
		Date:        r.requiredDate("AttendanceEvent/EventDate"),
		Minutes:     r.number("InterventionDuration", roster.NotSaid),
		Attended: word(r, "AttendanceEvent/AttendanceEventCategory", f.words.attended,
			"a category of attendance", "Excused Absence"),
	}
	return f.support(ctx, r, interventionElement, func(ctx context.Context, intervention supportIdentity) error {
		session.ItemCode = intervention.entryCode()
		return f.put(ctx, r, session)
	})
}
