package edfi_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
)

// recorder is a sink that keeps everything.
type recorder struct {
	rows       []any
	issues     []roster.Issue
	tolerated  []roster.Issue
	passedOver map[string]int
}

func (s *recorder) Put(_ context.Context, row any) error {
	s.rows = append(s.rows, row)
	return nil
}

func (s *recorder) Reject(_ context.Context, _ any, problems []roster.Issue) error {
	s.issues = append(s.issues, problems...)
	return nil
}

func (s *recorder) Tolerate(_ context.Context, issue roster.Issue) error {
	s.tolerated = append(s.tolerated, issue)
	return nil
}

func (s *recorder) Cover(roster.Coverage) error { return nil }

func (s *recorder) PassOver(kind string) error {
	if s.passedOver == nil {
		s.passedOver = map[string]int{}
	}
	s.passedOver[kind]++
	return nil
}

// kinds counts the rows by the name of their struct.
func (s *recorder) kinds() map[string]int {
	counts := map[string]int{}
	for _, row := range s.rows {
		counts[strings.TrimPrefix(fmt.Sprintf("%T", row), "roster.")]++
	}
	return counts
}

// folderOf writes files, given as name and content by turns, into a new folder.
func folderOf(t *testing.T, files ...string) string {
	t.Helper()
	folder := t.TempDir()
	for file := range slices.Chunk(files, 2) {
		if err := os.WriteFile(filepath.Join(folder, file[0]), []byte(file[1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// interchange gives a file of the named interchange. The elements begin on its
// second line.
func interchange(name, elements string) string {
	return `<Interchange` + name + ` xmlns="http://ed-fi.org/5.2.0">` + "\n" + elements + "\n</Interchange" + name + ">\n"
}

// readElements reads elements of an interchange from the file input.xml.
func readElements(t *testing.T, name, elements string) *recorder {
	t.Helper()
	sink := &recorder{}
	folder := folderOf(t, "input.xml", interchange(name, elements))
	if err := edfi.Read(t.Context(), os.DirFS(folder), sink, nil); err != nil {
		t.Fatal(err)
	}
	return sink
}

// only gives the one row that a sink got, which is to be of the kind T.
func only[T any](t *testing.T, sink *recorder) T {
	t.Helper()
	if len(sink.rows) != 1 {
		t.Fatalf("%d rows, issues %v", len(sink.rows), sink.issues)
	}
	row, is := sink.rows[0].(T)
	if !is {
		t.Fatalf("the row is a %T", sink.rows[0])
	}
	return row
}

func day(year int, month time.Month, date int) time.Time {
	return time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
}

func at(file string, line int) roster.Origin {
	return roster.Origin{File: file, Line: line}
}

const (
	ofStudent = `<StudentReference><StudentIdentity>` +
		`<StudentUniqueId> 1 </StudentUniqueId></StudentIdentity></StudentReference>`
	ofSchool = `<SchoolReference><SchoolIdentity><SchoolId>10 </SchoolId></SchoolIdentity></SchoolReference>`
)

// originOf gives where a row was read.
func originOf(t *testing.T, row any) roster.Origin {
	t.Helper()
	origin, is := reflect.TypeAssert[roster.Origin](reflect.ValueOf(row).FieldByName("Origin"))
	if !is {
		t.Fatalf("a %T has no origin", row)
	}
	return origin
}
