package operation

import (
	"context"
	"database/sql"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// As gives the part of the operation that reads as another reader: from the same
// snapshot, and into the same list of what was not shown. It ends with the whole.
func (o *Operation) As(reader access.Reader) *Operation {
	return &Operation{Reader: reader, Options: Options{Cursors: o.Cursors}, of: o.root()}
}

// root is the whole operation.
func (o *Operation) root() *Operation {
	if o.of != nil {
		return o.of
	}
	return o
}

// Record writes a line of the audit log beside the operation's snapshot, and commits
// it before it returns: what it tells of comes after. The statement gives how many
// lines it wrote. It takes a connection of its own, so it comes before the first
// read where it can.
func (o *Operation) Record(ctx context.Context, line *reach.Statement) (lines int, err error) {
	if err := o.mayShow(); err != nil {
		return 0, err
	}
	if err := o.db.EnsureAuditMonth(ctx, o.Reader.Today); err != nil {
		return 0, err
	}
	o.mu.Lock() // the proof is asked by one transaction
	defer o.mu.Unlock()
	tx, err := o.db.Begin(postgres.WithProof(ctx, o.Proof), nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if err := line.Run(ctx, tx, func(rows *sql.Rows) error { return rows.Scan(&lines) }); err != nil {
		return 0, err
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	o.Witness.Changed(uuid.UUID(o.Reader.Principal.DistrictID))
	return lines, nil
}
