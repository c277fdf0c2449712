package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// StudentAttendance is a student's attendance figures in a year, over distinct days of all schools.
type StudentAttendance struct{ ent.Schema }

// Annotations names the table.
func (StudentAttendance) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("student_attendance")}
}

// Mixin gives the id and whose row it is.
func (StudentAttendance) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (StudentAttendance) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.Int("enrolled_days").SchemaType(integer).
			Comment("whole days up to as_of"),
		field.Int64("absent").
			Comment("ten-thousandths of a day"),
		field.Int64("excused").
			Comment("ten-thousandths of a day"),
		field.Int64("unexcused").
			Comment("ten-thousandths of a day"),
		field.Int64("suspended").
			Comment("ten-thousandths of a day; out-of-school suspension"),
		field.Int("tardies").SchemaType(integer).
			Comment("days with a tardy"),
		field.Int("truant_days").SchemaType(integer).Default(0).
			Comment("days unexcused or with a long tardy, by the policy"),
		field.Int("current_streak").SchemaType(integer).
			Comment("whole days absent in a row, up to the last enrolled day"),
		field.Bool("measured").
			Comment("enrolled at least the policy's minimum"),
		field.Bool("chronic").
			Comment("absent at least a tenth of the enrolled days"),
		field.Time("as_of").SchemaType(date),
	}
}
