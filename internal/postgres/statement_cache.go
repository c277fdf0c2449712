package postgres

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// statementCache keeps a connection's prepared statements, the latest used first
// to stay: lib/pq alone plans every parameterized query anew.
type statementCache struct {
	limit  int
	byText map[string]*keptStatement
	uses   uint64
}

type keptStatement struct {
	preparedStatement
	lastUse uint64
}

type preparedStatement interface {
	driver.Stmt
	driver.StmtQueryContext
	driver.StmtExecContext
}

// newStatementCache gives a cache for that many statements, or nil for none.
func newStatementCache(limit int) *statementCache {
	if limit <= 0 {
		return nil
	}
	return &statementCache{limit: limit, byText: make(map[string]*keptStatement)}
}

// prepared gives the kept statement of the text, preparing it at first.
func (c *statementCache) prepared(ctx context.Context, conn driver.ConnPrepareContext, text string) (preparedStatement, error) {
	c.uses++
	if kept, ok := c.byText[text]; ok {
		kept.lastUse = c.uses
		return kept, nil
	}
	raw, err := conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	statement, ok := raw.(preparedStatement)
	if !ok {
		return nil, errors.New("the driver's statement lacks a method that Holdfast needs")
	}
	if len(c.byText) >= c.limit {
		c.dropOldest()
	}
	c.byText[text] = &keptStatement{preparedStatement: statement, lastUse: c.uses}
	return statement, nil
}

func (c *statementCache) dropOldest() {
	oldest := ""
	for text, kept := range c.byText {
		if oldest == "" || kept.lastUse < c.byText[oldest].lastUse {
			oldest = text
		}
	}
	_ = c.byText[oldest].Close() // a failure shows at the connection's next use
	delete(c.byText, oldest)
}

// forgetIfStale drops a statement that may no longer hold as it was prepared, since
// the schema changed under it, and passes the error on. Any complaint about the
// statement itself counts: preparing it again is cheap.
func (c *statementCache) forgetIfStale(text string, err error) error {
	if err == nil {
		return nil
	}
	refused, ok := errors.AsType[*pq.Error](err)
	if !ok {
		return err
	}
	stale := refused.Code == pqerror.FeatureNotSupported || refused.Code == pqerror.InvalidSQLStatementName || refused.Code.Class() == syntaxOrAccess
	if kept := c.byText[text]; kept != nil && stale {
		_ = kept.Close() // a failure shows at the connection's next use
		delete(c.byText, text)
	}
	return err
}

// syntaxOrAccess is PostgreSQL's class of errors about a statement itself.
const syntaxOrAccess = "42"
