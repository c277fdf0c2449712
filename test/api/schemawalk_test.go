package api_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/test/permissions"
)

// schemaFaults walks a schema and gives what breaks its rules: every field says
// what it tells, what enters a class may be null, every list is bounded, every
// connection has its arguments, and everything has a description.
func schemaFaults(schema *ast.Schema) []string {
	walk := &schemaWalk{schema: schema}
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		definition := schema.Types[name]
		if definition.BuiltIn || strings.HasPrefix(name, "__") {
			continue
		}
		walk.described(name, definition.Description)
		for _, field := range definition.Fields {
			if !strings.HasPrefix(field.Name, "__") {
				walk.field(definition, field)
			}
		}
	}
	slices.Sort(walk.faults)
	return walk.faults
}

type schemaWalk struct {
	schema *ast.Schema
	faults []string
}

func (w *schemaWalk) faultf(at, format string, args ...any) {
	w.faults = append(w.faults, at+": "+fmt.Sprintf(format, args...))
}

func (w *schemaWalk) described(at, description string) {
	if strings.TrimSpace(description) == "" {
		w.faultf(at, "no description")
	}
}

// field holds one field, of whatever kind of type, to the rules.
func (w *schemaWalk) field(owner *ast.Definition, field *ast.FieldDefinition) {
	at := owner.Name + "." + field.Name
	w.described(at, field.Description)
	for _, argument := range field.Arguments {
		w.described(at+"("+argument.Name+":)", argument.Description)
	}
	if owner.Kind != ast.Object {
		return
	}
	w.declared(at, owner, field)
	w.nullable(at, field)
	w.bounded(at, owner, field)
	w.paged(at, field)
}

// declared holds that a field says what it tells, itself or by its type, and the
// class of the type that it gives.
func (w *schemaWalk) declared(at string, owner *ast.Definition, field *ast.FieldDefinition) {
	declares := func(list ast.DirectiveList) int {
		n := 0
		for _, name := range []string{"protected", "allowed", "open"} {
			n += len(list.ForNames(name))
		}
		return n
	}
	if declares(field.Directives)+declares(owner.Directives) == 0 {
		w.faultf(at, "is neither protected, allowed nor open")
	}
	if declares(field.Directives) > 1 {
		w.faultf(at, "declares itself twice")
	}
	own := classOf(field.Directives)
	if own == "" && field.Directives.ForName("open") == nil {
		own = classOf(owner.Directives)
	}
	if returned := classOf(w.schema.Types[field.Type.Name()].Directives); returned != "" && returned != own {
		w.faultf(at, "gives a type of %s and is of %q itself", returned, own)
	}
}

func classOf(list ast.DirectiveList) string {
	if d := list.ForName("protected"); d != nil {
		return d.Arguments.ForName("class").Value.Raw
	}
	return ""
}

// nullable holds that a field that enters a class, or an operation, can be null.
func (w *schemaWalk) nullable(at string, field *ast.FieldDefinition) {
	enters := field.Directives.ForName("protected") != nil || field.Directives.ForName("allowed") != nil
	if enters && field.Type.NonNull {
		w.faultf(at, "can be redacted and is not nullable")
	}
}

// bounded holds that a plain list declares how long it may be.
func (w *schemaWalk) bounded(at string, owner *ast.Definition, field *ast.FieldDefinition) {
	if field.Type.Elem != nil && !strings.HasSuffix(owner.Name, "Connection") && field.Directives.ForName("bounded") == nil {
		w.faultf(at, "is a list without a bound")
	}
}

// paged holds that a connection can be paged both ways.
func (w *schemaWalk) paged(at string, field *ast.FieldDefinition) {
	if !strings.HasSuffix(field.Type.Name(), "Connection") {
		return
	}
	for argument, kind := range map[string]string{"first": "Int", "after": "String", "last": "Int", "before": "String"} {
		if found := field.Arguments.ForName(argument); found == nil || found.Type.String() != kind {
			w.faultf(at, "is a connection without %s: %s", argument, kind)
		}
	}
}

// TestSchemaHasNoFault walks the schema.
func TestSchemaHasNoFault(t *testing.T) {
	t.Parallel()
	for _, one := range schemaFaults(loadSchema(t)) {
		t.Error(one)
	}
}

