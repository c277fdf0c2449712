package drills_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// caller asks a server as a coordinator. What a server that is killed answers is no
// matter.
type caller struct{ address, token string }

// caller makes the coordinator of the drills' district, with a token.
func (i *installation) caller(t *testing.T, address string) caller {
	t.Helper()
	o := i.run(t, "token", "--persona", "coordinator", "--district", "100")
	o.expect(t, 0)
	return caller{address, strings.TrimSpace(o.stdout)}
}

func (c caller) ask(t *testing.T, document string, variables map[string]any) (map[string]any, error) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	check(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+c.address+"/graphql", bytes.NewReader(body))
	check(t, err)
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{}
	return answer, json.Unmarshal(content, &answer)
}

const logOne = `mutation($student: ID!) { logContact(input: {studentId: $student, occurredAt: "2022-01-10T12:00:00Z", method: PHONE, outcome: NO_ANSWER}) {
	contactLog { id } userErrors { message } } }`

var anID = regexp.MustCompile(`stu_[0-9a-f]{32}`)

// aStudent gives a student's id; asking for it shows every student's name.
func (c caller) aStudent(t *testing.T) string {
	t.Helper()
	answer, err := c.ask(t, `query Everybody { district { students { nodes { id displayName } } } }`, nil)
	check(t, err)
	text, err := json.Marshal(answer)
	check(t, err)
	id := anID.FindString(string(text))
	if id == "" {
		t.Fatalf("no student: %s", text)
	}
	return id
}

// TestKilledBetweenChangeAndAudit kills the program, and PostgreSQL, at random moments
// of a storm of changes: each change has its line, each line its change, what was
// answered is there, and the chain is whole.
func TestKilledBetweenChangeAndAudit(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // not a secret
	i := install(t)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	var answered atomic.Int64
	for round := range 4 {
		r, address := i.serve(t)
		c := i.caller(t, address)
		student := c.aStudent(t)
		var storm sync.WaitGroup
		for range 4 {
			storm.Go(func() {
				for {
					answer, err := c.ask(t, logOne, map[string]any{"student": student})
					if err != nil || answer["errors"] != nil {
						return
					}
					answered.Add(1)
				}
			})
		}
		timer := time.NewTimer(300*time.Millisecond + time.Duration(random.Int64N(int64(1500*time.Millisecond))))
		<-timer.C
		if round%2 == 0 {
			check(t, r.command.Process.Kill())
		} else {
			check(t, syscall.Kill(i.postmaster(), syscall.SIGKILL))
		}
		storm.Wait()
		if round%2 == 1 {
			check(t, r.command.Process.Kill())
		}
		_ = r.end(t)
		until(t, "the server's processes have ended", func() bool { return round%2 == 0 || len(i.servers()) == 0 })
		i.run(t, "audit", "verify").expectVerified(t, 0, "whole")
	}
	i.look(t, func(db *sql.DB) {
		var changes, lines, alone int64
		check(t, db.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM contact_log), (SELECT count(*) FROM audit_log WHERE subject = 'CONTACT_LOG'),
			(SELECT count(*) FROM contact_log l FULL JOIN (SELECT * FROM audit_log WHERE subject = 'CONTACT_LOG') a
				ON a.subject_id = l.id WHERE a.id IS NULL OR l.id IS NULL)`).Scan(&changes, &lines, &alone))
		t.Logf("%d changes, %d answered", changes, answered.Load())
		if changes != lines || alone != 0 || changes < answered.Load() || answered.Load() == 0 {
			t.Errorf("%d changes and %d lines, %d of them alone; %d were answered", changes, lines, alone, answered.Load())
		}
	})
	again, _ := i.serve(t)
	again.signal(t, syscall.SIGTERM)
	again.end(t).expectEnd(t)
	if o := i.run(t, "audit", "verify"); strings.Contains(o.stdout, "unsealed") {
		t.Errorf("a server ran, and left lines without a seal:\n%s", o.stdout)
	}
}

// expectVerified holds a check of the records to its status and what it says.
func (o outcome) expectVerified(t *testing.T, status int, words ...string) {
	t.Helper()
	if o.status != status {
		t.Errorf("the exit status is %d, not %d:\n%s%s", o.status, status, o.stdout, o.stderr)
	}
	for _, word := range words {
		if !strings.Contains(o.stdout+o.stderr, word) {
			t.Errorf("it does not say %q:\n%s%s", word, o.stdout, o.stderr)
		}
	}
	o.expectDiscretion(t)
}

var aHead = regexp.MustCompile(`100:[0-9]+:[0-9a-f]{64}`)

// TestAuditVerify: a server that ends writes down what it has just shown; the chain is
// whole, and its head an anchor. What its owner then edits is named, and a tail that
// is cut off is found by the anchor.
func TestAuditVerify(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	r, address := i.serve(t)
	c := i.caller(t, address)
	student := c.aStudent(t)
	_, err := c.ask(t, logOne, map[string]any{"student": student})
	check(t, err)
	r.signal(t, syscall.SIGTERM)
	r.end(t).expectEnd(t)
	i.look(t, func(db *sql.DB) {
		var shown int
		check(t, db.QueryRowContext(t.Context(), `SELECT coalesce(sum(cardinality(student_ids)), 0) FROM access_log WHERE operation = 'Everybody'`).Scan(&shown))
		if shown != small.students {
			t.Errorf("%d students were written down, not %d", shown, small.students)
		}
	})
	whole := i.run(t, "audit", "verify")
	whole.expectVerified(t, 0, "head      100  100:4:", "whole")
	anchor := aHead.FindString(whole.stdout)
	i.run(t, "audit", "verify", "--district", "100", "--anchor", anchor).expectVerified(t, 0, anchor)

	for _, words := range [][]string{
		{"--district", "999"}, {"--anchor", "nonsense"}, {"--anchor", "999" + anchor[3:]}, {"more"},
	} {
		i.run(t, append([]string{"audit", "verify"}, words...)...).expectVerified(t, 2)
	}
	i.run(t, "audit", "look").expectVerified(t, 2, "use verify")
	i.run(t, "audit", "verify", "--secret-key", strings.Repeat("another", 5)).expectVerified(t, failed, "another secret key")

	i.plant(t, `UPDATE audit_log SET reason = 'planted' WHERE operation <> 'import'`)
	i.run(t, "audit", "verify").expectVerified(t, failed, "TAMPERED  100  seal ", ", AUDIT line of 20", "the line was edited after it was sealed", "1 fault(s)")
	i.plant(t, `UPDATE audit_log SET reason = ''`)
	i.run(t, "audit", "verify").expectVerified(t, 0, "whole")

	i.plant(t, `DELETE FROM audit_log x USING seal s WHERE s.seq = 4 AND s.id = x.id`, `DELETE FROM access_log_student x USING seal s WHERE s.seq = 4 AND s.id = x.id`,
		`DELETE FROM access_log x USING seal s WHERE s.seq = 4 AND s.id = x.id`, `DELETE FROM seal WHERE seq = 4`)
	i.run(t, "audit", "verify").expectVerified(t, 0, "100:3:")
	i.run(t, "audit", "verify", "--anchor", anchor).expectVerified(t, failed, "the tail was cut off")
}

// plant runs statements as one who owns the database.
func (i *installation) plant(t *testing.T, statements ...string) {
	t.Helper()
	i.look(t, func(db *sql.DB) {
		for _, statement := range statements {
			_, err := db.ExecContext(t.Context(), statement)
			check(t, err)
		}
	})
}
