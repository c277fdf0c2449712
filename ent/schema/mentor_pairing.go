package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// MentorPairing is who learns from whom, between days.
type MentorPairing struct{ ent.Schema }

// Annotations names the table.
func (MentorPairing) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("mentor_pairing")}
}

// Mixin gives the id and whose row it is.
func (MentorPairing) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (MentorPairing) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("mentor_id", uuid.UUID{}),
		field.UUID("advocate_id", uuid.UUID{}),
		field.Time("starts_on").SchemaType(date),
		field.Time("shadow_until").SchemaType(date).Optional().Nillable().
			Comment("until when the advocate sees the mentor's caseload; empty: not at all"),
		field.Time("ends_on").SchemaType(date).Optional().Nillable(),
	}
}
