package edfi_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	difference "github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
	"github.com/holdfast-edu/holdfast/test/grandbend"
)

// TestGrandBendAsCounted holds every row of what happens in the sample's school year
// against a count that shares no code with the reader.
func TestGrandBendAsCounted(t *testing.T) {
	t.Parallel()
	folder, found := grandbend.Folder()
	if !found {
		t.Skip("the sample district is not beside the repository (../shared/data)")
	}
	expected, err := grandbend.Count(folder)
	if err != nil {
		t.Fatal(err)
	}
	sink := &recorder{}
	if err := edfi.Read(t.Context(), os.DirFS(folder), sink, nil); err != nil {
		t.Fatal(err)
	}
	discipline, schedule := expected.Discipline, expected.Schedule
	same(t, discipline.Incidents, rowsAs(sink, func(r roster.Incident) grandbend.Incident {
		return grandbend.Incident{School: r.SchoolCode, Code: r.Code, Date: dated(r.Date), Behavior: r.Behavior, Location: r.Location}
	}))
	same(t, discipline.Participations, rowsAs(sink, func(r roster.Participation) grandbend.Participation {
		return grandbend.Participation{
			Student: r.StudentCode, School: r.SchoolCode, Incident: r.IncidentCode, Part: r.Part, Behavior: r.Behavior,
		}
	}))
	same(t, discipline.Actions, rowsAs(sink, func(r roster.Action) grandbend.Action {
		return grandbend.Action{
			Student: r.StudentCode, School: r.SchoolCode, Code: r.Code, Date: dated(r.Date), Kind: r.KindCode, Days: int64(r.Days),
		}
	}))
	same(t, discipline.ActionIncidents, rowsAs(sink, func(r roster.ActionIncident) grandbend.ActionIncident {
		return grandbend.ActionIncident{
			Student: r.StudentCode, Action: r.ActionCode, Date: dated(r.Date), School: r.SchoolCode, Incident: r.IncidentCode,
		}
	}))
	sameSchedule(t, schedule, sink)
	sameSupports(t, schedule, sink)
}

func sameSchedule(t *testing.T, schedule grandbend.Schedule, sink *recorder) {
	t.Helper()
	same(t, schedule.Courses, rowsAs(sink, func(r roster.Course) grandbend.Course {
		return grandbend.Course{Code: r.Code, Title: r.Title, Core: r.CoreSubject}
	}))
	terms := map[string]string{}
	same(t, schedule.Terms, rowsAs(sink, func(r roster.Term) grandbend.Term {
		terms[r.SchoolCode+r.Code] = r.Name
		return grandbend.Term{
			School: r.SchoolCode, Year: schoolYears(r.SchoolYear), Name: r.Name, GradingPeriod: r.Kind == roster.TermGradingPeriod,
			Begin: dated(r.BeginsOn), End: dated(r.EndsOn),
		}
	}))
	same(t, schedule.Sections, rowsAs(sink, func(r roster.Section) grandbend.Section {
		name := sectionName(r.SchoolCode, r.SchoolYear, r.Code)
		if len(r.TermCodes) != 1 || terms[r.SchoolCode+r.TermCodes[0]] != name.Session {
			t.Errorf("section %s is in the terms %v, not in its session", r.Code, r.TermCodes)
		}
		return grandbend.Section{SectionName: name, Course: r.CourseCode}
	}))
	same(t, schedule.Teachers, rowsAs(sink, func(r roster.SectionTeacher) grandbend.Teacher {
		return grandbend.Teacher{
			SectionName: sectionName(r.SchoolCode, r.SchoolYear, r.SectionCode), Staff: r.StaffCode,
			Begin: dated(r.BeginsOn), End: dated(r.EndsOn),
		}
	}))
	if seats := sink.kinds()["Seat"]; seats != schedule.Seats {
		t.Errorf("%d seats, expected %d", seats, schedule.Seats)
	}
}

func sameSupports(t *testing.T, schedule grandbend.Schedule, sink *recorder) {
	t.Helper()
	same(t, schedule.Prescriptions, rowsAs(sink, func(r roster.MenuEntry) string {
		parts := strings.Split(r.Code, "|")
		return parts[1] + " " + parts[2]
	}))
	same(t, schedule.Supports, rowsAs(sink, func(r roster.PlanItem) grandbend.Support {
		given, prescribed := strings.Split(r.Code, "|"), strings.Split(r.MenuCode, "|")
		return grandbend.Support{
			Student: r.StudentCode, Organization: given[1], Intervention: given[2],
			PrescribedBy: prescribed[1], Prescription: prescribed[2],
			Begin: dated(r.BeginsOn), End: dated(r.EndsOn), Minutes: strconv.Itoa(r.PlannedMinutes),
		}
	}))
}

// rowsAs gives the rows of one kind in the words of the count.
func rowsAs[Row, Counted any](sink *recorder, as func(Row) Counted) []Counted {
	var found []Counted
	for _, row := range sink.rows {
		if row, is := row.(Row); is {
			found = append(found, as(row))
		}
	}
	return found
}

// same holds two lists to the same values, in whichever order.
func same[Value any](t *testing.T, want, got []Value) {
	t.Helper()
	byText := func(first, second Value) int {
		return cmp.Compare(fmt.Sprintf("%#v", first), fmt.Sprintf("%#v", second))
	}
	want, got = slices.SortedFunc(slices.Values(want), byText), slices.SortedFunc(slices.Values(got), byText)
	if len(want) == 0 {
		t.Errorf("there is no %T to compare", *new(Value))
	}
	if found := difference.Diff(want, got); found != "" {
		t.Errorf("%T, - counted, + read:\n%s", *new(Value), found)
	}
}

// dated writes a date as the files do.
func dated(date time.Time) string {
	if date.IsZero() {
		return ""
	}
	return date.Format(time.DateOnly)
}

// schoolYears writes a school year as the files do.
func schoolYears(ends int) string { return fmt.Sprintf("%d-%d", ends-1, ends) }

// sectionName takes a section's code apart. Nothing in the sample's codes is escaped.
func sectionName(school string, year int, code string) grandbend.SectionName {
	parts := strings.Split(code, "|")
	return grandbend.SectionName{
		School: school, Year: schoolYears(year), Identifier: parts[0], LocalCode: parts[1], Session: parts[2],
	}
}
