package record

import (
	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// RiskPoint is where a student stood from a day on, until the next point: what the
// reader may not see is nil.
type RiskPoint struct {
	AsOf          relay.Date
	Level         string
	PolicyVersion int
	Attended      *struct {
		Enrolled int64 // whole days
		Absent   int64 // ten-thousandths of days
	}
	Incidents    *int
	CoreFailures *int
	Marks        *struct {
		Courses int
		Points  int64 // ten-thousandths of grade points
	}
}

// AttendanceRate is (enrolled − absent) ÷ enrolled; nil too with no enrolled day.
func (p RiskPoint) AttendanceRate() *float64 {
	if p.Attended == nil {
		return nil
	}
	return earlywarning.Rate(p.Attended.Enrolled, p.Attended.Absent)
}

// AbsentDays is the number of days absent so far.
func (p RiskPoint) AbsentDays() *float64 {
	if p.Attended == nil {
		return nil
	}
	return daysOf(&p.Attended.Absent)
}

// Gpa is the grade points of a course; nil too without a course that counts.
func (p RiskPoint) Gpa() *float64 {
	if p.Marks == nil {
		return nil
	}
	return average(p.Marks.Points, p.Marks.Courses)
}

// RiskPointConnection is a page of where a student stood.
type RiskPointConnection struct{ relay.Connection[*RiskPoint] }

// RiskPointEdge is where a student stood from a day on, in a page.
type RiskPointEdge = relay.Edge[*RiskPoint]

// riskPointClasses are the classes of what stands in a point beside the level.
var riskPointClasses = map[string]access.Class{
	"attendanceRate": access.Attendance, "absentDays": access.Attendance,
	"incidents":    access.Discipline,
	"coreFailures": access.Academic, "gpa": access.Academic,
}

// riskHistory is the field riskHistory: of all school years, latest first.
func riskHistory() studentField {
	reads := func(class access.Class, expression string) func(*reach.Statement) {
		return func(st *reach.Statement) { st.IfReads("s.mask", class, func() { st.Text(expression) }) }
	}
	field := ownPages(ownList{
		name: "Student.riskHistory", class: access.Risk,
		from: `student_risk_history h WHERE h.district_id = {district} AND h.student_id = s.id`,
		node: `json_build_object('asOf', h.as_of, 'level', h.level, 'policyVersion', h.policy_version, 'attended', {attended},
			'incidents', {incidents}, 'coreFailures', {coreFailures}, 'marks', {marks})`,
		by: placing{[]sortKey{{"h.as_of", "date"}, {"h.school_year", "integer"}}, true},
		values: reach.Values{
			"attended":     reads(access.Attendance, "json_build_object('enrolled', h.enrolled_days, 'absent', h.absent)"),
			"incidents":    reads(access.Discipline, "h.incidents"),
			"coreFailures": reads(access.Academic, "h.core_failures"),
			"marks":        reads(access.Academic, "json_build_object('courses', coalesce(h.courses, 0), 'points', coalesce(h.grade_points, 0))"),
		},
	}, func(student *Student, key string, page relay.Connection[*RiskPoint]) {
		student.riskHistory = put(student.riskHistory, key, &RiskPointConnection{page})
	})
	field.redact = func(op *operation.Operation, student *Student, s Selected, _ int) {
		if page := student.riskHistory[listKey(nil, s.Page)]; page != nil {
			for name, class := range riskPointClasses {
				redactInRows(op, student, s, name, class, len(page.Edges))
			}
		}
	}
	field.also = func(s Selected) access.Classes {
		var classes access.Classes
		for name, class := range riskPointClasses {
			classes |= inRows(class, name)(s)
		}
		return classes
	}
	return field
}

// RiskHistory gives the page, as it was selected.
func (s *Student) RiskHistory(first *int, after *string, last *int, before *string) *RiskPointConnection {
	return s.riskHistory[listKey(nil, relay.PageArgs{First: first, After: after, Last: last, Before: before})]
}
