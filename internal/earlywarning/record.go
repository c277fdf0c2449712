package earlywarning

import "github.com/google/uuid"

// Record is what is known of a student in a school year, as far as a rule looks at
// it. Names are filled in only where evidence is asked for.
type Record struct {
	Student   uuid.UUID
	BirthDate Day // zero: not said
	Cohort    int // the year in which the student is expected to graduate; 0: not said
	Grade     string
	School    int // of the latest stay, as an index of the year's schools

	Stays       []Stay
	Events      []Event
	Incidents   []Incident
	Actions     []Action
	Marks       []Mark
	Credits     []Credit
	Assessments []Assessment
	Items       []Item
}

// Stay is an enrollment whose days can be counted: up to Through, the last of its days
// on which attendance is known.
type Stay struct {
	School, Calendar int // indexes of the year's
	From, Through    Day
	AsOf             Day // the last day on which the school's attendance is known
}

// Category is what an attendance event is.
type Category uint8

// The categories of attendance events; presence is none.
const (
	ExcusedAbsence Category = iota
	UnexcusedAbsence
	OutOfSchoolSuspension
	Partial
	Tardy
	InSchoolSuspension
	EarlyDeparture
)

// categoryWords are the categories as the database has them.
var categoryWords = []string{
	"EXCUSED_ABSENCE", "UNEXCUSED_ABSENCE", "OUT_OF_SCHOOL_SUSPENSION", "PARTIAL", "TARDY", "IN_SCHOOL_SUSPENSION", "EARLY_DEPARTURE",
}

// Event is an attendance event.
type Event struct {
	On       Day
	School   int
	Category Category
	Fraction int64 // ten-thousandths of the day
	Excused  bool  // by its reason; counts for a PARTIAL and for a TARDY
	Minutes  int   // negative: not said
}

// Incident is one in which the student was a PERPETRATOR, once whatever the behaviors.
type Incident struct {
	On   Day
	Name string
}

// ActionKind is what was done about behavior.
type ActionKind uint8

// The kinds that a rule looks at.
const (
	SuspendedInSchool ActionKind = iota
	SuspendedOutOfSchool
	Expelled
)

var actionWords = []string{"IN_SCHOOL_SUSPENSION", "OUT_OF_SCHOOL_SUSPENSION", "EXPULSION"}

// Action is a suspension or expulsion.
type Action struct {
	On   Day
	Kind ActionKind
	Days int64 // ten-thousandths; 0 where not said
}

// MarkKind is how final a mark is: of marks of one day the more final counts.
type MarkKind uint8

// The kinds of marks, the least final first.
const (
	OtherMark MarkKind = iota
	ProgressMark
	PeriodMark
	SemesterMark
	FinalMark
)

var markWords = []string{"OTHER", "PROGRESS", "GRADING_PERIOD", "SEMESTER", "FINAL"}

// Mark is a mark in a course.
type Mark struct {
	Course int // an index of the year's courses
	Kind   MarkKind
	On     Day
	Number int64 // ten-thousandths; negative: none
	Letter string
}

// Credit is a course that the student took, in whichever year.
type Credit struct {
	On                Day
	Earned, Attempted int64 // ten-thousandths of a credit
	Name              string
}

// Assessment is a result of which is known whether it is below grade level.
type Assessment struct {
	On    Day
	Below bool
	Name  string
}

// Item is a support of an active plan that is meant to mend attendance, behavior or
// course performance.
type Item struct {
	Domain        Domain
	From, Through Day // Through zero: open
	Name          string
}
