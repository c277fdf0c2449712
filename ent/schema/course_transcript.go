package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// CourseTranscript is a course that a student took, with its credits.
type CourseTranscript struct{ ent.Schema }

// Annotations names the table.
func (CourseTranscript) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("course_transcript")}
}

// Mixin gives the id and whose row it is.
func (CourseTranscript) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (CourseTranscript) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.Text("term").Default(""),
		field.Text("course_code"),
		field.Text("course_title").Default(""),
		field.Enum("subject").Values("ENGLISH", "MATHEMATICS", "SCIENCE", "SOCIAL_STUDIES", "ARTS", "PHYSICAL_EDUCATION", "WORLD_LANGUAGE", "CAREER_TECHNICAL", "ELECTIVE"),
		field.Text("grade_level").Default(""),
		field.Int("attempted").SchemaType(integer).
			Comment("ten-thousandths of a credit"),
		field.Int("earned").SchemaType(integer).
			Comment("ten-thousandths of a credit"),
		field.Enum("result").Values("PASS", "FAIL", "INCOMPLETE", "WITHDRAWN"),
		field.Enum("method").Values("REGULAR", "CREDIT_RECOVERY", "TRANSFER", "OTHER").Default("REGULAR"),
		field.Text("letter").Default(""),
		field.Time("earned_on").SchemaType(date),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
