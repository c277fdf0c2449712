package casework

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// NewRole gives a member of staff a role.
type NewRole struct {
	StaffID  relay.ID
	Role     string
	SchoolID *relay.ID // nil: the whole district, or no school of its own
	StartsOn *relay.Date
	EndsOn   *relay.Date
	Reason   *string
}

// RoleEnd ends a role.
type RoleEnd struct {
	RoleAssignmentID relay.ID
	EndsOn           *relay.Date // nil: at once
	Reason           *string
}

// RoleChanged is what came of giving or ending a role.
type RoleChanged struct {
	RoleAssignment *record.RoleAssignment
	Problems       []*Problem
}

const (
	assignRole = "assignRole"
	endRole    = "endRole"
)

// AssignRole gives a member of the district's staff a role, from today or a later
// day. Nobody gives one to themselves. A role that reaches by school needs a school
// of the district, one that reaches the district takes none.
func AssignRole(ctx context.Context, op *operation.Operation, role NewRole) (RoleChanged, error) {
	if !op.Reader.May(access.AssignRoles) {
		return RoleChanged{}, ErrForbidden
	}
	if problems := role.check(op.Reader); problems != nil {
		return RoleChanged{Problems: problems}, nil
	}
	made, problems, err := change(ctx, op.MutateRights, func(ctx context.Context) (*record.RoleAssignment, error) { return role.write(ctx, op) })
	return RoleChanged{made, problems}, err
}

func (r NewRole) check(reader access.Reader) []*Problem {
	reach := access.RuleOf(access.Role(r.Role)).Reach
	starts := firstDay(r.StartsOn, reader)
	switch {
	case access.ID(r.StaffID.UUID) == reader.Principal.PersonID:
		return problem(Invalid, "staffId", "is yourself: ask another coordinator, or the operator")
	case reach == access.OwnSchools && r.SchoolID == nil:
		return problem(Required, "schoolId", "is missing: this role is held in a school")
	case reach == access.WholeDistrict && r.SchoolID != nil:
		return problem(Invalid, "schoolId", "does not go with a role of the whole district: leave it out")
	case starts < relay.DateOf(reader.Today):
		return problem(Invalid, "startsOn", "lies in the past: a role starts today or later")
	case r.EndsOn != nil && *r.EndsOn < starts:
		return problem(Invalid, "endsOn", "lies before the first day")
	}
	return checkReason("reason", words(r.Reason))
}

func (r NewRole) write(ctx context.Context, op *operation.Operation) (*record.RoleAssignment, error) {
	school, problems := r.school()
	if problems != nil {
		return nil, &refusal{problems}
	}
	if err := holdStaff(ctx, op, r.StaffID, "staffId"); err != nil {
		return nil, err
	}
	if err := r.checkSchool(ctx, op, school); err != nil {
		return nil, err
	}
	return r.insert(ctx, op, school)
}

func (r NewRole) school() (uuid.NullUUID, []*Problem) {
	switch {
	case r.SchoolID == nil:
		return uuid.NullUUID{}, nil
	case r.SchoolID.Prefix != relay.School:
		return uuid.NullUUID{}, noSchool()
	}
	return uuid.NullUUID{UUID: r.SchoolID.UUID, Valid: true}, nil
}

func noSchool() []*Problem { return problem(Invalid, "schoolId", "names no school of the district") }

// checkSchool refuses a school that is not the district's, and a role that the
// person holds there on one of the days.
func (r NewRole) checkSchool(ctx context.Context, op *operation.Operation, school uuid.NullUUID) error {
	st := reach.NewStatement(op.Reader).Write(`SELECT {school}::uuid IS NULL OR EXISTS (SELECT 1 FROM school c
			WHERE {schools} AND c.withdrawn_at IS NULL AND c.id = {school}::uuid),
		(SELECT r.id FROM role_assignment r WHERE {roles} AND r.staff_id = {staff}::uuid AND r.role = {role}::text
			AND r.school_id IS NOT DISTINCT FROM {school}::uuid AND r.starts_on <= coalesce({ends}::date, 'infinity')
			AND coalesce(r.ends_on, 'infinity') >= {starts}::date AND coalesce(r.ends_on, 'infinity') >= r.starts_on ORDER BY r.starts_on, r.id LIMIT 1)`, reach.Values{
		"school": school, "staff": r.StaffID.UUID, "role": r.Role, "starts": string(firstDay(r.StartsOn, op.Reader)), "ends": (*string)(r.EndsOn),
		"schools": func(st *reach.Statement) { st.Rows("school", "c") }, "roles": func(st *reach.Statement) { st.Rows("role_assignment", "r") },
	})
	known, held := false, uuid.NullUUID{}
	err := op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&known, &held) })
	switch {
	case err != nil:
		return fmt.Errorf("look for the role: %w", err)
	case !known:
		return &refusal{noSchool()}
	case !held.Valid:
		return nil
	}
	standing, err := roleByID(ctx, op, held.UUID)
	if err != nil {
		return err
	}
	return &conflict[*record.RoleAssignment]{problem(Conflict, "role", "is held there already on one of these days"), standing}
}

