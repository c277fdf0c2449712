package api_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/test/grandbend"
)

// schoolYear is the one school year that a folder holds.
func (d *district) schoolYear() int {
	if d.Code == grandBendCode {
		return 2022
	}
	return 2023
}

// coordinator is who sees everything in the district.
func (d *district) coordinator() string {
	if d.Code == birchCode {
		return "birch coordinator"
	}
	return d.persona("coordinator")
}

// steward is who sees what was quarantined.
func (d *district) steward() string {
	if d.Code == birchCode {
		return "birch steward"
	}
	return d.persona("steward")
}

// eachDistrict runs a test of every district that was loaded.
func eachDistrict(t *testing.T, test func(*testing.T, *world, *district)) {
	t.Helper()
	w := shared(t)
	for name, in := range w.districts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, w, in)
		})
	}
}

// figures are what the API gives of a student's attendance, in ten-thousandths.
type figures struct {
	Enrolled, Absent, Excused, Unexcused, Suspended, Tardies, Streak int64

	Rate     int64 // -1: null
	Measured any
	Chronic  any
	Known    string
}

const wholeDay = 10_000

// expectedFigures puts a count as the API gives it; nil: the student was never
// enrolled.
func expectedFigures(in *district, student *grandbend.Student) *figures {
	if len(student.BySchool) == 0 {
		return nil
	}
	f := student.Figures
	want := &figures{
		Enrolled: int64(f.EnrolledDays) * wholeDay, Absent: f.Absent, Excused: f.Excused, Unexcused: f.Unexcused, Suspended: f.Suspended,
		Tardies: int64(f.Tardies) * wholeDay, Streak: int64(f.Streak) * wholeDay, Rate: rate(f.EnrolledDays, f.Absent), Measured: f.Measured, Known: in.Expected.KnownThrough,
	}
	if f.Measured {
		want.Chronic = f.Chronic
	}
	return want
}

// rate is (enrolled − absent) ÷ enrolled in ten-thousandths; -1 with no day.
func rate(enrolledDays int, absent int64) int64 {
	if enrolledDays == 0 {
		return -1
	}
	enrolled := int64(enrolledDays) * wholeDay
	return int64(float64(enrolled-absent)/float64(enrolled)*wholeDay + 0.5)
}

func figuresOf(student any) *figures {
	a := dig(student, "attendance")
	if a == nil {
		return nil
	}
	return &figures{
		Enrolled: number(a, "enrolledDays"), Absent: number(a, "absentDays"), Excused: number(a, "excusedDays"), Unexcused: number(a, "unexcusedDays"),
		Suspended: number(a, "suspendedDays"), Tardies: number(a, "tardies"), Streak: number(a, "currentStreak"), Rate: number(a, "attendanceRate"),
		Measured: dig(a, "measured"), Chronic: dig(a, "chronicallyAbsent"), Known: text(a, "knownThrough"),
	}
}

// TestStudentPagesAreTrue holds the student page of every student to another
// count of the same files.
func TestStudentPagesAreTrue(t *testing.T) {
	t.Parallel()
	eachDistrict(t, func(t *testing.T, w *world, in *district) {
		t.Helper()
		c, document := w.as(t, in.coordinator()), contract(t)
		list := c.everyStudent()
		if len(list) != len(in.Expected.Students) {
			t.Errorf("%d students are listed, the files have %d", len(list), len(in.Expected.Students))
		}
		for _, row := range list {
			want := in.Expected.Students[text(row, "localId")]
			if want == nil {
				t.Fatalf("nobody in the files is called %v", row)
			}
			node := c.askNamed(document, "StudentPage", vars{"id": text(row, "id")}).fine().at("node")
			checkPerson(t, in, want, node)
			checkFigures(t, in, want, node)
			checkListRow(t, row, node)
		}
	})
}

