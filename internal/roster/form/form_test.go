package form_test

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// rows is an empty row of every kind that is staged, parents before their children.
func rows() []any {
	return []any{
		roster.School{},
		roster.Calendar{},
		roster.CalendarDate{},
		roster.Term{},
		roster.Staff{},
		roster.Student{},
		roster.Demographics{},
		roster.Enrollment{},
		roster.Exit{},
		roster.Person{},
		roster.Channel{},
		roster.StudentContact{},
		roster.Characteristic{},
		roster.Course{},
		roster.Section{},
		roster.SectionTeacher{},
		roster.Seat{},
		roster.AttendanceEvent{},
		roster.Incident{},
		roster.Participation{},
		roster.Action{},
		roster.ActionIncident{},
		roster.Grade{},
		roster.CourseTranscript{},
		roster.AssessmentResult{},
		roster.GraduationRequirement{},
		roster.MenuEntry{},
		roster.PlanItem{},
		roster.SupportSession{},
	}
}

func TestEveryKindHasAFormInOrder(t *testing.T) {
	t.Parallel()
	var want, got []string
	for _, row := range rows() {
		want = append(want, reflect.TypeOf(row).Name())
	}
	for _, f := range form.Forms() {
		got = append(got, f.Kind)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}

// TestAFormHasEveryMemberOnce: what a row tells and a form does not know would be lost.
func TestAFormHasEveryMemberOnce(t *testing.T) {
	t.Parallel()
	name, column := regexp.MustCompile(`^[a-z][A-Za-z]*$`), regexp.MustCompile(`^[a-z][a-z_]*$`)
	files := map[string]bool{}
	for _, row := range rows() {
		f, known := form.Of(reflect.TypeOf(row).Name())
		if !known || f.About == "" || f.File == "" || files[f.File] {
			t.Errorf("%T: no form, or none that says what it is: %+v", row, f)
		}
		files[f.File] = true
		if members := reflect.TypeOf(row).NumField() - 1; len(f.Fields) != members {
			t.Errorf("%s: %d fields for %d members", f.Kind, len(f.Fields), members)
		}
		names, columns := map[string]bool{}, map[string]bool{}
		for _, field := range f.Fields {
			if names[field.Name] || columns[field.Column] || !name.MatchString(field.Name) || !column.MatchString(field.Column) {
				t.Errorf("%s: the field %q in column %q", f.Kind, field.Name, field.Column)
			}
			names[field.Name], columns[field.Column] = true, true
			if !strings.HasSuffix(field.About, ".") || (field.Type == form.Word) != (len(field.Words) > 0) {
				t.Errorf("%s.%s does not say what it is", f.Kind, field.Name)
			}
		}
	}
}

// TestContentIsTheRow: what quarantine keeps of a row is all of it.
func TestContentIsTheRow(t *testing.T) {
	t.Parallel()
	for _, row := range rows() {
		f, _ := form.Of(reflect.TypeOf(row).Name())
		t.Run(f.Kind, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				want := draw(t, f, reflect.TypeOf(row))
				content := f.Content(want)
				got, problems := f.Row(roster.Origin{File: "a.csv", Line: 7}, content)
				if len(problems) > 0 {
					t.Fatalf("problems of %v: %+v", content, problems)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("- want, + got by way of %v:\n%s", content, diff)
				}
			})
		})
	}
}

// draw gives a row that says what is needed and, by chance, the rest.
func draw(t *rapid.T, f form.Form, kind reflect.Type) any {
	row := reflect.New(kind).Elem()
	row.FieldByName("Origin").Set(reflect.ValueOf(roster.Origin{File: "a.csv", Line: 7}))
	content := map[string]string{}
	for _, field := range f.Fields {
		if field.Needed || rapid.Bool().Draw(t, field.Name+" is said") {
			content[field.Name] = drawText(t, field)
		}
	}
	// What no text stands for is left as the form leaves it: that is what not saying it is.
	drawn, problems := f.Row(roster.Origin{File: "a.csv", Line: 7}, content)
	if len(problems) > 0 {
		t.Fatalf("problems of %v: %+v", content, problems)
	}
	for _, field := range f.Fields {
		said, read := content[field.Name], f.Content(drawn)[field.Name]
		if asWritten := field.Type == form.Text || field.Type == form.Day || field.Type == form.Whole; asWritten && read != said || read == "" && said != "" {
			t.Fatalf("%s %q was read as %q", field.Name, said, read)
		}
	}
	return drawn
}

func drawText(t *rapid.T, field form.Field) string {
	switch field.Type {
	case form.Day:
		return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(-40_000, 300_000).Draw(t, field.Name)).Format(time.DateOnly)
	case form.Whole:
		return rapid.SampledFrom([]string{"1900", "2026", "2999"}).Draw(t, field.Name)
	case form.Parts:
		return rapid.StringMatching(`([0-9]|[1-9][0-9]{1,4})(\.[0-9]{1,4})?`).Draw(t, field.Name)
	case form.YesNo:
		return rapid.SampledFrom([]string{"yes", "No", "TRUE", "0"}).Draw(t, field.Name)
	case form.List:
		return drawTrimmed(t, field, `(\\;|\\\\|[^;\\\x00])+`)
	case form.Word:
		return strings.ToLower(rapid.SampledFrom(field.Words).Draw(t, field.Name))
	case form.Text:
	}
	return drawTrimmed(t, field, `[^\x00]+`)
}

