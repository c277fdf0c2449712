// Package operation is one request's view of the data: who reads, the one
// snapshot that everything is read from, and the list of what was not shown.
package operation

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// Options are what an operation is begun with.
type Options struct {
	Name    string          // by which it is written down
	Single  bool            // it asks for one thing at its root
	Witness Witness         // writes down what is shown; nil: nothing is read
	Cursors relay.Sealer    // of the pages
	Proof   *postgres.Proof // goes with the first transaction; nil: it was just read who asks
	// OnRights is told that the operation changed what somebody may do; nil: nobody is.
	OnRights func()
}

// Operation is one request under way. Its methods may be called from several
// goroutines; reads then wait for each other, since a connection serves one.
type Operation struct {
	Options

	Reader access.Reader

	db       *postgres.DB
	mu       sync.Mutex
	snapshot *postgres.Tx
	ended    bool
	redacted redactions
	of       *Operation // the one that this is a part of, as another reader; nil: it is whole
	shown    shown
}

// New begins an operation; nothing is read yet, and no connection taken. End must
// follow.
func New(db *postgres.DB, reader access.Reader, options Options) *Operation {
	return &Operation{db: db, Reader: reader, Options: options}
}

// Prove makes sure that the reader is as it was when the operation began; it gives
// postgres.ErrNoLonger where it is not, and the answer must not leave. It asks only
// if no transaction has asked.
func (o *Operation) Prove(ctx context.Context) error {
	if o.Proof == nil {
		return nil
	}
	return o.Proof.Ask(ctx, o.db)
}

var errEnded = errors.New("operation: it has ended")

// Read runs one read in the operation's snapshot, which the first read opens. The
// context must carry the tenant's scope.
func (o *Operation) Read(ctx context.Context, do func(context.Context, *postgres.Tx) error) error {
	return o.read(ctx, false, do)
}

func (o *Operation) read(ctx context.Context, alone bool, do func(context.Context, *postgres.Tx) error) error {
	if o.of != nil {
		return o.of.Read(ctx, func(ctx context.Context, tx *postgres.Tx) error { return do(reach.WithReader(ctx, o.Reader), tx) })
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return errEnded
	}
	alone = alone && o.Single && o.snapshot == nil
	if err := o.open(ctx); err != nil {
		return err
	}
	if alone {
		defer o.release()
		ctx = postgres.Only(ctx)
	}
	return do(reach.WithReader(ctx, o.Reader), o.snapshot)
}

// open takes the snapshot, where there is none yet.
func (o *Operation) open(ctx context.Context) error {
	if o.snapshot != nil {
		return nil
	}
	if err := o.mayShow(); err != nil {
		return err
	}
	snapshot, err := o.db.Begin(postgres.WithProof(ctx, o.Proof), &sql.TxOptions{ReadOnly: true})
	if err == nil {
		o.snapshot = snapshot
	}
	return err
}

// Mutate runs one change, with the reads of its answer, in one READ COMMITTED
// transaction: what it reads meanwhile through Read and Run, it reads in it. It
// commits when do returns no error.
func (o *Operation) Mutate(ctx context.Context, do func(context.Context) error) error {
	if err := o.mayShow(); err != nil {
		return err
	}
	// A change of no district has no line in a district's audit log.
	if scope, _ := tenant.Of(ctx); scope.District != uuid.Nil {
		if err := o.db.EnsureAuditMonth(ctx, o.Reader.Today); err != nil {
			return err
		}
	}
	tx, err := o.db.Begin(postgres.WithProof(ctx, o.Proof), nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	before, err := o.swap(tx)
	if err != nil {
		return err
	}
	defer func() { _, _ = o.swap(before) }()
	if err := do(reach.WithReader(ctx, o.Reader)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	o.Witness.Changed(uuid.UUID(o.Reader.Principal.DistrictID))
	return nil
}

// MutateRights runs a change of what somebody may do.
func (o *Operation) MutateRights(ctx context.Context, do func(context.Context) error) error {
	err := o.Mutate(ctx, do)
	if o.OnRights != nil {
		o.OnRights() // after an error too: whether it was committed may not be known
	}
	return err
}

// swap puts another transaction in the snapshot's place.
func (o *Operation) swap(tx *postgres.Tx) (*postgres.Tx, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return nil, errEnded
	}
	before := o.snapshot
	o.snapshot = tx
	return before, nil
}

// Run runs a hand-written read in the operation's snapshot.
func (o *Operation) Run(ctx context.Context, statement *reach.Statement, scan func(*sql.Rows) error) error {
	return o.Read(ctx, func(ctx context.Context, tx *postgres.Tx) error { return statement.Run(ctx, tx, scan) })
}

// RunAlone runs a read that needs no other beside it in one snapshot. Where it is the
// first of an operation that asks for one thing, it has a snapshot of its own, which
// begins and ends with it in one message.
func (o *Operation) RunAlone(ctx context.Context, statement *reach.Statement, scan func(*sql.Rows) error) error {
	return o.read(ctx, true, func(ctx context.Context, tx *postgres.Tx) error { return statement.Run(ctx, tx, scan) })
}

// End lets the snapshot go.
func (o *Operation) End() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
	o.release()
}

func (o *Operation) release() {
	if o.snapshot != nil {
		o.snapshot.Rollback()
		o.snapshot = nil
	}
}

type key struct{}

// With gives a context that carries the operation.
func With(ctx context.Context, o *Operation) context.Context {
	return context.WithValue(ctx, key{}, o)
}

// Of gives the context's operation; nil when there is none.
func Of(ctx context.Context) *Operation {
	o, _ := ctx.Value(key{}).(*Operation)
	return o
}
