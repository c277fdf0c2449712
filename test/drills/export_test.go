package drills_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// childrensNames are the made-up children's; no output may ever have one.
var childrensNames = []string{"Quorlith", "Zyxwander", "Umbragold"}

// size is how much an export holds.
type size struct{ students, absences int }

var (
	small    = size{students: 20, absences: 2}
	middling = size{students: 200, absences: 10}
	large    = size{students: 500, absences: 50}
)

// events is the rows of attendance.
func (s size) events() int { return s.students * s.absences }

var exports = map[size]func() (string, error){
	small:    sync.OnceValues(func() (string, error) { return writeExport("small", small) }),
	middling: sync.OnceValues(func() (string, error) { return writeExport("middling", middling) }),
	large:    sync.OnceValues(func() (string, error) { return writeExport("large", large) }),
}

// export gives a folder of Ed-Fi XML of the size, which others use too.
func export(t *testing.T, of size) string {
	t.Helper()
	folder, err := exports[of]()
	check(t, err)
	return folder
}

// copyOf gives a copy that the test may spoil.
func copyOf(t *testing.T, folder string) string {
	t.Helper()
	spoiled := t.TempDir()
	check(t, os.CopyFS(spoiled, os.DirFS(folder)))
	return spoiled
}

// firstDay is the first of the made-up school year, a year that is over.
var firstDay = time.Date(2023, time.August, 14, 0, 0, 0, 0, time.UTC)

func writeExport(name string, of size) (string, error) {
	folder := filepath.Join(workshop, name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	for _, file := range []struct {
		name, root string
		write      func(w *bufio.Writer)
	}{
		{"1-organization.xml", "EducationOrganization", writeOrganization},
		{"2-calendar.xml", "EducationOrgCalendar", func(w *bufio.Writer) { writeCalendar(w, of) }},
		{"3-student.xml", "Student", func(w *bufio.Writer) { writeStudents(w, of) }},
		{"4-enrollment.xml", "StudentEnrollment", func(w *bufio.Writer) { writeEnrollments(w, of) }},
		{"5-attendance.xml", "StudentAttendance", func(w *bufio.Writer) { writeAttendance(w, of) }},
	} {
		if err := writeFile(filepath.Join(folder, file.name), file.root, file.write); err != nil {
			return "", err
		}
	}
	return folder, nil
}

func writeFile(path, root string, write func(w *bufio.Writer)) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	_, _ = fmt.Fprintf(w, "<Interchange%s xmlns=\"http://ed-fi.org/5.2.0\">\n", root)
	write(w)
	_, _ = fmt.Fprintf(w, "</Interchange%s>\n", root)
	if err := w.Flush(); err != nil {
		return err
	}
	return file.Close()
}

const (
	schoolRef   = "<SchoolReference><SchoolIdentity><SchoolId>11</SchoolId></SchoolIdentity></SchoolReference>"
	calendarRef = "<CalendarReference><CalendarIdentity><CalendarCode>A</CalendarCode>" + schoolRef +
		"<SchoolYear>2023-2024</SchoolYear></CalendarIdentity></CalendarReference>"
	studentRef = "<StudentReference><StudentIdentity><StudentUniqueId>%d</StudentUniqueId></StudentIdentity></StudentReference>"
)

func writeOrganization(w *bufio.Writer) {
	_, _ = w.WriteString(`<LocalEducationAgency><NameOfInstitution>Made-up District</NameOfInstitution>
<Address><StateAbbreviation>uri://ed-fi.org/StateAbbreviationDescriptor#TX</StateAbbreviation></Address>
<LocalEducationAgencyId>100</LocalEducationAgencyId></LocalEducationAgency>
<School><NameOfInstitution>Made-up School</NameOfInstitution><SchoolId>11</SchoolId>
<SchoolCategory>uri://ed-fi.org/SchoolCategoryDescriptor#High School</SchoolCategory>
<LocalEducationAgencyReference><LocalEducationAgencyIdentity><LocalEducationAgencyId>100</LocalEducationAgencyId>
</LocalEducationAgencyIdentity></LocalEducationAgencyReference></School>
`)
}

func writeCalendar(w *bufio.Writer, of size) {
	_, _ = fmt.Fprintf(w, "<Calendar><CalendarCode>A</CalendarCode>"+
		"<CalendarType>uri://ed-fi.org/CalendarTypeDescriptor#School</CalendarType>%s"+
		"<SchoolYear>2023-2024</SchoolYear></Calendar>\n", schoolRef)
	for day := range max(of.absences, 30) {
		_, _ = fmt.Fprintf(w, "<CalendarDate><Date>%s</Date>"+
			"<CalendarEvent>uri://ed-fi.org/CalendarEventDescriptor#Instructional day</CalendarEvent>%s</CalendarDate>\n", onDay(day), calendarRef)
	}
}

func writeStudents(w *bufio.Writer, of size) {
	for student := range of.students {
		_, _ = fmt.Fprintf(w, "<Student><StudentUniqueId>%d</StudentUniqueId>"+
			"<Name><FirstName>%s</FirstName><MiddleName>%s</MiddleName><LastSurname>%s</LastSurname></Name></Student>\n",
			student, childrensNames[0], childrensNames[1], childrensNames[2])
	}
}

func writeEnrollments(w *bufio.Writer, of size) {
	for student := range of.students {
		_, _ = fmt.Fprintf(w, "<StudentSchoolAssociation>"+studentRef+"%s<SchoolYear>2023-2024</SchoolYear><EntryDate>%s</EntryDate>"+
			"<EntryGradeLevel>uri://ed-fi.org/GradeLevelDescriptor#Ninth grade</EntryGradeLevel></StudentSchoolAssociation>\n", student, schoolRef, onDay(0))
	}
}

func writeAttendance(w *bufio.Writer, of size) {
	reason := strings.Repeat("the bus did not come ", 8) // rows of a size that fills disks
	for student := range of.students {
		for day := range of.absences {
			_, _ = fmt.Fprintf(w, "<StudentSchoolAttendanceEvent>%s"+studentRef+"<AttendanceEvent><EventDate>%s</EventDate>"+
				"<AttendanceEventCategory>uri://ed-fi.org/AttendanceEventCategoryDescriptor#Unexcused Absence</AttendanceEventCategory>"+
				"<AttendanceEventReason>%s</AttendanceEventReason></AttendanceEvent></StudentSchoolAttendanceEvent>\n", schoolRef, student, onDay(day), reason)
		}
	}
}

func onDay(day int) string { return firstDay.AddDate(0, 0, day).Format(time.DateOnly) }
