package oracle_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

// everyField selects what is compared of a student: of each class something.
const everyField = `id localId firstName lastName gradeLevel primaryAdvocate { displayName } birthDate contacts { relation person { displayName } }
	enrollments { id } attendance { absentDays measured } risk { level flags { rule } } behavior { measured }
	grades(schoolYear: 2026, first: 20) { nodes { letter } } contactLogs(first: 20) { nodes { summary withWhom } }
	characteristics { kind startsOn endsOn detail } notes(first: 20) { nodes { body } } access { dataClasses { dataClass read needToKnow write } }`

const nodesDocument = `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Student { ` + everyField + ` } } }`

// fieldsOf are the fields of everyField by their class.
var fieldsOf = map[model.Class][]string{
	model.Directory:      {"localId", "firstName", "lastName", "gradeLevel", "primaryAdvocate"},
	model.Demographic:    {"birthDate"},
	model.ContactClass:   {"contacts"},
	model.Enrolled:       {"enrollments"},
	model.AttendanceOf:   {"attendance"},
	model.Discipline:     {"behavior"},
	model.Academic:       {"grades"},
	model.RiskOf:         {"risk"},
	model.Casework:       {"contactLogs", "notes"},
	model.CircumstanceOf: {"characteristics"},
}

// expectation is what the model says a reader is shown of a student: the fields,
// nil: not there; and of which fields it is told that they are not shown, by the
// path below the student, class and reason.
type expectation struct {
	fields  map[string]any
	redacts []string
	names   int // of those who were called, not shown
}

// expect asks the model.
func expect(d *model.District, reader *model.Staff, s *model.Student, on model.Date) expectation {
	decision := d.Decide(reader, s, on)
	if !decision.Exists() {
		return expectation{}
	}
	e := expectation{fields: map[string]any{"id": studentID(s)}}
	all := facts(d, reader, s, on)
	e.fields["access"] = map[string]any{"dataClasses": accessOf(decision)}
	for class, fields := range fieldsOf {
		may := decision.May(class)
		for _, field := range fields {
			switch {
			case may >= model.Read:
				e.fields[field] = all[field]
			case may == model.NeedToKnow:
				e.fields[field] = all[field]
				e.redacts = append(e.redacts, field+" "+string(class)+" NEED_TO_KNOW")
			default:
				e.fields[field] = nil
				e.redacts = append(e.redacts, field+" "+string(class)+" ROLE")
			}
		}
	}
	e.derived(s, decision)
	return e
}

// derived takes away what lies inside a field and has a class of its own.
func (e *expectation) derived(s *model.Student, decision model.Decision) {
	if decision.May(model.Casework) >= model.Read {
		switch decision.May(model.Restricted) {
		case model.Nothing:
			e.redacts = append(e.redacts, "notes RESTRICTED ROLE")
		case model.NeedToKnow:
			e.redacts = append(e.redacts, "notes RESTRICTED NEED_TO_KNOW")
		default:
		}
	}
	if risk, shown := e.fields["risk"].(map[string]any); shown {
		e.flags(s, risk, decision)
	}
	if decision.May(model.Casework) >= model.Read && decision.May(model.ContactClass) < model.Read && len(s.Logs) > 0 {
		for _, node := range list(e.fields, "contactLogs", "nodes") {
			node.(map[string]any)["withWhom"] = nil
		}
		e.names = len(s.Logs)
	}
}

// flags takes away the flag that is drawn from what the reader does not read, and says of
// which classes none is shown, whatever there is.
func (e *expectation) flags(s *model.Student, risk map[string]any, decision model.Decision) {
	lacking := map[model.Class]bool{}
	for domain, class := range model.DrawnFrom {
		if decision.May(class) >= model.Read {
			continue
		}
		lacking[class] = true
		if slices.ContainsFunc(s.Risks, func(r *model.Risk) bool { return r.Year == risk["year"] && r.Domain == domain }) {
			risk["flags"] = []any{}
		}
	}
	for class := range lacking {
		reason := map[bool]string{true: "NEED_TO_KNOW", false: "ROLE"}[decision.May(class) == model.NeedToKnow]
		e.redacts = append(e.redacts, "risk.flags "+string(class)+" "+reason)
	}
	delete(risk, "year")
}

// facts gives every field's value as JSON would say it.
func facts(d *model.District, reader *model.Staff, s *model.Student, on model.Date) map[string]any {
	values := map[string]any{
		"localId": s.Code, "firstName": s.First, "lastName": s.Last, "gradeLevel": s.Grade, "birthDate": string(s.BirthDate),
		"primaryAdvocate": nil, "contacts": contactsOf(s), "enrollments": enrollmentsOf(s), "attendance": nil, "risk": nil,
		"contactLogs": map[string]any{"nodes": logsOf(s)}, "notes": map[string]any{"nodes": notesOf(d, reader, s, on)}, "characteristics": circumstancesOf(d, reader, s, on),
		"behavior": map[string]any{"measured": false}, "grades": map[string]any{"nodes": marksOf(d, reader, s, on)},
	}
	for _, staff := range s.PrimaryAdvocates(on) {
		values["primaryAdvocate"] = map[string]any{"displayName": staff.Name}
	}
	year := d.CurrentYear(on)
	if a := s.FiguresOf(year); a != nil {
		values["attendance"] = map[string]any{"absentDays": float64(a.Absent), "measured": a.Measured}
	}
	if r := s.RiskOf(year); r != nil {
		flags := []any{}
		if r.Flagged {
			flags = append(flags, map[string]any{"rule": flagRule})
		}
		values["risk"] = map[string]any{"level": r.Level, "flags": flags, "year": year}
	}
	return values
}

