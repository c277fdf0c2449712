package record

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Note is a note about a student, as it stands.
type Note struct {
	ID         relay.ID
	Visibility string
	Body       string
	Revision   int
	WrittenAt  time.Time
	RevisedAt  time.Time
	Author     *Staff
}

// By is who wrote the note.
func (n *Note) By() Actor { return n.Author }

// The visibilities of notes.
const (
	General    = "GENERAL"
	Restricted = "RESTRICTED"
)

// classOfNote is the class that a note of each visibility tells.
var classOfNote = map[string]access.Classes{General: access.Of(access.Casework), Restricted: access.Of(access.Restricted)}

// NoteConnection is a page of notes.
type NoteConnection struct{ relay.Connection[*Note] }

// NoteEdge is a note in a page.
type NoteEdge = relay.Edge[*Note]

// noteQuery names the list that its cursors are bound to.
const noteQuery = "Student.notes"

// notes is the field notes: a page of them, latest first. The restricted ones are
// those that are the reader's to know; others are neither listed nor counted.
func notes() studentField {
	return studentField{
		class: access.Casework,
		write: func(st *reach.Statement, s Selected, op *operation.Operation) error {
			page, keys, err := openPage(op, bound(op, noteQuery), s.Page)
			if err != nil {
				return err
			}
			st.Write(notesSQL, reach.Values{
				"total": func(st *reach.Statement) {
					if _, selected := s.field("totalCount"); !selected {
						st.Text("0")
						return
					}
					st.Write(noteTotalSQL, reach.Values{"theirs": theirNotes("s.mask")})
				},
				"theirs": theirNotes("s.mask"),
				"after":  beyond(page, keys, latestFirst("n", "written_at")),
				"order":  ordered(page, latestFirst("n", "written_at")),
				"limit":  page.Limit + 1,
			})
			return nil
		},
		into: intoPage(noteQuery, func(student *Student, key string, page relay.Connection[*Note]) {
			student.notes = put(student.notes, key, &NoteConnection{page})
		}),
		beside: restricted,
		redact: func(op *operation.Operation, student *Student, s Selected, index int) {
			op.RedactBy(student.Mask, s.Path, access.Restricted, index)
		},
	}
}

// restricted gives the class RESTRICTED when a restricted note was shown.
func restricted(student *Student, s Selected) access.Classes {
	page := student.notes[pageKey(s.Page)]
	if page == nil {
		return 0
	}
	for _, edge := range page.Edges {
		if edge.Node.Visibility == Restricted {
			return access.Of(access.Restricted)
		}
	}
	return 0
}

// theirNotes writes that the note n is a general one, or the reader's to know.
func theirNotes(mask string) func(*reach.Statement) {
	return func(st *reach.Statement) {
		st.Text("(n.visibility = 'GENERAL' OR ").Items(mask, access.Restricted, reach.Notes, "n").Text(")")
	}
}

// NoteByID gives one note that the reader may see; nil when there is none.
func NoteByID(ctx context.Context, op *operation.Operation, id uuid.UUID) (*Note, error) {
	st := reach.NewStatement(op.Reader)
	st.Text("SELECT s.id, s.mask, ").Write(noteSQL, nil).Text(" FROM note n " + lastRevision + " JOIN (SELECT s.*, ").Mask("s")
	st.Text(" AS mask FROM student s) s ON s.district_id = n.district_id AND s.id = n.student_id WHERE ").Rows("note", "n").Text(" AND n.id = ").Arg(id)
	var note *Note
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		var student uuid.UUID
		var mask reach.Mask
		var raw []byte
		if err := rows.Scan(&student, &mask, &raw); err != nil {
			return err
		}
		if err := fromJSON(raw, &note); err != nil {
			return err
		}
		op.Show(student, mask, classOfNote[note.Visibility])
		return nil
	})
	return note, err
}
