package roster

import "time"

// Region is a body that serves several districts, such as a regional education
// service center.
type Region struct {
	Origin

	Code string
	Name string
}

// District is a local education agency.
type District struct {
	Origin

	Code       string
	Name       string
	State      string // two capital letters; empty when the source does not say
	RegionCode string // empty when the district belongs to no region
}

// Levels of a School.
const (
	LevelElementary = "ELEMENTARY"
	LevelMiddle     = "MIDDLE"
	LevelHigh       = "HIGH"
	LevelOther      = "OTHER"
)

// School is one school of a district.
type School struct {
	Origin

	Code         string
	Name         string
	DistrictCode string // empty when the school belongs to no district
	Level        string // one of the Level constants
	LowestGrade  string // one of the Grade constants; empty when no grade is said
	HighestGrade string // one of the Grade constants; empty when no grade is said
	Alternative  bool   // an alternative school
}

// Grade levels. Grades() lists those that follow one another.
const (
	GradePrekindergarten = "PREKINDERGARTEN"
	GradeKindergarten    = "KINDERGARTEN"
	GradeFirst           = "FIRST"
	GradeSecond          = "SECOND"
	GradeThird           = "THIRD"
	GradeFourth          = "FOURTH"
	GradeFifth           = "FIFTH"
	GradeSixth           = "SIXTH"
	GradeSeventh         = "SEVENTH"
	GradeEighth          = "EIGHTH"
	GradeNinth           = "NINTH"
	GradeTenth           = "TENTH"
	GradeEleventh        = "ELEVENTH"
	GradeTwelfth         = "TWELFTH"
	GradeUngraded        = "UNGRADED"
	GradeAdult           = "ADULT"
	GradeOther           = "OTHER"
)

// Grades gives the grade levels from lowest to highest; those that have no
// place in an order (ungraded, adult, other) come last.
func Grades() []string {
	return []string{
		GradePrekindergarten, GradeKindergarten,
		GradeFirst, GradeSecond, GradeThird, GradeFourth, GradeFifth, GradeSixth,
		GradeSeventh, GradeEighth, GradeNinth, GradeTenth, GradeEleventh, GradeTwelfth,
		GradeUngraded, GradeAdult, GradeOther,
	}
}

// Ordered tells whether a grade level follows another or is followed by one.
func Ordered(grade string) bool {
	return grade != "" && grade != GradeUngraded && grade != GradeAdult && grade != GradeOther
}

// Kinds of Calendar.
const (
	CalendarSchool          = "SCHOOL"
	CalendarStudentSpecific = "STUDENT_SPECIFIC"
	CalendarOther           = "OTHER"
)

// Calendar is one calendar of a school in a school year. It is identified by
// its code, school and school year together.
type Calendar struct {
	Origin

	Code       string
	SchoolCode string
	SchoolYear int    // the calendar year in which it ends: 2022 for 2021-2022
	Kind       string // one of the Calendar constants
}

// CalendarDate is one day of a Calendar.
type CalendarDate struct {
	Origin

	CalendarCode  string
	SchoolCode    string
	SchoolYear    int // the calendar year in which it ends
	Date          time.Time
	Instructional bool   // students were taught on this day
	Event         string // what the source calls the day; several are joined by ", "
}

// Staff is a person who works for a district or school.
type Staff struct {
	Origin

	Code               string
	FirstName          string
	MiddleName         string
	LastName           string
	PreferredFirstName string
	PreferredLastName  string
	Email              string // the work address where the source tells them apart
	Login              string
	Languages          []string // in the source's words, such as "Spanish"
}

// StaffAssignment is a post that a staff member holds at an organization. It is
// used only to print proposed roles, never to give access by itself.
type StaffAssignment struct {
	Origin

	StaffCode        string
	OrganizationCode string // a district's or a school's code
	Classification   string // in the source's words, such as "Principal"
	Title            string
	BeginsOn         time.Time
	EndsOn           time.Time
}

// Student is a person who is or was a student.
type Student struct {
	Origin

	Code               string
	StateCode          string // the state's identifier
	FirstName          string
	MiddleName         string
	LastName           string
	Suffix             string // such as "Jr"
	PreferredFirstName string
	PreferredLastName  string
	BirthDate          time.Time
	Sex                string   // in the source's words; never taken from the sex at birth
	RaceEthnicity      []string // in the source's words
	Languages          []string // in the source's words
	Community          string   // neighborhood or feeder school
	CohortYear         int      // the year in which the student is expected to graduate; 0 when not said
}

// Demographics is what a source tells of a student apart from the Student. What it
// leaves out says nothing.
type Demographics struct {
	Origin

	StudentCode   string
	BirthDate     time.Time
	Sex           string   // in the source's words; never taken from the sex at birth
	RaceEthnicity []string // in the source's words
}

