package edfi_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
)

const soundStudent = "<Student><StudentUniqueId>1</StudentUniqueId>" +
	"<Name><FirstName>Zenobia</FirstName><LastSurname>Quill</LastSurname></Name></Student>"

func TestFileErrorIsOneLine(t *testing.T) {
	t.Parallel()
	err := &edfi.FileError{File: "Student.xml", Line: 7, Problem: "it is torn", Hint: "mend it"}
	if got := err.Error(); got != "Student.xml:7: it is torn; mend it" {
		t.Error(got)
	}
}

// TestUnreadableFolders says which folders end the reading.
func TestUnreadableFolders(t *testing.T) {
	t.Parallel()
	empty := folderOf(t, "notes.txt", "", ".hidden.xml", "", "._Student.xml", "")
	if err := os.Mkdir(filepath.Join(empty, "folder.xml"), 0o700); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		filepath.Join(empty, "missing"):   "the folder does not exist",
		filepath.Join(empty, "notes.txt"): "the folder cannot be read",
		empty:                             "the folder holds no .xml file",
	}
	for folder, problem := range tests {
		err := edfi.Read(t.Context(), os.DirFS(folder), &recorder{}, nil)
		if file, is := errors.AsType[*edfi.FileError](err); !is || file.File != "" || file.Problem != problem {
			t.Errorf("%s: %v", folder, err)
		}
	}
}

func TestUnreadableFile(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("the superuser may read every file")
	}
	folder := folderOf(t, "Student.xml", interchange("Student", ""))
	if err := os.Chmod(filepath.Join(folder, "Student.xml"), 0); err != nil {
		t.Fatal(err)
	}
	err := edfi.Read(t.Context(), os.DirFS(folder), &recorder{}, nil)
	if file, is := errors.AsType[*edfi.FileError](err); !is || file.Problem != "the file may not be read" {
		t.Error(err)
	}
}

// TestHarmlessForms reads files that look odd and are sound.
func TestHarmlessForms(t *testing.T) {
	t.Parallel()
	sound := interchange("Student", soundStudent)
	tests := map[string]string{
		"byte-order mark":           "\ufeff" + `<?xml version="1.0" encoding="utf-8"?>` + sound,
		"Windows line ends":         strings.ReplaceAll(sound, "\n", "\r\n"),
		"a document type":           "<!DOCTYPE InterchangeStudent>" + sound,
		"entities that nobody uses": `<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>` + sound,
		"comments and notes outside": "<!-- a --><?b?>" +
			interchange("Student", "<!-- c -->"+soundStudent+"<?d?>") + "<!-- e -->",
		"a prefixed namespace": `<e:InterchangeStudent xmlns:e="http://ed-fi.org/5.0.0">` +
			strings.NewReplacer("</", "</e:", "<", "<e:").Replace(soundStudent) + `</e:InterchangeStudent>`,
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := &recorder{}
			if err := edfi.Read(t.Context(), os.DirFS(folderOf(t, "STUDENT.XML", content)), sink, nil); err != nil {
				t.Fatal(err)
			}
			if len(sink.rows) != 1 {
				t.Errorf("rows %v, issues %v, passed over %v", sink.rows, sink.issues, sink.passedOver)
			}
		})
	}
}

// TestLines counts lines from 1 and means the one on which an element starts.
func TestLines(t *testing.T) {
	t.Parallel()
	student := strings.Replace(soundStudent, "<Student>", "<Student\n id='a'\n>", 1)
	sink := readElements(t, "Student", student+student+"\n<!--\n\n-->\n  "+student)
	wanted := []int{2, 4, 10}
	if len(sink.rows) != len(wanted) {
		t.Fatalf("%d rows", len(sink.rows))
	}
	for i, row := range sink.rows {
		if student, _ := row.(roster.Student); student.Line != wanted[i] {
			t.Errorf("row %d is on line %d, expected %d", i, student.Line, wanted[i])
		}
	}
}

// TestInterchangesWithoutPlace passes over whatever the model has no place for.
func TestInterchangesWithoutPlace(t *testing.T) {
	t.Parallel()
	sink := readElements(t, "Finance", "<LocalAccount/><LocalAccount/><Student/>")
	if len(sink.rows) != 0 || sink.passedOver["LocalAccount"] != 2 || sink.passedOver["Student"] != 1 {
		t.Errorf("rows %v, passed over %v", sink.rows, sink.passedOver)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	first, second := interchange("Student", soundStudent), interchange("Student", strings.Repeat(soundStudent, 2000))
	var seen []int64
	err := edfi.Read(t.Context(), os.DirFS(folderOf(t, "a.xml", first, "b.xml", second)), &recorder{}, func(done, total int64) {
		if total != int64(len(first)+len(second)) {
			t.Errorf("total %d", total)
		}
		if len(seen) > 0 && done < seen[len(seen)-1] {
			t.Errorf("progress went back to %d", done)
		}
		seen = append(seen, done)
	})
	if err != nil || len(seen) < 4 || seen[len(seen)-1] != int64(len(first)+len(second)) {
		t.Errorf("error %v, progress %v", err, seen)
	}
}

// stopper is a sink that ends the reading in its own way after some rows.
type stopper struct {
	recorder

	after int
	stop  func() error
}

func (s *stopper) Put(ctx context.Context, row any) error {
	if len(s.rows) == s.after {
		return s.stop()
	}
	return s.recorder.Put(ctx, row)
}

func TestSinkEndsReading(t *testing.T) {
	t.Parallel()
	full := errors.New("the disk is full")
	sink := &stopper{after: 3, stop: func() error { return full }}
	folder := folderOf(t, "a.xml", interchange("Student", strings.Repeat(soundStudent, 10)))
	if err := edfi.Read(t.Context(), os.DirFS(folder), sink, nil); !errors.Is(err, full) || len(sink.rows) != 3 {
		t.Errorf("error %v after %d rows", err, len(sink.rows))
	}
}

func TestCancelledBetweenElements(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	sink := &stopper{after: 3, stop: func() error { cancel(); return nil }}
	folder := folderOf(t, "a.xml", interchange("Student", strings.Repeat(soundStudent, 10)))
	if err := edfi.Read(ctx, os.DirFS(folder), sink, nil); !errors.Is(err, context.Canceled) || len(sink.rows) != 3 {
		t.Errorf("error %v after %d rows", err, len(sink.rows))
	}
}

func TestCancelledWithinElement(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	folder := folderOf(t, "a.xml", interchange("Student", "<Other>"+strings.Repeat("<a/>", 1<<20)+"</Other>"))
	err := edfi.Read(ctx, os.DirFS(folder), &recorder{}, func(done, total int64) {
		if done == total {
			t.Error("read to the end")
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
