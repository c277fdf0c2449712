// Command bundle writes the whole public contract, schema.graphql, from its
// sources by domain. It is run by go generate in the folder graph.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

const banner = "# Bundled from graph/schema by go generate: change it there.\n\n"

func main() {
	if err := bundle("schema", filepath.Join("..", "schema.graphql")); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// bundle reads the folder's sources and writes them as one schema.
func bundle(folder, target string) error {
	paths, err := filepath.Glob(filepath.Join(folder, "*.graphql"))
	if err != nil {
		return fmt.Errorf("list the sources: %w", err)
	}
	slices.Sort(paths)
	sources := make([]*ast.Source, len(paths))
	for i, path := range paths {
		text, err := os.ReadFile(path) //nolint:gosec // the project's own sources
		if err != nil {
			return fmt.Errorf("read a source: %w", err)
		}
		sources[i] = &ast.Source{Name: path, Input: string(text)}
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		return fmt.Errorf("load the schema: %w", err)
	}
	out, err := os.Create(target) //nolint:gosec // the project's own output
	if err != nil {
		return fmt.Errorf("make the bundle: %w", err)
	}
	if _, err := out.WriteString(banner); err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	formatter.NewFormatter(out, formatter.WithIndent("  ")).FormatSchema(schema)
	return out.Close()
}
