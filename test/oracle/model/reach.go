package model

import (
	"slices"
	"strconv"
)

// Way is how a role reaches a student.
type Way string

// The ways.
const (
	ByDistrict  Way = "the district"
	BySchool    Way = "enrolled in the role's school"
	ByBreak     Way = "over a break, expected by the role's school"
	ByCase      Way = "an open case of the role's school"
	ByOwnedCase Way = "owns the open case"
	ByFinding   Way = "found in the role's school"
	ByCaseload  Way = "assigned"
	BySection   Way = "taught"
	ByMentee    Way = "assigned to a mentee"
	ByMentor    Way = "assigned to the mentor who is shadowed"
)

// Reason is one way in which a role reaches a student, and what it gives.
type Reason struct {
	Role   Role
	Way    Way
	Rights Rights
}

// Decision is what a reader may do with a student, and why; without a reason the
// student does not exist.
type Decision struct {
	Reasons []Reason
	Rights  Rights
}

// Exists says whether the student is there for the reader.
func (d Decision) Exists() bool { return len(d.Reasons) > 0 }

// May gives what the reader may do with the class.
func (d Decision) May(class Class) Cell { return d.Rights[class] }

// Decide weighs every role that the reader holds on the day.
func (d *District) Decide(reader *Staff, student *Student, on Date) Decision {
	decision := Decision{Rights: Rights{}}
	if student.Withdrawn || student.Into != nil || !reader.maySeeRecords(on) {
		return decision
	}
	if rights := reader.machineRights(); len(rights) > 0 {
		return Decision{[]Reason{{"", ByDistrict, rights}}, rights}
	}
	for _, held := range reader.Roles {
		if !held.Days.Hold(on) {
			continue
		}
		for _, way := range d.ways(reader, held, student, on) {
			rights := d.give(reader, held.Role, way, on)
			decision.Reasons = append(decision.Reasons, Reason{held.Role, way, rights})
			decision.Rights = decision.Rights.With(rights)
		}
	}
	return decision
}

// machineRights are those of a machine client: the directions named when it was made, as
// far as a data steward has them too; what is written is read as well. Without
// DIRECTORY nobody is found at all. Nobody else who is not on the staff has any.
func (s *Staff) machineRights() Rights {
	rights := Rights{}
	for class, cell := range s.Named {
		if s.Kind == "SERVICE" && cell >= Read && cell <= rightsOf[DataSteward][class] {
			rights[class] = cell
		}
	}
	if rights[Directory] < Read {
		return nil
	}
	return rights
}

// maySeeRecords: contractors and volunteers need a signed agreement first.
func (s *Staff) maySeeRecords(on Date) bool {
	if s.Withdrawn {
		return false
	}
	return s.Engagement == "EMPLOYEE" || (s.Signed != "" && s.Signed <= on)
}

// policy is the one that holds on the day: the version that began last, of two that
// began on one day the later.
func (d *District) policy(on Date) *Policy {
	holds := &Policy{}
	for _, p := range d.Policies {
		if p.Starts <= on && p.Starts >= holds.Starts {
			holds = p
		}
	}
	return holds
}

// give is what a role gives by a way: the page's row, less what the district's policy
// took away, what outsiders are without, and what the way leaves out.
func (d *District) give(reader *Staff, role Role, way Way, on Date) Rights {
	policy := d.policy(on)
	rights := rightsOf[role].atMost(policy.Narrowed[role])
	if role == Advocate && reader.Engagement != "EMPLOYEE" {
		rights = rights.only(slices.Concat(outsiders, policy.Outsiders))
	}
	switch way {
	case ByFinding:
		return rights.only([]Class{Directory})
	case ByCase, ByOwnedCase:
		return rights.only(afterLeaving)
	default:
		return rights
	}
}

// ways gives the ways in which one role reaches a student on a day.
func (d *District) ways(reader *Staff, held *Assignment, student *Student, on Date) []Way {
	var ways []Way
	add := func(reached bool, way Way) {
		if reached {
			ways = append(ways, way)
		}
	}
	switch held.Role {
	case DistrictCoordinator, PrivacyOfficer, DataSteward:
		add(true, ByDistrict)
	case SchoolLeader, Facilitator, Counselor, Registrar:
		add(student.enrolledIn(held.School, on), BySchool)
		add(student.expectedBy(held.School, on), ByBreak)
		add(student.caseOf(held.School), ByCase)
	case Advocate, CaseManager:
		add(student.assignedTo(reader, held.Role, on), ByCaseload)
		add(student.enrolledIn(held.School, on) || student.expectedBy(held.School, on), ByFinding)
	case Teacher:
		add(student.taughtBy(reader, on), BySection)
	case Mentor:
		add(d.menteeHas(reader, student, on), ByMentee)
	case Shadow:
		add(d.mentorHas(reader, student, on), ByMentor)
	default:
		return nil // a role that nobody knows
	}
	add(student.caseOwnedBy(reader), ByOwnedCase)
	return ways
}

// enrolledIn: an enrollment there holds on the day, both ends included.
func (s *Student) enrolledIn(school *School, on Date) bool {
	return school != nil && slices.ContainsFunc(s.Enrollments, func(e *Enrollment) bool {
		return e.cameTo() && e.School == school && e.Days.Hold(on)
	})
}

