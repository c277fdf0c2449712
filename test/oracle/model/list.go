package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Query is which students a list holds, in which order.
type Query struct {
	Within  string   // ALL, MY_SCHOOLS, MY_SECTIONS, MY_CASELOAD
	Schools []string // ids; nil: any
	Grades  []string // nil: any
	Chronic *bool    // nil: either
	Levels  []string // nil: any
	Search  *string  // nil: none
	Order   string   // LAST_NAME, GRADE_LEVEL, ABSENT_DAYS
	Desc    bool
}

// List is what a list gives to a reader. Students are in no order.
type List struct {
	Forbidden bool
	// MayBeForbidden: nobody lacks the class today, yet one of the reader's ways of
	// reaching students within does. The page asks for the class "on every row"; that a
	// reader is refused by their roles alone, whoever is there, tells less than that,
	// and is as good.
	MayBeForbidden bool
	Lacking        *Student // of a list that is forbidden: one of whom a class is lacking
	Students       []*Student
}

// needs are the classes that a query's arguments tell of.
func (q Query) needs() []Class {
	var classes []Class
	if q.Chronic != nil || q.Order == "ABSENT_DAYS" {
		classes = append(classes, AttendanceOf)
	}
	if q.Levels != nil {
		classes = append(classes, RiskOf)
	}
	return classes
}

// waysWithin are the ways of each narrowing; ALL has all.
var waysWithin = map[string][]Way{
	"MY_SCHOOLS":  {BySchool, ByBreak, ByCase, ByFinding},
	"MY_SECTIONS": {BySection},
	"MY_CASELOAD": {ByCaseload},
}

// List decides a list: an argument that tells of a class needs it of every student
// that the list ranges over, else all of it is forbidden.
func (d *District) List(reader *Staff, q Query, on Date) List {
	list := List{MayBeForbidden: d.lacksByRole(reader, q, on)}
	for _, student := range d.Students {
		decision := d.Decide(reader, student, on)
		if !q.rangesOver(decision) {
			continue
		}
		for _, class := range q.needs() {
			if decision.May(class) < Read {
				list.Forbidden, list.Lacking = true, student
			}
		}
		if d.fits(q, student, on) {
			list.Students = append(list.Students, student)
		}
	}
	if list.Forbidden {
		list.Students = nil
	}
	return list
}

// rangesOver says whether the list ranges over a student of whom that was decided.
// One that tells of a class does not range over the cases of those who left, whose
// classes have neither attendance nor risk.
func (q Query) rangesOver(decision Decision) bool {
	return slices.ContainsFunc(decision.Reasons, func(reason Reason) bool {
		ofCase := reason.Way == ByCase || reason.Way == ByOwnedCase
		if len(q.needs()) > 0 && ofCase {
			return false
		}
		return q.Within == "ALL" || slices.Contains(waysWithin[q.Within], reason.Way)
	})
}

// possibleWays are the ways in which a role may reach students, whoever they are; the
// cases of those who left are ranged over by no list that needs a class.
var possibleWays = map[Role][]Way{
	DistrictCoordinator: {ByDistrict}, PrivacyOfficer: {ByDistrict}, DataSteward: {ByDistrict},
	SchoolLeader: {BySchool}, Facilitator: {BySchool}, Counselor: {BySchool}, Registrar: {BySchool},
	Advocate: {ByCaseload, ByFinding}, CaseManager: {ByCaseload, ByFinding}, Teacher: {BySection}, Mentor: {ByMentee}, Shadow: {ByMentor},
}

// lacksByRole: one of the ways that the list ranges over lacks a class.
func (d *District) lacksByRole(reader *Staff, q Query, on Date) bool {
	if !reader.maySeeRecords(on) {
		return false
	}
	if reader.Kind == "SERVICE" {
		named := reader.machineRights() // every list is in the order of something of DIRECTORY, or tells of it
		return q.Within == "ALL" && slices.ContainsFunc(append(q.needs(), Directory), func(class Class) bool { return named[class] < Read })
	}
	for _, held := range reader.Roles {
		for _, way := range possibleWays[held.Role] {
			reason := Reason{held.Role, way, d.give(reader, held.Role, way, on)}
			if !held.Days.Hold(on) || !q.rangesOver(Decision{Reasons: []Reason{reason}}) {
				continue
			}
			if slices.ContainsFunc(q.needs(), func(class Class) bool { return reason.Rights[class] < Read }) {
				return true
			}
		}
	}
	return false
}

