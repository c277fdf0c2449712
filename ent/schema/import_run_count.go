package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// ImportRunCount is what a run did with one kind of row.
type ImportRunCount struct{ ent.Schema }

// Annotations names the table.
func (ImportRunCount) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("import_run_count")}
}

// Mixin gives the id and whose row it is.
func (ImportRunCount) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (ImportRunCount) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("run_id", uuid.UUID{}),
		field.Int("position").SchemaType(integer).
			Comment("the order of the summary"),
		field.Text("kind"),
		field.Int64("read"),
		field.Int64("created"),
		field.Int64("updated"),
		field.Int64("unchanged"),
		field.Int64("removed"),
		field.Int64("quarantined"),
		field.Int64("passed_over").
			Comment("read, but the model has no place for it"),
		field.Int64("merged").Default(0).
			Comment("named a merged student, and taken as the kept one's"),
	}
}

// Edges are the ways to other entities.
func (ImportRunCount) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("run", ImportRun.Type).Ref("counts").Unique().Field("run_id").Required(),
	}
}
