package edfi_test

import (
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

const (
	ofOrganization = "<EducationOrganizationReference><EducationOrganizationIdentity>" +
		"<EducationOrganizationId>10</EducationOrganizationId></EducationOrganizationIdentity></EducationOrganizationReference>"
	soundIntervention = "<Intervention><Diagnosis>x#Low Attendance</Diagnosis><DeliveryMethod>x#Individual</DeliveryMethod>" +
		"<BeginDate>2021-09-13</BeginDate>" + ofOrganization +
		"<InterventionIdentificationCode>M</InterventionIdentificationCode><MinDosage>10</MinDosage></Intervention>"
	ofIntervention = "<InterventionReference><InterventionIdentity>" + ofOrganization +
		"<InterventionIdentificationCode>M</InterventionIdentificationCode></InterventionIdentity></InterventionReference>"
)

func TestRejectedInterventions(t *testing.T) {
	t.Parallel()
	checkIssues(t, "StudentIntervention", "MenuEntry", soundIntervention, []change{
		{">M<", "><", "InterventionIdentificationCode", "", missing},
		{ofOrganization, "", "EducationOrganizationId", "", missing},
		{"2021-09-13", "", "BeginDate", "", missing},
		{">10</MinDosage>", ">ten</MinDosage>", "MinDosage", "ten", noNumber},
	})
}

func TestRejectedPlanItems(t *testing.T) {
	t.Parallel()
	checkIssues(t, "StudentIntervention", "PlanItem",
		"<StudentInterventionAssociation>"+ofStudent+`<InterventionReference ref="I"/>`+
			"<Dosage>5</Dosage></StudentInterventionAssociation>"+
			strings.Replace(strings.Replace(soundIntervention, "<Intervention>", `<Intervention id="I">`, 1), "<BeginDate>",
				`<InterventionPrescriptionReference><InterventionPrescriptionIdentity>`+ofOrganization+
					`<InterventionPrescriptionIdentificationCode>P</InterventionPrescriptionIdentificationCode>`+
					`</InterventionPrescriptionIdentity></InterventionPrescriptionReference><BeginDate>`, 1),
		[]change{
			{ofStudent, "", "StudentUniqueId", "", missing},
			{">5<", ">five<", "Dosage", "five", noNumber},
			{`ref="I"`, `ref="J"`, "InterventionReference", "J", nowhere},
			{
				`<InterventionReference ref="I"/>`, strings.Replace(ofIntervention, ">M<", ">N<", 1), "InterventionReference", "N",
				"is an intervention that was not exported, or is not sound",
			},
		})
}

func TestRejectedSupportSessions(t *testing.T) {
	t.Parallel()
	checkIssues(t, "StudentAttendance", "SupportSession",
		"<StudentInterventionAttendanceEvent><AttendanceEvent><EventDate>2021-10-05</EventDate>"+
			"<AttendanceEventCategory>x#Tardy</AttendanceEventCategory></AttendanceEvent>"+ofStudent+ofIntervention+
			"<InterventionDuration>25</InterventionDuration></StudentInterventionAttendanceEvent>",
		[]change{
			{ofStudent, "", "StudentUniqueId", "", missing},
			{"2021-10-05", "", "EventDate", "", missing},
			{"x#Tardy", "", "AttendanceEventCategory", "", missing},
			{"x#Tardy", "x#Daydreaming", "AttendanceEventCategory", "Daydreaming", "is not a category of attendance that is known"},
			{">M<", "><", "InterventionIdentificationCode", "", missing},
			{">25<", ">long<", "InterventionDuration", "long", noNumber},
		})
}

func TestAttendedSessions(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"In Attendance": true, "Tardy": true, "Early departure": true, "Partial": true,
		"Excused Absence": false, "Unexcused Absence": false, "Out of school suspension": false,
	} {
		sink := readElements(t, "StudentAttendance", "<StudentInterventionAttendanceEvent><AttendanceEvent>"+
			"<EventDate>2021-10-05</EventDate><AttendanceEventCategory>x#"+code+"</AttendanceEventCategory></AttendanceEvent>"+
			ofStudent+ofIntervention+"</StudentInterventionAttendanceEvent>")
		if got := only[roster.SupportSession](t, sink); got.Attended != want || got.Minutes != roster.NotSaid {
			t.Errorf("%q is %+v", code, got)
		}
	}
}

