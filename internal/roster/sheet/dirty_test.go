package sheet_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster/sheet"
)

// TestDirtyFiles reads each folder of testdata/dirty, and holds what the sink was told
// to the file told.txt beside the files.
func TestDirtyFiles(t *testing.T) {
	t.Parallel()
	for _, folder := range folders(t, "dirty") {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			sink := &recorder{}
			if err := sheet.Read(t.Context(), os.DirFS(folder), sink, nil); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(told(t, folder), sink.lines); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
		})
	}
}

// TestRefusedFiles: a file that is something else ends the reading with one line, which
// told.txt has; it names file, problem and what to do, and quotes nothing of a row.
func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	for _, folder := range folders(t, "refused") {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			err := sheet.Read(t.Context(), os.DirFS(folder), &recorder{}, nil)
			if _, is := errors.AsType[*sheet.FileError](err); !is {
				t.Fatalf("it ended with %v", err)
			}
			if diff := cmp.Diff(told(t, folder), []string{err.Error()}); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
		})
	}
}

func folders(t *testing.T, of string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("testdata", of, "*"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no folders: %v", err)
	}
	return found
}

// told gives the lines of told.txt.
func told(t *testing.T, folder string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "told.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}
