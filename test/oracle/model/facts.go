package model

import (
	"maps"
	"time"
)

// Date is a day, YYYY-MM-DD; empty: none, or open.
type Date string

// DateOf gives the day of a moment in a time zone.
func DateOf(at time.Time, zone *time.Location) Date { return Date(at.In(zone).Format(time.DateOnly)) }

// Plus gives the day that many days later.
func (d Date) Plus(days int) Date {
	at, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		panic(err) // a date of a test's own making
	}
	return Date(at.AddDate(0, 0, days).Format(time.DateOnly))
}

// Noon gives the middle of the day in a time zone.
func (d Date) Noon(zone *time.Location) time.Time {
	const noon = 12 * time.Hour
	at, err := time.ParseInLocation(time.DateOnly, string(d), zone)
	if err != nil {
		panic(err) // a date of a test's own making
	}
	return at.Add(noon)
}

// Days are a first and a last day, both included; no last day: open.
type Days struct{ Starts, Ends Date }

// Hold says whether the day lies between them.
func (d Days) Hold(on Date) bool { return d.Starts <= on && (d.Ends == "" || on <= d.Ends) }

// District is all that is known of a district.
type District struct {
	ID, Code string
	Zone     *time.Location
	Schools  []*School
	Years    []*Year
	Staff    []*Staff
	Sections []*Section
	Students []*Student
	Pairings []*Pairing
	Policies []*Policy // by version
	Merges   []*Merge  // that stand, in the order in which they were made
	Region   string    // the id of the region; empty: none
	Beside   []*Staff  // who ask and are not on its staff
}

// Policy is what a version of the district's policy makes of who sees what, from a day
// on.
type Policy struct {
	ID     string
	Starts Date
	// Narrowed is what each role keeps of a class; a class that is not named stays, and
	// nothing is widened.
	Narrowed map[Role]map[Class]Cell
	// Outsiders are the classes that advocates who are not employed have beside those
	// that they start with.
	Outsiders []Class
}

// Narrow takes what is wider than the page's table out of the policy.
func (p *Policy) Narrow() {
	for role, cells := range p.Narrowed {
		maps.DeleteFunc(cells, func(class Class, cell Cell) bool { return cell > rightsOf[role][class] })
	}
}

// School is a school with its calendars, of one of which it counts its days.
type School struct {
	ID, Code, Name string
	Calendars      []*Calendar
}

// Year is a school year, named by the calendar year in which it ends.
type Year struct {
	ID     string
	Number int
	Days   Days
}

// Calendar is a school's calendar of a school year.
type Calendar struct {
	ID            string
	Year          int
	Instructional []Date // in order
}

// Staff is somebody who works for a district and asks; or, with a kind, who asks and
// does not.
type Staff struct {
	ID, Subject, Name string
	Kind              string // SERVICE, REGIONAL, PARTNER, OPERATOR; empty: of the staff
	Home              string // the id of a partner's agency
	Named             Rights // of a machine client: what was named when it was made
	Engagement        string // EMPLOYEE, CONTRACTOR, VOLUNTEER
	Signed            Date   // the agreement of those who are not employed; empty: not signed
	Withdrawn         bool
	Roles             []*Assignment
}

// Assignment is a role that somebody holds.
type Assignment struct {
	ID     string
	Role   Role
	School *School // nil: none
	Days   Days
}

// Section is a class that is taught.
type Section struct {
	ID, Code  string
	School    *School
	Year      int
	Days      Days
	Withdrawn bool
	Teachers  []*Link // of staff
}

// Link ties somebody to a section between days.
type Link struct {
	ID        string
	Staff     *Staff   // of a teacher's link
	Section   *Section // of a student's link
	Days      Days
	Withdrawn bool
}

// Pairing is a mentor and an advocate who learns from them. Until ShadowUntil, while
// the pairing lasts, the advocate shadows the mentor.
type Pairing struct {
	ID               string
	Mentor, Advocate *Staff
	Days             Days
	ShadowUntil      Date // empty: never
}

// Student is a student and all that hangs on them.
type Student struct {
	ID, Code            string
	First, Middle, Last string
	PreferredFirst      string
	Grade               string
	BirthDate           Date
	Withdrawn           bool
	Into                *Student // the record that this one gave way to; nil: it stands
	Enrollments         []*Enrollment
	Seats               []*Link
	Marks               []*Mark
	Advocates           []*Advocacy
	Cases               []*Case
	Circumstances       []*Circumstance
	Contacts            []*Contact
	Logs                []*Log
	Attendance          []*Attendance
	Risks               []*Risk
	Grants              []*Grant
	Notes               []*Note
}

// Enrollment is a student in a school.
type Enrollment struct {
	ID        string
	School    *School
	Year      int
	Days      Days
	ExitType  string
	Grade     string
	Withdrawn bool
}

// Advocacy is a member of staff assigned to the student as PRIMARY, BACKUP or
// CASE_MANAGER.
type Advocacy struct {
	ID    string
	Staff *Staff
	Role  string
	Days  Days
}

// Case is a dropout case; it is open while it has no day of closing.
type Case struct {
	ID     string
	School *School // that was left
	Owner  *Staff  // nil: nobody
	LeftOn Date
	Closed Date
}

// Circumstance is something such as homelessness.
type Circumstance struct {
	ID, Kind, Detail string
	Days             Days
	Withdrawn        bool
}

// Contact is an adult of the student.
type Contact struct {
	ID, PersonID, Name, Relation string
	Withdrawn                    bool
}

// Log is a contact made with the student's first adult.
type Log struct {
	ID, Summary string
	At          time.Time
	By          *Staff
	With        *Contact // nil: the student
}

// Attendance are a student's figures of a school year; Absent in whole days.
type Attendance struct {
	ID                string
	Year              int
	Enrolled, Absent  int
	Measured, Chronic bool
}

// Risk is a student's level of a school year, with a flag of a rule.
type Risk struct {
	ID, FlagID string
	Year       int
	Level      string
	Flagged    bool
	Domain     string // of the flag
}

// Mark is a mark in the course of a section.
type Mark struct {
	Course  *Section // whose course it is
	Section *Section // in which it was given; nil: not said
	Letter  string
}

// Grant lets a member of staff read one kind of circumstance, or one note, between
// days.
type Grant struct {
	ID      string
	Staff   *Staff
	By      *Staff
	Kind    string // empty: a note's
	Note    *Note
	Days    Days
	Revoked bool
}

// Note is a note about the student.
type Note struct {
	ID, Body   string
	Author     *Staff
	Restricted bool
	At         time.Time
}
