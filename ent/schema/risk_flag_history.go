package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// RiskFlagHistory is one state that a flag was in.
type RiskFlagHistory struct{ ent.Schema }

// Annotations names the table.
func (RiskFlagHistory) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("risk_flag_history")}
}

// Mixin gives the id and whose row it is.
func (RiskFlagHistory) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (RiskFlagHistory) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("risk_flag_id", uuid.UUID{}),
		field.Time("recorded_at"),
		field.Text("status"),
		field.Text("severity"),
		field.Time("as_of").SchemaType(date),
		field.Int64("numerator").
			Comment("ten-thousandths"),
		field.Int64("denominator").
			Comment("ten-thousandths"),
		field.Int64("threshold").
			Comment("ten-thousandths"),
		field.Int("policy_version").SchemaType(integer),
		field.UUID("changed_by", uuid.UUID{}).Optional().Nillable().
			Comment("who answered it; empty: a recompute"),
		field.Text("reason").Default(""),
	}
}

// Edges are the ways to other entities.
func (RiskFlagHistory) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("risk_flag", RiskFlag.Type).Ref("history").Unique().Field("risk_flag_id").Required(),
	}
}
