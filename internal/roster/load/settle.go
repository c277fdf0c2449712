package load

import (
	"context"
	"fmt"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// The staged rows that correct a row in quarantine: id is the staged one's.
const (
	createCorrections = "CREATE TEMP TABLE stage_correction (id uuid, row_id uuid, kind text) ON COMMIT DROP"
	copyCorrections   = "COPY stage_correction (id, row_id, kind) FROM STDIN"
)

// tellsOfOthers says that the row r tells of more than itself: one that corrects a row in
// quarantine says nothing of what else there is or is not on its day.
const tellsOfOthers = "NOT EXISTS (SELECT 1 FROM stage_correction c WHERE c.id = r.id)"

// settle ends the waiting of the rows in quarantine that were corrected and are good
// now. One that is still wrong goes on waiting under its own id, as it was corrected,
// and what is wrong with it now is told of that id. Of several corrections of one row
// the first is taken; the others are rows of their own.
func (l *load) settle(ctx context.Context, tx *postgres.Tx) error {
	values := strings.NewReplacer("$1", literal(l.district.ID.String())+"::uuid", "$2", literal(l.summary.RunID.String())+"::uuid")
	for _, statement := range []string{
		`CREATE TEMP TABLE load_settling ON COMMIT DROP AS SELECT DISTINCT ON (c.row_id) c.row_id, c.id
			FROM stage_correction c JOIN quarantined_row q ON q.district_id = $1 AND q.id = c.row_id AND q.kind = c.kind
			WHERE q.replayed_by IS NULL ORDER BY c.row_id, c.id`,
		`UPDATE stage_quarantine s SET id = x.row_id FROM load_settling x WHERE s.id = x.id`,
		`UPDATE stage_issue s SET row_id = x.row_id FROM load_settling x WHERE s.row_id = x.id`,
		`UPDATE quarantined_row q SET replayed_by = $2 FROM load_settling x WHERE q.district_id = $1 AND q.id = x.row_id
			AND NOT EXISTS (SELECT 1 FROM stage_quarantine s WHERE s.id = x.row_id)`,
	} {
		if _, err := tx.SQL().ExecContext(ctx, values.Replace(statement)); err != nil {
			return fmt.Errorf("settle the rows in quarantine that were corrected: %w", err)
		}
	}
	return nil
}
