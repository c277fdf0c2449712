package postgres

import "maps"

// TableScope is whom a table's rows belong to; the catalog test holds each table
// to the rule of its scope.
type TableScope string

// The scopes of tables.
const (
	// OfDistrict: forced row-level security by district_id; keys and unique
	// indexes begin with it; no direct grants on partitions.
	OfDistrict TableScope = "DISTRICT"
	// OfRegion and OfAgency: as OfDistrict, by region_id and by agency_id; nothing
	// of a student.
	OfRegion TableScope = "REGION"
	OfAgency TableScope = "AGENCY"
	// Shared: no district's own; no student, no name of a child.
	Shared TableScope = "SHARED"
	// System: the program's own bookkeeping.
	System TableScope = "SYSTEM"
)

// TableScopes is every table with its scope. A table that is not here fails the
// catalog test.
func TableScopes() map[string]TableScope {
	scopes := make(map[string]TableScope, len(districtTables)+len(otherTables))
	for _, table := range districtTables {
		scopes[table] = OfDistrict
	}
	maps.Copy(scopes, otherTables)
	return scopes
}

var otherTables = map[string]TableScope{
	"region":           Shared,
	"identity":         Shared,
	"issuer":           Shared,
	"operator":         Shared,
	"agency":           Shared,
	"agency_staff":     OfAgency,
	"regional_analyst": OfRegion,
	"operator_log":     System,
	"goose_db_version": System,
}

var districtTables = []string{
	"district",
	"district_policy",
	"school",
	"school_year",
	"calendar",
	"calendar_date",
	"attendance_completeness",
	"staff",
	"role_assignment",
	"student",
	"student_school_association",
	"person",
	"contact_channel",
	"student_contact",
	"student_characteristic",
	"attendance_event",
	"student_school_attendance",
	"student_attendance",
	"student_risk",
	"risk_flag",
	"risk_flag_history",
	"advocate_assignment",
	"contact_log",
	"course",
	"section",
	"staff_section_association",
	"student_section_association",
	"note",
	"note_revision",
	"need_to_know_grant",
	"mentor_pairing",
	"idempotency",
	"dropout_case",
	"audit_log",
	"service_client",
	"access_log",
	"access_log_student",
	"disclosure",
	"seal",
	"student_merge",
	"student_merge_row",
	"import_run",
	"import_run_count",
	"import_issue",
	"term",
	"discipline_completeness",
	"discipline_incident",
	"discipline_participation",
	"discipline_action",
	"discipline_action_incident",
	"grade",
	"course_transcript",
	"assessment_result",
	"graduation_requirement",
	"student_behavior",
	"student_academics",
	"student_risk_history",
	"risk_day",
	"support_menu_entry",
	"plan",
	"plan_item",
	"session_log",
	"support_request",
	"job",
	"quarantined_row",
}
