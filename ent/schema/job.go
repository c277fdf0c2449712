package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// Job is something that the server does for a district by itself.
type Job struct{ ent.Schema }

// Annotations names the table.
func (Job) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("job")}
}

// Mixin gives the id and whose row it is.
func (Job) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (Job) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Values("RECOMPUTE"),
		field.Enum("status").Values("QUEUED", "RUNNING", "SUCCEEDED", "FAILED").Default("QUEUED"),
		field.Time("due_at"),
		field.UUID("requested_by", uuid.UUID{}).Optional().Nillable().
			Comment("empty: a report, or the schedule"),
		field.Time("started_at").Optional().Nillable(),
		field.Time("finished_at").Optional().Nillable(),
		field.Int("attempts").SchemaType(integer).Default(0),
		field.Text("problem").Default(""),
		field.JSON("result", json.RawMessage{}).Default(json.RawMessage("{}")),
	}
}
