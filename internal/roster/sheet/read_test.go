package sheet_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
	"github.com/holdfast-edu/holdfast/internal/roster/sheet"
)

// TestWhatIsWrittenIsRead: rows of each kind, with any text, come back as they were, in
// their order and with the row of quarantine that each corrects.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	for _, f := range form.Forms() {
		t.Run(f.Kind, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				want := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) line { return drawLine(t, f) }), 0, 5).Draw(t, "lines")
				if diff := cmp.Diff(want, readBack(t, f, write(t, f, want)), cmp.AllowUnexported(line{})); diff != "" {
					t.Fatalf("- want, + got:\n%s", diff)
				}
			})
		})
	}
}

// line is a row as text, with the one in quarantine that it corrects.
type line struct {
	corrects string
	content  map[string]string
}

func write(t *rapid.T, f form.Form, lines []line) []byte {
	var file bytes.Buffer
	writer, err := sheet.NewWriter(&file, f, sheet.IDColumn, sheet.ProblemColumn)
	for _, one := range lines {
		err = errors.Join(err, writer.Write([]string{one.corrects, "=a problem, said at length"}, one.content))
	}
	if err := errors.Join(err, writer.Flush()); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func readBack(t *rapid.T, f form.Form, file []byte) []line {
	sink := &recorder{}
	if err := sheet.Read(context.Background(), fstest.MapFS{f.File + ".csv": {Data: file}}, sink, nil); err != nil {
		t.Fatal(err)
	}
	lines := []line{}
	for _, row := range sink.rows {
		origin, _ := reflect.TypeAssert[roster.Origin](reflect.ValueOf(row).FieldByName("Origin"))
		lines = append(lines, line{origin.Corrects, f.Content(row)})
	}
	for _, told := range sink.lines {
		if strings.Contains(told, "rejected") {
			t.Fatal(told)
		}
	}
	return lines
}

// drawLine gives what a row of the form could say, as the form writes it.
func drawLine(t *rapid.T, f form.Form) line {
	content := map[string]string{}
	for _, field := range f.Fields {
		if field.Needed || rapid.Bool().Draw(t, field.Name+" is said") {
			content[field.Name] = drawText(t, field)
		}
	}
	row, problems := f.Row(roster.Origin{}, content)
	if len(problems) > 0 {
		t.Fatalf("problems of %v: %+v", content, problems)
	}
	return line{rapid.SampledFrom([]string{"", uuid.NewString()}).Draw(t, "corrects"), f.Content(row)}
}

func drawText(t *rapid.T, field form.Field) string {
	switch field.Type {
	case form.Day:
		return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(-40_000, 300_000).Draw(t, field.Name)).Format(time.DateOnly)
	case form.Whole:
		return rapid.SampledFrom([]string{"1900", "2026", "2999"}).Draw(t, field.Name)
	case form.Parts:
		return rapid.StringMatching(`[0-9]{1,4}(\.[0-9]{1,4})?`).Draw(t, field.Name)
	case form.YesNo:
		return rapid.SampledFrom([]string{"yes", "no"}).Draw(t, field.Name)
	case form.Word:
		return rapid.SampledFrom(field.Words).Draw(t, field.Name)
	case form.Text, form.List:
	}
	return drawTrimmed(t, field)
}

// drawTrimmed gives text as readers hand it on, without space around it. Line breaks
// within a field are those of Unix: CSV knows no others.
func drawTrimmed(t *rapid.T, field form.Field) string {
	text := rapid.OneOf(rapid.StringMatching(`[^\x00\r\\]+`), rapid.StringMatching(`'{0,2}[=+@",;-][a-z",;\n]{0,5}`))
	return rapid.Map(text, strings.TrimSpace).Filter(func(text string) bool { return strings.Trim(text, "; \n\t") == text && text != "" }).Draw(t, field.Name)
}

// TestFormulasAreGuarded: what a spreadsheet program would work out has an apostrophe
// before it in the file.
func TestFormulasAreGuarded(t *testing.T) {
	t.Parallel()
	f, _ := form.Of("Student")
	for _, value := range []string{"=1+1", "+1 555 0100", "-1", "@here", "'=1"} {
		var file bytes.Buffer
		writer, err := sheet.NewWriter(&file, f)
		err = errors.Join(err, writer.Write(nil, map[string]string{"id": value}), writer.Flush())
		if err != nil || !strings.Contains(file.String(), "\n'"+value+",") {
			t.Errorf("%q was written so (%v): %q", value, err, file.String())
		}
	}
}

