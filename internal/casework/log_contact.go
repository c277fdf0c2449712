package casework

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"strings"
	"time"
	"unicode/utf8"

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
	var logged Logged
	err := op.Mutate(ctx, func(ctx context.Context) error {
		var err error
		logged, err = contact.write(ctx, op, selected)
		return err
	})
	if refused, ok := errors.AsType[*refusal](err); ok {
		return Logged{Problems: refused.problems}, nil
	}
	return logged, err
}

// refusal ends a transaction with problems that a person can correct.
type refusal struct{ problems []*Problem }

func (*refusal) Error() string { return "the change was refused" }

func (c Contact) check(now time.Time) []*Problem {
	summary := strings.TrimSpace(c.summary())
	switch {
	case c.OccurredAt.After(now.Add(clockTolerance)):
		return problem(Invalid, "occurredAt", "lies in the future: write down a contact after it was made")
	case c.OccurredAt.Year() < firstYear:
		return problem(Invalid, "occurredAt", "lies before the year 2000: correct the date")
	case !fits(summary, maxSummary):
		return problem(Invalid, "summary", "takes at most 4000 characters of text: keep what matters")
	case c.Outcome == "REACHED" && summary == "":
		return problem(Required, "summary", "is missing: say in a sentence what was said")
	case c.IdempotencyKey != nil && (*c.IdempotencyKey == "" || !fits(*c.IdempotencyKey, maxKey)):
		return problem(Invalid, "idempotencyKey", "takes 1 to 200 characters of text")
	case c.BestWayToReach != nil && !fits(*c.BestWayToReach, maxChannel):
		return problem(Invalid, "bestWayToReach", "takes at most 300 characters of text")
	case len(c.ConfirmedChannels) > maxConfirmed:
		return problem(Invalid, "confirmedChannels", "takes at most 20")
	case c.WithContactID == nil && (len(c.ConfirmedChannels) > 0 || c.BestWayToReach != nil):
		return problem(Required, "withContactId", "is missing: details are confirmed by the person they belong to")
	}
	for _, channel := range c.ConfirmedChannels {
		if value := strings.TrimSpace(channel.Value); value == "" || !fits(value, maxChannel) {
			return problem(Invalid, "confirmedChannels", "a value takes 1 to 300 characters of text")
		}
	}
	return nil
}

// fits tells whether a text is no longer than that many characters, and one that a
// database keeps.
func fits(text string, most int) bool {
	return utf8.RuneCountInString(text) <= most && !strings.ContainsRune(text, 0)
}

func (c Contact) summary() string {
	if c.Summary == nil {
		return ""
	}
	return *c.Summary
}

func (c Contact) write(ctx context.Context, op *operation.Operation, selected record.Selected) (Logged, error) {
	id := uuid.Must(uuid.NewV7())
	person, err := c.mayWrite(ctx, op)
	if err != nil {
		return Logged{}, err
	}
	if c.IdempotencyKey != nil {
		first, replay, err := once(ctx, op, logContact, *c.IdempotencyKey, c, id)
		if errors.Is(err, errOtherBody) {
			return Logged{}, &refusal{problem(Conflict, "idempotencyKey", errOtherBody.Error()+": use a new key for a new contact")}
		}
		if err != nil {
			return Logged{}, err
		}
		if replay {
			return c.readBack(ctx, op, first, selected)
		}
	}
	if err := c.insert(ctx, op, id, person); err != nil {
		return Logged{}, err
	}
	if person != nil && (len(c.ConfirmedChannels) > 0 || c.BestWayToReach != nil) {
		if err := c.confirm(ctx, op, *person); err != nil {
			return Logged{}, err
		}
	}
	return c.readBack(ctx, op, id, selected)
}

func (c Contact) readBack(ctx context.Context, op *operation.Operation, id uuid.UUID, selected record.Selected) (Logged, error) {
	log, err := record.ContactLogByID(ctx, op, id, selected)
	if err == nil && log == nil {
		err = ErrNotFound
	}
	return Logged{ContactLog: log}, err
}

// mayWrite checks that the student is within reach and their casework writable,
// and finds the person behind withContactId.
func (c Contact) mayWrite(ctx context.Context, op *operation.Operation) (*uuid.UUID, error) {
	st := reach.NewStatement(op.Reader)
	st.Text("SELECT ").Mask("s")
	st.Write(`, (SELECT k.person_id FROM student_contact k WHERE k.district_id = {district} AND k.student_id = s.id
		AND k.id = {contact} AND k.withdrawn_at IS NULL AND NOT k.no_contact) FROM student s WHERE `, reach.Values{"contact": contactID(c.WithContactID)})
	st.Rows("student", "s").Text(" AND s.withdrawn_at IS NULL AND s.id = ").Arg(c.StudentID.UUID)
	var mask reach.Mask
	var person uuid.NullUUID
	found := false
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&mask, &person)
	})
	switch {
	case err != nil:
		return nil, err
	case !found || c.StudentID.Prefix != relay.Student:
		return nil, ErrNotFound
	case !mask.Writes(access.Casework), len(c.ConfirmedChannels) > 0 && !mask.Writes(access.Contact):
		return nil, ErrForbidden
	case c.WithContactID != nil && !person.Valid:
		return nil, &refusal{problem(Invalid, "withContactId", "is no contact of the student who may be contacted")}
	case !person.Valid:
		return nil, nil //nolint:nilnil // the contact was with the student
	}
	return &person.UUID, nil
}

func contactID(id *relay.ID) uuid.NullUUID {
	if id == nil || id.Prefix != relay.Contact {
		return uuid.NullUUID{}
	}
	return uuid.NullUUID{UUID: id.UUID, Valid: true}
}

// insert writes the contact and its line in the audit log. The row is selected
// from the students whose casework the reader writes, so no other can get one.
func (c Contact) insert(ctx context.Context, op *operation.Operation, id uuid.UUID, person *uuid.UUID) error {
	st := reach.NewStatement(op.Reader)
	values := audit(op, logContact, "CONTACT_LOG", "")
	maps.Copy(values, reach.Values{
		"id": id, "student": c.StudentID.UUID, "staff": uuid.UUID(op.Reader.Principal.PersonID), "person": person, "at": c.OccurredAt,
		"method": c.Method, "outcome": c.Outcome, "summary": strings.TrimSpace(c.summary()), "positive": c.Positive != nil && *c.Positive,
		"writable": func(st *reach.Statement) { st.Writable("s", access.Casework) },
	})
	st.Write(`WITH done AS (
		INSERT INTO contact_log (district_id, id, student_id, staff_id, person_id, occurred_at, method, outcome, summary, positive)
		SELECT s.district_id, {id}::uuid, s.id, {staff}::uuid, {person}::uuid, {at}::timestamptz, {method}::text, {outcome}::text, {summary}::text, {positive}::boolean
		FROM student s WHERE {writable} AND s.withdrawn_at IS NULL AND s.id = {student}
		RETURNING id, NULL::jsonb AS before, to_jsonb(contact_log.*) AS after
	), `+auditSQL+` SELECT count(*) FROM done`, values)
	return mustChangeOne(ctx, op, st)
}

// mustChangeOne runs a change that gives how many rows it changed: one, or the
// reader may not.
func mustChangeOne(ctx context.Context, op *operation.Operation, st *reach.Statement) error {
	changed := 0
	err := op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&changed) })
	if err == nil && changed != 1 {
		err = ErrForbidden
	}
	return err
}
