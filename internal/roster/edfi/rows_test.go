package edfi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// elementTests says, by what is special about it, which row an element stands
// for.
type elementTests map[string]struct {
	element string
	want    any
}

// check reads each element from a file of its own, where it is on line 2.
func (tests elementTests) check(t *testing.T, interchange string) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := readElements(t, interchange, test.element)
			if difference := cmp.Diff([]any{test.want}, sink.rows); difference != "" {
				t.Error("rows, - expected, + read:\n" + difference)
			}
			if len(sink.issues) > 0 {
				t.Errorf("unexpected issues: %+v", sink.issues)
			}
		})
	}
}

func TestStudents(t *testing.T) {
	t.Parallel()
	elementTests{
		"every name, and text in pieces": {
			`<Student xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Student">
				<StudentUniqueId> 1
				</StudentUniqueId>
				<Name><FirstName>O<!-- here -->&#39;Ann</FirstName><MiddleName>B</MiddleName>
				<LastSurname>Stone <![CDATA[& Field]]></LastSurname><GenerationCodeSuffix>Jr</GenerationCodeSuffix>
				<PreferredFirstName>Annie</PreferredFirstName><PreferredLastSurname>S</PreferredLastSurname></Name>
				<BirthData><BirthDate>2014-11-13</BirthDate><BirthSex>x#Male</BirthSex></BirthData>
				<x:Sex xmlns:x="http://state.example/">Other</x:Sex></Student>`,
			roster.Student{
				Origin: at("input.xml", 2), Code: "1",
				FirstName: "O'Ann", MiddleName: "B", LastName: "Stone & Field", Suffix: "Jr",
				PreferredFirstName: "Annie", PreferredLastName: "S", BirthDate: day(2014, 11, 13),
			},
		},
		"the state's code and more where a district puts them into the Student": {
			`<Student><StudentUniqueId>1</StudentUniqueId>
				<Name><FirstName>A</FirstName><LastSurname>B</LastSurname></Name>
				<StudentIdentificationCode><IdentificationCode>L1</IdentificationCode>
				<StudentIdentificationSystem>x#District</StudentIdentificationSystem></StudentIdentificationCode>
				<StudentIdentificationCode><IdentificationCode>S1</IdentificationCode>
				<StudentIdentificationSystem>x#State</StudentIdentificationSystem></StudentIdentificationCode>
				<Sex>uri://ed-fi.org/SexDescriptor#Female</Sex><Race>uri://ed-fi.org/RaceDescriptor#Asian</Race>
				<HispanicLatinoEthnicity>1</HispanicLatinoEthnicity>
				<Language><Language>uri://ed-fi.org/LanguageDescriptor#Thai</Language></Language></Student>`,
			roster.Student{
				Origin: at("input.xml", 2), Code: "1", StateCode: "S1", FirstName: "A", LastName: "B", Sex: "Female",
				RaceEthnicity: []string{"Asian", "Hispanic or Latino"}, Languages: []string{"Thai"},
			},
		},
	}.check(t, "Student")
}

func TestEnrollments(t *testing.T) {
	t.Parallel()
	elementTests{
		"it has ended": {
			`<StudentSchoolAssociation><EntryDate>2021-08-23</EntryDate>
				<EntryGradeLevel>uri://ed-fi.org/GradeLevelDescriptor#Preschool/Prekindergarten</EntryGradeLevel>
				<EntryType>uri://ed-fi.org/EntryTypeDescriptor#Transfer</EntryType>
				<ExitWithdrawDate>2021-10-01</ExitWithdrawDate>
				<ExitWithdrawType>uri://ed-fi.org/ExitWithdrawTypeDescriptor#Moved</ExitWithdrawType>` + ofStudent + ofSchool +
				`<CalendarReference><CalendarIdentity><CalendarCode>A</CalendarCode></CalendarIdentity></CalendarReference>
				<SchoolYear>2021-2022</SchoolYear></StudentSchoolAssociation>`,
			roster.Enrollment{
				Origin: at("input.xml", 2), StudentCode: "1", SchoolCode: "10", SchoolYear: 2022, CalendarCode: "A",
				EntryDate: day(2021, 8, 23), EntryTypeCode: "Transfer",
				ExitDate: day(2021, 10, 1), ExitTypeCode: "Moved", GradeLevel: "PREKINDERGARTEN",
			},
		},
		"only its calendar says the year": {
			`<StudentSchoolAssociation><EntryDate>2021-08-23</EntryDate>
				<EntryGradeLevel>uri://state.example/GradeLevelDescriptor#09</EntryGradeLevel>` + ofStudent + ofSchool +
				`<CalendarReference><CalendarIdentity><CalendarCode>A</CalendarCode><SchoolYear>2021-2022</SchoolYear>
				</CalendarIdentity></CalendarReference></StudentSchoolAssociation>`,
			roster.Enrollment{
				Origin: at("input.xml", 2), StudentCode: "1", SchoolCode: "10", SchoolYear: 2022, CalendarCode: "A",
				EntryDate: day(2021, 8, 23), GradeLevel: "NINTH",
			},
		},
		"nothing says the year": {
			`<StudentSchoolAssociation><EntryDate>2021-08-23</EntryDate>
				<EntryGradeLevel>x#Ungraded</EntryGradeLevel>` + ofStudent + ofSchool + `</StudentSchoolAssociation>`,
			roster.Enrollment{
				Origin: at("input.xml", 2), StudentCode: "1", SchoolCode: "10",
				EntryDate: day(2021, 8, 23), GradeLevel: "UNGRADED",
			},
		},
	}.check(t, "StudentEnrollment")
}

