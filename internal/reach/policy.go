package reach

import (
	"context"
	"fmt"
	"strings"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
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

// EvalMutation keeps a job to the rows of its district. Nobody else changes rows
// through ent: a reader's change is a Statement that says which class is written.
func (Policy) EvalMutation(ctx context.Context, mutation ent.Mutation) error {
	district, isJob := jobOf(ctx)
	creates := mutation.Op().Is(ent.OpCreate)
	switch {
	case !isJob && creates:
		return fmt.Errorf("reach: no rule lets a reader create a %s", mutation.Type())
	case !isJob:
		return fmt.Errorf("reach: no rule lets a reader change a %s", mutation.Type())
	case creates:
		return mayCreate(district, mutation)
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
		table, alias := s.TableName(), aliasOf(s) // before ent gives the selector another name
		s.Where(sql.P(func(b *sql.Builder) {
			writer{Builder: b, reader: readerOf(ctx), own: &numbers{}}.row(table, alias)
		}))
	}
}

// aliasOf is how ent's selector names the rows it selects from.
func aliasOf(s *sql.Selector) string { return strings.TrimSuffix(s.C("id"), `."id"`) }

// mayCreate allows a job the rows of its district, and the district itself.
func mayCreate(district uuid.UUID, mutation ent.Mutation) error {
	owner, said := mutation.Field("district_id")
	if tenant, ok := mutation.(interface{ ID() (uuid.UUID, bool) }); ok && mutation.Type() == "District" {
		owner, said = tenant.ID()
	}
	if !said || owner != district {
		return fmt.Errorf("reach: a job of one district cannot create a %s of another", mutation.Type())
	}
	return nil
}
