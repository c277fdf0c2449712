package playground

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/holdfast-edu/holdfast/graph"
	"github.com/holdfast-edu/holdfast/graph/generated"
)

func apiSchema() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{Resolvers: &graph.Resolver{}}).Schema()
}

func TestExamplesAreWhatTheSchemaAnswers(t *testing.T) {
	t.Parallel()
	schema := apiSchema()
	offered := map[string]bool{}
	for _, group := range groupsFor(schema) {
		for _, example := range group.Examples {
			document, errs := gqlparser.LoadQueryWithRules(schema, example.Document, rules.NewDefaultRules())
			if len(errs) > 0 || len(document.Operations) != 1 || document.Operations[0].Name != example.Name {
				t.Errorf("%s: %v", example.Name, errs)
			}
			if offered[example.Name] {
				t.Errorf("%s is offered twice", example.Name)
			}
			offered[example.Name] = true
		}
	}
	for _, name := range []string{
		"Viewer", "DistrictOverview", "StudentList", "StudentPage", "ImportRuns",
		"MyAccess", "WhoCanSee", "ViewAs", "GrantNeedToKnow", "RevokeNeedToKnow", "AssignRole", "EndRole", "AddNote",
	} {
		if !offered[name] {
			t.Errorf("%s is not offered", name)
		}
	}
}

func TestEachFileIsReadAndListed(t *testing.T) {
	t.Parallel()
	paths, err := fs.Glob(contract, "examples/*.graphql")
	if err != nil || len(paths) != len(files) {
		t.Fatalf("%d files, %d in the table: %v", len(paths), len(files), err)
	}
	for _, path := range paths {
		source, err := contract.ReadFile(path)
		if err != nil || len(operations(string(source))) == 0 {
			t.Errorf("%s cannot be read: %v", path, err)
		}
	}
}

// TestExamplesAreTheContracts holds the copies to the contract beside the
// repository, as far as this API answers it.
func TestExamplesAreTheContracts(t *testing.T) {
	t.Parallel()
	const folder = "../../../shared/contract"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the contract is not at ../shared/contract, seen from the repository")
	}
	schema := apiSchema()
	for _, file := range files {
		source, err := os.ReadFile(filepath.Join(folder, file.name))
		if err != nil {
			t.Errorf("the contract has no %s: %v", file.name, err)
			continue
		}
		copied, err := contract.ReadFile("examples/" + file.name)
		if err != nil {
			t.Fatal(err)
		}
		ours := operations(string(copied))
		for _, theirs := range operations(string(source)) {
			if answerable(schema, theirs) && !slices.Contains(ours, theirs) {
				t.Errorf("%s of %s is not as in the contract: copy the file anew", theirs.Name, file.name)
			}
		}
	}
}
