package postgres

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
	return map[string]TableScope{
		"region":                      Shared,
		"identity":                    Shared,
		"issuer":                      Shared,
		"operator":                    Shared,
		"agency":                      Shared,
		"agency_staff":                OfAgency,
		"regional_analyst":            OfRegion,
		"operator_log":                System,
		"goose_db_version":            System,
		"district":                    OfDistrict,
		"district_policy":             OfDistrict,
		"school":                      OfDistrict,
		"school_year":                 OfDistrict,
		"calendar":                    OfDistrict,
		"calendar_date":               OfDistrict,
		"attendance_completeness":     OfDistrict,
		"staff":                       OfDistrict,
		"role_assignment":             OfDistrict,
		"student":                     OfDistrict,
		"student_school_association":  OfDistrict,
		"person":                      OfDistrict,
		"contact_channel":             OfDistrict,
		"student_contact":             OfDistrict,
		"student_characteristic":      OfDistrict,
		"attendance_event":            OfDistrict,
		"student_school_attendance":   OfDistrict,
		"student_attendance":          OfDistrict,
		"student_risk":                OfDistrict,
		"risk_flag":                   OfDistrict,
		"risk_flag_history":           OfDistrict,
		"advocate_assignment":         OfDistrict,
		"contact_log":                 OfDistrict,
		"course":                      OfDistrict,
		"section":                     OfDistrict,
		"staff_section_association":   OfDistrict,
		"student_section_association": OfDistrict,
		"note":                        OfDistrict,
		"note_revision":               OfDistrict,
		"need_to_know_grant":          OfDistrict,
		"mentor_pairing":              OfDistrict,
		"idempotency":                 OfDistrict,
		"dropout_case":                OfDistrict,
		"audit_log":                   OfDistrict,
		"service_client":              OfDistrict,
		"access_log":                  OfDistrict,
		"access_log_student":          OfDistrict,
		"disclosure":                  OfDistrict,
		"seal":                        OfDistrict,
		"student_merge":               OfDistrict,
		"student_merge_row":           OfDistrict,
		"import_run":                  OfDistrict,
		"import_run_count":            OfDistrict,
		"import_issue":                OfDistrict,
	}
}
