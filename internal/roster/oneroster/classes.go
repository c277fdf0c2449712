package oneroster

import (
	"context"
	"math"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// readCourses reads the courses.
func (r *reader) readCourses(ctx context.Context) error {
	return r.rows(ctx, coursesFile, false, func(ctx context.Context, row *record) error {
		course := roster.Course{Origin: row.origin, Code: strings.Clone(row.required("sourcedId"))}
		if row.gone() {
			return row.put(ctx, roster.Gone{Row: course})
		}
		course.Title = strings.Clone(row.required("title"))
		course.CoreSubject = coreSubject(row.list("subjectCodes"), row.list("subjects"))
		return row.put(ctx, course)
	})
}

// readClasses reads the classes, and keeps where and when each is held.
func (r *reader) readClasses(ctx context.Context) error {
	return r.rows(ctx, classesFile, false, r.readClass)
}

func (r *reader) readClass(ctx context.Context, row *record) error {
	section := roster.Section{Origin: row.origin, Code: strings.Clone(row.required("sourcedId"))}
	held := class{school: noSchool}
	if school, known := row.organization("schoolSourcedId"); known {
		section.SchoolCode, held.school = school.code, school.number
	}
	var same bool
	if section.SchoolYear, same = r.heldIn(row); !same {
		row.reject("termSourcedIds", row.text("termSourcedIds"), "names sessions of several school years", "make a class for each school year")
	}
	if section.SchoolYear == 0 {
		row.reject("termSourcedIds", row.text("termSourcedIds"), "names no session that is in academicSessions.csv", "export the academic sessions of the class too")
	}
	if len(row.issues) == 0 {
		r.hold(section, held, r.firstOf(row))
	}
	if row.gone() {
		return row.put(ctx, roster.Gone{Row: section})
	}
	section.CourseCode = row.required("courseSourcedId")
	section.TermCodes = row.list("termSourcedIds")
	return row.put(ctx, section)
}

// hold keeps where and when a class is held.
func (r *reader) hold(section roster.Section, held class, first int32) {
	held.year, held.begins = int16(section.SchoolYear), first //nolint:gosec // years up to 2100
	if other, twice := r.known.classes[section.Code]; twice && (other.school != held.school || other.year != held.year) {
		held.school = noSchool // whose places these are, the load finds out
	}
	r.known.classes[section.Code] = held
}

// heldIn gives the school year of a class's sessions, 0 when none of them is known, and
// whether they are of one.
func (r *reader) heldIn(row *record) (year int, same bool) {
	for _, term := range row.list("termSourcedIds") {
		known, there := r.known.sessions[term]
		if there && year != 0 && year != known.year {
			return year, false
		}
		if there {
			year = known.year
		}
	}
	return year, true
}

// firstOf gives the number of the first day of a class's sessions.
func (r *reader) firstOf(row *record) int32 {
	first := int32(math.MaxInt32)
	for _, term := range row.list("termSourcedIds") {
		if known, there := r.known.sessions[term]; there {
			first = min(first, dayNumber(known.begins))
		}
	}
	return first
}
