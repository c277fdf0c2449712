package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// AdvocateAssignment gives a student an adult between dates; PRIMARY is at most one.
type AdvocateAssignment struct{ ent.Schema }

// Annotations names the table.
func (AdvocateAssignment) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("advocate_assignment")}
}

// Mixin gives the id and whose row it is.
func (AdvocateAssignment) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (AdvocateAssignment) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.UUID("staff_id", uuid.UUID{}),
		field.Enum("role").Values("PRIMARY", "CASE_MANAGER", "BACKUP"),
		field.Enum("intensity").Values("INTENSIVE", "STANDARD", "LIGHT").Default("STANDARD"),
		field.Time("starts_on").SchemaType(date),
		field.Time("ends_on").SchemaType(date).Optional().Nillable().
			Comment("empty: until a handover"),
		field.Text("override_reason").Default("").
			Comment("why the caseload limit was passed"),
	}
}

// Edges are the ways to other entities.
func (AdvocateAssignment) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("staff", Staff.Type).Unique().Field("staff_id").Required(),
	}
}
