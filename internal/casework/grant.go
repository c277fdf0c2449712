package casework

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// NewGrant lets a member of staff read one item of a student: the circumstances of
// a kind, or one restricted note.
type NewGrant struct {
	StaffID            relay.ID
	StudentID          relay.ID
	CharacteristicKind *string
	NoteID             *relay.ID
	Reason             string
	EndsOn             relay.Date
}

// GrantEnd names a grant to revoke.
type GrantEnd struct {
	GrantID relay.ID
	Reason  *string
}

// Grant is a grant as it stands. It does not say of what: that is told by what its
// owner reads.
type Grant struct {
	ID        relay.ID
	StartsOn  relay.Date
	EndsOn    relay.Date
	RevokedAt *time.Time
	Staff     *record.Staff
}

// Owner is who may read.
func (g *Grant) Owner() record.Actor { return g.Staff }

// Granted is what came of granting or revoking.
type Granted struct {
	Grant    *Grant
	Problems []*Problem
}

const (
	grantNeedToKnow  = "grantNeedToKnow"
	revokeNeedToKnow = "revokeNeedToKnow"
)

// GrantNeedToKnow lets a colleague read one item of a student, from today through a
// day. A coordinator grants any; a counselor what they may read themselves, of
// students of their own schools. Nobody grants to themselves, and nobody is granted
// what they could not use today. Whether the student has what is granted is told to
// nobody.
func GrantNeedToKnow(ctx context.Context, op *operation.Operation, grant NewGrant) (Granted, error) {
	if !op.Reader.May(access.GrantNeedToKnow) {
		return Granted{}, ErrForbidden
	}
	if problems := grant.check(op.Reader); problems != nil {
		return Granted{Problems: problems}, nil
	}
	made, problems, err := change(ctx, op.Mutate, func(ctx context.Context) (*Grant, error) { return grant.write(ctx, op) })
	return Granted{made, problems}, err
}

func (g NewGrant) check(reader access.Reader) []*Problem {
	return firstOf(g.checkItem(), needReason(g.Reason, "say why they need to know"), g.checkOwner(reader))
}

func (g NewGrant) checkItem() []*Problem {
	switch {
	case g.CharacteristicKind == nil && g.NoteID == nil:
		return problem(Required, "characteristicKind", "is missing: name a kind of circumstance, or a restricted note")
	case g.CharacteristicKind != nil && g.NoteID != nil:
		return problem(Invalid, "noteId", "stands beside a kind of circumstance: grant them one by one")
	}
	return nil
}

func (g NewGrant) checkOwner(reader access.Reader) []*Problem {
	switch {
	case g.EndsOn < relay.DateOf(reader.Today):
		return problem(Invalid, "endsOn", "lies in the past: a grant ends today or later")
	case access.ID(g.StaffID.UUID) == reader.Principal.PersonID:
		return problem(Invalid, "staffId", "is yourself: ask a coordinator to grant it to you")
	}
	return nil
}

// class is the class of what is granted.
func (g NewGrant) class() access.Class {
	if g.NoteID != nil {
		return access.Restricted
	}
	return access.Circumstance
}

// grantors gives the spans through which the reader grants items of the class: any
// student's for who grants what they may not read too, else of students of whom they
// read it.
func grantors(reader access.Reader, class access.Class) []access.Span {
	spans := reader.SpansOf(access.GrantUnread)
	for _, span := range reader.SpansOf(access.GrantNeedToKnow) {
		if (span.Rights.Read | span.Rights.NeedToKnow).Has(class) {
			spans = append(spans, span)
		}
	}
	return spans
}

func (g NewGrant) write(ctx context.Context, op *operation.Operation) (*Grant, error) {
	held, err := holdStudent(ctx, op, g.StudentID, alone, grantors(op.Reader, g.class())...)
	switch {
	case err != nil:
		return nil, err
	case !held.within:
		return nil, ErrForbidden
	}
	g.StudentID.UUID = held.id
	if err := g.checkNote(ctx, op); err != nil {
		return nil, err
	}
	owner, err := g.owner(ctx, op)
	if err != nil {
		return nil, err
	}
	standing, err := g.standing(ctx, op, owner)
	if err != nil {
		return nil, err
	}
	if standing != nil {
		return nil, &conflict[*Grant]{problem(Conflict, "staffId", "was granted this already: revoke that grant first to change it"), standing}
	}
	return g.insert(ctx, op, owner)
}