// Enrollment is a student's stay at a school.
type Enrollment struct {
	Origin

	StudentCode   string
	SchoolCode    string
	SchoolYear    int    // the calendar year in which it ends; 0 when not said
	CalendarCode  string // empty when the school's own calendar holds
	EntryDate     time.Time
	EntryAssumed  bool // the source does not say EntryDate: where an enrollment of the student stands open in the school that year, it is meant
	EntryTypeCode string
	ExitDate      time.Time
	ExitTypeCode  string
	GradeLevel    string // one of the Grade constants
	// NoCalendar says that the source knows no calendars: without one, the enrollment
	// waits for the school's.
	NoCalendar bool
}

// Exit says that an enrollment that is known has ended: the one that began on
// EntryDate, else the student's open one in the school.
type Exit struct {
	Origin

	StudentCode  string
	SchoolCode   string
	EntryDate    time.Time // zero when not said
	ExitDate     time.Time
	ExitTypeCode string
}

// AttendanceEvent is what a school recorded about a student's attendance on one
// day. A student may have several on a day.
type AttendanceEvent struct {
	Origin

	StudentCode  string
	SchoolCode   string
	SchoolYear   int // the calendar year in which it ends; 0 when not said
	Date         time.Time
	CategoryCode string // in the source's words, such as "Excused Absence"
	Reason       string
	Duration     int // ten-thousandths of a day, 0 to 10000, or NotSaid
	Minutes      int // length of the event in minutes, or NotSaid
}

// Person is somebody who can be contacted about a student: a parent, a
// guardian, a grandmother.
type Person struct {
	Origin

	Code               string
	Ref                string // the name by which elements of the same file point to it; may be empty
	FirstName          string
	LastName           string
	PreferredFirstName string
	PreferredLastName  string
	Language           string // in the source's words; the first where there are several
}

// Kinds of Channel.
const (
	ChannelPhone   = "PHONE"
	ChannelEmail   = "EMAIL"
	ChannelAddress = "ADDRESS"
)

// Channel is one way to reach a Person. Priority counts from 1, the first to
// try; 0 means that the source does not say.
type Channel struct {
	Origin

	PersonCode string
	PersonRef  string
	Kind       string // one of the Channel constants
	Value      string // an address stands in one line: "263 New Street, Grand Bend, TX 78834"
	Label      string // in the source's words, such as "Home", "Mobile" or "Fax"
	Priority   int
}

// What a Person is to a student.
const (
	RelationMother       = "MOTHER"
	RelationFather       = "FATHER"
	RelationParent       = "PARENT"
	RelationStepparent   = "STEPPARENT"
	RelationFosterParent = "FOSTER_PARENT"
	RelationGuardian     = "GUARDIAN"
	RelationGrandparent  = "GRANDPARENT"
	RelationSibling      = "SIBLING"
	RelationAuntUncle    = "AUNT_UNCLE"
	RelationRelative     = "RELATIVE"
	RelationOther        = "OTHER"
)

// StudentContact ties a Person to a student. The person is named by PersonCode
// or by PersonRef, which is a Person's Ref in the same file. A nil answer means
// that the source does not say.
type StudentContact struct {
	Origin

	StudentCode     string
	PersonCode      string
	PersonRef       string
	Relation        string // one of the Relation constants
	LivesWith       *bool
	EducationRights *bool // true for a legal guardian, otherwise nil: no source's silence takes a right away
	Primary         *bool
	Emergency       *bool
}

// Kinds of Characteristic.
const (
	CharacteristicHomeless             = "HOMELESS"
	CharacteristicSpecialEducation     = "SPECIAL_EDUCATION"
	CharacteristicMigrant              = "MIGRANT"
	CharacteristicSection504           = "SECTION_504"
	CharacteristicEnglishLearner       = "ENGLISH_LEARNER"
	CharacteristicEconomicDisadvantage = "ECONOMIC_DISADVANTAGE"
)

// Where a homeless student spends the night: the Detail of a
// CharacteristicHomeless.
const (
	ResidenceDoubledUp   = "DOUBLED_UP"
	ResidenceHotelMotel  = "HOTEL_MOTEL"
	ResidenceShelter     = "SHELTER"
	ResidenceUnsheltered = "UNSHELTERED"
)

// Characteristic is a circumstance of a student that changes what the school
// owes them, and the days on which it holds.
type Characteristic struct {
	Origin

	StudentCode string
	Kind        string // one of the Characteristic constants
	BeginsOn    time.Time
	EndsOn      time.Time
	Detail      string // a residence, "Free" or "Reduced", or the program's name; may be empty
}
