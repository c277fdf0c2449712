package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// NoteRevision is what a note says, or said before; none is ever changed.
type NoteRevision struct{ ent.Schema }

// Annotations names the table.
func (NoteRevision) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("note_revision")}
}

// Mixin gives the id and whose row it is.
func (NoteRevision) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (NoteRevision) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("note_id", uuid.UUID{}),
		field.Int("revision").SchemaType(integer).
			Comment("counted from 1; the last one holds"),
		field.Text("body"),
		field.Time("written_at").Default(time.Now),
	}
}