// TestSchemaFaultsAreFound plants a fault of each kind into the schema's text.
func TestSchemaFaultsAreFound(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct{ old, planted, at string }{
		"a field without a class": {
			`birthDate: Date @protected(class: DEMOGRAPHIC)`,
			`birthDate: Date`,
			"Student.birthDate: is neither",
		},
		"a type without a word": {
			`type SchoolName @open(because: "names an institution")`,
			`type SchoolName`,
			"SchoolName.name: is neither",
		},
		"two words": {
			`sex: String @protected(class: DEMOGRAPHIC)`,
			`sex: String @protected(class: DEMOGRAPHIC) @open(because: "no")`,
			"Student.sex: declares itself twice",
		},
		"another class": {
			`@protected(class: CONTACT) @bounded(max: 50)`,
			`@protected(class: DIRECTORY) @bounded(max: 50)`,
			"Student.contacts: gives a type of CONTACT",
		},
		"an open way in": {
			`contacts: [StudentContact!] @protected(class: CONTACT)`,
			`contacts: [StudentContact!] @open(because: "no")`,
			"Student.contacts: gives a type of CONTACT",
		},
		"a redacted non-null": {
			`localId: String @protected(class: DIRECTORY)`,
			`localId: String! @protected(class: DIRECTORY)`,
			"Student.localId: can be redacted",
		},
		"an allowed non-null": {
			`: ImportIssueConnection @allowed`,
			`: ImportIssueConnection! @allowed`,
			"ImportRun.issues: can be redacted",
		},
		"a list without a bound": {
			`[Enrollment!] @protected(class: ENROLLMENT) @bounded(max: 200)`,
			`[Enrollment!] @protected(class: ENROLLMENT)`,
			"Student.enrollments: is a list without a bound",
		},
		"no way back": {
			"    \"Rows before this cursor.\"\n    before: String\n  ): SchoolConnection!",
			"  ): SchoolConnection!",
			"District.schools: is a connection without before",
		},
		"a type undescribed": {
			"\"A school's name.\"\n",
			"",
			"SchoolName: no description",
		},
		"a field undescribed": {
			"  \"The district's own id.\"\n",
			"",
			"Student.localId: no description",
		},
		"an argument undescribed": {
			"  studentCount(\n",
			"  studentCount(\n    planted: Int\n",
			"School.studentCount(planted:): no description",
		},
		"an input undescribed": {
			"  \"Every word stands in the names or the local id, in either case.\"\n",
			"",
			"StudentFilter.search: no description",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := schemaFaults(loadSchema(t))
			planted := schemaFaults(plant(t, one.old, one.planted))
			found := func(faults []string) bool {
				return slices.ContainsFunc(faults, func(fault string) bool { return strings.HasPrefix(fault, one.at) })
			}
			if found(before) || !found(planted) {
				t.Errorf("%q is not found:\n%s", one.at, cmp.Diff(before, planted))
			}
		})
	}
}

// plant loads the schema with a text in it replaced.
func plant(t *testing.T, old, planted string) *ast.Schema {
	t.Helper()
	sources, found := schemaSources(t), false
	for _, source := range sources {
		if !found && strings.Contains(source.Input, old) {
			source.Input, found = strings.Replace(source.Input, old, planted, 1), true
		}
	}
	if !found {
		t.Fatalf("the schema does not say %q any more: plant the fault elsewhere", old)
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestLoadersHaveTheSchemasClasses holds the classes by which the loaders decide to
// those that the schema declares, in both directions.
func TestLoadersHaveTheSchemasClasses(t *testing.T) {
	t.Parallel()
	schema := loadSchema(t)
	declared := func(typeName string) map[string]string {
		classes := map[string]string{}
		for _, field := range schema.Types[typeName].Fields {
			if class := classOf(field.Directives); class != "" {
				classes[field.Name] = class
			}
		}
		return classes
	}
	students, schools := map[string]string{}, map[string]string{}
	for name, class := range record.StudentClasses() {
		students[name] = class.String()
	}
	for name, class := range record.SchoolClasses() {
		schools[name] = class.String()
	}
	if diff := cmp.Diff(declared("Student"), students); diff != "" {
		t.Errorf("Student (-schema +loader):\n%s", diff)
	}
	if diff := cmp.Diff(declared("School"), schools); diff != "" {
		t.Errorf("School (-schema +loader):\n%s", diff)
	}
	if diff := cmp.Diff(declared("District"), map[string]string{"riskSummary": record.RiskClass.String(), "indicatorTrend": record.RiskClass.String()}); diff != "" {
		t.Errorf("District (-schema +loader):\n%s", diff)
	}
}

// TestLoadersHaveTheCasesClasses holds the classes that flags and worklists need beside
// what the schema can declare to the permission cases, in both directions.
func TestLoadersHaveTheCasesClasses(t *testing.T) {
	t.Parallel()
	matrix, err := permissions.Read()
	if err != nil {
		t.Fatal(err)
	}
	flags, worklists := map[string]string{}, map[string][]string{}
	for name, needs := range matrix.Fields {
		if domain, isFlag := strings.CutPrefix(name, flagsOf); isFlag {
			flags[domain] = needs[len(needs)-1]
		}
	}
	for name, argument := range matrix.Arguments {
		if kind, isWorklist := strings.CutPrefix(name, kindOf); isWorklist {
			worklists[kind] = argument.Class
		}
	}
	if diff := cmp.Diff(flags, record.DomainClasses()); diff != "" {
		t.Errorf("flags (-cases +loader):\n%s", diff)
	}
	if diff := cmp.Diff(worklists, record.WorklistKinds()); diff != "" {
		t.Errorf("worklists (-cases +loader):\n%s", diff)
	}
}
