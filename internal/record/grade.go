package record

import (
	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Grade is a mark in a course.
type Grade struct {
	Course        *Course
	Kind          string
	GradingPeriod string
	GivenOn       relay.Date
	Mark          *int64 // ten-thousandths of a point; nil: none
	Letter        *string
}

// Numeric is the mark in points; nil: it has none.
func (g Grade) Numeric() *float64 { return daysOf(g.Mark) }

// Course is what is taught, by title.
type Course struct {
	Title       string
	CoreSubject *string
}

// GradeConnection is a page of grades.
type GradeConnection struct{ relay.Connection[*Grade] }

// GradeEdge is a grade in a page.
type GradeEdge = relay.Edge[*Grade]

// grades is the field grades: a school year's, latest first. Who reads ACADEMIC item by
// item sees those of the sections that they teach; others are neither listed nor counted.
func grades() studentField {
	list := ownList{
		name: "Student.grades", class: access.Academic,
		from: `grade g JOIN course c ON c.district_id = g.district_id AND c.id = g.course_id
			WHERE g.district_id = {district} AND g.student_id = s.id AND g.school_year = {year} AND g.withdrawn_at IS NULL AND {theirs}`,
		node: `json_build_object('course', json_build_object('title', c.title, 'coreSubject', c.core_subject), 'kind', g.kind,
			'gradingPeriod', g.period, 'givenOn', g.given_on, 'mark', g.numeric, 'letter', nullif(g.letter, ''))`,
		by: placing{[]sortKey{
			{"g.given_on", "date"},
			{"g.course_id", "uuid"},
			{"coalesce(g.section_id, '00000000-0000-0000-0000-000000000000')", "uuid"},
			{"g.kind", "text"},
			{"g.period", "text"},
		}, true},
		values: reach.Values{
			"theirs": func(st *reach.Statement) { st.Items("s.mask", access.Academic, reach.Lessons, "g") },
		},
	}
	field := ownPages(list, func(student *Student, key string, page relay.Connection[*Grade]) {
		student.grades = put(student.grades, key, &GradeConnection{page})
	})
	field.items = func(student *Student, s Selected) int {
		if page := student.grades[listKey(s.SchoolYear, s.Page)]; page != nil {
			return len(page.Edges) + page.TotalCount
		}
		return 0
	}
	return field
}

// Grades gives the page, as it was selected.
func (s *Student) Grades(schoolYear, first *int, after *string, last *int, before *string) *GradeConnection {
	return s.grades[listKey(schoolYear, relay.PageArgs{First: first, After: after, Last: last, Before: before})]
}
