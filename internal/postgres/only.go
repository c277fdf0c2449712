package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
)

type onlyKey struct{}

// Only gives a context for the one query of a reading transaction: where it can, the
// message that begins the transaction ends it too. No other may follow it.
func Only(ctx context.Context) context.Context {
	return context.WithValue(ctx, onlyKey{}, true)
}

func isOnly(ctx context.Context) bool {
	only, _ := ctx.Value(onlyKey{}).(bool)
	return only
}

// errOver is a statement after a transaction's only one.
var errOver = errors.New("postgres: the transaction ended with its only statement")

// isOver ends a transaction that the server has ended already.
func (c *conn) isOver() bool {
	if !c.over {
		return false
	}
	c.over, c.inTx = false, false
	return true
}

// onlyRows are the rows of a transaction's only query. Once they were read to their
// end without an error, the transaction is over.
type onlyRows struct {
	driver.Rows

	conn *conn
}

// Next reads a row; an error leaves the transaction to be rolled back.
func (r *onlyRows) Next(into []driver.Value) error {
	err := r.Rows.Next(into)
	if err != nil && !errors.Is(err, io.EOF) {
		r.conn = nil
	}
	return err
}

// Close reads what is left, up to the end of the transaction.
func (r *onlyRows) Close() error {
	err := r.Rows.Close()
	if err == nil && r.conn != nil {
		r.conn.over = true
	}
	return err
}