// everyStudent reads the contract's StudentList in whole, a page after the other.
func (c *client) everyStudent() []any {
	c.t.Helper()
	var all []any
	arguments := vars{"first": 100}
	for {
		got := c.askNamed(contract(c.t), "StudentList", arguments).fine()
		for _, edge := range got.list("district.students.edges") {
			all = append(all, dig(edge, "node"))
		}
		if got.at("district.students.pageInfo.hasNextPage") != true {
			if got.at("district.students.totalCount") != float64(len(all)) {
				c.t.Errorf("%d are listed, %v counted", len(all), got.at("district.students.totalCount"))
			}
			return all
		}
		arguments["after"] = got.at("district.students.pageInfo.endCursor")
	}
}

// checkFigures holds a student page's attendance and risk to the count.
func checkFigures(t *testing.T, in *district, want *grandbend.Student, node any) {
	t.Helper()
	if diff := cmp.Diff(expectedFigures(in, want), figuresOf(node)); diff != "" {
		t.Errorf("%s: attendance (-counted +answered)\n%s", want.UniqueID, diff)
	}
	if len(want.BySchool) == 0 {
		if dig(node, "risk") != nil {
			t.Errorf("%s: a risk of somebody who was never enrolled: %v", want.UniqueID, dig(node, "risk"))
		}
		return
	}
	expected := expectedRisk(in, want)
	flags, _ := dig(node, "risk.flags").([]any)
	found := map[string]string{}
	for _, flag := range flags {
		found[text(flag, "rule")] = text(flag, "severity")
		if text(flag, "domain") == "ATTENDANCE" {
			checkFlag(t, want, flag)
		}
	}
	if diff := cmp.Diff(expected.flags, found); diff != "" || text(node, "risk.level") != expected.level {
		t.Errorf("%s: %s, and not %s; flags (-counted +answered)\n%s", want.UniqueID, text(node, "risk.level"), expected.level, diff)
	}
	attendance := slices.Contains(dig(node, "risk.notMeasured").([]any), any("ATTENDANCE"))
	if attendance != !want.Measured || text(node, "risk.asOf") != in.Expected.KnownThrough || dig(node, "risk.policyVersion") != 1.0 {
		t.Errorf("%s: %v", want.UniqueID, dig(node, "risk"))
	}
}

// checkListRow holds a row of the list to the same student's page.
func checkListRow(t *testing.T, row, node any) {
	t.Helper()
	for _, path := range []string{"id", "localId", "displayName", "gradeLevel", "school", "risk.level"} {
		if !cmp.Equal(dig(row, path), dig(node, path)) {
			t.Errorf("%s: the list has %v, the page %v", path, dig(row, path), dig(node, path))
		}
	}
	for name, value := range mapOf(dig(row, "attendance")) {
		if !cmp.Equal(value, dig(node, "attendance."+name)) {
			t.Errorf("%s: the list has %v, the page %v", name, value, dig(node, "attendance."+name))
		}
	}
}

func mapOf(value any) map[string]any {
	m, _ := value.(map[string]any)
	return m
}

// TestOverviewIsTrue holds the figures of every school and the risk summary to
// the count.
func TestOverviewIsTrue(t *testing.T) {
	t.Parallel()
	eachDistrict(t, func(t *testing.T, w *world, in *district) {
		t.Helper()
		got := w.as(t, in.coordinator()).askNamed(contract(t), "DistrictOverview", vars{"schoolYear": in.schoolYear()}).fine()
		nodes := got.list("district.schools.nodes")
		if len(nodes) != len(in.Expected.Schools) {
			t.Errorf("%d schools, the files have %d", len(nodes), len(in.Expected.Schools))
		}
		enrolled := enrolledToday(w, in)
		for _, node := range nodes {
			checkSchool(t, in, node, enrolled)
		}
		checkSummary(t, in, got.at("district.riskSummary"))
	})
}

// enrolledToday counts the students of each school today by the files' dates: the
// hand-made high school has one who left and one who is still to come.
func enrolledToday(w *world, in *district) map[string]int {
	count := map[string]int{}
	for _, student := range in.Expected.Students {
		for code := range student.BySchool {
			count[code]++
		}
	}
	if in == w.alder {
		count[alderHigh] -= 2
	}
	return count
}

