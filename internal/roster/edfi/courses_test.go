package edfi_test

import (
	"testing"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

const (
	ofSession = `<SessionReference><SessionIdentity><SessionName>Fall</SessionName><SchoolYear>2021-2022</SchoolYear>` +
		ofSchool + `</SessionIdentity></SessionReference>`
	ofOffering = `<CourseOfferingReference><CourseOfferingIdentity><LocalCourseCode>ALG</LocalCourseCode>` +
		ofSchool + ofSession + `</CourseOfferingIdentity></CourseOfferingReference>`
	ofSection = `<SectionReference><SectionIdentity><SectionIdentifier>A</SectionIdentifier>` +
		ofOffering + `</SectionIdentity></SectionReference>`
)

func TestRejectedSections(t *testing.T) {
	t.Parallel()
	checkIssues(t, "MasterSchedule", "Section", "<Section><SectionIdentifier>A</SectionIdentifier>"+ofOffering+"</Section>",
		[]change{
			{">A<", "><", "SectionIdentifier", "", missing},
			{">ALG<", "><", "LocalCourseCode", "", missing},
			{">Fall<", "><", "SessionName", "", missing},
			{"2021-2022", "2022", "SchoolYear", "2022", noYear},
			{"<SchoolYear>2021-2022</SchoolYear>", "", "SchoolYear", "", missing},
			{ofSession, `<SessionReference ref="SESS_1"/>`, "SessionReference", "SESS_1", nowhere},
		})
}

const nowhere = "points to an id that no sound element of this file has"

func TestRejectedSeats(t *testing.T) {
	t.Parallel()
	checkIssues(t, "StudentEnrollment", "Seat",
		"<StudentSectionAssociation>"+ofStudent+ofSection+"<BeginDate>2021-08-23</BeginDate></StudentSectionAssociation>",
		[]change{
			{ofStudent, "", "StudentUniqueId", "", missing},
			{">A<", "><", "SectionIdentifier", "", missing},
			{ofSection, `<SectionReference ref="SCTN_1"/>`, "SectionReference", "SCTN_1", nowhere},
			{"2021-08-23", "Monday", "BeginDate", "Monday", noDate},
		})
}

func TestRejectedSectionTeachers(t *testing.T) {
	t.Parallel()
	const ofStaff = "<StaffReference><StaffIdentity><StaffUniqueId>7</StaffUniqueId></StaffIdentity></StaffReference>"
	checkIssues(t, "StaffAssociation", "SectionTeacher",
		"<StaffSectionAssociation>"+ofStaff+ofSection+"<EndDate>2021-12-17</EndDate></StaffSectionAssociation>",
		[]change{
			{ofStaff, "", "StaffUniqueId", "", missing},
			{">ALG<", "><", "LocalCourseCode", "", missing},
			{"2021-12-17", "2021-12-32", "EndDate", "2021-12-32", noDate},
		})
}

func TestRejectedTerms(t *testing.T) {
	t.Parallel()
	checkIssues(t, "EducationOrgCalendar", "Term",
		"<Session><SessionName>Fall</SessionName><SchoolYear>2021-2022</SchoolYear><BeginDate>2021-08-23</BeginDate>"+
			"<EndDate>2021-12-17</EndDate>"+ofSchool+"</Session>",
		[]change{
			{">Fall<", "><", "SessionName", "", missing},
			{"2021-08-23", "", "BeginDate", "", missing},
			{"2021-12-17", "", "EndDate", "", missing},
			{ofSchool, "", "SchoolId", "", missing},
		})
	checkIssues(t, "EducationOrgCalendar", "Term",
		"<GradingPeriod><GradingPeriod>x#First Six Weeks</GradingPeriod><SchoolYear>2021-2022</SchoolYear>"+
			"<BeginDate>2021-08-23</BeginDate><EndDate>2021-10-01</EndDate>"+ofSchool+"</GradingPeriod>",
		[]change{
			{"x#First Six Weeks", "", "GradingPeriod", "", missing},
			{"<SchoolYear>2021-2022</SchoolYear>", "", "SchoolYear", "", missing},
		})
}

func TestTermKinds(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Spring Semester": "SEMESTER", "Third Quarter": "TERM", "First Trimester": "TERM", "MiniTerm": "TERM",
		"Year Round": "YEAR", "Other": "OTHER", "Intersession": "OTHER", "": "OTHER",
	}
	for code, want := range tests {
		sink := readElements(t, "EducationOrgCalendar", "<Session><SessionName>A</SessionName><SchoolYear>2021-2022</SchoolYear>"+
			"<BeginDate>2021-08-23</BeginDate><EndDate>2021-12-17</EndDate><Term>x#"+code+"</Term>"+ofSchool+"</Session>")
		if got := only[roster.Term](t, sink).Kind; got != want {
			t.Errorf("%q is %s, expected %s", code, got, want)
		}
	}
}

func TestCoreSubjects(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"English Language Arts": "ENGLISH", "Reading": "ENGLISH", "Mathematics": "MATHEMATICS",
		"Life and Physical Sciences": "SCIENCE", "Social Sciences and History": "SOCIAL_STUDIES",
		"Military Science": "", "Fine and Performing Arts": "", "Basket Weaving": "", "": "",
	}
	for subject, want := range tests {
		sink := readElements(t, "EducationOrganization", "<Course><CourseCode>1</CourseCode><CourseTitle>A</CourseTitle>"+
			"<AcademicSubject>uri://ed-fi.org/AcademicSubjectDescriptor#"+subject+"</AcademicSubject></Course>")
		if got := only[roster.Course](t, sink).CoreSubject; got != want {
			t.Errorf("%q is %q, expected %q", subject, got, want)
		}
	}
}
