package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// Plan is a student's intervention and graduation plan.
type Plan struct{ ent.Schema }

// Annotations names the table.
func (Plan) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("plan")}
}

// Mixin gives the id and whose row it is.
func (Plan) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (Plan) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.Text("local_id").Optional().Nillable().
			Comment("the source's own id"),
		field.Enum("status").Values("DRAFT", "ACTIVE", "COMPLETED", "CLOSED"),
		field.Time("starts_on").SchemaType(date),
		field.Time("ends_on").SchemaType(date).Optional().Nillable(),
		field.Int("version").SchemaType(integer).Default(1).
			Comment("changes with each change"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
