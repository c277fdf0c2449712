package reach

import (
	"context"
	"fmt"
	"strings"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
)

// Policy is ent's row policy: it narrows every query, update and delete to what
// the context's reader reaches, and refuses to create rows outside the reader's
// district. Without a reader nothing is reached.
type Policy struct{}

type narrowable interface {
	WhereP(predicates ...func(*sql.Selector))
}

// EvalQuery narrows a query.
func (Policy) EvalQuery(ctx context.Context, query ent.Query) error {
	q, ok := query.(narrowable)
	if !ok {
		return fmt.Errorf("reach: %T cannot be narrowed", query)
	}
	q.WhereP(Rows(ctx))
	return nil
}

// EvalMutation narrows an update or a delete, and checks whose row is created.
func (Policy) EvalMutation(ctx context.Context, mutation ent.Mutation) error {
	if mutation.Op().Is(ent.OpCreate) {
		return mayCreate(ctx, mutation)
	}
	m, ok := mutation.(narrowable)
	if !ok {
		return fmt.Errorf("reach: %T cannot be narrowed", mutation)
	}
	m.WhereP(Rows(ctx))
	return nil
}

// Rows gives the predicate that keeps a selector to the rows that the context's
// reader, or job, reaches.
func Rows(ctx context.Context) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if district, ok := jobOf(ctx); ok {
			s.Where(sql.EQ(s.C(districtColumn(s.TableName())), district))
			return
		}
		s.Where(sql.P(func(b *sql.Builder) {
			writer{Builder: b, reader: readerOf(ctx)}.row(s.TableName(), aliasOf(s))
		}))
	}
}

// aliasOf is how ent's selector names the rows it selects from.
func aliasOf(s *sql.Selector) string { return strings.TrimSuffix(s.C("id"), `."id"`) }

// mayCreate allows a job the rows of its district. Nobody else creates rows
// until a rule says so.
func mayCreate(ctx context.Context, mutation ent.Mutation) error {
	district, isJob := jobOf(ctx)
	if !isJob {
		return fmt.Errorf("reach: no rule lets a reader create a %s", mutation.Type())
	}
	if mutation.Type() == "District" {
		return nil // the tenant itself: the database asks that its id be the scope's
	}
	if owner, ok := mutation.Field("district_id"); !ok || owner != district {
		return fmt.Errorf("reach: a job of one district cannot create a %s of another", mutation.Type())
	}
	return nil
}
