package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// RiskFlag is what one rule says of a student in a school year, with its figure.
type RiskFlag struct{ ent.Schema }

// Annotations names the table.
func (RiskFlag) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("risk_flag")}
}

// Mixin gives the id and whose row it is.
func (RiskFlag) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (RiskFlag) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.Text("domain"),
		field.Text("rule"),
		field.Enum("severity").Values("EARLY_WARNING", "AT_RISK"),
		field.Enum("status").Values("OPEN", "ACKNOWLEDGED", "RESOLVED", "DISMISSED"),
		field.Time("since").SchemaType(date).
			Comment("the as-of day on which it opened"),
		field.Time("as_of").SchemaType(date),
		field.Int64("numerator").
			Comment("ten-thousandths"),
		field.Int64("denominator").
			Comment("ten-thousandths"),
		field.Int64("threshold").
			Comment("ten-thousandths"),
		field.Int("policy_version").SchemaType(integer),
	}
}

// Edges are the ways to other entities.
func (RiskFlag) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("history", RiskFlagHistory.Type),
	}
}
