package edfi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// change puts other text into a sound element and says what is wrong then.
type change struct{ before, after, field, value, problem string }

// Problems that several kinds of rows have.
const (
	missing  = "is missing"
	noDate   = "is not a date"
	noYear   = "is not a school year"
	noShare  = "is not a share of a day"
	noNumber = "is not a whole number"
)

// checkIssues reads the sound element, which makes one row, and then makes each
// change alone, after which there is one issue instead.
func checkIssues(t *testing.T, interchange, kind, sound string, changes []change) {
	t.Helper()
	if sink := readElements(t, interchange, sound); len(sink.rows) != 1 || len(sink.issues) != 0 {
		t.Fatalf("the sound element: %d rows, issues %v", len(sink.rows), sink.issues)
	}
	for _, test := range changes {
		t.Run(test.field+" "+test.value+" "+test.problem, func(t *testing.T) {
			t.Parallel()
			sink := readElements(t, interchange, strings.Replace(sound, test.before, test.after, 1))
			if len(sink.rows) != 0 || len(sink.issues) != 1 {
				t.Fatalf("%d rows, issues %v", len(sink.rows), sink.issues)
			}
			issue := sink.issues[0]
			want := []string{kind, test.field, test.value, test.problem}
			got := []string{issue.Kind, issue.Field, issue.Value, issue.Problem}
			if difference := cmp.Diff(want, got); difference != "" {
				t.Error(difference)
			}
			if issue.Origin != at("input.xml", 2) || issue.Hint == "" {
				t.Errorf("issue %+v", issue)
			}
		})
	}
}

func TestRejectedStudents(t *testing.T) {
	t.Parallel()
	checkIssues(t, "Student", "Student",
		`<Student><StudentUniqueId>1</StudentUniqueId><Name><FirstName>A</FirstName><LastSurname>B</LastSurname></Name>
			<BirthData><BirthDate>2014-02-28</BirthDate></BirthData></Student>`,
		[]change{
			{"<StudentUniqueId>1<", "<StudentUniqueId> <", "StudentUniqueId", "", missing},
			{"<FirstName>A</FirstName>", "<FirstName/>", "FirstName", "", missing},
			{"<LastSurname>B</LastSurname>", "", "LastSurname", "", missing},
			{"2014-02-28", "2014-02-30", "BirthDate", "2014-02-30", noDate},
		})
}

func TestRejectedEnrollments(t *testing.T) {
	t.Parallel()
	checkIssues(t, "StudentEnrollment", "Enrollment",
		`<StudentSchoolAssociation><EntryDate>2021-08-23</EntryDate><EntryGradeLevel>x#Ninth grade</EntryGradeLevel>`+
			ofStudent+ofSchool+`<SchoolYear>2021-2022</SchoolYear></StudentSchoolAssociation>`,
		[]change{
			{ofStudent, `<StudentReference ref="STU_1"/>`, "StudentUniqueId", "", missing},
			{ofSchool, "", "SchoolId", "", missing},
			{"2021-08-23", "0021-08-23", "EntryDate", "0021-08-23", noDate},
			{"2021-08-23", "8/23/2021", "EntryDate", "8/23/2021", noDate},
			{"2021-08-23", "2021-08-23T08:00", "EntryDate", "2021-08-23T08:00", noDate},
			{"<EntryDate>2021-08-23</EntryDate>", "", "EntryDate", "", missing},
			{"Ninth grade", "Grade of stars", "EntryGradeLevel", "Grade of stars", "is not a grade level that is known"},
			{"x#Ninth grade", "", "EntryGradeLevel", "", missing},
			{"2021-2022", "2021-2023", "SchoolYear", "2021-2023", noYear},
			{"2021-2022", "2022", "SchoolYear", "2022", noYear},
			{"2021-2022", "next", "SchoolYear", "next", noYear},
			{
				"<SchoolYear>", `<CalendarReference ref="CAL_1"/><SchoolYear>`,
				"CalendarReference", "CAL_1", "points to an element that this file cannot hold",
			},
		})
}

