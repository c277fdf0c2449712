package load_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// enrolled are students of school 11 and their enrollments since September.
func enrolled(codes ...string) []any {
	var rows []any
	for _, code := range codes {
		rows = append(rows, roster.Student{Code: code, FirstName: "Ada", LastName: "Quill"},
			roster.Enrollment{StudentCode: code, SchoolCode: "11", SchoolYear: 2026, EntryDate: on(9, 1), GradeLevel: roster.GradeFifth})
	}
	return rows
}

func absent(code string, day time.Time) roster.AttendanceEvent {
	return roster.AttendanceEvent{
		StudentCode: code, SchoolCode: "11", SchoolYear: 2026, Date: day, CategoryCode: "Unexcused Absence", Duration: roster.NotSaid, Minutes: roster.NotSaid,
	}
}

var allowed = load.Options{Now: october, AllowRemovals: true}

// coverCase is what stands, what a source then tells and covers, and what stands after.
type coverCase struct {
	before, after []any
	rejected      []rejected
	covers        []roster.Coverage
	query         string
	want          []string
	removed       map[string]int64
}

const whereEnrolled = `SELECT n.local_id AS a, h.local_id AS b, coalesce(to_char(e.exit_date, 'YYYY-MM-DD'), '-') AS c, coalesce(e.exit_type, '-') AS d, e.exit_code AS e
	FROM student_school_association e JOIN student n ON n.district_id = e.district_id AND n.id = e.student_id
	JOIN school h ON h.district_id = e.district_id AND h.id = e.school_id WHERE e.district_id = $1 AND e.withdrawn_at IS NULL ORDER BY 1, 2`

