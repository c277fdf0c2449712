package form

import "github.com/holdfast-edu/holdfast/internal/roster"

func schoolForms() []Form {
	return []Form{
		of[roster.School](
			"schools", "A school of the district.",
			id("The school's id, as the district knows it."),
			needed(text("name", "name", "Name", "What the school is called.")),
			text("districtId", "district_code", "DistrictCode", "The id of the district that it belongs to; left empty: the one that the file is loaded into."),
			needed(word("level", "level", "Level", "Which grades it teaches, by and large.", roster.LevelElementary, roster.LevelMiddle, roster.LevelHigh, roster.LevelOther)),
			word("lowestGrade", "lowest_grade", "LowestGrade", "The lowest grade level taught.", roster.Grades()...),
			word("highestGrade", "highest_grade", "HighestGrade", "The highest grade level taught.", roster.Grades()...),
			yesNo("alternative", "alternative", "Alternative", "Whether it is an alternative school; left empty: no."),
		),
		of[roster.Calendar](
			"calendars", "A calendar of a school in a school year; its days are in a file of their own.",
			id("The calendar's id, unique within the school and year."), schoolID, schoolYear,
			needed(word("kind", "kind", "Kind", "Whom it holds for: all of the school, single students, or something else.",
				roster.CalendarSchool, roster.CalendarStudentSpecific, roster.CalendarOther)),
		),
		of[roster.CalendarDate](
			"calendar-days", "A day of a calendar.",
			needed(text("calendarId", "calendar_code", "CalendarCode", "The calendar's id.")), schoolID, schoolYear,
			needed(day("date", "on_date", "Date", "The day.")),
			needed(yesNo("instructional", "instructional", "Instructional", "Whether students were taught on this day: only such days count as enrolled.")),
			text("event", "event", "Event", "What the day is called, such as Holiday."),
		),
		of[roster.Term](
			"terms", "A term, session or grading period.",
			id("The term's id, unique within the school and year."),
			maybe(schoolID, "The school's id; left empty: of all schools of the district."), schoolYear,
			needed(text("name", "name", "Name", "What it is called, such as First Semester.")),
			needed(word("kind", "kind", "Kind", "What it is; TERM stands for trimesters and quarters too.",
				roster.TermYear, roster.TermSemester, roster.TermTerm, roster.TermGradingPeriod, roster.TermOther)),
			needed(day("beginsOn", "starts_on", "BeginsOn", "Its first day.")), needed(day("endsOn", "ends_on", "EndsOn", "Its last day.")),
		),
	}
}
