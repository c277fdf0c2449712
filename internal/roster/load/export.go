package load

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// ExportWaiting hands over the rows of a run that wait, as WaitingRows does, once the
// audit log has a line of who took them out. It gives ErrNoneWait when none does.
func ExportWaiting(ctx context.Context, db *postgres.DB, district District, run uuid.UUID, by access.Principal, each func(WaitingRow) error) error {
	err := db.Write(tenant.With(ctx, tenant.Scope{District: district.ID}), func(tx *postgres.Tx) error {
		return auditExport(ctx, tx, district.ID, run, by)
	})
	if err != nil {
		return err
	}
	return WaitingRows(ctx, db, district, run, each)
}

func auditExport(ctx context.Context, tx *postgres.Tx, district, run uuid.UUID, by access.Principal) error {
	if err := makeRoomForAudit(ctx, tx); err != nil {
		return err
	}
	result, err := tx.SQL().ExecContext(ctx, `INSERT INTO audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id, after)
		SELECT $1, clock_timestamp(), $2, $3, $4, 'exportQuarantine', 'IMPORT_RUN', $5, jsonb_build_object('rows', count(*))
		FROM quarantined_row q WHERE q.district_id = $1 AND q.run_id = $5 AND q.replayed_by IS NULL HAVING count(*) > 0`,
		district, newID(), string(by.Kind), uuid.UUID(by.PersonID), run)
	if err != nil {
		return fmt.Errorf("write the export's line in the audit log: %w", err)
	}
	written, err := result.RowsAffected()
	if err != nil {
		return fmt.Errorf("write the export's line in the audit log: %w", err)
	}
	if written == 0 {
		return ErrNoneWait
	}
	return nil
}
