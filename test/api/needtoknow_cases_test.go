package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

// needToKnowCases are the cases of what is read item by item and who lets whom, as
// test/permissions/needtoknow.yaml holds them.
type needToKnowCases struct {
	Fields  map[string]string                 `yaml:"fields"`
	Grants  map[string]bool                   `yaml:"grants"` // whether a grant holds, by its dates
	Items   map[string]*itemCase              `yaml:"items"`  // by role, or who it is
	Mentors map[string][]*mentorCase          `yaml:"mentors"`
	Changes map[string]map[string]*changeCase `yaml:"changes"`
	Allowed map[string][]string               `yaml:"allowed"` // the roles, by operation
}

// itemCase is what somebody sees of the items of a student.
type itemCase struct {
	Holds      string       `yaml:"holds"` // missing: the role that the case is of
	Engagement string       `yaml:"engagement"`
	Link       string       `yaml:"link"`
	Linked     itemOutcomes `yaml:"linked"`
	Found      itemOutcomes `yaml:"found"`
}

type itemOutcomes struct {
	Absent        bool   `yaml:"absent"`
	Circumstances string `yaml:"circumstances"`
	General       string `yaml:"general"`
	Restricted    string `yaml:"restricted"`
}

// mentorCase is whether somebody reaches a student through a mentor or mentee.
type mentorCase struct {
	Pairing    string `yaml:"pairing"`
	Shadow     string `yaml:"shadow"`
	Assignment string `yaml:"assignment"`
	Role       string `yaml:"role"` // missing: MENTOR or SHADOW
	Reaches    bool   `yaml:"reaches"`
}

func readNeedToKnow(t *testing.T) *needToKnowCases {
	t.Helper()
	read := &needToKnowCases{}
	decodeCases(t, "needtoknow.yaml", read)
	return read
}

// coverRole checks that the role has a case of the items, and one outcome of every
// change at each place.
func (n *needToKnowCases) coverRole(t *testing.T, role string) {
	t.Helper()
	if n.Items[role] == nil {
		t.Errorf("%s has no case of items", role)
	}
	for change, roles := range n.Changes {
		one := roles[role]
		if one == nil {
			t.Errorf("%s has no case of %s", change, role)
			continue
		}
		for place := range changePlaces {
			if _, ok := one.outcome(place); !ok {
				t.Errorf("%s, %s: not one outcome for %s", change, role, place)
			}
		}
	}
}

// pair makes a pair of a mentor and an advocate of Alder; no day of shadowing is none.
func (w *world) pair(t testing.TB, mentor, advocate string, dates span, shadowUntil string) {
	t.Helper()
	w.write(t, w.alder, `INSERT INTO mentor_pairing (district_id, id, mentor_id, advocate_id, starts_on, ends_on, shadow_until)
		VALUES ($1, $2, $3, $4, $5, nullif($6, '')::date, nullif($7, '')::date)`,
		uuid.Must(uuid.NewV7()), w.staffID(t, w.alder, mentor), w.staffID(t, w.alder, advocate), dates.starts, dates.ends, shadowUntil)
}

// tie links the subject to the students: as link does, or through a colleague of
// theirs whom they mentor, or shadow. The colleague's assignment has the dates.
func (w *world) tie(t testing.TB, subject, way string, dates span, students ...string) {
	t.Helper()
	if way != "mentors" && way != "shadows" {
		w.link(t, subject, way, dates, students...)
		return
	}
	other := "the other of the pair of " + subject + " " + dates.starts + dates.ends
	w.addMember(t, w.alder, other, member{})
	w.link(t, other, "BACKUP", dates, students...)
	if way == "mentors" {
		w.pair(t, subject, other, span{longAgo, ""}, "")
		return
	}
	w.pair(t, other, subject, span{longAgo, ""}, tomorrow)
}

// grantSpans are the dates that a grant can have, by their name in the cases.
var grantSpans = map[string]span{
	"stands": {longAgo, "2030-06-30"}, "starts today": {today, tomorrow}, "ends today": {longAgo, today},
	"ended yesterday": {longAgo, yesterday}, "starts tomorrow": {tomorrow, "2030-06-30"}, "revoked": {longAgo, "2030-06-30"},
}