func TestDiagnoses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		domain    string
		tolerated int
	}{
		"Low Attendance": {"ATTENDANCE", 0},
		"Dropout Risk":   {"ATTENDANCE", 0},
		"Behavior":       {"BEHAVIOR", 0},
		"Reading":        {"COURSE_PERFORMANCE", 0},
		"Low spirits":    {"COURSE_PERFORMANCE", 1},
		"":               {"COURSE_PERFORMANCE", 0},
		"Low spirits</Diagnosis><Diagnosis>Truancy": {"ATTENDANCE", 0},
	}
	for code, want := range tests {
		sink := readElements(t, "StudentIntervention", strings.Replace(soundIntervention, "x#Low Attendance", code, 1))
		if got := only[roster.MenuEntry](t, sink).Domain; got != want.domain || len(sink.tolerated) != want.tolerated {
			t.Errorf("%q is %s, expected %s; tolerated %v", code, got, want.domain, sink.tolerated)
		}
	}
}

func TestIntensitiesAndDosages(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]string{
		"Individual": "INTENSIVE", "Small Group": "INTENSIVE", "Whole Class": "BASIC", "Whole School": "BASIC", "By post": "BASIC",
	} {
		sink := readElements(t, "StudentIntervention", strings.Replace(soundIntervention, "x#Individual", "x#"+method, 1))
		if got := only[roster.MenuEntry](t, sink); got.Intensity != want || got.Dosage != "at least 10 minutes" {
			t.Errorf("%q is %+v, expected %s", method, got, want)
		}
	}
	sink := readElements(t, "StudentIntervention", strings.Replace(soundIntervention, "<MinDosage>10</MinDosage>", "", 1))
	if got := only[roster.MenuEntry](t, sink).Dosage; got != "" {
		t.Errorf("no dosage is %q", got)
	}
}

// TestCohortTypes reads groups that are given an intervention, and no others.
func TestCohortTypes(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Academic Intervention": "COURSE_PERFORMANCE", "Attendance Intervention": "ATTENDANCE",
		"Discipline Intervention": "BEHAVIOR", "Study Hall": "", "Principal Watch List": "", "Chess": "", "": "",
	}
	for code, want := range tests {
		sink := readElements(t, "StudentCohort", "<Cohort><CohortIdentifier>C</CohortIdentifier><CohortType>x#"+code+"</CohortType>"+
			ofOrganization+"</Cohort><StudentCohortAssociation>"+ofStudent+"<CohortReference><CohortIdentity>"+
			"<CohortIdentifier>C</CohortIdentifier>"+ofOrganization+"</CohortIdentity></CohortReference>"+
			"<BeginDate>2021-09-13</BeginDate></StudentCohortAssociation>")
		if want == "" {
			if len(sink.rows)+len(sink.issues) != 0 || sink.passedOver["Cohort"] != 1 || sink.passedOver["StudentCohortAssociation"] != 1 {
				t.Errorf("%q: rows %v, issues %v, passed over %v", code, sink.rows, sink.issues, sink.passedOver)
			}
			continue
		}
		if len(sink.rows) != 2 {
			t.Fatalf("%q: rows %v, issues %v", code, sink.rows, sink.issues)
		}
		entry, _ := sink.rows[0].(roster.MenuEntry)
		item, _ := sink.rows[1].(roster.PlanItem)
		if entry.Domain != want || entry.Title != "C" || item.Domain != want || item.MenuCode != entry.Code {
			t.Errorf("%q: %+v, %+v", code, entry, item)
		}
	}
}

func TestRejectedCohortMembers(t *testing.T) {
	t.Parallel()
	intervention := "<Cohort id='C'><CohortIdentifier>C</CohortIdentifier><CohortType>x#Academic Intervention</CohortType>" +
		ofOrganization + "</Cohort>"
	member := "<StudentCohortAssociation>" + ofStudent + "<CohortReference ref='C'/><BeginDate>2021-09-13</BeginDate></StudentCohortAssociation>"
	for before, after := range map[string]string{ofStudent: "", "2021-09-13": "soon", "ref='C'": "ref='D'"} {
		sink := readElements(t, "StudentCohort", intervention+strings.Replace(member, before, after, 1))
		if sink.kinds()["PlanItem"] != 0 || len(sink.issues) != 1 || sink.issues[0].Kind != "PlanItem" {
			t.Errorf("%s: rows %v, issues %v", before, sink.rows, sink.issues)
		}
	}
}
