package document

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// speller looks for a name or a text that is longer than any has to be. Rules, error
// messages and answers repeat them, so that a long one costs many times its length.
type speller struct {
	longest     int // of the names
	longestText int
}

// checkWords holds every name and text of a document to their limits.
func checkWords(document *ast.QueryDocument) *gqlerror.Error {
	s := &speller{}
	for _, operation := range document.Operations {
		s.name(operation.Name)
		s.directives(operation.Directives)
		for _, variable := range operation.VariableDefinitions {
			s.name(variable.Variable)
			s.name(variable.Type.Name())
			s.value(variable.DefaultValue)
			s.directives(variable.Directives)
		}
		s.set(operation.SelectionSet)
	}
	for _, fragment := range document.Fragments {
		s.name(fragment.Name)
		s.name(fragment.TypeCondition)
		s.directives(fragment.Directives)
		s.set(fragment.SelectionSet)
	}
	switch {
	case s.longest > MaxName:
		return exceeded("bytes of a name", MaxName, s.longest, "use a shorter one")
	case s.longestText > MaxText:
		return exceeded("bytes of a text in the document", MaxText, s.longestText, "send it as a variable")
	}
	return nil
}

func (s *speller) name(name string) { s.longest = max(s.longest, len(name)) }

func (s *speller) set(set ast.SelectionSet) {
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			s.name(selection.Name)
			s.name(selection.Alias)
			s.arguments(selection.Arguments)
			s.directives(selection.Directives)
			s.set(selection.SelectionSet)
		case *ast.InlineFragment:
			s.name(selection.TypeCondition)
			s.directives(selection.Directives)
			s.set(selection.SelectionSet)
		case *ast.FragmentSpread:
			s.name(selection.Name)
			s.directives(selection.Directives)
		}
	}
}

func (s *speller) arguments(arguments ast.ArgumentList) {
	for _, argument := range arguments {
		s.name(argument.Name)
		s.value(argument.Value)
	}
}

func (s *speller) directives(directives ast.DirectiveList) {
	for _, directive := range directives {
		s.name(directive.Name)
		s.arguments(directive.Arguments)
	}
}

func (s *speller) value(value *ast.Value) {
	if value == nil {
		return
	}
	switch value.Kind {
	case ast.EnumValue, ast.Variable:
		s.name(value.Raw)
	default:
		s.longestText = max(s.longestText, len(value.Raw))
	}
	for _, child := range value.Children {
		s.name(child.Name)
		s.value(child.Value)
	}
}
