package api_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

// newStaffRoom is a world in which each role has somebody to see: an advocate and a
// case manager with a caseload, a teacher with a section, a mentor, one who shadows,
// and a leaver whose case is open.
func newStaffRoom(t *testing.T) *world {
	t.Helper()
	w := newWorkplace(t)
	for subject, way := range map[string]string{
		"ADVOCATE": "BACKUP", "CASE_MANAGER": "CASE_MANAGER", "TEACHER": "teaches", "MENTOR": "mentors", "SHADOW": "shadows",
	} {
		w.tie(t, subject, way, span{"2022-08-15", ""}, "A-01", "M-02")
		w.tie(t, subject, way, span{longAgo, yesterday}, "A-03")
	}
	w.write(t, w.alder, `INSERT INTO dropout_case (district_id, id, student_id, school_id, owner_id, opened_because, left_on, recorded_on)
		SELECT $1, $2, s.id, c.id, $3, 'DROPOUT', $4, $4 FROM student s, school c
		WHERE s.district_id = $1 AND s.local_id = 'A-07' AND c.district_id = $1 AND c.local_id = $5`,
		uuid.Must(uuid.NewV7()), w.staffID(t, w.alder, "ADVOCATE"), yesterday, alderHigh)
	w.addMember(t, w.alder, "volunteer", member{roles: []held{{"ADVOCATE", alderHigh, longAgo, ""}}, engagement: "VOLUNTEER", signed: today})
	w.link(t, "volunteer", "BACKUP", span{today, ""}, "A-01")
	return w
}

// rights is what somebody may do with the classes of a student.
type rights struct{ Read, NeedToKnow, Write []string }

// accessTo gives what the client may see of the student; nil when they are not there.
func (c *client) accessTo(student string) *rights {
	c.t.Helper()
	got := c.ask(`query($id: ID!) { node(id: $id) { ... on Student { access { dataClasses { dataClass read needToKnow write because } } } } }`, vars{"id": student}).fine()
	if got.at("node") == nil {
		return nil
	}
	found := &rights{}
	for _, one := range got.list("node.access.dataClasses") {
		class := text(one, "dataClass")
		for field, list := range map[string]*[]string{"read": &found.Read, "needToKnow": &found.NeedToKnow, "write": &found.Write} {
			if dig(one, field) == true {
				*list = append(*list, class)
			}
		}
		if text(one, "because") == "" {
			c.t.Errorf("%s has no reason: %s", class, got.body)
		}
	}
	return found
}

