package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// connector makes connections that carry the scope and keep their statements.
type connector struct {
	*pq.Connector
	options Options
}

// Connect opens one connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	raw, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	full, ok := raw.(pqConn)
	if !ok {
		return nil, errors.New("connect to PostgreSQL: the driver's connection lacks a method that Holdfast needs")
	}
	if c.options.GenericPlans && !c.options.TransactionPooler {
		if _, err := full.ExecContext(ctx, "SET plan_cache_mode = force_generic_plan", nil); err != nil {
			_ = raw.Close()
			return nil, fmt.Errorf("have PostgreSQL keep its plans: %w", err)
		}
	}
	return &conn{pqConn: full, options: c.options, statements: newStatementCache(c.options.statementCache())}, nil
}

// pqConn is what Holdfast uses of lib/pq's connection.
type pqConn interface {
	driver.Conn
	driver.Tx
	driver.ConnPrepareContext
	driver.QueryerContext
	driver.ExecerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// conn is a connection whose transactions begin with their scope set, for that
// transaction only, and whose statements with arguments are planned once.
type conn struct {
	pqConn
	options    Options
	statements *statementCache
	inTx       bool
}

// BeginTx begins the transaction and sets its scope in one round trip. SET LOCAL
// ends with the transaction, so nothing is left for the connection's next user.
// Without a scope in the context the setting is emptied: such a transaction sees
// no row of any district.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	mode := "READ COMMITTED READ WRITE"
	if opts.ReadOnly {
		mode = "REPEATABLE READ READ ONLY"
	}
	c.inTx = true // until the server says otherwise: a half-begun connection is never reused
	statement := "BEGIN ISOLATION LEVEL " + mode + "; SET LOCAL holdfast.district_id = '" + scopeSetting(ctx) + "'"
	if _, err := c.pqConn.ExecContext(ctx, statement, nil); err != nil {
		return nil, fmt.Errorf("begin a transaction: %w", err)
	}
	return tx{c}, nil
}

// scopeSetting is the setting's value. It is a UUID that this program wrote out
// itself, or empty, so it can stand in the statement's text.
func scopeSetting(ctx context.Context) string {
	scope, ok := tenant.Of(ctx)
	if !ok {
		return ""
	}
	return scope.District.String()
}

// QueryContext runs a query, through a kept statement when it has arguments.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.options.observe(ctx, query)
	if len(args) == 0 || c.statements == nil {
		return c.pqConn.QueryContext(ctx, query, args)
	}
	statement, err := c.statements.prepared(ctx, c.pqConn, query)
	if err != nil {
		return nil, err
	}
	rows, err := statement.QueryContext(ctx, args)
	return rows, c.statements.forgetIfStale(query, err)
}

// ExecContext runs a statement, through a kept one when it has arguments.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.options.observe(ctx, query)
	if len(args) == 0 || c.statements == nil {
		return c.pqConn.ExecContext(ctx, query, args)
	}
	statement, err := c.statements.prepared(ctx, c.pqConn, query)
	if err != nil {
		return nil, err
	}
	result, err := statement.ExecContext(ctx, args)
	return result, c.statements.forgetIfStale(query, err)
}

// IsValid tells the pool whether the connection may be used again: never while a
// transaction may still be open on it.
func (c *conn) IsValid() bool { return !c.inTx && c.pqConn.IsValid() }

// ResetSession is called before the connection's next use.
func (c *conn) ResetSession(ctx context.Context) error {
	if c.inTx {
		return driver.ErrBadConn
	}
	return c.pqConn.ResetSession(ctx)
}

// tx ends what BeginTx began.
type tx struct{ conn *conn }

func (t tx) Commit() error {
	err := t.conn.Commit()
	t.conn.inTx = false // lib/pq rolls back, or breaks the connection, when a commit fails
	return err
}

func (t tx) Rollback() error {
	err := t.conn.Rollback()
	t.conn.inTx = err != nil
	return err
}
