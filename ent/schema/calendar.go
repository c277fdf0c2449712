package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// Calendar is a list of days that some students of a school keep.
type Calendar struct{ ent.Schema }

// Annotations names the table.
func (Calendar) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("calendar")}
}

// Mixin gives the id and whose row it is.
func (Calendar) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (Calendar) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("school_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.Text("local_id"),
		field.Enum("kind").Values("SCHOOL", "STUDENT_SPECIFIC", "OTHER").
			Comment("a calendar for particular students is never a school's default"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}

// Edges are the ways to other entities.
func (Calendar) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("school", School.Type).Unique().Field("school_id").Required(),
	}
}
