package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

// peopleCases are the cases of those who work with students one by one, as
// test/permissions/people.yaml holds them.
type peopleCases struct {
	Fields  map[string]string                 `yaml:"fields"`
	Dates   map[string]bool                   `yaml:"dates"`   // whether a link is one's own, by its dates
	Reads   map[string]*readCase              `yaml:"reads"`   // by who reads
	Changes map[string]map[string]*changeCase `yaml:"changes"` // by operation and role
}

// readCase is what somebody sees by a link to a student.
type readCase struct {
	Holds        string    `yaml:"holds"`
	Engagement   string    `yaml:"engagement"`
	Signed       bool      `yaml:"signed"`
	Link         string    `yaml:"link"`
	Own          outcomes  `yaml:"own"`
	OwnElsewhere *outcomes `yaml:"ownElsewhere"` // missing: as own
	Found        outcomes  `yaml:"found"`
}

// changeCase is for whom a role may make a change.
type changeCase struct {
	Done      []string `yaml:"done"`
	Forbidden []string `yaml:"forbidden"`
	NotFound  []string `yaml:"notFound"`
}

func readPeople(t *testing.T) *peopleCases {
	t.Helper()
	read := &peopleCases{}
	decodeCases(t, "people.yaml", read)
	return read
}

// changePlaces are the students for whom a change is made, by the names of the cases.
var changePlaces = map[string]string{
	"own": "A-01", "own elsewhere": "M-02", "same school": "A-02", "other school": "M-01", "link ended": "A-03", "link to come": "A-04",
	"link ended elsewhere": "M-03", "left yesterday": "A-07", "comes tomorrow": "A-10", "other district": "",
}

// outcome gives the code that the case expects at a place; empty: done. ok is false
// when no case has the place, or two have.
func (c *changeCase) outcome(place string) (code string, ok bool) {
	found := 0
	for list, one := range map[*[]string]string{&c.Done: "", &c.Forbidden: "FORBIDDEN", &c.NotFound: "NOT_FOUND"} {
		if slices.Contains(*list, place) {
			code = one
			found++
		}
	}
	return code, found == 1
}

// coverRole checks that each change whose answer holds a field with a class has one
// outcome of the role at each place.
func (p *peopleCases) coverRole(t *testing.T, role string) {
	t.Helper()
	for field := range p.Fields {
		payload, _, _ := strings.Cut(field, "Payload.")
		operation := strings.ToLower(payload[:1]) + payload[1:]
		one := p.Changes[operation][role]
		if one == nil {
			t.Errorf("%s has no case of %s", operation, role)
			continue
		}
		for place := range changePlaces {
			if _, ok := one.outcome(place); !ok {
				t.Errorf("%s, %s: not one outcome for %s", operation, role, place)
			}
		}
		if n := len(one.Done) + len(one.Forbidden) + len(one.NotFound); n != len(changePlaces) {
			t.Errorf("%s, %s: %d places have a case, %d exist", operation, role, n, len(changePlaces))
		}
	}
}

// TestPeopleRead runs every case of a reader with every dates of the link, to a
// student of the high school and to one of the middle school.
func TestPeopleRead(t *testing.T) {
	t.Parallel()
	read, schema, fields := readPeople(t), loadSchema(t), readCases(t)
	w := newWorld(t, false)
	w.write(t, w.alder, `DELETE FROM advocate_assignment WHERE district_id = $1`)
	w.assign(t, "no role", "PRIMARY", "M-01", span{longAgo, today})
	subjects := w.places(t)
	for name, one := range read.Reads {
		for dates, own := range read.Dates {
			subject := name + ", " + dates
			one.join(t, w, subject, spans[dates])
			t.Run(subject, func(t *testing.T) {
				t.Parallel()
				r := &permissionRun{t: t, cases: fields, schema: schema, client: w.as(t, subject)}
				here, there := one.expects(own)
				r.student("own school", subjects["own school"].student, here)
				r.student("other school", subjects["other school"].student, there)
				r.student("other district", subjects["other district"].student, outcomes{Absent: true})
			})
		}
	}
}

// join makes the reader with the link. Of several who are responsible for a student
// at once the database wants all but one to have a last day.
func (c *readCase) join(t *testing.T, w *world, subject string, dates span) {
	t.Helper()
	one := member{subject: subject, engagement: c.Engagement}
	if c.Holds != "" {
		one.roles = []held{{c.Holds, alderHigh, longAgo, ""}}
	}
	if c.Signed {
		one.signed = longAgo
	}
	w.addMember(t, w.alder, subject, one)
	if c.Link == "PRIMARY" && dates.ends == "" {
		dates.ends = "2030-06-30"
	}
	w.link(t, subject, c.Link, dates, "A-01", "M-01")
}

