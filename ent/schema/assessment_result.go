package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// AssessmentResult is how a student did in an assessment.
type AssessmentResult struct{ ent.Schema }

// Annotations names the table.
func (AssessmentResult) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("assessment_result")}
}

// Mixin gives the id and whose row it is.
func (AssessmentResult) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (AssessmentResult) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.Text("local_id").
			Comment("the source's own id"),
		field.Text("title").Default(""),
		field.Text("subject").Default(""),
		field.Time("taken_on").SchemaType(date),
		field.Text("score").Default(""),
		field.Text("level").Default(""),
		field.Bool("below_level").Optional().Nillable().
			Comment("empty: not said"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
