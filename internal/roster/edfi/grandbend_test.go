package edfi_test

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
)

// TestGrandBend reads the Ed-Fi Alliance's own sample district. The counts were
// made by another program that counts the elements of the files.
func TestGrandBend(t *testing.T) {
	t.Parallel()
	const folder = "../../../../shared/data/grand-bend"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the sample district is not at ../shared/data/grand-bend, seen from the repository")
	}
	sink := &recorder{}
	if err := edfi.Read(t.Context(), os.DirFS(folder), sink, nil); err != nil {
		t.Fatal(err)
	}
	for _, issue := range slices.Concat(sink.issues, sink.tolerated) {
		t.Errorf("unexpected issue: %+v", issue)
	}
	want := map[string]int{
		"Region": 1, "District": 1, "School": 3, "Calendar": 4, "CalendarDate": 509,
		"Course": 84, "Term": 24, "Section": 532, "SectionTeacher": 528,
		"Incident": 21, "Participation": 23, "Action": 25, "ActionIncident": 25,
		"MenuEntry": 1, "PlanItem": 25,
		"Staff": 68, "StaffAssignment": 69,
		"Student": 960, "Enrollment": 960, "AttendanceEvent": 1917, "Characteristic": 546,
		"Person": 1873, "Channel": 4185, "StudentContact": 1872,
	}
	if difference := cmp.Diff(want, sink.kinds()); difference != "" {
		t.Error("rows by kind, - expected, + read:\n" + difference)
	}
	wantCharacteristics := map[string]int{
		"HOMELESS": 11, "SPECIAL_EDUCATION": 97, "MIGRANT": 275, "SECTION_504": 3,
		"ENGLISH_LEARNER": 78, "ECONOMIC_DISADVANTAGE": 82,
	}
	got := map[string]int{}
	for _, row := range sink.rows {
		if characteristic, is := row.(roster.Characteristic); is {
			got[characteristic.Kind]++
		}
	}
	if difference := cmp.Diff(wantCharacteristics, got); difference != "" {
		t.Error("characteristics by kind, - expected, + read:\n" + difference)
	}
	if difference := cmp.Diff(grandBendPassedOver(), sink.passedOver); difference != "" {
		t.Error("passed over, - expected, + read:\n" + difference)
	}
}

func grandBendPassedOver() map[string]int {
	return map[string]int{
		"AccountabilityRating": 4, "BellSchedule": 3, "ClassPeriod": 21, "CommunityOrganization": 1,
		"CommunityProvider": 1, "CommunityProviderLicense": 1, "CourseOffering": 169,
		"Credential": 56, "EducationContent": 1,
		"EducationOrganizationInterventionPrescriptionAssociation": 1,
		"Intervention": 1, "InterventionStudy": 1, "Location": 56,
		"OrganizationDepartment": 1, "Person": 10, "PostSecondaryInstitution": 1, "Program": 25,
		"StaffDisciplineIncidentAssociation":              21,
		"StaffEducationOrganizationEmploymentAssociation": 68, "StaffLeave": 37,
		"StaffSchoolAssociation":                         56,
		"StudentCTEProgramAssociation":                   64,
		"StudentNeglectedOrDelinquentProgramAssociation": 8, "StudentProgramAssociation": 86,
		"StudentTitleIPartAProgramAssociation": 2,
	}
}
