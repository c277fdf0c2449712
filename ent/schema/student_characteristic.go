package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// StudentCharacteristic is a circumstance of a student, such as homelessness, between dates.
type StudentCharacteristic struct{ ent.Schema }

// Annotations names the table.
func (StudentCharacteristic) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("student_characteristic")}
}

// Mixin gives the id and whose row it is.
func (StudentCharacteristic) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (StudentCharacteristic) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.Text("kind"),
		field.Time("starts_on").SchemaType(date),
		field.Time("ends_on").SchemaType(date).Optional().Nillable(),
		field.Text("detail").Default(""),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}

// Edges are the ways to other entities.
func (StudentCharacteristic) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("student", Student.Type).Ref("characteristics").Unique().Field("student_id").Required(),
	}
}
