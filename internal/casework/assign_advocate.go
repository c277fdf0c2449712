package casework

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Assignment gives a student an adult, as somebody decides it.
type Assignment struct {
	StudentID      relay.ID
	AdvocateID     relay.ID
	Role           string
	Intensity      string
	StartsOn       *relay.Date // nil: today
	OverrideReason *string
}

// AdvocateAssignment is an assignment as it stands.
type AdvocateAssignment struct {
	ID        relay.ID
	Role      string
	Intensity string
	StartsOn  relay.Date
	EndsOn    *relay.Date
	Staff     *record.Staff
}

// Advocate is who the student was given.
func (a *AdvocateAssignment) Advocate() record.Actor { return a.Staff }

// Assigned is what came of an assignment.
type Assigned struct {
	Assignment *AdvocateAssignment
	Problems   []*Problem
}

const (
	assignAdvocate = "assignAdvocate"
	primary        = "PRIMARY"
	// fullLoad is the caseload limit of a full-time advocate. Source: Practice
	// guide, at most 20 students of intense needs, 50 to 100 of fewer.
	fullLoad = 100
)

// weights are what a student of each intensity adds to a load.
var weights = map[string]int{"INTENSIVE": 5, "STANDARD": 2, "LIGHT": 1} //nolint:mnd // the table of domain weights

// weightSQL is what the assignment g adds to a load.
var weightSQL = func() string {
	cases := make([]string, 0, len(weights))
	for _, intensity := range slices.Sorted(maps.Keys(weights)) {
		cases = append(cases, fmt.Sprintf("WHEN '%s' THEN %d", intensity, weights[intensity]))
	}
	return "CASE g.intensity " + strings.Join(cases, " ") + " END"
}()

// AssignAdvocate gives a student an advocate. A PRIMARY is at most one: the new one
// takes over from the old on its first day, in one transaction under a lock on the
// student; the advocate's load is weighed under a lock on the advocate.
func AssignAdvocate(ctx context.Context, op *operation.Operation, asked Assignment) (Assigned, error) {
	if !op.Reader.May(access.AssignAdvocates) {
		return Assigned{}, ErrForbidden
	}
	if problems := checkReason("overrideReason", words(asked.OverrideReason)); problems != nil {
		return Assigned{Problems: problems}, nil
	}
	starts := firstDay(asked.StartsOn, op.Reader)
	if starts < relay.DateOf(op.Reader.Today) {
		return Assigned{Problems: problem(Invalid, "startsOn", "lies in the past: an assignment starts today or later")}, nil
	}
	made, problems, err := change(ctx, op.Mutate, func(ctx context.Context) (*AdvocateAssignment, error) { return asked.write(ctx, op, starts) })
	return Assigned{made, problems}, err
}

func (a Assignment) write(ctx context.Context, op *operation.Operation, starts relay.Date) (*AdvocateAssignment, error) {
	held, err := holdStudent(ctx, op, a.StudentID, alone, assigners(op.Reader)...)
	switch {
	case err != nil:
		return nil, err
	case !held.within:
		return nil, ErrForbidden
	}
	a.StudentID.UUID = held.id
	made, err := a.give(ctx, op, starts)
	stands, ok := errors.AsType[*conflict[*AdvocateAssignment]](err)
	if err == nil || (ok && stands.current != nil) {
		op.Show(held.id, held.mask, access.Of(access.Directory))
	}
	return made, err
}

// give gives the student, whose row is held, the advocate, whose caseload is weighed as
// it stands once their row is held too.
func (a Assignment) give(ctx context.Context, op *operation.Operation, starts relay.Date) (*AdvocateAssignment, error) {
	if err := holdStaff(ctx, op, a.AdvocateID, "advocateId"); err != nil {
		return nil, err
	}
	if err := a.weigh(ctx, op, starts); err != nil {
		return nil, err
	}
	if a.Role == primary {
		if err := a.endPrimary(ctx, op, starts); err != nil {
			return nil, err
		}
	}
	return a.insert(ctx, op, starts)
}

