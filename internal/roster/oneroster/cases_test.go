package oneroster_test

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster/oneroster"
)

var update = flag.Bool("update", false, "write what is read as what is wanted")

// byIdentifiers are the options of every case that says nothing else.
var byIdentifiers = oneroster.Options{District: "4401"}

// folders are the cases: a folder of testdata each, whose files are laid over those of
// the base, and whose want.txt says what is read of it that is not of the base (+), and
// the other way round (-); of the bases it says all. A file that is empty is taken out
// of the base.
var folders = []struct {
	name, base string
	options    oneroster.Options
}{
	{name: "base-1.1"},
	{name: "base-1.2"},
	{name: "spelling-of-columns", base: "base-1.2"},
	{name: "slash-dates", base: "base-1.2"},
	{name: "truths", base: "base-1.2"},
	{name: "own-columns", base: "base-1.2"},
	{name: "manifest-leaves-out", base: "base-1.2"},
	{name: "no-manifest", base: "base-1.2"},
	{name: "version-1.0", base: "base-1.1"},
	{name: "two-persons-one-id", base: "base-1.2"},
	{name: "one-person-twice", base: "base-1.2"},
	{name: "changed-id", base: "base-1.2"},
	{name: "unknown-references", base: "base-1.2"},
	{name: "missing-values", base: "base-1.2"},
	{name: "odd-dates", base: "base-1.2"},
	{name: "ragged-rows", base: "base-1.2"},
	{name: "unknown-words", base: "base-1.2"},
	{name: "two-years", base: "base-1.2"},
	{name: "another-district", base: "base-1.2"},
	{name: "circles", base: "base-1.2"},
	{name: "no-schools", base: "base-1.2"},
	{name: "two-schools-one-id", base: "base-1.2"},
	{name: "gone-from-bulk", base: "base-1.1"},
	{name: "delta-1.1", base: "base-1.1"},
	{name: "delta-1.2", base: "base-1.2"},
	{name: "delta-renamed", base: "base-1.2"},
	{name: "delta-alone", base: "base-1.2"},
	{name: "delta-alone-by-ids", base: "base-1.2", options: oneroster.Options{District: "4401", Codes: oneroster.CodesOfSourcedIDs}},
}

func TestFolders(t *testing.T) {
	t.Parallel()
	for _, one := range folders {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			options := one.options
			if options.District == "" {
				options = byIdentifiers
			}
			got := readAll(t, laidOver(t, one.base, one.name), options)
			if one.base != "" {
				got = difference(readAll(t, laidOver(t, "", one.base), byIdentifiers), got)
			}
			compare(t, filepath.Join("testdata", one.name, "want.txt"), got)
		})
	}
}

// TestEveryFolderIsACase: none of them lies there unread.
func TestEveryFolderIsACase(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		asFolder := slices.ContainsFunc(folders, func(f struct {
			name, base string
			options    oneroster.Options
		},
		) bool {
			return f.name == entry.Name()
		})
		if _, asError := unreadable[entry.Name()]; !asFolder && !asError {
			t.Errorf("nothing reads testdata/%s", entry.Name())
		}
	}
}

// unreadable are folders that end the reading: over base-1.2 each, with the file, the
// line and the problem.
var unreadable = map[string]oneroster.FileError{
	"manifest-names-missing": {File: "manifest.csv", Line: 6, Problem: "says that demographics.csv is bulk, and it is not there"},
	"manifest-unknown-word":  {File: "manifest.csv", Line: 6, Problem: "says of users.csv neither absent, bulk nor delta"},
	"manifest-without-names": {File: "manifest.csv", Line: 1, Problem: "the column propertyName is missing"},
	"version-2":              {File: "manifest.csv", Line: 3, Problem: "oneroster.version is none that is known"},
	"missing-column":         {File: "users.csv", Line: 1, Problem: "the column familyName is missing"},
	"twice-a-column":         {File: "users.csv", Line: 1, Problem: "a column stands there twice"},
	"roles-missing":          {File: "roles.csv", Problem: "is absent, and without it nobody is known to be a student"},
	"role-column-missing":    {File: "users.csv", Line: 1, Problem: "the column role is missing"},
	"open-quote":             {File: "users.csv", Line: 3, Problem: "the quotes of a row do not match"},
	"empty-file":             {File: "courses.csv", Problem: "the file is empty"},
	"latin-1":                {File: "users.csv", Line: 2, Problem: "the text is not UTF-8"},
}

func TestUnreadableFolders(t *testing.T) {
	t.Parallel()
	for name, want := range unreadable {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := oneroster.Read(t.Context(), laidOver(t, "base-1.2", name), byIdentifiers, &recorder{}, nil)
			got, is := errors.AsType[*oneroster.FileError](err)
			if !is {
				t.Fatalf("got %v", err)
			}
			if got.File != want.File || got.Line != want.Line || got.Problem != want.Problem || got.Hint == "" {
				t.Errorf("got %+v", got)
			}
			if message := err.Error(); strings.ContainsAny(message, "\n\r") || strings.Contains(message, "Zenobia") {
				t.Errorf("the message %q", message)
			}
		})
	}
}

// laidOver gives the files of a base with those of a folder in their place.
func laidOver(t *testing.T, base, name string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, folder := range []string{base, name} {
		if folder == "" {
			continue
		}
		entries, err := os.ReadDir(filepath.Join("testdata", folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			content, err := os.ReadFile(filepath.Join("testdata", folder, entry.Name()))
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case entry.Name() == "want.txt":
			case len(bytes.TrimSpace(content)) == 0:
				delete(files, entry.Name())
			default:
				files[entry.Name()] = &fstest.MapFile{Data: content}
			}
		}
	}
	return files
}

func readAll(t *testing.T, files fs.FS, options oneroster.Options) []string {
	t.Helper()
	sink := &recorder{}
	if err := oneroster.Read(t.Context(), files, options, sink, nil); err != nil {
		t.Fatal(err)
	}
	return sink.all()
}

// difference gives the lines that are in one and not in the other.
func difference(base, got []string) []string {
	var lines []string
	for _, side := range []struct {
		sign       string
		has, lacks []string
	}{{"- ", base, got}, {"+ ", got, base}} {
		for _, line := range side.has {
			if !slices.Contains(side.lacks, line) {
				lines = append(lines, side.sign+line)
			}
		}
	}
	return lines
}

func compare(t *testing.T, path string, got []string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(strings.Join(got, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSuffix(string(want), "\n"), "\n"), got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}
