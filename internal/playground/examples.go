package playground

import (
	"embed"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// contract holds the operations that front ends run, as the contract gives them,
// also those that this API does not answer yet.
//
//go:embed examples/*.graphql
var contract embed.FS

// files are the contract's files in the order to show them, with whose they are.
var files = []struct{ name, title string }{
	{"district.graphql", "District and school staff"},
	{"casework.graphql", "Advocates, counselors, coordinators"},
	{"recovery.graphql", "Dropout follow-up"},
	{"partner.graphql", "Agencies, consent, referrals"},
	{"measures.graphql", "Board report, comparison, goals"},
	{"access.graphql", "Who may see what"},
	{"live.graphql", "Live and offline"},
}

// Group is the examples of one kind of reader.
type Group struct {
	Title    string    `json:"title"`
	Examples []Example `json:"examples"`
}

// Example is one operation, with its comments.
type Example struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"` // query or mutation
	Document string `json:"document"`
}

// groupsFor gives the examples that the schema can answer.
func groupsFor(schema *ast.Schema) []Group {
	groups := []Group{}
	for _, file := range files {
		source, err := contract.ReadFile("examples/" + file.name)
		if err != nil {
			continue // a test holds the table to the folder
		}
		group := Group{Title: file.title}
		for _, example := range operations(string(source)) {
			if answerable(schema, example) {
				group.Examples = append(group.Examples, example)
			}
		}
		if len(group.Examples) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// operations cuts a document into its operations; a comment after one is its own.
func operations(source string) []Example {
	document, err := parser.ParseQuery(&ast.Source{Input: source})
	if err != nil {
		return nil // a test reads each file
	}
	lines := strings.SplitAfter(source, "\n")
	examples := make([]Example, len(document.Operations))
	for i, operation := range document.Operations {
		end := len(lines)
		if i+1 < len(document.Operations) {
			end = document.Operations[i+1].Position.Line - 1
		}
		text := strings.Join(lines[operation.Position.Line-1:end], "")
		examples[i] = Example{Name: operation.Name, Kind: string(operation.Operation), Document: strings.TrimSpace(text) + "\n"}
	}
	return examples
}

// answerable tells whether the schema can answer the operation, and the page can
// ask it: it asks by POST, which subscriptions do not come by.
func answerable(schema *ast.Schema, example Example) bool {
	if example.Kind == string(ast.Subscription) {
		return false
	}
	_, errs := gqlparser.LoadQueryWithRules(schema, example.Document, rules.NewDefaultRules())
	return len(errs) == 0
}
