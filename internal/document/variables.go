package document

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// neverNull gives, by operation, the variables that may be null by their own type and
// stand where there must be a value. The language lets a default make up for that,
// and leaves a null that is sent all the same to whoever runs the operation.
func neverNull(schema *ast.Schema, document *ast.QueryDocument) map[*ast.OperationDefinition][]string {
	found := make(map[*ast.OperationDefinition][]string)
	events := &core.Events{}
	events.OnValue(func(walker *core.Walker, value *ast.Value) {
		operation := walker.CurrentOperation
		if operation == nil || value.Kind != ast.Variable || value.ExpectedType == nil || !value.ExpectedType.NonNull {
			return
		}
		declared := operation.VariableDefinitions.ForName(value.Raw)
		if declared != nil && !declared.Type.NonNull && !slices.Contains(found[operation], value.Raw) {
			found[operation] = append(found[operation], value.Raw)
		}
	})
	core.Walk(schema, document, events)
	return found
}

// CheckVariables refuses a null where there must be a value. The variables are those
// of a request, defaults included.
func (o *Operation) CheckVariables(variables map[string]any) *gqlerror.Error {
	for _, name := range o.neverNull {
		if value, sent := variables[name]; sent && value == nil {
			return &gqlerror.Error{
				Message: "cannot be null where it is used: leave it out for its default",
				Path:    ast.Path{ast.PathName("variable"), ast.PathName(name)},
			}
		}
	}
	return nil
}
