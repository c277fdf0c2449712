package record

import (
	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// AttendanceEvent is what was noted of a student's attendance on a day.
type AttendanceEvent struct {
	Date     relay.Date
	Category string
	Part     int64 // ten-thousandths of the day
	Excused  bool
	Reason   *string
}

// Fraction is how much of the day it is about.
func (e AttendanceEvent) Fraction() float64 { return earlywarning.Days(e.Part) }

// AttendanceEventConnection is a page of attendance events.
type AttendanceEventConnection struct {
	relay.Connection[*AttendanceEvent]
}

// AttendanceEventEdge is an attendance event in a page.
type AttendanceEventEdge = relay.Edge[*AttendanceEvent]

// attendanceSQL is the student's figures of a school year.
const attendanceSQL = `(SELECT json_build_object('enrolled', a.enrolled_days, 'absent', a.absent, 'excused', a.excused,
		'unexcused', a.unexcused, 'suspended', a.suspended, 'tardies', a.tardies, 'truantDays', a.truant_days, 'streak', a.current_streak,
		'measured', a.measured, 'chronic', a.chronic, 'knownThrough', a.as_of)
	FROM student_attendance a
	WHERE a.district_id = {district} AND a.student_id = s.id AND a.school_year = {year})`

// attendanceEvents is the field attendanceEvents: a school year's, latest first.
func attendanceEvents() studentField {
	return ownPages(ownList{
		name: "Student.attendanceEvents", class: access.Attendance,
		from: `attendance_event e WHERE e.district_id = {district} AND e.student_id = s.id AND e.school_year = {year} AND e.withdrawn_at IS NULL`,
		node: `json_build_object('date', e.on_date, 'category', e.category, 'part', e.fraction, 'excused', e.excused, 'reason', nullif(e.reason, ''))`,
		by:   placing{[]sortKey{{"e.on_date", "date"}, {"e.school_id", "uuid"}, {"e.category", "text"}}, true},
	}, func(student *Student, key string, page relay.Connection[*AttendanceEvent]) {
		student.attendanceEvents = put(student.attendanceEvents, key, &AttendanceEventConnection{page})
	})
}

// AttendanceEvents gives the page, as it was selected.
func (s *Student) AttendanceEvents(schoolYear, first *int, after *string, last *int, before *string) *AttendanceEventConnection {
	return s.attendanceEvents[listKey(schoolYear, relay.PageArgs{First: first, After: after, Last: last, Before: before})]
}
