package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// StudentBehavior is a student's figures of behavior in a school year.
type StudentBehavior struct{ ent.Schema }

// Annotations names the table.
func (StudentBehavior) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("student_behavior")}
}

// Mixin gives the id and whose row it is.
func (StudentBehavior) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (StudentBehavior) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.Int("incidents").SchemaType(integer).
			Comment("distinct, as PERPETRATOR"),
		field.Int("in_school").SchemaType(integer).
			Comment("in-school suspensions"),
		field.Int("exclusions").SchemaType(integer).
			Comment("out-of-school suspensions and expulsions"),
		field.Int64("suspension_days").
			Comment("ten-thousandths"),
		field.Time("as_of").SchemaType(date),
	}
}