// TestAccessSaysWhy holds the words to the role, the reach and the days.
func TestAccessSaysWhy(t *testing.T) {
	t.Parallel()
	w := newStaffRoom(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	none := "no role that reaches the student reads this"
	items := "; item by item, what was granted, or is of one's own writing or sections"
	for _, one := range []struct{ subject, student, class, want string }{
		{"ADVOCATE", "A-01", "RISK", "ADVOCATE: on your caseload since 2022-08-15"},
		{"ADVOCATE", "A-01", "CIRCUMSTANCE", "ADVOCATE: on your caseload since 2022-08-15" + items},
		{"ADVOCATE", "A-02", "RISK", none},
		{"ADVOCATE", "M-02", "DIRECTORY", "ADVOCATE: on your caseload since 2022-08-15"},
		{"ADVOCATE", "A-07", "CONTACT", "ADVOCATE: in your care after leaving, and the case is open"},
		{"SCHOOL_LEADER", "A-07", "CONTACT", "SCHOOL_LEADER: left your school, and the case is open"},
		{"TEACHER", "A-01", "CONTACT", "TEACHER: in your section since 2022-08-15"},
		{"TEACHER", "A-01", "RISK", none},
		{"MENTOR", "A-01", "RISK", "MENTOR: on the caseload of somebody whom you mentor"},
		{"SHADOW", "A-01", "RISK", "SHADOW: on the caseload of your mentor, while shadowing"},
		{"DATA_STEWARD", "M-01", "RISK", "DATA_STEWARD: in the district since 2020-07-01"},
		{"DATA_STEWARD", "M-01", "CASEWORK", none},
		{"leader and privacy officer", "M-01", "DIRECTORY", "PRIVACY_OFFICER: in the district since 2020-07-01"},
		{"leader and privacy officer", "M-01", "RISK", none},
	} {
		got := w.as(t, one.subject).ask(`query($id: ID!) { node(id: $id) { ... on Student { access { dataClasses { dataClass because } } } } }`,
			vars{"id": coordinator.studentID(one.student)}).fine()
		for _, entry := range got.list("node.access.dataClasses") {
			if text(entry, "dataClass") == one.class && text(entry, "because") != one.want {
				t.Errorf("%s, %s of %s: %q, not %q", one.subject, one.class, one.student, text(entry, "because"), one.want)
			}
		}
		if n := len(got.list("node.access.dataClasses")); n != 12 {
			t.Errorf("%s of %s: %d classes: %s", one.subject, one.student, n, got.body)
		}
	}
	enrolled := w.as(t, "SCHOOL_LEADER").ask(`query($id: ID!) { node(id: $id) { ... on Student { enrollments { entryDate } access { dataClasses { because } } } } }`,
		vars{"id": coordinator.studentID("A-01")}).fine()
	if want := "SCHOOL_LEADER: in your school since " + text(enrolled.Data, "node.enrollments.0.entryDate"); text(enrolled.Data, "node.access.dataClasses.0.because") != want {
		t.Errorf("not %q: %s", want, enrolled.body)
	}
}

// TestAccessIsWhatIsShown holds what access says to what the fields show, of every
// student for everybody.
func TestAccessIsWhatIsShown(t *testing.T) {
	t.Parallel()
	w := newStaffRoom(t)
	const document = `{ district { students(first: 100) { nodes { localId access { dataClasses { dataClass read needToKnow } }
		displayName birthDate contacts { relation } enrollments { id } contactLogs { totalCount } characteristics { kind } notes { totalCount } } } } }`
	fields := map[string]string{"displayName": "DIRECTORY", "contacts": "CONTACT", "enrollments": "ENROLLMENT", "contactLogs": "CASEWORK", "notes": "CASEWORK"}
	for _, one := range w.everybody() {
		for _, node := range w.as(t, one).ask(document, nil).fine().list("district.students.nodes") {
			says := map[string]bool{}
			items := false
			for _, class := range dig(node, "access.dataClasses").([]any) {
				says[text(class, "dataClass")] = dig(class, "read") == true
				items = items || (text(class, "dataClass") == "CIRCUMSTANCE" && dig(class, "needToKnow") == true)
			}
			for field, class := range fields {
				if shown := dig(node, field) != nil; shown != says[class] {
					t.Errorf("%s, %s of %s: shown is %t, access says %t", one, field, text(node, "localId"), shown, says[class])
				}
			}
			if shown := dig(node, "characteristics") != nil; shown != (says["CIRCUMSTANCE"] || items) {
				t.Errorf("%s, circumstances of %s: shown is %t", one, text(node, "localId"), shown)
			}
		}
	}
}

// everybody lists the subjects of Alder who hold or held a role.
func (w *world) everybody() []string {
	subjects := slices.Concat(schoolRoles, districtRoles)
	for _, one := range alderStaff() {
		if len(one.roles) > 0 && !one.withdrawn && !slices.Contains(subjects, one.subject) {
			subjects = append(subjects, one.subject)
		}
	}
	return append(subjects, "volunteer")
}

// viewersOf lists everybody who can see the student, page by page, and gives each
// one's classes, all roles together.
func (c *client) viewersOf(student string, size int) map[string]*rights {
	c.t.Helper()
	found, rows := map[string]*rights{}, 0
	var total, after any
	for {
		got := c.ask(`query($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Student { viewers(first: $first, after: $after) {
			totalCount pageInfo { hasNextPage endCursor } nodes { person { displayName } role because dataClasses needToKnow roleAssignments { id role } } } } } }`,
			vars{"id": student, "first": size, "after": after}).fine()
		total = got.at("node.viewers.totalCount")
		for _, one := range got.list("node.viewers.nodes") {
			rows++
			name := strings.TrimPrefix(text(one, "person.displayName"), "Staff ")
			if found[name] == nil {
				found[name] = &rights{}
			}
			for field, list := range map[string]*[]string{"dataClasses": &found[name].Read, "needToKnow": &found[name].NeedToKnow} {
				for _, class := range dig(one, field).([]any) {
					*list = append(*list, class.(string))
				}
			}
			if !strings.HasPrefix(text(one, "because"), text(one, "role")+": ") || text(one, "roleAssignments.0.role") != text(one, "role") {
				c.t.Errorf("%v", one)
			}
		}
		if got.at("node.viewers.pageInfo.hasNextPage") != true {
			break
		}
		after = got.at("node.viewers.pageInfo.endCursor")
	}
	if total != float64(rows) {
		c.t.Errorf("%d rows, %v are counted", rows, total)
	}
	return found
}

// TestViewersAreThoseWhoSee holds the list of who can see a student to what each of
// them is told when they ask themselves: nobody is missing, nobody too many.
func TestViewersAreThoseWhoSee(t *testing.T) {
	t.Parallel()
	w := newStaffRoom(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	inOrder := func(classes ...[]string) string {
		all := slices.Sorted(slices.Values(slices.Concat(classes...)))
		return strings.Join(slices.Compact(all), " ")
	}
	for i, student := range []string{"A-01", "A-02", "A-03", "A-07", "A-10", "M-01", "M-02", "Z-01"} {
		t.Run(student, func(t *testing.T) {
			t.Parallel()
			id := coordinator.studentID(student)
			viewers, told := coordinator.viewersOf(id, []int{100, 1, 2, 7}[i%4]), map[string]string{}
			for name, seen := range viewers {
				items := slices.DeleteFunc(seen.NeedToKnow, func(class string) bool { return slices.Contains(seen.Read, class) })
				told[name] = inOrder(seen.Read) + " | " + inOrder(items)
			}
			own := map[string]string{}
			for _, subject := range w.everybody() {
				if seen := w.as(t, subject).accessTo(id); seen != nil {
					own[subject] = inOrder(seen.Read) + " | " + inOrder(seen.NeedToKnow)
				}
			}
			// The personas and those of two districts are not asked here.
			maps.DeleteFunc(told, func(name, _ string) bool { return !slices.Contains(w.everybody(), name) })
			if diff := cmp.Diff(own, told); diff != "" {
				t.Errorf("(-as they see it +as it is told)\n%s", diff)
			}
		})
	}
}

// TestViewersInOneStatement holds the list to the statement of the student itself,
// whatever the page.
func TestViewersInOneStatement(t *testing.T) {
	t.Parallel()
	w := newStaffRoom(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	id := coordinator.studentID("A-01")
	for _, first := range []int{0, 1, 10, 100} {
		got := coordinator.ask(`query($id: ID!, $first: Int) { node(id: $id) { ... on Student {
			access { dataClasses { because } } notes(first: $first) { totalCount nodes { body } }
			viewers(first: $first) { totalCount nodes { role roleAssignments { id } } } } } }`, vars{"id": id, "first": first}).fine()
		if len(got.statements) != 2 {
			t.Errorf("first %d: %d statements:\n%s", first, len(got.statements), strings.Join(got.statements, "\n"))
		}
	}
	inList := coordinator.ask(`{ district { students(first: 100) { nodes { viewers(first: 2) { totalCount nodes { role } } } } } }`, nil).fine()
	if len(inList.statements) != 2 {
		t.Errorf("a list: %d statements", len(inList.statements))
	}
}

const viewAsDocument = `query($staff: ID!, $id: ID!) { viewAs(staffId: $staff) { staff { displayName } student(id: $id) {
	id localId birthDate contacts { relation } enrollments { id } attendance { absentDays } risk { level } contactLogs(first: 2) { totalCount nodes { withWhom } }
	characteristics { kind } notes { totalCount nodes { body } } viewers(first: 1) { totalCount } access { dataClasses { dataClass read needToKnow write } }
} } }`

// TestViewAsIsTheIntersection holds a coordinator's preview to what the colleague
// gets: field by field the same where the coordinator sees it too, with the same
// redactions, and nothing to write.
func TestViewAsIsTheIntersection(t *testing.T) {
	t.Parallel()
	w := newStaffRoom(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	const preview, page = "viewAs(staffId: $staff) { staff { displayName } student(id: $id) {", "node(id: $id) { ... on Student {"
	own := strings.NewReplacer("$staff: ID!, ", "", preview, page).Replace(viewAsDocument)
	for _, subject := range w.everybody() {
		for _, local := range []string{"A-01", "A-02", "A-07", "M-02"} {
			id := coordinator.studentID(local)
			theirs := w.as(t, subject).ask(own, vars{"id": id}).fine()
			got := coordinator.ask(viewAsDocument, vars{"staff": w.staffNode(t, subject), "id": id}).fine()
			want, _ := theirs.at("node").(map[string]any)
			seen, _ := got.at("viewAs.student").(map[string]any)
			for _, one := range []map[string]any{want, seen} {
				for _, class := range listAt(one, "access.dataClasses") {
					delete(class.(map[string]any), "write") // nothing is written through somebody's eyes
				}
			}
			for _, class := range listAt(seen, "access.dataClasses") {
				if dig(class, "write") == true {
					t.Errorf("%s: writes in a preview: %s", subject, got.body)
				}
			}
			if diff := cmp.Diff(want, seen); diff != "" {
				t.Errorf("%s, %s (-theirs +preview)\n%s", subject, local, diff)
			}
			if diff := cmp.Diff(strings.ReplaceAll(fmt.Sprint(theirs.redactions()), "node.", "viewAs.student."), fmt.Sprint(got.redactions())); diff != "" {
				t.Errorf("%s, %s (-theirs +preview)\n%s", subject, local, diff)
			}
		}
	}
}

func listAt(value any, path string) []any {
	list, _ := dig(value, path).([]any)
	return list
}

// TestViewAsHidesWhatTheCoordinatorMayNotKnow: a restricted note is shown when both
// may read it; circumstances, which a coordinator reads in whole, by the colleague's
// own grants.
func TestViewAsHidesWhatTheCoordinatorMayNotKnow(t *testing.T) {
	t.Parallel()
	w := newStaffRoom(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	id, staff := coordinator.studentID("A-01"), w.staffNode(t, "ADVOCATE")
	w.note(t, "ADVOCATE", "A-01", "RESTRICTED", "theirs alone")
	both := w.note(t, "ADVOCATE", "A-01", "RESTRICTED", "of both")
	w.note(t, "DISTRICT_COORDINATOR", "A-01", "RESTRICTED", "the coordinator's alone")
	w.allow(t, "DISTRICT_COORDINATOR", "A-01", "", both, "stands")
	w.allow(t, "ADVOCATE", "A-01", "HOMELESS", uuid.Nil, "stands")
	got := coordinator.ask(viewAsDocument, vars{"staff": staff, "id": id}).fine()
	if diff := cmp.Diff([]string{"of both"}, textsOf(got.at("viewAs.student.notes.nodes"), "body")); diff != "" || got.at("viewAs.student.notes.totalCount") != 1.0 {
		t.Errorf("notes (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"HOMELESS"}, textsOf(got.at("viewAs.student.characteristics"), "kind")); diff != "" {
		t.Errorf("circumstances (-want +got)\n%s", diff)
	}
}

// TestViewAsIsWrittenDown holds that each preview leaves a line, and that nobody else
// can be looked through.
func TestViewAsIsWrittenDown(t *testing.T) {
	t.Parallel()
	w := newStaffRoom(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	id, staff := coordinator.studentID("A-01"), w.staffNode(t, "ADVOCATE")
	first := coordinator.ask(viewAsDocument, vars{"staff": staff, "id": id}).fine()
	second := coordinator.ask(viewAsDocument, vars{"staff": staff, "id": coordinator.studentID("M-01")}).fine()
	if text(first.Data, "viewAs.staff.displayName") != "Staff ADVOCATE" || second.at("viewAs.student") != nil || len(second.redactions()) > 0 {
		t.Errorf("%s\n%s", first.body, second.body)
	}
	if n := w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND operation = 'viewAs' AND subject = 'STAFF' AND subject_id = $2 AND principal_id = $3`,
		w.staffID(t, w.alder, "ADVOCATE"), w.staffID(t, w.alder, "DISTRICT_COORDINATOR")); n != 2 {
		t.Errorf("%d lines in the audit log, not 2", n)
	}
	if len(second.statements) > 5 { // one of them since nobody was found: the id may be a former one
		t.Errorf("%d statements:\n%s", len(second.statements), strings.Join(second.statements, "\n"))
	}
	nobody := relay.NewID(relay.Staff, uuid.Must(uuid.NewV7())).String()
	want := traceOf(coordinator.ask(viewAsDocument, vars{"staff": nobody, "id": id}).fine(), nobody)
	for name, staff := range map[string]string{
		"another district's": relay.NewID(relay.Staff, w.staffID(t, w.birch, "birch leader")).String(), "who left": w.staffNode(t, "withdrawn"),
	} {
		got := coordinator.ask(viewAsDocument, vars{"staff": staff, "id": id}).fine()
		if diff := cmp.Diff(want, traceOf(got, staff)); diff != "" || got.at("viewAs") != nil {
			t.Errorf("%s (-never was +it)\n%s", name, diff)
		}
	}
	got := coordinator.ask(viewAsDocument, vars{"staff": id, "id": id}).fine()
	if got.at("viewAs") != nil {
		t.Errorf("a student is nobody to look through: %s", got.body)
	}
	if n := w.countAudit(t, "viewAs", "DISTRICT_COORDINATOR"); n != 2 {
		t.Errorf("%d lines for two previews", n)
	}
}
