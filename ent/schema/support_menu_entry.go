package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// SupportMenuEntry is a support that a district offers.
type SupportMenuEntry struct{ ent.Schema }

// Annotations names the table.
func (SupportMenuEntry) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("support_menu_entry")}
}

// Mixin gives the id and whose row it is.
func (SupportMenuEntry) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (SupportMenuEntry) Fields() []ent.Field {
	return []ent.Field{
		field.Text("local_id").
			Comment("the source's own id"),
		field.Text("title"),
		field.Enum("domain").Values("ATTENDANCE", "BEHAVIOR", "COURSE_PERFORMANCE", "FAMILY", "BASIC_NEEDS", "COLLEGE_CAREER"),
		field.Enum("intensity").Values("BASIC", "INTENSIVE"),
		field.Enum("scope").Values("STUDENT", "SCHOOL", "DISTRICT").Default("STUDENT"),
		field.Text("provider").Default(""),
		field.Text("dosage").Default(""),
		field.Text("eligibility").Default(""),
		field.Text("evidence").Default(""),
		field.Text("source").Default(""),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
