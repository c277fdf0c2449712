package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
	"github.com/lib/pq"
)

// SupportRequest is a referral to the team.
type SupportRequest struct{ ent.Schema }

// Annotations names the table.
func (SupportRequest) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("support_request")}
}

// Mixin gives the id and whose row it is.
func (SupportRequest) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (SupportRequest) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("student_id", uuid.UUID{}),
		field.Enum("origin").Values("STAFF", "FAMILY", "SELF", "EARLY_WARNING", "DROPOUT_REPORT", "NO_SHOW_REPORT", "WITHDRAWAL_REPORT"),
		field.UUID("requested_by", uuid.UUID{}).Optional().Nillable().
			Comment("empty: a report, or the schedule"),
		field.Text("circumstance").Optional().Nillable().
			Comment("the kind of circumstance that the reason names; empty: none"),
		field.Other("reasons", pq.StringArray{}).SchemaType(textArray),
		field.Enum("urgency").Values("ROUTINE", "SOON", "CRISIS").Default("ROUTINE"),
		field.Enum("status").Values("NEW", "TRIAGED", "ACCEPTED", "DECLINED").Default("NEW"),
		field.Text("decline_reason").Default(""),
		field.Text("summary").Default(""),
		field.Int("school_year").SchemaType(integer),
		field.Time("raised_at").Default(time.Now),
		field.Time("raised_on").SchemaType(date),
		field.Int("version").SchemaType(integer).Default(1).
			Comment("changes with each change"),
	}
}
