package casework

import (
	"context"
	"database/sql"
	"strings"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// NewNote is a note about a student, as somebody writes it.
type NewNote struct {
	StudentID      relay.ID
	Body           string
	Visibility     string
	IdempotencyKey *string
}

// NoteChange is what a note says from now on.
type NoteChange struct {
	NoteID   relay.ID
	Revision int // the one that the writer saw
	Body     string
}

// Written is what came of writing a note.
type Written struct {
	Note     *record.Note
	Problems []*Problem
}

const (
	addNote    = "addNote"
	reviseNote = "reviseNote"
	maxNote    = 10_000
)

func checkBody(body string) []*Problem {
	switch {
	case strings.TrimSpace(body) == "":
		return problem(Required, "body", "is missing: say what is worth keeping")
	case !fits(body, maxNote):
		return problem(Invalid, "body", "takes at most 10000 characters of text: keep what matters")
	}
	return nil
}

// AddNote writes a note about a student: a general one needs CASEWORK to write, a
// restricted one that the class is the writer's to know. It is read back in the
// same transaction.
func AddNote(ctx context.Context, op *operation.Operation, note NewNote) (Written, error) {
	if problems := firstOf(checkBody(note.Body), checkKey(note.IdempotencyKey)); problems != nil {
		return Written{Problems: problems}, nil
	}
	made, problems, err := change(ctx, op.Mutate, func(ctx context.Context) (*record.Note, error) { return note.write(ctx, op) })
	return Written{made, problems}, err
}

func (n NewNote) write(ctx context.Context, op *operation.Operation) (*record.Note, error) {
	hash, err := hashOf(n) // with the id that was asked with, so that a retry after a merge is the same input
	if err != nil {
		return nil, err
	}
	held, err := holdStudent(ctx, op, n.StudentID, sharing)
	switch {
	case err != nil:
		return nil, err
	case !mayWriteNote(held.mask, n.Visibility):
		return nil, ErrForbidden
	}
	n.StudentID.UUID = held.id
	id, err := n.insert(ctx, op, hash)
	if err != nil {
		return nil, err
	}
	if id.Valid {
		return readNote(ctx, op, id.UUID)
	}
	first, other, err := recall(ctx, op, addNote, *n.IdempotencyKey, hash, "note")
	if err != nil {
		return nil, err
	}
	note, err := readNote(ctx, op, first)
	if err == nil && other != nil {
		err = &conflict[*record.Note]{other, note}
	}
	return note, err
}

func readNote(ctx context.Context, op *operation.Operation, id uuid.UUID) (*record.Note, error) {
	note, err := record.NoteByID(ctx, op, id)
	if err == nil && note == nil {
		err = ErrForbidden // written under another day's rights
	}
	return note, err
}

// mayWriteNote tells whether the mask lets the reader write such a note of the student.
func mayWriteNote(mask reach.Mask, visibility string) bool {
	if visibility == record.General {
		return mask.Writes(access.Casework)
	}
	return mask.Reads(access.Casework) && mask.Sees(access.Restricted)
}

// writableNote writes the condition that the student s is one of whom the reader
// may write such a note.
func writableNote(visibility string) func(*reach.Statement) {
	return func(st *reach.Statement) {
		if visibility == record.General {
			st.Writable("s", access.Casework)
			return
		}
		st.Seen("s", access.Restricted)
	}
}

// insert writes the note, its first revision, its line in the audit log and its
// idempotency key; nothing where the key was used before. The log says that it was
// written and not what it says: the revision keeps that, for those who may read it.
func (n NewNote) insert(ctx context.Context, op *operation.Operation, hash []byte) (made uuid.NullUUID, err error) {
	st := reach.NewStatement(op.Reader)
	values := audit(op, addNote, "NOTE", "", reach.Values{
		"result": uuid.Must(uuid.NewV7()), "key": n.IdempotencyKey, "hash": hash, "first": uuid.Must(uuid.NewV7()),
		"student": n.StudentID.UUID, "visibility": n.Visibility, "body": strings.TrimSpace(n.Body), "writable": writableNote(n.Visibility),
	})
	st.Write(`WITH allowed AS (
		SELECT s.district_id, s.id FROM student s WHERE {writable} AND s.withdrawn_at IS NULL AND s.id = {student}::uuid
	), `+onceSQL(n.IdempotencyKey)+`, made AS (
		INSERT INTO note (district_id, id, student_id, staff_id, visibility)
		SELECT s.district_id, once.result_id, s.id, {principal}::uuid, {visibility}::text FROM allowed s, once
		RETURNING *
	), said AS (
		INSERT INTO note_revision (district_id, id, note_id, revision, body)
		SELECT made.district_id, {first}::uuid, made.id, 1, {body}::text FROM made
	), done AS (
		SELECT made.id, NULL::jsonb AS before, to_jsonb(made.*) || jsonb_build_object('revision', 1) AS after FROM made
	), `+auditSQL+` SELECT (SELECT count(*) FROM allowed), (SELECT made.id FROM made)`, values)
	allowed := 0
	err = op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&allowed, &made) })
	if err == nil && (allowed != 1 || (!made.Valid && n.IdempotencyKey == nil)) {
		err = ErrForbidden
	}
	return made, err
}

