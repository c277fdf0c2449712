package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/holdfast-edu/holdfast/test/grandbend"
)

const behaviorDocument = `query($id: ID!) { node(id: $id) { ... on Student {
	behavior { measured incidents inSchoolSuspensions exclusions suspensionDays }
	incidents(first: 100) { totalCount nodes { occurredOn behavior participation actions { kind days } } } } } }`

// parts counts a student's parts in incidents by what the part was.
type parts map[string]int

// expectedParts counts the distinct incidents in which each student had each part.
func expectedParts(in *district) map[string]parts {
	type part struct{ student, school, incident, part string }
	met, counted := map[part]bool{}, map[string]parts{}
	for _, one := range in.Expected.Discipline.Participations {
		key := part{one.Student, one.School, one.Incident, one.Part}
		if met[key] {
			continue
		}
		met[key] = true
		if counted[one.Student] == nil {
			counted[one.Student] = parts{}
		}
		counted[one.Student][one.Part]++
	}
	return counted
}

// TestBehaviorIsTrue holds the figures and the incidents of every student of the sample
// to another count of the same files. What the other districts' discipline is, was
// written by hand: TestStudentAbcRecord.
func TestBehaviorIsTrue(t *testing.T) {
	t.Parallel()
	w := withGrandBend(t)
	in := w.grandBend
	c, byStudent, byPart := w.as(t, in.coordinator()), in.Expected.Behaviors(), expectedParts(in)
	for _, row := range c.everyStudent() {
		student := in.Expected.Students[text(row, "localId")]
		node := c.ask(behaviorDocument, vars{"id": text(row, "id")}).fine().at("node")
		if diff := cmp.Diff(expectedBehavior(student, byStudent[student.UniqueID]), dig(node, "behavior")); diff != "" {
			t.Errorf("%s: behavior (-counted +answered)\n%s", student.UniqueID, diff)
		}
		list, _ := dig(node, "incidents.nodes").([]any)
		answered := parts{}
		for _, incident := range list {
			answered[text(incident, "participation")]++
		}
		if diff := cmp.Diff(byPart[student.UniqueID], answered, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: parts in incidents (-counted +answered)\n%s", student.UniqueID, diff)
		}
	}
}

// expectedBehavior puts a count as the API gives it; nil: the student was never
// enrolled.
func expectedBehavior(student *grandbend.Student, b grandbend.Behavior) any {
	if len(student.BySchool) == 0 {
		return nil
	}
	return vars{
		"measured": true, "incidents": float64(b.Incidents), "inSchoolSuspensions": float64(b.InSchool), "exclusions": float64(b.Exclusions),
		"suspensionDays": float64(b.SuspensionDays) / wholeDay,
	}
}