var coverCases = map[string]coverCase{
	"without a cover nothing is taken out": {
		after: enrolled("2"), query: whereEnrolled, want: []string{"1 | 11 | - | - | ", "2 | 11 | - | - | ", "3 | 12 | - | - | "},
	},
	"an enrollment that the source does not have has ended": {
		after: enrolled("2"), covers: []roster.Coverage{{Kind: "Enrollment", SchoolYear: 2026}},
		query: whereEnrolled, want: []string{"1 | 11 | 2025-09-02 | UNKNOWN | MISSING_FROM_EXPORT", "2 | 11 | - | - | ", "3 | 12 | 2025-09-03 | UNKNOWN | MISSING_FROM_EXPORT"},
		removed: map[string]int64{"Enrollment": 2},
	},
	"the years that the rows name": {
		after: enrolled("1", "2"), covers: []roster.Coverage{{Kind: "Enrollment"}},
		query: whereEnrolled, want: []string{"1 | 11 | - | - | ", "2 | 11 | - | - | ", "3 | 12 | 2025-09-03 | UNKNOWN | MISSING_FROM_EXPORT"},
		removed: map[string]int64{"Enrollment": 1},
	},
	"another year": {
		after: enrolled("2"), covers: []roster.Coverage{{Kind: "Enrollment", SchoolYear: 2025}},
		query: whereEnrolled, want: []string{"1 | 11 | - | - | ", "2 | 11 | - | - | ", "3 | 12 | - | - | "},
	},
	"an enrollment in quarantine is not missing": {
		after: append(enrolled("2"), roster.Enrollment{
			StudentCode: "1", SchoolCode: "11", SchoolYear: 2026, EntryDate: on(9, 2), EntryTypeCode: "??", GradeLevel: roster.GradeFifth,
		}),
		rejected: []rejected{{roster.Enrollment{StudentCode: "3"}, []roster.Issue{{Kind: "Enrollment", Field: "EntryDate", Problem: "is missing"}}}},
		covers:   []roster.Coverage{{Kind: "Enrollment", SchoolYear: 2026}},
		query:    whereEnrolled, want: []string{"1 | 11 | - | - | ", "2 | 11 | - | - | ", "3 | 12 | - | - | "},
	},
	"an enrollment that has not begun never was, and one that had ended stays": {
		before: []any{
			roster.Enrollment{StudentCode: "2", SchoolCode: "12", SchoolYear: 2026, EntryDate: on(1, 7), GradeLevel: roster.GradeFifth},
			roster.Enrollment{StudentCode: "1", SchoolCode: "11", SchoolYear: 2026, EntryDate: on(9, 1), ExitDate: on(9, 12), GradeLevel: roster.GradeFifth},
		},
		after: enrolled("2"), covers: []roster.Coverage{{Kind: "Enrollment", SchoolYear: 2026}},
		query:   whereEnrolled,
		want:    []string{"1 | 11 | 2025-09-12 | UNKNOWN | ", "2 | 11 | - | - | ", "3 | 12 | 2025-09-03 | UNKNOWN | MISSING_FROM_EXPORT"},
		removed: map[string]int64{"Enrollment": 2},
	},
	"attendance within the days, of the schools that sent any": {
		before: []any{absent("1", on(9, 5)), absent("2", on(9, 3)), absent("2", on(9, 8))},
		after:  []any{absent("2", on(9, 3))},
		covers: []roster.Coverage{{Kind: "AttendanceEvent", SchoolYear: 2026, From: on(9, 2), Through: on(9, 5)}},
		query:  liveEvents, want: []string{
			"2 | 09-03 | UNEXCUSED_ABSENCE | 10000 | false", "2 | 09-08 | UNEXCUSED_ABSENCE | 10000 | false", "3 | 09-03 | TARDY | 0 | false",
		},
		removed: map[string]int64{"AttendanceEvent": 2},
	},
	"seats end, and those that had not begun never were": {
		before: append(taught(), roster.Seat{StudentCode: "2", SectionCode: "A", BeginsOn: on(12, 1)}),
		after:  []any{roster.Seat{StudentCode: "1", SectionCode: "B", SchoolCode: "11", SchoolYear: 2026, BeginsOn: on(9, 2), EndsOn: on(9, 30)}},
		covers: []roster.Coverage{{Kind: "Seat", SchoolYear: 2026}, {Kind: "SectionTeacher", SchoolYear: 2026}},
		query:  seatDays, want: []string{"1 | A | 2025-08-18 | 2025-10-14", "1 | B | 2025-09-02 | 2025-09-30"},
		removed: map[string]int64{"Seat": 2, "SectionTeacher": 1},
	},
	"marks of the year": {
		before: append(taught(),
			roster.Grade{StudentCode: "1", SectionCode: "A", Kind: roster.GradeFinal, Period: "x", GivenOn: on(9, 5), Numeric: 1},
			roster.Grade{StudentCode: "1", CourseCode: "ENG", SchoolYear: 2026, Kind: roster.GradeFinal, Period: "x", GivenOn: on(9, 5), Numeric: 2}),
		after:  []any{roster.Grade{StudentCode: "1", CourseCode: "ENG", SchoolYear: 2026, Kind: roster.GradeFinal, Period: "x", GivenOn: on(9, 5), Numeric: 2}},
		covers: []roster.Coverage{{Kind: "Grade", SchoolYear: 2026}},
		query:  gradesGiven, want: []string{"1 | ENG | - | FINAL | x | 2025-09-05 | 2 | "}, removed: map[string]int64{"Grade": 1},
	},
	"incidents go, their students stay; who took part in one that stays is held to it": {
		before: []any{
			roster.Incident{Code: "I1", SchoolCode: "11", Date: on(9, 3)},
			roster.Incident{Code: "I2", SchoolCode: "11", Date: on(9, 4)},
			roster.Participation{StudentCode: "1", IncidentCode: "I1", SchoolCode: "11", Part: roster.Perpetrator},
			roster.Participation{StudentCode: "2", IncidentCode: "I1", SchoolCode: "11", Part: roster.Victim},
			roster.Participation{StudentCode: "2", IncidentCode: "I2", SchoolCode: "11", Part: roster.Perpetrator},
		},
		after: []any{
			roster.Incident{Code: "I1", SchoolCode: "11", Date: on(9, 3)},
			roster.Participation{StudentCode: "1", IncidentCode: "I1", SchoolCode: "11", Part: roster.Perpetrator},
		},
		covers: []roster.Coverage{{Kind: "Incident", SchoolYear: 2026}, {Kind: "Participation", SchoolYear: 2026}},
		query: `SELECT i.local_id AS a, (SELECT string_agg(n.local_id, '+') FROM discipline_participation p
				JOIN student n ON n.district_id = p.district_id AND n.id = p.student_id AND n.withdrawn_at IS NULL
				WHERE p.district_id = i.district_id AND p.incident_id = i.id AND p.withdrawn_at IS NULL) AS b,
			(SELECT k.known_through FROM discipline_completeness k WHERE k.district_id = i.district_id) AS c,
			(SELECT count(*) FROM student n WHERE n.district_id = i.district_id AND n.withdrawn_at IS NULL) AS d
			FROM discipline_incident i WHERE i.district_id = $1 AND i.withdrawn_at IS NULL`,
		want: []string{"I1 | 1 | 2025-10-15 | 3"}, removed: map[string]int64{"Incident": 1, "Participation": 2},
	},
	"contacts of whom the source tells, not of a leaver": {
		before: []any{
			roster.Person{Code: "P1", FirstName: "Pat", LastName: "Quill"},
			roster.Person{Code: "P2", FirstName: "Sam", LastName: "Rook"},
			roster.StudentContact{StudentCode: "1", PersonCode: "P1", Relation: roster.RelationParent},
			roster.StudentContact{StudentCode: "2", PersonCode: "P1", Relation: roster.RelationParent},
			roster.StudentContact{StudentCode: "2", PersonCode: "P2", Relation: roster.RelationParent},
		},
		after:  []any{roster.StudentContact{StudentCode: "2", PersonCode: "P2", Relation: roster.RelationParent}},
		covers: []roster.Coverage{{Kind: "StudentContact"}, {Kind: "Student"}, {Kind: "Person"}, {Kind: "School"}},
		query: `SELECT n.local_id AS a, p.local_id AS b FROM student_contact c JOIN student n ON n.district_id = c.district_id AND n.id = c.student_id
			JOIN person p ON p.district_id = c.district_id AND p.id = c.person_id AND p.withdrawn_at IS NULL
			WHERE c.district_id = $1 AND c.withdrawn_at IS NULL AND p.local_id LIKE 'P%' ORDER BY 1`,
		want: []string{"1 | P1", "2 | P2"}, removed: map[string]int64{"StudentContact": 1},
	},
}

