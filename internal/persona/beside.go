package persona

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// home is where people work who are not on a district's staff, and how they are made.
type home struct {
	find  string // the institution by its code
	make  string // the person: institution, id, code, name
	link  string // their identity: issuer, subject, institution, id
	scope func(uuid.UUID) tenant.Scope
	name  string
}

var besides = map[Home]home{
	InRegion: {
		find:  `SELECT id FROM region WHERE local_id = $1`,
		make:  `INSERT INTO regional_analyst (region_id, id, local_id, display_name) VALUES ($1, $2, $3, $4)`,
		link:  `INSERT INTO identity (issuer, subject, kind, region_id, person_id) VALUES ($1, $2, 'REGIONAL', $3, $4)`,
		scope: func(id uuid.UUID) tenant.Scope { return tenant.Scope{Region: id} },
		name:  "Persona Analyst",
	},
	InAgency: {
		find:  `SELECT id FROM agency WHERE local_id = $1`,
		make:  `INSERT INTO agency_staff (agency_id, id, local_id, display_name) VALUES ($1, $2, $3, $4)`,
		link:  `INSERT INTO identity (issuer, subject, kind, agency_id, person_id) VALUES ($1, $2, 'PARTNER', $3, $4)`,
		scope: func(id uuid.UUID) tenant.Scope { return tenant.Scope{Agency: id} },
		name:  "Persona Partner",
	},
}

// EnsureBeside makes the persona of somebody at a region or an agency, whose code is
// given, and their identity where they are missing, and gives the subject of their
// tokens. It takes a pool under the owner's login.
func (p Persona) EnsureBeside(ctx context.Context, owner *postgres.DB, code string) (string, error) {
	at, subject := besides[p.Beside], p.Kind+":"+code
	if code == "" {
		return "", fmt.Errorf("%w %s: --%s is missing: name the %s's code", ErrAsked, p.Kind, p.Beside, p.Beside)
	}
	var id uuid.UUID
	err := owner.QueryOne(ctx, at.find, []any{code}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("%w %s: no %s has the code %s: make it with holdfast admin %s create", ErrAsked, p.Kind, p.Beside, code, p.Beside)
	}
	if err != nil {
		return "", fmt.Errorf("find the %s: %w", p.Beside, err)
	}
	ctx = tenant.With(ctx, at.scope(id))
	err = owner.Write(ctx, func(tx *postgres.Tx) error { return at.ensure(ctx, tx, id, subject) })
	if err != nil {
		return "", fmt.Errorf("make the persona of the %s: %w", p.Beside, err)
	}
	return subject, nil
}

func (h home) ensure(ctx context.Context, tx *postgres.Tx, institution uuid.UUID, subject string) error {
	var known bool
	err := tx.SQL().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM identity WHERE issuer = $1 AND subject = $2)`,
		identity.DevIssuerName, subject).Scan(&known)
	if err != nil || known {
		return err
	}
	person := uuid.Must(uuid.NewV7())
	if _, err := tx.SQL().ExecContext(ctx, h.make, institution, person, "persona:"+subject, h.name); err != nil {
		return err
	}
	_, err = tx.SQL().ExecContext(ctx, h.link, identity.DevIssuerName, subject, institution, person)
	return err
}
