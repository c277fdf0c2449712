package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
	"github.com/lib/pq"
)

// StudentRisk is the level drawn from a student's flags.
type StudentRisk struct{ ent.Schema }

// Annotations names the table.
func (StudentRisk) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("student_risk")}
}

// Mixin gives the id and whose row it is.
func (StudentRisk) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (StudentRisk) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.Int("school_year").SchemaType(integer),
		field.Enum("level").Values("ON_TRACK", "EARLY_WARNING", "AT_RISK", "CRITICAL", "NOT_MEASURED"),
		field.Other("not_measured", pq.StringArray{}).SchemaType(textArray).Default(noText).
			Comment("the domains that could not be measured"),
		field.Time("as_of").SchemaType(date),
		field.Int("policy_version").SchemaType(integer),
	}
}
