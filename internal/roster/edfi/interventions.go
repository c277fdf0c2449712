package edfi

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// interventionHandlers leaves out studies of interventions, and which organization
// prescribes which.
func interventionHandlers() handlers {
	return handlers{
		"EducationContent":               readContent,
		interventionElement:              readIntervention,
		prescriptionElement:              readPrescription,
		"StudentInterventionAssociation": readIntervened,
	}
}

// contentCode is what other elements name an EducationContent by, and
// contentDescription what is kept of it.
type (
	contentCode        string
	contentDescription string
)

// readContent keeps what is published about an intervention, such as the research
// that it rests on. It is no row.
func readContent(_ context.Context, f *file, e *element) error {
	r := f.record("MenuEntry", e)
	code, description := r.text("ContentIdentifier"), r.text("LearningResource/ShortDescription")
	if code != "" && description != "" {
		f.kept[contentCode(code)] = contentDescription(description)
	}
	return f.sink.PassOver(e.name)
}

// intervention is what is kept of an Intervention for the students who take part.
type intervention struct {
	menuCode, domain string
	begins, ends     time.Time // the second may be zero
}

func readPrescription(ctx context.Context, f *file, e *element) error {
	r := f.record("MenuEntry", e)
	identity := r.supportIdentity("", prescriptionElement)
	f.remember(r, identity)
	return f.putIntervention(ctx, r, identity)
}

// readIntervention reads how a school gives an intervention. When it follows a
// prescription, then that is what is on the menu, and this one is no row.
func readIntervention(ctx context.Context, f *file, e *element) error {
	r := f.record("MenuEntry", e)
	identity := r.supportIdentity("", interventionElement)
	own := intervention{begins: r.requiredDate("BeginDate"), ends: r.date("EndDate"), menuCode: identity.entryCode()}
	own.domain, _ = r.domain()
	f.remember(r, identity)
	if len(e.all(prescriptionElement+"Reference")) == 0 {
		f.keepIntervention(r, identity, own)
		return f.putIntervention(ctx, r, identity)
	}
	return f.support(ctx, r, prescriptionElement, func(ctx context.Context, prescription supportIdentity) error {
		own.menuCode = prescription.entryCode()
		if len(r.codes("Diagnosis")) == 0 {
			own.domain = "" // the prescription's
		}
		f.keepIntervention(r, identity, own)
		if len(r.issues) > 0 {
			return f.putIntervention(ctx, r, identity)
		}
		return f.sink.PassOver(e.name)
	})
}

// keepIntervention keeps an intervention for the students who take part in it.
func (f *file) keepIntervention(r *record, identity supportIdentity, own intervention) {
	if len(r.issues) == 0 {
		f.kept[identity] = own
	}
}

// putIntervention hands on the menu entry of a prescription, or of an intervention
// that follows none. It has no title but its code.
func (f *file) putIntervention(ctx context.Context, r *record, identity supportIdentity) error {
	domain, unknown := r.domain()
	row := roster.MenuEntry{
		Origin:      r.origin,
		Code:        identity.entryCode(),
		Title:       identity.code,
		Domain:      domain,
		Intensity:   or(f.words.intensities, r.code("DeliveryMethod"), roster.SupportBasic),
		Dosage:      r.dosage(),
		Eligibility: strings.Join(slices.Concat(r.codes("AppropriateGradeLevel"), r.codes("PopulationServed")), ", "),
		Evidence:    f.evidence(r),
	}
	if unknown != "" && len(r.issues) == 0 {
		if err := f.tolerate(ctx, r, "Diagnosis", unknown,
			"is not a purpose that is known, so it was taken for course performance",
			"use one of Ed-Fi's own code values, such as Low Attendance"); err != nil {
			return err
		}
	}
	return f.put(ctx, r, row)
}

// domain gives what an intervention is meant to mend, by the first of its diagnoses
// that is known. By the standard's definition an intervention is a way to teach a
// subject: where none is known or said, that is course performance, and unknown is
// what was said.
func (r *record) domain() (domain, unknown string) {
	for _, code := range r.codes("Diagnosis") {
		if domain, known := r.words.diagnoses[plain(code)]; known {
			return domain, ""
		}
		unknown = cmp.Or(unknown, code)
	}
	return roster.SupportCoursePerformance, unknown
}

// dosage says how long an intervention is to take; the standard counts minutes.
func (r *record) dosage() string {
	least, most := r.number("MinDosage", roster.NotSaid), r.number("MaxDosage", roster.NotSaid)
	switch {
	case least == roster.NotSaid && most == roster.NotSaid:
		return ""
	case most == roster.NotSaid:
		return fmt.Sprintf("at least %d minutes", least)
	case least == roster.NotSaid:
		return fmt.Sprintf("at most %d minutes", most)
	default:
		return fmt.Sprintf("%d to %d minutes", least, most)
	}
}

// evidence names what is published about an intervention: in words where they were
// read before, else by its code.
func (f *file) evidence(r *record) string {
	var published []string
	for _, e := range r.element.all("EducationContentSource/EducationContentReference/EducationContentIdentity/ContentIdentifier") {
		description, _ := f.kept[contentCode(e.text)].(contentDescription)
		published = append(published, cmp.Or(string(description), e.text))
	}
	return strings.Join(published, "; ")
}

// readIntervened reads who takes part in an intervention, for as long as it is given:
// the standard has no dates of a student's own. The dosage is the minutes for which
// the student was assigned to it.
func readIntervened(ctx context.Context, f *file, e *element) error {
	r := f.record("PlanItem", e)
	item := roster.PlanItem{
		Origin:         r.origin,
		StudentCode:    r.required("StudentReference/StudentIdentity/StudentUniqueId"),
		PlannedMinutes: r.number("Dosage", roster.NotSaid),
	}
	return f.support(ctx, r, interventionElement, func(ctx context.Context, identity supportIdentity) error {
		item.Code, item.Title = identity.entryCode(), identity.code
		r.release()
		if len(r.issues) > 0 {
			return f.put(ctx, r, item)
		}
		return expect(ctx, f, identity, func(ctx context.Context, of intervention, known bool) error {
			if !known {
				r.reject("InterventionReference", identity.code, "is an intervention that was not exported, or is not sound",
					"export the interventions together with the students who take part in them")
			}
			item.MenuCode, item.Domain, item.BeginsOn, item.EndsOn = of.menuCode, of.domain, of.begins, of.ends
			return f.put(ctx, r, item)
		})
	})
}
