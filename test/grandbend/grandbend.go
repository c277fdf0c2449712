// Package grandbend counts a folder of Ed-Fi bulk XML a second time, for the tests.
//
// It is the oracle that the product's figures are held against. It shares no code with the product and works the
// other way round: it keeps the whole folder in memory, writes out every enrolled day of every student, and loops
// over the days. It expects one school year in the folder, and it answers with an error where the folder holds
// something that it does not count (an unknown grade level, a no-show, a calendar that nobody can tell).
package grandbend

import (
	"fmt"
	"os"
	"path/filepath"
)

// Figures counts attendance over a set of enrolled days. Amounts are ten-thousandths of a day.
type Figures struct {
	EnrolledDays int
	Absent       int64
	Excused      int64
	Unexcused    int64
	Suspended    int64
	// Tardies is the number of days with at least one tardy.
	Tardies int
	// Streak is the number of whole days absent in a row that ends with the last enrolled day.
	Streak int
	// Measured says that there are enough enrolled days for a verdict.
	Measured bool
	Chronic  bool
	Risk     RiskLevel
}

// School is one school and the sum of the (student, school) figures in it.
type School struct {
	Code        string
	Name        string
	Level       string
	GradeLevels []string
	// Students is the number of students with an enrollment in the school.
	Students     int
	EnrolledDays int
	Absent       int64
	// StudentsMeasured is the number of students with enough enrolled days in this school.
	StudentsMeasured int
	Chronic          int
	EarlyWarning     int
}

// Student is one student. Figures counts the distinct days over all schools.
type Student struct {
	Figures

	UniqueID           string
	FirstName          string
	LastName           string
	PreferredFirstName string
	PreferredLastName  string
	BirthDate          string
	// GradeLevel, SchoolCode, EntryDate and ExitDate are those of the enrollment that was entered last.
	GradeLevel string
	SchoolCode string
	EntryDate  string
	ExitDate   string
	// BySchool holds the figures of the (student, school) grain by school code.
	BySchool        map[string]Figures
	Contacts        []Contact
	Characteristics []Characteristic
}

// Contact is one link between a student and a contact person.
type Contact struct {
	Relation   string
	PersonCode string
	FirstName  string
	LastName   string
	// PreferredFirstName and PreferredLastName are empty where the file has none.
	PreferredFirstName string
	PreferredLastName  string
	// LivesWith is nil where the file does not say.
	LivesWith *bool
	// Channels counts every telephone number, email address and postal address of the person.
	Channels int
}

// Characteristic is one dated circumstance. End is empty while it lasts. Special education that has no EndDate ends on
// its SpecialEducationExitDate: the sample fills in that date alone for the students who left the program, and without
// it they would be in special education for ever.
type Characteristic struct {
	Kind  string
	Begin string
	End   string
}

// Quarantined is an attendance event that is not counted.
type Quarantined struct {
	File string
	// Line is the line of the event's start tag.
	Line            int
	StudentUniqueID string
	SchoolCode      string
	Date            string
	Category        Category
	Reason          Reason
}

// Totals sums the district, every student once.
type Totals struct {
	Students     int
	EnrolledDays int
	Figures      AbsenceTotals
	Measured     int
	Chronic      int
	ByRisk       map[RiskLevel]int
	Quarantined  map[Reason]int
	ContactLinks int
	// ContactPeople and Channels count every linked person once.
	ContactPeople   int
	Channels        int
	Characteristics map[string]int
}

// AbsenceTotals sums the figures of the students.
type AbsenceTotals struct {
	Absent    int64
	Excused   int64
	Unexcused int64
	Suspended int64
	Tardies   int
}

// Expected is what the product should find in the folder.
type Expected struct {
	// KnownThrough is the last date of the calendars.
	KnownThrough string
	Schools      map[string]*School
	Students     map[string]*Student
	// StaffCodes are the StaffUniqueIds, sorted.
	StaffCodes []string
	// ContactPeople is the number of people in the file, those linked to nobody included.
	ContactPeople int
	Quarantined   []Quarantined
	Totals        Totals
	Discipline    Discipline
	Schedule      Schedule
}

// Folder finds ../shared/data/grand-bend next to the repository's root, and says whether it is there.
func Folder() (string, bool) {
	directory, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for !exists(filepath.Join(directory, "go.mod")) {
		parent := filepath.Dir(directory)
		if parent == directory {
			return "", false
		}
		directory = parent
	}
	folder := filepath.Join(filepath.Dir(directory), "shared", "data", "grand-bend")
	return folder, exists(filepath.Join(folder, "Student.xml"))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Count reads every XML file of the folder and counts it.
func Count(folder string) (*Expected, error) {
	read, err := readFolder(folder)
	if err != nil {
		return nil, err
	}
	expected := &Expected{Schools: map[string]*School{}, Students: map[string]*Student{}}
	steps := []func(*interchange, *Expected) error{
		addSchools, addStudents, addContacts, addCharacteristics, addStaff, addAttendance, addDiscipline, addSchedule,
	}
	for _, step := range steps {
		if err := step(read, expected); err != nil {
			return nil, fmt.Errorf("count %s: %w", folder, err)
		}
	}
	sumSchools(expected)
	expected.Totals = sumDistrict(expected)
	return expected, nil
}
