package edfi

import (
	"context"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// disciplineHandlers leaves out what staff had to do with an incident. Participants
// from outside of the school, who stand within an incident, are left out as well.
func disciplineHandlers() handlers {
	return handlers{
		"DisciplineAction":                                readAction,
		"DisciplineIncident":                              readIncident,
		"StudentDisciplineIncidentBehaviorAssociation":    readOffender,
		"StudentDisciplineIncidentNonOffenderAssociation": readNonOffender,
	}
}

// incidentIdentity is what other elements name a DisciplineIncident by.
type incidentIdentity struct{ code, schoolCode string }

func readIncident(ctx context.Context, f *file, e *element) error {
	r := f.record("Incident", e)
	incident := roster.Incident{
		Origin:     r.origin,
		Code:       r.required("IncidentIdentifier"),
		SchoolCode: r.required("SchoolReference/SchoolIdentity/SchoolId"),
		Date:       r.requiredDate("IncidentDate"),
		Behavior:   strings.Join(r.codes("Behavior/Behavior"), ", "),
		Location:   r.code("IncidentLocation"),
	}
	f.remember(r, incidentIdentity{incident.Code, incident.SchoolCode})
	return f.put(ctx, r, incident)
}

// incident finds which incident a reference means.
func (f *file) incident(
	ctx context.Context, r *record, reference string, put func(context.Context, incidentIdentity) error,
) error {
	if r.ref(reference) != "" {
		return resolve(ctx, f, r, reference, put)
	}
	return put(ctx, incidentIdentity{
		code:       r.required(reference + "/DisciplineIncidentIdentity/IncidentIdentifier"),
		schoolCode: r.required(reference + "/DisciplineIncidentIdentity/SchoolReference/SchoolIdentity/SchoolId"),
	})
}

const participationCode = "DisciplineIncidentParticipationCode"

// readOffender reads what a student did. The standard has an association of its own
// for those who were involved and did nothing wrong: so whose behavior is described
// here, and who is not said to be anything else, is one who did it.
func readOffender(ctx context.Context, f *file, e *element) error {
	r := f.record("Participation", e)
	parts := r.participations()
	if len(parts) == 0 {
		parts = []string{roster.Perpetrator}
	}
	return f.putParticipations(ctx, r, parts, r.requiredCode("Behavior"))
}

// readNonOffender reads who else was involved. Whoever is not said to be a victim, a
// witness or a reporter is not guessed to be one.
func readNonOffender(ctx context.Context, f *file, e *element) error {
	r := f.record("Participation", e)
	parts := r.participations()
	if len(r.codes(participationCode)) == 0 {
		r.missing(participationCode)
	}
	if slices.Contains(parts, roster.Perpetrator) {
		r.reject(participationCode, "Perpetrator", "contradicts the element, which is of those who are not",
			"export perpetrators as StudentDisciplineIncidentBehaviorAssociation")
	}
	return f.putParticipations(ctx, r, parts, "")
}

// participations gives what parts a student had, each once.
func (r *record) participations() []string {
	var parts []string
	for _, code := range r.codes(participationCode) {
		part, known := r.words.participations[plain(code)]
		if !known {
			r.reject(participationCode, code, "is not a part in an incident that is known",
				"use one of Ed-Fi's own code values, such as Witness")
			continue
		}
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// putParticipations hands on a row for each part.
func (f *file) putParticipations(ctx context.Context, r *record, parts []string, behavior string) error {
	row := roster.Participation{
		Origin:      r.origin,
		StudentCode: r.required("StudentReference/StudentIdentity/StudentUniqueId"),
		Behavior:    behavior,
	}
	return f.incident(ctx, r, "DisciplineIncidentReference", func(ctx context.Context, incident incidentIdentity) error {
		row.IncidentCode, row.SchoolCode = incident.code, incident.schoolCode
		// An action that points to this element answers the incident.
		f.remember(r, incident)
		if len(r.issues) > 0 {
			return f.put(ctx, r, row)
		}
		for _, part := range parts {
			row.Part = part
			if err := f.put(ctx, r, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// readAction gives a row for each kind of an action, all of the length that the
// action has as a whole, and then the incidents that it answers. When the action is
// rejected, these are left out: there is nothing that they belong to.
func readAction(ctx context.Context, f *file, e *element) error {
	r := f.record("Action", e)
	action := roster.Action{
		Origin:      r.origin,
		StudentCode: r.required("StudentReference/StudentIdentity/StudentUniqueId"),
		Code:        r.required("DisciplineActionIdentifier"),
		SchoolCode:  r.text("ResponsibilitySchoolReference/SchoolIdentity/SchoolId"),
		Date:        r.requiredDate("DisciplineDate"),
		Days:        r.actionLength(),
	}
	kinds := r.codes("Discipline")
	if len(kinds) == 0 {
		r.missing("Discipline")
	}
	if len(r.issues) > 0 {
		return f.put(ctx, r, action)
	}
	slices.Sort(kinds)
	for _, kind := range slices.Compact(kinds) {
		action.KindCode = kind
		if err := f.put(ctx, r, action); err != nil {
			return err
		}
	}
	return f.putActionIncidents(ctx, e, action)
}

// actionLength gives the days that an action took, or was meant to take as long as
// that is all that is known.
func (r *record) actionLength() int {
	if r.text("ActualDisciplineActionLength") != "" {
		return r.parts("ActualDisciplineActionLength")
	}
	return r.parts("DisciplineActionLength")
}

const behaviorReference = "StudentDisciplineIncidentBehaviorAssociationReference"

// putActionIncidents hands on each incident that an action answers once, by however
// many behaviors it refers to it.
func (f *file) putActionIncidents(ctx context.Context, e *element, action roster.Action) error {
	seen := map[incidentIdentity]bool{}
	for _, reference := range e.all(behaviorReference) {
		r := f.record("ActionIncident", &element{name: e.name, line: reference.line, children: []element{*reference}})
		err := f.answered(ctx, r, func(ctx context.Context, incident incidentIdentity) error {
			if seen[incident] && len(r.issues) == 0 {
				return nil
			}
			seen[incident] = true
			return f.put(ctx, r, roster.ActionIncident{
				Origin:       r.origin,
				StudentCode:  action.StudentCode,
				ActionCode:   action.Code,
				Date:         action.Date,
				IncidentCode: incident.code,
				SchoolCode:   incident.schoolCode,
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// answered finds the incident in which the behavior was that an action answers.
func (f *file) answered(ctx context.Context, r *record, put func(context.Context, incidentIdentity) error) error {
	if r.ref(behaviorReference) != "" {
		return resolve(ctx, f, r, behaviorReference, put)
	}
	return f.incident(ctx, r,
		behaviorReference+"/StudentDisciplineIncidentBehaviorAssociationIdentity/DisciplineIncidentReference", put)
}
