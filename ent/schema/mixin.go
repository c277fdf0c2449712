// Package schema is the model: one file an entity. The SQL migrations are the
// truth for keys, partitions and policies; a test holds this model to them column
// by column.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/reach"
)

// Column types that ent would choose otherwise.
var (
	date      = map[string]string{dialect.Postgres: "date"}
	integer   = map[string]string{dialect.Postgres: "integer"}
	textArray = map[string]string{dialect.Postgres: "text[]"}
)

// newID makes the id of a row: a UUIDv7, which keeps new rows together in their
// index.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

func id() ent.Field { return field.UUID("id", uuid.UUID{}).Default(newID).Immutable() }

// ofDistrict is shared by every entity whose rows belong to one district.
type ofDistrict struct{ mixin.Schema }

func (ofDistrict) Fields() []ent.Field {
	return []ent.Field{id(), field.UUID("district_id", uuid.UUID{}).Immutable().Comment("whose row it is")}
}

// Policy is the row wall: nothing outside the reader's reach, queries and
// mutations alike, and nothing at all without a reader.
func (ofDistrict) Policy() ent.Policy { return reach.Policy{} }

// district is the tenant itself: its own id is its district.
type district struct{ mixin.Schema }

func (district) Fields() []ent.Field { return []ent.Field{id()} }

// Policy is the row wall.
func (district) Policy() ent.Policy { return reach.Policy{} }

// shared is for entities of no district.
type shared struct{ mixin.Schema }

func (shared) Fields() []ent.Field { return []ent.Field{id()} }

// noText is the default of a list of words: an empty one.
func noText() pq.StringArray { return pq.StringArray{} }
