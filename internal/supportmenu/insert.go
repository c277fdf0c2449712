package supportmenu

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// row is a row of a district's menu.
type row struct {
	Entry

	ID uuid.UUID `json:"id"`
}

// Rows gives the menu as the rows of a new district's table, a list in JSON. A statement
// that makes a district reads them as insertSQL does, and so does create_district.
func Rows() (string, error) {
	rows := make([]row, len(entries))
	for i, entry := range entries {
		rows[i] = row{entry, uuid.Must(uuid.NewV7())}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return "", fmt.Errorf("write the support menu: %w", err)
	}
	return string(text), nil
}

const insertSQL = `INSERT INTO support_menu_entry (district_id, id, local_id, title, domain, intensity, scope, provider, dosage, evidence, source)
	SELECT $1, e.* FROM jsonb_to_recordset($2::jsonb)
		e (id uuid, code text, title text, domain text, intensity text, scope text, provider text, dosage text, evidence text, source text)
	ON CONFLICT (district_id, local_id) DO NOTHING`

// Insert gives the district the menu, in a transaction in its scope. An entry whose
// code the district has already is left as it is, whatever became of it.
func Insert(ctx context.Context, tx *postgres.Tx, district uuid.UUID) error {
	rows, err := Rows()
	if err != nil {
		return err
	}
	if _, err := tx.SQL().ExecContext(ctx, insertSQL, district, rows); err != nil {
		return fmt.Errorf("give the district its support menu: %w", err)
	}
	return nil
}
