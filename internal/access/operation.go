package access

// Operation is something that may be done or read by role rather than by the
// class of a student's data.
type Operation string

// The operations that have their own list of roles.
const (
	ReadImportRuns   Operation = "IMPORT_RUNS"      // runs and their counts
	ReadImportIssues Operation = "IMPORT_ISSUES"    // what was quarantined; quotes values
	ReadJobs         Operation = "JOBS"             // what the server does for the district by itself
	TriageRequests   Operation = "TRIAGE_REQUESTS"  // for support, of students within that role's reach
	ReadAuditLog     Operation = "AUDIT_LOG"        // every change: who, what before and after
	ReadAccessLog    Operation = "ACCESS_LOG"       // who was shown what of whom
	AssignAdvocates  Operation = "ASSIGN_ADVOCATES" // of students within that role's reach
	GrantNeedToKnow  Operation = "GRANT_NEED_TO_KNOW"
	GrantUnread      Operation = "GRANT_UNREAD" // also what one may not read oneself
	ReadGrants       Operation = "GRANTS"
	AssignRoles      Operation = "ASSIGN_ROLES"
	ReadViewers      Operation = "STUDENT_VIEWERS" // who can see a student
	ViewAs           Operation = "VIEW_AS"         // preview as somebody else
	MergeStudents    Operation = "MERGE_STUDENTS"  // make two records of one student one, and undo it
	SetPolicy        Operation = "SET_POLICY"      // the district's numbers and code maps
	ReplayQuarantine Operation = "REPLAY_QUARANTINE"
)

// Operate is what the platform's operator does: regions, districts, agencies, and
// the principals that a district cannot make for itself. No role of staff has it.
const Operate Operation = "OPERATE"

// ofKind are the operations of a kind of principal, whatever the roles.
var ofKind = map[Operation]Kind{Operate: Operator}

var operations = map[Operation][]Role{
	ReadImportRuns:   {DataSteward, DistrictCoordinator},
	ReadImportIssues: {DataSteward},
	ReadJobs:         {DataSteward, DistrictCoordinator},
	TriageRequests:   {DistrictCoordinator, Facilitator, Counselor},
	ReadAuditLog:     {PrivacyOfficer},
	ReadAccessLog:    {PrivacyOfficer},
	AssignAdvocates:  {DistrictCoordinator, Facilitator, Counselor},
	GrantNeedToKnow:  {DistrictCoordinator, Counselor},
	GrantUnread:      {DistrictCoordinator},
	ReadGrants:       {DistrictCoordinator, PrivacyOfficer},
	AssignRoles:      {DistrictCoordinator},
	ReadViewers:      {DistrictCoordinator},
	ViewAs:           {DistrictCoordinator},
	MergeStudents:    {DataSteward},
	SetPolicy:        {DistrictCoordinator},
	ReplayQuarantine: {DataSteward},
}
