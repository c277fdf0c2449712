package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Region is an education service center or a county or regional office: it groups districts.
type Region struct{ ent.Schema }

// Annotations names the table.
func (Region) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("region")}
}

// Mixin gives the id and whose row it is.
func (Region) Mixin() []ent.Mixin { return []ent.Mixin{shared{}} }

// Fields are the columns.
func (Region) Fields() []ent.Field {
	return []ent.Field{
		field.Text("local_id").
			Comment("the region's own code"),
		field.Text("name"),
	}
}
