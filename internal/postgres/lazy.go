package postgres

import (
	"context"
	"fmt"
	"sync"
)

// Lazy is a pool that is opened when it is first needed.
type Lazy struct {
	url     string
	options Options
	mu      sync.Mutex
	db      *DB
}

// NewLazy makes a pool for the connection string, and connects nowhere yet; nil for
// an empty one, whose login is not configured.
func NewLazy(url string, options Options) *Lazy {
	if url == "" {
		return nil
	}
	return &Lazy{url: url, options: options}
}

// Open gives the pool, opening it at first; when that fails the next one tries
// again.
func (l *Lazy) Open(ctx context.Context) (*DB, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.db != nil {
		return l.db, nil
	}
	db, err := Open(ctx, l.url, l.options)
	if err != nil {
		return nil, fmt.Errorf("open a login's pool: %w", err)
	}
	l.db = db
	return db, nil
}

// Close closes the pool where it was opened.
func (l *Lazy) Close() error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.db == nil {
		return nil
	}
	return l.db.Close()
}
