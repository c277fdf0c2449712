package grandbend

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"testing"
)

func TestSmallDiscipline(t *testing.T) {
	t.Parallel()
	expected := countSmall(t)
	want := Behavior{Incidents: 2, InSchool: 1, Exclusions: 2, SuspensionDays: 35000}
	behaviors := expected.Behaviors()
	if got := behaviors["two"]; got != want {
		t.Errorf("two: got %+v, want %+v", got, want)
	}
	if got, found := behaviors["ten"]; !found || got != (Behavior{}) {
		t.Errorf("a witness: got %+v", got)
	}
	wantIncidents := []Incident{
		{School: "10", Code: "1", Date: "2021-09-01", Behavior: "Fight, Other", Location: "Bus"},
		{School: "20", Code: "1", Date: "2021-09-02"},
	}
	if got := expected.Discipline.Incidents; !slices.Equal(got, wantIncidents) {
		t.Errorf("incidents: got %+v", got)
	}
	wantAnswered := []ActionIncident{{Student: "two", Action: "5", Date: "2021-09-03", School: "10", Incident: "1"}}
	if got := expected.Discipline.ActionIncidents; !slices.Equal(got, wantAnswered) {
		t.Errorf("answered: got %+v", got)
	}
	wantKinds := map[string]int{"In School Suspension": 1, "Community Service": 1, "Out of School Suspension": 1, "Expulsion": 1}
	if got := expected.ActionKinds(); len(got) != 1 || !maps.Equal(got["two"], wantKinds) {
		t.Errorf("actions: got %v", got)
	}
	if got := len(expected.Discipline.Participations); got != 5 {
		t.Errorf("%d participations: %+v", got, expected.Discipline.Participations)
	}
}

func TestSmallAbsences(t *testing.T) {
	t.Parallel()
	want := map[Category]int64{ExcusedAbsence: 5833, UnexcusedAbsence: 10000, OutOfSchoolSuspension: 0}
	if got := countSmall(t).Absences()["two"]; !maps.Equal(got, want) {
		t.Errorf("two: got %v, want %v", got, want)
	}
}

// TestGrandBendYear holds the totals that another program found in the same files.
func TestGrandBendYear(t *testing.T) {
	t.Parallel()
	expected := countReal(t)
	kinds, parts, sum := map[string]int{}, map[string]int{}, Behavior{}
	for _, action := range expected.Discipline.Actions {
		kinds[action.Kind]++
	}
	for _, part := range expected.Discipline.Participations {
		parts[part.Part]++
	}
	students := 0
	minutes := 0
	for _, support := range expected.Schedule.Supports {
		dosage, _ := strconv.Atoi(support.Minutes)
		minutes += dosage
	}
	if minutes != 315 {
		t.Errorf("dosages of %d minutes, want 315", minutes)
	}
	for _, behavior := range expected.Behaviors() {
		sum.Incidents += behavior.Incidents
		sum.InSchool += behavior.InSchool
		sum.Exclusions += behavior.Exclusions
		sum.SuspensionDays += behavior.SuspensionDays
		students += count(behavior != Behavior{})
	}
	if want := map[string]int{"In School Suspension": 24, "Expulsion": 1}; !maps.Equal(kinds, want) {
		t.Errorf("actions: got %v, want %v", kinds, want)
	}
	if want := map[string]int{perpetrator: 21, "WITNESS": 2}; !maps.Equal(parts, want) {
		t.Errorf("parts: got %v, want %v", parts, want)
	}
	t.Logf("behavior of %d students: %+v", students, sum)
	if want := (Behavior{Incidents: 21, InSchool: 24, Exclusions: 1, SuspensionDays: 380000}); sum != want {
		t.Errorf("behavior: got %+v, want %+v", sum, want)
	}
	schedule := expected.Schedule
	got := []int{
		len(expected.Discipline.Incidents), len(schedule.Courses), len(schedule.Terms), len(schedule.Sections),
		len(schedule.Teachers), schedule.Seats, len(schedule.Prescriptions), len(schedule.Supports),
	}
	if want := []int{21, 84, 24, 532, 528, 0, 1, 25}; !reflect.DeepEqual(got, want) {
		t.Errorf("incidents, courses, terms, sections, teachers, seats, prescriptions, supports: got %v, want %v", got, want)
	}
}