func TestAttendanceEvents(t *testing.T) {
	t.Parallel()
	elementTests{
		"it says everything": {
			`<StudentSchoolAttendanceEvent><AttendanceEvent><EventDate>2021-08-31-06:00</EventDate>
				<AttendanceEventCategory>uri://ed-fi.org/AttendanceEventCategoryDescriptor#Excused Absence</AttendanceEventCategory>
				<AttendanceEventReason>Ill</AttendanceEventReason>
				<EventDuration>.25</EventDuration></AttendanceEvent>` + ofStudent + ofSchool +
				`<SessionReference><SessionIdentity><SchoolYear>2021-2022</SchoolYear></SessionIdentity></SessionReference>
				<SchoolAttendanceDuration>90</SchoolAttendanceDuration></StudentSchoolAttendanceEvent>`,
			roster.AttendanceEvent{
				Origin: at("input.xml", 2), StudentCode: "1", SchoolCode: "10", SchoolYear: 2022,
				Date: day(2021, 8, 31), CategoryCode: "Excused Absence", Reason: "Ill", Duration: 2500, Minutes: 90,
			},
		},
		"it says the least": {
			`<StudentSchoolAttendanceEvent><AttendanceEvent><EventDate>2021-08-31</EventDate>
				<AttendanceEventCategory>Tardy</AttendanceEventCategory></AttendanceEvent>` + ofStudent + ofSchool +
				`</StudentSchoolAttendanceEvent>`,
			roster.AttendanceEvent{
				Origin: at("input.xml", 2), StudentCode: "1", SchoolCode: "10",
				Date: day(2021, 8, 31), CategoryCode: "Tardy", Duration: roster.NotSaid, Minutes: roster.NotSaid,
			},
		},
	}.check(t, "StudentAttendance")
}

func TestStaff(t *testing.T) {
	t.Parallel()
	elementTests{
		"a staff member with two addresses": {
			`<Staff><StaffUniqueId>7</StaffUniqueId><Name><FirstName>A</FirstName><LastSurname>B</LastSurname></Name>
				<ElectronicMail><ElectronicMailAddress>a@home.example</ElectronicMailAddress>
				<ElectronicMailType>x#Home/Personal</ElectronicMailType></ElectronicMail>
				<ElectronicMail><ElectronicMailAddress>a@work.example</ElectronicMailAddress>
				<ElectronicMailType>x#Work</ElectronicMailType></ElectronicMail>
				<Language><Language>x#English</Language></Language>
				<Language><Language>x#Spanish</Language></Language><LoginId>ab</LoginId></Staff>`,
			roster.Staff{
				Origin: at("input.xml", 2), Code: "7", FirstName: "A", LastName: "B",
				Email: "a@work.example", Login: "ab", Languages: []string{"English", "Spanish"},
			},
		},
		"a staff member's post": {
			`<StaffEducationOrganizationAssignmentAssociation>
				<StaffReference><StaffIdentity><StaffUniqueId>7</StaffUniqueId></StaffIdentity></StaffReference>
				<EducationOrganizationReference><EducationOrganizationIdentity>
				<EducationOrganizationId>10</EducationOrganizationId>
				</EducationOrganizationIdentity></EducationOrganizationReference>
				<StaffClassification>x#Principal</StaffClassification><PositionTitle>Head</PositionTitle>
				<BeginDate>2018-02-09</BeginDate></StaffEducationOrganizationAssignmentAssociation>`,
			roster.StaffAssignment{
				Origin: at("input.xml", 2), StaffCode: "7", OrganizationCode: "10",
				Classification: "Principal", Title: "Head", BeginsOn: day(2018, 2, 9),
			},
		},
	}.check(t, "StaffAssociation")
}
