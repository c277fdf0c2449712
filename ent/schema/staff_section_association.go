package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// StaffSectionAssociation puts a member of staff in front of a section.
type StaffSectionAssociation struct{ ent.Schema }

// Annotations names the table.
func (StaffSectionAssociation) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("staff_section_association")}
}

// Mixin gives the id and whose row it is.
func (StaffSectionAssociation) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (StaffSectionAssociation) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("staff_id", uuid.UUID{}),
		field.UUID("section_id", uuid.UUID{}),
		field.Time("starts_on").SchemaType(date),
		field.Time("ends_on").SchemaType(date).Optional().Nillable().
			Comment("empty: as long as the section"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
