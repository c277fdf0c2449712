package api_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// mostRows is how many rows of a table one operation may read: many times what a
// student has, and a tenth of what a district has.
const mostRows = crowdStudents / 10

// ways are how a server's statements are planned, with how often each operation is
// run: a kept statement that is not planned once has its last plan by the sixth time.
var ways = []struct {
	name    string
	options postgres.Options
	runs    int
}{
	{"planned once", postgres.Options{GenericPlans: true}, 2},
	{"planned for the student", postgres.Options{}, 7},
	{"with a pooler", postgres.Options{TransactionPooler: true}, 2},
}

// aboutOne are operations on one student of the crowd; other is a second record of
// the same. made is where the answer has what came of it.
var aboutOne = []struct {
	name, subject, made string
	ask                 func(as *client, c *crowd, student, other string) *answer
}{
	{"StudentPage of a coordinator", "coordinator", "node.id", studentPage},
	{"StudentPage of an advocate", "advocate", "node.id", studentPage},
	{"StudentAbcRecord of a coordinator", "coordinator", "node.attendanceEvents.nodes.0.date", abcRecordOf},
	{"StudentAbcRecord of an advocate", "advocate", "node.grades.nodes.0.letter", abcRecordOf},
	{"a flag by its id", "advocate", "node.id", func(as *client, c *crowd, student, _ string) *answer {
		return as.ask(flagDocument, vars{"id": c.flagOf(as.t, student)})
	}},
	{"LogContact", "advocate", "logContact.contactLog.id", func(as *client, _ *crowd, student, _ string) *answer {
		return as.logContact(student, vars{"occurredAt": crowdNow})
	}},
	{"LogContact with a key", "coordinator", "logContact.contactLog.id", func(as *client, _ *crowd, student, _ string) *answer {
		return as.logContact(student, vars{"occurredAt": crowdNow, "idempotencyKey": student})
	}},
	{"AddNote", "advocate", "addNote.note.id", func(as *client, _ *crowd, student, _ string) *answer {
		return as.ask(addNoteDocument, vars{"input": vars{"studentId": student, "body": "Likes to draw."}})
	}},
	{"AssignAdvocate", "coordinator", "assignAdvocate.assignment.id", func(as *client, c *crowd, student, _ string) *answer {
		return as.assignTo(student, c.newcomer, nil)
	}},
	{"GrantNeedToKnow", "coordinator", "grantNeedToKnow.grant.id", func(as *client, c *crowd, student, _ string) *answer {
		return as.grant(student, c.newcomer, vars{"endsOn": crowdToday})
	}},
	{"mergeStudents", "steward", "mergeStudents.student.id", func(as *client, _ *crowd, student, other string) *answer {
		return as.merge(student, other, nil)
	}},
	{"StudentPage by a former id", "steward", "node.id", func(as *client, c *crowd, _, other string) *answer { return studentPage(as, c, other, "") }},
	{"LogContact by a former id", "coordinator", "logContact.contactLog.id", func(as *client, _ *crowd, _, other string) *answer {
		return as.logContact(other, vars{"occurredAt": crowdNow})
	}},
}

func studentPage(as *client, _ *crowd, student, _ string) *answer {
	return as.askNamed(contract(as.t), "StudentPage", vars{"id": student})
}

func abcRecordOf(as *client, _ *crowd, student, _ string) *answer {
	return as.askNamed(contract(as.t), "StudentAbcRecord", vars{"id": student, "schoolYear": fixture.SchoolYear})
}

// flagOf gives the opaque id of the student's flag.
func (c *crowd) flagOf(t testing.TB, student string) string {
	t.Helper()
	id, err := relay.ParseID(student)
	if err != nil {
		t.Fatal(err)
	}
	var flag uuid.UUID
	const find = `SELECT f.id FROM risk_flag f WHERE f.district_id = $1 AND f.student_id = $2`
	if err := c.root.Pool().QueryRowContext(t.Context(), find, c.alder.ID, id.UUID).Scan(&flag); err != nil {
		t.Fatal(err)
	}
	return relay.NewID(relay.RiskFlag, flag).String()
}

// TestOneStudentIsReadAlone holds what is asked of one student, or done to one, to
// reading few rows of any table, however its statements are planned. A statement that
// reads the district and keeps the one row gives the same answer in as many
// statements: only the rows that it read tell.
func TestOneStudentIsReadAlone(t *testing.T) {
	t.Parallel()
	rounds := 0
	for _, way := range ways {
		rounds += way.runs
	}
	c := newCrowd(t, 2*rounds)
	for _, way := range ways {
		url := c.listen(t, way.options)
		c.worklistsReadOnce(t, url)
		for range way.runs {
			student, other := c.next(), c.next()
			for _, one := range aboutOne {
				before := c.rowsRead(t)
				got := one.ask(c.at(t, url, one.subject), c, student, other).fine()
				if got.at(one.made) == nil {
					t.Fatalf("%s, %s: it was not done: %s", one.name, way.name, got.body)
				}
				for table, after := range c.rowsRead(t) {
					if read := after - before[table]; read > mostRows {
						t.Errorf("%s, %s: %d rows of %s were read, at most %d:\n%s", one.name, way.name, read, table, mostRows, strings.Join(got.statements, "\n"))
					}
				}
			}
		}
	}
}

// mostOfAll is how many rows of a table a worklist may read of a district: each once,
// and some again for the page.
const mostOfAll = crowdStudents + 3*mostRows

// worklistsReadOnce holds a worklist, which weighs every student that it ranges over, to
// reading each row of the own district once, and of a caseload fewer.
func (c *crowd) worklistsReadOnce(t *testing.T, url string) {
	t.Helper()
	for _, kind := range loadSchema(t).Types["WorklistKind"].EnumValues {
		before := c.rowsRead(t)
		got := c.at(t, url, "coordinator").ask(worklistDocument, vars{"kind": kind.Name}).fine()
		for table, after := range c.rowsRead(t) {
			if read := after - before[table]; read > mostOfAll {
				t.Errorf("%s: %d rows of %s were read, at most %d:\n%s", kind.Name, read, table, mostOfAll, strings.Join(got.statements, "\n"))
			}
		}
	}
}
