package oneroster

import (
	"context"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// putMemberships puts the schools of which a student is a member, as 1.1 says it; of
// one for whom neither a user's organizations nor a role names a school, those of the
// classes.
func (r *reader) putMemberships(ctx context.Context, row *record, who user, number int32) error {
	if who.schools && r.set.has(rolesFile) {
		return nil // readRoles does it
	}
	if !who.schools && (!who.stated || r.set.modes[usersFile] == delta) {
		return nil // what a delta says of classes is not all
	}
	if !who.schools {
		return r.putSchoolsOfClasses(ctx, row, who, number)
	}
	for _, id := range row.list("orgSourcedIds") {
		at, known := row.organizationOf("orgSourcedIds", id)
		if known && at.kind != "" && at.kind != kindSchool {
			continue
		}
		if err := r.putMembership(ctx, row, membership{who: who, number: number, at: at}); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) putSchoolsOfClasses(ctx context.Context, row *record, who user, number int32) error {
	for _, school := range r.known.schools {
		if _, there := r.known.firsts[stay{number, school.number, int16(r.year)}]; !there { //nolint:gosec // a year up to 2100
			continue
		}
		row.forgive("orgSourcedIds", "", "names no school: the student was taken for a member of the schools of their classes", "export the school of each student")
		if err := r.putMembership(ctx, row, membership{who: who, number: number, at: school}); err != nil {
			return err
		}
	}
	return nil
}

// membership is a student's membership of a school, which is nil when it is not
// known. The dates are those of 1.2, zero when it has none.
type membership struct {
	who         user
	number      int32
	at          *org
	first, last time.Time
}

// putMembership puts an enrollment in a school year: that of the membership's first
// day, but the export's where it reaches into that.
func (r *reader) putMembership(ctx context.Context, row *record, m membership) error {
	enrollment := roster.Enrollment{
		Origin: row.origin, StudentCode: m.who.code, SchoolYear: r.year, EntryDate: m.first, ExitDate: m.last,
		GradeLevel: row.gradeLevel(m.who), NoCalendar: true,
	}
	if m.at != nil {
		enrollment.SchoolCode = m.at.code
	}
	if never(m.first, m.last) {
		row.forgive("endDate", row.text("endDate"), "is the beginDate: a membership of no day was not read", "nothing, if it was entered by mistake")
		return nil
	}
	switch {
	case m.first.IsZero():
		enrollment.EntryDate, enrollment.EntryAssumed = r.entry(row, m), true
	case !m.last.IsZero() && m.last.Before(r.begins), m.first.After(r.ends):
		enrollment.SchoolYear = yearOf(m.first)
	case m.first.Before(r.begins):
		enrollment.EntryDate = r.begins
	}
	if enrollment.EntryDate.IsZero() {
		row.reject("beginDate", "", "is missing, and there is no academic session to take it from", "export beginDate, or the academic sessions too")
	}
	if !enrollment.ExitDate.IsZero() && enrollment.ExitDate.Before(enrollment.EntryDate) {
		row.reject("endDate", row.text("endDate"), "lies before the first day in the school", "correct one of the two dates")
	}
	return row.put(ctx, enrollment)
}

// entry gives the first day of a membership that does not say it: that of the
// student's first class in the school, else of the school year; of one that a delta
// tells of, the day on which it was changed.
func (r *reader) entry(row *record, m membership) time.Time {
	first, there := r.known.firsts[stay{m.number, m.school(), int16(r.year)}] //nolint:gosec // a year up to 2100
	if there && dayOf(first).After(r.begins) {
		return dayOf(first)
	}
	if changed := row.modified(); r.set.modes[row.file] == delta && !changed.IsZero() {
		return changed
	}
	return r.begins
}

// school gives the number of the membership's school.
func (m membership) school() int32 {
	if m.at == nil {
		return noSchool
	}
	return m.at.number
}

// gradeLevel gives the grade level that the user's row says.
func (r *record) gradeLevel(who user) string {
	switch who.grade {
	case 0:
		r.forgive("grades", "", "is missing: the grade level is OTHER", "fill in grades at the source and export again")
		return roster.GradeOther
	case unknownGrade:
		r.reject("grades", r.text("grades"), "is not a grade level that is known", "write a code of CEDS, such as KG or 09")
		return ""
	}
	return roster.Grades()[who.grade-1]
}

// readRoles reads the roles of 1.2: memberships of students, and posts of staff. What
// contacts are stands with the contacts.
func (r *reader) readRoles(ctx context.Context) error {
	return r.rows(ctx, rolesFile, false, r.readRole)
}

func (r *reader) readRole(ctx context.Context, row *record) error {
	is := roles[plain(row.required("role"))]
	switch {
	case is == 0 && row.text("role") != "":
		row.forgive("role", row.text("role"), "is no role that is known: it was not read", "write a role of OneRoster, such as student or teacher")
		return r.sink.PassOver("role of another kind")
	case is&agents != 0:
		return nil
	}
	who, number, _ := row.lookUp("userSourcedId")
	at, _ := row.organization("orgSourcedId")
	if is&staff != 0 {
		return r.putPost(ctx, row, who, at, is)
	}
	if at != nil && at.kind != "" && at.kind != kindSchool {
		return r.sink.PassOver("role of a student in another organization than a school")
	}
	if row.gone() {
		return row.putExit(ctx, who, at)
	}
	first, last := row.days("beginDate")
	return r.putMembership(ctx, row, membership{who: who, number: number, at: at, first: first, last: last})
}

func (r *reader) putPost(ctx context.Context, row *record, who user, at *org, is role) error {
	post := roster.StaffAssignment{Origin: row.origin, StaffCode: who.code}
	if at != nil {
		post.OrganizationCode, post.Classification = at.code, postAt(at, is)
	}
	post.BeginsOn, post.EndsOn = row.days("beginDate")
	if row.gone() {
		return nil // posts are proposals, made of those that stand
	}
	return row.put(ctx, post)
}

// putExit ends a student's membership of a school that is to be deleted: on the last
// day that it says, else on the day on which it was changed.
func (r *record) putExit(ctx context.Context, who user, at *org) error {
	exit := roster.Exit{Origin: r.origin, StudentCode: who.code, ExitDate: r.lastDay()}
	if at != nil {
		exit.SchoolCode = at.code
	}
	if exit.ExitDate.IsZero() {
		exit.ExitDate = r.modified()
	}
	if exit.ExitDate.IsZero() {
		r.reject("dateLastModified", r.text("dateLastModified"), "does not say since when it is to be deleted", "export dateLastModified with each row that is to be deleted")
	}
	exit.EntryDate = r.entryOf(r.date("beginDate"), exit.ExitDate)
	return r.put(ctx, exit)
}

// entryOf gives the first day under which the enrollment was loaded that ends: see
// putMembership. Where the school year is not known it is left open, and means the
// student's open one.
func (r *record) entryOf(first, last time.Time) time.Time {
	switch {
	case r.begins.IsZero():
		return time.Time{}
	case !first.IsZero() && first.Before(r.begins) && !last.Before(r.begins):
		return r.begins
	}
	return first
}
