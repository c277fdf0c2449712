package api_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"gopkg.in/yaml.v3"
)

// cases are the permission cases, as test/permissions/foundation.yaml holds them.
type cases struct {
	Fields map[string]string     `yaml:"fields"` // the class or operation, by Type.field
	Roles  map[string]*roleCases `yaml:"roles"`  // by role
}

type roleCases struct {
	Later    bool        `yaml:"later"` // no reach yet: not every place has a case
	Listed   int         `yaml:"listed"`
	Students []placeCase `yaml:"students"`
	Schools  []placeCase `yaml:"schools"`
	District outcomes    `yaml:"district"`
}

// placeCase is what holds at several places.
type placeCase struct {
	outcomes `yaml:",inline"`

	At []string `yaml:"at"`
}

// outcomes tells classes and operations by what becomes of their fields.
type outcomes struct {
	Absent     bool     `yaml:"absent"`
	Shown      []string `yaml:"shown"`
	Role       []string `yaml:"role"`
	NeedToKnow []string `yaml:"needToKnow"`
	Beneath    []string `yaml:"beneath"`
}

// The places that something can be seen from.
var places = []string{"own school", "other school", "other district"}

func readCases(t *testing.T) *cases {
	t.Helper()
	read := &cases{}
	decodeCases(t, "foundation.yaml", read)
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

// at gives the outcomes at a place; found is false when no case has it.
func at(list []placeCase, place string) (found outcomes, ok bool) {
	for _, one := range list {
		if slices.Contains(one.At, place) {
			return one.outcomes, true
		}
	}
	return outcomes{}, false
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

// TestPermissionCasesCoverTheSchema fails on a field that enters a class, or on a
// role, for which nobody has written down who sees what.
func TestPermissionCasesCoverTheSchema(t *testing.T) {
	t.Parallel()
	read, schema, people := readCases(t), loadSchema(t), readPeople(t)
	fields := maps.Clone(read.Fields)
	maps.Copy(fields, people.Fields)
	needToKnow := readNeedToKnow(t)
	maps.Copy(fields, needToKnow.Fields)
	maps.Copy(fields, readMerges(t).Fields)
	if diff := cmp.Diff(protectedFields(schema), fields); diff != "" {
		t.Errorf("the fields and their classes differ (-schema +cases):\n%s", diff)
	}
	roles := []string{"OPERATOR"}
	for _, value := range schema.Types["Role"].EnumValues {
		roles = append(roles, value.Name)
	}
	for _, role := range roles {
		if read.Roles[role] == nil {
			t.Errorf("the role %s has no case", role)
			continue
		}
		coverRole(t, read, role)
		people.coverRole(t, role)
		needToKnow.coverRole(t, role)
	}
	if len(read.Roles) != len(roles) {
		t.Errorf("%d roles have cases, %d exist", len(read.Roles), len(roles))
	}
}

// coverRole checks that each place has one outcome of each class.
func coverRole(t *testing.T, read *cases, role string) {
	t.Helper()
	one := read.Roles[role]
	for _, place := range places {
		check := func(kind string, list []placeCase, classes []string) {
			found, ok := at(list, place)
			if !ok && one.Later {
				return
			}
			if !found.Absent && !slices.Equal(found.all(), classes) {
				t.Errorf("%s, %s of the %s: the cases are of %v, the fields of %v", role, kind, place, found.all(), classes)
			}
		}
		check("students", one.Students, read.classesOf("Student", "ContactLog"))
		check("schools", one.Schools, read.classesOf("School"))
	}
	classes := read.classesOf("District", "ImportRun")
	if !one.District.Absent && !slices.Equal(one.District.all(), classes) {
		t.Errorf("%s: the cases of the district are of %v, the fields of %v", role, one.District.all(), classes)
	}
}

// protectedFields gives the fields that enter a class, or that an operation
// allows: those that declare it themselves.
func protectedFields(schema *ast.Schema) map[string]string {
	fields := make(map[string]string)
	for _, definition := range schema.Types {
		if definition.Kind != ast.Object {
			continue
		}
		for _, field := range definition.Fields {
			for name, argument := range map[string]string{"protected": "class", "allowed": "operation"} {
				if d := field.Directives.ForName(name); d != nil {
					fields[definition.Name+"."+field.Name] = d.Arguments.ForName(argument).Value.Raw
				}
			}
		}
	}
	return fields
}

// TestPermissions runs every case.
func TestPermissions(t *testing.T) {
	t.Parallel()
	w, read, schema := shared(t), readCases(t), loadSchema(t)
	subjects := w.places(t)
	for role, one := range read.Roles {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			r := &permissionRun{t: t, cases: read, schema: schema, client: w.as(t, subjectOf(role))}
			for _, place := range places {
				if found, ok := at(one.Students, place); ok {
					r.student(place, subjects[place].student, found)
				}
				if found, ok := at(one.Schools, place); ok {
					r.school(place, subjects[place].school, found)
				}
			}
			r.district(one.District)
			if !one.Later {
				r.listed(one.Listed)
			}
		})
	}
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
