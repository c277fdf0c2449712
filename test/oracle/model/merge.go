package model

import (
	"cmp"
	"slices"
)

// Merge is two records of one student that were made one.
type Merge struct {
	Kept, Dropped *Student
	On            Date
	keptGrade     string
	back          []func() // what undoes it, in any order
}

// undoDays is how long a merge can be undone, in the district's days.
const undoDays = 30

// mergedClasses are the classes that one must write to merge: those of the rows that
// move, save the work with the student and the circumstances, which follow unseen.
var mergedClasses = []Class{Directory, Demographic, ContactClass, Enrolled, AttendanceOf, Academic}

// MayMerge says whether the reader may merge: a data steward, as far as the district's
// policy leaves them the classes.
func (d *District) MayMerge(reader *Staff, on Date) bool {
	rights := d.give(reader, DataSteward, ByDistrict, on)
	holds := slices.ContainsFunc(reader.Roles, func(a *Assignment) bool { return a.Role == DataSteward && a.Days.Hold(on) })
	return reader.maySeeRecords(on) && holds && !slices.ContainsFunc(mergedClasses, func(class Class) bool { return rights[class] < Write })
}

// Stands gives the student of whom this is a record: itself, or whom it was merged into.
func (s *Student) Stands() *Student {
	for s.Into != nil {
		s = s.Into
	}
	return s
}

// records are all records of a student who stands.
func (d *District) records(s *Student) []*Student {
	return slices.DeleteFunc(slices.Clone(d.Students), func(r *Student) bool { return r.Stands() != s })
}

// MergeRefused says by which code a merge is refused; empty: it is done.
func (d *District) MergeRefused(reader *Staff, keep, drop *Student, on Date) string {
	switch gone := func(s *Student) bool { return s.Withdrawn && s.Into == nil }; {
	case !d.MayMerge(reader, on):
		return "FORBIDDEN"
	case keep == drop:
		return "INVALID"
	case gone(keep) || gone(drop):
		return "NOT_FOUND"
	case keep.Into != nil || drop.Into != nil:
		return "CONFLICT"
	}
	return ""
}

// Merge gives all that is the dropped record's to the kept one. A row moves, unless the
// kept one has the same; then that one stands, and the other is out of sight with its
// record. Where the kept one's is withdrawn, it takes what the other says.
func (d *District) Merge(keep, drop *Student, on Date) {
	m := &Merge{Kept: keep, Dropped: drop, On: on, keptGrade: keep.Grade}
	d.Merges = append(d.Merges, m)
	drop.Into = keep
	fold(m, keep.Enrollments, drop.Enrollments, sameEnrollment, func(e *Enrollment) (*string, bool) { return &e.ID, e.Withdrawn })
	give(m, &keep.Enrollments, &drop.Enrollments, sameEnrollment)
	fold(m, keep.Seats, drop.Seats, sameSeat, func(l *Link) (*string, bool) { return &l.ID, l.Withdrawn })
	give(m, &keep.Seats, &drop.Seats, sameSeat)
	give(m, &keep.Marks, &drop.Marks, sameMark)
	fold(m, keep.Circumstances, drop.Circumstances, sameCircumstance, func(c *Circumstance) (*string, bool) { return &c.ID, c.Withdrawn })
	give(m, &keep.Circumstances, &drop.Circumstances, sameCircumstance)
	fold(m, keep.Contacts, drop.Contacts, sameContact, func(c *Contact) (*string, bool) { return &c.ID, c.Withdrawn })
	give(m, &keep.Contacts, &drop.Contacts, sameContact)
	give(m, &keep.Advocates, &drop.Advocates, func(k, d *Advocacy) bool { return k.displaces(d, on) })
	give(m, &keep.Cases, &drop.Cases, func(k, d *Case) bool { return k.Closed == "" && d.Closed == "" })
	give(m, &keep.Grants, &drop.Grants, sameGrant)
	give(m, &keep.Notes, &drop.Notes, nothingIs)
	give(m, &keep.Logs, &drop.Logs, nothingIs)
	keep.Grade = keep.latestGrade(keep.Grade)
}

// UnmergeRefused says by which code the undoing of a record's merge is refused; empty:
// it is done.
func (d *District) UnmergeRefused(reader *Staff, s *Student, on Date) string {
	switch m := d.mergeOf(s); {
	case !d.MayMerge(reader, on):
		return "FORBIDDEN"
	case m == nil && s.Withdrawn:
		return "NOT_FOUND"
	case m == nil:
		return "CONFLICT"
	case m.Kept.Withdrawn && m.Kept.Into == nil: // what has nobody to be taken from
		return "NOT_FOUND"
	case m.On.Plus(undoDays) < on:
		return "LIMIT_EXCEEDED"
	case m.Kept.Into != nil || d.mergedSince(m):
		return "CONFLICT"
	}
	return ""
}

