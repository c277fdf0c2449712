package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"
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
	var keeper socketKeeper
	dialing := *c.Connector
	dialing.Dialer(&keeper)
	raw, err := dialing.Connect(ctx)
	keeper.kept = true
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
	return &conn{pqConn: full, socket: &keeper, options: c.options, statements: newStatementCache(c.options.statementCache())}, nil
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
	socket     *socketKeeper
	options    Options
	statements *statementCache
	inTx       bool
	unsent     string // what begins the transaction, until its first statement takes it along
	copying    bool   // a COPY is under way
	over       bool   // the transaction ended with its only statement
	proof      *Proof // to be asked for when the transaction begins; nil: none
}

// BeginTx begins the transaction and sets its scope, in one message with the first
// statement that can take it along. SET LOCAL ends with the transaction, so
// nothing is left for the connection's next user. Without a scope in the context
// the setting is emptied: such a transaction sees no row of any district.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	mode := "READ COMMITTED READ WRITE"
	if opts.ReadOnly {
		mode = "REPEATABLE READ READ ONLY"
	}
	c.inTx = true // until the server says otherwise: a half-begun connection is never reused
	proof, err := proofOf(ctx)
	if err != nil {
		return nil, err
	}
	c.proof = proof
	c.over = false
	c.unsent = "BEGIN ISOLATION LEVEL " + mode + scopeSettings(ctx)
	return tx{c}, nil
}

// begin sends what begins the transaction, where that was not done yet.
func (c *conn) begin(ctx context.Context) error {
	if c.over {
		return errOver
	}
	if c.unsent == "" {
		return nil
	}
	message, err := c.beginning(ctx)
	if err != nil {
		return err
	}
	if c.proof == nil || c.statements == nil {
		_, err = c.pqConn.ExecContext(ctx, message, nil)
	}
	if err == nil && c.proof != nil {
		err = c.prove(ctx, message)
	}
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	return nil
}

// beginning gives the message that begins the transaction, with the question of its
// proof where statements are kept. It is given once.
func (c *conn) beginning(ctx context.Context) (string, error) {
	message := c.unsent
	if c.proof != nil {
		c.options.observe(ctx, c.proof.Statement)
	}
	if c.proof != nil && c.statements != nil {
		name, err := c.statements.named(ctx, c.pqConn, c.proof.Statement)
		if err != nil {
			return "", err
		}
		message += "; EXECUTE " + name + " (" + c.proof.literals() + ")"
	}
	c.unsent = ""
	return message, nil
}

// prove asks for the proof: by the message that begins the transaction, or after it.
func (c *conn) prove(ctx context.Context, message string) error {
	arguments := []driver.NamedValue(nil)
	if c.statements == nil {
		message, arguments = c.proof.Statement, c.proof.named()
	}
	rows, err := c.pqConn.QueryContext(ctx, message, arguments)
	if err != nil {
		return c.forgetIfStale(statementKey{}, err)
	}
	defer func() { _ = rows.Close() }()
	return c.proof.read(rows)
}

// scopeSettings sets the district always, and a region or an agency where the scope
// has one: few requests do, and each setting takes its time. The values are UUIDs
// that this program wrote out itself, or empty, so they can stand in the
// statement's text.
func scopeSettings(ctx context.Context) string {
	scope, _ := tenant.Of(ctx)
	text := setting("district", scope.District)
	if scope.Region != uuid.Nil {
		text += setting("region", scope.Region)
	}
	if scope.Agency != uuid.Nil {
		text += setting("agency", scope.Agency)
	}
	return text
}

func setting(whose string, id uuid.UUID) string {
	value := ""
	if id != uuid.Nil {
		value = id.String()
	}
	return "; SET LOCAL holdfast." + whose + "_id = '" + value + "'"
}

// QueryContext runs a query, through a kept statement when it has arguments. The
// first of a transaction takes along what begins it, if its arguments can be
// written out.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.statements != nil && c.unsent != "" {
		if written, ok := writeOut(args); ok {
			return c.beginWith(ctx, query, written)
		}
	}
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	c.options.observe(ctx, query)
	if len(args) == 0 || c.statements == nil {
		return c.pqConn.QueryContext(ctx, query, args)
	}
	statement, err := c.statements.prepared(ctx, c.pqConn, query)
	if err != nil {
		return nil, err
	}
	rows, err := statement.QueryContext(ctx, args)
	return rows, c.forgetIfStale(statementKey{text: query}, err)
}

