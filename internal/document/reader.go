package document

import (
	"strconv"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Documents that were found good are kept, so that they are read once.
const (
	keptDocuments = 1_000
	longestKept   = 1 << 14 // bytes
)

// Reader reads documents against one schema. It may be used by several goroutines.
type Reader struct {
	schema        *ast.Schema
	rules         *rules.Rules
	introspection bool
	kept          *lru.Cache[string, *Document]
}

// Document is a document that was found good.
type Document struct {
	Parsed     *ast.QueryDocument
	operations []*Operation
}

// Operation is one operation of a document.
type Operation struct {
	Kind  ast.Operation
	name  string
	price price

	neverNull []string // variables
}

// Cost gives the most values that the operation's answer can hold with variables as
// they were found to be of their types, defaults included. It is never over MostCost.
func (o *Operation) Cost(variables map[string]any) int64 { return o.price.at(variables) }

// NewReader makes a reader. Where introspection is not allowed, a document that asks
// for it is refused.
func NewReader(schema *ast.Schema, introspection bool) *Reader {
	kept, _ := lru.New[string, *Document](keptDocuments) // fails for sizes under one alone
	return &Reader{schema: withoutDefer(schema), rules: languageRules(), introspection: introspection, kept: kept}
}

// Known gives a document that was found good before.
func (r *Reader) Known(text string) (*Document, bool) { return r.kept.Get(text) }

// Read reads a document and holds it to the limits first, then to the rules of the
// language. What is wrong with it is told in at most MaxErrors errors.
func (r *Reader) Read(text string) (*Document, gqlerror.List) {
	if known, ok := r.kept.Get(text); ok {
		return known, nil
	}
	document, errs := r.read(text)
	if errs == nil && len(text) <= longestKept {
		r.kept.Add(strings.Clone(text), document)
	}
	return document, errs
}

func (r *Reader) read(text string) (*Document, gqlerror.List) {
	parsed, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, MaxTokens)
	if err != nil {
		return nil, gqlerror.List{parseError(err)}
	}
	if len(parsed.Operations) == 0 {
		return nil, gqlerror.List{{Message: "there is no operation: send a query or a mutation in query"}}
	}
	if err := checkWords(parsed); err != nil {
		return nil, gqlerror.List{err}
	}
	if err := checkSize(parsed, r.introspection); err != nil {
		return nil, gqlerror.List{err}
	}
	if errs := validator.ValidateWithRules(r.schema, parsed, r.rules); len(errs) > 0 {
		return nil, errs[:min(len(errs), MaxErrors)]
	}
	document, strict := &Document{Parsed: parsed}, neverNull(r.schema, parsed)
	for _, operation := range parsed.Operations {
		document.operations = append(document.operations, &Operation{
			Kind: operation.Operation, name: operation.Name, price: priceOf(operation.SelectionSet, rows{}), neverNull: strict[operation],
		})
	}
	return document, nil
}

// parseError tells what is no GraphQL; the parser's own limit is told as the others.
func parseError(err error) *gqlerror.Error {
	if strings.Contains(err.Error(), "exceeded token limit") {
		return limitError("tokens", MaxTokens, "over "+strconv.Itoa(MaxTokens), "ask in several requests")
	}
	return gqlerror.WrapIfUnwrapped(err)
}

// Operation gives the operation of that name; no name is that of the only one.
func (d *Document) Operation(name string) (*Operation, *gqlerror.Error) {
	if name == "" && len(d.operations) == 1 {
		return d.operations[0], nil
	}
	for _, operation := range d.operations {
		if operation.name == name && name != "" {
			return operation, nil
		}
	}
	if name == "" {
		return nil, &gqlerror.Error{Message: "the document has several operations: name one in operationName"}
	}
	return nil, &gqlerror.Error{Message: "the document has no operation of the name in operationName"}
}
