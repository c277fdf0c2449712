// Command withoutdefer takes out of the generated executor what it prepares for every
// object in case of @defer, which Holdfast's schema does not have (see
// internal/document). It is run by go generate in the folder graph.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	prepared = "deferred := graphql.NewDeferredGroup(ctx)"
	unused   = "var deferred graphql.DeferredGroup"

	mode = 0o644 // as its other sources
)

var errNothing = errors.New("the executor prepares nothing for @defer any more: remove this command")

func main() {
	if err := rewrite(filepath.Join("generated", "exec.go")); err != nil {
		fmt.Fprintln(os.Stderr, "withoutdefer:", err)
		os.Exit(1)
	}
}

func rewrite(path string) error {
	text, err := os.ReadFile(path) //nolint:gosec // the project's own output
	if err != nil {
		return fmt.Errorf("read the executor: %w", err)
	}
	if !strings.Contains(string(text), prepared) {
		return errNothing
	}
	out := strings.ReplaceAll(string(text), prepared, unused)
	if err := os.WriteFile(path, []byte(out), mode); err != nil { //nolint:gosec // the project's own output
		return fmt.Errorf("write the executor: %w", err)
	}
	return nil
}
