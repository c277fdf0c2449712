package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// Note is a note about a student; what it says stands in its revisions.
type Note struct{ ent.Schema }

// Annotations names the table.
func (Note) Annotations() []schema.Annotation { return []schema.Annotation{entsql.Table("note")} }

// Mixin gives the id and whose row it is.
func (Note) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (Note) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.UUID("staff_id", uuid.UUID{}).
			Comment("who wrote it"),
		field.Enum("visibility").Values("GENERAL", "RESTRICTED"),
		field.Time("written_at").Default(time.Now),
	}
}