// TestCorrections: a line's id column names the row that it settles, and what is no id is
// told of.
func TestCorrections(t *testing.T) {
	t.Parallel()
	const id = "0191f0a4-0000-7000-8000-000000000001"
	sink := &recorder{}
	folder := fstest.MapFS{"students.csv": {Data: []byte("Quarantine ID,problem,id,firstName,lastName\n" + id + ",a,1,Ada,Lee\n,b,2,Ben,Lee\nrow 7,c,3,Cleo,Lee\n")}}
	if err := sheet.Read(t.Context(), folder, sink, nil); err != nil {
		t.Fatal(err)
	}
	want := []any{
		roster.Student{Origin: roster.Origin{File: "students.csv", Line: 2, Corrects: id}, Code: "1", FirstName: "Ada", LastName: "Lee"},
		roster.Student{Origin: roster.Origin{File: "students.csv", Line: 3}, Code: "2", FirstName: "Ben", LastName: "Lee"},
	}
	if diff := cmp.Diff(want, sink.rows); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if last := sink.lines[len(sink.lines)-1]; last != "- quarantineId | row 7 | is not the id of a row in quarantine" {
		t.Errorf("it said: %s", last)
	}
}

// endless is a folder with one file that never ends.
type endless struct{ fstest.MapFS }

func (e endless) Open(name string) (fs.File, error) {
	file, err := e.MapFS.Open(name)
	return endlessFile{file, strings.NewReader("studentId,schoolId,date,code\n1,11,2025-09-02,\"Tardy")}, err
}

type endlessFile struct {
	fs.File
	begins io.Reader
}

func (f endlessFile) Read(buffer []byte) (int, error) {
	if n, err := f.begins.Read(buffer); err == nil {
		return n, nil
	}
	return copy(buffer, bytes.Repeat([]byte("more\n"), len(buffer)/5+1)), nil
}

// TestAQuoteThatNeverEnds is given up after a megabyte, whatever the file's size.
func TestAQuoteThatNeverEnds(t *testing.T) {
	t.Parallel()
	var read int64
	folder := endless{fstest.MapFS{"attendance.csv": {}}}
	err := sheet.Read(t.Context(), folder, &recorder{}, func(done, _ int64) { read = done })
	if err == nil || !strings.HasPrefix(err.Error(), "attendance.csv:2: a line is longer than 1024 KiB; most likely a quote is not closed") {
		t.Errorf("it ended with %v", err)
	}
	if read > 2<<20 {
		t.Errorf("it read %d bytes", read)
	}
}

// stopping is a sink that ends the context, or fails, at its first row.
type stopping struct {
	recorder

	at func() error
}

func (s *stopping) Put(ctx context.Context, row any) error {
	return errors.Join(s.recorder.Put(ctx, row), s.at())
}

// TestReadingStops with the context, and with the sink's error as it is.
func TestReadingStops(t *testing.T) {
	t.Parallel()
	long := fstest.MapFS{"students.csv": {Data: []byte("id,firstName,lastName\n" + strings.Repeat("1,Ada,Lee\n", 50_000))}}
	ctx, cancel := context.WithCancel(t.Context())
	sink := &stopping{at: func() error { cancel(); return nil }}
	if err := sheet.Read(ctx, long, sink, nil); !errors.Is(err, context.Canceled) || len(sink.rows) > 20_000 {
		t.Errorf("the context ended, and it read %d rows and gave %v", len(sink.rows), err)
	}
	full := errors.New("full")
	sink = &stopping{at: func() error { return full }}
	if err := sheet.Read(t.Context(), long, sink, nil); !errors.Is(err, full) || len(sink.rows) != 1 {
		t.Errorf("the sink failed, and it read %d rows and gave %v", len(sink.rows), err)
	}
}

// TestProgress tells the bytes read, of all files; the limit on a line is none on a file.
func TestProgress(t *testing.T) {
	t.Parallel()
	file := []byte("id,firstName,lastName\n" + strings.Repeat("1,Ada,Lee\n", 150_000))
	var done, total int64
	folder := fstest.MapFS{"students.csv": {Data: file}, "students-2.csv": {Data: file}}
	if err := sheet.Read(t.Context(), folder, &recorder{}, func(d, all int64) { done, total = d, all }); err != nil {
		t.Fatal(err)
	}
	if want := int64(2 * len(file)); done != want || total != want {
		t.Errorf("%d of %d bytes, not %d", done, total, want)
	}
}

// TestNoFolder: a folder that is not there is told of in words.
func TestNoFolder(t *testing.T) {
	t.Parallel()
	err := sheet.Read(t.Context(), missing{}, &recorder{}, nil)
	if err == nil || err.Error() != "the folder: does not exist; check the path" {
		t.Errorf("it ended with %v", err)
	}
}

// oneFile is a folder with one file.
func oneFile(name string, content []byte) fs.FS { return fstest.MapFS{name: {Data: content}} }

type missing struct{}

func (missing) Open(string) (fs.File, error) { return nil, fs.ErrNotExist }
