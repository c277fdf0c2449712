package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// SessionLog is a session of a support that was given.
type SessionLog struct{ ent.Schema }

// Annotations names the table.
func (SessionLog) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("session_log")}
}

// Mixin gives the id and whose row it is.
func (SessionLog) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (SessionLog) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.UUID("plan_item_id", uuid.UUID{}),
		field.Time("held_on").SchemaType(date),
		field.Int("minutes").SchemaType(integer).Optional().Nillable(),
		field.Bool("attended").Default(true),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
