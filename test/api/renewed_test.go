package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/server"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// TestRightsAreThoseOfTheMoment: whoever was known a moment ago is known again only
// as they are now, whatever they ask.
func TestRightsAreThoseOfTheMoment(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	c := w.at(t, w.url, "DISTRICT_COORDINATOR")
	id := c.studentID("A-01")
	root, err := postgres.Open(t.Context(), w.database.SuperuserURL(), postgres.Options{MaxConnections: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	change := func(statement string) {
		t.Helper()
		if _, err := root.Pool().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	contacts := func() (count int) {
		t.Helper()
		if err := root.Pool().QueryRowContext(t.Context(), `SELECT count(*) FROM contact_log`).Scan(&count); err != nil {
			t.Fatal(err)
		}
		return count
	}
	const whose = ` WHERE staff_id = (SELECT person_id FROM identity WHERE subject = 'DISTRICT_COORDINATOR')`
	student := func() *answer { return c.ask(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": id}) }
	log := func() *answer {
		return c.ask(`mutation($i: LogContactInput!) { logContact(input: $i) { contactLog { id } userErrors { code } } }`, vars{"i": vars{
			"studentId": id, "occurredAt": "2022-09-01T12:00:00Z", "method": "PHONE", "outcome": "NO_ANSWER", "idempotencyKey": uuid.NewString(),
		}})
	}
	if got := student(); got.at("node") == nil {
		t.Fatalf("the coordinator does not see the student: %s", got.body)
	}
	if got := log(); got.at("logContact.contactLog") == nil {
		t.Fatalf("the coordinator cannot log a contact: %s", got.body)
	}
	before := contacts()

	change(`UPDATE role_assignment SET ends_on = '` + yesterday + `'` + whose)
	if got := log(); got.code() != "NOT_FOUND" || contacts() != before {
		t.Errorf("with the role over, a contact is logged: %s", got.body)
	}
	if got := student(); got.at("node") != nil || got.status != http.StatusOK {
		t.Errorf("with the role over, the student is seen: %s", got.body)
	}
	change(`UPDATE role_assignment SET ends_on = NULL` + whose)
	if got := log(); got.at("logContact.contactLog") == nil || contacts() != before+1 {
		t.Errorf("with the role back, a contact is not logged once: %s, %d of %d", got.body, contacts(), before+1)
	}
	change(`UPDATE staff SET last_name = 'Renamed' WHERE id = (SELECT person_id FROM identity WHERE subject = 'DISTRICT_COORDINATOR')`)
	if name, _ := c.ask(`{ viewer { displayName } }`, nil).at("viewer.displayName").(string); !strings.HasSuffix(name, "Renamed") {
		t.Errorf("the viewer is still called %s", name)
	}
	change(`DELETE FROM identity WHERE subject = 'DISTRICT_COORDINATOR'`)
	for name, ask := range map[string]func() *answer{"a read": student, "a change": log, "who asks": func() *answer { return c.ask(`{ viewer { id } }`, nil) }} {
		if got := ask(); got.status != http.StatusUnauthorized {
			t.Errorf("%s of somebody who is no longer known: status %d, %s", name, got.status, got.body)
		}
	}
	if contacts() != before+1 {
		t.Error("somebody who is no longer known logged a contact")
	}
}

// TestRightsActWithinASecond: a server that does not ask anew each time who somebody is
// acts at once on what it changed itself, and within a second on what others changed.
func TestRightsActWithinASecond(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	began := time.Now()
	url := listen(t, w.newHandler(t, server.Config{RightsAge: identity.Age, Now: func() time.Time { return now.Add(time.Since(began)) }}))
	coordinator, counselor := w.at(t, url, "DISTRICT_COORDINATOR"), w.at(t, url, "COUNSELOR")
	id := coordinator.studentID("A-01")
	const document = `query($id: ID!) { node(id: $id) { id } }`
	sees := func(c *client) bool { return c.ask(document, vars{"id": id}).at("node") != nil }
	if !sees(counselor) {
		t.Fatal("the counselor does not see the student")
	}
	asked := 0 // a slow machine may take longer between two requests than it is not asked anew
	for range 20 {
		asked += len(counselor.ask(document, vars{"id": id}).statements) - 1
	}
	if asked > 10 {
		t.Errorf("20 requests asked %d times who somebody is", asked)
	}

	var role uuid.UUID
	staff := w.staffID(t, w.alder, "COUNSELOR")
	ctx := tenant.With(t.Context(), tenant.Scope{District: w.alder.ID})
	if err := w.owner.Read(ctx, func(tx *postgres.Tx) error {
		return tx.SQL().QueryRowContext(ctx, `SELECT id FROM role_assignment WHERE district_id = $1 AND staff_id = $2`, w.alder.ID, staff).Scan(&role)
	}); err != nil {
		t.Fatal(err)
	}
	coordinator.endRole(relay.NewID(relay.RoleHeld, role).String(), nil).fine()
	if sees(counselor) {
		t.Error("the role was ended by this server, and its next request takes it for standing")
	}

	for _, ends := range []any{nil, yesterday} { // by another program
		w.write(t, w.alder, `UPDATE role_assignment SET ends_on = $3 WHERE district_id = $1 AND id = $2`, role, ends)
		time.Sleep(time.Second) // the longest that it may take
		if sees(counselor) != (ends == nil) {
			t.Errorf("a second after the role's end was set to %v the counselor sees the student: %v", ends, ends != nil)
		}
	}
}
