package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// ImportRun is one load of an export.
type ImportRun struct{ ent.Schema }

// Annotations names the table.
func (ImportRun) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("import_run")}
}

// Mixin gives the id and whose row it is.
func (ImportRun) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (ImportRun) Fields() []ent.Field {
	return []ent.Field{
		field.Text("source").
			Comment("the kind of export"),
		field.Time("started_at"),
		field.Time("finished_at").Optional().Nillable(),
		field.Enum("status").Values("RUNNING", "SUCCEEDED", "FAILED", "INTERRUPTED", "REFUSED"),
		field.Text("problem").Default("").
			Comment("why it failed, in one line"),
	}
}

// Edges are the ways to other entities.
func (ImportRun) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("counts", ImportRunCount.Type),
		edge.To("issues", ImportIssue.Type),
	}
}
