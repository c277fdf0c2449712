package document

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// maxMerged is how many fields are looked at to see whether they can be merged.
// Fields of an interface are looked at once for each type beside them, so that there
// may be more than the document has; no document of use comes near this.
const maxMerged = 20 * MaxFields

// fieldsMerge is the rule that fields of one name in one place can be merged: they
// are of one shape, and, unless they can never meet on one object, the same field
// with the same arguments.
//
// Fields are put together by name and each is held against the first of its name,
// instead of each against each other: being of one shape, and being the same call,
// are equivalences. What stands below fields of one name is then one set, looked at
// once, by shape over all of them, and by name within each group that can meet.
func fieldsMerge(observers *core.Events, addError core.AddErrFunc) {
	observers.OnOperation(func(walker *core.Walker, operation *ast.OperationDefinition) {
		m := &merger{schema: walker.Schema, calls: make(map[*ast.Field]string), addError: addError}
		fields := collect(operation.SelectionSet)
		m.shapes(fields)
		m.names(fields)
	})
}

type merger struct {
	schema   *ast.Schema
	calls    map[*ast.Field]string // a field's name and arguments, written out
	looked   int                   // at fields
	addError core.AddErrFunc
}

// shapes holds fields of one name to one shape, at every depth.
func (m *merger) shapes(fields []*ast.Field) {
	if !m.look(len(fields)) {
		return
	}
	for _, group := range grouped(fields, responseName) {
		first := firstDefined(group)
		for _, field := range group {
			if first == nil || field.Definition == nil {
				continue
			}
			if one, other := m.shape(first.Definition.Type), m.shape(field.Definition.Type); one != other {
				m.conflict(field, fmt.Sprintf("they return conflicting types %q and %q", first.Definition.Type.String(), field.Definition.Type.String()))
				break
			}
		}
		m.shapes(below(group))
	}
}

// names holds fields of one name that can meet on one object to one call.
func (m *merger) names(fields []*ast.Field) {
	if !m.look(len(fields)) {
		return
	}
	for _, group := range grouped(fields, responseName) {
		for _, meeting := range meetings(group) {
			first := meeting[0]
			for _, field := range meeting[1:] {
				if field.Name != first.Name {
					m.conflict(field, fmt.Sprintf("%q and %q are different fields", first.Name, field.Name))
					break
				}
				if m.call(first) != m.call(field) {
					m.conflict(field, "they have differing arguments")
					break
				}
			}
			m.names(below(meeting))
		}
	}
}

// look counts fields, and ends the search when it has gone on for too long.
func (m *merger) look(fields int) bool {
	if m.looked > maxMerged {
		return false
	}
	if m.looked += fields; m.looked > maxMerged {
		m.addError(core.Message("too many fields of one name meet: give each a name of its own, or ask in several requests"))
		return false
	}
	return fields > 0
}

func (m *merger) conflict(field *ast.Field, because string) {
	m.addError(core.Message(
		`Fields "%s" conflict because %s. Use different aliases on the fields to fetch both if this was intentional.`,
		responseName(field), because,
	), core.At(field.Position))
}

// shape writes what has to be the same of two types: lists, what may be null, and a
// leaf's name. Objects are held together field by field.
func (m *merger) shape(t *ast.Type) string {
	required := ""
	if t.NonNull {
		required = "!"
	}
	if t.Elem != nil {
		return "[" + m.shape(t.Elem) + "]" + required
	}
	if definition := m.schema.Types[t.NamedType]; definition != nil && definition.IsLeafType() {
		return t.NamedType + required
	}
	return required
}

// call writes a field's arguments in an order of their own.
func (m *merger) call(field *ast.Field) string {
	known, ok := m.calls[field]
	if !ok {
		known = writeArguments(field.Arguments)
		m.calls[field] = known
	}
	return known
}

// collect gives the fields of a set, through its fragments, in order.
func collect(sets ...ast.SelectionSet) []*ast.Field {
	c := collector{spread: make(map[*ast.FragmentDefinition]bool)}
	for _, set := range sets {
		c.collect(set)
	}
	return c.fields
}

type collector struct {
	spread map[*ast.FragmentDefinition]bool
	fields []*ast.Field
}

func (c *collector) collect(set ast.SelectionSet) {
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			c.fields = append(c.fields, selection)
		case *ast.InlineFragment:
			c.collect(selection.SelectionSet)
		case *ast.FragmentSpread:
			if fragment := selection.Definition; fragment != nil && !c.spread[fragment] {
				c.spread[fragment] = true
				c.collect(fragment.SelectionSet)
			}
		}
	}
}

// below gives the fields that stand below some fields, as one set.
func below(fields []*ast.Field) []*ast.Field {
	sets := make([]ast.SelectionSet, 0, len(fields))
	for _, field := range fields {
		if len(field.SelectionSet) > 0 {
			sets = append(sets, field.SelectionSet)
		}
	}
	if len(sets) == 0 {
		return nil
	}
	return collect(sets...)
}

// meetings puts fields that can meet on one object together: those of one object
// type, each time with those of interfaces, and those of interfaces alone where
// there is no object type.
func meetings(fields []*ast.Field) [][]*ast.Field {
	var anywhere, ofObjects []*ast.Field
	for _, field := range fields {
		if parent := field.ObjectDefinition; parent != nil && parent.Kind == ast.Object && field.Definition != nil {
			ofObjects = append(ofObjects, field)
		} else if parent != nil {
			anywhere = append(anywhere, field)
		}
	}
	groups := grouped(ofObjects, func(field *ast.Field) string { return field.ObjectDefinition.Name })
	if len(groups) == 0 && len(anywhere) > 0 {
		return [][]*ast.Field{anywhere}
	}
	for i := range groups {
		groups[i] = append(groups[i], anywhere...)
	}
	return groups
}

// grouped puts fields of one key together, in the order in which keys first stand.
func grouped(fields []*ast.Field, key func(*ast.Field) string) [][]*ast.Field {
	var groups [][]*ast.Field
	places := make(map[string]int)
	for _, field := range fields {
		at, known := places[key(field)]
		if !known {
			at = len(groups)
			places[key(field)] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], field)
	}
	return groups
}

func firstDefined(fields []*ast.Field) *ast.Field {
	for _, field := range fields {
		if field.Definition != nil {
			return field
		}
	}
	return nil
}

func responseName(field *ast.Field) string {
	if field.Alias != "" {
		return field.Alias
	}
	return field.Name
}
