package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// DisciplineAction is what was done about a student's behavior.
type DisciplineAction struct{ ent.Schema }

// Annotations names the table.
func (DisciplineAction) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("discipline_action")}
}

// Mixin gives the id and whose row it is.
func (DisciplineAction) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (DisciplineAction) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.UUID("school_id", uuid.UUID{}).Optional().Nillable(),
		field.Int("school_year").SchemaType(integer),
		field.Text("local_id").
			Comment("the source's own id"),
		field.Enum("kind").Values("REMOVAL_FROM_CLASSROOM", "IN_SCHOOL_SUSPENSION", "OUT_OF_SCHOOL_SUSPENSION", "EXPULSION", "COMMUNITY_SERVICE", "OTHER", "NONE"),
		field.Time("taken_on").SchemaType(date),
		field.Int("days").SchemaType(integer).Optional().Nillable().
			Comment("ten-thousandths; empty: not said"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
