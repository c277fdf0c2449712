package api_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/holdfast-edu/holdfast/test/permissions"
)

// The cases of what has places of its own, such as machine clients and pairs of records,
// in files beside the matrix: what follows is what their tests share.

// cases are the fields that enter a class, or that a role allows.
type cases struct {
	Fields map[string]string // the class or operation, by Type.field
}

// outcomes tells classes and operations by what becomes of their fields.
type outcomes struct {
	Absent     bool     `yaml:"absent"`
	Shown      []string `yaml:"shown"`
	Role       []string `yaml:"role"`
	NeedToKnow []string `yaml:"needToKnow"`
	Beneath    []string `yaml:"beneath"`
}

// readCases gives the fields of the matrix, but for those that are read item by item in
// more than one class.
func readCases(t *testing.T) *cases {
	t.Helper()
	matrix, err := permissions.Read()
	if err != nil {
		t.Fatal(err)
	}
	read := &cases{Fields: map[string]string{"ContactLog.withWhom": "CONTACT", "District.importRuns": "IMPORT_RUNS", "ImportRun.issues": "IMPORT_ISSUES"}}
	for field, needs := range matrix.Fields {
		if len(needs) == 1 && field != "Student.notes" {
			read.Fields[field] = needs[0]
		}
	}
	maps.Copy(read.Fields, matrix.Figures)
	return read
}

// decodeCases reads a file of test/permissions.
func decodeCases(t *testing.T, name string, into any) {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "permissions", name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// all gives every class and operation that the outcomes tell of.
func (o outcomes) all() []string {
	return slices.Sorted(slices.Values(slices.Concat(o.Shown, o.Role, o.NeedToKnow, o.Beneath)))
}

// classesOf gives the classes and operations of the fields of the types.
func (c *cases) classesOf(types ...string) []string {
	var classes []string
	for field, class := range c.Fields {
		owner, _, _ := strings.Cut(field, ".")
		if slices.Contains(types, owner) {
			classes = append(classes, class)
		}
	}
	slices.Sort(classes)
	return slices.Compact(classes)
}

func subjectOf(role string) string {
	if role == "OPERATOR" {
		return "operator"
	}
	return role
}

// place is what there is to see at a place.
type place struct{ student, school string }

// places gives a student about whom everything is known, and a school, of each
// place.
func (w *world) places(t *testing.T) map[string]place {
	t.Helper()
	alder, birch := w.as(t, "DISTRICT_COORDINATOR"), w.as(t, "birch coordinator")
	return map[string]place{
		"own school":     {alder.studentID("A-01"), alder.schoolID(alderHigh)},
		"other school":   {alder.studentID("M-01"), alder.schoolID(alderMiddle)},
		"other district": {birch.studentID("A-01"), birch.schoolID(birchHigh)},
	}
}

// studentID finds a student by the district's own id.
func (c *client) studentID(localID string) string {
	c.t.Helper()
	found := c.ask(`query($search: String!) { district { students(filter: {search: $search}) { nodes { id localId } } } }`, vars{"search": localID}).fine()
	for _, node := range found.list("district.students.nodes") {
		if text(node, "localId") == localID {
			return text(node, "id")
		}
	}
	c.t.Fatalf("no student %s: %s", localID, found.body)
	return ""
}

// schoolID finds a school by its code.
func (c *client) schoolID(code string) string {
	c.t.Helper()
	found := c.ask(`{ district { schools(first: 100) { nodes { id localId } } } }`, nil).fine()
	for _, node := range found.list("district.schools.nodes") {
		if text(node, "localId") == code {
			return text(node, "id")
		}
	}
	c.t.Fatalf("no school %s: %s", code, found.body)
	return ""
}

// The changes of the cases, each with an input that has nothing to correct.
var changeDocuments = map[string]struct {
	document string
	input    func(student, advocate string) vars
}{
	"logContact": {
		`mutation($input: LogContactInput!) { change: logContact(input: $input) { made: contactLog { id student { id } } userErrors { code field } } }`,
		func(student, _ string) vars {
			return vars{"studentId": student, "occurredAt": "2022-09-01T15:00:00Z", "method": "PHONE", "outcome": "NO_ANSWER"}
		},
	},
	"assignAdvocate": {
		`mutation($input: AssignAdvocateInput!) { change: assignAdvocate(input: $input) { made: assignment { id advocate { displayName } } userErrors { code field } } }`,
		func(student, advocate string) vars {
			return vars{"studentId": student, "advocateId": advocate, "role": "BACKUP"}
		},
	},
}

// countAudit counts the lines in the audit log of what the subject did.
func (w *world) countAudit(t testing.TB, operation, subject string) int {
	t.Helper()
	return w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND operation = $2 AND principal_id = $3`,
		operation, w.staffID(t, w.alder, subject))
}
