package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// GraduationRequirement is how many credits of a subject a cohort needs to graduate.
type GraduationRequirement struct{ ent.Schema }

// Annotations names the table.
func (GraduationRequirement) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("graduation_requirement")}
}

// Mixin gives the id and whose row it is.
func (GraduationRequirement) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (GraduationRequirement) Fields() []ent.Field {
	return []ent.Field{
		field.Int("cohort_year").SchemaType(integer),
		field.Enum("subject").Values("ENGLISH", "MATHEMATICS", "SCIENCE", "SOCIAL_STUDIES", "ARTS", "PHYSICAL_EDUCATION", "WORLD_LANGUAGE", "CAREER_TECHNICAL", "ELECTIVE"),
		field.Int("credits").SchemaType(integer).
			Comment("ten-thousandths of a credit"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
