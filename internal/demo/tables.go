package demo

// target is a table that rows go to.
type target int

// The tables, parents before their children.
const (
	toRegion target = iota
	toDistrict
	toPolicy
	toSchool
	toYear
	toCalendar
	toDate
	toKnown
	toStaff
	toRole
	toPairing
	toCourse
	toSection
	toTeaching
	toStudent
	toEnrollment
	toPerson
	toChannel
	toContact
	toCircumstance
	toEvent
	toSeat
	toCaseload
	toLog
	targets
)

// tables says what each target is called and which columns a row gives, in their
// order. Columns of the district's tables begin with district_id.
var tables = [targets]struct {
	name    string
	columns []string
}{
	toRegion:       {"region", []string{"id", "local_id", "name"}},
	toDistrict:     {"district", []string{"id", "region_id", "local_id", "name", "state", "time_zone"}},
	toPolicy:       {"district_policy", []string{"district_id", "id", "version", "starts_on", "document"}},
	toSchool:       {"school", []string{"district_id", "id", "local_id", "name", "level", "lowest_grade", "highest_grade", "alternative"}},
	toYear:         {"school_year", []string{"district_id", "id", "school_year", "starts_on", "ends_on"}},
	toCalendar:     {"calendar", []string{"district_id", "id", "school_id", "school_year", "local_id", "kind"}},
	toDate:         {"calendar_date", []string{"district_id", "id", "calendar_id", "on_date", "instructional", "event"}},
	toKnown:        {"attendance_completeness", []string{"district_id", "id", "school_id", "school_year", "known_through"}},
	toStaff:        {"staff", []string{"district_id", "id", "local_id", "first_name", "last_name", "email", "login", "languages", "qualifications", "communities", "engagement", "agreement_signed_on"}},
	toRole:         {"role_assignment", []string{"district_id", "id", "staff_id", "role", "school_id", "starts_on", "ends_on"}},
	toPairing:      {"mentor_pairing", []string{"district_id", "id", "mentor_id", "advocate_id", "starts_on"}},
	toCourse:       {"course", []string{"district_id", "id", "local_id", "title", "core_subject"}},
	toSection:      {"section", []string{"district_id", "id", "school_id", "course_id", "school_year", "local_id", "starts_on", "ends_on"}},
	toTeaching:     {"staff_section_association", []string{"district_id", "id", "staff_id", "section_id", "starts_on", "ends_on"}},
	toStudent:      {"student", []string{"district_id", "id", "local_id", "state_id", "first_name", "middle_name", "last_name", "suffix", "preferred_first_name", "birth_date", "grade_level", "sex", "race_ethnicity", "languages", "community", "cohort_year"}},
	toEnrollment:   {"student_school_association", []string{"district_id", "id", "student_id", "school_id", "school_year", "calendar_id", "entry_date", "entry_type", "exit_date", "exit_type", "exit_code", "grade_level", "recorded_on"}},
	toPerson:       {"person", []string{"district_id", "id", "local_id", "first_name", "last_name", "language", "best_way_to_reach", "last_confirmed_on", "last_confirmed_by"}},
	toChannel:      {"contact_channel", []string{"district_id", "id", "person_id", "kind", "value", "label", "priority", "opted_out"}},
	toContact:      {"student_contact", []string{"district_id", "id", "student_id", "person_id", "relation", "lives_with", "education_rights", "no_contact", "is_primary", "is_emergency"}},
	toCircumstance: {"student_characteristic", []string{"district_id", "id", "student_id", "kind", "starts_on", "ends_on", "detail"}},
	toEvent:        {"attendance_event", []string{"district_id", "school_year", "student_id", "on_date", "school_id", "category", "fraction", "excused", "reason"}},
	toSeat:         {"student_section_association", []string{"district_id", "id", "student_id", "section_id", "starts_on", "ends_on"}},
	toCaseload:     {"advocate_assignment", []string{"district_id", "id", "student_id", "staff_id", "role", "intensity", "starts_on", "ends_on"}},
	toLog:          {"contact_log", []string{"district_id", "id", "student_id", "staff_id", "person_id", "occurred_at", "method", "outcome", "summary", "positive", "recorded_at"}},
}

// row is what one row gives: texts as COPY takes them, and nil for NULL.
type row []any

// batch is the rows that wait to be handed on, by table.
type batch struct {
	rows     [targets][]row
	students int // students among them
}

func (b *batch) add(to target, values ...any) { b.rows[to] = append(b.rows[to], values) }

// clear forgets the rows and keeps the room they took.
func (b *batch) clear() {
	for to := range b.rows {
		clear(b.rows[to])
		b.rows[to] = b.rows[to][:0]
	}
	b.students = 0
}

// array writes a list as PostgreSQL does; its members have no quotes in them.
func array(members []string) string {
	text := []byte{'{'}
	for i, member := range members {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, '"')
		text = append(text, member...)
		text = append(text, '"')
	}
	return string(append(text, '}'))
}

func truth(yes bool) string {
	if yes {
		return "t"
	}
	return "f"
}
