package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// RoleAssignment is a role that a member of staff holds in a scope between dates, both included.
type RoleAssignment struct{ ent.Schema }

// Annotations names the table.
func (RoleAssignment) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("role_assignment")}
}

// Mixin gives the id and whose row it is.
func (RoleAssignment) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (RoleAssignment) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("staff_id", uuid.UUID{}),
		field.Text("role").
			Comment("one of the roles of internal/access"),
		field.UUID("school_id", uuid.UUID{}).Optional().Nillable().
			Comment("empty: the whole district"),
		field.Time("starts_on").SchemaType(date),
		field.Time("ends_on").SchemaType(date).Optional().Nillable().
			Comment("empty: open"),
	}
}

// Edges are the ways to other entities.
func (RoleAssignment) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("staff", Staff.Type).Ref("role_assignments").Unique().Field("staff_id").Required(),
		edge.To("school", School.Type).Unique().Field("school_id"),
	}
}
