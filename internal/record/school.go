package record

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// School is a school of the district, with the figures that were selected and
// that the reader may see.
type School struct {
	ID      relay.ID
	Name    string
	LocalID string
	Level   string

	counts    map[int]*int
	summaries map[int]*AttendanceSummary
}

// IsNode marks an object that can be read again by its id.
func (*School) IsNode() {}

// GetID gives the id.
func (s *School) GetID() relay.ID { return s.ID }

// StudentCount gives the students of the year, as they were selected.
func (s *School) StudentCount(schoolYear *int) *int { return s.counts[yearKey(schoolYear)] }

// AttendanceSummary gives the figures of the year, as they were selected.
func (s *School) AttendanceSummary(schoolYear *int) *AttendanceSummary {
	return s.summaries[yearKey(schoolYear)]
}

// AttendanceSummary is the attendance of a school's students by their days in it.
type AttendanceSummary struct {
	Enrolled          int64 // whole days
	Absent            int64 // ten-thousandths of a day
	ChronicallyAbsent int
	StudentsMeasured  int
	KnownThrough      *relay.Date
}

// EnrolledDays is the sum of the students' days in the school.
func (a AttendanceSummary) EnrolledDays() int { return int(a.Enrolled) }

// AbsentDays is the sum of the students' days absent.
func (a AttendanceSummary) AbsentDays() float64 { return earlywarning.Days(a.Absent) }

// AttendanceRate is (enrolled − absent) ÷ enrolled; nil with no enrolled day.
func (a AttendanceSummary) AttendanceRate() *float64 {
	return earlywarning.Rate(a.Enrolled, a.Absent)
}

// SchoolConnection is a page of schools.
type SchoolConnection struct{ relay.Connection[*School] }

// SchoolEdge is a school in a page.
type SchoolEdge = relay.Edge[*School]

// schoolQuery names the list that its cursors are bound to.
const schoolQuery = "District.schools"

// schoolFigure says how a figure over a school is read. It is given only to who
// reads its class of every student of the school.
type schoolFigure struct {
	class access.Class
	text  func(year *int) string
	into  func(school *School, year *int) (destination any, then func() error)
}

const studentsTodaySQL = `(SELECT count(DISTINCT e.student_id) FROM student_school_association e
	WHERE e.district_id = {district} AND e.school_id = c.id AND e.entry_date <= {today}
		AND coalesce(e.exit_date, 'infinity') >= {today} AND ` + lived + `)`

const studentsOfYearSQL = `(SELECT count(DISTINCT e.student_id) FROM student_school_association e
	WHERE e.district_id = {district} AND e.school_id = c.id AND e.school_year = {year} AND ` + lived + `)`

const summarySQL = `(SELECT json_build_object('enrolled', coalesce(sum(a.enrolled_days), 0), 'absent', coalesce(sum(a.absent), 0),
		'chronicallyAbsent', count(*) FILTER (WHERE a.measured AND a.chronic),
		'studentsMeasured', count(*) FILTER (WHERE a.measured),
		'knownThrough', (SELECT k.known_through FROM attendance_completeness k
			WHERE k.district_id = {district} AND k.school_id = c.id AND k.school_year = {year}))
	FROM student_school_attendance a
	WHERE a.district_id = {district} AND a.school_id = c.id AND a.school_year = {year})`

var schoolFigures = map[string]schoolFigure{
	"studentCount": {
		class: access.Directory,
		text: func(year *int) string {
			if year == nil {
				return studentsTodaySQL
			}
			return studentsOfYearSQL
		},
		into: func(school *School, year *int) (any, func() error) {
			count := new(*int)
			return count, func() error { school.counts = put(school.counts, yearKey(year), *count); return nil }
		},
	},
	"attendanceSummary": {
		class: access.Attendance,
		text:  func(*int) string { return summarySQL },
		into: func(school *School, year *int) (any, func() error) {
			raw := new([]byte)
			return raw, func() error {
				var summary *AttendanceSummary
				err := fromJSON(*raw, &summary)
				school.summaries = put(school.summaries, yearKey(year), summary)
				return err
			}
		},
	},
}

// SchoolClasses gives the class of each figure over a school, for the test that
// holds the schema's declarations to it.
func SchoolClasses() map[string]access.Class {
	classes := make(map[string]access.Class, len(schoolFigures))
	for name, figure := range schoolFigures {
		classes[name] = figure.class
	}
	return classes
}

// SchoolsByID gives the schools of those ids that are the reader's district's.
func SchoolsByID(
	ctx context.Context, op *operation.Operation, ids []uuid.UUID, place Place, selected []Selected,
) (map[uuid.UUID]*School, error) {
	columns, err := figures(selected)
	if err != nil {
		return nil, err
	}
	st := selectSchools(op, columns, "0")
	st.Text(" FROM school c WHERE ").Rows("school", "c")
	st.Text(" AND c.withdrawn_at IS NULL AND c.id = ANY(").Arg(pq.Array(ids)).Text("::uuid[])")
	found := make(map[uuid.UUID]*School, len(ids))
	err = op.Run(ctx, st, func(rows *sql.Rows) error {
		var total int
		school, err := scanSchool(rows, columns, &total)
		if err != nil {
			return err
		}
		found[school.ID.UUID] = school
		redactFigures(op, school, selected, place(school.ID.UUID))
		return nil
	})
	return found, err
}

