package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// StudentContact links a student to a person: guardian, caregiver, other adult.
type StudentContact struct{ ent.Schema }

// Annotations names the table.
func (StudentContact) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("student_contact")}
}

// Mixin gives the id and whose row it is.
func (StudentContact) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (StudentContact) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.UUID("person_id", uuid.UUID{}),
		field.Text("relation"),
		field.Bool("lives_with").Optional().Nillable().
			Comment("empty: not said"),
		field.Bool("education_rights").Optional().Nillable().
			Comment("may sign and inspect; empty: not said"),
		field.Bool("no_contact").Default(false).
			Comment("must not be contacted"),
		field.Bool("is_primary").Optional().Nillable(),
		field.Bool("is_emergency").Optional().Nillable(),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}

// Edges are the ways to other entities.
func (StudentContact) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("student", Student.Type).Ref("contacts").Unique().Field("student_id").Required(),
		edge.To("person", Person.Type).Unique().Field("person_id").Required(),
	}
}
