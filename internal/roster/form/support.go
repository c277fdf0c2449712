package form

import "github.com/holdfast-edu/holdfast/internal/roster"

func supportForms() []Form {
	return []Form{
		of[roster.MenuEntry](
			"support-menu", "A support that the district offers.", id("The support's id."), needed(text("title", "title", "Title", "What it is called.")),
			needed(word("domain", "domain", "Domain", "What it is meant to mend.", supportDomains...)),
			needed(word("intensity", "intensity", "Intensity", "How intensive it is.", roster.SupportBasic, roster.SupportIntensive)),
			text("provider", "provider", "Provider", "Who gives it."), text("dosage", "dosage", "Dosage", "How often and how long."),
			text("eligibility", "eligibility", "Eligibility", "Whom it is for."), text("evidence", "evidence", "Evidence", "What shows that it works."),
		),
		of[roster.PlanItem](
			"supports", "A support that a student was given, or is being given.", studentID, id("Its id, unique within the student."),
			text("menuId", "menu_code", "MenuCode", "The id of the support in the support menu."), needed(text("title", "title", "Title", "What it is called.")),
			word("domain", "domain", "Domain", "What it is meant to mend; left empty: what the menu says.", supportDomains...),
			yearFrom("BeginsOn"), needed(day("beginsOn", "starts_on", "BeginsOn", "The first day.")),
			day("endsOn", "ends_on", "EndsOn", "The last day; left empty while it goes on."),
			minutes("plannedMinutes", "planned_minutes", "PlannedMinutes", "How many minutes are planned in all."),
		),
		of[roster.SupportSession](
			"support-sessions", "A session of a support that a student is given.", studentID,
			needed(text("supportId", "item_code", "ItemCode", "The id of the student's support.")),
			needed(day("date", "held_on", "Date", "The day.")), minutes("minutes", "minutes", "Minutes", "How long it took."),
			needed(yesNo("attended", "attended", "Attended", "Whether the student was there.")),
		),
	}
}