// checkNote refuses a note that is not a restricted one of the student, or not the
// reader's to pass on: all alike.
func (g NewGrant) checkNote(ctx context.Context, op *operation.Operation) error {
	if g.NoteID == nil {
		return nil
	}
	st := reach.NewStatement(op.Reader)
	st.Text("SELECT n.id FROM note n JOIN student s ON s.district_id = n.district_id AND s.id = n.student_id WHERE ")
	st.Students("s", grantors(op.Reader, access.Restricted))
	if !op.Reader.May(access.GrantUnread) {
		st.Text(" AND ").Rows("note", "n")
	}
	st.Write(" AND n.district_id = {district} AND n.visibility = 'RESTRICTED' AND n.student_id = {student}::uuid AND n.id = {note}::uuid",
		reach.Values{"student": g.StudentID.UUID, "note": g.NoteID.UUID})
	found, err := gives(ctx, op, st)
	if err == nil && (!found || g.NoteID.Prefix != relay.Note) {
		err = &refusal{problem(Invalid, "noteId", "names no restricted note of the student that you may pass on")}
	}
	return err
}

// owner finds the colleague, who must read the class of the student item by item
// today: by a role, and within its reach.
func (g NewGrant) owner(ctx context.Context, op *operation.Operation) (*record.Staff, error) {
	colleague, err := record.ColleagueByID(ctx, op, g.StaffID)
	if err != nil {
		return nil, err
	}
	if colleague == nil {
		return nil, nobody("staffId")
	}
	sight, err := record.SightOf(ctx, op, colleague.Reader, g.StudentID.UUID)
	switch {
	case err != nil:
		return nil, err
	case sight.Reads(g.class()):
		return nil, &refusal{problem(Invalid, "staffId", "reads this of the student already, by their role")}
	case !sight.NeedsToKnow(g.class()):
		return nil, &refusal{problem(Invalid, "staffId",
			"could not use it: no role of theirs reaches the student today and reads this item by item; give them the student first")}
	}
	return &colleague.Staff, nil
}

// grantSQL is one grant t as its columns are scanned.
const grantSQL = "t.id, t.starts_on::text, t.ends_on::text, t.revoked_at"

// oneGrant reads the one grant that a statement gives; nil when it gives none.
func oneGrant(ctx context.Context, op *operation.Operation, st *reach.Statement, owner *record.Staff) (*Grant, error) {
	var grant *Grant
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		grant = &Grant{Staff: owner}
		grant.ID.Prefix = relay.Grant
		return rows.Scan(&grant.ID.UUID, &grant.StartsOn, &grant.EndsOn, &grant.RevokedAt)
	})
	return grant, err
}

// values are what a grant is of: to whom, of whom, and which item.
func (g NewGrant) values() reach.Values {
	values := reach.Values{"staff": g.StaffID.UUID, "student": g.StudentID.UUID, "kind": g.CharacteristicKind, "note": uuid.NullUUID{}}
	if g.NoteID != nil {
		values["note"] = uuid.NullUUID{UUID: g.NoteID.UUID, Valid: true}
	}
	return values
}

// standing gives the grant of the same item to the same colleague that holds today
// or will; nil when there is none.
func (g NewGrant) standing(ctx context.Context, op *operation.Operation, owner *record.Staff) (*Grant, error) {
	st := reach.NewStatement(op.Reader).Write(`SELECT `+grantSQL+` FROM need_to_know_grant t
		JOIN student s ON s.district_id = t.district_id AND s.id = t.student_id
		WHERE {reach} AND t.district_id = {district} AND t.student_id = {student}::uuid AND t.staff_id = {staff}::uuid
			AND t.characteristic_kind IS NOT DISTINCT FROM {kind}::text AND t.note_id IS NOT DISTINCT FROM {note}::uuid
			AND t.revoked_at IS NULL AND t.ends_on >= {today} ORDER BY t.ends_on DESC, t.id LIMIT 1`, joined(g.values(), reach.Values{
		"reach": func(st *reach.Statement) { st.Students("s", grantors(op.Reader, g.class())) },
	}))
	return oneGrant(ctx, op, st, owner)
}