func TestWhatIsTakenOut(t *testing.T) {
	t.Parallel()
	for name, test := range coverCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			district := newTarget(t).base(t)
			district.tell(t, told{rows: test.before}, allowed)
			source := told{rows: test.after, rejected: test.rejected, covers: test.covers}
			summary := district.tell(t, source, allowed)
			removed := map[string]int64{}
			for _, c := range summary.Counts {
				if c.Removed > 0 {
					removed[c.Kind] = c.Removed
				}
			}
			if diff := cmp.Diff(test.removed, removed); diff != "" && len(test.removed)+len(removed) > 0 {
				t.Errorf("removed (- want, + got):\n%s", diff)
			}
			if diff := cmp.Diff(test.want, district.lines(t, test.query)); diff != "" {
				t.Errorf("rows (- want, + got):\n%s", diff)
			}
			if again := district.tell(t, source, allowed); again.Changed() != 0 || again.Recomputed.SchoolYears != 0 {
				t.Errorf("the same source changes rows the second time: %+v", again.Counts)
			}
		})
	}
}

// TestWhoComesBackIsEnrolledAgain: what was missing from one export and is in the next
// is as if it had never been missing.
func TestWhoComesBackIsEnrolledAgain(t *testing.T) {
	t.Parallel()
	district := newTarget(t).base(t)
	covers := []roster.Coverage{{Kind: "Enrollment", SchoolYear: 2026}}
	district.tell(t, told{rows: enrolled("2"), covers: covers}, allowed)
	district.tell(t, told{rows: enrolled("1", "2"), covers: covers}, allowed)
	want := []string{"1 | 11 | - | - | ", "2 | 11 | - | - | ", "3 | 12 | 2025-09-03 | UNKNOWN | MISSING_FROM_EXPORT"}
	if diff := cmp.Diff(want, district.lines(t, whereEnrolled)); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}

// crowd are the codes of so many students.
func crowd(count int) []string {
	codes := make([]string, count)
	for i := range codes {
		codes[i] = fmt.Sprintf("9%03d", i)
	}
	return codes
}

// safetyCase is an export after one of 100 students in school 11 (and three beside).
type safetyCase struct {
	rows    []any
	covers  []roster.Coverage
	now     func() time.Time
	policy  string
	refused []string
}

// exiting are the enrollments of the students, ended.
func exiting(codes []string, day time.Time, why string) []any {
	var rows []any
	for _, code := range codes {
		rows = append(rows, roster.Enrollment{
			StudentCode: code, SchoolCode: "11", SchoolYear: 2026, EntryDate: on(9, 1), ExitDate: day, ExitTypeCode: why, GradeLevel: roster.GradeFifth,
		})
	}
	return rows
}

