package load_test

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// TestQuarantineKeepsTheRow, whether a check or the reader rejected it: what it keeps
// is the row again.
func TestQuarantineKeepsTheRow(t *testing.T) {
	t.Parallel()
	yes := true
	checked := []any{
		roster.Enrollment{StudentCode: "404", SchoolCode: "11", SchoolYear: 2026, EntryDate: on(9, 1), GradeLevel: roster.GradeFifth, EntryTypeCode: `a "quoted" \ one`},
		roster.AttendanceEvent{StudentCode: "404", SchoolCode: "11", SchoolYear: 2026, Date: on(9, 1), CategoryCode: "Tardy", Duration: 2_500, Minutes: 0},
		roster.StudentContact{StudentCode: "404", PersonCode: "P", Relation: roster.RelationParent, LivesWith: &yes, Emergency: new(bool)},
		roster.Section{Code: "S", SchoolCode: "404", SchoolYear: 2026, CourseCode: "C", TermCodes: []string{`one; two`, `three \`, `ö`}},
		roster.CourseTranscript{
			StudentCode: "404", SchoolYear: 2026, CourseCode: "C", Subject: roster.CoreEnglish, Attempted: 10_000, Earned: 1, Result: roster.ResultFail,
			Method: roster.MethodRegular,
		},
		roster.SupportSession{StudentCode: "404", ItemCode: "I", Date: on(9, 1), Minutes: roster.NotSaid, Attended: false},
	}
	unreadable := roster.Student{Code: "8", LastName: "Nobody", Languages: []string{"a;b"}}
	district := newTarget(t).base(t)
	summary := district.tell(t, told{rows: checked, rejected: []rejected{{
		row: unreadable, problems: []roster.Issue{
			{Origin: roster.Origin{File: "told", Line: 99}, Kind: "Student", Field: "FirstName", Problem: "is missing"},
			{Origin: roster.Origin{File: "told", Line: 99}, Kind: "Student", Field: "BirthDate", Value: "bytes\xff\x00" + strings.Repeat("é", 2_000), Problem: "is no day"},
		},
	}}})
	want := map[string]any{"told:99": unreadable}
	for i, row := range checked {
		want["told:"+strconv.Itoa(i+1)] = row
	}
	got := map[string]any{}
	for _, line := range district.lines(t, `SELECT kind || '~' || file || ':' || line || '~' || content::text AS a FROM quarantined_row WHERE district_id = $1`) {
		kind, rest, _ := strings.Cut(line, "~")
		place, written, _ := strings.Cut(rest, "~")
		var content map[string]string
		if err := json.Unmarshal([]byte(written), &content); err != nil {
			t.Fatal(err)
		}
		f, _ := form.Of(kind)
		got[place], _ = f.Row(roster.Origin{}, content)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if summary.Quarantined() != int64(len(want)) {
		t.Errorf("the summary tells of %d in quarantine", summary.Quarantined())
	}
	for _, issue := range district.lines(t, `SELECT i.file AS a, i.line AS b, count(*) AS c, count(q.id) AS d, max(length(i.value)) AS e
			FROM import_issue i LEFT JOIN quarantined_row q ON q.district_id = i.district_id AND q.id = i.row_id AND q.line = i.line
			WHERE i.district_id = $1 AND i.line = 99 GROUP BY 1, 2`) {
		if issue != "told | 99 | 2 | 2 | 502" {
			t.Errorf("the issues of the row that the reader rejected: %s", issue)
		}
	}
}

// TestWhatWasPutUpWithIsToldOnce a file, kind, field and problem, with how often.
func TestWhatWasPutUpWithIsToldOnce(t *testing.T) {
	t.Parallel()
	var tolerated []roster.Issue
	for line := range 3_000 {
		tolerated = append(tolerated,
			roster.Issue{Origin: roster.Origin{File: "users.csv", Line: line + 2}, Kind: "Student", Field: "birthDate", Value: "1/05/2010", Problem: "is a day as others write it"},
			roster.Issue{Origin: roster.Origin{File: "users.csv", Line: line + 2}, Field: "column " + strconv.Itoa(line), Problem: "is no field"})
	}
	district := newTarget(t).base(t)
	summary := district.tell(t, told{tolerated: tolerated})
	issues := district.lines(t, `SELECT outcome AS a, file AS b, line AS c, field AS d, value AS e, occurrences AS f FROM import_issue
		WHERE district_id = $1 AND occurrences > 1 ORDER BY occurrences DESC`)
	want := []string{"TOLERATED | users.csv | 2 | birthDate | 1/05/2010 | 3000", "TOLERATED |  | 0 |  |  | 2001"}
	if diff := cmp.Diff(want, issues); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if all := district.lines(t, "SELECT count(*) AS a FROM import_issue WHERE district_id = $1"); all[0] != "1001" || summary.Quarantined() != 0 {
		t.Errorf("%s issues, %d in quarantine", all[0], summary.Quarantined())
	}
}

func suspension(code, student string, day int, days int) roster.Action {
	return roster.Action{StudentCode: student, Code: code, SchoolCode: "11", Date: on(9, day), KindCode: "Out of School Suspension", Days: days}
}

// TestASuspensionThatTheAttendanceDoesNotHave is listed, on the days of which it is
// known; the attendance stands.
func TestASuspensionThatTheAttendanceDoesNotHave(t *testing.T) {
	t.Parallel()
	district := newTarget(t).base(t)
	suspended := absent("1", on(9, 8))
	suspended.CategoryCode = "Out of school suspension"
	district.tell(t, told{rows: []any{suspended, absent("2", on(9, 9))}})
	district.tell(t, told{rows: []any{
		suspension("on the day", "1", 8, roster.NotSaid),
		suspension("over the weekend to the day", "1", 5, 2*ofDays),
		suspension("over before", "1", 3, 2*ofDays),
		suspension("an absence of another kind", "2", 9, 1*ofDays),
		suspension("after what is known", "2", 10, 1*ofDays),
		roster.Action{StudentCode: "2", Code: "in school", SchoolCode: "11", Date: on(9, 9), KindCode: "In School Suspension", Days: 1 * ofDays},
	}})
	got := district.lines(t, `SELECT i.outcome AS a, i.line AS b, i.value AS c FROM import_issue i WHERE i.district_id = $1 ORDER BY i.line`)
	if diff := cmp.Diff([]string{"DIFFERENCE | 3 | 2025-09-03", "DIFFERENCE | 4 | 2025-09-09"}, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if events := district.lines(t, liveEvents); len(events) != 4 {
		t.Errorf("the attendance did not stay as it was: %v", events)
	}
}

// TestWhatAPersonConfirmedOutlivesAnImport: both are kept, and the difference listed.
func TestWhatAPersonConfirmedOutlivesAnImport(t *testing.T) {
	t.Parallel()
	district := newTarget(t).base(t)
	pat := roster.Person{Code: "P1", FirstName: "Pat", LastName: "Quill", Language: "English"}
	sam := roster.Person{Code: "P2", FirstName: "Sam", LastName: "Rook", Language: "English"}
	phone := func(person, value string) roster.Channel {
		return roster.Channel{PersonCode: person, Kind: roster.ChannelPhone, Value: value}
	}
	district.tell(t, told{rows: []any{pat, sam, phone("P1", "555-1"), phone("P2", "555-2")}})
	district.write(t, "UPDATE person SET last_confirmed_on = '2025-10-01', language = 'Spanish' WHERE district_id = $1 AND local_id = 'P1'")
	later := told{
		rows:   []any{pat, sam, phone("P1", "555-9"), phone("P2", "555-8"), roster.Channel{PersonCode: "P1", Kind: roster.ChannelEmail, Value: "pat@example.org"}},
		covers: []roster.Coverage{{Kind: "Channel"}},
	}
	district.tell(t, later)
	want := []string{"P1 | Spanish | 555-1+555-9+pat@example.org", "P2 | English | 555-8"}
	got := district.lines(t, `SELECT p.local_id AS a, p.language AS b, string_agg(c.value, '+' ORDER BY c.value) AS c FROM person p
		JOIN contact_channel c ON c.district_id = p.district_id AND c.person_id = p.id AND c.withdrawn_at IS NULL
		WHERE p.district_id = $1 AND p.local_id IN ('P1', 'P2') GROUP BY 1, 2 ORDER BY 1`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	want = []string{
		"DIFFERENCE | Channel | value | 555-9 | is another than the person confirmed on 2025-10-01 | 1",
		"DIFFERENCE | Person | language | English | is another than the person confirmed on 2025-10-01 | 1",
	}
	if diff := cmp.Diff(want, district.issues(t)); diff != "" {
		t.Errorf("issues (- want, + got):\n%s", diff)
	}
}

// write changes the district's rows as a person's work does.
func (d *target) write(t *testing.T, statement string) {
	t.Helper()
	ctx := tenant.With(t.Context(), tenant.Scope{District: d.id})
	err := d.application.Write(ctx, func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, statement, d.id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTheAuditLogHasTheImport: a line a run, and one a row that it changed or took out,
// with what was and is; attendance, marks and circumstances aside.
func TestTheAuditLogHasTheImport(t *testing.T) {
	t.Parallel()
	district := newTarget(t).base(t)
	homeless := roster.Characteristic{StudentCode: "1", Kind: roster.CharacteristicHomeless, BeginsOn: on(9, 1), Detail: roster.ResidenceShelter}
	district.tell(t, told{rows: []any{homeless}})
	ended := homeless
	ended.EndsOn = on(9, 30)
	district.tell(t, told{
		rows: append(enrolled("1", "2"), absent("1", on(9, 3)), ended, roster.Student{Code: "3", FirstName: "Clea", LastName: "Stone"}), covers: ofTheYear,
	}, allowed)
	district.tell(t, told{rows: []any{homeless}}, allowed)
	all := district.lines(t, `SELECT x.principal_kind AS a, x.operation AS b, x.subject AS c,
			(SELECT string_agg(c.key || ': ' || coalesce(b.value, '') || '→' || c.value, ', ' ORDER BY c.key) FROM jsonb_each_text(x.after) c
				LEFT JOIN jsonb_each_text(x.before) b USING (key) WHERE c.key NOT IN ('student_id', 'withdrawn_at')) AS d
		FROM audit_log x WHERE x.district_id = $1 ORDER BY x.at`)
	want := []string{
		"JOB | import | IMPORT_RUN | AttendanceEvent: →2 created, 0 updated, 0 removed, Calendar: →2 created, 0 updated, 0 removed, " +
			"CalendarDate: →17 created, 0 updated, 0 removed, Channel: →1 created, 0 updated, 0 removed, Enrollment: →3 created, 0 updated, 0 removed, " +
			"Person: →1 created, 0 updated, 0 removed, School: →2 created, 0 updated, 0 removed, " +
			"Student: →3 created, 0 updated, 0 removed, StudentContact: →1 created, 0 updated, 0 removed, source: →Ed-Fi XML",
		"JOB | import | IMPORT_RUN | Characteristic: →1 created, 0 updated, 0 removed, source: →told",
		"JOB | import | STUDENT | first_name: Ben→Ada, last_name: Rook→Quill",
		"JOB | import | STUDENT | first_name: Cleo→Clea",
		"JOB | import | STUDENT_SCHOOL_ASSOCIATION | grade_level: FOURTH→FIFTH",
		"JOB | import | STUDENT_SCHOOL_ASSOCIATION | exit_code: →MISSING_FROM_EXPORT, exit_date: →2025-09-03, exit_type: →UNKNOWN",
		"JOB | import | IMPORT_RUN | AttendanceEvent: →1 created, 0 updated, 0 removed, Characteristic: →0 created, 1 updated, 0 removed, " +
			"Enrollment: →0 created, 1 updated, 1 removed, Student: →0 created, 2 updated, 0 removed, allowRemovals: →true, source: →told",
		"JOB | import | IMPORT_RUN | Characteristic: →0 created, 1 updated, 0 removed, allowRemovals: →true, source: →told",
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	ofStudents := district.lines(t, `SELECT count(*) AS a FROM audit_log x JOIN student n ON n.district_id = x.district_id AND n.id = (x.after ->> 'student_id')::uuid
		WHERE x.district_id = $1 AND x.subject = 'STUDENT_SCHOOL_ASSOCIATION'`)
	if !reflect.DeepEqual(ofStudents, []string{"2"}) {
		t.Errorf("%v lines of enrollments name their student", ofStudents)
	}
}
