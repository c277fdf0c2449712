package edfi_test

import (
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

const (
	ofIncident = `<DisciplineIncidentReference><DisciplineIncidentIdentity><IncidentIdentifier>8</IncidentIdentifier>` +
		ofSchool + `</DisciplineIncidentIdentity></DisciplineIncidentReference>`
	offender    = "StudentDisciplineIncidentBehaviorAssociation"
	nonOffender = "StudentDisciplineIncidentNonOffenderAssociation"
)

func TestRejectedIncidents(t *testing.T) {
	t.Parallel()
	checkIssues(t, "StudentDiscipline", "Incident",
		`<DisciplineIncident><IncidentIdentifier>8</IncidentIdentifier><IncidentDate>2021-10-18</IncidentDate>`+ofSchool+
			`</DisciplineIncident>`,
		[]change{
			{">8<", "><", "IncidentIdentifier", "", missing},
			{"2021-10-18", "18/10/2021", "IncidentDate", "18/10/2021", noDate},
			{ofSchool, "", "SchoolId", "", missing},
		})
}

func TestRejectedParticipations(t *testing.T) {
	t.Parallel()
	checkIssues(t, "StudentDiscipline", "Participation",
		"<"+offender+">"+ofStudent+ofIncident+"<Behavior>x#Fighting</Behavior></"+offender+">",
		[]change{
			{ofStudent, "", "StudentUniqueId", "", missing},
			{">8<", "><", "IncidentIdentifier", "", missing},
			{"<Behavior>x#Fighting</Behavior>", "", "Behavior", "", missing},
			{
				"<Behavior>", "<DisciplineIncidentParticipationCode>x#Bystander</DisciplineIncidentParticipationCode><Behavior>",
				"DisciplineIncidentParticipationCode", "Bystander", "is not a part in an incident that is known",
			},
		})
	checkIssues(t, "StudentDiscipline", "Participation",
		"<"+nonOffender+">"+ofStudent+ofIncident+
			"<DisciplineIncidentParticipationCode>x#Witness</DisciplineIncidentParticipationCode></"+nonOffender+">",
		[]change{
			{"x#Witness", "", "DisciplineIncidentParticipationCode", "", missing},
			{
				"Witness", "Perpetrator", "DisciplineIncidentParticipationCode", "Perpetrator",
				"contradicts the element, which is of those who are not",
			},
			{
				"Witness", "Bystander", "DisciplineIncidentParticipationCode", "Bystander",
				"is not a part in an incident that is known",
			},
		})
}

func TestParticipations(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Perpetrator": "PERPETRATOR", "Victim": "VICTIM", "Witness": "WITNESS", "Reporter": "REPORTER", "": "PERPETRATOR",
	}
	for code, want := range tests {
		sink := readElements(t, "StudentDiscipline", "<"+offender+">"+ofStudent+ofIncident+
			"<Behavior>x#Fighting</Behavior><DisciplineIncidentParticipationCode>"+code+
			"</DisciplineIncidentParticipationCode></"+offender+">")
		if got := only[roster.Participation](t, sink).Part; got != want {
			t.Errorf("%q is %s, expected %s", code, got, want)
		}
	}
}

const soundAction = `<DisciplineAction><DisciplineActionIdentifier>7</DisciplineActionIdentifier>
	<Discipline>x#Expulsion</Discipline><DisciplineDate>2021-10-19</DisciplineDate>
	<DisciplineActionLength>3</DisciplineActionLength>` + ofStudent + `</DisciplineAction>`

func TestRejectedActions(t *testing.T) {
	t.Parallel()
	const noLength = "is not a number from 0 to 100000"
	checkIssues(t, "StudentDiscipline", "Action", soundAction, []change{
		{ofStudent, "", "StudentUniqueId", "", missing},
		{">7<", "><", "DisciplineActionIdentifier", "", missing},
		{"x#Expulsion", "", "Discipline", "", missing},
		{"2021-10-19", "", "DisciplineDate", "", missing},
		{">3<", ">three<", "DisciplineActionLength", "three", noLength},
		{">3<", ">-3<", "DisciplineActionLength", "-3", noLength},
		{">3<", ">100000.0001<", "DisciplineActionLength", "100000.0001", noLength},
	})
}

// TestActionLengths takes what an action came to before what it was meant to be.
func TestActionLengths(t *testing.T) {
	t.Parallel()
	const planned, actual = "<DisciplineActionLength>3</DisciplineActionLength>", "<ActualDisciplineActionLength>0</ActualDisciplineActionLength>"
	tests := map[string]int{planned: 3_0000, planned + actual: 0, actual: 0, "": roster.NotSaid}
	for lengths, want := range tests {
		sink := readElements(t, "StudentDiscipline", strings.Replace(soundAction, planned, lengths, 1))
		if got := only[roster.Action](t, sink).Days; got != want {
			t.Errorf("%s: %d, expected %d", lengths, got, want)
		}
	}
}

// TestRejectedActionAnswersNothing leaves out the incidents of an action that is none.
func TestRejectedActionAnswersNothing(t *testing.T) {
	t.Parallel()
	const association = "StudentDisciplineIncidentBehaviorAssociation"
	answered := "<" + association + "Reference><" + association + "Identity>" + ofIncident + "</" + association + "Identity></" +
		association + "Reference></DisciplineAction>"
	sound := strings.Replace(soundAction, "</DisciplineAction>", answered, 1)
	if sink := readElements(t, "StudentDiscipline", sound); sink.kinds()["ActionIncident"] != 1 {
		t.Errorf("rows %v, issues %v", sink.rows, sink.issues)
	}
	sink := readElements(t, "StudentDiscipline", strings.Replace(sound, "2021-10-19", "", 1))
	if len(sink.rows) != 0 || len(sink.issues) != 1 {
		t.Errorf("rows %v, issues %v", sink.rows, sink.issues)
	}
}
