package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// Term is a term, session or grading period of a school, or of all of a district's.
type Term struct{ ent.Schema }

// Annotations names the table.
func (Term) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("term")}
}

// Mixin gives the id and whose row it is.
func (Term) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (Term) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("school_id", uuid.UUID{}).Optional().Nillable(),
		field.Int("school_year").SchemaType(integer),
		field.Text("local_id").
			Comment("the source's own id"),
		field.Text("name"),
		field.Enum("kind").Values("YEAR", "SEMESTER", "TERM", "GRADING_PERIOD", "OTHER"),
		field.Time("starts_on").SchemaType(date),
		field.Time("ends_on").SchemaType(date),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
