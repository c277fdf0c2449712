package oneroster_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/oneroster"
)

func TestFileErrorIsOneLine(t *testing.T) {
	t.Parallel()
	err := &oneroster.FileError{File: "users.csv", Line: 7, Problem: "it is torn", Hint: "mend it"}
	if got := err.Error(); got != "users.csv:7: it is torn; mend it" {
		t.Error(got)
	}
}

// TestNoOneRoster says what is wrong with a folder of something else.
func TestNoOneRoster(t *testing.T) {
	t.Parallel()
	err := oneroster.Read(t.Context(), fstest.MapFS{"Student.xml": {}, "notes.txt": {}}, byIdentifiers, &recorder{}, nil)
	if file, is := errors.AsType[*oneroster.FileError](err); !is || file.Problem != "there is no file of OneRoster CSV" {
		t.Error(err)
	}
}

// TestNamesOfFiles: their case does not matter, unless two are the same then.
func TestNamesOfFiles(t *testing.T) {
	t.Parallel()
	files, shouted := laidOver(t, "", "base-1.2"), fstest.MapFS{}
	for name, file := range files {
		shouted[strings.ToUpper(name)] = file
	}
	want := readAll(t, files, byIdentifiers)
	got := readAll(t, shouted, byIdentifiers)
	if len(got) != len(want) {
		t.Errorf("%d lines, expected %d", len(got), len(want))
	}
	files["Users.CSV"] = files["users.csv"]
	err := oneroster.Read(t.Context(), files, byIdentifiers, &recorder{}, nil)
	if file, is := errors.AsType[*oneroster.FileError](err); !is || file.Problem != "stands twice, in different case" {
		t.Error(err)
	}
}