// assigners gives the spans through which the reader may assign advocates.
func assigners(reader access.Reader) []access.Span { return reader.SpansOf(access.AssignAdvocates) }

// roleFor says which role of staff an assignment needs, since reach comes with it.
var roleFor = map[string]access.Role{primary: access.Advocate, "BACKUP": access.Advocate, "CASE_MANAGER": access.CaseManager}

// weigh refuses who holds no role for it, who is assigned already, and a caseload
// over the limit that nobody gives a reason for.
func (a Assignment) weigh(ctx context.Context, op *operation.Operation, starts relay.Date) error {
	st := reach.NewStatement(op.Reader)
	st.Write(`SELECT EXISTS (SELECT 1 FROM role_assignment r WHERE r.district_id = {district} AND r.staff_id = t.id AND r.role = {role}
			AND r.starts_on <= {starts}::date AND coalesce(r.ends_on, 'infinity') >= {starts}::date),
		EXISTS (SELECT 1 FROM advocate_assignment g WHERE g.district_id = {district} AND g.staff_id = t.id AND g.student_id = {student}::uuid
			AND g.role = {as} AND g.role <> 'PRIMARY' AND coalesce(g.ends_on, 'infinity') >= {starts}::date),
		(SELECT coalesce(sum(`+weightSQL+`), 0) FROM advocate_assignment g
			WHERE g.district_id = {district} AND g.staff_id = t.id AND g.role IN ('PRIMARY', 'CASE_MANAGER') AND g.student_id <> {student}::uuid
				AND coalesce(g.ends_on, 'infinity') >= {starts}::date
				AND NOT EXISTS (SELECT 1 FROM student m WHERE m.district_id = {district} AND m.id = g.student_id AND m.merged_into IS NOT NULL))
		FROM staff t WHERE `, reach.Values{"role": string(roleFor[a.Role]), "as": a.Role, "starts": string(starts), "student": a.StudentID.UUID})
	st.Rows("staff", "t").Text(" AND t.id = ").Arg(a.AdvocateID.UUID)
	holds, stands, load := false, false, 0
	if err := op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&holds, &stands, &load) }); err != nil {
		return err
	}
	load += weights[a.Intensity]
	switch {
	case !holds:
		return &refusal{problem(Invalid, "advocateId", fmt.Sprintf("holds no role %s on that day: assign the role first", roleFor[a.Role]))}
	case stands:
		return a.contradicts(ctx, op, starts, problem(Conflict, "advocateId", "is assigned to the student in that role already"))
	case a.Role != "BACKUP" && load > fullLoad && words(a.OverrideReason) == "":
		return &refusal{problem(LimitReached, "overrideReason", fmt.Sprintf(
			"is missing: the caseload would weigh %d, over the limit of %d; choose another advocate, or say why", load, fullLoad))}
	}
	return nil
}

// contradicts refuses with the assignment that stands in the way, as it is.
func (a Assignment) contradicts(ctx context.Context, op *operation.Operation, starts relay.Date, problems []*Problem) error {
	st := reach.NewStatement(op.Reader).Write(`SELECT g.id, g.role, g.intensity, g.starts_on::text, g.ends_on::text, a.id, `+record.DisplayName("a")+`
		FROM advocate_assignment g JOIN staff a ON a.district_id = g.district_id AND a.id = g.staff_id
		WHERE {reach} AND g.student_id = {student}::uuid AND g.role = {role} AND (g.role = 'PRIMARY' OR g.staff_id = {advocate}::uuid)
			AND coalesce(g.ends_on, 'infinity') >= {starts}::date ORDER BY g.starts_on DESC LIMIT 1`, reach.Values{
		"student": a.StudentID.UUID, "advocate": a.AdvocateID.UUID, "role": a.Role, "starts": string(starts),
		"reach": func(st *reach.Statement) { st.Rows("advocate_assignment", "g") },
	})
	var standing *AdvocateAssignment
	err := op.Run(ctx, st, func(rows *sql.Rows) (err error) {
		standing, err = scanAssignment(rows)
		return err
	})
	if err != nil {
		return err
	}
	return &conflict[*AdvocateAssignment]{problems, standing}
}

