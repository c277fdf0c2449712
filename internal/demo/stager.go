package demo

import (
	"context"
	"fmt"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// stager puts batches into the tables of a district. COPY refuses a table under
// row-level security, so each batch is copied into tables of the connection's own
// and inserted from there, in the scope of the transaction.
type stager struct {
	tx   *postgres.Tx
	did  *Loaded
	made [targets]bool
}

func (s *stager) put(ctx context.Context, b *batch) error {
	for to := toDistrict; to < targets; to++ {
		if len(b.rows[to]) == 0 {
			continue
		}
		if err := s.putTable(ctx, to, b.rows[to]); err != nil {
			return fmt.Errorf("put rows into %s: %w", tables[to].name, err)
		}
	}
	s.did.count(b)
	return s.forgetPlans(ctx)
}

// forgetPlans has PostgreSQL plan anew how a foreign key is looked up. It plans that
// once, when the first row is checked; in a table of a few hundred rows every index
// that begins with the district looks as good as the key, and the larger the
// district grows the longer would each look-up by the wrong one take.
func (s *stager) forgetPlans(ctx context.Context) error {
	if _, err := s.tx.SQL().ExecContext(ctx, "DISCARD PLANS"); err != nil {
		return fmt.Errorf("have the foreign keys planned anew: %w", err)
	}
	return nil
}

func (s *stager) putTable(ctx context.Context, to target, rows []row) error {
	name, columns := tables[to].name, strings.Join(tables[to].columns, ", ")
	empty := "TRUNCATE demo_" + name
	if !s.made[to] {
		empty = fmt.Sprintf("CREATE TEMP TABLE demo_%[1]s ON COMMIT DROP AS SELECT %[2]s FROM %[1]s WITH NO DATA", name, columns)
		s.made[to] = true
	}
	if _, err := s.tx.SQL().ExecContext(ctx, empty); err != nil {
		return err
	}
	if err := s.copy(ctx, fmt.Sprintf("COPY demo_%s (%s) FROM STDIN", name, columns), rows); err != nil {
		return err
	}
	_, err := s.tx.SQL().ExecContext(ctx, fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM demo_%[1]s", name, columns))
	return err
}

func (s *stager) copy(ctx context.Context, statement string, rows []row) error {
	in, err := s.tx.SQL().PrepareContext(ctx, statement)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	for _, one := range rows {
		if _, err := in.ExecContext(ctx, one...); err != nil {
			return err
		}
	}
	_, err = in.ExecContext(ctx)
	return err
}
