package grandbend

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Incident is a disciplinary incident.
type Incident struct {
	School string
	Code   string
	Date   string
	// Behavior lists the code values of all behaviors.
	Behavior string
	Location string
}

// Participation is one part that a student had in an incident.
type Participation struct {
	Student  string
	School   string
	Incident string
	Part     string
	Behavior string
}

// Action is one kind of disciplinary action.
type Action struct {
	Student string
	School  string
	Code    string
	Date    string
	// Kind is the code value of the file.
	Kind string
	// Days are ten-thousandths; -1 where the file does not say.
	Days int64
}

// ActionIncident is an incident that an action answers.
type ActionIncident struct {
	Student  string
	Action   string
	Date     string
	School   string
	Incident string
}

// Discipline is everything that the folder says of discipline, each list sorted.
type Discipline struct {
	Incidents       []Incident
	Participations  []Participation
	Actions         []Action
	ActionIncidents []ActionIncident
}

// Behavior counts what one student did and what was done about it.
type Behavior struct {
	// Incidents are the distinct ones in which the student was a perpetrator.
	Incidents int
	// InSchool is the number of in-school suspensions.
	InSchool int
	// Exclusions is the number of out-of-school suspensions and expulsions.
	Exclusions int
	// SuspensionDays are the ten-thousandths of days of suspensions in and out of school. An expulsion is none.
	SuspensionDays int64
}

const perpetrator = "PERPETRATOR"

// partWords are the parts by the code values of the standard.
var partWords = map[string]string{
	"Perpetrator": perpetrator, "Victim": "VICTIM", "Witness": "WITNESS", "Reporter": "REPORTER",
}

// incidents finds what references to incidents mean.
type incidents struct {
	byID       map[string]incidentRecord
	byBehavior map[string]incidentReference
}

func addDiscipline(read *interchange, expected *Expected) error {
	found := incidents{byID: map[string]incidentRecord{}, byBehavior: map[string]incidentReference{}}
	into := &expected.Discipline
	for _, record := range read.incidents {
		found.byID[record.ID] = record
		into.Incidents = append(into.Incidents, Incident{
			School: record.School, Code: record.Code, Date: record.Date,
			Behavior: codeValues(record.Behaviors), Location: codeValue(record.Location),
		})
	}
	for _, record := range read.behaviors {
		found.byBehavior[record.ID] = record.Incident
		if err := found.involve(record, []string{"Perpetrator"}, into); err != nil {
			return err
		}
	}
	for _, record := range read.others {
		if err := found.involve(record, nil, into); err != nil {
			return err
		}
	}
	for _, record := range read.actions {
		if err := found.act(record, into); err != nil {
			return err
		}
	}
	return into.sort()
}

// find gives the school and the code of an incident.
func (found incidents) find(reference incidentReference) (school, code string, err error) {
	if reference.Ref == "" {
		return reference.School, reference.Code, nil
	}
	record, known := found.byID[reference.Ref]
	if !known {
		return "", "", fmt.Errorf("no incident has the id %s", reference.Ref)
	}
	return record.School, record.Code, nil
}

// involve adds a row for each part, or for what goes without saying where none is said.
func (found incidents) involve(record involvedRecord, otherwise []string, into *Discipline) error {
	school, code, err := found.find(record.Incident)
	if err != nil {
		return err
	}
	parts := record.Parts
	if len(parts) == 0 {
		parts = otherwise
	}
	for _, descriptor := range parts {
		part, known := partWords[codeValue(descriptor)]
		if !known {
			return fmt.Errorf("student %s: unknown participation %q", record.Student, descriptor)
		}
		into.Participations = append(into.Participations, Participation{
			Student: record.Student, School: school, Incident: code, Part: part, Behavior: codeValue(record.Behavior),
		})
	}
	return nil
}

