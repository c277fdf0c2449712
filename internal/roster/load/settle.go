package load

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// The staged rows that correct a row in quarantine: id is the staged one's.
const (
	createCorrections = "CREATE TEMP TABLE stage_correction (id uuid, row_id uuid, kind text) ON COMMIT DROP"
	copyCorrections   = "COPY stage_correction (id, row_id, kind) FROM STDIN"
)

// tellsOfOthers says that the row r tells of more than itself: one that corrects a row in
// quarantine says nothing of what else there is or is not on its day.
const tellsOfOthers = "NOT EXISTS (SELECT 1 FROM stage_correction c WHERE c.id = r.id)"

// What follows finds, in load_settling, the rows in quarantine (row_id) that the load
// looked at anew, and as which staged row (id). $1 is the district, $2 the run.

// byCorrection finds those that a row corrects. Of several corrections of one row the
// first is taken; the others are rows of their own.
const byCorrection = `INSERT INTO load_settling SELECT DISTINCT ON (c.row_id) c.row_id, c.id, false
	FROM stage_correction c JOIN quarantined_row q ON q.district_id = $1 AND q.id = c.row_id AND q.kind = c.kind
	WHERE q.replayed_by IS NULL ORDER BY c.row_id, c.id`

// keptBackAgain finds those that the source has again word for word, and that are still
// wrong: a nightly export does not pile them up.
const keptBackAgain = `INSERT INTO load_settling SELECT q.id, s.id, true
	FROM (SELECT s.id, s.kind, s.content, row_number() OVER (PARTITION BY s.kind, s.content ORDER BY s.file, s.line, s.id) AS place
		FROM stage_quarantine s WHERE NOT EXISTS (SELECT 1 FROM load_settling x WHERE x.id = s.id)) s
	JOIN (SELECT q.id, q.kind, q.content, row_number() OVER (PARTITION BY q.kind, q.content ORDER BY q.id) AS place
		FROM quarantined_row q WHERE q.district_id = $1 AND q.replayed_by IS NULL AND NOT EXISTS (SELECT 1 FROM load_settling x WHERE x.row_id = q.id)) q
	USING (kind, content, place) WHERE s.content <> '{}'`

// goodNow finds those of a kind that the source has again word for word, and that are
// good by now: the map was mended, or the student came.
func goodNow(k kind) string {
	whose, known := whoseRow(k.form)
	if !known {
		return ""
	}
	return fmt.Sprintf(`WITH waiting AS MATERIALIZED (
			SELECT q.id, q.content FROM quarantined_row q WHERE q.district_id = $1 AND q.kind = %s AND q.replayed_by IS NULL
		), near AS MATERIALIZED (
			SELECT r.* FROM %s r WHERE %s AND r.%s IN (SELECT w.content ->> %s FROM waiting w)
		)
		INSERT INTO load_settling SELECT DISTINCT w.id, NULL::uuid, false FROM near r JOIN waiting w ON w.content = %s`,
		literal(k.name), k.resolvedTable(), good, whose.Column, literal(whose.Name), contentSQL(k.form))
}

// whoseRow gives the field that narrows down which rows can be the same.
func whoseRow(f form.Form) (form.Field, bool) {
	for _, column := range []string{"student_code", "local_id", "person_code", "staff_code"} {
		if at := slices.IndexFunc(f.Fields, func(field form.Field) bool { return field.Column == column }); at >= 0 {
			return f.Fields[at], true
		}
	}
	return form.Field{}, false
}

// What is done about them: one that is still wrong goes on waiting under its own id, as
// it was corrected, or as a row of this run where the source has it again; what is wrong
// with it now is told of that id. One that is good waits no longer.
var settled = []string{
	`UPDATE stage_quarantine s SET id = x.row_id FROM load_settling x WHERE s.id = x.id`,
	`UPDATE stage_issue s SET row_id = x.row_id FROM load_settling x WHERE s.row_id = x.id`,
	`UPDATE quarantined_row q SET run_id = $2, file = s.file, line = s.line FROM load_settling x JOIN stage_quarantine s ON s.id = x.row_id
		WHERE q.district_id = $1 AND q.id = x.row_id AND x.again`,
	`UPDATE quarantined_row q SET replayed_by = $2 FROM load_settling x WHERE q.district_id = $1 AND q.id = x.row_id
		AND NOT EXISTS (SELECT 1 FROM stage_quarantine s WHERE s.id = x.row_id)`,
}

// settle ends the waiting of the rows in quarantine that are good now.
func (l *load) settle(ctx context.Context, tx *postgres.Tx) error {
	waiting, err := l.kindsWaiting(ctx, tx)
	if err != nil || len(waiting) == 0 {
		return err
	}
	statements := []string{"CREATE TEMP TABLE load_settling (row_id uuid, id uuid, again boolean) ON COMMIT DROP", byCorrection, keptBackAgain}
	for i, k := range l.stage.kinds {
		if l.stage.staged[i] > 0 && slices.Contains(waiting, k.name) {
			statements = append(statements, goodNow(k))
		}
	}
	values := strings.NewReplacer("$1", literal(l.district.ID.String())+"::uuid", "$2", literal(l.summary.RunID.String())+"::uuid")
	for _, statement := range append(statements, settled...) {
		if _, err := tx.SQL().ExecContext(ctx, values.Replace(statement)); err != nil {
			return fmt.Errorf("settle the rows in quarantine that were looked at anew: %w", err)
		}
	}
	return nil
}

// kindsWaiting gives the kinds of the rows that wait.
func (l *load) kindsWaiting(ctx context.Context, tx *postgres.Tx) ([]string, error) {
	rows, err := tx.SQL().QueryContext(ctx, `SELECT DISTINCT q.kind FROM quarantined_row q WHERE q.district_id = $1 AND q.replayed_by IS NULL`, l.district.ID)
	if err != nil {
		return nil, fmt.Errorf("look for rows in quarantine: %w", err)
	}
	return scanAll(rows, func(kind *string) []any { return []any{kind} })
}
