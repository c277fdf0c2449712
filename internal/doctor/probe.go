package doctor

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

const seenRemedy = "stop serving: one district may read another's students; mend the walls named above, then find out what was read meanwhile"

// probeWithoutScope asks each table of a district whether the application sees any
// row of it in a transaction that has no scope.
func probeWithoutScope(ctx context.Context, p *patient) ([]Finding, error) {
	var questions []string
	for _, table := range slices.Sorted(maps.Keys(postgres.TableScopes())) {
		if postgres.TableScopes()[table] == postgres.OfDistrict {
			questions = append(questions, "SELECT '"+table+"' WHERE EXISTS (SELECT FROM public."+table+")")
		}
	}
	seen, err := words(ctx, p.application, strings.Join(questions, " UNION ALL "))
	if err != nil {
		return nil, err
	}
	if len(seen) > 0 {
		return []Finding{fail("without a scope the application sees rows of "+few(seen), seenRemedy)}, nil
	}
	return []Finding{ok("without a scope the application sees no row of any district")}, nil
}

// probeWithScope asks in the scope of a district whether the application sees a
// student of another.
func probeWithScope(ctx context.Context, p *patient) ([]Finding, error) {
	all, err := p.allDistricts(ctx)
	if err != nil || len(all) == 0 {
		return []Finding{ok("there is no district yet")}, err
	}
	one := all[rand.IntN(len(all))] //nolint:gosec // any will do
	var seen bool
	scoped := tenant.With(ctx, tenant.Scope{District: one.id})
	if err := row(scoped, p.application, []any{&seen}, "SELECT EXISTS (SELECT FROM public.student WHERE district_id <> $1)", one.id); err != nil {
		return nil, err
	}
	if seen {
		return []Finding{fail("in the scope of the district "+one.code+" the application sees students of another", seenRemedy)}, nil
	}
	return []Finding{ok("in the scope of the district " + one.code + " the application sees no student of another")}, nil
}