func (r NewRole) insert(ctx context.Context, op *operation.Operation, school uuid.NullUUID) (*record.RoleAssignment, error) {
	id := uuid.Must(uuid.NewV7())
	values := audit(op, assignRole, "ROLE_ASSIGNMENT", words(r.Reason), reach.Values{
		"id": id, "staff": r.StaffID.UUID, "role": r.Role, "school": school, "starts": string(firstDay(r.StartsOn, op.Reader)), "ends": (*string)(r.EndsOn),
		"own": func(st *reach.Statement) { st.Rows("staff", "s") },
	})
	st := reach.NewStatement(op.Reader).Write(`WITH done AS (
		INSERT INTO role_assignment AS t (district_id, id, staff_id, role, school_id, starts_on, ends_on)
		SELECT s.district_id, {id}::uuid, s.id, {role}::text, {school}::uuid, {starts}::date, {ends}::date FROM staff s WHERE {own} AND s.id = {staff}::uuid
		RETURNING t.id, NULL::jsonb AS before, to_jsonb(t.*) AS after
	), `+auditSQL+` SELECT count(*) FROM done`, values)
	if err := mustChangeOne(ctx, op, st); err != nil {
		return nil, err
	}
	return roleByID(ctx, op, id)
}

// roleByID gives a role assignment of the reader's district; errNoRole when there is
// none.
func roleByID(ctx context.Context, op *operation.Operation, id uuid.UUID) (*record.RoleAssignment, error) {
	st := reach.NewStatement(op.Reader).Text(`SELECT r.id, r.role, r.starts_on::text, r.ends_on::text, c.id, c.name, a.id, ` + record.DisplayName("a") + `
		FROM role_assignment r JOIN staff a ON a.district_id = r.district_id AND a.id = r.staff_id
		LEFT JOIN school c ON c.district_id = r.district_id AND c.id = r.school_id WHERE `)
	st.Rows("role_assignment", "r").Text(" AND r.id = ").Arg(id)
	var found *record.RoleAssignment
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		found = &record.RoleAssignment{Staff: &record.Staff{Kind: string(access.Staff)}}
		found.ID.Prefix, found.Staff.ID.Prefix = relay.RoleHeld, relay.Staff
		var school uuid.NullUUID
		var name sql.NullString
		err := rows.Scan(&found.ID.UUID, &found.Role, &found.StartsOn, &found.EndsOn, &school, &name, &found.Staff.ID.UUID, &found.Staff.DisplayName)
		if school.Valid {
			found.School = &record.SchoolName{ID: relay.NewID(relay.School, school.UUID), Name: name.String}
		}
		return err
	})
	if err == nil && found == nil {
		err = errNoRole
	}
	return found, err
}

// EndRole ends a role: on a day, which is the last one on which it holds, or at once;
// then the day before is its last one, and a role that has not begun holds on none.
// A role that is over stays as it is.
func EndRole(ctx context.Context, op *operation.Operation, end RoleEnd) (RoleChanged, error) {
	if !op.Reader.May(access.AssignRoles) {
		return RoleChanged{}, ErrForbidden
	}
	if problems := checkReason("reason", words(end.Reason)); problems != nil {
		return RoleChanged{Problems: problems}, nil
	}
	if end.EndsOn != nil && *end.EndsOn < relay.DateOf(op.Reader.Today) {
		return RoleChanged{Problems: problem(Invalid, "endsOn", "lies in the past: leave it out to end the role at once")}, nil
	}
	made, problems, err := change(ctx, op.MutateRights, func(ctx context.Context) (*record.RoleAssignment, error) { return end.write(ctx, op) })
	return RoleChanged{made, problems}, err
}

// last is the last day on which the role is to hold.
func (e RoleEnd) last(today time.Time) relay.Date {
	if e.EndsOn != nil {
		return *e.EndsOn
	}
	return relay.DateOf(today.AddDate(0, 0, -1))
}

func (e RoleEnd) write(ctx context.Context, op *operation.Operation) (*record.RoleAssignment, error) {
	if e.RoleAssignmentID.Prefix != relay.RoleHeld {
		return nil, errNoRole
	}
	last := e.last(op.Reader.Today)
	values := audit(op, endRole, "ROLE_ASSIGNMENT", words(e.Reason), reach.Values{
		"id": e.RoleAssignmentID.UUID, "last": string(last), "roles": func(st *reach.Statement) { st.Rows("role_assignment", "r") },
	})
	st := reach.NewStatement(op.Reader).Write(`WITH stands AS (
		SELECT r.* FROM role_assignment r WHERE {roles} AND r.id = {id}::uuid FOR UPDATE
	), done AS (
		UPDATE role_assignment t SET ends_on = greatest({last}::date, b.starts_on - 1) FROM stands b
		WHERE t.district_id = {district} AND t.id = b.id AND coalesce(b.ends_on, 'infinity') > greatest({last}::date, b.starts_on - 1)
		RETURNING t.id, to_jsonb(b.*) AS before, to_jsonb(t.*) AS after
	), `+auditSQL+` SELECT coalesce(b.ends_on, 'infinity') >= {today} AND coalesce(b.ends_on, 'infinity') < {last}::date FROM stands b`, values)
	found, earlier := false, false
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&earlier)
	})
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, errNoRole
	}
	standing, err := roleByID(ctx, op, e.RoleAssignmentID.UUID)
	if err == nil && earlier {
		err = &conflict[*record.RoleAssignment]{problem(Conflict, "endsOn", "is later than the day on which the role ends already"), standing}
	}
	return standing, err
}
