package form

import "github.com/holdfast-edu/holdfast/internal/roster"

func courseForms() []Form {
	return []Form{
		of[roster.Course](
			"courses", "What is taught, in whichever sections.",
			id("The course's code."), needed(text("title", "title", "Title", "What the course is called.")),
			word("coreSubject", "core_subject", "CoreSubject", "The core subject that it counts for; left empty: none.",
				roster.CoreEnglish, roster.CoreMathematics, roster.CoreScience, roster.CoreSocialStudies),
		),
		of[roster.Section](
			"sections", "A course as it is held in a school.",
			id("The section's id, unique within the school and year."), schoolID, schoolYear,
			needed(text("courseId", "course_code", "CourseCode", "The course's code.")),
			list("termIds", "term_codes", "TermCodes", "The ids of the terms in which it is held, parted by semicolons."),
			day("beginsOn", "starts_on", "BeginsOn", "Its first day; left empty: the first of its terms, else of its school year."),
			day("endsOn", "ends_on", "EndsOn", "Its last day; left empty: the last of its terms, else of its school year."),
		),
		of[roster.SectionTeacher](
			"section-teachers", "Who teaches a section.",
			needed(text("staffId", "staff_code", "StaffCode", "The staff member's id.")), sectionID,
			maybe(schoolID, sectionAlone), maybe(schoolYear, sectionAlone),
			day("beginsOn", "starts_on", "BeginsOn", "From when on; left empty: the section's first day."),
			day("endsOn", "ends_on", "EndsOn", "Until when; left empty: as long as the section is held."),
		),
		of[roster.Seat](
			"section-students", "Which students are in a section.", studentID, sectionID, maybe(schoolID, sectionAlone), maybe(schoolYear, sectionAlone),
			day("beginsOn", "starts_on", "BeginsOn", "From when on; left empty: the section's first day."),
			day("endsOn", "ends_on", "EndsOn", "Until when; left empty: as long as the section is held."),
		),
	}
}

const sectionAlone = "Of the section; left empty where the section's id alone says which it is."

func markForms() []Form {
	return []Form{
		of[roster.Grade](
			"grades", "A mark in a course.", studentID,
			maybe(sectionID, "The section's id; left empty: courseId says which course it is."), maybe(schoolID, sectionAlone),
			maybe(schoolYear, "The calendar year in which the school year ends; left empty: the section's, else the one that holds givenOn."),
			text("courseId", "course_code", "CourseCode", "The course's code; left empty: the section's course."),
			needed(word("kind", "kind", "Kind", "What the mark is for.",
				roster.GradeProgress, roster.GradeGradingPeriod, roster.GradeSemester, roster.GradeFinal, roster.GradeOtherKind)),
			needed(text("period", "period", "Period", "The grading period's or term's name or id, such as First Six Weeks.")),
			day("givenOn", "given_on", "GivenOn", "When it was given; left empty: the last day of the period, else of the school year."),
			parts("numeric", "numeric", "Numeric", "The mark as a number, such as 83.5."), text("letter", "letter", "Letter", "The mark as a letter, such as B or A-."),
		),
		of[roster.CourseTranscript](
			"credits", "A course that a student took, with its credits. It may have been another district's.", studentID, schoolYear,
			text("term", "term", "Term", "The term's name."), needed(text("courseId", "course_code", "CourseCode", "The course's code.")),
			text("courseTitle", "course_title", "CourseTitle", "What the course is called."),
			needed(word("subject", "subject", "Subject", "The subject whose credits it counts for.", subjects...)),
			word("gradeLevel", "grade_level", "GradeLevel", "The grade level in which it was taken.", roster.Grades()...),
			needed(parts("attempted", "attempted", "Attempted", "Credits attempted, such as 0.5.")),
			needed(parts("earned", "earned", "Earned", "Credits earned, such as 0.5; 0 when failed.")),
			needed(word("result", "result", "Result", "How it ended.", roster.ResultPass, roster.ResultFail, roster.ResultIncomplete, roster.ResultWithdrawn)),
			needed(word("method", "method", "Method", "How the credits were earned.",
				roster.MethodRegular, roster.MethodCreditRecovery, roster.MethodTransfer, roster.MethodOther)),
			text("letter", "letter", "Letter", "The mark as a letter."), day("earnedOn", "earned_on", "EarnedOn", "When; left empty: the end of the school year."),
		),
		of[roster.AssessmentResult](
			"assessments", "How a student did in an assessment.", studentID, id("The assessment's id."),
			text("title", "title", "Title", "What the assessment is called."), text("subject", "subject", "Subject", "In the district's own words."),
			yearFrom("Date"), needed(day("date", "taken_on", "Date", "The day on which it was taken.")),
			text("score", "score", "Score", "The score, as it was given."), text("level", "level", "Level", "The performance level, such as Below Basic."),
			yesNo("belowLevel", "below_level", "BelowLevel", "Whether the student is below grade level; left empty when it does not say."),
		),
		of[roster.GraduationRequirement](
			"graduation-requirements", "How many credits of a subject a cohort needs.",
			needed(year("cohortYear", "cohort_year", "CohortYear", "The year in which the cohort is expected to graduate.")),
			needed(word("subject", "subject", "Subject", "The subject.", subjects...)), needed(parts("credits", "credits", "Credits", "The credits that are needed, such as 4.")),
		),
	}
}
