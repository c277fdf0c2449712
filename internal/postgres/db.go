package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
)

// Options are how a pool behaves; the zero value is right for a server.
type Options struct {
	// MaxConnections bounds the pool; 0 is 16.
	MaxConnections int
	// TransactionPooler says that a pooler such as PgBouncer hands out
	// connections by transaction, so statements cannot be kept.
	TransactionPooler bool
	// GenericPlans has PostgreSQL plan a kept statement once, whatever its arguments,
	// instead of weighing a plan for each of them anew.
	GenericPlans bool
	// Observe is told of each statement's text (never its arguments), transaction
	// control aside; nil: nobody is told.
	Observe func(ctx context.Context, statement string)
}

const (
	defaultConnections = 16
	keptStatements     = 256
	connectionLifetime = time.Hour
)

func (o Options) statementCache() int {
	if o.TransactionPooler {
		return 0
	}
	return keptStatements
}

func (o Options) observe(ctx context.Context, statement string) {
	if o.Observe != nil {
		o.Observe(ctx, statement)
	}
}

// DB is a pool of connections under one login.
type DB struct {
	pool       *sql.DB
	auditMonth atomic.Int64 // the month whose partitions are known to stand
	pooled     bool         // a transaction pooler stands between
}

// Open makes a pool for the connection string and checks that the server answers.
func Open(ctx context.Context, url string, options Options) (*DB, error) {
	base, err := pq.NewConnector(url)
	if err != nil {
		return nil, fmt.Errorf("the database URL cannot be read: %w", err)
	}
	pool := sql.OpenDB(connector{Connector: base, options: options})
	limit := options.MaxConnections
	if limit == 0 {
		limit = defaultConnections
	}
	pool.SetMaxOpenConns(limit)
	pool.SetMaxIdleConns(limit)
	pool.SetConnMaxLifetime(connectionLifetime)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("the database does not answer: %w", err)
	}
	return &DB{pool: pool, pooled: options.TransactionPooler}, nil
}

// Close closes the pool.
func (db *DB) Close() error { return db.pool.Close() }

// Ping tells whether the server answers.
func (db *DB) Ping(ctx context.Context) error { return db.pool.PingContext(ctx) }

// Pool gives the pool itself, for goose and for tests; its transactions carry the
// scope too.
func (db *DB) Pool() *sql.DB { return db.pool }

// EnsureAuditMonth makes sure that the audit log has partitions around the day. It
// asks the database once a month.
func (db *DB) EnsureAuditMonth(ctx context.Context, day time.Time) error {
	month := int64(day.Year())*12 + int64(day.Month()) //nolint:mnd // months of a year
	if db.auditMonth.Load() == month {
		return nil
	}
	if err := db.EnsureLogMonths(ctx, day); err != nil {
		return err
	}
	db.auditMonth.Store(month)
	return nil
}

// EnsureLogMonths makes sure that the audit log and the access log have partitions
// around the day and for the month after it.
func (db *DB) EnsureLogMonths(ctx context.Context, day time.Time) error {
	_, err := db.pool.ExecContext(ctx, `SELECT ensure_audit_partition($1::date - 1), ensure_audit_partition($1::date + 1),
		ensure_audit_partition((date_trunc('month', $1::date) + interval '1 month')::date)`, day)
	if err != nil {
		return fmt.Errorf("make room in the logs: %w", err)
	}
	return nil
}

// QueryOne runs one statement that needs no scope, and scans its one row. Behind a
// transaction pooler it takes a transaction, so that its parts reach one server.
func (db *DB) QueryOne(ctx context.Context, query string, args []any, into ...any) error {
	if db.pooled {
		return db.Read(ctx, func(tx *Tx) error { return tx.tx.QueryRowContext(ctx, query, args...).Scan(into...) })
	}
	return db.pool.QueryRowContext(ctx, query, args...).Scan(into...)
}

// Tx is a transaction in the scope of the context it was begun with.
type Tx struct {
	tx    *sql.Tx
	ended func() error // of the context that it was begun with
}

// SQL gives the transaction to those few that run statements themselves: reach,
// the imports and the set-based recomputes. A linter rule names them.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// Read runs the function in one snapshot: a REPEATABLE READ READ ONLY transaction
// on one connection, in the context's scope.
func (db *DB) Read(ctx context.Context, do func(*Tx) error) error {
	return db.in(ctx, &sql.TxOptions{ReadOnly: true}, do)
}

// Write runs the function in one READ COMMITTED transaction in the context's
// scope, and commits when it returns no error. On an error, a panic, or the
// context's end nothing is kept.
func (db *DB) Write(ctx context.Context, do func(*Tx) error) error {
	return db.in(ctx, nil, do)
}

func (db *DB) in(ctx context.Context, options *sql.TxOptions, do func(*Tx) error) error {
	tx, err := db.Begin(ctx, options)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return tx.cause(err)
	}
	return tx.Commit()
}

// Begin begins a transaction in the context's scope, for those who cannot put
// what they do into one function. Rollback must follow.
func (db *DB) Begin(ctx context.Context, options *sql.TxOptions) (*Tx, error) {
	tx, err := db.pool.BeginTx(ctx, options)
	if err != nil {
		return nil, err
	}
	return &Tx{tx, ctx.Err}, nil
}

// Commit keeps what was done.
func (t *Tx) Commit() error {
	if err := t.tx.Commit(); err != nil {
		return t.cause(fmt.Errorf("commit: %w", err))
	}
	return nil
}

// cause adds to an error that the transaction's context had ended: what the driver
// says of a connection that was taken from it is then no news.
func (t *Tx) cause(err error) error {
	if ended := t.ended(); ended != nil {
		return fmt.Errorf("%w: %w", ended, err)
	}
	return err
}

// Rollback drops what was done; after Commit it does nothing.
func (t *Tx) Rollback() { _ = t.tx.Rollback() }