// allow writes a grant of a kind of circumstance, or of a note, as it would stand.
func (w *world) allow(t testing.TB, subject, student, kind string, note uuid.UUID, dates string) {
	t.Helper()
	w.write(t, w.alder, `INSERT INTO need_to_know_grant
			(district_id, id, staff_id, granted_by, student_id, characteristic_kind, note_id, reason, starts_on, ends_on, revoked_at)
		SELECT $1, $2, $3, $4, s.id, nullif($5, ''), nullif($6, '00000000-0000-0000-0000-000000000000'::uuid), 'the test', $7, $8, CASE WHEN $9 THEN now() END
		FROM student s WHERE s.district_id = $1 AND s.local_id = $10`,
		uuid.Must(uuid.NewV7()), w.staffID(t, w.alder, subject), w.staffID(t, w.alder, "withdrawn"), kind, note,
		grantSpans[dates].starts, grantSpans[dates].ends, dates == "revoked", student)
}

// note writes a note, which says its own visibility, with one revision, and gives its id.
func (w *world) note(t testing.TB, author, student, visibility, body string) uuid.UUID {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	w.write(t, w.alder, `INSERT INTO note (district_id, id, student_id, staff_id, visibility)
		SELECT $1, $2, s.id, $3, $4 FROM student s WHERE s.district_id = $1 AND s.local_id = $5`,
		id, w.staffID(t, w.alder, author), visibility, student)
	w.write(t, w.alder, `INSERT INTO note_revision (district_id, id, note_id, revision, body) VALUES ($1, $2, $2, 1, $3)`, id, body)
	return id
}

// The two students of the cases, both of the high school.
const linkedStudent, foundStudent = "A-01", "A-02"

// TestItems runs every case of the items with every dates of the grants.
func TestItems(t *testing.T) {
	t.Parallel()
	read, w := readNeedToKnow(t), newWorkplace(t)
	w.write(t, w.alder, `DELETE FROM advocate_assignment WHERE district_id = $1`)
	w.write(t, w.alder, `INSERT INTO student_characteristic (district_id, id, student_id, kind, starts_on)
		SELECT $1, gen_random_uuid(), s.id, 'HOMELESS', '2022-08-01' FROM student s WHERE s.district_id = $1 AND s.local_id = $2`, foundStudent)
	granted := map[string]uuid.UUID{}
	ids := map[string]string{}
	for _, student := range []string{linkedStudent, foundStudent} {
		w.note(t, "no role", student, "GENERAL", "general")
		w.note(t, "no role", student, "RESTRICTED", "hidden")
		granted[student] = w.note(t, "no role", student, "RESTRICTED", "granted")
		ids[student] = w.as(t, "DISTRICT_COORDINATOR").studentID(student)
	}
	for name, one := range read.Items {
		for dates, holds := range read.Grants {
			subject := name + ", " + dates
			if name == "OPERATOR" {
				subject = "operator"
			} else {
				one.join(t, w, name, subject)
				for _, student := range []string{linkedStudent, foundStudent} {
					w.note(t, subject, student, "RESTRICTED", "own")
					w.allow(t, subject, student, "HOMELESS", uuid.Nil, dates)
					w.allow(t, subject, student, "", granted[student], dates)
				}
			}
			t.Run(name+"/"+dates, func(t *testing.T) {
				t.Parallel()
				c := w.as(t, subject)
				one.Linked.check(t, c, ids[linkedStudent], holds)
				one.Found.check(t, c, ids[foundStudent], holds)
			})
		}
	}
}

