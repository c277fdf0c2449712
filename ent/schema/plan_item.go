package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// PlanItem is a support in a student's plan.
type PlanItem struct{ ent.Schema }

// Annotations names the table.
func (PlanItem) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("plan_item")}
}

// Mixin gives the id and whose row it is.
func (PlanItem) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (PlanItem) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.UUID("plan_id", uuid.UUID{}),
		field.UUID("menu_entry_id", uuid.UUID{}).Optional().Nillable(),
		field.Text("local_id").Optional().Nillable().
			Comment("the source's own id"),
		field.Text("title"),
		field.Enum("domain").Values("ATTENDANCE", "BEHAVIOR", "COURSE_PERFORMANCE", "FAMILY", "BASIC_NEEDS", "COLLEGE_CAREER"),
		field.Time("starts_on").SchemaType(date),
		field.Time("ends_on").SchemaType(date).Optional().Nillable(),
		field.Int("planned_minutes").SchemaType(integer).Optional().Nillable(),
		field.Enum("result").Values("WORKED", "PARTLY", "DID_NOT_WORK", "NOT_TRIED").Optional().Nillable(),
		field.Text("result_reason").Default(""),
		field.Time("withdrawn_at").Optional().Nillable().
			Comment("when an import or a person took the row out; rows are never deleted"),
	}
}