var (
	ofTheYear   = []roster.Coverage{{Kind: "Enrollment", SchoolYear: 2026}}
	safetyCases = map[string]safetyCase{
		"a cut-short export": {rows: enrolled(crowd(10)...), covers: ofTheYear, refused: []string{": 93 of 103, 500", "11: 92 of 102, 2500"}},
		"an empty export":    {covers: ofTheYear, refused: []string{": 103 of 103, 500", "11: 102 of 102, 2500"}},
		"within the district's share": {rows: append(append(enrolled(crowd(98)...), enrolled("1", "2")...),
			roster.Enrollment{StudentCode: "3", SchoolCode: "12", SchoolYear: 2026, EntryDate: on(9, 1), GradeLevel: roster.GradeNinth}), covers: ofTheYear},
		"exits are ends too":         {rows: exiting(crowd(6), on(10, 10), "Withdrawn"), refused: []string{": 6 of 103, 500"}},
		"the end of the school year": {rows: exiting(crowd(100), on(10, 10), "End of school year")},
		"graduates":                  {rows: exiting(crowd(100), on(10, 10), "Graduated")},
		"after the calendar's last day": {
			rows: exiting(crowd(100), on(5, 29), "Withdrawn"), now: func() time.Time { return on(6, 15) },
		},
		"invalid after all": {rows: exiting(crowd(100), on(5, 29), "Invalid enrollment"), refused: []string{": 100 of 103, 500", "11: 100 of 102, 2500"}},
		"an entry that was corrected": {rows: func() []any {
			rows := append(enrolled("1", "2"), roster.Enrollment{StudentCode: "3", SchoolCode: "12", SchoolYear: 2026, EntryDate: on(9, 1), GradeLevel: roster.GradeNinth})
			for _, code := range crowd(100) {
				rows = append(rows, roster.Enrollment{StudentCode: code, SchoolCode: "11", SchoolYear: 2026, EntryDate: on(9, 2), GradeLevel: roster.GradeFifth})
			}
			return rows
		}(), covers: ofTheYear},
		"a school's share": {
			policy: `{"imports": {"mostEndedBasisPoints": 10000, "mostEndedOfSchoolBasisPoints": 2500}}`,
			rows:   exiting(crowd(26), on(10, 10), "Withdrawn"), refused: []string{"11: 26 of 102, 2500"},
		},
		"a district that allows it": {
			policy: `{"imports": {"mostEndedBasisPoints": 10000, "mostEndedOfSchoolBasisPoints": 10000}}`, covers: ofTheYear,
		},
	}
)

// TestAnImportDoesNotWithdrawASchool by itself (trap 4): it is refused, leaves nothing,
// and goes through with a person's word.
func TestAnImportDoesNotWithdrawASchool(t *testing.T) {
	t.Parallel()
	for name, test := range safetyCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			district := newTarget(t).base(t)
			district.tell(t, told{rows: enrolled(crowd(100)...)})
			if test.policy != "" {
				district.changePolicy(t, test.policy)
			}
			options := load.Options{Now: october}
			if test.now != nil {
				options.Now = test.now
			}
			before := district.content(t)
			_, err := district.try(t, told{rows: test.rows, covers: test.covers}, options)
			if len(test.refused) == 0 {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			refused := expectError[*load.RefusedError](t, err)
			var ended []string
			for _, e := range refused.Ended {
				ended = append(ended, fmt.Sprintf("%s: %d of %d, %d", e.School, e.Ended, e.Active, e.Limit))
			}
			if diff := cmp.Diff(test.refused, ended); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
			if after := district.content(t); after != before {
				t.Errorf("it left something:\n%s", cmp.Diff(before, after))
			}
			runs := district.runs(t)
			if run := runs[len(runs)-1]; !strings.HasPrefix(run, "REFUSED: nothing was loaded: ") || !strings.Contains(run, "--allow-removals") {
				t.Errorf("the run says %q", run)
			}
			if report := refused.Report(); strings.Count(report, "active enrollments") != len(ended) || !strings.Contains(report, "--allow-removals") {
				t.Errorf("the report:\n%s", report)
			}
			options.AllowRemovals = true
			if summary := district.tell(t, told{rows: test.rows, covers: test.covers}, options); summary.Changed() == 0 {
				t.Error("with a person's word nothing changes either")
			}
		})
	}
}

// TestADryRunChangesNothing and says what a run would.
func TestADryRunChangesNothing(t *testing.T) {
	t.Parallel()
	district := newTarget(t).base(t)
	district.tell(t, told{rows: enrolled(crowd(100)...)})
	before, runs := district.content(t), district.runs(t)
	source := told{rows: append(enrolled(crowd(99)...), absent("9001", on(9, 3)), absent("9001", on(9, 7))), covers: ofTheYear}
	tried, err := district.try(t, source, load.Options{Now: october, DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	if after := district.content(t); after != before {
		t.Errorf("it left something:\n%s", cmp.Diff(before, after))
	}
	if diff := cmp.Diff(runs, district.runs(t)); diff != "" {
		t.Errorf("it left a run:\n%s", diff)
	}
	done := district.tell(t, source)
	if diff := cmp.Diff(done.Counts, tried.Counts); diff != "" || done.Changed() == 0 || done.Recomputed != tried.Recomputed {
		t.Errorf("what it said (+) is not what was done (-):\n%s", diff)
	}
	if len(tried.Problems) != 1 || tried.Problems[0].Rows != 1 || tried.Problems[0].Kind != "AttendanceEvent" || tried.Problems[0].Line != 200 {
		t.Errorf("problems: %+v", tried.Problems)
	}
	summary, err := district.try(t, told{covers: ofTheYear}, load.Options{Now: october, DryRun: true})
	if refused := expectError[*load.RefusedError](t, err); len(refused.Ended) == 0 {
		t.Error("it does not say what would end")
	}
	if summary.Changed() != 99 {
		t.Errorf("of a load that would be refused it says %+v", summary.Counts)
	}
}
