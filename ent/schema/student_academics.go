package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// StudentAcademics is a student's figures of course performance in a school year.
type StudentAcademics struct{ ent.Schema }

// Annotations names the table.
func (StudentAcademics) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("student_academics")}
}

// Mixin gives the id and whose row it is.
func (StudentAcademics) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (StudentAcademics) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.Int("courses").SchemaType(integer).
			Comment("with a mark that counts for the grade point average"),
		field.Int64("grade_points").
			Comment("ten-thousandths, over all courses"),
		field.Int("core_courses").SchemaType(integer),
		field.Int("core_ds").SchemaType(integer),
		field.Int("core_fs").SchemaType(integer),
		field.Int64("earned").
			Comment("ten-thousandths of a credit"),
		field.Int64("attempted").
			Comment("ten-thousandths of a credit"),
		field.Int64("required").Optional().Nillable().
			Comment("ten-thousandths of a credit; empty: nothing says"),
		field.Int64("expected").Optional().Nillable().
			Comment("ten-thousandths of a credit; empty: nothing says"),
		field.Int("below_level").SchemaType(integer).
			Comment("empty: not said"),
		field.Bool("on_track_ninth").Optional().Nillable().
			Comment("the Chicago test, at the end of grade 9; empty before"),
		field.Time("as_of").SchemaType(date),
	}
}
