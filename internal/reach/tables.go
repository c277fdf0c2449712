package reach

import "github.com/holdfast-edu/holdfast/internal/access"

// rule says how the rows of a table are reached. The zero rule reaches none.
type rule struct {
	kind   ruleKind
	column string           // which column names the student or person
	class  access.Class     // the class that the row tells
	by     access.Operation // for byOperation
	item   Item             // for byItem, byNote and byRevision: which columns tell of the item
}

type ruleKind uint8

const (
	noRow       ruleKind = iota
	anyStaff             // all staff of the district
	byStudent            // within reach of the student that column names, reading the class in whole
	byPerson             // within reach of a student whose contact is the person that column names
	byFlag               // within reach of the student of the flag that column names
	byItem               // as byStudent; by those who need to know, item by item
	byNote               // within reach with CASEWORK; a restricted one as an item
	byRevision           // as the note that column names
	byIncident           // within reach of a student who took part in the incident that column names
	bySchool             // reading the class of every student of the school that column names
	byRequest            // within reach with CASEWORK; one that names a circumstance as an item
	byOperation          // roles that the operation allows
	byPrincipal          // the reader's own
)

// rules is how each table is reached. A table that is not here is reached by
// nobody.
var rules = map[string]rule{
	"district":                  {kind: anyStaff},
	"district_policy":           {kind: anyStaff},
	"school":                    {kind: anyStaff},
	"school_year":               {kind: anyStaff},
	"calendar":                  {kind: anyStaff},
	"calendar_date":             {kind: anyStaff},
	"attendance_completeness":   {kind: anyStaff},
	"staff":                     {kind: anyStaff},
	"course":                    {kind: anyStaff},
	"section":                   {kind: anyStaff},
	"staff_section_association": {kind: anyStaff},
	"role_assignment":           {kind: anyStaff},
	"mentor_pairing":            {kind: anyStaff},
	"service_client":            {kind: anyStaff},
	"term":                      {kind: anyStaff},
	"discipline_completeness":   {kind: anyStaff},
	"graduation_requirement":    {kind: anyStaff},
	"support_menu_entry":        {kind: anyStaff},

	"student":                     {kind: byStudent, column: "id", class: access.Directory},
	"student_school_association":  {kind: byStudent, column: "student_id", class: access.Enrollment},
	"student_contact":             {kind: byStudent, column: "student_id", class: access.Contact},
	"person":                      {kind: byPerson, column: "id", class: access.Contact},
	"contact_channel":             {kind: byPerson, column: "person_id", class: access.Contact},
	"student_characteristic":      {kind: byItem, class: access.Circumstance, item: Circumstances},
	"attendance_event":            {kind: byStudent, column: "student_id", class: access.Attendance},
	"student_school_attendance":   {kind: byStudent, column: "student_id", class: access.Attendance},
	"student_attendance":          {kind: byStudent, column: "student_id", class: access.Attendance},
	"student_risk":                {kind: byStudent, column: "student_id", class: access.Risk},
	"risk_flag":                   {kind: byStudent, column: "student_id", class: access.Risk},
	"risk_flag_history":           {kind: byFlag, column: "risk_flag_id", class: access.Risk},
	"advocate_assignment":         {kind: byStudent, column: "student_id", class: access.Directory},
	"student_section_association": {kind: byItem, class: access.Academic, item: Lessons},
	"dropout_case":                {kind: byStudent, column: "student_id", class: access.Enrollment},
	"contact_log":                 {kind: byStudent, column: "student_id", class: access.Casework},
	"discipline_incident":         {kind: byIncident, column: "id", class: access.Discipline},
	"risk_day":                    {kind: bySchool, column: "school_id", class: access.Risk},
	"discipline_participation":    {kind: byStudent, column: "student_id", class: access.Discipline},
	"discipline_action":           {kind: byStudent, column: "student_id", class: access.Discipline},
	"discipline_action_incident":  {kind: byStudent, column: "student_id", class: access.Discipline},
	"student_behavior":            {kind: byStudent, column: "student_id", class: access.Discipline},
	"grade":                       {kind: byItem, class: access.Academic, item: Lessons},
	"course_transcript":           {kind: byStudent, column: "student_id", class: access.Academic},
	"assessment_result":           {kind: byStudent, column: "student_id", class: access.Academic},
	"student_academics":           {kind: byStudent, column: "student_id", class: access.Academic},
	"student_risk_history":        {kind: byStudent, column: "student_id", class: access.Risk},
	"plan":                        {kind: byStudent, column: "student_id", class: access.Casework},
	"plan_item":                   {kind: byStudent, column: "student_id", class: access.Casework},
	"session_log":                 {kind: byStudent, column: "student_id", class: access.Casework},
	"support_request":             {kind: byRequest, item: Requests},
	"note":                        {kind: byNote, item: Notes},
	"note_revision":               {kind: byRevision, column: "note_id", item: Notes},

	"need_to_know_grant": {kind: byOperation, by: access.ReadGrants},
	"audit_log":          {kind: byOperation, by: access.ReadAuditLog},
	"access_log":         {kind: byOperation, by: access.ReadAccessLog},
	"seal":               {kind: byOperation, by: access.ReadAuditLog},
	"access_log_student": {kind: byOperation, by: access.ReadAccessLog},
	"disclosure":         {kind: byStudent, column: "student_id", class: access.Referral},

	"idempotency":       {kind: byPrincipal, column: "principal_id"},
	"student_merge":     {kind: byOperation, by: access.MergeStudents},
	"student_merge_row": {kind: byOperation, by: access.ReadAuditLog},
	"import_run":        {kind: byOperation, by: access.ReadImportRuns},
	"import_run_count":  {kind: byOperation, by: access.ReadImportRuns},
	"import_issue":      {kind: byOperation, by: access.ReadImportIssues},
	"quarantined_row":   {kind: byOperation, by: access.ReadImportIssues},
	"job":               {kind: byOperation, by: access.ReadJobs},
}
