package form

import "github.com/holdfast-edu/holdfast/internal/roster"

func attendanceForms() []Form {
	return []Form{of[roster.AttendanceEvent](
		"attendance", "What a school recorded about a student's attendance on one day. A student without a row was present.",
		studentID, schoolID, yearFrom("Date"), needed(day("date", "on_date", "Date", "The day.")),
		needed(text("code", "category_code", "CategoryCode", "The district's own attendance code; its policy says what each means.")),
		text("reason", "reason", "Reason", "Why, such as Excused: dentist."),
		parts("duration", "duration", "Duration", "How much of the day was missed, such as 0.5; left empty: all of it for an absence."),
		minutes("minutes", "minutes", "Minutes", "How many minutes were missed."),
	)}
}

func disciplineForms() []Form {
	return []Form{
		of[roster.Incident](
			"incidents", "Something that happened, whoever took part in it.", id("The incident's id, unique within the school."), schoolID, yearFrom("Date"),
			needed(day("date", "occurred_on", "Date", "The day on which it happened.")), text("behavior", "behavior", "Behavior", "What was done, in the district's own words."),
			text("location", "location", "Location", "Where, in the district's own words."),
		),
		of[roster.Participation](
			"participations", "A student's part in an incident, a row a behavior.", studentID, incidentID, needed(incidentSchool),
			needed(word("part", "participation", "Part", "Which part; only a perpetrator's counts for early warning.",
				roster.Perpetrator, roster.Victim, roster.Witness, roster.Reporter)),
			text("behavior", "behavior", "Behavior", "What this student did, in the district's own words."),
		),
		of[roster.Action](
			"actions", "What was done about a student's behavior. An action of several kinds is a row for each.", studentID,
			id("The action's id."), maybe(schoolID, "The id of the school that is responsible."), yearFrom("Date"),
			needed(day("date", "taken_on", "Date", "The day on which it was taken, or begins.")),
			needed(text("code", "kind_code", "KindCode", "The district's own word for the action; its policy says what each means.")),
			parts("days", "days", "Days", "How many days it takes, such as 2.5."),
		),
		of[roster.ActionIncident](
			"action-incidents", "Which incidents an action answers.", studentID, needed(text("actionId", "action_code", "ActionCode", "The action's id.")),
			needed(day("date", "taken_on", "Date", "The action's day.")), incidentID, needed(incidentSchool),
		),
	}
}

var (
	incidentID     = needed(text("incidentId", "incident_code", "IncidentCode", "The incident's id."))
	incidentSchool = maybe(schoolID, "The id of the incident's school.")
)
