package permissions_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/test/permissions"
)

var update = flag.Bool("update", false, "write the golden files anew")

func read(t *testing.T) *permissions.Matrix {
	t.Helper()
	m, err := permissions.Read()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestGolden holds the expansion to the golden files that were read and agreed to: a
// changed cell shows as the answers that it changes.
func TestGolden(t *testing.T) {
	t.Parallel()
	m := read(t)
	made := map[string]bool{}
	for reader := range m.Readers {
		name := permissions.GoldenName(reader)
		made[name] = true
		path, want := filepath.Join("golden", name), m.Golden(reader)
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%s: %v; write it with -update, and read it", reader, err)
			continue
		}
		if diff := cmp.Diff(string(got), want); diff != "" {
			t.Errorf("%s (-golden +files):\n%s", reader, diff)
		}
	}
	there, err := os.ReadDir("golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range there {
		if !made[one.Name()] {
			t.Errorf("golden/%s is of nobody", one.Name())
		}
	}
}
