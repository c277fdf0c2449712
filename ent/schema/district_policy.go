package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// DistrictPolicy is one version of the one document of numbers and lists that a district may change.
type DistrictPolicy struct{ ent.Schema }

// Annotations names the table.
func (DistrictPolicy) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("district_policy")}
}

// Mixin gives the id and whose row it is.
func (DistrictPolicy) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (DistrictPolicy) Fields() []ent.Field {
	return []ent.Field{
		field.Int("version").SchemaType(integer).
			Comment("counted from 1"),
		field.Time("starts_on").SchemaType(date).
			Comment("the first day it is in force"),
		field.JSON("document", json.RawMessage{}).
			Comment("internal/policy reads it; what it leaves out is the default"),
	}
}
