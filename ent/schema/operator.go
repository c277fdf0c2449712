package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Operator runs the platform: districts, regions and agencies, and no student.
type Operator struct{ ent.Schema }

// Annotations names the table.
func (Operator) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("operator")}
}

// Mixin gives the id and whose row it is.
func (Operator) Mixin() []ent.Mixin { return []ent.Mixin{shared{}} }

// Fields are the columns.
func (Operator) Fields() []ent.Field {
	return []ent.Field{
		field.Text("display_name"),
	}
}
