// Package store gives ent's typed client inside a transaction that carries the
// tenant's scope.
package store

import (
	"context"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/holdfast-edu/holdfast/ent"
	_ "github.com/holdfast-edu/holdfast/ent/runtime" // wires the row policy into the entities
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// Client gives ent's client for the transaction. Its queries and mutations go
// through the row policy, as the reader or job of their context.
func Client(tx *postgres.Tx) *ent.Client {
	return ent.NewClient(ent.Driver(inTx{sql.NewDriver(dialect.Postgres, sql.Conn{ExecQuerier: tx.SQL()})}))
}

// inTx is a driver that is in a transaction already: ent's own, around several
// statements, are part of it.
type inTx struct{ dialect.Driver }

func (d inTx) Tx(context.Context) (dialect.Tx, error) { return dialect.NopTx(d.Driver), nil }
