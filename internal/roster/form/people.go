package form

import "github.com/holdfast-edu/holdfast/internal/roster"

func peopleForms() []Form {
	return []Form{
		of[roster.Staff](
			"staff", "A person who works for the district. No row gives anybody access: roles are given by a person.",
			id("The staff member's id."),
			needed(text("firstName", "first_name", "FirstName", "The first name.")), text("middleName", "middle_name", "MiddleName", "The middle name."),
			needed(text("lastName", "last_name", "LastName", "The last name.")),
			text("preferredFirstName", "preferred_first_name", "PreferredFirstName", "The first name that the person goes by."),
			text("preferredLastName", "preferred_last_name", "PreferredLastName", "The last name that the person goes by."),
			text("email", "email", "Email", "The work address."), text("login", "login", "Login", "The name that the person signs in with."),
			list("languages", "languages", "Languages", "The languages spoken, parted by semicolons."),
		),
		of[roster.Student](
			"students", "A student. What a row leaves empty of birth date, sex, race and languages stays as it was.",
			id("The student's id in the school information system."), text("stateId", "state_id", "StateCode", "The id that the state has given."),
			needed(text("firstName", "first_name", "FirstName", "The first name.")), text("middleName", "middle_name", "MiddleName", "The middle name."),
			needed(text("lastName", "last_name", "LastName", "The last name.")), text("suffix", "suffix", "Suffix", "What follows the last name, such as Jr."),
			text("preferredFirstName", "preferred_first_name", "PreferredFirstName", "The first name that the student goes by."),
			text("preferredLastName", "preferred_last_name", "PreferredLastName", "The last name that the student goes by."),
			day("birthDate", "birth_date", "BirthDate", "The day of birth."), text("sex", "sex", "Sex", "In the district's own words; never the sex at birth."),
			list("raceEthnicity", "race_ethnicity", "RaceEthnicity", "The federal categories, parted by semicolons."),
			list("languages", "languages", "Languages", "The languages spoken, parted by semicolons."),
			text("community", "community", "Community", "The neighborhood or feeder school."),
			year("cohortYear", "cohort_year", "CohortYear", "The year in which the student is expected to graduate."),
		),
		of[roster.Demographics](
			"demographics", "What is known of a student beside the name. What a row leaves empty stays as it was.", studentID,
			day("birthDate", "birth_date", "BirthDate", "The day of birth."), text("sex", "sex", "Sex", "In the district's own words; never the sex at birth."),
			list("raceEthnicity", "race_ethnicity", "RaceEthnicity", "The federal categories, parted by semicolons."),
		),
		enrollmentForm(),
		of[roster.Exit](
			"exits", "A student left a school. The enrollment must be known already.", studentID, schoolID,
			day("entryDate", "entry_date", "EntryDate", "The first day of the enrollment that ended; left empty: the student's open one in the school."),
			needed(day("exitDate", "exit_date", "ExitDate", "The last day enrolled, or the first day out where the district's policy says so.")),
			text("exitCode", "exit_code", "ExitTypeCode", "The district's own leaver code; its policy says what each means."),
		),
		of[roster.Person](
			"persons", "Somebody who can be contacted about a student.",
			id("The person's id."), text("ref", "ref", "Ref", "By which name other rows of the same file call the person."),
			needed(text("firstName", "first_name", "FirstName", "The first name.")), needed(text("lastName", "last_name", "LastName", "The last name.")),
			text("preferredFirstName", "preferred_first_name", "PreferredFirstName", "The first name that the person goes by."),
			text("preferredLastName", "preferred_last_name", "PreferredLastName", "The last name that the person goes by."),
			text("language", "language", "Language", "The language to speak with the person."),
		),
		channelForm(), contactForm(), characteristicForm(),
	}
}

func enrollmentForm() Form {
	return of[roster.Enrollment](
		"enrollments", "A student's stay at a school.", studentID, schoolID, yearFrom("EntryDate"),
		text("calendarId", "calendar_code", "CalendarCode", "The calendar that the student keeps; left empty: the school's only one."),
		needed(day("entryDate", "entry_date", "EntryDate", "The first day enrolled.")),
		yesNo("entryAssumed", "entry_assumed", "EntryAssumed",
			"Whether entryDate is only assumed: where the student has an open enrollment in the school that year, that one is meant."),
		text("entryCode", "entry_code", "EntryTypeCode", "The district's own entry code; its policy says what each means."),
		day("exitDate", "exit_date", "ExitDate", "The last day enrolled, or the first day out where the district's policy says so; left empty while the student is enrolled."),
		text("exitCode", "exit_code", "ExitTypeCode", "The district's own leaver code; its policy says what each means."),
		needed(word("gradeLevel", "grade_level", "GradeLevel", "The grade level.", roster.Grades()...)),
		yesNo("noCalendar", "no_calendar", "NoCalendar", "Whether the source knows no calendars: without one, the enrollment waits for the school's."),
	)
}

func channelForm() Form {
	return of[roster.Channel](
		"channels", "A way to reach a person. The person is named by personId, or by personRef within one file.", personID, personRef,
		needed(word("kind", "kind", "Kind", "What it is.", roster.ChannelPhone, roster.ChannelEmail, roster.ChannelAddress)),
		needed(text("value", "value", "Value", "The number or address; a street address in one line.")),
		text("label", "label", "Label", "What it is called, such as Home or Mobile."),
		Field{Name: "priority", Column: "priority", member: "Priority", Type: Whole, About: "1 is the first to try."},
	)
}

func contactForm() Form {
	return of[roster.StudentContact](
		"student-contacts", "What a person is to a student. The person is named by personId, or by personRef within one file.", studentID, personID, personRef,
		needed(word("relation", "relation", "Relation", "What the person is to the student.", roster.RelationMother, roster.RelationFather, roster.RelationParent,
			roster.RelationStepparent, roster.RelationFosterParent, roster.RelationGuardian, roster.RelationGrandparent, roster.RelationSibling,
			roster.RelationAuntUncle, roster.RelationRelative, roster.RelationOther)),
		yesNo("livesWith", "lives_with", "LivesWith", "Whether the student lives with the person."),
		yesNo("educationRights", "education_rights", "EducationRights", "Whether the person may inspect the student's record and sign for the student."),
		yesNo("primary", "is_primary", "Primary", "Whether to contact this person first."),
		yesNo("emergency", "is_emergency", "Emergency", "Whether to contact this person in an emergency."),
	)
}

func characteristicForm() Form {
	return of[roster.Characteristic](
		"characteristics", "A circumstance of a student that changes what the school owes them.", studentID,
		needed(word("kind", "kind", "Kind", "The circumstance.", roster.CharacteristicHomeless, roster.CharacteristicSpecialEducation, roster.CharacteristicMigrant,
			roster.CharacteristicSection504, roster.CharacteristicEnglishLearner, roster.CharacteristicEconomicDisadvantage)),
		needed(day("beginsOn", "starts_on", "BeginsOn", "The first day on which it holds.")),
		day("endsOn", "ends_on", "EndsOn", "The last day on which it holds; left empty while it does."),
		text("detail", "detail", "Detail", "Where a homeless student spends the night, Free or Reduced, or the program's name."),
	)
}
