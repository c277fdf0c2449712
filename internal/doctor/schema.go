package doctor

import (
	"context"
	"errors"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

func checkSchema(ctx context.Context, p *patient) ([]Finding, error) {
	err := postgres.CheckSchema(ctx, p.someone())
	if err == nil {
		p.current = true
		return []Finding{ok("it is at this program's migration")}, nil
	}
	if !errors.Is(err, postgres.ErrSchema) {
		return nil, err
	}
	found := strings.TrimPrefix(err.Error(), postgres.ErrSchema.Error()+": ")
	pending, err := p.pending(ctx)
	if err != nil {
		return nil, err
	}
	if len(pending) > 0 {
		found += "; pending: " + strings.Join(pending, ", ")
	}
	return []Finding{fail(found, "make a backup, then do as it says")}, nil
}

// pending names the migrations that are missing. goose would make its table in a
// database that has none, and takes a lock that lasts for the session, so it is
// asked only where the table is, and past a pooler.
func (p *patient) pending(ctx context.Context) ([]string, error) {
	if p.owner == nil {
		return nil, nil
	}
	var there bool
	if err := row(ctx, p.owner, []any{&there}, "SELECT to_regclass('public.goose_db_version') IS NOT NULL"); err != nil || !there {
		return nil, err
	}
	steps, err := postgres.MigrationStatus(ctx, p.owner)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, step := range steps {
		if !step.Applied {
			names = append(names, step.Name)
		}
	}
	return names, nil
}
