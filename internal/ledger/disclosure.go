package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// Basis is what allows a disclosure.
type Basis string

// The bases. Source: 34 CFR 99.30 (consent) and 99.31 (the exceptions).
const (
	Consent        Basis = "CONSENT"         // 99.30
	SchoolOfficial Basis = "SCHOOL_OFFICIAL" // 99.31(a)(1)
	ChildWelfare   Basis = "CHILD_WELFARE"   // 20 U.S.C. 1232g(b)(1)(L)
	Emergency      Basis = "EMERGENCY"       // 99.31(a)(10), 99.36
	Study          Basis = "STUDY"           // 99.31(a)(6)
	Audit          Basis = "AUDIT"           // 99.31(a)(3)
	LegalOrder     Basis = "LEGAL_ORDER"     // 99.31(a)(9)
)

// Disclosure is something of a student's record that leaves the district. Source of
// what is written down: 34 CFR 99.32.
type Disclosure struct {
	StudentID          uuid.UUID
	Party              string // who receives it
	Interest           string // the party's legitimate interest
	Basis              Basis
	ConsentID          *uuid.UUID // of the basis CONSENT; nil for the others
	Classes            access.Classes
	Items              []string // the fields, by name
	Purpose            string
	RedisclosureNotice string
	By                 access.Principal
}

// ErrDisclosure is a disclosure that says too little to be written down.
var ErrDisclosure = errors.New("a disclosure names its student, party, interest, basis (a consent with its id), classes, purpose and who discloses")

func (d Disclosure) check() error {
	byConsent := d.Basis == Consent
	switch {
	case d.StudentID == uuid.Nil, d.Party == "", d.Interest == "", d.Basis == "", d.Purpose == "", d.Classes == 0,
		byConsent != (d.ConsentID != nil), d.By.Kind == "", d.By.PersonID == access.ID{}, d.By.DistrictID == access.ID{}:
		return ErrDisclosure
	}
	return nil
}

// Disclose writes down a disclosure, in the transaction that discloses: no record, no
// disclosure. The transaction's scope must be the district of who discloses, and the
// student of it. It gives the record's id.
func Disclose(ctx context.Context, tx *postgres.Tx, d Disclosure) (uuid.UUID, error) {
	if err := d.check(); err != nil {
		return uuid.Nil, err
	}
	id := uuid.Must(uuid.NewV7())
	_, err := tx.SQL().ExecContext(ctx, `INSERT INTO disclosure (district_id, at, id, student_id, party, interest, basis, consent_id, data_classes, items,
			purpose, redisclosure_notice, principal_kind, principal_id)
		VALUES ($1, clock_timestamp(), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		uuid.UUID(d.By.DistrictID), id, d.StudentID, d.Party, d.Interest, string(d.Basis), d.ConsentID, pq.Array(classNames(d.Classes)),
		pq.Array(append([]string{}, d.Items...)), d.Purpose, d.RedisclosureNotice, string(d.By.Kind), uuid.UUID(d.By.PersonID))
	if err != nil {
		return uuid.Nil, fmt.Errorf("write down the disclosure: %w", err)
	}
	return id, nil
}

// discloseAtOnce is how many records one statement writes.
const discloseAtOnce = 5_000

// DiscloseAll writes down a disclosure of many students at once, a record each, as
// Disclose does of one. A consent is one student's, so none can be its basis.
func DiscloseAll(ctx context.Context, tx *postgres.Tx, d Disclosure, students []uuid.UUID) error {
	if d.Basis == Consent {
		return ErrDisclosure
	}
	for batch := range slices.Chunk(students, discloseAtOnce) {
		d.StudentID = batch[0]
		if err := d.check(); err != nil {
			return err
		}
		ids := make([]uuid.UUID, len(batch))
		for i := range ids {
			ids[i] = uuid.Must(uuid.NewV7())
		}
		_, err := tx.SQL().ExecContext(ctx, `INSERT INTO disclosure (district_id, at, id, student_id, party, interest, basis, data_classes, items,
				purpose, redisclosure_notice, principal_kind, principal_id)
			SELECT $1, clock_timestamp(), one.id, one.student_id, $4, $5, $6, $7, $8, $9, $10, $11, $12
			FROM unnest($2::uuid[], $3::uuid[]) one (id, student_id)`,
			uuid.UUID(d.By.DistrictID), pq.Array(ids), pq.Array(batch), d.Party, d.Interest, string(d.Basis), pq.Array(classNames(d.Classes)),
			pq.Array(append([]string{}, d.Items...)), d.Purpose, d.RedisclosureNotice, string(d.By.Kind), uuid.UUID(d.By.PersonID))
		if err != nil {
			return fmt.Errorf("write down the disclosures: %w", err)
		}
	}
	return nil
}
