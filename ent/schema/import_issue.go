package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// ImportIssue is a row in quarantine: what is wrong with it and what to do.
type ImportIssue struct{ ent.Schema }

// Annotations names the table.
func (ImportIssue) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("import_issue")}
}

// Mixin gives the id and whose row it is.
func (ImportIssue) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (ImportIssue) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("run_id", uuid.UUID{}),
		field.Enum("outcome").Values("QUARANTINED", "TOLERATED", "DIFFERENCE").Default("QUARANTINED"),
		field.UUID("row_id", uuid.UUID{}).Optional().Nillable().
			Comment("the row in quarantine; empty: none is kept"),
		field.Text("kind"),
		field.Text("file"),
		field.Int("line").SchemaType(integer),
		field.Text("field"),
		field.Text("value"),
		field.Text("problem"),
		field.Text("hint"),
		field.Int("occurrences").SchemaType(integer).Default(1).
			Comment("how often the same was put up with in the file"),
	}
}

// Edges are the ways to other entities.
func (ImportIssue) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("run", ImportRun.Type).Ref("issues").Unique().Field("run_id").Required(),
	}
}
