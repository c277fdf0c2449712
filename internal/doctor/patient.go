package doctor

import (
	"context"
	"database/sql"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/embedded"
)

// patient is the installation with what the checks have opened of it so far.
type patient struct {
	Installation

	server    *embedded.Server // joined by joinEmbedded
	superuser *postgres.DB     // the embedded server's

	// Opened by openLogins; nil: not configured, or it does not get in.
	application, owner, partner, region *postgres.DB

	current   bool // the schema is this program's, says checkSchema
	faults    []postgres.CatalogFault
	walked    bool // faults has been read
	districts []district
	asked     bool // districts has been read
}

func (p *patient) close() {
	for _, db := range []*postgres.DB{p.application, p.owner, p.partner, p.region, p.superuser} {
		if db != nil {
			_ = db.Close()
		}
	}
	if p.server != nil {
		_ = p.server.Close()
	}
}

// open opens a pool that is only as large as one check needs.
func (p *patient) open(ctx context.Context, url string, pooler bool) (*postgres.DB, error) {
	return postgres.Open(ctx, url, postgres.Options{MaxConnections: 2, TransactionPooler: pooler})
}

// someone is a login that gets in: the application's, as it is the one that serves.
func (p *patient) someone() *postgres.DB {
	for _, db := range []*postgres.DB{p.application, p.owner} {
		if db != nil {
			return db
		}
	}
	return nil
}

// unmade is why a check is not made; it names all of them in one line.
type unmade struct{ why, remedy string }

var (
	notOurs    = &unmade{}
	noServer   = &unmade{"there is no server", "mend the embedded server first"}
	noDatabase = &unmade{"no login gets in", "mend what is above first"}
	noSchema   = &unmade{"the schema is not this program's", "mend the schema first"}
	noApp      = &unmade{"the application's login does not get in", "mend the logins first"}
	noOwner    = &unmade{"it needs the owner's login", "give --database-owner-url, or mend the logins first"}
)

// missing gives why a check with this need is not made; nil: it is.
func (p *patient) missing(n need) *unmade {
	switch {
	case n == nothing:
		return nil
	case n == embeddedOnly && !p.Embedded:
		return notOurs
	case n == embeddedOnly && p.superuser == nil:
		return noServer
	case n == embeddedOnly:
		return nil
	case p.someone() == nil:
		return noDatabase
	case n == anyLogin:
		return nil
	case !p.current:
		return noSchema
	case (n == appLogin || n == bothLogins) && p.application == nil:
		return noApp
	case (n == ownerLogin || n == bothLogins) && p.owner == nil:
		return noOwner
	}
	return nil
}

// row reads one row in a READ ONLY transaction of its own.
func row(ctx context.Context, db *postgres.DB, into []any, query string, args ...any) error {
	return db.Read(ctx, func(tx *postgres.Tx) error {
		return tx.SQL().QueryRowContext(ctx, query, args...).Scan(into...)
	})
}

// rows reads the rows of a query in a READ ONLY transaction of its own.
func rows[T any](ctx context.Context, db *postgres.DB, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	var all []T
	err := db.Read(ctx, func(tx *postgres.Tx) error {
		found, err := tx.SQL().QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer func() { _ = found.Close() }()
		for found.Next() {
			var one T
			if err := scan(found, &one); err != nil {
				return err
			}
			all = append(all, one)
		}
		return found.Err()
	})
	return all, err
}

// words reads the one column of a query's rows.
func words(ctx context.Context, db *postgres.DB, query string, args ...any) ([]string, error) {
	return rows(ctx, db, func(r *sql.Rows, word *string) error { return r.Scan(word) }, query, args...)
}
