package load

import (
	"context"
	"fmt"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// Gap is a code of the source that a map of the district's policy lacks, and how many
// rows were kept back for it.
type Gap struct {
	Map  string // such as "exit codes"
	Code string
	Rows int64
}

// inNoMap is how the problem of a code begins that a map of the district lacks; the
// map's name follows.
const inNoMap = "is not in the district's map of "

// mostGaps bounds what a summary lists.
const mostGaps = 100

// listGaps puts the codes that the maps lack into the summary.
func (l *load) listGaps(ctx context.Context, tx *postgres.Tx) error {
	rows, err := tx.SQL().QueryContext(ctx, `SELECT substr(i.problem, length($1) + 1), i.value, count(*) FROM stage_issue i
		WHERE i.outcome = $2 AND starts_with(i.problem, $1) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT $3`, inNoMap, quarantined, mostGaps)
	if err == nil {
		l.summary.Gaps, err = scanAll(rows, func(g *Gap) []any { return []any{&g.Map, &g.Code, &g.Rows} })
	}
	if err != nil {
		return fmt.Errorf("list the codes that the district's maps lack: %w", err)
	}
	return nil
}