// TestAHugeRow: a row without an end does not fill the memory.
func TestAHugeRow(t *testing.T) {
	t.Parallel()
	files := laidOver(t, "", "base-1.2")
	files["courses.csv"] = &fstest.MapFile{Data: []byte("sourcedId,title\nc-1,\"" + strings.Repeat("Zenobia ", 1<<20))}
	err := oneroster.Read(t.Context(), files, byIdentifiers, &recorder{}, nil)
	if file, is := errors.AsType[*oneroster.FileError](err); !is || !strings.HasPrefix(file.Problem, "a row is larger than 1 MiB") {
		t.Error(err)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	var total, last int64
	steps := 0
	err := oneroster.Read(t.Context(), laidOver(t, "", "base-1.2"), byIdentifiers, &recorder{}, func(done, all int64) {
		if done < last || done > all || total != 0 && all != total {
			t.Errorf("progress %d of %d after %d of %d", done, all, last, total)
		}
		last, total = done, all
		steps++
	})
	if err != nil || steps < 10 || last != total || total == 0 {
		t.Errorf("error %v, %d steps to %d of %d", err, steps, last, total)
	}
}

// stopper is a sink that ends the reading in its own way after some rows.
type stopper struct {
	recorder

	after int
	stop  func() error
}

func (s *stopper) Put(ctx context.Context, row any) error {
	if len(s.lines) == s.after {
		return s.stop()
	}
	return s.recorder.Put(ctx, row)
}

func TestSinkEndsReading(t *testing.T) {
	t.Parallel()
	full := errors.New("the disk is full")
	sink := &stopper{after: 3, stop: func() error { return full }}
	if err := oneroster.Read(t.Context(), laidOver(t, "", "base-1.2"), byIdentifiers, sink, nil); !errors.Is(err, full) || len(sink.lines) != 3 {
		t.Errorf("error %v after %d rows", err, len(sink.lines))
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	sink := &stopper{after: 3, stop: func() error { cancel(); return nil }}
	if err := oneroster.Read(ctx, laidOver(t, "", "base-1.2"), byIdentifiers, sink, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// counter is a sink that keeps nothing but the largest heap that it saw.
type counter struct {
	rows int
	heap uint64
}

func (c *counter) Put(context.Context, any) error {
	const every = 50_000
	if c.rows++; c.rows%every == 0 {
		c.look()
	}
	return nil
}

func (c *counter) look() {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	c.heap = max(c.heap, stats.HeapAlloc)
}

func (*counter) Reject(context.Context, any, []roster.Issue) error { return nil }
func (*counter) Tolerate(context.Context, roster.Issue) error      { return nil }
func (*counter) Cover(roster.Coverage) error                       { return nil }
func (*counter) PassOver(string) error                             { return nil }

// many is a district of 40,000 students, two contacts each, and 12,000 classes.
func many() fs.FS {
	const students, classes = 40_000, 12_000
	var users, roles, sections, enrollments strings.Builder
	users.WriteString("sourcedId,givenName,familyName,identifier,grades,agentSourcedIds\n")
	roles.WriteString("sourcedId,userSourcedId,roleType,role,orgSourcedId\n")
	sections.WriteString("sourcedId,title,courseSourcedId,schoolSourcedId,termSourcedIds\n")
	enrollments.WriteString("sourcedId,classSourcedId,userSourcedId,role,beginDate\n")
	const id = "%08d-3f1c-4e7a-9b52-6d0f8a2c%04d" // as long as a UUID
	for i := range students {
		one := fmt.Sprintf(id, i, 0)
		fmt.Fprintf(&users, "%s,Ada,Quill,%d,09,\n", one, 1_000_000+i)
		fmt.Fprintf(&roles, "r%d,%s,primary,student,o-%d\n", i, one, i%200)
		fmt.Fprintf(&enrollments, "e%d,k-%d,%s,student,2025-08-20\n", i, i%classes, one)
		for n := 1; n <= 2; n++ {
			other := fmt.Sprintf(id, i, n)
			fmt.Fprintf(&users, "%s,Fay,Quill,,,%s\n", other, one)
			fmt.Fprintf(&roles, "p%d-%d,%s,primary,parent,o-0\n", i, n, other)
		}
	}
	for i := range classes {
		fmt.Fprintf(&sections, "k-%d,Algebra,c-1,o-%d,s-year\n", i, i%200)
	}
	var orgs strings.Builder
	orgs.WriteString("sourcedId,name,type,identifier\n")
	for i := range 200 {
		fmt.Fprintf(&orgs, "o-%d,School,school,%d\n", i, i)
	}
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"orgs.csv": orgs.String(), "users.csv": users.String(), "roles.csv": roles.String(), "classes.csv": sections.String(),
		"enrollments.csv":      enrollments.String(),
		"courses.csv":          "sourcedId,title\nc-1,Algebra\n",
		"academicSessions.csv": "sourcedId,title,type,startDate,endDate,schoolYear\ns-year,Year,schoolYear,2025-08-18,2026-06-06,2026\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// TestMemory holds what is held of 40,000 students, with 80,000 contacts, to 20 MiB: of
// 200,000 it was 78 MiB.
func TestMemory(t *testing.T) { //nolint:paralleltest // it measures the heap of the whole program
	files := many()
	before, sink := &counter{}, &counter{}
	before.look()
	if err := oneroster.Read(t.Context(), files, byIdentifiers, sink, nil); err != nil {
		t.Fatal(err)
	}
	const most = 20 << 20
	held := sink.heap - min(before.heap, sink.heap)
	t.Logf("%d rows; at most %d KiB held", sink.rows, held>>10)
	if sink.rows < 200_000 || held > most || held == 0 {
		t.Errorf("%d rows; at most %d bytes held", sink.rows, held)
	}
	runtime.KeepAlive(files)
}

// TestKindsOfMarks: which titles are of marks, and which are of assignments.
func TestKindsOfMarks(t *testing.T) {
	t.Parallel()
	titles := map[string]string{
		"Final Grade": "FINAL", "final grades": "FINAL", "Course Grade": "FINAL", "Semester 1": "SEMESTER", "S1": "SEMESTER", "Sem 2 Grade": "SEMESTER",
		"Quarter 3": "GRADING_PERIOD", "Q1": "GRADING_PERIOD", "Q1 Grade": "GRADING_PERIOD", "1st Nine Weeks": "GRADING_PERIOD",
		"First Six Weeks": "GRADING_PERIOD", "MP2": "GRADING_PERIOD", "Trimester II": "GRADING_PERIOD", "Report Card": "GRADING_PERIOD",
		"Progress Report 2": "PROGRESS", "Interim Grade": "PROGRESS",
		"Final Exam": "", "Final Project": "", "Final": "", "Quiz 1": "", "Q1 Quiz": "", "Homework": "", "Semester 1 Exam": "", "S": "", "T": "", "": "", "1": "",
	}
	for _, title := range slices.Sorted(maps.Keys(titles)) {
		files := laidOver(t, "", "base-1.1")
		files["lineItems.csv"] = &fstest.MapFile{Data: []byte("sourcedId,title,classSourcedId\nl-nine," + title + ",k-alg\n")}
		kind := ""
		for _, line := range readAll(t, files, byIdentifiers) {
			if _, after, is := strings.Cut(line, `SchoolYear=2026 Kind="`); is && strings.HasPrefix(line, "put Grade") {
				kind, _, _ = strings.Cut(after, `"`)
			}
		}
		if kind != titles[title] {
			t.Errorf("%q is of a mark %q, expected %q", title, kind, titles[title])
		}
	}
}