// drawTrimmed gives text as readers hand it on: without space around it.
func drawTrimmed(t *rapid.T, field form.Field, expression string) string {
	return rapid.Map(rapid.StringMatching(expression), strings.TrimSpace).Filter(func(text string) bool { return text != "" }).Draw(t, field.Name)
}

// TestTextsThatAreNoValues: each is told of with what to do, and the rest of the row is read.
func TestTextsThatAreNoValues(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ kind, field, value, problem string }{
		"a day as others write it":   {"AttendanceEvent", "date", "1/05/2025", "is no day"},
		"a day that is none":         {"AttendanceEvent", "date", "2025-02-30", "is no day"},
		"the first day of all":       {"AttendanceEvent", "date", "0001-01-01", "is no day"},
		"nothing where it is needed": {"AttendanceEvent", "date", " ", "is missing"},
		"a year of two digits":       {"AttendanceEvent", "schoolYear", "26", "is no year"},
		"a word for a number":        {"AttendanceEvent", "minutes", "ten", "is no whole number"},
		"a number below none":        {"AttendanceEvent", "minutes", "-1", "is no whole number"},
		"a number too large":         {"AttendanceEvent", "minutes", "3000000000", "is no whole number"},
		"a comma for a point":        {"AttendanceEvent", "duration", "0,5", "is no number"},
		"a point alone":              {"AttendanceEvent", "duration", ".", "is no number"},
		"less than none":             {"AttendanceEvent", "duration", "-0.5", "is no number"},
		"a number too exact":         {"AttendanceEvent", "duration", "0.33333", "has more than four decimal places"},
		"a number past all":          {"AttendanceEvent", "duration", "300000", "is no number"},
		"bytes that are no text":     {"AttendanceEvent", "reason", "a\x00b", "holds characters that are no text"},
		"another word":               {"Participation", "part", "BYSTANDER", "is none of the words that it may be"},
		"neither yes nor no":         {"AssessmentResult", "belowLevel", "maybe", "is neither yes nor no"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _ := form.Of(test.kind)
			content := map[string]string{"studentId": "1", "schoolId": "11", "date": "2025-09-02", "code": "A", "incidentId": "7", "part": "victim", "id": "3"}
			content[test.field] = test.value
			row, problems := f.Row(roster.Origin{File: "a.csv", Line: 7}, content)
			if len(problems) != 1 || problems[0].Problem != test.problem || problems[0].Field != test.field || problems[0].Kind != test.kind || problems[0].Hint == "" {
				t.Fatalf("problems: %+v", problems)
			}
			if problems[0].Value != strings.TrimSpace(test.value) || problems[0].Origin != (roster.Origin{File: "a.csv", Line: 7}) {
				t.Errorf("the problem quotes %+v", problems[0])
			}
			if f.Content(row)["studentId"] != "1" || f.Content(row)[test.field] != "" {
				t.Errorf("the row was read as %+v", row)
			}
		})
	}
}

// TestYears: a school year that is not said is that of the date, from 1 July on the next.
func TestYears(t *testing.T) {
	t.Parallel()
	june, july := time.Date(2026, time.June, 30, 0, 0, 0, 0, time.UTC), time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		row  any
		want int
	}{
		{roster.AttendanceEvent{Date: june}, 2026},
		{roster.AttendanceEvent{Date: july}, 2027},
		{roster.AttendanceEvent{Date: july, SchoolYear: 2026}, 2026},
		{roster.AttendanceEvent{}, 0},
		{roster.Seat{BeginsOn: july}, 0},
		{roster.Student{CohortYear: 2030}, 0},
	} {
		f, _ := form.Of(reflect.TypeOf(test.row).Name())
		if got := f.Year(test.row); got != test.want {
			t.Errorf("the school year of %+v is %d, not %d", test.row, got, test.want)
		}
	}
}

// TestValues: what COPY is given, in the order of the fields.
func TestValues(t *testing.T) {
	t.Parallel()
	f, _ := form.Of("AttendanceEvent")
	date := time.Date(2025, time.September, 2, 0, 0, 0, 0, time.UTC)
	said := f.Values(roster.AttendanceEvent{StudentCode: "1", SchoolCode: "11", Date: date, CategoryCode: "A", Duration: 0, Minutes: 30})
	if diff := cmp.Diff([]any{"1", "11", 2026, "2025-09-02", "A", "", 0, 30}, said); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	silent := f.Values(roster.AttendanceEvent{Duration: roster.NotSaid, Minutes: roster.NotSaid})
	if diff := cmp.Diff([]any{"", "", nil, nil, "", "", nil, nil}, silent); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}
