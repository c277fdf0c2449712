package document

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// mostCounted is where counting ends: a count this high is over every limit, and
// sums of a few of them cannot overflow.
const mostCounted = 1 << 24

// size is how large a selection is, with all that its fragments bring.
type size struct {
	depth, roots, fields, aliases, directives int
}

// beside gives the size of two selections in one set.
func (s size) beside(other size) size {
	return size{
		depth:      max(s.depth, other.depth),
		roots:      min(s.roots+other.roots, mostCounted),
		fields:     min(s.fields+other.fields, mostCounted),
		aliases:    min(s.aliases+other.aliases, mostCounted),
		directives: min(s.directives+other.directives, mostCounted),
	}
}

// ruler measures a document. Each fragment is measured once, however often it is
// spread, so that measuring takes as long as the document is.
type ruler struct {
	fragments     map[string]*ast.FragmentDefinition
	measured      map[string]size
	introspection bool // is allowed, and its depth and aliases are not counted
	introspects   bool // a field of introspection was met
}

// checkSize holds each operation to the limits.
func checkSize(document *ast.QueryDocument, introspection bool) *gqlerror.Error {
	r := &ruler{fragments: make(map[string]*ast.FragmentDefinition), measured: make(map[string]size), introspection: introspection}
	for _, fragment := range document.Fragments {
		if r.fragments[fragment.Name] == nil {
			r.fragments[fragment.Name] = fragment
		}
	}
	sizes := make([]size, len(document.Operations))
	for i, operation := range document.Operations {
		sizes[i] = r.set(operation.SelectionSet)
	}
	if r.introspects && !introspection {
		return &gqlerror.Error{Message: "introspection is not allowed here: the schema comes with the program", Extensions: map[string]any{"code": "FORBIDDEN"}}
	}
	fields := 0
	for i, operation := range document.Operations {
		s := sizes[i]
		s.directives += len(operation.Directives)
		for _, variable := range operation.VariableDefinitions {
			s.directives += len(variable.Directives)
		}
		fields = min(fields+s.fields, mostCounted)
		for _, limit := range sizeLimits {
			if found := limit.of(s); found > limit.most {
				return exceeded(limit.name, limit.most, found, limit.advice)
			}
		}
	}
	if fields > MaxFields {
		return exceeded("fields", MaxFields, fields, "ask in several requests, and spread each fragment once")
	}
	return nil
}

func (r *ruler) set(set ast.SelectionSet) size {
	var total size
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			total = total.beside(r.field(selection))
		case *ast.InlineFragment:
			total = total.beside(r.set(selection.SelectionSet)).beside(size{directives: len(selection.Directives)})
		case *ast.FragmentSpread:
			total = total.beside(r.fragment(selection.Name)).beside(size{directives: len(selection.Directives)})
		}
	}
	return total
}

func (r *ruler) field(field *ast.Field) size {
	s := r.set(field.SelectionSet)
	s.depth++
	s.roots = 1
	s.fields = min(s.fields+1, mostCounted)
	s.directives += len(field.Directives)
	if field.Alias != field.Name && field.Alias != "" {
		s.aliases++
	}
	if field.Name == "__schema" || field.Name == "__type" {
		r.introspects = true
		if r.introspection {
			s.depth, s.aliases = 1, 0
		}
	}
	return s
}

// fragment measures a fragment the first time that it is spread. One that spreads
// itself counts as nothing within itself: the rules refuse it.
func (r *ruler) fragment(name string) size {
	if known, ok := r.measured[name]; ok {
		return known
	}
	r.measured[name] = size{}
	fragment := r.fragments[name]
	if fragment == nil {
		return size{}
	}
	s := r.set(fragment.SelectionSet).beside(size{directives: len(fragment.Directives)})
	r.measured[name] = s
	return s
}
