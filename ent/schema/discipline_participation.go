package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// DisciplineParticipation is a student's part in an incident, a row a behavior.
type DisciplineParticipation struct{ ent.Schema }

// Annotations names the table.
func (DisciplineParticipation) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("discipline_participation")}
}

// Mixin gives the id and whose row it is.
func (DisciplineParticipation) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (DisciplineParticipation) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.UUID("incident_id", uuid.UUID{}),
		field.Enum("participation").Values("PERPETRATOR", "VICTIM", "WITNESS", "REPORTER"),
		field.Text("behavior").Default(""),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