func contactsOf(s *model.Student) []any {
	contacts := []any{}
	for _, c := range s.Contacts {
		if !c.Withdrawn {
			contacts = append(contacts, map[string]any{"relation": c.Relation, "person": map[string]any{"displayName": c.Name}})
		}
	}
	return contacts
}

func enrollmentsOf(s *model.Student) []any {
	enrollments := []any{}
	for _, e := range s.Enrollments {
		if !e.Withdrawn {
			enrollments = append(enrollments, map[string]any{"id": "enr_" + bare(e.ID)})
		}
	}
	return enrollments
}

func logsOf(s *model.Student) []any {
	logs := []any{}
	for _, l := range s.Logs {
		var with any
		if l.With != nil {
			with = l.With.Name
		}
		logs = append(logs, map[string]any{"summary": l.Summary, "withWhom": with})
	}
	return logs
}

func notesOf(d *model.District, reader *model.Staff, s *model.Student, on model.Date) []any {
	notes := []any{}
	for _, n := range d.NotesOf(reader, s, on) {
		notes = append(notes, map[string]any{"body": n.Body})
	}
	return notes
}

func marksOf(d *model.District, reader *model.Staff, s *model.Student, on model.Date) []any {
	marks := []any{}
	for _, mark := range d.MarksOf(reader, s, on) {
		marks = append(marks, map[string]any{"letter": mark.Letter})
	}
	return marks
}

// accessOf gives what the reader is told of their own rights, class by class.
func accessOf(decision model.Decision) []any {
	var classes []any
	for _, class := range model.Classes {
		may := decision.May(class)
		classes = append(classes, map[string]any{
			"dataClass": string(class), "read": may >= model.Read, "needToKnow": may == model.NeedToKnow, "write": may == model.Write,
		})
	}
	return classes
}

func circumstancesOf(d *model.District, reader *model.Staff, s *model.Student, on model.Date) []any {
	shown := []any{}
	for _, c := range d.Circumstances(reader, s, on) {
		shown = append(shown, map[string]any{"kind": c.Kind, "startsOn": string(c.Days.Starts), "endsOn": day(c.Days.Ends), "detail": c.Detail})
	}
	return shown
}

// sorted brings lists into an order of their own: the order within a student is not
// what this is about.
func sorted(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			value[key] = sorted(inner)
		}
	case []any:
		slices.SortFunc(value, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		for i, inner := range value {
			value[i] = sorted(inner)
		}
	}
	return value
}

// told gives what was said not to be shown, by row. Of the names of those who were
// called, which lie in a list of each row's own, it gives how many.
func told(t testing.TB, got *answer, prefix string) (byRow map[int][]string, names int) {
	t.Helper()
	byRow = map[int][]string{}
	for _, r := range got.Extensions.Redactions {
		field, below := strings.CutPrefix(r.Path, prefix+".")
		if field == "contactLogs.nodes.withWhom" && r.DataClass == "CONTACT" && r.Reason == "ROLE" {
			names = r.Count
			continue
		}
		if !below || len(r.Indexes) == 0 {
			t.Errorf("an entry that names no row: %+v", r)
		}
		for _, i := range slices.Compact(slices.Sorted(slices.Values(r.Indexes))) {
			byRow[i] = append(byRow[i], field+" "+r.DataClass+" "+r.Reason)
		}
	}
	for _, entries := range byRow {
		slices.Sort(entries)
	}
	return byRow, names
}

