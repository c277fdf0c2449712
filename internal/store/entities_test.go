package store_test

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/ent"
	"github.com/holdfast-edu/holdfast/ent/calendar"
	"github.com/holdfast-edu/holdfast/ent/riskflag"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
)

type (
	query interface {
		IDs(ctx context.Context) ([]uuid.UUID, error)
		Count(ctx context.Context) (int, error)
	}
	change interface {
		Save(ctx context.Context) (int, error)
	}
	removal interface {
		Exec(ctx context.Context) (int, error)
	}
	creation interface {
		Exec(ctx context.Context) error
	}
)

// entity is all that ent can do to the rows of one kind.
type entity struct {
	table  string
	query  func(*ent.Client) query
	change func(*ent.Client) change
	remove func(*ent.Client) removal
	create func(*ent.Client) creation
}

// unwalled are the entities that no row policy narrows, each with its reason.
var unwalled = map[string]string{
	"Region":   "belongs to no district; a name and a code",
	"Operator": "belongs to no district; no login of the program may read it",
}

// entities is every entity that belongs to a district.
var entities = map[string]entity{
	"AdvocateAssignment": {
		"advocate_assignment",
		func(c *ent.Client) query { return c.AdvocateAssignment.Query() },
		func(c *ent.Client) change { return c.AdvocateAssignment.Update().SetOverrideReason("changed") },
		func(c *ent.Client) removal { return c.AdvocateAssignment.Delete() },
		func(c *ent.Client) creation { return c.AdvocateAssignment.Create() },
	},
	"AssessmentResult": {
		"assessment_result",
		func(c *ent.Client) query { return c.AssessmentResult.Query() },
		func(c *ent.Client) change { return c.AssessmentResult.Update().SetTitle("changed") },
		func(c *ent.Client) removal { return c.AssessmentResult.Delete() },
		func(c *ent.Client) creation { return c.AssessmentResult.Create() },
	},
	"CourseTranscript": {
		"course_transcript",
		func(c *ent.Client) query { return c.CourseTranscript.Query() },
		func(c *ent.Client) change { return c.CourseTranscript.Update().SetCourseTitle("changed") },
		func(c *ent.Client) removal { return c.CourseTranscript.Delete() },
		func(c *ent.Client) creation { return c.CourseTranscript.Create() },
	},
	"DisciplineAction": {
		"discipline_action",
		func(c *ent.Client) query { return c.DisciplineAction.Query() },
		func(c *ent.Client) change { return c.DisciplineAction.Update().SetDays(20_000) },
		func(c *ent.Client) removal { return c.DisciplineAction.Delete() },
		func(c *ent.Client) creation { return c.DisciplineAction.Create() },
	},
	"DisciplineIncident": {
		"discipline_incident",
		func(c *ent.Client) query { return c.DisciplineIncident.Query() },
		func(c *ent.Client) change { return c.DisciplineIncident.Update().SetLocation("changed") },
		func(c *ent.Client) removal { return c.DisciplineIncident.Delete() },
		func(c *ent.Client) creation { return c.DisciplineIncident.Create() },
	},
	"DisciplineParticipation": {
		"discipline_participation",
		func(c *ent.Client) query { return c.DisciplineParticipation.Query() },
		func(c *ent.Client) change { return c.DisciplineParticipation.Update().SetBehavior("changed") },
		func(c *ent.Client) removal { return c.DisciplineParticipation.Delete() },
		func(c *ent.Client) creation { return c.DisciplineParticipation.Create() },
	},
	"GraduationRequirement": {
		"graduation_requirement",
		func(c *ent.Client) query { return c.GraduationRequirement.Query() },
		func(c *ent.Client) change { return c.GraduationRequirement.Update().SetCredits(10_000) },
		func(c *ent.Client) removal { return c.GraduationRequirement.Delete() },
		func(c *ent.Client) creation { return c.GraduationRequirement.Create() },
	},
	"Job": {
		"job",
		func(c *ent.Client) query { return c.Job.Query() },
		func(c *ent.Client) change { return c.Job.Update().SetProblem("changed") },
		func(c *ent.Client) removal { return c.Job.Delete() },
		func(c *ent.Client) creation { return c.Job.Create() },
	},
	"Plan": {
		"plan",
		func(c *ent.Client) query { return c.Plan.Query() },
		func(c *ent.Client) change { return c.Plan.Update().SetVersion(9) },
		func(c *ent.Client) removal { return c.Plan.Delete() },
		func(c *ent.Client) creation { return c.Plan.Create() },
	},
	"PlanItem": {
		"plan_item",
		func(c *ent.Client) query { return c.PlanItem.Query() },
		func(c *ent.Client) change { return c.PlanItem.Update().SetTitle("changed") },
		func(c *ent.Client) removal { return c.PlanItem.Delete() },
		func(c *ent.Client) creation { return c.PlanItem.Create() },
	},
	"SessionLog": {
		"session_log",
		func(c *ent.Client) query { return c.SessionLog.Query() },
		func(c *ent.Client) change { return c.SessionLog.Update().SetMinutes(9) },
		func(c *ent.Client) removal { return c.SessionLog.Delete() },
		func(c *ent.Client) creation { return c.SessionLog.Create() },
	},
	"StudentAcademics": {
		"student_academics",
		func(c *ent.Client) query { return c.StudentAcademics.Query() },
		func(c *ent.Client) change { return c.StudentAcademics.Update().SetCoreFs(9) },
		func(c *ent.Client) removal { return c.StudentAcademics.Delete() },
		func(c *ent.Client) creation { return c.StudentAcademics.Create() },
	},
	"StudentBehavior": {
		"student_behavior",
		func(c *ent.Client) query { return c.StudentBehavior.Query() },
		func(c *ent.Client) change { return c.StudentBehavior.Update().SetIncidents(9) },
		func(c *ent.Client) removal { return c.StudentBehavior.Delete() },
		func(c *ent.Client) creation { return c.StudentBehavior.Create() },
	},
	"SupportMenuEntry": {
		"support_menu_entry",
		func(c *ent.Client) query { return c.SupportMenuEntry.Query() },
		func(c *ent.Client) change { return c.SupportMenuEntry.Update().SetTitle("changed") },
		func(c *ent.Client) removal { return c.SupportMenuEntry.Delete() },
		func(c *ent.Client) creation { return c.SupportMenuEntry.Create() },
	},
	"SupportRequest": {
		"support_request",
		func(c *ent.Client) query { return c.SupportRequest.Query() },
		func(c *ent.Client) change { return c.SupportRequest.Update().SetSummary("changed") },
		func(c *ent.Client) removal { return c.SupportRequest.Delete() },
		func(c *ent.Client) creation { return c.SupportRequest.Create() },
	},
	"Term": {
		"term",
		func(c *ent.Client) query { return c.Term.Query() },
		func(c *ent.Client) change { return c.Term.Update().SetName("changed") },
		func(c *ent.Client) removal { return c.Term.Delete() },
		func(c *ent.Client) creation { return c.Term.Create() },
	},
	"AttendanceCompleteness": {
		"attendance_completeness",
		func(c *ent.Client) query { return c.AttendanceCompleteness.Query() },
		func(c *ent.Client) change { return c.AttendanceCompleteness.Update().SetSchoolYear(1999) },
		func(c *ent.Client) removal { return c.AttendanceCompleteness.Delete() },
		func(c *ent.Client) creation { return c.AttendanceCompleteness.Create() },
	},
	"Calendar": {
		"calendar",
		func(c *ent.Client) query { return c.Calendar.Query() },
		func(c *ent.Client) change { return c.Calendar.Update().SetKind(calendar.KindOTHER) },
		func(c *ent.Client) removal { return c.Calendar.Delete() },
		func(c *ent.Client) creation { return c.Calendar.Create() },
	},
	"CalendarDate": {
		"calendar_date",
		func(c *ent.Client) query { return c.CalendarDate.Query() },
		func(c *ent.Client) change { return c.CalendarDate.Update().SetEvent("changed") },
		func(c *ent.Client) removal { return c.CalendarDate.Delete() },
		func(c *ent.Client) creation { return c.CalendarDate.Create() },
	},
	"ContactChannel": {
		"contact_channel",
		func(c *ent.Client) query { return c.ContactChannel.Query() },
		func(c *ent.Client) change { return c.ContactChannel.Update().SetLabel("changed") },
		func(c *ent.Client) removal { return c.ContactChannel.Delete() },
		func(c *ent.Client) creation { return c.ContactChannel.Create() },
	},
	"ContactLog": {
		"contact_log",
		func(c *ent.Client) query { return c.ContactLog.Query() },
		func(c *ent.Client) change { return c.ContactLog.Update().SetSummary("changed") },
		func(c *ent.Client) removal { return c.ContactLog.Delete() },
		func(c *ent.Client) creation { return c.ContactLog.Create() },
	},
	"District": {
		"district",
		func(c *ent.Client) query { return c.District.Query() },
		func(c *ent.Client) change { return c.District.Update().SetName("changed") },
		func(c *ent.Client) removal { return c.District.Delete() },
		func(c *ent.Client) creation { return c.District.Create() },
	},
	"DistrictPolicy": {
		"district_policy",
		func(c *ent.Client) query { return c.DistrictPolicy.Query() },
		func(c *ent.Client) change {
			return c.DistrictPolicy.Update().SetDocument(json.RawMessage(`{"changed": 1}`))
		},
		func(c *ent.Client) removal { return c.DistrictPolicy.Delete() },
		func(c *ent.Client) creation { return c.DistrictPolicy.Create() },
	},
	"Course": {
		"course",
		func(c *ent.Client) query { return c.Course.Query() },
		func(c *ent.Client) change { return c.Course.Update().SetTitle("changed") },
		func(c *ent.Client) removal { return c.Course.Delete() },
		func(c *ent.Client) creation { return c.Course.Create() },
	},
	"DropoutCase": {
		"dropout_case",
		func(c *ent.Client) query { return c.DropoutCase.Query() },
		func(c *ent.Client) change { return c.DropoutCase.Update().SetOpenedBecause("changed") },
		func(c *ent.Client) removal { return c.DropoutCase.Delete() },
		func(c *ent.Client) creation { return c.DropoutCase.Create() },
	},
	"MentorPairing": {
		"mentor_pairing",
		func(c *ent.Client) query { return c.MentorPairing.Query() },
		func(c *ent.Client) change {
			return c.MentorPairing.Update().SetStartsOn(fixture.Today.AddDate(0, 0, -1))
		},
		func(c *ent.Client) removal { return c.MentorPairing.Delete() },
		func(c *ent.Client) creation { return c.MentorPairing.Create() },
	},
	"NeedToKnowGrant": {
		"need_to_know_grant",
		func(c *ent.Client) query { return c.NeedToKnowGrant.Query() },
		func(c *ent.Client) change { return c.NeedToKnowGrant.Update().SetRevokedAt(fixture.Today) },
		func(c *ent.Client) removal { return c.NeedToKnowGrant.Delete() },
		func(c *ent.Client) creation { return c.NeedToKnowGrant.Create() },
	},
	"Note": {
		"note",
		func(c *ent.Client) query { return c.Note.Query() },
		func(c *ent.Client) change { return c.Note.Update().SetWrittenAt(fixture.Today) },
		func(c *ent.Client) removal { return c.Note.Delete() },
		func(c *ent.Client) creation { return c.Note.Create() },
	},
	"NoteRevision": {
		"note_revision",
		func(c *ent.Client) query { return c.NoteRevision.Query() },
		func(c *ent.Client) change { return c.NoteRevision.Update().SetBody("changed") },
		func(c *ent.Client) removal { return c.NoteRevision.Delete() },
		func(c *ent.Client) creation { return c.NoteRevision.Create() },
	},
	"Section": {
		"section",
		func(c *ent.Client) query { return c.Section.Query() },
		func(c *ent.Client) change { return c.Section.Update().SetLocalID("changed") },
		func(c *ent.Client) removal { return c.Section.Delete() },
		func(c *ent.Client) creation { return c.Section.Create() },
	},
	"StaffSectionAssociation": {
		"staff_section_association",
		func(c *ent.Client) query { return c.StaffSectionAssociation.Query() },
		func(c *ent.Client) change { return c.StaffSectionAssociation.Update().SetStartsOn(fixture.Today) },
		func(c *ent.Client) removal { return c.StaffSectionAssociation.Delete() },
		func(c *ent.Client) creation { return c.StaffSectionAssociation.Create() },
	},
	"StudentSectionAssociation": {
		"student_section_association",
		func(c *ent.Client) query { return c.StudentSectionAssociation.Query() },
		func(c *ent.Client) change { return c.StudentSectionAssociation.Update().SetStartsOn(fixture.Today) },
		func(c *ent.Client) removal { return c.StudentSectionAssociation.Delete() },
		func(c *ent.Client) creation { return c.StudentSectionAssociation.Create() },
	},
	"ImportIssue": {
		"import_issue",
		func(c *ent.Client) query { return c.ImportIssue.Query() },
		func(c *ent.Client) change { return c.ImportIssue.Update().SetHint("changed") },
		func(c *ent.Client) removal { return c.ImportIssue.Delete() },
		func(c *ent.Client) creation { return c.ImportIssue.Create() },
	},
	"ImportRun": {
		"import_run",
		func(c *ent.Client) query { return c.ImportRun.Query() },
		func(c *ent.Client) change { return c.ImportRun.Update().SetProblem("changed") },
		func(c *ent.Client) removal { return c.ImportRun.Delete() },
		func(c *ent.Client) creation { return c.ImportRun.Create() },
	},
	"ImportRunCount": {
		"import_run_count",
		func(c *ent.Client) query { return c.ImportRunCount.Query() },
		func(c *ent.Client) change { return c.ImportRunCount.Update().SetKind("changed") },
		func(c *ent.Client) removal { return c.ImportRunCount.Delete() },
		func(c *ent.Client) creation { return c.ImportRunCount.Create() },
	},
	"Person": {
		"person",
		func(c *ent.Client) query { return c.Person.Query() },
		func(c *ent.Client) change { return c.Person.Update().SetFirstName("changed") },
		func(c *ent.Client) removal { return c.Person.Delete() },
		func(c *ent.Client) creation { return c.Person.Create() },
	},
	"RiskFlag": {
		"risk_flag",
		func(c *ent.Client) query { return c.RiskFlag.Query() },
		func(c *ent.Client) change { return c.RiskFlag.Update().SetStatus(riskflag.StatusDISMISSED) },
		func(c *ent.Client) removal { return c.RiskFlag.Delete() },
		func(c *ent.Client) creation { return c.RiskFlag.Create() },
	},
	"RiskFlagHistory": {
		"risk_flag_history",
		func(c *ent.Client) query { return c.RiskFlagHistory.Query() },
		func(c *ent.Client) change { return c.RiskFlagHistory.Update().SetStatus("changed") },
		func(c *ent.Client) removal { return c.RiskFlagHistory.Delete() },
		func(c *ent.Client) creation { return c.RiskFlagHistory.Create() },
	},
	"RoleAssignment": {
		"role_assignment",
		func(c *ent.Client) query { return c.RoleAssignment.Query() },
		func(c *ent.Client) change { return c.RoleAssignment.Update().SetRole("changed") },
		func(c *ent.Client) removal { return c.RoleAssignment.Delete() },
		func(c *ent.Client) creation { return c.RoleAssignment.Create() },
	},
	"School": {
		"school",
		func(c *ent.Client) query { return c.School.Query() },
		func(c *ent.Client) change { return c.School.Update().SetName("changed") },
		func(c *ent.Client) removal { return c.School.Delete() },
		func(c *ent.Client) creation { return c.School.Create() },
	},
	"SchoolYear": {
		"school_year",
		func(c *ent.Client) query { return c.SchoolYear.Query() },
		func(c *ent.Client) change { return c.SchoolYear.Update().SetEndsOn(fixture.Today) },
		func(c *ent.Client) removal { return c.SchoolYear.Delete() },
		func(c *ent.Client) creation { return c.SchoolYear.Create() },
	},
	"Staff": {
		"staff",
		func(c *ent.Client) query { return c.Staff.Query() },
		func(c *ent.Client) change { return c.Staff.Update().SetFirstName("changed") },
		func(c *ent.Client) removal { return c.Staff.Delete() },
		func(c *ent.Client) creation { return c.Staff.Create() },
	},
	"Student": {
		"student",
		func(c *ent.Client) query { return c.Student.Query() },
		func(c *ent.Client) change { return c.Student.Update().SetFirstName("changed") },
		func(c *ent.Client) removal { return c.Student.Delete() },
		func(c *ent.Client) creation { return c.Student.Create() },
	},
	"StudentAttendance": {
		"student_attendance",
		func(c *ent.Client) query { return c.StudentAttendance.Query() },
		func(c *ent.Client) change { return c.StudentAttendance.Update().SetTardies(99) },
		func(c *ent.Client) removal { return c.StudentAttendance.Delete() },
		func(c *ent.Client) creation { return c.StudentAttendance.Create() },
	},
	"StudentCharacteristic": {
		"student_characteristic",
		func(c *ent.Client) query { return c.StudentCharacteristic.Query() },
		func(c *ent.Client) change { return c.StudentCharacteristic.Update().SetDetail("changed") },
		func(c *ent.Client) removal { return c.StudentCharacteristic.Delete() },
		func(c *ent.Client) creation { return c.StudentCharacteristic.Create() },
	},
	"StudentContact": {
		"student_contact",
		func(c *ent.Client) query { return c.StudentContact.Query() },
		func(c *ent.Client) change { return c.StudentContact.Update().SetRelation("changed") },
		func(c *ent.Client) removal { return c.StudentContact.Delete() },
		func(c *ent.Client) creation { return c.StudentContact.Create() },
	},
	"StudentRisk": {
		"student_risk",
		func(c *ent.Client) query { return c.StudentRisk.Query() },
		func(c *ent.Client) change { return c.StudentRisk.Update().SetPolicyVersion(99) },
		func(c *ent.Client) removal { return c.StudentRisk.Delete() },
		func(c *ent.Client) creation { return c.StudentRisk.Create() },
	},
	"StudentSchoolAssociation": {
		"student_school_association",
		func(c *ent.Client) query { return c.StudentSchoolAssociation.Query() },
		func(c *ent.Client) change { return c.StudentSchoolAssociation.Update().SetExitCode("changed") },
		func(c *ent.Client) removal { return c.StudentSchoolAssociation.Delete() },
		func(c *ent.Client) creation { return c.StudentSchoolAssociation.Create() },
	},
	"StudentSchoolAttendance": {
		"student_school_attendance",
		func(c *ent.Client) query { return c.StudentSchoolAttendance.Query() },
		func(c *ent.Client) change { return c.StudentSchoolAttendance.Update().SetTardies(99) },
		func(c *ent.Client) removal { return c.StudentSchoolAttendance.Delete() },
		func(c *ent.Client) creation { return c.StudentSchoolAttendance.Create() },
	},
}

// TestEveryEntityStandsInTheTable: an entity of ent's client is tried by the tests
// of the row policy, or has its reason not to be.
func TestEveryEntityStandsInTheTable(t *testing.T) {
	t.Parallel()
	var known []string
	client := reflect.TypeFor[ent.Client]()
	for field := range client.Fields() {
		if field.IsExported() && strings.HasSuffix(field.Type.String(), "."+field.Name+"Client") {
			known = append(known, field.Name)
		}
	}
	for _, name := range known {
		_, walled := entities[name]
		if _, excepted := unwalled[name]; walled == excepted {
			t.Errorf("%s stands in neither the table nor the exceptions, or in both", name)
		}
	}
	for name := range entities {
		if !slices.Contains(known, name) {
			t.Errorf("%s is no entity of ent's client", name)
		}
	}
	if len(known) != len(entities)+len(unwalled) {
		t.Errorf("ent's client has %d entities, the tests %d", len(known), len(entities)+len(unwalled))
	}
}
