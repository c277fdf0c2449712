package load_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/roster/sheet"
)

func csvSource(folder fs.FS) load.Source {
	return load.Source{Name: "Holdfast CSV", Read: func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
		return sheet.Read(ctx, folder, sink, progress)
	}}
}

func sheets(name string) fs.FS { return os.DirFS(filepath.Join("testdata", "sheets", name)) }

// newSheetTarget is a district of which nothing but its name is known.
func newSheetTarget(t *testing.T) *target {
	t.Helper()
	d := newTarget(t)
	bare := load.Source{Name: "a district", Read: func(ctx context.Context, sink roster.Sink, _ func(done, total int64)) error {
		return sink.Put(ctx, roster.District{Code: code, Name: "Made-up District", State: "TX"})
	}}
	planned, err := load.PlanDistrict(t.Context(), bare, code, "")
	if err != nil {
		t.Fatal(err)
	}
	d.id = planned.ID
	if _, err := load.Load(t.Context(), d.owner, planned, bare, load.Options{Now: october}); err != nil {
		t.Fatal(err)
	}
	return d
}

// loadSheets loads a folder of CSV under the application's login.
func (d *target) loadSheets(t *testing.T, folder fs.FS) load.Summary {
	t.Helper()
	summary, err := load.Load(t.Context(), d.application, d.find(t), csvSource(folder), load.Options{Now: october, AllowRemovals: true})
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// TestEveryKindOfSheet: a row of each kind stands in its table; the second time nothing
// changes.
func TestEveryKindOfSheet(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	summary := d.loadSheets(t, sheets("every-kind"))
	counts := countsOf(summary)
	for _, f := range form.Forms() {
		if c := counts[f.Kind]; c.read == 0 || c.created+c.updated != c.read || c.quarantined != 0 {
			t.Errorf("%s: %+v", f.Kind, c)
		}
	}
	issues := d.lines(t, `SELECT kind AS a, file AS b, line AS c, field AS d, value AS e, problem AS f
		FROM import_issue WHERE district_id = $1 AND outcome = 'QUARANTINED' ORDER BY 1, 2, 3`)
	if len(issues) > 0 {
		t.Errorf("issues:\n%s", strings.Join(issues, "\n"))
	}
	for query, want := range map[string][]string{
		liveEvents: {"1 | 09-04 | TARDY | 0 | false", "2 | 09-03 | UNEXCUSED_ABSENCE | 10000 | false", "2 | 09-04 | PARTIAL | 5000 | false"},
		`SELECT s.local_id AS a, e.exit_date AS b, e.exit_type AS c FROM student_school_association e JOIN student s ON s.district_id = e.district_id AND s.id = e.student_id
			WHERE e.district_id = $1 AND e.exit_date IS NOT NULL`: {"3 | 2025-09-09 | TRANSFERRED"},
		`SELECT a.kind AS a, a.days AS b, i.local_id AS c FROM discipline_action a JOIN discipline_action_incident l ON l.district_id = a.district_id AND l.action_id = a.id
			JOIN discipline_incident i ON i.district_id = l.district_id AND i.id = l.incident_id WHERE a.district_id = $1`: {"IN_SCHOOL_SUSPENSION | 10000 | I1"},
		`SELECT g.numeric AS a, g.letter AS b, c.title AS c FROM grade g JOIN course c ON c.district_id = g.district_id AND c.id = g.course_id
			WHERE g.district_id = $1`: {"585000 | F | Algebra I"},
		`SELECT attempted AS a, earned AS b, course_code AS c FROM course_transcript WHERE district_id = $1`:                {"10000 | 5000 | ENG8"},
		`SELECT value AS a FROM contact_channel WHERE district_id = $1`:                                                     {"+1 555 0100"},
		`SELECT sex AS a, array_to_string(race_ethnicity, '/') AS b FROM student WHERE district_id = $1 AND local_id = '2'`: {"Male | White/Asian"},
	} {
		if diff := cmp.Diff(want, d.lines(t, query)); diff != "" {
			t.Errorf("%s\n- want, + got:\n%s", query, diff)
		}
	}
	// The enrollments do not tell of the exit, so both would take turns.
	others := fstest.MapFS{}
	for name := range counts {
		f, _ := form.Of(name)
		if content, err := fs.ReadFile(sheets("every-kind"), f.File+".csv"); err == nil && name != "Enrollment" {
			others[f.File+".csv"] = &fstest.MapFile{Data: content}
		}
	}
	if again := d.loadSheets(t, others); again.Changed() != 0 {
		t.Errorf("the same files change rows the second time: %+v", again.Counts)
	}
}

// waitingLines gives what waits of a run, as kind file:line content: problems.
func (d *target) waitingLines(t *testing.T, run uuid.UUID) []string {
	t.Helper()
	var lines []string
	err := load.WaitingRows(t.Context(), d.application, d.find(t), run, func(row load.WaitingRow) error {
		var said []string
		for _, name := range slices.Sorted(maps.Keys(row.Content)) {
			said = append(said, name+"="+row.Content[name])
		}
		var problems []string
		for _, p := range row.Problems {
			problems = append(problems, strings.TrimSpace(p.Value+" "+p.Problem))
		}
		lines = append(lines, strings.Join([]string{row.Kind, row.File, strings.Join(said, " "), strings.Join(problems, "; ")}, " | "))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

const exits = `SELECT s.local_id AS a, coalesce(e.exit_date::text, '-') AS b, coalesce(e.exit_type, '-') AS c FROM student_school_association e
	JOIN student s ON s.district_id = e.district_id AND s.id = e.student_id WHERE e.district_id = $1 ORDER BY 1`

// wrong are the rows of testdata/sheets/wrong that wait.
var wrong = []string{
	"AttendanceEvent | attendance.csv | code=UX date=2025-09-08 schoolId=21 studentId=1 | UX is not in the district's map of attendance codes",
	"AttendanceEvent | attendance.csv | code=Unexcused Absence date=13/09/2025 reason==1+1 schoolId=22 studentId=2 | 13/09/2025 is no day",
	"AttendanceEvent | attendance.csv | code=Partial date=2025-09-04 schoolId=22 studentId=2 | is missing, so how much of the day was missed is not known",
	"AttendanceEvent | attendance.csv | code=Tardy date=2025-09-08 schoolId=22 studentId=9 | 9 names a student that is not known",
	"Enrollment | enrollments.csv | entryAssumed=no entryDate=2025-09-01 exitCode=W27 exitDate=2025-09-10 gradeLevel=FIFTH noCalendar=no schoolId=21 studentId=1" +
		" | W27 is not in the district's map of exit codes",
	"Enrollment | enrollments.csv | entryAssumed=no entryCode=Transfer entryDate=2025-09-01 exitCode=W27 exitDate=2025-09-10 gradeLevel=NINTH noCalendar=no" +
		" schoolId=22 studentId=2 | W27 is not in the district's map of exit codes",
}

// TestRowsWaitAsTheyWereWritten, what could not be read of them too; and the codes that
// the maps lack are summed up.
func TestRowsWaitAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	d.loadSheets(t, sheets("every-kind"))
	summary := d.loadSheets(t, sheets("wrong"))
	if diff := cmp.Diff(wrong, d.waitingLines(t, summary.RunID)); diff != "" {
		t.Errorf("waiting (- want, + got):\n%s", diff)
	}
	gaps := []load.Gap{{Map: "exit codes", Code: "W27", Rows: 2}, {Map: "attendance codes", Code: "UX", Rows: 1}}
	if diff := cmp.Diff(gaps, summary.Gaps); diff != "" {
		t.Errorf("gaps (- want, + got):\n%s", diff)
	}
	runs, err := load.Waiting(t.Context(), d.application, d.find(t), uuid.Nil)
	if err != nil || len(runs) != 1 || runs[0].ID != summary.RunID || runs[0].Rows != int64(len(wrong)) || runs[0].Source != "Holdfast CSV" {
		t.Fatalf("%v, runs %+v", err, runs)
	}
	var problems []string
	for _, p := range runs[0].Problems {
		problems = append(problems, strings.Join([]string{p.Kind, p.Code, p.Problem, p.First}, " | "))
	}
	if diff := cmp.Diff([]string{
		"Enrollment | W27 | is not in the district's map of exit codes | enrollments.csv:2",
		"AttendanceEvent | UX | is not in the district's map of attendance codes | attendance.csv:2",
		"AttendanceEvent |  | is missing, so how much of the day was missed is not known | attendance.csv:4",
		"AttendanceEvent |  | is no day | attendance.csv:3",
		"AttendanceEvent |  | names a student that is not known | attendance.csv:5",
	}, problems); diff != "" {
		t.Errorf("problems (- want, + got):\n%s", diff)
	}
}

// TestReplay: after the map was mended the rows that lacked it are loaded; the others go on
// waiting, and what was good before stays.
func TestReplay(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	d.loadSheets(t, sheets("every-kind"))
	run := d.loadSheets(t, sheets("wrong")).RunID
	another := d.loadSheets(t, fstest.MapFS{"attendance.csv": {Data: []byte("studentId,schoolId,date,code\n3,22,2025-09-08,UX\n")}}).RunID
	d.changePolicy(t, `{"exitCodes": {"W27": "DROPOUT"}, "attendanceCodes": {"UX": "UNEXCUSED_ABSENCE"}}`)
	summary, err := load.Replay(t.Context(), d.application, d.find(t), run, nil, load.Options{Now: october, AllowRemovals: true})
	if err != nil || summary.Quarantined() != 3 {
		t.Fatalf("%v; %+v", err, summary.Counts)
	}
	if diff := cmp.Diff(wrong[1:4], d.waitingLines(t, run)); diff != "" {
		t.Errorf("waiting (- want, + got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"1 | 2025-09-10 | DROPOUT", "2 | 2025-09-10 | DROPOUT", "3 | 2025-09-09 | TRANSFERRED"}, d.lines(t, exits)); diff != "" {
		t.Errorf("exits (- want, + got):\n%s", diff)
	}
	settled := d.lines(t, `SELECT count(*) AS a FROM quarantined_row WHERE district_id = $1 AND replayed_by = '`+summary.RunID.String()+`'`)
	if diff := cmp.Diff([]string{"3"}, settled); diff != "" {
		t.Errorf("settled (- want, + got):\n%s", diff)
	}
	if waits := d.waitingLines(t, summary.RunID); len(waits) != 0 {
		t.Errorf("the replay's own run has rows that wait: %v", waits)
	}
	if waits := d.waitingLines(t, another); len(waits) != 1 {
		t.Errorf("of the other run there wait %v", waits)
	}
	known := `SELECT known_through AS a FROM attendance_completeness k
		JOIN school s ON s.district_id = k.district_id AND s.id = k.school_id WHERE k.district_id = $1 ORDER BY s.local_id`
	if diff := cmp.Diff([]string{"2025-09-08", "2025-09-08"}, d.lines(t, known)); diff != "" {
		t.Errorf("known through (- want, + got):\n%s", diff)
	}
}

// TestRowsDoNotPileUp: an export that has the same rows again keeps each back once, under
// its latest run; when the map was mended, the next export settles them, and takes out of
// the day what it always takes.
func TestRowsDoNotPileUp(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	d.loadSheets(t, sheets("every-kind"))
	first := d.loadSheets(t, sheets("wrong")).RunID
	second := d.loadSheets(t, sheets("wrong"))
	if waits := d.waitingLines(t, first); len(waits) != 0 {
		t.Errorf("rows wait twice: %v", waits)
	}
	if diff := cmp.Diff(wrong, d.waitingLines(t, second.RunID)); diff != "" || second.Quarantined() != int64(len(wrong)) {
		t.Errorf("waiting (- want, + got):\n%s", diff)
	}
	d.changePolicy(t, `{"exitCodes": {"W27": "DROPOUT"}, "attendanceCodes": {"UX": "UNEXCUSED_ABSENCE"}}`)
	third := d.loadSheets(t, sheets("wrong"))
	if diff := cmp.Diff(wrong[1:4], d.waitingLines(t, third.RunID)); diff != "" {
		t.Errorf("waiting (- want, + got):\n%s", diff)
	}
	runs, err := load.Waiting(t.Context(), d.application, d.find(t), uuid.Nil)
	if err != nil || len(runs) != 1 || runs[0].Rows != 3 {
		t.Errorf("%v; %+v", err, runs)
	}
	rows := d.lines(t, "SELECT count(*) AS a, count(replayed_by) AS b FROM quarantined_row WHERE district_id = $1")
	if diff := cmp.Diff([]string{"6 | 3"}, rows); diff != "" {
		t.Errorf("rows (- want, + got):\n%s", diff)
	}
}

// TestRowsThatLookTheSame are rows of their own where the file has them twice.
func TestRowsThatLookTheSame(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	d.loadSheets(t, sheets("every-kind"))
	twice := func(times int) fs.FS {
		return fstest.MapFS{"attendance.csv": {Data: []byte("studentId,schoolId,date,code\n" + strings.Repeat("2,22,2025-09-08,UX\n", times))}}
	}
	d.loadSheets(t, twice(1))
	if waits := d.waitingLines(t, d.loadSheets(t, twice(2)).RunID); len(waits) != 2 {
		t.Errorf("waiting: %v", waits)
	}
	all := d.lines(t, "SELECT count(*) AS a FROM quarantined_row WHERE district_id = $1")
	if diff := cmp.Diff([]string{"2"}, all); diff != "" {
		t.Errorf("rows (- want, + got):\n%s", diff)
	}
}

// TestAReplayTakesNothingOut: a row of a day that is loaded late does not take out what
// the school told of the same day; and one row does not declare a year complete.
func TestAReplayTakesNothingOut(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	d.loadSheets(t, sheets("every-kind"))
	run := d.loadSheets(t, fstest.MapFS{"attendance.csv": {Data: []byte("studentId,schoolId,date,code\n2,22,2025-09-03,LATE\n")}}).RunID
	d.changePolicy(t, `{"attendanceCodes": {"LATE": "TARDY"}}`)
	july := func() time.Time { return time.Date(2026, time.July, 20, 12, 0, 0, 0, time.UTC) }
	if _, err := load.Replay(t.Context(), d.application, d.find(t), run, nil, load.Options{Now: july}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"1 | 09-04 | TARDY | 0 | false", "2 | 09-03 | TARDY | 0 | false", "2 | 09-03 | UNEXCUSED_ABSENCE | 10000 | false", "2 | 09-04 | PARTIAL | 5000 | false",
	}
	if diff := cmp.Diff(want, d.lines(t, liveEvents)); diff != "" {
		t.Errorf("events (- want, + got):\n%s", diff)
	}
	known := d.lines(t, "SELECT max(known_through) AS a FROM attendance_completeness WHERE district_id = $1")
	if diff := cmp.Diff([]string{"2025-09-04"}, known); diff != "" {
		t.Errorf("known through (- want, + got):\n%s", diff)
	}
}

// TestCorrectionsByHand: the fields that a person gives take the place of what stands, for
// the rows that are named alone.
func TestCorrectionsByHand(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	d.loadSheets(t, sheets("every-kind"))
	run := d.loadSheets(t, sheets("wrong")).RunID
	rows := map[string]uuid.UUID{}
	err := load.WaitingRows(t.Context(), d.application, d.find(t), run, func(row load.WaitingRow) error {
		rows[row.Kind+" of "+row.Content["studentId"]+" "+row.Content["date"]] = row.ID
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	replay := func(corrections map[uuid.UUID]map[string]string) (load.Summary, error) {
		return load.Replay(t.Context(), d.application, d.find(t), run, corrections, load.Options{Now: october, AllowRemovals: true})
	}
	summary, err := replay(map[uuid.UUID]map[string]string{
		rows["AttendanceEvent of 2 13/09/2025"]: {"date": "2025-09-10", "reason": ""},
		rows["AttendanceEvent of 2 2025-09-04"]: {"duration": "half"},
		rows["Enrollment of 1 "]:                {"exitCode": "Withdrawn"},
	})
	if err != nil || summary.Quarantined() != 1 {
		t.Fatalf("%v; %+v", err, summary.Counts)
	}
	want := slices.Clone(wrong)
	want[2] = "AttendanceEvent | attendance.csv | code=Partial date=2025-09-04 duration=half schoolId=22 studentId=2 | half is no number"
	if diff := cmp.Diff([]string{want[0], want[2], want[3], want[5]}, d.waitingLines(t, run)); diff != "" {
		t.Errorf("waiting (- want, + got):\n%s", diff)
	}
	for name, corrections := range map[string]map[uuid.UUID]map[string]string{
		"a row that waits no longer": {rows["Enrollment of 1 "]: {}},
		"a row that never was":       {uuid.New(): {}},
	} {
		if _, err := replay(corrections); !errors.Is(err, load.ErrNoneWait) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = replay(map[uuid.UUID]map[string]string{rows["Enrollment of 2 "]: {"exit_code": "Withdrawn"}})
	if wrongField, is := errors.AsType[*load.CorrectionError](err); !is || wrongField.Field != "exit_code" {
		t.Errorf("a field that is none: %v", err)
	}
}

// TestACorrectedDayHasItsOwnYear: a school year that was drawn from a day that was wrong
// does not outlive it; one that the row says does.
func TestACorrectedDayHasItsOwnYear(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	d.loadSheets(t, sheets("every-kind"))
	run := d.loadSheets(t, fstest.MapFS{"attendance.csv": {
		Data: []byte("studentId,schoolId,schoolYear,date,code\n1,21,,2024-09-09,Tardy\n2,22,2025,2024-09-09,Tardy\n2,22,2027,2024-09-10,Tardy\n"),
	}}).RunID
	if diff := cmp.Diff([]string{
		"AttendanceEvent | attendance.csv | code=Tardy date=2024-09-09 schoolId=21 studentId=1 | 2024-09-09 lies outside the student's enrollment in the school",
		"AttendanceEvent | attendance.csv | code=Tardy date=2024-09-09 schoolId=22 studentId=2 | 2024-09-09 lies outside the student's enrollment in the school",
		"AttendanceEvent | attendance.csv | code=Tardy date=2024-09-10 schoolId=22 schoolYear=2027 studentId=2 | 2024-09-10 lies outside the student's enrollment in the school",
	}, d.waitingLines(t, run)); diff != "" {
		t.Errorf("waiting (- want, + got):\n%s", diff)
	}
	corrections := map[uuid.UUID]map[string]string{}
	err := load.WaitingRows(t.Context(), d.application, d.find(t), run, func(row load.WaitingRow) error {
		corrections[row.ID] = map[string]string{"date": strings.Replace(row.Content["date"], "2024", "2025", 1)}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := load.Replay(t.Context(), d.application, d.find(t), run, corrections, load.Options{Now: october}); err != nil {
		t.Fatal(err)
	}
	years := d.lines(t, `SELECT school_year AS a, on_date AS b FROM attendance_event WHERE district_id = $1 AND on_date >= '2025-09-09' ORDER BY 2, 1`)
	if diff := cmp.Diff([]string{"2026 | 2025-09-09", "2026 | 2025-09-09", "2027 | 2025-09-10"}, years); diff != "" {
		t.Errorf("years (- want, + got):\n%s", diff)
	}
}

// TestAnExportIsWrittenDown: who takes rows out leaves a line in the audit log, and where
// nothing waits there is nothing to take.
func TestAnExportIsWrittenDown(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	d.loadSheets(t, sheets("every-kind"))
	run := d.loadSheets(t, sheets("wrong")).RunID
	by := access.Principal{Kind: access.Operator, PersonID: access.ID(uuid.New())}
	rows := 0
	export := func(run uuid.UUID) error {
		return load.ExportWaiting(t.Context(), d.application, d.find(t), run, by, func(load.WaitingRow) error {
			rows++
			return nil
		})
	}
	if err := export(run); err != nil || rows != len(wrong) {
		t.Errorf("%d rows, %v", rows, err)
	}
	want := []string{fmt.Sprintf(`OPERATOR | %s | IMPORT_RUN | %s | {"rows": %d}`, uuid.UUID(by.PersonID), run, len(wrong))}
	got := d.lines(t, `SELECT principal_kind AS a, principal_id AS b, subject AS c, subject_id AS d, after::text AS e FROM audit_log
		WHERE district_id = $1 AND operation = 'exportQuarantine'`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (- want, + got):\n%s", diff)
	}
	if err := export(uuid.New()); !errors.Is(err, load.ErrNoneWait) {
		t.Errorf("a run that never was: %v", err)
	}
}

// TestCorrectedFiles: rows are written as a file, corrected in it, and loaded; the id
// column says which they settle. Loading the file again changes nothing.
func TestCorrectedFiles(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	d.loadSheets(t, sheets("every-kind"))
	run := d.loadSheets(t, sheets("wrong")).RunID
	files := d.exported(t, run)
	attendance := strings.NewReplacer("13/09/2025", "2025-09-10", "9,22,,2025-09-08", "3,22,,2025-09-08", "UX", "UY").Replace(files["attendance.csv"])
	if !strings.Contains(attendance, "'=1+1") {
		t.Errorf("a formula is not guarded:\n%s", attendance)
	}
	corrected := fstest.MapFS{
		"attendance.csv":  {Data: []byte(attendance)},
		"enrollments.csv": {Data: []byte(strings.ReplaceAll(files["enrollments.csv"], "W27", "Withdrawn"))},
	}
	summary := d.loadSheets(t, corrected)
	if summary.Quarantined() != 2 {
		t.Errorf("%+v", summary.Counts)
	}
	want := []string{strings.ReplaceAll(wrong[0], "UX", "UY"), wrong[2]}
	if diff := cmp.Diff(want, d.waitingLines(t, run)); diff != "" {
		t.Errorf("waiting (- want, + got):\n%s", diff)
	}
	if waits := d.waitingLines(t, summary.RunID); len(waits) != 0 {
		t.Errorf("rows wait twice: %v", waits)
	}
	again := d.loadSheets(t, corrected)
	if diff := cmp.Diff(want, d.waitingLines(t, run)); diff != "" || again.Changed() != 0 {
		t.Errorf("the second time, %d changed; waiting (- want, + got):\n%s", again.Changed(), diff)
	}
}

// exported writes what waits of a run as the command does.
func (d *target) exported(t *testing.T, run uuid.UUID) map[string]string {
	t.Helper()
	files, writers := map[string]*bytes.Buffer{}, map[string]*sheet.Writer{}
	err := load.WaitingRows(t.Context(), d.application, d.find(t), run, func(row load.WaitingRow) error {
		f, _ := form.Of(row.Kind)
		if files[f.File] == nil {
			files[f.File] = &bytes.Buffer{}
			var err error
			if writers[f.File], err = sheet.NewWriter(files[f.File], f, sheet.IDColumn, sheet.ProblemColumn); err != nil {
				return err
			}
		}
		return errors.Join(writers[f.File].Write([]string{row.ID.String(), row.Problems[0].Problem}, row.Content), writers[f.File].Flush())
	})
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for name, content := range files {
		texts[name+".csv"] = content.String()
	}
	return texts
}

// TestTwoReplaysAtOnce: no row is loaded twice, and one of the two finds nothing left, or
// the other under way.
func TestTwoReplaysAtOnce(t *testing.T) {
	t.Parallel()
	d := newSheetTarget(t)
	d.loadSheets(t, sheets("every-kind"))
	run := d.loadSheets(t, sheets("wrong")).RunID
	d.changePolicy(t, `{"exitCodes": {"W27": "DROPOUT"}}`)
	there := d.find(t)
	ids := map[uuid.UUID]map[string]string{}
	err := load.WaitingRows(t.Context(), d.application, there, run, func(row load.WaitingRow) error {
		if row.Kind == "Enrollment" {
			ids[row.ID] = nil
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	summaries, errs := make([]load.Summary, 2), make([]error, 2)
	for i := range 2 {
		both.Go(func() {
			summaries[i], errs[i] = load.Replay(t.Context(), d.application, there, run, ids, load.Options{Now: october, AllowRemovals: true})
		})
	}
	both.Wait()
	changed := summaries[0].Changed() + summaries[1].Changed()
	if (errs[0] == nil) == (errs[1] == nil) || changed != 2 {
		t.Errorf("%v and %v; %d rows changed", errs[0], errs[1], changed)
	}
	if failed := errors.Join(errs...); !errors.Is(failed, load.ErrNoneWait) && !errors.Is(failed, load.ErrBusy) {
		t.Error(failed)
	}
}
