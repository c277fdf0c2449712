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
		field.Enum("domain").Values("ATTENDANCE", "BEHAVIOR", "COURSE_PERFORMANCE", "OVERAGE", "TRUANCY", "NOT_RESPONDING", "TARDY", "ASSESSMENT"),
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
		field.Int("version").SchemaType(integer).Default(1).
			Comment("changes with each answer and each change of its figure"),
		field.UUID("answered_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("answered_at").Optional().Nillable(),
		field.Text("answer_reason").Default(""),
		field.Int64("answered_numerator").Optional().Nillable().
			Comment("the figure that was answered; ten-thousandths"),
		field.Int64("answered_denominator").Optional().Nillable().
			Comment("ten-thousandths"),
	}
}

// Edges are the ways to other entities.
func (RiskFlag) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("history", RiskFlagHistory.Type),
	}
}
