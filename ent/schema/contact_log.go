package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// ContactLog is one contact, or attempt, with a student or the family.
type ContactLog struct{ ent.Schema }

// Annotations names the table.
func (ContactLog) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("contact_log")}
}

// Mixin gives the id and whose row it is.
func (ContactLog) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (ContactLog) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.UUID("staff_id", uuid.UUID{}).
			Comment("who made it"),
		field.UUID("person_id", uuid.UUID{}).Optional().Nillable().
			Comment("with whom; empty: the student"),
		field.Time("occurred_at"),
		field.Enum("method").Values("IN_PERSON", "PHONE", "TEXT", "EMAIL", "MAIL", "HOME_VISIT", "EMPLOYER_VISIT", "VIDEO"),
		field.Enum("outcome").Values("REACHED", "LEFT_MESSAGE", "NO_ANSWER", "WRONG_NUMBER", "REFUSED"),
		field.Text("summary").Default("").
			Comment("what was said"),
		field.Bool("positive").Default(false).
			Comment("good news"),
		field.Time("recorded_at").Default(time.Now).
			Comment("when it was written down"),
	}
}

// Edges are the ways to other entities.
func (ContactLog) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("staff", Staff.Type).Unique().Field("staff_id").Required(),
	}
}
