package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"strconv"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// statementCache keeps a connection's prepared statements, the latest used first
// to stay: lib/pq alone plans every parameterized query anew.
type statementCache struct {
	limit int
	kept  map[statementKey]*keptStatement
	uses  uint64
	gone  []string // names that the server still knows
}

// statementKey is a text and how it is run: by the driver, which binds its
// arguments, or by a name, in one message with what goes before it.
type statementKey struct {
	text  string
	named bool
}

type keptStatement struct {
	preparedStatement // of the driver; nil: it has a name

	name    string
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
	return &statementCache{limit: limit, kept: make(map[statementKey]*keptStatement)}
}

// prepared gives the driver's statement of the text, preparing it at first.
func (c *statementCache) prepared(ctx context.Context, conn pqConn, text string) (preparedStatement, error) {
	statement, err := c.keep(statementKey{text: text}, func() (*keptStatement, error) {
		raw, err := conn.PrepareContext(ctx, text)
		if err != nil {
			return nil, err
		}
		statement, ok := raw.(preparedStatement)
		if !ok {
			return nil, errors.New("the driver's statement lacks a method that Holdfast needs")
		}
		return &keptStatement{preparedStatement: statement}, nil
	})
	if err != nil {
		return nil, err
	}
	return statement, nil
}

// named gives the name that EXECUTE knows the text by, preparing it at first. No
// transaction may be under way then: a failure would end it.
func (c *statementCache) named(ctx context.Context, conn pqConn, text string) (string, error) {
	statement, err := c.keep(statementKey{text, true}, func() (*keptStatement, error) {
		if err := c.forgetGone(ctx, conn); err != nil {
			return nil, err
		}
		name := "holdfast_" + strconv.FormatUint(c.uses, 10)
		if _, err := conn.ExecContext(ctx, "PREPARE "+name+" AS "+text, nil); err != nil {
			return nil, err
		}
		return &keptStatement{name: name}, nil
	})
	if err != nil {
		return "", err
	}
	return statement.name, nil
}

func (c *statementCache) keep(key statementKey, prepare func() (*keptStatement, error)) (*keptStatement, error) {
	c.uses++
	if kept, ok := c.kept[key]; ok {
		kept.lastUse = c.uses
		return kept, nil
	}
	if len(c.kept) >= c.limit {
		c.dropOldest()
	}
	statement, err := prepare()
	if err != nil {
		return nil, err
	}
	statement.lastUse = c.uses
	c.kept[key] = statement
	return statement, nil
}

func (c *statementCache) dropOldest() {
	var oldest statementKey
	for key, kept := range c.kept {
		if oldest.text == "" || kept.lastUse < c.kept[oldest].lastUse {
			oldest = key
		}
	}
	c.drop(oldest)
}

// drop lets a statement go. A failure shows at the connection's next use; a name is
// given up when no transaction is under way.
func (c *statementCache) drop(key statementKey) {
	statement := c.kept[key]
	if statement == nil {
		return
	}
	delete(c.kept, key)
	if statement.preparedStatement != nil {
		_ = statement.Close()
		return
	}
	c.gone = append(c.gone, statement.name)
}

func (c *statementCache) forgetGone(ctx context.Context, conn pqConn) error {
	for _, name := range c.gone {
		if _, err := conn.ExecContext(ctx, "DEALLOCATE "+name, nil); err != nil {
			return err
		}
	}
	c.gone = nil
	return nil
}

// isStale tells whether a statement may no longer hold as it was prepared, since
// the schema changed under it. Any complaint about the statement itself counts:
// preparing it again is cheap.
func isStale(err error) bool {
	refused, ok := errors.AsType[*pq.Error](err)
	return ok && (refused.Code == pqerror.FeatureNotSupported || refused.Code == pqerror.InvalidSQLStatementName || refused.Code.Class() == syntaxOrAccess)
}

// syntaxOrAccess is PostgreSQL's class of errors about a statement itself.
const syntaxOrAccess = "42"