func TestRejectedAttendanceEvents(t *testing.T) {
	t.Parallel()
	checkIssues(t, "StudentAttendance", "AttendanceEvent",
		`<StudentSchoolAttendanceEvent><AttendanceEvent><EventDate>2021-08-31</EventDate>
			<AttendanceEventCategory>x#Tardy</AttendanceEventCategory><EventDuration>0.5</EventDuration></AttendanceEvent>`+
			ofStudent+ofSchool+`<SchoolAttendanceDuration>9</SchoolAttendanceDuration></StudentSchoolAttendanceEvent>`,
		[]change{
			{"0.5", "1.01", "EventDuration", "1.01", noShare},
			{"0.5", "-0.5", "EventDuration", "-0.5", noShare},
			{"0.5", "NaN", "EventDuration", "NaN", noShare},
			{"0.5", "half", "EventDuration", "half", noShare},
			{"0.5", "0.5.", "EventDuration", "0.5.", noShare},
			{">9<", ">long<", "SchoolAttendanceDuration", "long", noNumber},
			{">9<", ">-1<", "SchoolAttendanceDuration", "-1", noNumber},
			{"x#Tardy", "", "AttendanceEventCategory", "", missing},
			{"x#Tardy", "uri://ed-fi.org/AttendanceEventCategoryDescriptor#", "AttendanceEventCategory", "", missing},
			{"2021-08-31", "2021-08-32", "EventDate", "2021-08-32", noDate},
		})
}

func TestRejectedContacts(t *testing.T) {
	t.Parallel()
	checkIssues(t, "Contact", "StudentContact",
		`<StudentContactAssociation>`+ofStudent+`<ContactReference ref="PRNT_1"/>
			<LivesWith>true</LivesWith></StudentContactAssociation>`,
		[]change{
			{ofStudent, "", "StudentUniqueId", "", missing},
			{`<ContactReference ref="PRNT_1"/>`, "", "ContactUniqueId", "", missing},
			{">true<", ">maybe<", "LivesWith", "maybe", "is neither true nor false"},
		})
}

func TestRejectedCalendarDates(t *testing.T) {
	t.Parallel()
	checkIssues(t, "EducationOrgCalendar", "CalendarDate",
		`<CalendarDate><Date>2021-09-06</Date><CalendarEvent>x#Holiday</CalendarEvent>
			<CalendarReference><CalendarIdentity><CalendarCode>A</CalendarCode>`+ofSchool+
			`<SchoolYear>2021-2022</SchoolYear></CalendarIdentity></CalendarReference></CalendarDate>`,
		[]change{
			{"2021-2022", "2022-2021", "SchoolYear", "2022-2021", noYear},
			{"<SchoolYear>2021-2022</SchoolYear>", "", "SchoolYear", "", missing},
			{"<CalendarEvent>x#Holiday</CalendarEvent>", "", "CalendarEvent", "", missing},
		})
}

func TestRejectedDistricts(t *testing.T) {
	t.Parallel()
	checkIssues(t, "EducationOrganization", "District",
		`<LocalEducationAgency><NameOfInstitution>A</NameOfInstitution>
			<LocalEducationAgencyId>1</LocalEducationAgencyId>
			<Address><StateAbbreviation>x#TX</StateAbbreviation></Address></LocalEducationAgency>`,
		[]change{
			{"x#TX", "x#Texas", "StateAbbreviation", "Texas", "is not a state"},
			{">1<", "><", "LocalEducationAgencyId", "", missing},
		})
}

// TestOtherRowsGoOn reads the rows around one that has two problems.
func TestOtherRowsGoOn(t *testing.T) {
	t.Parallel()
	student := func(code, name string) string {
		return "<Student><StudentUniqueId>" + code + "</StudentUniqueId>" +
			"<Name><FirstName>A</FirstName><LastSurname>" + name + "</LastSurname></Name></Student>\n"
	}
	sink := readElements(t, "Student", student("1", "B")+student("", "")+student("3", "B"))
	if len(sink.rows) != 2 || len(sink.issues) != 2 || sink.issues[0].Line != 3 || sink.issues[1].Line != 3 {
		t.Errorf("%d rows, issues %v", len(sink.rows), sink.issues)
	}
}

// TestRejectedPersonHasNoChannels leaves out the telephone of nobody.
func TestRejectedPersonHasNoChannels(t *testing.T) {
	t.Parallel()
	sink := readElements(t, "Contact",
		"<Contact><Telephone><TelephoneNumber>1</TelephoneNumber></Telephone></Contact>")
	if len(sink.rows) != 0 || len(sink.issues) != 3 {
		t.Errorf("rows %v, issues %v", sink.rows, sink.issues)
	}
}
