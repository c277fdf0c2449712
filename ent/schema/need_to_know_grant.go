package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// NeedToKnowGrant is one item that a member of staff may read of a student between
// days: circumstances of a kind, or one restricted note.
type NeedToKnowGrant struct{ ent.Schema }

// Annotations names the table.
func (NeedToKnowGrant) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("need_to_know_grant")}
}

// Mixin gives the id and whose row it is.
func (NeedToKnowGrant) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (NeedToKnowGrant) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("staff_id", uuid.UUID{}).
			Comment("who may read"),
		field.UUID("granted_by", uuid.UUID{}),
		field.UUID("student_id", uuid.UUID{}),
		field.Text("characteristic_kind").Optional().Nillable().
			Comment("the kind of circumstance; empty: a note"),
		field.UUID("note_id", uuid.UUID{}).Optional().Nillable().
			Comment("the restricted note; empty: a kind of circumstance"),
		field.Text("reason"),
		field.Time("starts_on").SchemaType(date),
		field.Time("ends_on").SchemaType(date),
		field.Time("granted_at").Default(time.Now),
		field.Time("revoked_at").Optional().Nillable().
			Comment("it ended at that moment"),
	}
}
