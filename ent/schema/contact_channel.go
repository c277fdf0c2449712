package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// ContactChannel is one way to reach a person.
type ContactChannel struct{ ent.Schema }

// Annotations names the table.
func (ContactChannel) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("contact_channel")}
}

// Mixin gives the id and whose row it is.
func (ContactChannel) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (ContactChannel) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.Enum("kind").Values("PHONE", "TEXT", "EMAIL", "ADDRESS"),
		field.Text("value"),
		field.Text("label").Default("").
			Comment("Home, Mobile, Work …"),
		field.Int("priority").SchemaType(integer).
			Comment("the source's order; 0: none given"),
		field.Bool("opted_out").Default(false).
			Comment("the person asked not to be reached this way"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}

// Edges are the ways to other entities.
func (ContactChannel) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("person", Person.Type).Ref("channels").Unique().Field("person_id").Required(),
	}
}
