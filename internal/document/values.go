package document

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// writeArguments writes arguments so that two lists that mean the same are written
// alike: the order of arguments and of an object's fields means nothing.
func writeArguments(arguments ast.ArgumentList) string {
	if len(arguments) == 0 {
		return ""
	}
	children := make(ast.ChildValueList, len(arguments))
	for i, argument := range arguments {
		children[i] = &ast.ChildValue{Name: argument.Name, Value: argument.Value}
	}
	var out strings.Builder
	writeValue(&out, &ast.Value{Kind: ast.ObjectValue, Children: children})
	return out.String()
}

func writeValue(out *strings.Builder, value *ast.Value) {
	out.WriteString(strconv.Itoa(int(value.Kind)))
	out.WriteString(strconv.Quote(value.Raw))
	children := value.Children
	if value.Kind == ast.ObjectValue {
		children = slices.Clone(children)
		slices.SortStableFunc(children, func(a, b *ast.ChildValue) int { return cmp.Compare(a.Name, b.Name) })
	}
	for _, child := range children {
		out.WriteString("(" + child.Name + ":")
		writeValue(out, child.Value)
		out.WriteByte(')')
	}
}