// mergedSince: another record was merged into the same one later.
func (d *District) mergedSince(m *Merge) bool {
	later := d.Merges[slices.Index(d.Merges, m)+1:]
	return slices.ContainsFunc(later, func(l *Merge) bool { return l.Kept == m.Kept })
}

// mergeOf gives the merge by which the record gave way; nil: it stands.
func (d *District) mergeOf(s *Student) *Merge {
	for _, m := range d.Merges {
		if m.Dropped == s {
			return m
		}
	}
	return nil
}

// Unmerge gives the record back what the merge took, as it now reads. What was written
// meanwhile stays with the kept one.
func (d *District) Unmerge(s *Student) *Student {
	m := d.mergeOf(s)
	for _, undo := range m.back {
		undo()
	}
	s.Into = nil
	m.Kept.Grade = m.Kept.latestGrade(m.keptGrade)
	d.Merges = slices.DeleteFunc(d.Merges, func(other *Merge) bool { return other == m })
	return m.Kept
}

// give moves the dropped record's rows, save those that the kept one has as well.
func give[T any](m *Merge, kept, dropped *[]*T, same func(k, d *T) bool) {
	var moved, stay []*T
	for _, row := range *dropped {
		if slices.ContainsFunc(*kept, func(k *T) bool { return same(k, row) }) {
			stay = append(stay, row)
		} else {
			moved = append(moved, row)
		}
	}
	*kept, *dropped = append(*kept, moved...), stay
	m.back = append(m.back, func() {
		*kept = slices.DeleteFunc(*kept, func(row *T) bool { return slices.Contains(moved, row) })
		*dropped = append(*dropped, moved...)
	})
}

// fold lets the kept record's rows that are withdrawn say what the dropped one's of the
// same key say. Undone, each says what it said, unless it was written meanwhile. Of a row
// idOf gives its id, and whether it is withdrawn.
func fold[T comparable](m *Merge, kept, dropped []*T, same func(k, d *T) bool, idOf func(*T) (*string, bool)) {
	for _, k := range kept {
		for _, d := range dropped {
			kept, gone := idOf(k)
			if _, other := idOf(d); !same(k, d) || !gone || other {
				continue
			}
			before, after := *k, *d
			id, _ := idOf(&after)
			*id = *kept // it stays the row that it is
			*k = after
			m.back = append(m.back, func() {
				if *k == after {
					*k = before
				}
			})
		}
	}
}

func sameEnrollment(k, d *Enrollment) bool {
	return k.School == d.School && k.Days.Starts == d.Days.Starts
}

func sameSeat(k, d *Link) bool { return k.Section == d.Section && k.Days.Starts == d.Days.Starts }

func sameMark(k, d *Mark) bool { return k.Course == d.Course && k.Section == d.Section }

func sameCircumstance(k, d *Circumstance) bool {
	return k.Kind == d.Kind && k.Days.Starts == d.Days.Starts && k.Detail == d.Detail
}

func sameContact(k, d *Contact) bool { return k.PersonID == d.PersonID }

func sameGrant(k, d *Grant) bool {
	return k.Staff == d.Staff && k.Kind != "" && k.Kind == d.Kind && k.Days == d.Days && k.Revoked == d.Revoked
}

// nothingIs: no two rows are the same.
func nothingIs[T any](_, _ *T) bool { return false }

// displaces: of two who are responsible at the same time the kept record's is, and nobody
// is assigned twice in a role.
func (a *Advocacy) displaces(other *Advocacy, on Date) bool {
	over := func(a *Advocacy) bool { return a.Days.Ends != "" && a.Days.Ends < on }
	meet := (other.Days.Ends == "" || a.Days.Starts <= other.Days.Ends) && (a.Days.Ends == "" || other.Days.Starts <= a.Days.Ends)
	return a.Role == other.Role && (a.Role == "PRIMARY" || a.Staff == other.Staff) && !over(a) && !over(other) && meet
}

// latestGrade is that of the latest enrollment; without one, the other.
func (s *Student) latestGrade(otherwise string) string {
	var latest *Enrollment
	for _, e := range s.Enrollments {
		later := func(l *Enrollment) int {
			return cmp.Or(cmp.Compare(e.Year, l.Year), cmp.Compare(e.Days.Starts, l.Days.Starts), cmp.Compare(l.ID, e.ID))
		}
		if !e.Withdrawn && (latest == nil || later(latest) > 0) {
			latest = e
		}
	}
	if latest == nil {
		return otherwise
	}
	return latest.Grade
}
