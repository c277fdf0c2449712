package roster

import "time"

// Incident is something that happened, whoever took part in it.
type Incident struct {
	Origin

	Code       string // unique within the school
	SchoolCode string
	SchoolYear int // the calendar year in which it ends; 0 when not said
	Date       time.Time
	Behavior   string // in the source's words
	Location   string // in the source's words
}

// What part a student had in an Incident.
const (
	Perpetrator = "PERPETRATOR"
	Victim      = "VICTIM"
	Witness     = "WITNESS"
	Reporter    = "REPORTER"
)

// Participation is a student's part in an Incident, by one behavior.
type Participation struct {
	Origin

	StudentCode  string
	IncidentCode string
	SchoolCode   string // the incident's
	Part         string // one of the constants above
	Behavior     string // in the source's words
}

// Action is what was done about a student's behavior. One of several kinds is a row
// for each.
type Action struct {
	Origin

	StudentCode string
	Code        string
	SchoolCode  string // of the school that is responsible; may be empty
	SchoolYear  int    // the calendar year in which it ends; 0 when not said
	Date        time.Time
	KindCode    string // in the source's words, such as "In School Suspension"
	Days        int    // ten-thousandths, or NotSaid
}

// ActionIncident ties an Action to an Incident that it answers.
type ActionIncident struct {
	Origin

	StudentCode  string
	ActionCode   string
	Date         time.Time // the action's
	IncidentCode string
	SchoolCode   string // the incident's
}
