package api_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/server"
)

// audited is what graphql-http says of one of its audits.
type audited struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"` // ok, notice, warn or error
	Reason string `json:"reason"`
}

// audit runs graphql-http's server audit against an address, as a coordinator.
func (w *world) audit(t *testing.T, address string) []audited {
	t.Helper()
	tools := filepath.Join("..", "tools")
	if _, err := os.Stat(filepath.Join(tools, "node_modules", "graphql-http")); errors.Is(err, fs.ErrNotExist) {
		t.Skip("graphql-http is not installed: make tools installs it")
	}
	authorization := w.at(t, address, "DISTRICT_COORDINATOR").header.Get("Authorization")
	command := exec.CommandContext(t.Context(), "node", "audit.mjs")
	command.Dir = tools
	command.Env = append(os.Environ(), "AUDIT_URL="+address+"/graphql", "AUDIT_TOKEN="+strings.TrimPrefix(authorization, "Bearer "))
	command.Stderr = os.Stderr
	printed, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var results []audited
	if err := json.Unmarshal(printed, &results); err != nil {
		t.Fatal(err)
	}
	return results
}

// TestGraphQLOverHTTP holds the server to graphql-http's audit: all of it as it is
// for development; in production, where GET is refused, all but what MAY be
// answered by GET. The audit introspects, so both servers answer that.
func TestGraphQLOverHTTP(t *testing.T) {
	t.Parallel()
	w := shared(t)
	for name, one := range map[string]struct {
		config  server.Config
		notices []string
	}{
		"for development": {server.Config{Introspection: true, GET: true}, nil},
		"in production":   {server.Config{Introspection: true}, []string{"5A70", "6A70", "D6D5"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results := w.audit(t, listen(t, w.newHandler(t, one.config)))
			var notices []string
			for _, result := range results {
				switch result.Status {
				case "ok":
				case "notice":
					notices = append(notices, result.ID)
				default:
					t.Errorf("%s: %s %s: %s", result.Status, result.ID, result.Name, result.Reason)
				}
			}
			slices.Sort(notices)
			if diff := cmp.Diff(one.notices, notices); diff != "" || len(results) != 61 {
				t.Errorf("%d audits; notices (-want +got):\n%s", len(results), diff)
			}
		})
	}
}
