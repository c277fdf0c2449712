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
	toTerm
	toDisciplineKnown
	toRequirement
	toMenu
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
	toIncident
	toParticipation
	toAction
	toAnswer
	toSeat
	toGrade
	toTranscript
	toAssessment
	toCaseload
	toLog
	toPlan
	toItem
	toSession
	targets
)

// tables says what each target is called and which columns a row gives, in their
// order. Columns of the district's tables begin with district_id.
var tables = [targets]struct {
	name    string
	columns []string
}{
	toRegion:          {"region", []string{"id", "local_id", "name"}},
	toDistrict:        {"district", []string{"id", "region_id", "local_id", "name", "state", "time_zone"}},
	toPolicy:          {"district_policy", []string{"district_id", "id", "version", "starts_on", "document"}},
	toSchool:          {"school", []string{"district_id", "id", "local_id", "name", "level", "lowest_grade", "highest_grade", "alternative"}},
	toYear:            {"school_year", []string{"district_id", "id", "school_year", "starts_on", "ends_on"}},
	toTerm:            {"term", []string{"district_id", "id", "school_id", "school_year", "local_id", "name", "kind", "starts_on", "ends_on"}},
	toDisciplineKnown: {"discipline_completeness", []string{"district_id", "id", "school_year", "known_through"}},
	toRequirement:     {"graduation_requirement", []string{"district_id", "id", "cohort_year", "subject", "credits"}},
	toMenu:            {"support_menu_entry", []string{"district_id", "id", "local_id", "title", "domain", "intensity", "scope", "provider", "dosage", "evidence", "source"}},
	toCalendar:        {"calendar", []string{"district_id", "id", "school_id", "school_year", "local_id", "kind"}},
	toDate:            {"calendar_date", []string{"district_id", "id", "calendar_id", "on_date", "instructional", "event"}},
	toKnown:           {"attendance_completeness", []string{"district_id", "id", "school_id", "school_year", "known_through"}},
	toStaff:           {"staff", []string{"district_id", "id", "local_id", "first_name", "last_name", "email", "login", "languages", "qualifications", "communities", "engagement", "agreement_signed_on"}},
	toRole:            {"role_assignment", []string{"district_id", "id", "staff_id", "role", "school_id", "starts_on", "ends_on"}},
	toPairing:         {"mentor_pairing", []string{"district_id", "id", "mentor_id", "advocate_id", "starts_on"}},
	toCourse:          {"course", []string{"district_id", "id", "local_id", "title", "core_subject"}},
	toSection:         {"section", []string{"district_id", "id", "school_id", "course_id", "school_year", "local_id", "starts_on", "ends_on"}},
	toTeaching:        {"staff_section_association", []string{"district_id", "id", "staff_id", "section_id", "starts_on", "ends_on"}},
	toStudent:         {"student", []string{"district_id", "id", "local_id", "state_id", "first_name", "middle_name", "last_name", "suffix", "preferred_first_name", "birth_date", "grade_level", "sex", "race_ethnicity", "languages", "community", "cohort_year"}},
	toEnrollment:      {"student_school_association", []string{"district_id", "id", "student_id", "school_id", "school_year", "calendar_id", "entry_date", "entry_type", "exit_date", "exit_type", "exit_code", "grade_level", "recorded_on"}},
	toPerson:          {"person", []string{"district_id", "id", "local_id", "first_name", "last_name", "language", "best_way_to_reach", "last_confirmed_on", "last_confirmed_by"}},
	toChannel:         {"contact_channel", []string{"district_id", "id", "person_id", "kind", "value", "label", "priority", "opted_out"}},
	toContact:         {"student_contact", []string{"district_id", "id", "student_id", "person_id", "relation", "lives_with", "education_rights", "no_contact", "is_primary", "is_emergency"}},
	toCircumstance:    {"student_characteristic", []string{"district_id", "id", "student_id", "kind", "starts_on", "ends_on", "detail"}},
	toEvent:           {"attendance_event", []string{"district_id", "school_year", "student_id", "on_date", "school_id", "category", "fraction", "excused", "reason"}},
	toIncident:        {"discipline_incident", []string{"district_id", "id", "school_id", "school_year", "local_id", "occurred_on", "behavior", "location"}},
	toParticipation:   {"discipline_participation", []string{"district_id", "id", "student_id", "incident_id", "participation", "behavior"}},
	toAction:          {"discipline_action", []string{"district_id", "id", "student_id", "school_id", "school_year", "local_id", "kind", "taken_on", "days"}},
	toAnswer:          {"discipline_action_incident", []string{"district_id", "id", "student_id", "action_id", "incident_id"}},
	toGrade:           {"grade", []string{"district_id", "school_year", "student_id", "course_id", "section_id", "kind", "period", "given_on", "numeric", "letter"}},
	toTranscript:      {"course_transcript", []string{"district_id", "id", "student_id", "school_year", "term", "course_code", "course_title", "subject", "grade_level", "attempted", "earned", "result", "method", "letter", "earned_on"}},
	toAssessment:      {"assessment_result", []string{"district_id", "id", "student_id", "school_year", "local_id", "title", "subject", "taken_on", "score", "level", "below_level"}},
	toPlan:            {"plan", []string{"district_id", "id", "student_id", "status", "starts_on", "ends_on"}},
	toItem:            {"plan_item", []string{"district_id", "id", "student_id", "plan_id", "menu_entry_id", "title", "domain", "starts_on", "ends_on", "planned_minutes", "result", "result_reason"}},
	toSession:         {"session_log", []string{"district_id", "id", "student_id", "plan_item_id", "held_on", "minutes", "attended"}},
	toSeat:            {"student_section_association", []string{"district_id", "id", "student_id", "section_id", "starts_on", "ends_on"}},
	toCaseload:        {"advocate_assignment", []string{"district_id", "id", "student_id", "staff_id", "role", "intensity", "starts_on", "ends_on"}},
	toLog:             {"contact_log", []string{"district_id", "id", "student_id", "staff_id", "person_id", "occurred_at", "method", "outcome", "summary", "positive", "recorded_at"}},
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
