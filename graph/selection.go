package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/holdfast-edu/holdfast/graph/generated"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// schema is the parsed schema, for what types there are.
var schema = generated.NewExecutableSchema(generated.Config{}).Schema()

// selected gives the field being resolved, with all that is selected below it.
func selected(ctx context.Context) record.Selected {
	field := graphql.GetFieldContext(ctx)
	return selectField(graphql.GetOperationContext(ctx), field.Field, parentPath(field))
}

// selectedOn gives what is selected below the field being resolved when its object
// is of the type.
func selectedOn(ctx context.Context, typeName, path string) []record.Selected {
	return selectBelow(graphql.GetOperationContext(ctx), graphql.GetFieldContext(ctx).Field.Selections, typeName, path)
}

// parentPath gives the names of the fields above, without places in lists.
func parentPath(field *graphql.FieldContext) string {
	var names []string
	for at := field.Parent; at != nil; at = at.Parent {
		if at.Index == nil && at.Field.Field != nil {
			names = append(names, at.Field.Name)
		}
	}
	slices.Reverse(names)
	return strings.Join(names, ".")
}

func selectBelow(op *graphql.OperationContext, set ast.SelectionSet, typeName, path string) []record.Selected {
	definition := schema.Types[typeName]
	if definition == nil || definition.Kind != ast.Object {
		return nil
	}
	fields := graphql.CollectFields(op, set, append([]string{typeName}, definition.Interfaces...))
	list := make([]record.Selected, 0, len(fields))
	for _, field := range fields {
		if field.Definition != nil {
			list = append(list, selectField(op, field, path))
		}
	}
	return list
}

func selectField(op *graphql.OperationContext, field graphql.CollectedField, path string) record.Selected {
	path = strings.TrimPrefix(path+"."+field.Name, ".")
	s := record.Selected{Name: field.Name, Path: path}
	if len(field.Definition.Arguments) > 0 {
		args := field.ArgumentMap(op.Variables)
		s.SchoolYear = number(args["schoolYear"])
		for _, name := range []string{"outcome", "state"} {
			if narrowed := text(args[name]); narrowed != nil {
				s.Narrowed = *narrowed
			}
		}
		s.Page = relay.PageArgs{First: number(args["first"]), Last: number(args["last"]), After: text(args["after"]), Before: text(args["before"])}
	}
	if len(field.Selections) > 0 {
		s.Fields = selectBelow(op, field.Selections, field.Definition.Type.Name(), path)
	}
	return s
}

// below gives a field selected below another; when it is not, nothing of it.
func below(from record.Selected, name string) record.Selected {
	for _, field := range from.Fields {
		if field.Name == name {
			return field
		}
	}
	return record.Selected{Name: name}
}

func number(value any) *int {
	if value == nil {
		return nil
	}
	n, err := graphql.UnmarshalInt(value)
	if err != nil {
		return nil // the executor refuses the argument before it is used
	}
	return &n
}

func text(value any) *string {
	if value == nil {
		return nil
	}
	s, ok := value.(string)
	if !ok {
		return nil
	}
	return &s
}
