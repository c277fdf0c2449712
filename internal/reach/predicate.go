package reach

import (
	"slices"
	"strconv"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
)

// writer writes a predicate onto a builder, whose arguments it numbers.
type writer struct {
	*sql.Builder
	reader access.Reader
	own    *numbers
	// somebody, when it is set, stands in the reader's place: expressions of who it
	// is, and of the one school that is theirs. A list of who sees a student weighs
	// each member of staff so.
	somebody *somebody
}

// numbers are the placeholders of what is the reader's own, once they are written:
// a value that stands in a statement twenty times is one argument.
type numbers struct{ district, person, day int }

// once writes the value's placeholder, and keeps its number for the next time.
func (w writer) once(number *int, value any) {
	if *number > 0 {
		w.WriteString("$" + strconv.Itoa(*number))
		return
	}
	w.Arg(value)
	*number = w.Total()
}

type somebody struct{ person, school string }

// row writes which rows of the table, under its alias, the reader reaches: the
// reader's own district, and what the table's rule says.
func (w writer) row(table, alias string) {
	w.WriteString(alias + "." + districtColumn(table) + " = ")
	w.district()
	w.WriteString(" AND ")
	rule := rules[table]
	switch rule.kind {
	case anyStaff:
		w.literal(w.reader.Principal.Kind == access.Staff)
	case byOperation:
		w.literal(w.reader.May(rule.by))
	case byPrincipal:
		w.WriteString(alias + "." + rule.column + " = ")
		w.me()
	case byStudent:
		w.student(alias+"."+rule.column, alias+".district_id", rule.class)
	case byItem:
		w.item(rule.class, rule.item.of(alias), alias+".district_id")
	case byNote:
		w.note(alias, rule.item)
	case byRevision:
		w.WriteString("EXISTS (SELECT 1 FROM note reach_note WHERE reach_note.district_id = " + alias +
			".district_id AND reach_note.id = " + alias + "." + rule.column + " AND ")
		w.note("reach_note", rule.item)
		w.WriteString(")")
	case bySchool:
		w.school(alias+"."+rule.column, rule.class)
	case byIncident:
		w.exists("discipline_participation", " AND reach_link.withdrawn_at IS NULL", alias, "incident_id", rule)
	case byRequest:
		w.request(alias, rule.item)
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

// school writes that the reader reads the class of every student of the column's school.
func (w writer) school(column string, class access.Class) {
	if slices.ContainsFunc(w.reader.SpansOver(access.ID{}), func(s access.Span) bool { return s.Rights.Read.Has(class) }) {
		w.literal(true)
		return
	}
	schools := w.reader.SchoolsWith(class)
	if len(schools) == 0 {
		w.literal(false)
		return
	}
	w.WriteString(column + " = ")
	w.oneOf(schools)
}

// student writes that the student of the column is within a span that reads the
// class in whole.
func (w writer) student(column, district string, class access.Class) {
	w.anySpan(w.reader.Spans, column, district, func(s access.Span) bool { return s.Rights.Read.Has(class) })
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
		w.WriteString("EXISTS ")
		w.enrolledIn("1", span.Schools, column, district, w.isHereOrExpected)
	case access.OwnCaseload:
		w.WriteString("EXISTS ")
		w.onCaseload("1", caseloadRoles[span.Role], column, district)
	case access.OwnMentees:
		w.onPairedCaseload("mentor_id", "advocate_id", "reach_pairing.ends_on", column, district)
	case access.OwnMentor:
		w.onPairedCaseload("advocate_id", "mentor_id", shadowEnds, column, district)
	case access.OwnSections:
		w.WriteString("EXISTS ")
		w.inSections("1", column, district)
	case access.OwnLeavers:
		w.leftFrom(span.Schools, column, district)
	case access.OwnRecoveries:
		w.recoveredByMe(column, district)
	case access.NoReach:
		w.literal(false)
	}
}

// since writes the day, as text, since which the student is within the span; NULL
// where the reach has no one day.
func (w writer) since(span access.Span, column, district string) {
	switch span.Reach {
	case access.OwnSchools:
		w.enrolledIn("max(reach_enrollment.entry_date)::text", span.Schools, column, district, w.isHere)
	case access.OwnCaseload:
		w.onCaseload("min(reach_assignment.starts_on)::text", caseloadRoles[span.Role], column, district)
	case access.OwnSections:
		w.inSections("min(greatest(reach_seat.starts_on, reach_teaching.starts_on))::text", column, district)
	default:
		w.WriteString("NULL::text")
	}
}

// caseloadRoles says which assignments make a role's caseload.
var caseloadRoles = map[access.Role]string{
	access.Advocate:    "'PRIMARY', 'BACKUP'",
	access.CaseManager: "'CASE_MANAGER'",
}

// shadowEnds is the last day of shadowing: a pairing without one has none.
const shadowEnds = "least(coalesce(reach_pairing.shadow_until, '-infinity'), reach_pairing.ends_on)"

// onCaseload writes what of the student's assignments to the reader that hold today,
// first and last day included. They need no enrollment: an advocate stays through
// summer and changes of school.
func (w writer) onCaseload(what, roles, column, district string) {
	w.WriteString("(SELECT " + what + " FROM advocate_assignment reach_assignment WHERE reach_assignment.district_id = " + district +
		" AND reach_assignment.student_id = " + column + " AND reach_assignment.role IN (" + roles + ") AND reach_assignment.staff_id = ")
	w.me()
	w.WriteString(" AND ")
	w.holdsToday("reach_assignment.starts_on", "reach_assignment.ends_on")
	w.WriteString(")")
}

// onPairedCaseload writes that the student is on the caseload of the other of a pair
// in which the reader is the one, through the last day.
func (w writer) onPairedCaseload(one, other, last, column, district string) {
	w.WriteString("EXISTS (SELECT 1 FROM mentor_pairing reach_pairing" +
		" JOIN advocate_assignment reach_assignment ON reach_assignment.district_id = reach_pairing.district_id AND reach_assignment.staff_id = reach_pairing." + other +
		" WHERE reach_pairing.district_id = " + district + " AND reach_assignment.student_id = " + column +
		" AND reach_assignment.role IN (" + caseloadRoles[access.Advocate] + ") AND reach_pairing." + one + " = ")
	w.me()
	w.WriteString(" AND ")
	w.holdsToday("reach_pairing.starts_on", last)
	w.WriteString(" AND ")
	w.holdsToday("reach_assignment.starts_on", "reach_assignment.ends_on")
	w.WriteString(")")
}

// inSections writes what of the student's seats today in sections that the reader
// teaches today. A link without an end lasts as long as its section.
func (w writer) inSections(what, column, district string) {
	w.WriteString("(SELECT " + what + " FROM student_section_association reach_seat" +
		" JOIN section reach_section ON reach_section.district_id = reach_seat.district_id AND reach_section.id = reach_seat.section_id" +
		" JOIN staff_section_association reach_teaching ON reach_teaching.district_id = reach_seat.district_id AND reach_teaching.section_id = reach_seat.section_id" +
		" WHERE reach_seat.district_id = " + district + " AND reach_seat.student_id = " + column + " AND reach_teaching.staff_id = ")
	w.me()
	w.WriteString(" AND reach_seat.withdrawn_at IS NULL AND reach_section.withdrawn_at IS NULL AND reach_teaching.withdrawn_at IS NULL AND ")
	w.holdsToday("reach_seat.starts_on", "reach_seat.ends_on")
	w.WriteString(" AND ")
	w.holdsToday("reach_teaching.starts_on", "reach_teaching.ends_on")
	w.WriteString(" AND ")
	w.holdsToday("reach_section.starts_on", "reach_section.ends_on")
	w.WriteString(")")
}

// leftFrom writes that the student left one of the schools and the case is open.
func (w writer) leftFrom(schools []access.ID, column, district string) {
	w.WriteString("EXISTS (SELECT 1 FROM dropout_case reach_case WHERE reach_case.district_id = " + district +
		" AND reach_case.student_id = " + column + " AND reach_case.closed_on IS NULL AND reach_case.school_id = ")
	w.oneOf(schools)
	w.WriteString(")")
}

// recoveredByMe writes that the student's open case is the reader's own.
func (w writer) recoveredByMe(column, district string) {
	w.WriteString("EXISTS (SELECT 1 FROM dropout_case reach_case WHERE reach_case.district_id = " + district +
		" AND reach_case.student_id = " + column + " AND reach_case.closed_on IS NULL AND reach_case.owner_id = ")
	w.me()
	w.WriteString(")")
}

func (w writer) district() { w.once(&w.own.district, uuid.UUID(w.reader.Principal.DistrictID)) }

// me writes who the reader is.
func (w writer) me() {
	if w.somebody != nil {
		w.WriteString(w.somebody.person)
		return
	}
	w.once(&w.own.person, uuid.UUID(w.reader.Principal.PersonID))
}

// oneOf writes what a school must equal to be one of the reader's.
func (w writer) oneOf(schools []access.ID) {
	if w.somebody != nil {
		w.WriteString(w.somebody.school)
		return
	}
	w.WriteString("ANY(")
	w.Arg(uuids(schools))
	w.WriteString("::uuid[])")
}

func (w writer) today() {
	w.once(&w.own.day, day(w.reader.Today))
	w.WriteString("::date")
}

// holdsToday writes that today lies between two days, both included.
func (w writer) holdsToday(first, last string) {
	w.WriteString(first + " <= ")
	w.today()
	w.WriteString(" AND coalesce(" + last + ", 'infinity') >= ")
	w.today()
}

// enrolledIn writes what of the student's enrollments in one of the schools that
// count today. Who never came was never enrolled.
func (w writer) enrolledIn(what string, schools []access.ID, column, district string, counts func(district string)) {
	w.WriteString("(SELECT " + what + " FROM student_school_association reach_enrollment WHERE reach_enrollment.district_id = " + district +
		" AND reach_enrollment.student_id = " + column + " AND reach_enrollment.school_id = ")
	w.oneOf(schools)
	w.WriteString(" AND reach_enrollment.withdrawn_at IS NULL AND coalesce(reach_enrollment.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT') AND ")
	counts(district)
	w.WriteString(")")
}

// isHere writes that the enrollment holds today, entry and exit day included.
func (w writer) isHere(string) {
	w.holdsToday("reach_enrollment.entry_date", "reach_enrollment.exit_date")
}

// isHereOrExpected writes that the enrollment holds today, or that its school
// expects the student after a break.
func (w writer) isHereOrExpected(district string) {
	w.WriteString("(")
	w.isHere(district)
	w.WriteString(" OR ")
	w.expected(district)
	w.WriteString(")")
}

// expected writes the bridge over a break: the student is enrolled nowhere today, and
// what they were last in ended with its school year. The school of an enrollment of
// that year or the next that waits for its entry expects them; without one, the school that they
// were last in, until the tenth instructional day of its next year is over; while
// its calendar is not known, the break ends on 30 September.
func (w writer) expected(district string) {
	w.WriteString("(NOT ")
	w.anyEnrollment("reach_now", district, func() { w.holdsToday("reach_now.entry_date", "reach_now.exit_date") })
	w.WriteString(" AND (")
	w.endedWithTheYear("reach_enrollment", district)
	w.WriteString(" AND NOT ")
	w.anyEnrollment("reach_next", district, func() {
		w.isNextOf("reach_next", "reach_enrollment")
	})
	w.WriteString(" AND ")
	w.today()
	w.WriteString(` <= coalesce((SELECT DISTINCT reach_day.on_date FROM calendar reach_calendar
		JOIN calendar_date reach_day ON reach_day.district_id = reach_calendar.district_id AND reach_day.calendar_id = reach_calendar.id
		WHERE reach_calendar.district_id = ` + district + ` AND reach_calendar.school_id = reach_enrollment.school_id
			AND reach_calendar.school_year = reach_enrollment.school_year + 1 AND reach_calendar.kind = 'SCHOOL'
			AND reach_calendar.withdrawn_at IS NULL AND reach_day.instructional AND reach_day.withdrawn_at IS NULL
		ORDER BY reach_day.on_date OFFSET 9 LIMIT 1), make_date(reach_enrollment.school_year, 9, 30)) OR `)
	w.anyEnrollment("reach_last", district, func() {
		w.isNextOf("reach_enrollment", "reach_last")
		w.WriteString(" AND ")
		w.endedWithTheYear("reach_last", district)
	})
	w.WriteString("))")
}

// endedWithTheYear writes that the enrollment is over with its school year, and that
// no other began since.
func (w writer) endedWithTheYear(alias, district string) {
	w.WriteString(alias + ".exit_type = 'END_OF_SCHOOL_YEAR' AND " + alias + ".exit_date < ")
	w.today()
	w.WriteString(" AND NOT ")
	w.anyEnrollment("reach_since", district, func() {
		w.WriteString("reach_since.entry_date > " + alias + ".exit_date AND reach_since.entry_date <= ")
		w.today()
	})
}

// isNextOf writes that the enrollment waits for its entry, in the school year of the
// other or the one after.
func (w writer) isNextOf(alias, other string) {
	w.WriteString(alias + ".school_year BETWEEN " + other + ".school_year AND " + other + ".school_year + 1 AND " + alias + ".entry_date > ")
	w.today()
}

// anyEnrollment writes that the student of the row reach_enrollment has an enrollment
// of which the condition holds. Who never came was never enrolled.
func (w writer) anyEnrollment(alias, district string, condition func()) {
	w.WriteString(strings.ReplaceAll("EXISTS (SELECT 1 FROM student_school_association reach_any WHERE reach_any.district_id = "+district+
		" AND reach_any.student_id = reach_enrollment.student_id AND reach_any.withdrawn_at IS NULL"+
		" AND coalesce(reach_any.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT') AND ", "reach_any", alias))
	condition()
	w.WriteString(")")
}

func uuids(ids []access.ID) pq.StringArray {
	list := make(pq.StringArray, len(ids))
	for i, id := range ids {
		list[i] = uuid.UUID(id).String()
	}
	return list
}