// ReviseNote writes what a note says from now on, by who wrote it, for as long as
// they could write it today. Who saw an older revision is told of the one that stands.
func ReviseNote(ctx context.Context, op *operation.Operation, said NoteChange) (Written, error) {
	if problems := checkBody(said.Body); problems != nil {
		return Written{Problems: problems}, nil
	}
	made, problems, err := change(ctx, op.Mutate, func(ctx context.Context) (*record.Note, error) { return said.write(ctx, op) })
	return Written{made, problems}, err
}

func (c NoteChange) write(ctx context.Context, op *operation.Operation) (*record.Note, error) {
	note, err := record.NoteByID(ctx, op, c.NoteID.UUID)
	switch {
	case err != nil:
		return nil, err
	case note == nil || c.NoteID.Prefix != relay.Note:
		return nil, errNoNote
	case note.Author.ID.UUID != uuid.UUID(op.Reader.Principal.PersonID):
		return nil, ErrForbidden
	case note.Revision == c.Revision && note.Body == strings.TrimSpace(c.Body):
		return note, nil // it says that already
	}
	added, err := c.insert(ctx, op, note.Visibility)
	if err != nil {
		return nil, err
	}
	current, err := readNote(ctx, op, c.NoteID.UUID)
	if err != nil {
		return nil, err
	}
	if !added {
		return nil, &conflict[*record.Note]{problem(Conflict, "revision", "is not the one that stands: read the note again, and revise that"), current}
	}
	return current, nil
}

// insert adds the revision after the one that the writer saw, when that is the last
// one. Of two at once the second finds the number taken.
func (c NoteChange) insert(ctx context.Context, op *operation.Operation, visibility string) (added bool, err error) {
	may := false
	st := reach.NewStatement(op.Reader)
	values := audit(op, reviseNote, "NOTE", "", reach.Values{
		"id": uuid.Must(uuid.NewV7()), "note": c.NoteID.UUID, "seen": c.Revision, "body": strings.TrimSpace(c.Body), "writable": writableNote(visibility),
	})
	st.Write(`WITH own AS (
		SELECT n.id FROM note n JOIN student s ON s.district_id = n.district_id AND s.id = n.student_id
		WHERE {writable} AND n.district_id = {district} AND n.id = {note}::uuid AND n.staff_id = {principal}::uuid
	), made AS (
		INSERT INTO note_revision AS t (district_id, id, note_id, revision, body)
		SELECT {district}, {id}::uuid, own.id, {seen}::integer + 1, {body}::text FROM own
		WHERE (SELECT max(r.revision) FROM note_revision r WHERE r.district_id = {district} AND r.note_id = own.id) = {seen}::integer
		ON CONFLICT DO NOTHING
		RETURNING t.note_id, t.revision
	), done AS (
		SELECT made.note_id AS id, jsonb_build_object('revision', made.revision - 1) AS before, jsonb_build_object('revision', made.revision) AS after FROM made
	), `+auditSQL+` SELECT EXISTS (SELECT FROM own), EXISTS (SELECT FROM made)`, values)
	err = op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&may, &added) })
	if err == nil && !may {
		err = ErrForbidden
	}
	return added, err
}
