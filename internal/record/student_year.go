package record

import (
	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// currentYearSQL is the school year that holds today, else the latest loaded, in a
// statement that startYearly began.
const currentYearSQL = "(SELECT this_year.school_year FROM this_year)"

// startYearly begins a statement that looks the current school year up once, if it asks
// for it at all.
func startYearly(reader access.Reader) *reach.Statement {
	return reach.NewStatement(reader).Write(`WITH this_year AS MATERIALIZED (
	SELECT y.school_year FROM school_year y WHERE y.district_id = {district}
	ORDER BY (y.starts_on <= {today} AND y.ends_on >= {today}) DESC, y.school_year DESC LIMIT 1) `, nil)
}

// schoolYear writes the year of a field's argument.
func schoolYear(year *int) func(*reach.Statement) {
	return func(st *reach.Statement) {
		if year == nil {
			st.Write(currentYearSQL, nil)
			return
		}
		st.Arg(*year).Text("::integer")
	}
}

// attendance is the field attendance(schoolYear).
func attendance() studentField {
	return studentField{
		class: access.Attendance,
		write: func(st *reach.Statement, s Selected, _ *operation.Operation) error {
			st.Write(attendanceSQL, reach.Values{"year": schoolYear(s.SchoolYear)})
			return nil
		},
		into: func(student *Student, s Selected, _ *operation.Operation) (any, func() error) {
			raw := new([]byte)
			return raw, func() error {
				var figures *AttendanceFigures
				err := fromJSON(*raw, &figures)
				student.attendance = put(student.attendance, yearKey(s.SchoolYear), figures)
				return err
			}
		},
	}
}

// risk is the field risk(schoolYear). A flag that rests on attendance needs
// ATTENDANCE too: without it the flag is left out, and noted.
func risk() studentField {
	return studentField{
		class: access.Risk,
		write: func(st *reach.Statement, s Selected, _ *operation.Operation) error {
			st.Write(riskSQL, reach.Values{
				"year":  schoolYear(s.SchoolYear),
				"limit": maxFlags + 1,
				"seesAttendance": func(st *reach.Statement) {
					st.Text("coalesce(")
					st.IfReads("s.mask", access.Attendance, func() { st.Text("true") })
					st.Text(", false)")
				},
			})
			return nil
		},
		into:   intoRisk,
		redact: redactFlags,
		also:   classOf(access.Attendance, "flags"),
	}
}

func intoRisk(student *Student, s Selected, _ *operation.Operation) (any, func() error) {
	raw := new([]byte)
	return raw, func() error {
		var found *StudentRisk
		if err := fromJSON(*raw, &found); err != nil {
			return err
		}
		student.risk = put(student.risk, yearKey(s.SchoolYear), found)
		if found != nil && len(found.Flags) > maxFlags {
			return &LimitError{Path: s.Path + ".flags", Limit: maxFlags}
		}
		return nil
	}
}

// redactFlags notes that flags which rest on attendance were left out.
func redactFlags(op *operation.Operation, student *Student, s Selected, index int) {
	flags, selected := s.field("flags")
	if selected && student.Risk(s.SchoolYear) != nil {
		op.RedactBy(student.Mask, flags.Path, access.Attendance, index)
	}
}

// noIndex is the place of a field that stands in no list.
const noIndex = -1

func put[K comparable, V any](m map[K]V, key K, value V) map[K]V {
	if m == nil {
		m = make(map[K]V, 1)
	}
	m[key] = value
	return m
}
