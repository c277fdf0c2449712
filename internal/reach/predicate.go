package reach

import (
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
)

// writer writes a predicate onto a builder, whose arguments it numbers.
type writer struct {
	*sql.Builder
	reader access.Reader
}

// row writes which rows of the table, under its alias, the reader reaches: the
// reader's own district, and what the table's rule says.
func (w writer) row(table, alias string) {
	w.WriteString(alias + "." + districtColumn(table) + " = ")
	w.Arg(uuid.UUID(w.reader.Principal.DistrictID))
	w.WriteString(" AND ")
	rule := rules[table]
	switch rule.kind {
	case anyStaff:
		w.literal(w.reader.Principal.Kind == access.Staff)
	case byOperation:
		w.literal(w.reader.May(rule.by))
	case byStudent:
		w.student(alias+"."+rule.column, alias+".district_id", rule.class)
	case byPerson:
		w.exists("student_contact", " AND reach_link.withdrawn_at IS NULL", alias, "person_id", rule)
	case byFlag:
		w.exists("risk_flag", "", alias, "id", rule)
	case noRow:
		w.literal(false)
	}
}

// districtColumn is the column that says whose row it is: the district's own id
// is its district.
func districtColumn(table string) string {
	if table == "district" {
		return "id"
	}
	return "district_id"
}

func (w writer) literal(yes bool) {
	if yes {
		w.WriteString("true")
		return
	}
	w.WriteString("false")
}

// exists writes that a row of the table between, which stands, leads to a student
// within reach.
func (w writer) exists(between, stands, alias, key string, rule rule) {
	w.WriteString("EXISTS (SELECT 1 FROM " + between + " reach_link WHERE reach_link.district_id = " + alias +
		".district_id AND reach_link." + key + " = " + alias + "." + rule.column + stands + " AND ")
	w.student("reach_link.student_id", "reach_link.district_id", rule.class)
	w.WriteString(")")
}

// student writes that the student of the column is within a span that may read
// the class, in whole or item by item.
func (w writer) student(column, district string, class access.Class) {
	w.anySpan(w.reader.Spans, column, district, func(s access.Span) bool {
		return (s.Rights.Read | s.Rights.NeedToKnow).Has(class)
	})
}

// anySpan writes that the student is within one of the spans that count.
func (w writer) anySpan(spans []access.Span, column, district string, counts func(access.Span) bool) {
	var within []access.Span
	for _, span := range spans {
		if counts(span) && span.Reach == access.WholeDistrict {
			w.literal(true)
			return
		}
		if counts(span) {
			within = append(within, span)
		}
	}
	if len(within) == 0 {
		w.literal(false)
		return
	}
	w.WriteString("(")
	for i, span := range within {
		if i > 0 {
			w.WriteString(" OR ")
		}
		w.span(span, column, district)
	}
	w.WriteString(")")
}

// span writes that the student is within the span today. A reach that has no
// predicate here reaches nobody.
func (w writer) span(span access.Span, column, district string) {
	switch span.Reach {
	case access.WholeDistrict:
		w.literal(true)
	case access.OwnSchools:
		w.enrolledIn(span.Schools, column, district)
	case access.NoReach, access.OwnCaseload, access.OwnMentees, access.OwnSections:
		w.literal(false)
	}
}

// enrolledIn writes that the student is enrolled today in one of the schools.
// Entry and exit day are both included; who never came was never enrolled.
func (w writer) enrolledIn(schools []access.ID, column, district string) {
	w.WriteString("EXISTS (SELECT 1 FROM student_school_association reach_enrollment WHERE reach_enrollment.district_id = " + district +
		" AND reach_enrollment.student_id = " + column + " AND reach_enrollment.school_id = ANY(")
	w.Arg(uuids(schools))
	w.WriteString("::uuid[]) AND reach_enrollment.withdrawn_at IS NULL AND reach_enrollment.entry_date <= ")
	w.Arg(day(w.reader.Today))
	w.WriteString("::date AND coalesce(reach_enrollment.exit_date, 'infinity') >= ")
	w.Arg(day(w.reader.Today))
	w.WriteString("::date AND coalesce(reach_enrollment.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT'))")
}

func uuids(ids []access.ID) pq.StringArray {
	list := make(pq.StringArray, len(ids))
	for i, id := range ids {
		list[i] = uuid.UUID(id).String()
	}
	return list
}
