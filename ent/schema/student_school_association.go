package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// StudentSchoolAssociation is an enrollment: a student in a school from an entry to an exit.
type StudentSchoolAssociation struct{ ent.Schema }

// Annotations names the table.
func (StudentSchoolAssociation) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("student_school_association")}
}

// Mixin gives the id and whose row it is.
func (StudentSchoolAssociation) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (StudentSchoolAssociation) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.UUID("school_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.UUID("calendar_id", uuid.UUID{}).Optional().Nillable().
			Comment("empty: the school's only calendar could not be told"),
		field.Time("entry_date").SchemaType(date),
		field.Text("entry_type").Default("OTHER"),
		field.Time("exit_date").SchemaType(date).Optional().Nillable().
			Comment("the last day enrolled; empty: open"),
		field.Text("exit_type").Optional().Nillable().
			Comment("an ExitWithdrawType"),
		field.Text("exit_code").Default("").
			Comment("the source's own leaver code"),
		field.Text("grade_level"),
		field.Time("recorded_on").SchemaType(date).
			Comment("when Holdfast learned of it"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}

// Edges are the ways to other entities.
func (StudentSchoolAssociation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("student", Student.Type).Ref("enrollments").Unique().Field("student_id").Required(),
		edge.To("school", School.Type).Unique().Field("school_id").Required(),
	}
}