// disagreement explains why the model says what it says.
func disagreement(d *model.District, reader *model.Staff, s *model.Student, on model.Date) string {
	decision := d.Decide(reader, s, on)
	var b strings.Builder
	fmt.Fprintf(&b, "on %s in %s, of %s (%s):\n", on, d.Zone, s.Code, s.ID)
	for _, reason := range decision.Reasons {
		fmt.Fprintf(&b, "  reached: %s, %s\n", reason.Role, reason.Way)
	}
	fmt.Fprintf(&b, "  reader: %s %s, signed %q, withdrawn %v\n", reader.Subject, reader.Engagement, reader.Signed, reader.Withdrawn)
	for _, a := range reader.Roles {
		school := "-"
		if a.School != nil {
			school = a.School.Code
		}
		fmt.Fprintf(&b, "    %s at %s %v\n", a.Role, school, a.Days)
	}
	for _, e := range s.Enrollments {
		fmt.Fprintf(&b, "  enrollment %s %d %v %s withdrawn %v\n", e.School.Code, e.Year, e.Days, e.ExitType, e.Withdrawn)
	}
	for _, c := range s.Cases {
		fmt.Fprintf(&b, "  case %s owner %v closed %q\n", c.School.Code, c.Owner == reader, c.Closed)
	}
	for _, seat := range s.Seats {
		for _, link := range seat.Section.Teachers {
			if link.Staff == reader {
				fmt.Fprintf(&b, "  seat %v withdrawn %v in a section %v withdrawn %v, taught %v withdrawn %v\n",
					seat.Days, seat.Withdrawn, seat.Section.Days, seat.Section.Withdrawn, link.Days, link.Withdrawn)
			}
		}
	}
	for _, a := range s.Advocates {
		fmt.Fprintf(&b, "  %s by the reader %v %v\n", a.Role, a.Staff == reader, a.Days)
	}
	for _, g := range s.Grants {
		fmt.Fprintf(&b, "  grant %s to the reader %v %v revoked %v\n", g.Kind, g.Staff == reader, g.Days, g.Revoked)
	}
	for _, school := range d.Schools {
		for _, c := range school.Calendars {
			fmt.Fprintf(&b, "  calendar %s %d: %v\n", school.Code, c.Year, c.Instructional)
		}
	}
	return b.String()
}

// asked is a student whom somebody is asked about, with what the model says of the
// classes; students of other districts and ids that name nobody have none.
type asked struct {
	id      string
	student *model.Student // nil: of no concern to the reader's district
}

// compare asks about some students as a reader, all at once, and gives how many
// checks (reader, student, class) that was.
func (w *world) compare(t testing.TB, d *model.District, reader *model.Staff, about []asked) int {
	t.Helper()
	const most = 100 // ids in one request
	on, checks := w.today(d), 0
	for some := range slices.Chunk(about, most) {
		ids := make([]string, len(some))
		for i, one := range some {
			ids[i] = one.id
		}
		got := w.ask(reader, nodesDocument, vars{"ids": ids})
		checks += len(some) * len(fieldsOf)
		if reader.Withdrawn {
			if got.status != http.StatusUnauthorized {
				t.Errorf("%s is gone, and yet: %d %s", reader.Subject, got.status, got.body)
			}
			continue
		}
		nodes := list(got.Data, "nodes")
		if len(got.Errors) > 0 || len(nodes) != len(some) {
			t.Fatalf("%s: %d %.2000s", reader.Subject, got.status, got.body)
		}
		entries, names := told(t, got, "nodes")
		for i, one := range some {
			want := expectation{}
			if one.student != nil {
				want = expect(d, reader, one.student, on)
			}
			w.same(t, d, reader, one.student, want, nodes[i], entries[i])
			delete(entries, i)
			names -= want.names
		}
		if names != 0 {
			t.Errorf("%s: the names that are not shown are miscounted by %d", reader.Subject, names)
		}
		if len(entries) > 0 {
			t.Errorf("entries for rows that are not there: %v", entries)
		}
	}
	return checks
}

// same compares one student with what the model says.
func (w *world) same(t testing.TB, d *model.District, reader *model.Staff, s *model.Student, want expectation, node any, entries []string) {
	t.Helper()
	fields, _ := node.(map[string]any)
	slices.Sort(want.redacts)
	wanted, _ := sorted(decoded(want.fields)).(map[string]any)
	differs := cmp.Diff(wanted, sorted(fields)) + cmp.Diff(want.redacts, entries)
	if differs == "" {
		return
	}
	if s == nil {
		t.Errorf("%s is shown somebody of another district: %v", reader.Subject, node)
		return
	}
	t.Errorf("the model (-) and the API (+) disagree %s%s", disagreement(d, reader, s, w.today(d)), differs)
}

// decoded brings a value to the form of decoded JSON.
func decoded(fields map[string]any) any {
	if fields == nil {
		return map[string]any(nil)
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		panic(err)
	}
	return value
}

// everybody gives all students of all districts, as seen from one, and an id that
// names nobody, in any order.
func (w *world) everybody(m *maker) []asked {
	about := []asked{{id: "stu_" + bare(newID())}}
	for _, d := range w.districts {
		for _, s := range d.Students {
			one := asked{studentID(s), s.Stands()}
			if d != m.d {
				one.student = nil
			}
			about = append(about, one)
		}
	}
	m.Shuffle(len(about), func(i, j int) { about[i], about[j] = about[j], about[i] })
	return about
}

// TestEveryReaderAndStudent makes districts up and asks as everybody who works there
// about every student of all districts, class by class.
func TestEveryReaderAndStudent(t *testing.T) {
	t.Parallel()
	r := dice(t)
	checks := 0 // of a reader, a student and a class
	for n := range amount(2, 12) {
		w := randomWorld(t, r.Uint64(), 40)
		for _, d := range w.districts {
			m := w.maker(d)
			for _, reader := range d.Staff {
				checks += w.compare(t, d, reader, w.everybody(m))
			}
		}
		if t.Failed() {
			t.Fatalf("in world %d", n)
		}
	}
	t.Logf("%d checks", checks)
}
