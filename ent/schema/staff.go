package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/lib/pq"
)

// Staff is a person who works for the district.
type Staff struct{ ent.Schema }

// Annotations names the table.
func (Staff) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("staff")}
}

// Mixin gives the id and whose row it is.
func (Staff) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (Staff) Fields() []ent.Field {
	return []ent.Field{
		field.Text("local_id"),
		field.Text("first_name"),
		field.Text("last_name"),
		field.Text("preferred_first_name").Default(""),
		field.Text("preferred_last_name").Default(""),
		field.Text("email").Default(""),
		field.Text("login").Default("").
			Comment("the name in the district's own directory"),
		field.Other("languages", pq.StringArray{}).SchemaType(textArray).Default(noText),
		field.Other("qualifications", pq.StringArray{}).SchemaType(textArray).Default(noText),
		field.Other("communities", pq.StringArray{}).SchemaType(textArray).Default(noText),
		field.Enum("engagement").Values("EMPLOYEE", "CONTRACTOR", "VOLUNTEER").Default("EMPLOYEE").
			Comment("all but employees need a signed agreement before they see a record"),
		field.Time("agreement_signed_on").SchemaType(date).Optional().Nillable(),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}

// Edges are the ways to other entities.
func (Staff) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("role_assignments", RoleAssignment.Type),
	}
}
