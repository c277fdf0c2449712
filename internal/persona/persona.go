// Package persona makes up people for development: a role at work in a district,
// with a staff record, a role assignment and a name that the development issuer
// signs.
package persona

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/ent/school"
	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/store"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// Persona is somebody made up for development: a role at work.
type Persona struct {
	Kind     string // as on the command line
	Role     access.Role
	BySchool bool
	Operator bool
	Beside   Home // where somebody works who is not on a district's staff; empty: they are
}

// Home is what sort of institution somebody works for.
type Home string

// The homes of those who are not on a district's staff.
const (
	InRegion Home = "region"
	InAgency Home = "agency"
)

// ErrAsked is a persona that cannot be made as asked.
var ErrAsked = errors.New("the persona")

// All lists the personas that there are.
func All() []Persona {
	return []Persona{
		{Kind: "coordinator", Role: access.DistrictCoordinator},
		{Kind: "steward", Role: access.DataSteward},
		{Kind: "school-leader", Role: access.SchoolLeader, BySchool: true},
		{Kind: "registrar", Role: access.Registrar, BySchool: true},
		{Kind: "facilitator", Role: access.Facilitator, BySchool: true},
		{Kind: "counselor", Role: access.Counselor, BySchool: true},
		{Kind: "teacher", Role: access.Teacher, BySchool: true},
		{Kind: "advocate", Role: access.Advocate, BySchool: true},
		{Kind: "case-manager", Role: access.CaseManager, BySchool: true},
		{Kind: "mentor", Role: access.Mentor},
		{Kind: "regional", Beside: InRegion},
		{Kind: "partner", Beside: InAgency},
		{Kind: "operator", Operator: true},
	}
}

// Find gives the persona of that kind.
func Find(kind string) (Persona, error) {
	var kinds []string
	for _, persona := range All() {
		if persona.Kind == kind {
			return persona, nil
		}
		kinds = append(kinds, persona.Kind)
	}
	return Persona{}, fmt.Errorf("%w %q is not one that there is: use one of %s", ErrAsked, kind, strings.Join(kinds, ", "))
}

// Ensure makes the persona's identity, staff record and role where they are
// missing, and gives the subject of its tokens. It takes a pool under the owner's
// login.
func (p Persona) Ensure(ctx context.Context, owner *postgres.DB, district uuid.UUID, districtCode, schoolCode string, today time.Time) (string, error) {
	if p.Operator {
		return p.ensureOperator(ctx, owner)
	}
	if p.BySchool != (schoolCode != "") {
		return "", fmt.Errorf("%w %s: --school is for those who work in one school, and needed for them", ErrAsked, p.Kind)
	}
	subject := strings.TrimSuffix(strings.Join([]string{p.Kind, districtCode, schoolCode}, ":"), ":")
	ctx = reach.AsJob(tenant.With(ctx, tenant.Scope{District: district}), district)
	err := owner.Write(ctx, func(tx *postgres.Tx) error { return p.ensureStaff(ctx, tx, district, subject, schoolCode, today) })
	return subject, err
}

func (p Persona) ensureStaff(ctx context.Context, tx *postgres.Tx, district uuid.UUID, subject, schoolCode string, today time.Time) error {
	client := store.Client(tx)
	var schoolID *uuid.UUID
	if schoolCode != "" {
		id, err := client.School.Query().Where(school.LocalID(schoolCode)).OnlyID(ctx)
		if err != nil {
			return fmt.Errorf("%w %s: the district has no school with the code %s", ErrAsked, p.Kind, schoolCode)
		}
		schoolID = &id
	}
	staffID, stands, err := p.standIn(ctx, tx, district, schoolID, today)
	if err != nil {
		return err
	}
	var known bool
	err = tx.SQL().QueryRowContext(ctx, `WITH made AS (INSERT INTO identity (issuer, subject, kind, district_id, person_id)
		SELECT $1, $2, 'STAFF', $3, $4 WHERE NOT EXISTS (SELECT 1 FROM identity WHERE issuer = $1 AND subject = $2) RETURNING 1)
		SELECT NOT EXISTS (SELECT 1 FROM made)`, identity.DevIssuerName, subject, district, staffID).Scan(&known)
	if err != nil || known || stands {
		return err
	}
	words := strings.Fields(strings.ReplaceAll(p.Kind, "-", " "))
	err = client.Staff.Create().SetID(staffID).SetDistrictID(district).SetLocalID("persona:" + subject).
		SetFirstName("Persona").SetLastName(titled(words)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("make the persona's staff record: %w", err)
	}
	err = client.RoleAssignment.Create().SetDistrictID(district).SetStaffID(staffID).SetRole(string(p.Role)).
		SetNillableSchoolID(schoolID).SetStartsOn(today).Exec(ctx)
	if err != nil {
		return fmt.Errorf("give the persona its role: %w", err)
	}
	return nil
}

// standIn gives a made-up person of the demo who holds the role already and is
// nobody's persona, the one with the most students first; else a new id, and stands
// is false.
func (p Persona) standIn(
	ctx context.Context, tx *postgres.Tx, district uuid.UUID, school *uuid.UUID, today time.Time,
) (id uuid.UUID, stands bool, err error) {
	err = tx.SQL().QueryRowContext(ctx, `SELECT s.id FROM staff s
		JOIN role_assignment r ON r.district_id = s.district_id AND r.staff_id = s.id
		WHERE s.district_id = $1 AND r.district_id = $1 AND s.local_id LIKE 'demo-%' AND s.withdrawn_at IS NULL AND r.role = $2
			AND r.school_id IS NOT DISTINCT FROM $3 AND r.starts_on <= $4 AND coalesce(r.ends_on, 'infinity') >= $4
			AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.district_id = $1 AND i.person_id = s.id)
		ORDER BY (SELECT count(*) FROM advocate_assignment a WHERE a.district_id = $1 AND a.staff_id = s.id) DESC, s.local_id LIMIT 1`,
		district, string(p.Role), school, today).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return uuid.Must(uuid.NewV7()), false, nil
	}
	return id, err == nil, err
}

func (p Persona) ensureOperator(ctx context.Context, owner *postgres.DB) (string, error) {
	err := owner.Write(ctx, func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, `WITH known AS (SELECT 1 FROM identity WHERE issuer = $1 AND subject = $2),
			made AS (INSERT INTO operator (id, display_name) SELECT $3, 'Persona Operator' WHERE NOT EXISTS (SELECT 1 FROM known) RETURNING id)
			INSERT INTO identity (issuer, subject, kind, person_id) SELECT $1, $2, 'OPERATOR', id FROM made`,
			identity.DevIssuerName, p.Kind, uuid.Must(uuid.NewV7()))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make the operator: %w", err)
	}
	return p.Kind, nil
}

func titled(words []string) string {
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, " ")
}

// ErrNone is a list of nobody.
var ErrNone = errors.New("there are no personas yet: make one with holdfast token --persona coordinator --district CODE")

// Existing lists the subjects of the personas that exist, by name.
func Existing(ctx context.Context, owner *postgres.DB) ([]string, error) {
	rows, err := owner.Pool().QueryContext(ctx, `SELECT subject FROM identity WHERE issuer = $1`, identity.DevIssuerName)
	if err != nil {
		return nil, fmt.Errorf("list the personas: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var subjects []string
	for rows.Next() {
		var subject string
		if err := rows.Scan(&subject); err != nil {
			return nil, fmt.Errorf("list the personas: %w", err)
		}
		subjects = append(subjects, subject)
	}
	slices.Sort(subjects)
	return subjects, rows.Err()
}
