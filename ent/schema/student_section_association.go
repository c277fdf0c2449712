package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// StudentSectionAssociation puts a student into a section.
type StudentSectionAssociation struct{ ent.Schema }

// Annotations names the table.
func (StudentSectionAssociation) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("student_section_association")}
}

// Mixin gives the id and whose row it is.
func (StudentSectionAssociation) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (StudentSectionAssociation) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.UUID("section_id", uuid.UUID{}),
		field.Time("starts_on").SchemaType(date),
		field.Time("ends_on").SchemaType(date).Optional().Nillable().
			Comment("empty: as long as the section"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
