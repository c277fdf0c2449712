package load

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// The lines that an import writes into the audit log are of nobody's doing.
const (
	auditPrincipal = "JOB"
	auditOperation = "import"
)

// makeRoomForAudit makes the audit log's partitions of the days on which the load can
// write, before it begins: their moments are the database's, whatever the load's clock.
func makeRoomForAudit(ctx context.Context, tx *postgres.Tx) error {
	_, err := tx.SQL().ExecContext(ctx, "SELECT ensure_audit_partition(current_date - 1), ensure_audit_partition(current_date + 1)")
	if err != nil {
		return fmt.Errorf("make room in the audit log: %w", err)
	}
	return nil
}

// audit writes a line for each of the rows "written" for which changed holds: what of it
// is another than it was, which the statement still sees. What an import adds has no
// before, and stands in the run's own line by its number.
func (k kind) audit(changed string) string {
	if k.unlined {
		return ""
	}
	return fmt.Sprintf(`, audited AS (
		INSERT INTO audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id, before, after)
		SELECT $1::uuid, clock_timestamp(), gen_random_uuid(), '%s', $1::uuid, '%s', '%s', w.id, d.before, d.after
		FROM written w JOIN %s o ON o.district_id = $1 AND o.id = w.id CROSS JOIN LATERAL (
			SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after
			FROM jsonb_each(to_jsonb(o)) b JOIN jsonb_each(to_jsonb(w)) a ON a.key = b.key
			WHERE b.key = 'student_id' OR b.value <> a.value AND b.key <> 'search_text') d
		WHERE %s)`, auditPrincipal, auditOperation, strings.ToUpper(k.target), k.target, changed)
}

// auditRun writes the run's own line: what it did with how many rows of which kind.
func (l *load) auditRun(ctx context.Context, tx *postgres.Tx) error {
	after := map[string]any{"source": l.source.Name}
	for _, c := range l.summary.Counts {
		if c.Created+c.Updated+c.Removed > 0 {
			after[c.Kind] = fmt.Sprintf("%d created, %d updated, %d removed", c.Created, c.Updated, c.Removed)
		}
	}
	if l.options.AllowRemovals {
		after["allowRemovals"] = true
	}
	written, err := json.Marshal(after)
	if err != nil {
		return fmt.Errorf("write the import's line in the audit log: %w", err)
	}
	_, err = tx.SQL().ExecContext(ctx, `INSERT INTO audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id, after)
		VALUES ($1::uuid, clock_timestamp(), $2::uuid, $3::text, $1::uuid, $4::text, 'IMPORT_RUN', $5::uuid, $6::jsonb)`,
		l.district.ID, newID(), auditPrincipal, auditOperation, l.summary.RunID, string(written))
	if err != nil {
		return fmt.Errorf("write the import's line in the audit log: %w", err)
	}
	return nil
}
