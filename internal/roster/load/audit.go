package load

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// Author is who asked for a load, as the audit log names them, and what they asked for.
type Author struct {
	Principal access.Principal
	Operation string
	Reason    string
	Said      map[string]any // beside the counts, in the run's own line
}

// author is whom the lines name that the load writes into the audit log: what an import
// does by itself is of nobody's doing.
func (l *load) author() Author {
	if l.options.By != nil {
		return *l.options.By
	}
	return Author{Principal: access.Principal{Kind: "JOB", PersonID: access.ID(l.district.ID)}, Operation: "import"}
}

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
		SELECT $1::uuid, clock_timestamp(), gen_random_uuid(), %s, %s::uuid, %s, '%s', w.id, d.before, d.after
		FROM written w JOIN %s o ON o.district_id = $1 AND o.id = w.id CROSS JOIN LATERAL (
			SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after
			FROM jsonb_each(to_jsonb(o)) b JOIN jsonb_each(to_jsonb(w)) a ON a.key = b.key
			WHERE b.key = 'student_id' OR b.value <> a.value AND b.key <> 'search_text') d
		WHERE %s)`, literal(string(k.author.Principal.Kind)), literal(uuid.UUID(k.author.Principal.PersonID).String()), literal(k.author.Operation),
		strings.ToUpper(k.target), k.target, changed)
}

// auditRun writes the run's own line: what it did with how many rows of which kind.
func (l *load) auditRun(ctx context.Context, tx *postgres.Tx) error {
	by := l.author()
	after := map[string]any{"source": l.source.Name}
	maps.Copy(after, by.Said)
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
	_, err = tx.SQL().ExecContext(ctx, `INSERT INTO audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id, after, reason)
		VALUES ($1::uuid, clock_timestamp(), $2::uuid, $3::text, $4::uuid, $5::text, 'IMPORT_RUN', $6::uuid, $7::jsonb, $8::text)`,
		l.district.ID, newID(), string(by.Principal.Kind), uuid.UUID(by.Principal.PersonID), by.Operation, l.summary.RunID, string(written), by.Reason)
	if err != nil {
		return fmt.Errorf("write the import's line in the audit log: %w", err)
	}
	return nil
}
