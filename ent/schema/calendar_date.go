package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// CalendarDate is one day of a calendar.
type CalendarDate struct{ ent.Schema }

// Annotations names the table.
func (CalendarDate) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("calendar_date")}
}

// Mixin gives the id and whose row it is.
func (CalendarDate) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (CalendarDate) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("calendar_id", uuid.UUID{}),
		field.Time("on_date").SchemaType(date),
		field.Bool("instructional").
			Comment("a day of school: it counts as an enrolled day"),
		field.Text("event").Default("").
			Comment("what the source calls the day"),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}

// Edges are the ways to other entities.
func (CalendarDate) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("calendar", Calendar.Type).Unique().Field("calendar_id").Required(),
	}
}
