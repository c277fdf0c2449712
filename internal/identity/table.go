package identity

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// tableTime bounds a read of the table.
const tableTime = tableFresh

// readTable gives the issuers of the table that have not been withdrawn.
func readTable(ctx context.Context, db *postgres.DB) ([]Issuer, error) {
	ctx, cancel := context.WithTimeout(ctx, tableTime)
	defer cancel()
	var raw []byte
	err := db.QueryOne(ctx, `SELECT coalesce(jsonb_agg(jsonb_build_object('url', i.url, 'audience', i.audience,
		'district', i.district_id)), '[]') FROM issuer i WHERE i.withdrawn_at IS NULL`, nil, &raw)
	if err != nil {
		return nil, fmt.Errorf("read the table of issuers: %w", err)
	}
	var rows []struct {
		URL      string        `json:"url"`
		Audience string        `json:"audience"`
		District uuid.NullUUID `json:"district"`
	}
	if err := json.Unmarshal(raw, &rows); err != nil {
		return nil, fmt.Errorf("read the table of issuers: %w", err)
	}
	issuers := make([]Issuer, len(rows))
	for i, row := range rows {
		issuers[i] = Issuer{URL: row.URL, Audience: row.Audience, District: row.District.UUID}
	}
	return issuers, nil
}