// fits says whether the student fits the filter. They are found by the words of each of
// their records.
func (d *District) fits(q Query, s *Student, on Date) bool {
	year := d.CurrentYear(on)
	return q.inSchools(s, on) && (q.Grades == nil || slices.Contains(q.Grades, s.Grade)) &&
		(q.Chronic == nil || s.chronicIs(*q.Chronic, year)) &&
		(q.Levels == nil || slices.Contains(q.Levels, s.LevelOf(year))) &&
		(q.Search == nil || slices.ContainsFunc(d.records(s), func(r *Student) bool { return r.matches(*q.Search) }))
}

func (q Query) inSchools(s *Student, on Date) bool {
	return q.Schools == nil || slices.ContainsFunc(s.Enrollments, func(e *Enrollment) bool {
		return e.cameTo() && e.Days.Hold(on) && slices.Contains(q.Schools, e.School.ID)
	})
}

// chronicIs: measured in the year, and chronically absent or not.
func (s *Student) chronicIs(chronic bool, year int) bool {
	figures := s.FiguresOf(year)
	return figures != nil && figures.Measured && figures.Chronic == chronic
}

// matches: every word stands in the names or the local id, in either case.
func (s *Student) matches(search string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(search)) {
		stands := false
		for _, text := range []string{s.First, s.Middle, s.Last, s.PreferredFirst, s.Code} {
			stands = stands || strings.Contains(strings.ToLower(text), word)
		}
		if !stands {
			return false
		}
	}
	return true
}

// CurrentYear is the school year that holds the day, else the latest loaded.
func (d *District) CurrentYear(on Date) int {
	latest := 0
	for _, year := range d.Years {
		if year.Days.Hold(on) {
			return year.Number
		}
		latest = max(latest, year.Number)
	}
	return latest
}

// HasYear says whether the school year of that number is loaded and holds the day.
func (d *District) HasYear(number int, on Date) bool {
	return slices.ContainsFunc(d.Years, func(y *Year) bool { return y.Number == number && y.Days.Hold(on) })
}

// FiguresOf gives the student's figures of the year; nil: none.
func (s *Student) FiguresOf(year int) *Attendance {
	for _, figures := range s.Attendance {
		if figures.Year == year {
			return figures
		}
	}
	return nil
}

// RiskOf gives the student's risk of the year; nil: none.
func (s *Student) RiskOf(year int) *Risk {
	for _, risk := range s.Risks {
		if risk.Year == year {
			return risk
		}
	}
	return nil
}

// LevelOf gives the student's level of risk in the year; empty: none.
func (s *Student) LevelOf(year int) string {
	if risk := s.RiskOf(year); risk != nil {
		return risk.Level
	}
	return ""
}

// grades in the order of the schema.
var grades = strings.Fields(`PREKINDERGARTEN KINDERGARTEN FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH ELEVENTH TWELFTH
	UNGRADED ADULT OTHER`)

// Grades are all grades, in order.
func Grades() []string { return slices.Clone(grades) }

// Before compares two students by the order's own field, and says nothing of ties.
func (d *District) Before(q Query, a, b *Student, on Date) int {
	var order int
	switch q.Order {
	case "LAST_NAME":
		order = cmp.Or(cmp.Compare(a.Last, b.Last), cmp.Compare(a.First, b.First))
	case "GRADE_LEVEL":
		order = cmp.Compare(slices.Index(grades, a.Grade), slices.Index(grades, b.Grade))
	case "ABSENT_DAYS":
		order = cmp.Compare(d.absent(a, on), d.absent(b, on))
	default:
		panic(fmt.Sprintf("no order %q", q.Order))
	}
	if q.Desc {
		return -order
	}
	return order
}

// absent are the days absent in the current year; who has no figure: fewer than all.
func (d *District) absent(s *Student, on Date) int {
	if figures := s.FiguresOf(d.CurrentYear(on)); figures != nil {
		return figures.Absent
	}
	return -1
}