// join makes the one who reads.
func (i *itemCase) join(t *testing.T, w *world, name, subject string) {
	t.Helper()
	role, school := i.Holds, alderHigh
	if role == "" {
		role = name
	}
	if slices.Contains(districtRoles, role) {
		school = ""
	}
	w.addMember(t, w.alder, subject, member{roles: []held{{role, school, longAgo, ""}}, engagement: i.Engagement, signed: longAgo})
	if i.Link != "" {
		dates := span{longAgo, ""}
		if i.Link == "PRIMARY" {
			dates.ends = "2030-06-30" // of several who are responsible all but one have a last day
		}
		w.tie(t, subject, i.Link, dates, linkedStudent)
	}
}

const itemsDocument = `query($id: ID!) { node(id: $id) { ... on Student { id characteristics { kind }
	notes(first: 100) { totalCount nodes { body visibility } pageInfo { hasNextPage hasPreviousPage } edges { node { body } } } } } }`

// check reads the student by id and in a list, and holds both to the outcomes.
func (o itemOutcomes) check(t *testing.T, c *client, id string, holds bool) {
	t.Helper()
	byID := c.ask(itemsDocument, vars{"id": id}).fine()
	list := c.ask(`{ district { students(first: 100) { nodes { id characteristics { kind } notes(first: 100) { totalCount nodes { body visibility } } } } } }`, nil).fine()
	row := slices.IndexFunc(list.list("district.students.nodes"), func(node any) bool { return text(node, "id") == id })
	if o.Absent {
		if byID.at("node") != nil || len(byID.redactions()) > 0 || row >= 0 {
			t.Errorf("the student is there: %s", byID.body)
		}
		return
	}
	if byID.at("node.id") != id || row < 0 {
		t.Fatalf("the student is not there: %s", byID.body)
	}
	o.shown(t, byID.at("node"), holds)
	o.shown(t, list.list("district.students.nodes")[row], holds)
	if diff := cmp.Diff(o.redactions("node."), byID.redactions()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var inList []redaction
	for _, one := range list.redactions() {
		if slices.Contains(one.Indexes, row) {
			inList = append(inList, redaction{one.Path, one.DataClass, one.Reason, 1, nil})
		}
	}
	if diff := cmp.Diff(o.redactions("district.students.nodes."), inList); diff != "" {
		t.Errorf("in the list (-want +got)\n%s", diff)
	}
	if edges := byID.list("node.notes.edges"); len(edges) != len(byID.list("node.notes.nodes")) || byID.at("node.notes.pageInfo.hasNextPage") == true {
		t.Errorf("edges and nodes differ: %s", byID.body)
	}
}

// shown holds what a student's items give to the outcomes.
func (o itemOutcomes) shown(t *testing.T, node any, holds bool) {
	t.Helper()
	kinds := map[string][]string{"all": {"HOMELESS", "SPECIAL_EDUCATION"}, "theirs": {}, "none": nil}[o.Circumstances]
	if o.Circumstances == "theirs" && holds {
		kinds = []string{"HOMELESS"}
	}
	if diff := cmp.Diff(kinds, textsOf(dig(node, "characteristics"), "kind")); diff != "" {
		t.Errorf("circumstances (-want +got)\n%s", diff)
	}
	var bodies []string
	if o.General == "all" {
		bodies = []string{"general"}
	}
	if o.Restricted == "theirs" {
		bodies = append(bodies, "own")
		if holds {
			bodies = append(bodies, "granted")
		}
	}
	slices.Sort(bodies)
	if diff := cmp.Diff(bodies, textsOf(dig(node, "notes.nodes"), "body")); diff != "" {
		t.Errorf("notes (-want +got)\n%s", diff)
	}
	if total := dig(node, "notes.totalCount"); bodies != nil && total != float64(len(bodies)) {
		t.Errorf("%v notes are counted, not %d", total, len(bodies))
	}
}

// textsOf gives the texts of a list in their order; nil when it is none.
func textsOf(value any, field string) []string {
	list, isList := value.([]any)
	if !isList {
		return nil
	}
	texts := []string{}
	for _, one := range list {
		texts = append(texts, text(one, field))
	}
	slices.Sort(texts)
	return texts
}

// redactions gives what is listed as not shown: once a field, whether something is
// hidden or not.
func (o itemOutcomes) redactions(below string) []redaction {
	var list []redaction
	add := func(field, class, outcome string) {
		if reason := map[string]string{"theirs": "NEED_TO_KNOW", "none": "ROLE"}[outcome]; reason != "" {
			list = append(list, redaction{below + field, class, reason, 1, nil})
		}
	}
	add("characteristics", "CIRCUMSTANCE", o.Circumstances)
	if o.General == "none" {
		add("notes", "CASEWORK", "none")
		return list
	}
	add("notes", "RESTRICTED", o.Restricted)
	return list
}

// TestMentors runs every case of who reaches a student through a mentor.
func TestMentors(t *testing.T) {
	t.Parallel()
	read, w := readNeedToKnow(t), newWorkplace(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	id := coordinator.studentID("M-02")
	for kind, list := range read.Mentors {
		for i, one := range list {
			subject := strings.Join([]string{kind, one.Pairing, one.Shadow, one.Assignment, one.Role, string(rune('a' + i))}, ", ")
			role := one.Role
			if role == "" {
				role = strings.ToUpper(kind)
			}
			w.addMember(t, w.alder, subject, member{roles: []held{{role, alderHigh, longAgo, ""}}})
			other := "other of " + subject
			w.addMember(t, w.alder, other, member{roles: []held{{"ADVOCATE", alderMiddle, longAgo, ""}}})
			w.link(t, other, "BACKUP", spans[one.Assignment], "M-02")
			if kind == "mentor" {
				w.pair(t, subject, other, spans[one.Pairing], "")
			} else {
				until := map[string]string{"stands": "2030-06-30", "ends today": today, "ended yesterday": yesterday, "none": ""}[one.Shadow]
				w.pair(t, other, subject, spans[one.Pairing], until)
			}
			t.Run(subject, func(t *testing.T) {
				t.Parallel()
				c := w.as(t, subject)
				got := c.ask(`query($id: ID!) { node(id: $id) { ... on Student { localId risk { level } birthDate } } district { students { totalCount } } }`,
					vars{"id": id}).fine()
				if reached := text(got.Data, "node.localId") == "M-02"; reached != one.Reaches {
					t.Errorf("reached: %t: %s", reached, got.body)
				}
				if one.Reaches && (got.at("node.birthDate") != nil || got.at("district.students.totalCount") != 1.0) {
					t.Errorf("%s", got.body)
				}
			})
		}
	}
}

// addNoteOf writes a note.
func addNoteOf(visibility string) changeDocument {
	return changeDocument{
		`mutation($input: AddNoteInput!) { change: addNote(input: $input) { made: note { id visibility body revision by { displayName } } userErrors { code field } } }`,
		func(student, _ string) vars {
			return vars{"studentId": student, "body": "Walks an hour to school.", "visibility": visibility}
		},
	}
}

// grantOfFosterCare grants what the student has not: whether they have it is told to nobody.
var grantOfFosterCare = changeDocument{
	`mutation($input: GrantNeedToKnowInput!) { change: grantNeedToKnow(input: $input) { made: grant { id endsOn } userErrors { code field } } }`,
	func(student, colleague string) vars {
		return vars{"studentId": student, "staffId": colleague, "characteristicKind": "FOSTER_CARE", "reason": "drives the student home", "endsOn": tomorrow}
	},
}

// TestNeedToKnowChanges runs every change as every role for every place, and counts
// what it left behind.
func TestNeedToKnowChanges(t *testing.T) {
	t.Parallel()
	read, w := readNeedToKnow(t), newWorkplace(t)
	students := w.changeStudents(t)
	for subject, way := range map[string]string{
		"ADVOCATE": "BACKUP", "CASE_MANAGER": "CASE_MANAGER", "TEACHER": "teaches", "MENTOR": "mentors", "SHADOW": "shadows",
	} {
		w.tie(t, subject, way, span{longAgo, ""}, "A-01", "M-02")
		w.tie(t, subject, way, span{longAgo, yesterday}, "A-03", "M-03")
		w.tie(t, subject, way, span{tomorrow, ""}, "A-04")
	}
	for _, role := range append(slices.Concat(schoolRoles, districtRoles), "OPERATOR") {
		receiver := "who receives from " + role
		w.addMember(t, w.alder, receiver, member{roles: []held{{"CASE_MANAGER", "", longAgo, ""}}})
		for _, student := range changePlaces {
			if student != "" {
				w.link(t, receiver, "CASE_MANAGER", span{longAgo, ""}, student)
			}
		}
		colleague := w.staffNode(t, receiver)
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			c, done := w.as(t, subjectOf(role)), map[string]int{}
			for change, roles := range read.Changes {
				roles[role].run(t, c, change, colleague, students)
				operation, _, _ := strings.Cut(change, ",")
				done[operation] += len(roles[role].Done)
			}
			for operation, want := range done {
				if role == "OPERATOR" {
					continue
				}
				if n := w.countAudit(t, operation, subjectOf(role)); n != want {
					t.Errorf("%s: %d lines in the audit log, not %d", operation, n, want)
				}
			}
		})
	}
}

