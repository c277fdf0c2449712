package load_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// taught is what a district teaches, and who is in it.
func taught() []any {
	return []any{
		roster.Term{Code: "S1", SchoolYear: 2026, Name: "First Semester", Kind: roster.TermSemester, BeginsOn: on(8, 18), EndsOn: on(12, 19)},
		roster.Term{Code: "P1", SchoolCode: "11", SchoolYear: 2026, Name: "First Six Weeks", Kind: roster.TermGradingPeriod, BeginsOn: on(8, 18), EndsOn: on(9, 26)},
		roster.Staff{Code: "T1", FirstName: "Tess", LastName: "Vale"},
		roster.Course{Code: "ENG", Title: "English", CoreSubject: roster.CoreEnglish},
		roster.Course{Code: "ART", Title: "Art"},
		roster.Section{Code: "A", SchoolCode: "11", SchoolYear: 2026, CourseCode: "ENG", TermCodes: []string{"S1", "P1"}},
		roster.Section{Code: "B", SchoolCode: "11", SchoolYear: 2026, CourseCode: "ART"},
		roster.Section{Code: "B", SchoolCode: "12", SchoolYear: 2026, CourseCode: "ART", BeginsOn: on(9, 1), EndsOn: on(10, 31)},
		roster.SectionTeacher{StaffCode: "T1", SectionCode: "A"},
		roster.Seat{StudentCode: "1", SectionCode: "A"},
		roster.Seat{StudentCode: "1", SectionCode: "B", SchoolCode: "11", SchoolYear: 2026, BeginsOn: on(9, 2), EndsOn: on(9, 30)},
	}
}

// kindCase is a source that follows on the base district and what is taught, and what is
// to stand then.
type kindCase struct {
	rows   []any
	policy string
	query  string
	want   []string
	issues []string
}

const sectionDays = `SELECT s.local_id AS a, c.local_id AS b, k.local_id AS c, to_char(c.starts_on, 'YYYY-MM-DD') AS d, to_char(c.ends_on, 'YYYY-MM-DD') AS e
	FROM section c JOIN school s ON s.district_id = c.district_id AND s.id = c.school_id JOIN course k ON k.district_id = c.district_id AND k.id = c.course_id
	WHERE c.district_id = $1 ORDER BY 1, 2`

const seatDays = `SELECT n.local_id AS a, c.local_id AS b, to_char(t.starts_on, 'YYYY-MM-DD') AS c, coalesce(to_char(t.ends_on, 'YYYY-MM-DD'), '-') AS d
	FROM student_section_association t JOIN student n ON n.district_id = t.district_id AND n.id = t.student_id
	JOIN section c ON c.district_id = t.district_id AND c.id = t.section_id WHERE t.district_id = $1 AND t.withdrawn_at IS NULL ORDER BY 1, 2, 3`

const gradesGiven = `SELECT n.local_id AS a, k.local_id AS b, coalesce(c.local_id, '-') AS c, g.kind AS d, g.period AS e, to_char(g.given_on, 'YYYY-MM-DD') AS f,
	coalesce(g.numeric::text, '-') AS g, g.letter AS h
	FROM grade g JOIN student n ON n.district_id = g.district_id AND n.id = g.student_id JOIN course k ON k.district_id = g.district_id AND k.id = g.course_id
	LEFT JOIN section c ON c.district_id = g.district_id AND c.id = g.section_id WHERE g.district_id = $1 AND g.withdrawn_at IS NULL ORDER BY 1, 2, 3, 4, 5`

const enrollmentDays = `SELECT n.local_id AS a, to_char(e.entry_date, 'MM-DD') AS b, coalesce(to_char(e.exit_date, 'MM-DD'), '-') AS c, coalesce(e.exit_type, '-') AS d, e.exit_code AS e
	FROM student_school_association e JOIN student n ON n.district_id = e.district_id AND n.id = e.student_id
	WHERE e.district_id = $1 AND e.withdrawn_at IS NULL ORDER BY 1, 2`

const ofDays = 10_000

