package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// SchoolYear is a district's school year; rows are contiguous.
type SchoolYear struct{ ent.Schema }

// Annotations names the table.
func (SchoolYear) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("school_year")}
}

// Mixin gives the id and whose row it is.
func (SchoolYear) Mixin() []ent.Mixin { return []ent.Mixin{ofDistrict{}} }

// Fields are the columns.
func (SchoolYear) Fields() []ent.Field {
	return []ent.Field{
		field.Int("school_year").SchemaType(integer).
			Comment("the calendar year in which it ends: 2022 is 2021-22"),
		field.Time("starts_on").SchemaType(date),
		field.Time("ends_on").SchemaType(date),
	}
}
