package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// District is whose logs they are.
type District struct {
	ID   uuid.UUID
	Code string
}

// Districts lists all districts, by code.
func Districts(ctx context.Context, db *postgres.DB) ([]District, error) {
	var all []District
	err := db.Read(ctx, func(tx *postgres.Tx) error {
		rows, err := tx.SQL().QueryContext(ctx, "SELECT id, code FROM list_districts()")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var one District
			if err := rows.Scan(&one.ID, &one.Code); err != nil {
				return err
			}
			all = append(all, one)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list the districts: %w", err)
	}
	return all, nil
}
