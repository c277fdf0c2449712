package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// AttendanceCompleteness is the last day whose attendance a school declared complete.
type AttendanceCompleteness struct{ ent.Schema }

// Annotations names the table.
func (AttendanceCompleteness) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("attendance_completeness")}
}

// Mixin gives the id and whose row it is.
func (AttendanceCompleteness) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (AttendanceCompleteness) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("school_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.Time("known_through").SchemaType(date).
			Comment("later days are in no numerator and no denominator"),
	}
}