// expects gives what is seen of the student here and of the one elsewhere.
func (c *readCase) expects(own bool) (here, there outcomes) {
	switch {
	case !own:
		return c.Found, outcomes{Absent: true}
	case c.OwnElsewhere != nil:
		return c.Own, *c.OwnElsewhere
	}
	return c.Own, c.Own
}

// changeDocument is a change with an input that has nothing to correct.
type changeDocument struct {
	document string
	input    func(student, colleague string) vars
}

// The changes of the cases.
var changeDocuments = map[string]changeDocument{
	"addNote, general":    addNoteOf("GENERAL"),
	"addNote, restricted": addNoteOf("RESTRICTED"),
	"grantNeedToKnow":     grantOfFosterCare,
	"logContact": {
		`mutation($input: LogContactInput!) { change: logContact(input: $input) { made: contactLog { id student { id } } userErrors { code field } } }`,
		func(student, _ string) vars {
			return vars{"studentId": student, "occurredAt": "2022-09-01T15:00:00Z", "method": "PHONE", "outcome": "NO_ANSWER"}
		},
	},
	"assignAdvocate": {
		`mutation($input: AssignAdvocateInput!) { change: assignAdvocate(input: $input) { made: assignment { id advocate { displayName } } userErrors { code field } } }`,
		func(student, advocate string) vars {
			return vars{"studentId": student, "advocateId": advocate, "role": "BACKUP"}
		},
	},
}

// TestPeopleChange runs every change as every role for every place, and counts what
// it left behind: a row and a line in the audit log for what was done, else nothing.
func TestPeopleChange(t *testing.T) {
	t.Parallel()
	read := readPeople(t)
	w := newWorkplace(t)
	students := w.changeStudents(t)
	for subject, way := range map[string]string{"ADVOCATE": "BACKUP", "CASE_MANAGER": "CASE_MANAGER", "TEACHER": "teaches"} {
		w.link(t, subject, way, span{longAgo, ""}, "A-01", "M-02")
		w.link(t, subject, way, span{longAgo, yesterday}, "A-03", "M-03")
		w.link(t, subject, way, span{tomorrow, ""}, "A-04")
	}
	for operation, roles := range read.Changes {
		for role, one := range roles {
			receiver := "who receives by " + operation + " of " + role
			w.addMember(t, w.alder, receiver, member{roles: []held{{"ADVOCATE", alderHigh, longAgo, ""}}})
			advocate := w.staffNode(t, receiver)
			t.Run(operation+"/"+role, func(t *testing.T) {
				t.Parallel()
				one.run(t, w.as(t, subjectOf(role)), operation, advocate, students)
				if role == "OPERATOR" {
					return
				}
				if n := w.countAudit(t, operation, subjectOf(role)); n != len(one.Done) {
					t.Errorf("%d lines in the audit log, not %d", n, len(one.Done))
				}
			})
		}
	}
}

// changeStudents gives the students of the places.
func (w *world) changeStudents(t *testing.T) map[string]string {
	t.Helper()
	students, coordinator := map[string]string{}, w.as(t, "DISTRICT_COORDINATOR")
	for place, localID := range changePlaces {
		if localID == "" {
			students[place] = w.as(t, "birch coordinator").studentID("A-01")
			continue
		}
		students[place] = coordinator.studentID(localID)
	}
	return students
}

// countAudit counts the lines in the audit log of what the subject did.
func (w *world) countAudit(t testing.TB, operation, subject string) int {
	t.Helper()
	return w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND operation = $2 AND principal_id = $3`,
		operation, w.staffID(t, w.alder, subject))
}

// run makes the change for the student of each place. Who is out of reach is
// refused exactly as somebody who does not exist.
func (c *changeCase) run(t *testing.T, as *client, operation, advocate string, students map[string]string) {
	t.Helper()
	one := changeDocuments[operation]
	nobody := relay.NewID(relay.Student, uuid.New()).String()
	unknown := as.ask(one.document, vars{"input": one.input(nobody, advocate)})
	for place, student := range students {
		want, _ := c.outcome(place)
		got := as.ask(one.document, vars{"input": one.input(student, advocate)})
		switch {
		case got.code() != want, want != "" && got.at("change.made") != nil:
			t.Errorf("%s: %q expected: %s", place, want, got.body)
		case want == "" && (text(got.Data, "change.made.id") == "" || len(got.list("change.userErrors")) > 0):
			t.Errorf("%s: it was not done: %s", place, got.body)
		case want == "" && operation == "logContact" && text(got.Data, "change.made.student.id") != student:
			t.Errorf("%s: another student's: %s", place, got.body)
		case want == "NOT_FOUND" && string(got.body) != string(unknown.body):
			t.Errorf("%s: refused otherwise than somebody who does not exist:\n%s\n%s", place, got.body, unknown.body)
		}
	}
}
