package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// Section is a course as it is held in a school, for a stretch of days.
type Section struct{ ent.Schema }

// Annotations names the table.
func (Section) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("section")}
}

// Mixin gives the id and whose row it is.
func (Section) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (Section) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("school_id", uuid.UUID{}),
		field.UUID("course_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.Text("local_id"),
		field.Time("starts_on").SchemaType(date),
		field.Time("ends_on").SchemaType(date),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}

// Edges are the ways to other entities.
func (Section) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("course", Course.Type).Unique().Field("course_id").Required(),
	}
}
