package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Course is what is taught.
type Course struct{ ent.Schema }

// Annotations names the table.
func (Course) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("course")}
}

// Mixin gives the id and whose row it is.
func (Course) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (Course) Fields() []ent.Field {
	return []ent.Field{
		field.Text("local_id"),
		field.Text("title"),
		field.Text("core_subject").Optional().Nillable().
			Comment("ENGLISH, MATHEMATICS, SCIENCE or SOCIAL_STUDIES; empty: no core subject"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