func checkSchool(t *testing.T, in *district, node any, enrolled map[string]int) {
	t.Helper()
	want := in.Expected.Schools[text(node, "localId")]
	if want == nil {
		t.Fatalf("no school in the files: %v", node)
	}
	known := any(in.Expected.KnownThrough)
	if want.Students == 0 {
		known = nil
	}
	expected := map[string]any{
		"id": dig(node, "id"), "name": want.Name, "localId": want.Code, "level": want.Level, "studentCount": float64(enrolled[want.Code]),
		"attendanceSummary": map[string]any{
			"enrolledDays": float64(want.EnrolledDays), "absentDays": float64(want.Absent) / wholeDay, "attendanceRate": nil,
			"chronicallyAbsent": float64(want.Chronic), "studentsMeasured": float64(want.StudentsMeasured), "knownThrough": known,
		},
	}
	if got := number(node, "attendanceSummary.attendanceRate"); got != rate(want.EnrolledDays, want.Absent) {
		t.Errorf("%s: the rate is %d ten-thousandths, not %d", want.Name, got, rate(want.EnrolledDays, want.Absent))
	}
	if summary := mapOf(dig(node, "attendanceSummary")); summary != nil {
		summary["attendanceRate"] = nil
	}
	if diff := cmp.Diff(expected, node); diff != "" {
		t.Errorf("%s (-counted +answered):\n%s", want.Name, diff)
	}
}

func checkSummary(t *testing.T, in *district, got any) {
	t.Helper()
	count := map[string]float64{}
	for _, student := range in.Expected.Students {
		if len(student.BySchool) > 0 { // nobody who was never enrolled has a level
			count[expectedRisk(in, student).level]++
		}
	}
	want := map[string]any{
		"onTrack": count["ON_TRACK"], "earlyWarning": count["EARLY_WARNING"], "atRisk": count["AT_RISK"], "critical": count["CRITICAL"],
		"notMeasured": count["NOT_MEASURED"], "asOf": in.Expected.KnownThrough, "policyVersion": 1.0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("risk summary (-counted +answered):\n%s", diff)
	}
}

// TestQuarantineIsTrue holds what an import put into quarantine to the count, by
// file and line.
func TestQuarantineIsTrue(t *testing.T) {
	t.Parallel()
	eachDistrict(t, func(t *testing.T, w *world, in *district) {
		t.Helper()
		runs := w.as(t, in.steward()).askNamed(contract(t), "ImportRuns", vars{"first": 100}).fine().list("district.importRuns.nodes")
		var want []string
		for _, event := range in.Expected.Quarantined {
			want = append(want, event.File+":"+strconv.Itoa(event.Line))
		}
		slices.Sort(want)
		succeeded := 0
		for _, run := range runs {
			if text(run, "status") != "SUCCEEDED" {
				continue
			}
			succeeded++
			checkRun(t, run, want, len(in.Expected.Students))
		}
		if succeeded == 0 || (in == w.alder && (succeeded != 4 || len(runs) != 5)) {
			t.Errorf("%d of %d runs have succeeded", succeeded, len(runs))
		}
	})
}

func checkRun(t *testing.T, run any, want []string, students int) {
	t.Helper()
	var got []string
	issues, _ := dig(run, "issues.nodes").([]any)
	for _, issue := range issues {
		got = append(got, text(issue, "file")+":"+strings.TrimSuffix(strconv.FormatInt(number(issue, "line"), 10), "0000"))
		if text(issue, "problem") == "" || text(issue, "hint") == "" || text(issue, "field") == "" {
			t.Errorf("it is not said what to do: %v", issue)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("quarantine (-counted +answered):\n%s", diff)
	}
	counts, _ := dig(run, "counts").([]any)
	for _, count := range counts {
		if text(count, "kind") == "Student" && dig(count, "read") != float64(students) {
			t.Errorf("%v, not of %d students", count, students)
		}
		if text(count, "kind") == "AttendanceEvent" && dig(count, "quarantined") != float64(len(want)) {
			t.Errorf("%v, not %d in quarantine", count, len(want))
		}
	}
}
