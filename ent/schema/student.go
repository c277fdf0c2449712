package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
	"github.com/lib/pq"
)

// Student is a child whose record the district keeps.
type Student struct{ ent.Schema }

// Annotations names the table.
func (Student) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("student")}
}

// Mixin gives the id and whose row it is.
func (Student) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (Student) Fields() []ent.Field {
	return []ent.Field{
		field.Text("local_id").
			Comment("the district's own id"),
		field.Text("state_id").Optional().Nillable().
			Comment("the state's id"),
		field.Text("first_name"),
		field.Text("middle_name").Default(""),
		field.Text("last_name"),
		field.Text("suffix").Default(""),
		field.Text("preferred_first_name").Default(""),
		field.Text("preferred_last_name").Default(""),
		field.Time("birth_date").SchemaType(date).Optional().Nillable(),
		field.Text("grade_level").Default("OTHER").
			Comment("of the latest enrollment"),
		field.Text("sex").Default(""),
		field.Other("race_ethnicity", pq.StringArray{}).SchemaType(textArray).Default(noText).
			Comment("the federal seven"),
		field.Other("languages", pq.StringArray{}).SchemaType(textArray).Default(noText),
		field.Text("community").Default("").
			Comment("neighborhood or feeder school"),
		field.Int("cohort_year").SchemaType(integer).Optional().Nillable().
			Comment("expected graduation cohort: the school year"),
		field.UUID("merged_into", uuid.UUID{}).Optional().Nillable().
			Comment("the student this record turned out to be"),
		field.Time("merged_at").Optional().Nillable(),
		field.Int("merged_rank").SchemaType(integer).Default(0).
			Comment("whose rows come first among the records of one student: 0 of who stands"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
		field.Text("search_text").Optional().Immutable().StructTag(`json:"-"`).
			Comment("names and local id in lower case; the database writes it"),
	}
}

// Edges are the ways to other entities.
func (Student) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("enrollments", StudentSchoolAssociation.Type),
		edge.To("contacts", StudentContact.Type),
		edge.To("characteristics", StudentCharacteristic.Type),
	}
}
