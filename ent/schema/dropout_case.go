package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// DropoutCase is a student who left, or never came, and whom the district follows up.
type DropoutCase struct{ ent.Schema }

// Annotations names the table.
func (DropoutCase) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("dropout_case")}
}

// Mixin gives the id and whose row it is.
func (DropoutCase) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (DropoutCase) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.UUID("school_id", uuid.UUID{}).
			Comment("the school left"),
		field.UUID("owner_id", uuid.UUID{}).Optional().Nillable().
			Comment("the member of staff who follows up"),
		field.Text("opened_because"),
		field.Time("left_on").SchemaType(date).
			Comment("day 0 of the clock"),
		field.Time("recorded_on").SchemaType(date),
		field.Enum("determination").Values("SUSPECTED", "CONFIRMED", "EXPLAINED").Default("SUSPECTED"),
		field.Enum("status").Values("OPEN", "CONTACTING", "RE_ENGAGED", "REFERRED_ELSEWHERE", "UNREACHED").Default("OPEN"),
		field.Time("closed_on").SchemaType(date).Optional().Nillable(),
	}
}
