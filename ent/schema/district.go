package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// District is a local education agency: the tenant.
type District struct{ ent.Schema }

// Annotations names the table.
func (District) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("district")}
}

// Mixin gives the id and whose row it is.
func (District) Mixin() []ent.Mixin { return []ent.Mixin{district{}} }

// Fields are the columns.
func (District) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("region_id", uuid.UUID{}).Optional().Nillable().
			Comment("the regional office it belongs to"),
		field.Text("local_id").
			Comment("the district's code, such as an LEA id"),
		field.Text("name"),
		field.Text("state").Default("").
			Comment("two letters, or empty"),
		field.Text("time_zone").
			Comment("IANA name; dates of the district are days of this zone"),
	}
}

// Edges are the ways to other entities.
func (District) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("region", Region.Type).Unique().Field("region_id"),
	}
}
