package grandbend

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// interchange holds the records of a folder, whichever file each was in.
type interchange struct {
	year

	schools     []schoolRecord
	calendars   []calendarRecord
	dates       []calendarDateRecord
	students    []studentRecord
	enrollments []enrollmentRecord
	events      []eventRecord
	contacts    []contactRecord
	links       []contactLinkRecord
	programs    []programRecord
	staff       []staffRecord
}

type schoolRecord struct {
	Code        string   `xml:"SchoolId"`
	Name        string   `xml:"NameOfInstitution"`
	Category    []string `xml:"SchoolCategory"`
	GradeLevels []string `xml:"GradeLevel"`
}

type calendarRecord struct {
	Code       string `xml:"CalendarCode"`
	Type       string `xml:"CalendarType"`
	School     string `xml:"SchoolReference>SchoolIdentity>SchoolId"`
	SchoolYear string `xml:"SchoolYear"`
}

type calendarDateRecord struct {
	Date   string   `xml:"Date"`
	Events []string `xml:"CalendarEvent"`
	Code   string   `xml:"CalendarReference>CalendarIdentity>CalendarCode"`
	School string   `xml:"CalendarReference>CalendarIdentity>SchoolReference>SchoolIdentity>SchoolId"`
}

type studentRecord struct {
	UniqueID  string     `xml:"StudentUniqueId"`
	Name      nameRecord `xml:"Name"`
	BirthDate string     `xml:"BirthData>BirthDate"`
}

type nameRecord struct {
	First          string `xml:"FirstName"`
	Last           string `xml:"LastSurname"`
	PreferredFirst string `xml:"PreferredFirstName"`
	PreferredLast  string `xml:"PreferredLastSurname"`
}

type enrollmentRecord struct {
	Student    string `xml:"StudentReference>StudentIdentity>StudentUniqueId"`
	School     string `xml:"SchoolReference>SchoolIdentity>SchoolId"`
	EntryDate  string `xml:"EntryDate"`
	GradeLevel string `xml:"EntryGradeLevel"`
	ExitDate   string `xml:"ExitWithdrawDate"`
	ExitType   string `xml:"ExitWithdrawType"`
	Calendar   string `xml:"CalendarReference>CalendarIdentity>CalendarCode"`
}

type eventRecord struct {
	Student  string  `xml:"StudentReference>StudentIdentity>StudentUniqueId"`
	School   string  `xml:"SchoolReference>SchoolIdentity>SchoolId"`
	Date     string  `xml:"AttendanceEvent>EventDate"`
	Category string  `xml:"AttendanceEvent>AttendanceEventCategory"`
	Reason   string  `xml:"AttendanceEvent>AttendanceEventReason"`
	Duration *string `xml:"AttendanceEvent>EventDuration"`
	file     string
	line     int
}

type contactRecord struct {
	ID        string     `xml:"id,attr"`
	UniqueID  string     `xml:"ContactUniqueId"`
	Name      nameRecord `xml:"Name"`
	Addresses []struct{} `xml:"Address"`
	Phones    []struct{} `xml:"Telephone"`
	Emails    []struct{} `xml:"ElectronicMail"`
}

type contactLinkRecord struct {
	Student string `xml:"StudentReference>StudentIdentity>StudentUniqueId"`
	Contact struct {
		Ref      string `xml:"ref,attr"`
		UniqueID string `xml:"ContactIdentity>ContactUniqueId"`
	} `xml:"ContactReference"`
	Relation  string `xml:"Relation"`
	LivesWith *bool  `xml:"LivesWith"`
}

type programRecord struct {
	Student     string `xml:"StudentReference>StudentIdentity>StudentUniqueId"`
	ProgramName string `xml:"ProgramReference>ProgramIdentity>ProgramName"`
	Begin       string `xml:"BeginDate"`
	End         string `xml:"EndDate"`

	SpecialEducationExit string `xml:"SpecialEducationExitDate"`

	association string
}

type staffRecord struct {
	UniqueID string `xml:"StaffUniqueId"`
}

func readFolder(folder string) (*interchange, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.xml"))
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", folder, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no XML file in %s", folder)
	}
	read := &interchange{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := read.addFile(filepath.Base(name), content); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	return read, nil
}

// addFile adds the records of one file: the elements right below its root.
func (read *interchange) addFile(file string, content []byte) error {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	root := false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		start, isStart := token.(xml.StartElement)
		switch {
		case !isStart:
		case !root:
			root = true
		default:
			if err := read.addRecord(decoder, start, file); err != nil {
				return err
			}
		}
	}
}

func (read *interchange) addRecord(decoder *xml.Decoder, start xml.StartElement, file string) error {
	line, _ := decoder.InputPos()
	switch name := start.Name.Local; name {
	case "School":
		return appendRecord(decoder, start, &read.schools)
	case "Calendar":
		return appendRecord(decoder, start, &read.calendars)
	case "CalendarDate":
		return appendRecord(decoder, start, &read.dates)
	case "Student":
		return appendRecord(decoder, start, &read.students)
	case "StudentSchoolAssociation":
		return appendRecord(decoder, start, &read.enrollments)
	case "StudentSchoolAttendanceEvent":
		err := appendRecord(decoder, start, &read.events)
		read.events[len(read.events)-1].file = file
		read.events[len(read.events)-1].line = line
		return err
	case "Contact":
		return appendRecord(decoder, start, &read.contacts)
	case "StudentContactAssociation":
		return appendRecord(decoder, start, &read.links)
	case "Staff":
		return appendRecord(decoder, start, &read.staff)
	default:
		if add, known := yearRecords[name]; known {
			return add(&read.year, decoder, start)
		}
		return read.addProgram(decoder, start)
	}
}

func (read *interchange) addProgram(decoder *xml.Decoder, start xml.StartElement) error {
	if !strings.HasSuffix(start.Name.Local, "ProgramAssociation") {
		return decoder.Skip()
	}
	err := appendRecord(decoder, start, &read.programs)
	read.programs[len(read.programs)-1].association = start.Name.Local
	return err
}

func appendRecord[Record any](decoder *xml.Decoder, start xml.StartElement, records *[]Record) error {
	var record Record
	err := decoder.DecodeElement(&record, &start)
	*records = append(*records, record)
	return err
}

// codeValue is what follows the number sign of a descriptor.
func codeValue(descriptor string) string {
	return strings.TrimSpace(descriptor[strings.LastIndex(descriptor, "#")+1:])
}
