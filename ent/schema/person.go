package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// Person is a human behind contacts: siblings share one.
type Person struct{ ent.Schema }

// Annotations names the table.
func (Person) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("person")}
}

// Mixin gives the id and whose row it is.
func (Person) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (Person) Fields() []ent.Field {
	return []ent.Field{
		field.Text("local_id"),
		field.Text("first_name"),
		field.Text("last_name"),
		field.Text("preferred_first_name").Default(""),
		field.Text("preferred_last_name").Default(""),
		field.Text("language").Optional().Nillable(),
		field.Text("best_way_to_reach").Optional().Nillable().
			Comment("as asked at the last visit"),
		field.Time("last_confirmed_on").SchemaType(date).Optional().Nillable(),
		field.UUID("last_confirmed_by", uuid.UUID{}).Optional().Nillable().
			Comment("the member of staff who asked"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}

// Edges are the ways to other entities.
func (Person) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("channels", ContactChannel.Type),
	}
}