// Schools lists the schools of the reader's district by name, with their count
// when that was selected, in one statement.
func Schools(ctx context.Context, op *operation.Operation, selected Selected) (*SchoolConnection, error) {
	page, after, err := openPage(op, bound(op, schoolQuery), selected.Page)
	if err != nil {
		return nil, err
	}
	nodes := rowSelections(selected)
	columns, err := figures(nodes)
	if err != nil {
		return nil, err
	}
	st := schoolPage(op, columns, selected, page, after)
	total := 0
	var rows []relay.Row[*School]
	err = op.Run(ctx, st, func(r *sql.Rows) error {
		school, err := scanSchool(r, columns, &total)
		if err != nil || school == nil {
			return err
		}
		rows = append(rows, relay.Row[*School]{Node: school, Keys: []string{school.Name, school.ID.UUID.String()}})
		return nil
	})
	if err != nil {
		return nil, err
	}
	connection := relay.Connect(rows, page, total, func(keys []string) string { return op.Cursors.Seal(bound(op, schoolQuery), keys) })
	for i, edge := range connection.Edges {
		redactFigures(op, edge.Node, nodes, i)
	}
	return &SchoolConnection{*connection}, nil
}

func schoolPage(op *operation.Operation, columns []Selected, selected Selected, page relay.Page, after []string) *reach.Statement {
	direction, than := "", ">"
	if page.Backward {
		direction, than = " DESC", "<"
	}
	st := selectSchools(op, columns, "total.n")
	st.Text(" FROM (SELECT ")
	if _, counted := selected.field("totalCount"); counted {
		st.Text("(SELECT count(*) FROM school c WHERE ").Rows("school", "c").Text(" AND c.withdrawn_at IS NULL)")
	} else {
		st.Text("0")
	}
	st.Text(" AS n) total LEFT JOIN (SELECT c.* FROM school c WHERE ").Rows("school", "c").Text(" AND c.withdrawn_at IS NULL")
	if after != nil {
		st.Text(" AND (c.name, c.id) " + than + " (").Arg(after[0]).Text(", ").Arg(after[1]).Text("::uuid)")
	}
	st.Text(" ORDER BY c.name" + direction + ", c.id" + direction + " LIMIT ").Arg(page.Limit + 1)
	return st.Text(") c ON true ORDER BY c.name" + direction + ", c.id" + direction)
}

// selectSchools writes the columns of schools, under the alias c.
func selectSchools(op *operation.Operation, columns []Selected, total string) *reach.Statement {
	st := startYearly(op.Reader)
	st.Text("SELECT " + total + ", c.id, c.name, c.local_id, c.level")
	for _, s := range columns {
		figure := schoolFigures[s.Name]
		st.Text(", ")
		writeFigure(st, op.Reader, figure, s.SchoolYear)
	}
	return st
}

// writeFigure writes the figure for the schools over which the reader has its
// class, NULL for others, and NULL alone when there are none.
func writeFigure(st *reach.Statement, reader access.Reader, figure schoolFigure, year *int) {
	values := reach.Values{"year": schoolYear(year)}
	if reader.OverDistrict().Has(figure.class) {
		st.Write(figure.text(year), values)
		return
	}
	schools := reader.SchoolsWith(figure.class)
	if len(schools) == 0 {
		st.Text("NULL")
		return
	}
	ids := make([]uuid.UUID, len(schools))
	for i, id := range schools {
		ids[i] = uuid.UUID(id)
	}
	st.Text("CASE WHEN c.id = ANY(").Arg(pq.Array(ids)).Text("::uuid[]) THEN ")
	st.Write(figure.text(year), values)
	st.Text(" END")
}

func isSchoolFigure(name string) bool {
	_, known := schoolFigures[name]
	return known
}

// figures gives the figures that are selected, if their years can be.
func figures(selected []Selected) ([]Selected, error) {
	columns := distinct(selected, isSchoolFigure)
	for _, s := range columns {
		if err := s.checkYear(); err != nil {
			return nil, err
		}
	}
	return columns, nil
}

func scanSchool(rows *sql.Rows, columns []Selected, total *int) (*School, error) {
	var id uuid.NullUUID
	var name, localID, level sql.NullString
	school := &School{}
	destinations := []any{total, &id, &name, &localID, &level}
	decoders := make([]func() error, 0, len(columns))
	for _, s := range columns {
		destination, decode := schoolFigures[s.Name].into(school, s.SchoolYear)
		destinations = append(destinations, destination)
		decoders = append(decoders, decode)
	}
	if err := rows.Scan(destinations...); err != nil {
		return nil, fmt.Errorf("read a school: %w", err)
	}
	if !id.Valid {
		return nil, nil //nolint:nilnil // an empty page has a row for its count and no school
	}
	school.ID = relay.NewID(relay.School, id.UUID)
	school.Name, school.LocalID, school.Level = name.String, localID.String, level.String
	for _, decode := range decoders {
		if err := decode(); err != nil {
			return nil, err
		}
	}
	return school, nil
}

// redactFigures notes the figures over the school that the reader may not see, and
// for the access log those that are shown.
func redactFigures(op *operation.Operation, school *School, selected []Selected, index int) {
	classes := op.Reader.OverSchool(access.ID(school.ID.UUID))
	var shown access.Classes
	for _, s := range selected {
		figure, known := schoolFigures[s.Name]
		switch {
		case known && classes.Has(figure.class):
			shown |= access.Of(figure.class)
		case known:
			op.Redact(s.Path, &figure.class, operation.NoRole, index)
		}
	}
	op.ShowFigures(shown, op.Reader.SpansOver(access.ID(school.ID.UUID)))
}
