package form

import "github.com/holdfast-edu/holdfast/internal/roster"

// Fields that several kinds share.
var (
	studentID = Field{Name: "studentId", Column: "student_code", member: "StudentCode", Needed: true, About: "The student's id in the school information system."}
	schoolID  = Field{Name: "schoolId", Column: "school_code", member: "SchoolCode", Needed: true, About: "The school's id, as the district knows it."}
	sectionID = Field{Name: "sectionId", Column: "section_code", member: "SectionCode", Needed: true, About: "The section's id, unique within its school and year."}
	personID  = Field{Name: "personId", Column: "person_code", member: "PersonCode", About: "The person's id."}
	personRef = Field{Name: "personRef", Column: "person_ref", member: "PersonRef", About: "By which name the same file calls the person, where it does not give the id."}

	schoolYear = Field{
		Name: "schoolYear", Column: "school_year", member: "SchoolYear", Type: Whole, Needed: true, isYear: true,
		About: "The calendar year in which the school year ends: 2026 for 2025-2026.",
	}
)

// maybe is a field without which a row still means something.
func maybe(f Field, about string) Field {
	f.Needed = false
	if about != "" {
		f.About = about
	}
	return f
}

// yearFrom is a school year that is drawn from the member's date where it is not said.
func yearFrom(member string) Field {
	f := maybe(schoolYear, "The calendar year in which the school year ends; left empty: the one from 1 July to 30 June that holds the date.")
	f.yearOf = member
	return f
}

func text(name, column, member, about string) Field {
	return Field{Name: name, Column: column, member: member, About: about}
}

func needed(f Field) Field {
	f.Needed = true
	return f
}

func id(about string) Field {
	return Field{Name: "id", Column: "local_id", member: "Code", Needed: true, About: about}
}

func day(name, column, member, about string) Field {
	return Field{Name: name, Column: column, member: member, Type: Day, About: about}
}

func parts(name, column, member, about string) Field {
	return Field{Name: name, Column: column, member: member, Type: Parts, unsaid: roster.NotSaid, About: about}
}

func year(name, column, member, about string) Field {
	return Field{Name: name, Column: column, member: member, Type: Whole, isYear: true, About: about}
}

func minutes(name, column, member, about string) Field {
	return Field{Name: name, Column: column, member: member, Type: Whole, unsaid: roster.NotSaid, About: about}
}

func yesNo(name, column, member, about string) Field {
	return Field{Name: name, Column: column, member: member, Type: YesNo, About: about}
}

func list(name, column, member, about string) Field {
	return Field{Name: name, Column: column, member: member, Type: List, About: about}
}

func word(name, column, member, about string, words ...string) Field {
	return Field{Name: name, Column: column, member: member, Type: Word, Words: words, About: about}
}

var subjects = []string{
	roster.CoreEnglish, roster.CoreMathematics, roster.CoreScience, roster.CoreSocialStudies, roster.SubjectArts, roster.SubjectPhysicalEducation,
	roster.SubjectWorldLanguage, roster.SubjectCareerTechnical, roster.SubjectElective,
}

var supportDomains = []string{
	roster.SupportAttendance, roster.SupportBehavior, roster.SupportCoursePerformance, roster.SupportFamily, roster.SupportBasicNeeds, roster.SupportCollegeCareer,
}
