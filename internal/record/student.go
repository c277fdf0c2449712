package record

import (
	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Student is a student as a reader may see them: what was not selected, and what
// the reader may not see, is nil.
type Student struct {
	ID   relay.ID
	Mask reach.Mask // what the reader may see of this student

	LocalID     *string
	StateID     *string
	DisplayName *string
	FirstName   *string
	LastName    *string
	GradeLevel  *string
	School      *SchoolName
	BirthDate   *relay.Date
	Languages   []string
	Sex         *string
	Community   *string

	RaceEthnicity   []string
	Enrollments     []*Enrollment
	Contacts        []*StudentContact
	Characteristics []*StudentCharacteristic

	Credits *Credits

	primaryAdvocate *Staff

	attendance        map[int]*AttendanceFigures
	behavior          map[int]*BehaviorFigures
	coursePerformance map[int]*CourseFigures
	risk              map[int]*StudentRisk

	attendanceEvents map[string]*AttendanceEventConnection
	incidents        map[string]*IncidentPartConnection
	grades           map[string]*GradeConnection
	riskHistory      map[string]*RiskPointConnection
	contactLogs      map[string]*ContactLogConnection
	notes            map[string]*NoteConnection
	viewers          map[string]*StudentViewerConnection
	access           *StudentAccess
}

// IsNode marks an object that can be read again by its id.
func (*Student) IsNode() {}

// GetID gives the id.
func (s *Student) GetID() relay.ID { return s.ID }

// PrimaryAdvocate is the adult responsible for the student; nil when there is
// none, or the reader may not know.
func (s *Student) PrimaryAdvocate() Actor {
	if s.primaryAdvocate == nil {
		return nil
	}
	return s.primaryAdvocate
}

// Attendance gives the figures of the school year, as they were selected.
func (s *Student) Attendance(schoolYear *int) *AttendanceFigures {
	return s.attendance[yearKey(schoolYear)]
}

// Risk gives the level and flags of the school year, as they were selected.
func (s *Student) Risk(schoolYear *int) *StudentRisk { return s.risk[yearKey(schoolYear)] }

// ContactLogs gives the page, as it was selected.
func (s *Student) ContactLogs(first *int, after *string, last *int, before *string) *ContactLogConnection {
	return s.contactLogs[pageKey(relay.PageArgs{First: first, After: after, Last: last, Before: before})]
}

// Notes gives the page, as it was selected.
func (s *Student) Notes(first *int, after *string, last *int, before *string) *NoteConnection {
	return s.notes[pageKey(relay.PageArgs{First: first, After: after, Last: last, Before: before})]
}

// StudentConnection is a page of students.
type StudentConnection struct{ relay.Connection[*Student] }

// StudentEdge is a student in a page.
type StudentEdge = relay.Edge[*Student]

// Actor is somebody who did, wrote or is responsible for something.
type Actor interface{ IsActor() }

// Staff is a member of staff, by name.
type Staff struct {
	ID          relay.ID
	DisplayName string
	Kind        string
}

// IsActor marks somebody who acts.
func (*Staff) IsActor() {}

// GetDisplayName gives the name to show.
func (s *Staff) GetDisplayName() string { return s.DisplayName }

// GetKind gives what sort of principal it is.
func (s *Staff) GetKind() string { return s.Kind }

// SchoolName is a school, by name.
type SchoolName struct {
	ID   relay.ID
	Name string
}

// Enrollment is a student in a school from an entry to an exit.
type Enrollment struct {
	ID         relay.ID
	School     *SchoolName
	SchoolYear int
	EntryDate  relay.Date
	EntryType  string
	ExitDate   *relay.Date
	ExitType   *string
	GradeLevel string
}

// StudentContact is a student's link to a person.
type StudentContact struct {
	ID              relay.ID
	Relation        string
	LivesWith       *bool
	EducationRights *bool
	NoContact       bool
	Primary         *bool
	Person          *Person
}

// Person is a human behind contacts.
type Person struct {
	ID              relay.ID
	DisplayName     string
	Language        *string
	BestWayToReach  *string
	LastConfirmedOn *relay.Date
	Channels        []*ContactChannel
}

// ContactChannel is one way to reach a person.
type ContactChannel struct {
	Kind     string
	Value    string
	Label    *string
	OptedOut bool
}

// StudentCharacteristic is a circumstance between two days.
type StudentCharacteristic struct {
	Kind     string
	StartsOn relay.Date
	EndsOn   *relay.Date
	Detail   *string
}

// AttendanceFigures are a student's figures of a school year.
type AttendanceFigures struct {
	earlywarning.Figures

	TruantDays   int
	KnownThrough relay.Date
}
