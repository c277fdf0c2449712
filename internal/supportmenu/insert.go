package supportmenu

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

const insertSQL = `INSERT INTO support_menu_entry (district_id, id, local_id, title, domain, intensity, scope, provider, dosage, evidence, source)
	SELECT $1, e.* FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[]) e
	ON CONFLICT (district_id, local_id) DO NOTHING`

// Insert gives the district the menu, in a transaction in its scope. An entry whose
// code the district has already is left as it is, whatever became of it.
func Insert(ctx context.Context, tx *postgres.Tx, district uuid.UUID) error {
	ids := make([]uuid.UUID, len(entries))
	columns := make([]pq.StringArray, len(entries[0].texts()))
	for i, entry := range entries {
		ids[i] = uuid.Must(uuid.NewV7())
		for column, text := range entry.texts() {
			columns[column] = append(columns[column], text)
		}
	}
	args := []any{district, pq.Array(ids)}
	for _, column := range columns {
		args = append(args, column)
	}
	if _, err := tx.SQL().ExecContext(ctx, insertSQL, args...); err != nil {
		return fmt.Errorf("give the district its support menu: %w", err)
	}
	return nil
}

// texts are the entry's values in the order of the statement's columns.
func (e Entry) texts() []string {
	return []string{e.Code, e.Title, e.Domain, e.Intensity, e.Scope, e.Provider, e.Dosage, e.Evidence, e.Source}
}