// insert writes the grant and its line in the audit log.
func (g NewGrant) insert(ctx context.Context, op *operation.Operation, owner *record.Staff) (*Grant, error) {
	values := audit(op, grantNeedToKnow, "NEED_TO_KNOW_GRANT", strings.TrimSpace(g.Reason), g.values(), reach.Values{
		"id": uuid.Must(uuid.NewV7()), "ends": string(g.EndsOn),
		"reach": func(st *reach.Statement) { st.Students("s", grantors(op.Reader, g.class())) },
	})
	st := reach.NewStatement(op.Reader).Write(`WITH made AS (
		INSERT INTO need_to_know_grant AS t (district_id, id, staff_id, granted_by, student_id, characteristic_kind, note_id, reason, starts_on, ends_on)
		SELECT s.district_id, {id}::uuid, {staff}::uuid, {principal}::uuid, s.id, {kind}::text, {note}::uuid, {reason}::text, {today}, {ends}::date
		FROM student s WHERE {reach} AND s.withdrawn_at IS NULL AND s.id = {student}::uuid
		RETURNING t.*
	), done AS (
		SELECT t.id, NULL::jsonb AS before, to_jsonb(t.*) AS after FROM made t
	), `+auditSQL+` SELECT `+grantSQL+` FROM made t`, values)
	grant, err := oneGrant(ctx, op, st, owner)
	if err == nil && grant == nil {
		err = ErrForbidden
	}
	return grant, err
}

// RevokeNeedToKnow ends a grant at once. One that is over already stays as it is.
func RevokeNeedToKnow(ctx context.Context, op *operation.Operation, end GrantEnd) (Granted, error) {
	if !op.Reader.May(access.GrantNeedToKnow) {
		return Granted{}, ErrForbidden
	}
	if problems := checkReason("reason", words(end.Reason)); problems != nil {
		return Granted{Problems: problems}, nil
	}
	made, problems, err := change(ctx, op.Mutate, func(ctx context.Context) (*Grant, error) { return end.write(ctx, op) })
	return Granted{made, problems}, err
}

// revokers gives the spans through which the reader revokes: those through which
// they grant anything.
func revokers(reader access.Reader) []access.Span {
	spans := grantors(reader, access.Circumstance)
	for _, span := range grantors(reader, access.Restricted) {
		if !slices.ContainsFunc(spans, func(s access.Span) bool { return s.Role == span.Role && s.Reach == span.Reach }) {
			spans = append(spans, span)
		}
	}
	return spans
}

func (e GrantEnd) write(ctx context.Context, op *operation.Operation) (*Grant, error) {
	values := audit(op, revokeNeedToKnow, "NEED_TO_KNOW_GRANT", words(e.Reason), reach.Values{
		"id": e.GrantID.UUID, "reach": func(st *reach.Statement) { st.Students("s", revokers(op.Reader)) },
	})
	st := reach.NewStatement(op.Reader).Write(`WITH stands AS (
		SELECT t.* FROM need_to_know_grant t JOIN student s ON s.district_id = t.district_id AND s.id = t.student_id
		WHERE {reach} AND t.district_id = {district} AND t.id = {id}::uuid
		FOR UPDATE OF t
	), made AS (
		UPDATE need_to_know_grant t SET revoked_at = clock_timestamp(), ends_on = greatest(b.starts_on, {today}) FROM stands b
		WHERE t.district_id = {district} AND t.id = b.id AND b.revoked_at IS NULL AND b.ends_on >= {today}
		RETURNING t.*
	), done AS (
		SELECT t.id, to_jsonb(b.*) AS before, to_jsonb(t.*) AS after FROM made t JOIN stands b ON b.id = t.id
	), `+auditSQL+` SELECT t.id, coalesce(m.starts_on, t.starts_on)::text, coalesce(m.ends_on, t.ends_on)::text, coalesce(m.revoked_at, t.revoked_at),
			a.id, `+record.DisplayName("a")+`
		FROM stands t JOIN staff a ON a.district_id = {district} AND a.id = t.staff_id LEFT JOIN made m ON m.id = t.id`, values)
	var grant *Grant
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		grant = &Grant{Staff: &record.Staff{Kind: string(access.Staff)}}
		grant.ID.Prefix, grant.Staff.ID.Prefix = relay.Grant, relay.Staff
		return rows.Scan(&grant.ID.UUID, &grant.StartsOn, &grant.EndsOn, &grant.RevokedAt, &grant.Staff.ID.UUID, &grant.Staff.DisplayName)
	})
	if err == nil && (grant == nil || e.GrantID.Prefix != relay.Grant) {
		err = errNoGrant
	}
	return grant, err
}
