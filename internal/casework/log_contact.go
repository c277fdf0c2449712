package casework

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Contact is a contact made or tried, as somebody writes it down.
type Contact struct {
	StudentID         relay.ID
	OccurredAt        time.Time
	Method            string
	Outcome           string
	WithContactID     *relay.ID // nil: the student
	Summary           *string
	Positive          *bool
	ConfirmedChannels []*ConfirmedChannel
	BestWayToReach    *string
	IdempotencyKey    *string
}

// ConfirmedChannel is a way to reach the person that they confirmed.
type ConfirmedChannel struct {
	Kind     string
	Value    string
	OptedOut *bool
}

// Logged is what came of writing down a contact.
type Logged struct {
	ContactLog *record.ContactLog
	Problems   []*Problem
}

const (
	logContact     = "logContact"
	maxSummary     = 4_000
	maxChannel     = 300
	maxConfirmed   = 20
	clockTolerance = 5 * time.Minute
	firstYear      = 2000
)

// LogContact writes down a contact with a student of whom the reader writes
// CASEWORK, confirms the person's details where they were asked, and reads the
// contact back, in one transaction. now is the moment; a contact in the future is
// refused.
func LogContact(ctx context.Context, op *operation.Operation, contact Contact, now time.Time, selected record.Selected) (Logged, error) {
	if problems := contact.check(now); problems != nil {
		return Logged{Problems: problems}, nil
	}
	logged, problems, err := change(ctx, op.Mutate, func(ctx context.Context) (*record.ContactLog, error) { return contact.write(ctx, op, selected) })
	return Logged{logged, problems}, err
}

func (c Contact) check(now time.Time) []*Problem {
	return firstOf(c.checkMoment(now), c.checkSummary(), checkKey(c.IdempotencyKey), c.checkDetails())
}

func (c Contact) checkMoment(now time.Time) []*Problem {
	switch {
	case c.OccurredAt.After(now.Add(clockTolerance)):
		return problem(Invalid, "occurredAt", "lies in the future: write down a contact after it was made")
	case c.OccurredAt.Year() < firstYear:
		return problem(Invalid, "occurredAt", "lies before the year 2000: correct the date")
	}
	return nil
}

func (c Contact) checkSummary() []*Problem {
	switch summary := words(c.Summary); {
	case !fits(summary, maxSummary):
		return problem(Invalid, "summary", "takes at most 4000 characters of text: keep what matters")
	case c.Outcome == "REACHED" && summary == "":
		return problem(Required, "summary", "is missing: say in a sentence what was said")
	}
	return nil
}

// checkDetails checks what the person confirmed.
func (c Contact) checkDetails() []*Problem {
	switch {
	case c.BestWayToReach != nil && !fits(*c.BestWayToReach, maxChannel):
		return problem(Invalid, "bestWayToReach", "takes at most 300 characters of text")
	case len(c.ConfirmedChannels) > maxConfirmed:
		return problem(Invalid, "confirmedChannels", "takes at most 20")
	case c.WithContactID == nil && c.confirms():
		return problem(Required, "withContactId", "is missing: details are confirmed by the person they belong to")
	}
	for _, channel := range c.ConfirmedChannels {
		if value := strings.TrimSpace(channel.Value); value == "" || !fits(value, maxChannel) {
			return problem(Invalid, "confirmedChannels", "a value takes 1 to 300 characters of text")
		}
	}
	return nil
}

// confirms tells whether the person confirmed any of their details.
func (c Contact) confirms() bool { return len(c.ConfirmedChannels) > 0 || c.BestWayToReach != nil }

func (c Contact) write(ctx context.Context, op *operation.Operation, selected record.Selected) (*record.ContactLog, error) {
	if c.StudentID.Prefix != relay.Student {
		return nil, ErrNotFound
	}
	hash, err := hashOf(c)
	if err != nil {
		return nil, err
	}
	read := record.NewContactRead(op, selected, true)
	asked, err := c.insert(ctx, op, hash, read, byOwnID)
	if errors.Is(err, ErrNotFound) {
		asked, err = c.insert(ctx, op, hash, read, byFormerID)
	}
	if err != nil {
		return nil, err
	}
	if asked.log == nil {
		return c.replay(ctx, op, hash, selected)
	}
	if asked.person.Valid && c.confirms() {
		if err := c.confirm(ctx, op, asked.log.Student.ID.UUID, asked.person.UUID); err != nil {
			return nil, err
		}
	}
	return asked.log, read.Complete(ctx, asked.log)
}