// TestAllowedOperations holds what is for some roles alone to these.
func TestAllowedOperations(t *testing.T) {
	t.Parallel()
	read, w := readNeedToKnow(t), newWorkplace(t)
	w.addMember(t, w.alder, "colleague", member{roles: []held{{"CASE_MANAGER", alderHigh, longAgo, ""}}})
	w.link(t, "colleague", "CASE_MANAGER", span{longAgo, ""}, "A-01")
	colleague := w.staffNode(t, "colleague")
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	student, nobody := coordinator.studentID("A-01"), relay.NewID(relay.Grant, uuid.Must(uuid.NewV7())).String()
	role := relay.NewID(relay.RoleHeld, uuid.Must(uuid.NewV7())).String()
	for operation, ask := range map[string]func(c *client) string{
		"assignRole": func(c *client) string {
			got := c.ask(`mutation($i: AssignRoleInput!) { assignRole(input: $i) { userErrors { code } } }`, vars{"i": vars{"staffId": colleague, "role": "SCHOOL_LEADER"}})
			return got.code()
		},
		"endRole": func(c *client) string {
			return c.ask(`mutation($i: EndRoleInput!) { endRole(input: $i) { userErrors { code } } }`, vars{"i": vars{"roleAssignmentId": role}}).code()
		},
		"viewAs": func(c *client) string {
			return c.ask(`query($s: ID!, $id: ID!) { viewAs(staffId: $s) { student(id: $id) { displayName } } }`, vars{"s": colleague, "id": student}).code()
		},
		"revokeNeedToKnow": func(c *client) string {
			return c.ask(`mutation($i: RevokeNeedToKnowInput!) { revokeNeedToKnow(input: $i) { userErrors { code } } }`, vars{"i": vars{"grantId": nobody}}).code()
		},
		"viewers": func(c *client) string {
			got := c.ask(`query($id: ID!) { node(id: $id) { ... on Student { viewers(first: 3) { totalCount } } } }`, vars{"id": student}).fine()
			switch redactions := got.redactions(); {
			case got.at("node") == nil:
				return "FORBIDDEN" // the student is not there at all
			case got.at("node.viewers") != nil && len(redactions) == 0:
				return ""
			case got.at("node.viewers") == nil && cmp.Equal(redactions, []redaction{{"node.viewers", "", "ROLE", 1, nil}}):
				return "FORBIDDEN"
			}
			return string(got.body)
		},
	} {
		for _, one := range append(slices.Concat(schoolRoles, districtRoles), "OPERATOR") {
			want := "FORBIDDEN"
			if slices.Contains(read.Allowed[operation], one) {
				want = map[string]string{"endRole": "NOT_FOUND", "revokeNeedToKnow": "NOT_FOUND"}[operation] // of the id that names nothing
			}
			if got := ask(w.as(t, subjectOf(one))); got != want {
				t.Errorf("%s, %s: %q, not %q", operation, one, got, want)
			}
		}
	}
}
