package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// School is a school of the district.
type School struct{ ent.Schema }

// Annotations names the table.
func (School) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("school")}
}

// Mixin gives the id and whose row it is.
func (School) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (School) Fields() []ent.Field {
	return []ent.Field{
		field.Text("local_id"),
		field.Text("name"),
		field.Enum("level").Values("ELEMENTARY", "MIDDLE", "HIGH", "OTHER"),
		field.Text("lowest_grade").Default("").
			Comment("first of the grade span, or empty"),
		field.Text("highest_grade").Default("").
			Comment("last of the grade span, or empty"),
		field.Bool("alternative").Default(false).
			Comment("an alternative school"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