// replay gives what was done under the key before, as it is seen today.
func (c Contact) replay(ctx context.Context, op *operation.Operation, hash []byte, selected record.Selected) (*record.ContactLog, error) {
	first, other, err := recall(ctx, op, logContact, *c.IdempotencyKey, hash, "contact")
	if err != nil {
		return nil, err
	}
	log, err := record.ContactLogByID(ctx, op, first, selected)
	switch {
	case err != nil:
		return nil, err
	case other != nil:
		return nil, &conflict[*record.ContactLog]{other, log}
	case log == nil:
		return nil, ErrNotFound
	}
	return log, nil
}

// writePerson writes the person behind withContactId: NULL where it names no contact of
// the student s who may be contacted.
func (c Contact) writePerson(st *reach.Statement) {
	if c.WithContactID == nil || c.WithContactID.Prefix != relay.Contact {
		st.Text("NULL::uuid")
		return
	}
	st.Write(`(SELECT k.person_id FROM student_contact k WHERE k.district_id = {district} AND k.student_id = s.id
		AND k.id = {contact}::uuid AND k.withdrawn_at IS NULL AND NOT k.no_contact)`, reach.Values{"contact": c.WithContactID.UUID})
}

// asked is what stands of the student and the contact after the change.
type asked struct {
	mask   reach.Mask
	person uuid.NullUUID      // behind withContactId
	log    *record.ContactLog // nil: none was written
}

// byID is how a statement finds the student s whom {student} names.
type byID struct{ from, id string }

var (
	byOwnID    = byID{"student s", "{student}::uuid"}
	byFormerID = byID{"student s, " + record.MeantSQL, "meant.id"}
)

// insert writes the contact, its line in the audit log and its idempotency key, in
// one statement, and reads them back from it. The rows are selected from the students whose
// casework the reader writes, so no other can get one; where the key was used
// before, none is written. Of two at once with one key the second waits for the first.
func (c Contact) insert(ctx context.Context, op *operation.Operation, hash []byte, read *record.ContactRead, by byID) (*asked, error) {
	st := reach.NewStatement(op.Reader)
	st.Write(`WITH asked AS (
		SELECT s.*, {mask} AS mask, {person} AS contact_person
		FROM `+by.from+` WHERE {within} AND s.withdrawn_at IS NULL AND s.id = `+by.id+` FOR KEY SHARE OF s
	), allowed AS (
		SELECT s.district_id, s.id, s.contact_person FROM asked s WHERE {writable}
	), `+onceSQL(c.IdempotencyKey)+`, made AS (
		INSERT INTO contact_log (district_id, id, student_id, staff_id, person_id, occurred_at, method, outcome, summary, positive)
		SELECT s.district_id, once.result_id, s.id, {principal}::uuid, s.contact_person, {at}::timestamptz, {method}::text, {outcome}::text, {summary}::text, {positive}::boolean
		FROM allowed s, once
		RETURNING *
	), done AS (
		SELECT made.id, NULL::jsonb AS before, to_jsonb(made.*) AS after FROM made
	), `+auditSQL+` SELECT s.mask AS may, s.contact_person, `, audit(op, logContact, "CONTACT_LOG", "", c.values(hash)))
	if err := read.Columns(st); err != nil {
		return nil, err
	}
	st.Text(" FROM asked s LEFT JOIN made l ON true")
	var found *asked
	err := op.Run(ctx, st, func(rows *sql.Rows) (err error) {
		found = &asked{}
		found.log, err = read.Scan(rows, &found.mask, &found.person)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, c.allows(found)
}

// allows tells whether the reader may write the contact of the student who was
// found; an error undoes what was written.
func (c Contact) allows(found *asked) error {
	switch {
	case found == nil:
		return ErrNotFound
	case !found.mask.Writes(access.Casework), len(c.ConfirmedChannels) > 0 && !found.mask.Writes(access.Contact):
		return ErrForbidden
	case c.WithContactID != nil && !found.person.Valid:
		return &refusal{problem(Invalid, "withContactId", "is no contact of the student who may be contacted")}
	case found.log == nil && c.IdempotencyKey == nil:
		return ErrForbidden
	}
	return nil
}

func (c Contact) values(hash []byte) reach.Values {
	return reach.Values{
		"result": uuid.Must(uuid.NewV7()), "student": c.StudentID.UUID, "person": c.writePerson, "at": c.OccurredAt,
		"method": c.Method, "outcome": c.Outcome, "summary": words(c.Summary), "positive": c.Positive != nil && *c.Positive,
		"key": c.IdempotencyKey, "hash": hash,
		"mask":     func(st *reach.Statement) { st.Mask("s") },
		"within":   func(st *reach.Statement) { st.Rows("student", "s") },
		"writable": func(st *reach.Statement) { st.Writable("s", access.Casework) },
	}
}