var kindCases = map[string]kindCase{
	"a section's days are its own, its terms' or its year's": {
		query: sectionDays, want: []string{
			"11 | A | ENG | 2025-08-18 | 2025-12-19", "11 | B | ART | 2025-07-01 | 2026-06-30", "12 | B | ART | 2025-09-01 | 2025-10-31",
		},
	},
	"a section of a term that is not known waits": {
		rows: []any{
			roster.Section{Code: "C", SchoolCode: "11", SchoolYear: 2026, CourseCode: "ART", TermCodes: []string{"S1", "S9"}},
			roster.Section{Code: "D", SchoolCode: "11", SchoolYear: 2026, CourseCode: "ART", TermCodes: []string{"S9"}, BeginsOn: on(9, 1), EndsOn: on(9, 2)},
			roster.Section{Code: "E", SchoolCode: "11", SchoolYear: 2026, CourseCode: "LATIN"},
		},
		query: sectionDays + " OFFSET 2", want: []string{"11 | D | ART | 2025-09-01 | 2025-09-02", "12 | B | ART | 2025-09-01 | 2025-10-31"},
		issues: []string{
			"QUARANTINED | Section | term | S1, S9 | names a term that is not known, and the section's days hang on it | 1",
			"QUARANTINED | Section | course | LATIN | names a course that is not known | 1",
		},
	},
	"a seat's section by its code alone, where it is one": {
		rows:  []any{roster.Seat{StudentCode: "2", SectionCode: "B"}, roster.Seat{StudentCode: "2", SectionCode: "Z"}, roster.Seat{StudentCode: "2", SectionCode: "B", SchoolCode: "12"}},
		query: seatDays, want: []string{"1 | A | 2025-08-18 | -", "1 | B | 2025-09-02 | 2025-09-30", "2 | B | 2025-09-01 | -"},
		issues: []string{
			"QUARANTINED | Seat | section | B | is the id of several sections | 1", "QUARANTINED | Seat | section | Z | names a section that is not known | 1",
		},
	},
	"marks, by section or course, and when they were given": {
		rows: []any{
			roster.Grade{StudentCode: "1", SectionCode: "A", Kind: roster.GradeGradingPeriod, Period: "First Six Weeks", Numeric: 83_5000, Letter: "B"},
			roster.Grade{StudentCode: "1", SectionCode: "A", Kind: roster.GradeSemester, Period: "S1", Numeric: 59_9999},
			roster.Grade{StudentCode: "1", SectionCode: "A", Kind: roster.GradeFinal, Period: "Year", Numeric: roster.NotSaid, Letter: "C"},
			roster.Grade{StudentCode: "2", CourseCode: "ART", SchoolYear: 2026, Kind: roster.GradeFinal, Period: "Year", GivenOn: on(9, 5), Numeric: 0},
			roster.Grade{StudentCode: "2", CourseCode: "ART", Kind: roster.GradeProgress, Period: "x", GivenOn: on(9, 5), Numeric: 1},
			roster.Grade{StudentCode: "2", CourseCode: "ART", Kind: roster.GradeProgress, Period: "y", Numeric: 1},
			roster.Grade{StudentCode: "2", CourseCode: "ART", SchoolYear: 2026, Kind: roster.GradeProgress, Period: "z", Numeric: roster.NotSaid},
			roster.Grade{StudentCode: "2", SchoolYear: 2026, Kind: roster.GradeProgress, Period: "z", Numeric: 1},
		},
		query: gradesGiven, want: []string{
			"1 | ENG | A | FINAL | Year | 2025-10-15 | - | C", "1 | ENG | A | GRADING_PERIOD | First Six Weeks | 2025-09-26 | 835000 | B",
			"1 | ENG | A | SEMESTER | S1 | 2025-10-15 | 599999 | ", "2 | ART | - | FINAL | Year | 2025-09-05 | 0 | ", "2 | ART | - | PROGRESS | x | 2025-09-05 | 1 | ",
		},
		issues: []string{
			"QUARANTINED | Grade | schoolYear |  | is missing, and neither a section nor a date says which it is | 1",
			"QUARANTINED | Grade | numeric |  | is missing, and so is the letter | 1",
			"QUARANTINED | Grade | course |  | names a course that is not known | 1",
		},
	},
	"demographics change what they say alone": {
		rows: []any{
			roster.Student{Code: "1", FirstName: "Ada", LastName: "Quill"},
			roster.Demographics{StudentCode: "2", Sex: "Male", RaceEthnicity: []string{"Asian", "White"}},
			roster.Demographics{StudentCode: "9", Sex: "Male"},
		},
		query: "SELECT local_id AS a, birth_date AS b, sex AS c, array_to_string(race_ethnicity, '+') AS d FROM student WHERE district_id = $1 ORDER BY 1",
		want:  []string{"1 | 2010-01-02 |  | ", "2 | 2010-01-03 | Male | Asian+White", "3 | 2010-01-04 |  | "},
		issues: []string{
			"QUARANTINED | Demographics | student | 9 | names a student that is not known | 1",
		},
	},
	"exits end what is known": {
		rows: []any{
			roster.Exit{StudentCode: "1", SchoolCode: "11", ExitDate: on(9, 30), ExitTypeCode: "Transferred"},
			roster.Exit{StudentCode: "2", SchoolCode: "11", EntryDate: on(9, 1), ExitDate: on(8, 30)},
			roster.Exit{StudentCode: "2", SchoolCode: "12", ExitDate: on(9, 30)},
			roster.Exit{StudentCode: "3", SchoolCode: "12", ExitDate: on(9, 30), ExitTypeCode: "W98"},
		},
		query: enrollmentDays, want: []string{"1 | 09-01 | 09-30 | TRANSFERRED | Transferred", "2 | 09-01 | - | - | ", "3 | 09-01 | - | - | "},
		issues: []string{
			"QUARANTINED | Exit | exitDate | 2025-08-30 | lies before the entry | 1",
			"QUARANTINED | Exit | exitDate | 2025-09-30 | ends no enrollment that is known | 1",
			"QUARANTINED | Exit | ExitWithdrawType | W98 | is not in the district's map of exit codes | 1",
		},
	},
	"the first day out is no day enrolled": {
		policy: `{"exitDate": "FIRST_DAY_OUT", "imports": {"mostEndedBasisPoints": 10000, "mostEndedOfSchoolBasisPoints": 10000}}`,
		rows: []any{
			roster.Exit{StudentCode: "1", SchoolCode: "11", ExitDate: on(9, 30)},
			roster.Enrollment{StudentCode: "2", SchoolCode: "11", SchoolYear: 2026, EntryDate: on(9, 1), ExitDate: on(9, 12), GradeLevel: roster.GradeFifth},
			roster.Enrollment{StudentCode: "3", SchoolCode: "11", SchoolYear: 2026, EntryDate: on(9, 1), ExitDate: on(9, 1), ExitTypeCode: "No show", GradeLevel: roster.GradeFifth},
			roster.Enrollment{StudentCode: "3", SchoolCode: "12", SchoolYear: 2026, EntryDate: on(9, 1), ExitDate: on(9, 1), GradeLevel: roster.GradeFifth},
		},
		query: enrollmentDays, want: []string{"1 | 09-01 | 09-29 | UNKNOWN | ", "2 | 09-01 | 09-11 | UNKNOWN | ", "3 | 09-01 | 09-01 | NO_SHOW | No show", "3 | 09-01 | - | - | "},
		issues: []string{"QUARANTINED | Enrollment | ExitWithdrawDate | 2025-09-01 | lies before the entry | 1"},
	},
	"what happened, who took part, and what was done": {
		policy: `{"actionCodes": {"Detention": "OTHER", "Essay": "OTHER"}}`,
		rows: []any{
			roster.Incident{Code: "I1", SchoolCode: "11", Date: on(9, 3), Behavior: "Fight"},
			roster.Participation{StudentCode: "1", IncidentCode: "I1", SchoolCode: "11", Part: roster.Perpetrator, Behavior: "Hit"},
			roster.Participation{StudentCode: "2", IncidentCode: "I1", SchoolCode: "12", Part: roster.Victim},
			roster.Action{StudentCode: "1", Code: "A1", SchoolCode: "11", Date: on(9, 4), KindCode: "In School Suspension", Days: 2_5000},
			roster.Action{StudentCode: "1", Code: "A1", SchoolCode: "11", Date: on(9, 4), KindCode: "Detention", Days: roster.NotSaid},
			roster.Action{StudentCode: "1", Code: "A1", SchoolCode: "11", Date: on(9, 4), KindCode: "Essay", Days: roster.NotSaid},
			roster.Action{StudentCode: "1", Code: "A2", Date: on(9, 4), KindCode: "Flogging", Days: roster.NotSaid},
			roster.ActionIncident{StudentCode: "1", ActionCode: "A1", Date: on(9, 4), IncidentCode: "I1", SchoolCode: "11"},
			roster.ActionIncident{StudentCode: "1", ActionCode: "A2", Date: on(9, 4), IncidentCode: "I1", SchoolCode: "11"},
		},
		query: `SELECT a.local_id AS a, a.kind AS b, coalesce(a.days::text, '-') AS c, p.behavior AS d, i.behavior AS e, k.known_through AS f FROM discipline_action a
			JOIN discipline_action_incident x ON x.district_id = a.district_id AND x.action_id = a.id
			JOIN discipline_incident i ON i.district_id = a.district_id AND i.id = x.incident_id
			JOIN discipline_participation p ON p.district_id = a.district_id AND p.incident_id = i.id
			JOIN discipline_completeness k ON k.district_id = a.district_id AND k.school_year = i.school_year
			WHERE a.district_id = $1 ORDER BY 1, 2`,
		want: []string{"A1 | IN_SCHOOL_SUSPENSION | 25000 | Hit | Fight | 2025-09-03", "A1 | OTHER | - | Hit | Fight | 2025-09-03"},
		issues: []string{
			"QUARANTINED | Action | Discipline | Flogging | is not in the district's map of action codes | 1",
			"QUARANTINED | ActionIncident | action | A2 | names an action that is not known | 1",
			"QUARANTINED | Participation | incident | I1 | names an incident that is not known | 1",
		},
	},
	"credits, assessments and what a cohort needs": {
		rows: []any{
			roster.CourseTranscript{
				StudentCode: "1", SchoolYear: 2025, CourseCode: "ALG", Subject: roster.CoreMathematics, Attempted: 1 * ofDays, Earned: 5000, Result: roster.ResultPass,
				Method: roster.MethodRegular,
			},
			roster.AssessmentResult{StudentCode: "1", Code: "STAAR", Date: on(5, 4), Level: "Below Basic"},
			roster.GraduationRequirement{CohortYear: 2030, Subject: roster.CoreMathematics, Credits: 4 * ofDays},
		},
		query: `SELECT c.earned_on AS a, c.attempted AS b, c.earned AS c, r.school_year AS d, coalesce(r.below_level::text, '-') AS e, g.credits AS f
			FROM course_transcript c JOIN assessment_result r ON r.district_id = c.district_id AND r.student_id = c.student_id
			JOIN graduation_requirement g ON g.district_id = c.district_id WHERE c.district_id = $1`,
		want: []string{"2025-06-30 | 10000 | 5000 | 2026 | - | 40000"},
	},
	"a plan a student and year, open while one of its supports is": {
		rows: []any{
			roster.MenuEntry{Code: "M1", Title: "Mentor", Domain: roster.SupportAttendance, Intensity: roster.SupportBasic},
			roster.PlanItem{StudentCode: "1", Code: "X1", MenuCode: "M1", Title: "Mentor", BeginsOn: on(9, 1), PlannedMinutes: 600},
			roster.PlanItem{StudentCode: "1", Code: "X2", Title: "Tutor", Domain: roster.SupportCoursePerformance, BeginsOn: on(8, 20), EndsOn: on(9, 30), PlannedMinutes: roster.NotSaid},
			roster.PlanItem{StudentCode: "2", Code: "X1", MenuCode: "M1", Title: "Mentor", BeginsOn: on(9, 1), EndsOn: on(10, 14), PlannedMinutes: roster.NotSaid},
			roster.PlanItem{StudentCode: "2", Code: "X3", Title: "Nothing", BeginsOn: on(9, 1), PlannedMinutes: roster.NotSaid},
			roster.PlanItem{StudentCode: "2", Code: "X4", MenuCode: "M9", Title: "Nothing", BeginsOn: on(9, 1), PlannedMinutes: roster.NotSaid},
			roster.SupportSession{StudentCode: "1", ItemCode: "X1", Date: on(9, 8), Minutes: 30, Attended: true},
			roster.SupportSession{StudentCode: "1", ItemCode: "X9", Date: on(9, 8), Minutes: 30},
		},
		query: `SELECT n.local_id AS a, p.local_id AS b, p.status AS c, p.starts_on AS d, coalesce(p.ends_on::text, '-') AS e, i.local_id AS f, i.domain AS g,
				(SELECT count(*) FROM session_log l WHERE l.district_id = p.district_id AND l.plan_item_id = i.id) AS h
			FROM plan p JOIN student n ON n.district_id = p.district_id AND n.id = p.student_id
			JOIN plan_item i ON i.district_id = p.district_id AND i.plan_id = p.id WHERE p.district_id = $1 ORDER BY 1, 6`,
		want: []string{
			"1 | import:2026 | ACTIVE | 2025-08-20 | - | X1 | ATTENDANCE | 1", "1 | import:2026 | ACTIVE | 2025-08-20 | - | X2 | COURSE_PERFORMANCE | 0",
			"2 | import:2026 | COMPLETED | 2025-09-01 | 2025-10-14 | X1 | ATTENDANCE | 0",
		},
		issues: []string{
			"QUARANTINED | PlanItem | domain |  | is missing, and no menu entry says what it is | 1",
			"QUARANTINED | PlanItem | menu | M9 | names a support that the menu does not have | 1",
			"QUARANTINED | SupportSession | support | X9 | names a support that the student is not given | 1",
		},
	},
	"what is needed, and years that are none": {
		rows: []any{
			roster.Course{Code: "X"},
			roster.Calendar{Code: "X", SchoolCode: "11", SchoolYear: 26, Kind: roster.CalendarSchool},
			roster.AttendanceEvent{StudentCode: "1", SchoolCode: "11", Date: on(9, 3), CategoryCode: "Tardy", Duration: roster.NotSaid, Minutes: 35},
			roster.AttendanceEvent{StudentCode: "1", SchoolCode: "11", Date: on(9, 3), CategoryCode: "Tardy", Duration: roster.NotSaid, Minutes: roster.NotSaid},
		},
		query: "SELECT category AS a, minutes AS b FROM attendance_event WHERE district_id = $1 AND minutes IS NOT NULL",
		want:  []string{"TARDY | 35"},
		issues: []string{
			"QUARANTINED | Calendar | schoolYear | 26 | is no school year | 1",
			"QUARANTINED | Course | title |  | is missing | 1",
		},
	},
}

// TestKinds: each source follows on the base; a second time it changes nothing.
func TestKinds(t *testing.T) {
	t.Parallel()
	for name, test := range kindCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			district := newTarget(t).base(t)
			district.tell(t, told{rows: taught()})
			if test.policy != "" {
				district.changePolicy(t, test.policy)
			}
			first := district.tell(t, told{rows: test.rows})
			if diff := cmp.Diff(test.want, district.lines(t, test.query)); diff != "" {
				t.Errorf("rows (- want, + got):\n%s", diff)
			}
			if diff := cmp.Diff(test.issues, district.issues(t)); diff != "" {
				t.Errorf("issues (- want, + got):\n%s", diff)
			}
			tomorrow := load.Options{Now: func() time.Time { return october().AddDate(0, 0, 1) }}
			again := district.tell(t, told{rows: append(taught(), test.rows...)}, tomorrow)
			if again.Changed() != 0 || again.Quarantined() != first.Quarantined() || again.Recomputed.SchoolYears != 0 {
				t.Errorf("the same source changes rows the second time: %+v", again)
			}
		})
	}
}
