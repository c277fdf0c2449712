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

// yearly is a field of one object a school year, which the database assembles.
func yearly[T any](class access.Class, text string, into func(*Student) *map[int]*T) studentField {
	return studentField{
		class: class,
		write: func(st *reach.Statement, s Selected, _ *operation.Operation) error {
			st.Write(text, reach.Values{"year": schoolYear(s.SchoolYear)})
			return nil
		},
		into: func(student *Student, s Selected, _ *operation.Operation) (any, func() error) {
			raw := new([]byte)
			return raw, func() error {
				var found *T
				err := fromJSON(*raw, &found)
				years := into(student)
				*years = put(*years, yearKey(s.SchoolYear), found)
				return err
			}
		},
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