// beginWith begins the transaction and runs its first query, in one message: the
// server takes the statements of a message one after the other.
func (c *conn) beginWith(ctx context.Context, query, arguments string) (driver.Rows, error) {
	name, err := c.statements.named(ctx, c.pqConn, query)
	if err != nil {
		return nil, err
	}
	message, err := c.beginning(ctx)
	if err != nil {
		return nil, err
	}
	c.options.observe(ctx, query)
	message += "; EXECUTE " + name + " (" + arguments + ")"
	if isOnly(ctx) {
		message += "; COMMIT"
	}
	rows, err := c.pqConn.QueryContext(ctx, message, nil)
	if err == nil && c.proof != nil {
		if err = c.afterProof(rows); err != nil {
			c.over = rows.Close() == nil && isOnly(ctx)
		}
	}
	if err != nil {
		return nil, c.forgetIfStale(statementKey{query, true}, err)
	}
	if isOnly(ctx) {
		return &onlyRows{rows, c}, nil
	}
	return rows, nil
}

// afterProof weighs the proof's answer, and goes on to the rows that follow it.
func (c *conn) afterProof(rows driver.Rows) error {
	if err := c.proof.read(rows); err != nil {
		return err
	}
	switch err := rows.Next(nil); {
	case err == nil:
		return errors.New("a proof gave more than one row")
	case !errors.Is(err, io.EOF):
		return err
	}
	several, ok := rows.(driver.RowsNextResultSet)
	if !ok {
		return errors.New("the driver's rows lack a method that Holdfast needs")
	}
	return several.NextResultSet()
}

// ExecContext runs a statement, through a kept one when it has arguments.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	c.options.observe(ctx, query)
	if len(args) == 0 || c.statements == nil {
		return c.pqConn.ExecContext(ctx, query, args)
	}
	statement, err := c.statements.prepared(ctx, c.pqConn, query)
	if err != nil {
		return nil, err
	}
	result, err := statement.ExecContext(ctx, args)
	return result, c.forgetIfStale(statementKey{text: query}, err)
}

// PrepareContext prepares a statement of the caller's own. While a COPY is under way
// a goroutine of the driver's reads the connection, so that nothing else may.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	statement, err := c.pqConn.PrepareContext(ctx, query)
	if err != nil || !strings.EqualFold(query[:min(len(query), len(copyWord))], copyWord) {
		return statement, err
	}
	c.copying = true
	return copyStatement{statement, c}, nil
}

const copyWord = "copy "

// copyStatement is a COPY under way, until it is closed.
type copyStatement struct {
	driver.Stmt

	conn *conn
}

// Close ends the COPY.
func (s copyStatement) Close() error {
	err := s.Stmt.Close()
	s.conn.copying = false
	return err
}

// forgetIfStale drops a statement that may no longer hold, and passes the error on.
func (c *conn) forgetIfStale(key statementKey, err error) error {
	if c.statements != nil && isStale(err) {
		if c.proof != nil {
			c.statements.drop(statementKey{c.proof.Statement, true})
		}
		c.statements.drop(key)
	}
	return err
}

// IsValid tells the pool whether the connection may be used again: never while a
// transaction may still be open on it.
func (c *conn) IsValid() bool { return !c.inTx && c.pqConn.IsValid() }

// ResetSession is called before the connection's next use.
func (c *conn) ResetSession(ctx context.Context) error {
	if c.inTx || c.socket.hungUp() {
		return driver.ErrBadConn
	}
	return c.pqConn.ResetSession(ctx)
}

// tx ends what BeginTx began.
type tx struct{ conn *conn }

func (t tx) Commit() error {
	if t.conn.neverBegan() || t.conn.isOver() {
		return nil
	}
	err := t.conn.Commit()
	t.conn.inTx = false // lib/pq rolls back, or breaks the connection, when a commit fails
	return err
}

func (t tx) Rollback() error {
	if t.conn.neverBegan() || t.conn.isOver() {
		return nil
	}
	if t.conn.copying {
		return driver.ErrBadConn // the connection ends, and with it the transaction
	}
	err := t.conn.Rollback()
	t.conn.inTx = err != nil
	return err
}

// neverBegan ends a transaction that the server was not told of: nothing was asked
// in it.
func (c *conn) neverBegan() bool {
	if c.unsent == "" {
		return false
	}
	c.unsent, c.inTx = "", false
	return true
}
