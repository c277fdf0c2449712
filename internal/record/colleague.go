package record

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Colleague is a member of the reader's district's staff, with what they may see
// today.
type Colleague struct {
	Staff
	Reader access.Reader
}

var colleagueSQL = `SELECT ` + DisplayName("t") + `, t.engagement, t.agreement_signed_on, (
	SELECT coalesce(json_agg(json_build_object('role', r.role, 'schoolId', r.school_id, 'startsOn', r.starts_on, 'endsOn', r.ends_on)), '[]')
	FROM role_assignment r WHERE r.district_id = {district} AND r.staff_id = t.id)`

// ColleagueByID gives a member of the staff of the reader's district; nil when
// there is none of that id.
func ColleagueByID(ctx context.Context, op *operation.Operation, id relay.ID) (*Colleague, error) {
	if id.Prefix != relay.Staff {
		return nil, nil //nolint:nilnil // another kind of object is nobody
	}
	st := reach.NewStatement(op.Reader).Write(colleagueSQL, nil)
	st.Text(" FROM staff t WHERE ").Rows("staff", "t").Text(" AND t.withdrawn_at IS NULL AND t.id = ").Arg(id.UUID)
	var found *Colleague
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		principal := access.Principal{
			Kind: access.Staff, PersonID: access.ID(id.UUID), DistrictID: op.Reader.Principal.DistrictID, Policy: op.Reader.Principal.Policy,
		}
		found = &Colleague{Staff: Staff{ID: id, Kind: string(access.Staff)}}
		var signed sql.NullTime
		var raw []byte
		if err := rows.Scan(&found.DisplayName, &principal.Engagement, &signed, &raw); err != nil {
			return err
		}
		principal.AgreementSignedOn = signed.Time
		roles, err := rolesOf(raw)
		principal.Roles = roles
		found.Reader = access.NewReader(principal, op.Reader.Today)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the colleague: %w", err)
	}
	return found, nil
}

// rolesOf reads role assignments as the database assembled them.
func rolesOf(raw []byte) ([]access.RoleAssignment, error) {
	var held []struct {
		Role     access.Role
		SchoolID uuid.UUID
		StartsOn relay.Date
		EndsOn   relay.Date
	}
	if err := fromJSON(raw, &held); err != nil {
		return nil, err
	}
	roles := make([]access.RoleAssignment, len(held))
	for i, one := range held {
		starts, err := time.Parse(time.DateOnly, string(one.StartsOn))
		if err != nil {
			return nil, fmt.Errorf("read the first day of a role: %w", err)
		}
		roles[i] = access.RoleAssignment{Role: one.Role, SchoolID: access.ID(one.SchoolID), StartsOn: starts}
		if one.EndsOn == "" {
			continue
		}
		if roles[i].EndsOn, err = time.Parse(time.DateOnly, string(one.EndsOn)); err != nil {
			return nil, fmt.Errorf("read the last day of a role: %w", err)
		}
	}
	return roles, nil
}

// SightOf gives what a reader of the same district sees of the student; nothing
// when the student is out of their reach.
func SightOf(ctx context.Context, op *operation.Operation, reader access.Reader, student uuid.UUID) (reach.Mask, error) {
	st := reach.NewStatement(reader).Text("SELECT ").Mask("s").Text(" FROM student s WHERE ").Rows("student", "s")
	st.Text(" AND s.withdrawn_at IS NULL AND s.id = ").Arg(student)
	var mask reach.Mask
	err := op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&mask) })
	if err != nil {
		return 0, fmt.Errorf("weigh what a colleague sees: %w", err)
	}
	return mask, nil
}
