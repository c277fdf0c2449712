package permissions

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Faults walks a schema and gives what has no case, and which case is of nothing: a
// field that enters a class or that a role allows, an argument, a count, a change, a
// question, a role, a kind of principal, a class.
func (m *Matrix) Faults(schema *ast.Schema) []string {
	w := &coverage{matrix: m, schema: schema, met: map[string]bool{}}
	for _, name := range sorted(schema.Types) {
		definition := schema.Types[name]
		if definition.BuiltIn || definition.Kind != ast.Object || strings.HasSuffix(name, "Payload") {
			continue
		}
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			w.field(definition, field)
			if name != "Mutation" {
				w.arguments(definition, field)
			}
		}
	}
	w.roots()
	w.names()
	w.cases()
	slices.Sort(w.faults)
	return w.faults
}

type coverage struct {
	matrix *Matrix
	schema *ast.Schema
	met    map[string]bool // the cases that are of something
	faults []string
}

func (w *coverage) faultf(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

// field holds one field of an object to its case.
func (w *coverage) field(owner *ast.Definition, field *ast.FieldDefinition) {
	at := owner.Name + "." + field.Name
	if class := argumentOf(field, "protected", "class"); class != "" && w.matrix.With[at] == "" {
		needs, figure := w.matrix.Fields[at], w.matrix.Figures[at]
		if figure == "" && len(needs) > 0 {
			figure = needs[len(needs)-1]
		}
		if figure != class {
			w.faultf("%s is of %s, and the case of %q", at, class, figure)
		}
		if above := argumentOfType(owner); above != "" && (len(needs) != 2 || needs[0] != above) {
			w.faultf("%s lies in %s, and the case is of %v", at, above, needs)
		}
	}
	if operation := argumentOf(field, "allowed", "operation"); operation != "" && w.matrix.Allowed[at] == nil {
		w.faultf("%s is allowed by %s, and no case says to whom", at, operation)
	}
	if field.Name == "totalCount" && owner.Name != "StudentConnection" && !slices.Contains(w.matrix.Counts, owner.Name) {
		w.faultf("%s counts, and no case says what", at)
	}
	w.met[at] = true
	w.met[owner.Name] = true
}

func argumentOf(field *ast.FieldDefinition, directive, argument string) string {
	return value(field.Directives, directive, argument)
}

func argumentOfType(definition *ast.Definition) string {
	return value(definition.Directives, "protected", "class")
}

func value(list ast.DirectiveList, directive, argument string) string {
	if d := list.ForName(directive); d != nil {
		return d.Arguments.ForName(argument).Value.Raw
	}
	return ""
}

// The arguments that say where a page lies.
var paging = []string{"first", "after", "last", "before"}

// arguments holds each argument of a field to its case: those of lists of students to
// what they tell of whom they range over.
func (w *coverage) arguments(owner *ast.Definition, field *ast.FieldDefinition) {
	ranges := slices.Contains([]string{"StudentConnection", "WorklistConnection"}, field.Type.Name())
	for _, argument := range field.Arguments {
		if slices.Contains(paging, argument.Name) {
			continue
		}
		for _, path := range w.paths(argument.Name, argument.Type) {
			if !ranges && w.schema.Types[argument.Type.Name()].Kind == ast.InputObject {
				path = field.Name + "." + path
			}
			told, harmless := w.matrix.Arguments[path], w.matrix.TellNothing[path] != ""
			if (told == nil || !ranges) && !harmless {
				w.faultf("%s.%s(%s:) has no case", owner.Name, field.Name, path)
			}
			w.met[path] = true
		}
	}
}

// paths gives the arguments that an input holds: its fields, and each value of an enum
// that picks what rows are ordered by.
func (w *coverage) paths(at string, of *ast.Type) []string {
	definition := w.schema.Types[of.Name()]
	if definition.Kind == ast.Enum && (strings.HasPrefix(at, "orderBy.field") || at == "kind") {
		var paths []string
		for _, value := range definition.EnumValues {
			paths = append(paths, at+" "+value.Name)
		}
		return paths
	}
	if definition.Kind != ast.InputObject {
		return []string{at}
	}
	var paths []string
	for _, field := range definition.Fields {
		paths = append(paths, w.paths(at+"."+field.Name, field.Type)...)
	}
	return paths
}

// roots holds every question and every change to its case.
func (w *coverage) roots() {
	for _, field := range w.schema.Query.Fields {
		if w.matrix.Asked[field.Name] == nil && !slices.Contains(w.matrix.Open, field.Name) && !strings.HasPrefix(field.Name, "__") {
			w.faultf("the question %s has no case", field.Name)
		}
		w.met[field.Name] = true
	}
	changes := map[string]bool{}
	for _, change := range sorted(w.matrix.Changes) {
		changes[mutationOf(change)] = true
	}
	for _, field := range w.schema.Mutation.Fields {
		if !changes[field.Name] {
			w.faultf("the change %s has no case", field.Name)
		}
		w.met[field.Name] = true
	}
}

// mutationOf gives the mutation of a change, which may be one of several cases of it.
func mutationOf(change string) string {
	name, _, _ := strings.Cut(change, " ")
	return name
}

// names holds roles, kinds, classes and ways to narrow a list to the schema's own.
func (w *coverage) names() {
	for _, role := range w.values("Role") {
		if w.matrix.Table[role] == nil {
			w.faultf("the role %s has no row", role)
		}
		if one := w.matrix.Readers[role]; one == nil || one.Holds != role {
			w.faultf("the role %s has no reader", role)
		}
	}
	kinds := map[string]bool{"STAFF": true, "JOB": true} // a job asks for nothing
	for _, one := range w.matrix.Readers {
		kinds[one.Kind] = true
	}
	for _, kind := range w.values("PrincipalKind") {
		if !kinds[kind] {
			w.faultf("the kind %s has no reader", kind)
		}
	}
	if !slices.Equal(w.values("DataClass"), w.matrix.Classes) {
		w.faultf("the classes are %v, and the cases' %v", w.values("DataClass"), w.matrix.Classes)
	}
	for _, within := range w.values("Within") {
		if !slices.Contains(w.matrix.Withins(), within) {
			w.faultf("within %s nobody ranges", within)
		}
	}
}

func (w *coverage) values(enum string) []string {
	var names []string
	for _, value := range w.schema.Types[enum].EnumValues {
		names = append(names, value.Name)
	}
	return names
}

// cases holds that every case is of something, and that every name in it is known.
func (w *coverage) cases() {
	w.met["restricted notes"], w.met["totalCount"], w.met["flags"] = true, true, true
	for _, domain := range w.values("RiskDomain") {
		name := "flags of " + domain
		if needs := w.matrix.Fields[name]; len(needs) != 2 || needs[0] != "RISK" {
			w.faultf("%s have no case", name)
		}
		w.met[name] = true
	}
	for _, list := range [][]string{
		sorted(w.matrix.Fields), sorted(w.matrix.Figures), sorted(w.matrix.Allowed), sorted(w.matrix.Asked), w.matrix.Open, sorted(w.matrix.Items),
		sorted(w.matrix.With), valuesOf(w.matrix.With), sorted(w.matrix.Arguments), sorted(w.matrix.TellNothing), w.matrix.Counts,
	} {
		for _, name := range list {
			if !w.met[name] {
				w.faultf("the case %s is of nothing", name)
			}
		}
	}
	for _, change := range sorted(w.matrix.Changes) {
		if !w.met[mutationOf(change)] {
			w.faultf("the change %s is of nothing", change)
		}
	}
	w.known()
}

// known holds the names of rows, reaches, places, roles and classes to each other.
func (w *coverage) known() {
	m := w.matrix
	for _, name := range sorted(m.Table) {
		if len(m.Table[name]) != len(m.Classes) || strings.Trim(strings.Join(m.Table[name], ""), "RWN-") != "" {
			w.faultf("the row %s is not one cell a class", name)
		}
	}
	for _, name := range sorted(m.Readers) {
		if one := m.Readers[name]; m.Table[one.Row] == nil || m.Reaches[one.Reach] == nil {
			w.faultf("%s has no row %s or no reach %s", name, one.Row, one.Reach)
		}
	}
	w.knowPlaces()
	for _, roles := range slices.Concat(valuesOf(m.Allowed), valuesOf(m.Asked)) {
		w.knowRoles(roles)
	}
	for _, argument := range m.Arguments {
		w.knowRoles(argument.Roles)
	}
	for _, change := range m.Changes {
		w.knowRoles(change.Roles)
		if (change.Write == "") == (change.Roles == nil) || change.Write != "" && !slices.Contains(m.Classes, change.Write) {
			w.faultf("a change needs %q of %v", change.Write, change.Roles)
		}
	}
}

// knowPlaces holds the places of the reaches and arguments to those that there are.
func (w *coverage) knowPlaces() {
	places := slices.Concat(w.matrix.Places, []string{district})
	know := func(of string, named []string) {
		for _, place := range named {
			if !slices.Contains(places, place) {
				w.faultf("%s is of a place %s", of, place)
			}
		}
	}
	for _, name := range sorted(w.matrix.Reaches) {
		reach := w.matrix.Reaches[name]
		know("the reach "+name, slices.Concat(reach.In, reach.Found, reach.Whole, reach.WholeFound))
		for _, within := range reach.Within {
			know("the reach "+name, within)
		}
	}
	for _, name := range sorted(w.matrix.Arguments) {
		know("the argument "+name, slices.DeleteFunc(slices.Clone(w.matrix.Arguments[name].NotAt), func(place string) bool { return place == All }))
	}
}

func valuesOf[V any](of map[string]V) []V {
	var all []V
	for _, one := range of {
		all = append(all, one)
	}
	return all
}

func (w *coverage) knowRoles(roles []string) {
	for _, role := range roles {
		if w.matrix.Readers[role] == nil {
			w.faultf("a case names the role %s", role)
		}
	}
}
