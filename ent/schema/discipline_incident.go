package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// DisciplineIncident is something that happened; who took part in it is beside it.
type DisciplineIncident struct{ ent.Schema }

// Annotations names the table.
func (DisciplineIncident) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("discipline_incident")}
}

// Mixin gives the id and whose row it is.
func (DisciplineIncident) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (DisciplineIncident) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("school_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.Text("local_id").
			Comment("the source's own id"),
		field.Time("occurred_on").SchemaType(date),
		field.Text("behavior").Default(""),
		field.Text("location").Default(""),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