// scanAssignment reads an assignment and who it gives the student.
func scanAssignment(rows *sql.Rows) (*AdvocateAssignment, error) {
	made := &AdvocateAssignment{Staff: &record.Staff{Kind: string(access.Staff)}}
	made.ID.Prefix, made.Staff.ID.Prefix = relay.Assignment, relay.Staff
	return made, rows.Scan(&made.ID.UUID, &made.Role, &made.Intensity, &made.StartsOn, &made.EndsOn, &made.Staff.ID.UUID, &made.Staff.DisplayName)
}

// endPrimary ends the one who was PRIMARY, on the day before. One who would have
// started on that day or later stands in the way.
func (a Assignment) endPrimary(ctx context.Context, op *operation.Operation, starts relay.Date) error {
	st := reach.NewStatement(op.Reader)
	values := audit(op, assignAdvocate, "ADVOCATE_ASSIGNMENT", "handed over", reach.Values{
		"student": a.StudentID.UUID, "starts": string(starts),
		"reach": func(st *reach.Statement) { st.Students("s", assigners(op.Reader)) },
	})
	st.Write(`WITH before AS (
		SELECT g.* FROM advocate_assignment g JOIN student s ON s.district_id = g.district_id AND s.id = g.student_id
		WHERE {reach} AND s.id = {student}::uuid AND g.district_id = {district} AND g.role = 'PRIMARY' AND coalesce(g.ends_on, 'infinity') >= {starts}::date
	), done AS (
		UPDATE advocate_assignment t SET ends_on = {starts}::date - 1 FROM before b
		WHERE t.district_id = {district} AND t.id = b.id AND b.starts_on < {starts}::date
		RETURNING t.id, to_jsonb(b.*) AS before, to_jsonb(t.*) AS after
	), `+auditSQL+` SELECT (SELECT count(*) FROM before) - (SELECT count(*) FROM done)`, values)
	inTheWay := 0
	err := op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&inTheWay) })
	if err == nil && inTheWay > 0 {
		return a.contradicts(ctx, op, starts, problem(Conflict, "startsOn", "another primary advocate starts on that day or later: choose a later day"))
	}
	return err
}

func (a Assignment) insert(ctx context.Context, op *operation.Operation, starts relay.Date) (*AdvocateAssignment, error) {
	st := reach.NewStatement(op.Reader)
	values := audit(op, assignAdvocate, "ADVOCATE_ASSIGNMENT", words(a.OverrideReason), reach.Values{
		"id": uuid.Must(uuid.NewV7()), "student": a.StudentID.UUID, "staff": a.AdvocateID.UUID, "role": a.Role, "intensity": a.Intensity,
		"starts": string(starts), "override": words(a.OverrideReason),
		"reach": func(st *reach.Statement) { st.Students("s", assigners(op.Reader)) },
	})
	st.Write(`WITH done AS (
		INSERT INTO advocate_assignment AS t (district_id, id, student_id, staff_id, role, intensity, starts_on, override_reason)
		SELECT s.district_id, {id}::uuid, s.id, {staff}::uuid, {role}::text, {intensity}::text, {starts}::date, {override}::text
		FROM student s WHERE {reach} AND s.withdrawn_at IS NULL AND s.id = {student}::uuid
		RETURNING t.id, NULL::jsonb AS before, to_jsonb(t.*) AS after, t.role, t.intensity, t.starts_on, t.ends_on, t.staff_id
	), `+auditSQL+` SELECT done.id, done.role, done.intensity, done.starts_on::text, done.ends_on::text, a.id, `+record.DisplayName("a")+`
		FROM done JOIN staff a ON a.district_id = {district} AND a.id = done.staff_id`, values)
	var made *AdvocateAssignment
	err := op.Run(ctx, st, func(rows *sql.Rows) (err error) {
		made, err = scanAssignment(rows)
		return err
	})
	if err == nil && made == nil {
		err = ErrForbidden
	}
	return made, err
}