// act adds a row for each kind of an action, and one for each incident that it answers.
func (found incidents) act(record actionRecord, into *Discipline) error {
	days := int64(-1)
	if length := cmp.Or(record.Actual, record.Planned); length != "" {
		read, err := tenThousandths(strings.TrimSpace(length))
		if err != nil {
			return err
		}
		days = read
	}
	for _, kind := range record.Kinds {
		into.Actions = append(into.Actions, Action{
			Student: record.Student, School: record.School, Code: record.Code, Date: record.Date, Kind: codeValue(kind), Days: days,
		})
	}
	for _, answered := range record.Answered {
		reference := answered.Incident
		if answered.Ref != "" {
			reference = found.byBehavior[answered.Ref]
		}
		school, code, err := found.find(reference)
		if err != nil {
			return err
		}
		into.ActionIncidents = append(into.ActionIncidents, ActionIncident{
			Student: record.Student, Action: record.Code, Date: record.Date, School: school, Incident: code,
		})
	}
	return nil
}

// sort puts the lists in order and drops what is there twice.
func (discipline *Discipline) sort() error {
	before := len(discipline.Incidents)
	discipline.Incidents = distinct(discipline.Incidents)
	if len(discipline.Incidents) != before {
		return fmt.Errorf("%d incidents, of which %d differ", before, len(discipline.Incidents))
	}
	discipline.Participations = distinct(discipline.Participations)
	discipline.Actions = distinct(discipline.Actions)
	discipline.ActionIncidents = distinct(discipline.ActionIncidents)
	return nil
}

// distinct sorts values by what they hold and keeps each once.
func distinct[Value comparable](values []Value) []Value {
	slices.SortFunc(values, func(first, second Value) int {
		return strings.Compare(fmt.Sprintf("%#v", first), fmt.Sprintf("%#v", second))
	})
	return slices.Compact(values)
}

// Behaviors counts the discipline of every student in the folder, those without any included.
func (expected *Expected) Behaviors() map[string]Behavior {
	counted := map[string]Behavior{}
	for id := range expected.Students {
		counted[id] = Behavior{}
	}
	type deed struct{ student, school, incident string }
	deeds := map[deed]bool{}
	for _, part := range expected.Discipline.Participations {
		if part.Part == perpetrator {
			deeds[deed{part.Student, part.School, part.Incident}] = true
		}
	}
	for one := range deeds {
		behavior := counted[one.student]
		behavior.Incidents++
		counted[one.student] = behavior
	}
	for _, action := range expected.Discipline.Actions {
		behavior := counted[action.Student]
		behavior.add(action)
		counted[action.Student] = behavior
	}
	return counted
}

func (behavior *Behavior) add(action Action) {
	switch action.Kind {
	case "In School Suspension":
		behavior.InSchool++
		behavior.SuspensionDays += max(action.Days, 0)
	case "Out of School Suspension":
		behavior.Exclusions++
		behavior.SuspensionDays += max(action.Days, 0)
	case "Expulsion":
		behavior.Exclusions++
	}
}

// ActionKinds counts each student's actions by their kind.
func (expected *Expected) ActionKinds() map[string]map[string]int {
	counted := map[string]map[string]int{}
	for _, action := range expected.Discipline.Actions {
		if counted[action.Student] == nil {
			counted[action.Student] = map[string]int{}
		}
		counted[action.Student][action.Kind]++
	}
	return counted
}

// Absences gives each student's absence by its category, in ten-thousandths of a day. What a student has none of is
// there with 0.
func (expected *Expected) Absences() map[string]map[Category]int64 {
	absences := map[string]map[Category]int64{}
	for id, student := range expected.Students {
		absences[id] = map[Category]int64{
			ExcusedAbsence: student.Excused, UnexcusedAbsence: student.Unexcused, OutOfSchoolSuspension: student.Suspended,
		}
	}
	return absences
}

func codeValues(descriptors []string) string {
	var values []string
	for _, descriptor := range descriptors {
		values = append(values, codeValue(descriptor))
	}
	return strings.Join(values, ", ")
}