// cameTo: the student was really there; nobody comes to a school by an entry that
// ended as a no-show or as a mistake.
func (e *Enrollment) cameTo() bool {
	return !e.Withdrawn && e.ExitType != "NO_SHOW" && e.ExitType != "INVALID_ENROLLMENT"
}

// expectedBy: the student is in a break between two school years, and the school
// expects them: the one of an enrollment that waits for its entry; without one, that
// in which the year ended, until the break is over.
func (s *Student) expectedBy(school *School, on Date) bool {
	if school == nil {
		return false
	}
	// An enrollment may run past its school year, so that two of different years ended
	// with none begun since: a break follows each of them.
	return slices.ContainsFunc(s.endedWithTheYear(on), func(last *Enrollment) bool {
		if waits := s.waiting(last.Year, on); len(waits) > 0 {
			return slices.ContainsFunc(waits, func(e *Enrollment) bool { return e.School == school })
		}
		return last.School == school && on <= last.breakEnds()
	})
}

// endedWithTheYear are the enrollments that a break follows: over with their school
// year, and nothing began since. Who is enrolled anywhere is in no break.
func (s *Student) endedWithTheYear(on Date) []*Enrollment {
	var ended []*Enrollment
	for _, e := range s.Enrollments {
		if !e.cameTo() || e.Days.Starts > on {
			continue
		}
		if e.Days.Hold(on) {
			return nil
		}
		if e.ExitType == "END_OF_SCHOOL_YEAR" && !s.beganBetween(e.Days.Ends, on) {
			ended = append(ended, e)
		}
	}
	return ended
}

// beganBetween: an enrollment began after the one day, and not after the other.
func (s *Student) beganBetween(after, on Date) bool {
	return slices.ContainsFunc(s.Enrollments, func(e *Enrollment) bool {
		return e.cameTo() && e.Days.Starts > after && e.Days.Starts <= on
	})
}

// waiting are the enrollments of the year, or of the next, whose first day is still to
// come.
func (s *Student) waiting(year int, on Date) []*Enrollment {
	var waiting []*Enrollment
	for _, e := range s.Enrollments {
		if e.cameTo() && (e.Year == year || e.Year == year+1) && e.Days.Starts > on {
			waiting = append(waiting, e)
		}
	}
	return waiting
}

// breakEnds is the tenth instructional day of the school's next calendar, or, while
// that is not loaded, the 30 September after the school year.
func (e *Enrollment) breakEnds() Date {
	const tenth = 10
	for _, calendar := range e.School.Calendars {
		if calendar.Year == e.Year+1 && len(calendar.Instructional) >= tenth {
			return calendar.Instructional[tenth-1]
		}
	}
	return yearsAutumn(e.Year)
}

// caseOf: an open dropout case of a student who left the school.
func (s *Student) caseOf(school *School) bool {
	return school != nil && slices.ContainsFunc(s.Cases, func(c *Case) bool { return c.Closed == "" && c.School == school })
}

// caseOwnedBy: an open dropout case that the reader owns.
func (s *Student) caseOwnedBy(reader *Staff) bool {
	return slices.ContainsFunc(s.Cases, func(c *Case) bool { return c.Closed == "" && c.Owner == reader })
}

// caseloadRoles are the kinds of assignment that make a role's own caseload.
var caseloadRoles = map[Role][]string{Advocate: {"PRIMARY", "BACKUP"}, CaseManager: {"CASE_MANAGER"}}

// assignedTo: an assignment of the role's kind holds on the day; it needs no
// enrollment.
func (s *Student) assignedTo(reader *Staff, role Role, on Date) bool {
	return slices.ContainsFunc(s.Advocates, func(a *Advocacy) bool {
		return a.Staff == reader && a.Days.Hold(on) && slices.Contains(caseloadRoles[role], a.Role)
	})
}

// taughtBy: the reader, the section and the student are together on the day.
func (s *Student) taughtBy(reader *Staff, on Date) bool {
	return slices.ContainsFunc(s.Seats, func(seat *Link) bool {
		return !seat.Withdrawn && seat.Days.Hold(on) && seat.Section.taughtBy(reader, on)
	})
}

// taughtBy: the reader and the section are together on the day.
func (s *Section) taughtBy(reader *Staff, on Date) bool {
	return !s.Withdrawn && s.Days.Hold(on) && slices.ContainsFunc(s.Teachers, func(t *Link) bool {
		return t.Staff == reader && !t.Withdrawn && t.Days.Hold(on)
	})
}

// menteeHas: an advocate whom the reader mentors has the student.
func (d *District) menteeHas(reader *Staff, student *Student, on Date) bool {
	return slices.ContainsFunc(d.Pairings, func(p *Pairing) bool {
		return p.Mentor == reader && p.Days.Hold(on) && student.assignedTo(p.Advocate, Advocate, on)
	})
}

// mentorHas: the mentor whom the reader shadows has the student.
func (d *District) mentorHas(reader *Staff, student *Student, on Date) bool {
	return slices.ContainsFunc(d.Pairings, func(p *Pairing) bool {
		shadows := p.Days.Hold(on) && p.ShadowUntil != "" && on <= p.ShadowUntil
		return p.Advocate == reader && shadows && student.assignedTo(p.Mentor, Advocate, on)
	})
}

// yearsAutumn is the 30 September after a school year.
func yearsAutumn(year int) Date { return Date(strconv.Itoa(year) + "-09-30") }
