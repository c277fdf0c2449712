package earlywarning

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/policy"
)

// request is a request for support that the report raises for a student.
type request struct {
	student uuid.UUID
	reasons []string
}

// reasons is why support is asked for, by what was found.
var reasons = map[Domain]string{
	Attendance: "ATTENDANCE", Truancy: "ATTENDANCE", Tardiness: "ATTENDANCE", Behavior: "DISCIPLINE", CoursePerformance: "COURSE_PERFORMANCE",
	Assessments: "COURSE_PERFORMANCE", Overage: "OVERAGE",
}

func reasonFor(finding Finding) string {
	if finding.Rule == policy.CreditsBehind {
		return "UNDER_CREDIT"
	}
	return reasons[Domain(finding.Domain)]
}

// requestFor is the request that the report raises for a student who is off track
// today: none for years that are over, nor under the policy's level.
func (y *Year) requestFor(student uuid.UUID, j Judgement) (request, bool) {
	if y.indicators.RequestAt == "" || y.Today > y.Ends || y.Today < y.Starts || levelPlace(j.Level) < levelPlace(Level(y.indicators.RequestAt)) {
		return request{}, false
	}
	var found []string
	for _, finding := range j.Findings {
		if reason := reasonFor(finding); reason != "" && !slices.Contains(found, reason) {
			found = append(found, reason)
		}
	}
	return request{student, found}, len(found) > 0
}

// raiseSQL raises requests, once a school year and student, whatever became of the
// first one, and none for students who have an advocate: the team knows of them.
const raiseSQL = `INSERT INTO support_request (district_id, id, student_id, origin, reasons, school_year, raised_on)
	SELECT $1, u.id, u.student_id, 'EARLY_WARNING', string_to_array(u.reasons, ','), $2::integer, $3
	FROM unnest($4::uuid[], $5::uuid[], $6::text[]) u (id, student_id, reasons)
	WHERE NOT EXISTS (SELECT 1 FROM support_request r WHERE r.district_id = $1 AND r.student_id = u.student_id AND r.origin = 'EARLY_WARNING'
			AND r.circumstance IS NULL AND (r.school_year = $2 OR r.status IN ('NEW', 'TRIAGED')))
		AND NOT EXISTS (SELECT 1 FROM advocate_assignment a WHERE a.district_id = $1 AND a.student_id = u.student_id AND a.role = 'PRIMARY'
			AND $3::date BETWEEN a.starts_on AND coalesce(a.ends_on, 'infinity'))
	ON CONFLICT DO NOTHING`

func (w writer) raise(ctx context.Context, y *Year, wanted []request) (int64, error) {
	if len(wanted) == 0 {
		return 0, nil
	}
	var ids, students []uuid.UUID
	var why []string
	for _, one := range wanted {
		ids, students, why = append(ids, newID()), append(students, one.student), append(why, strings.Join(one.reasons, ","))
	}
	done, err := w.tx.SQL().ExecContext(ctx, raiseSQL, w.district, w.year, y.Today.String(), pq.Array(ids), pq.Array(students), pq.Array(why))
	if err != nil {
		return 0, fmt.Errorf("raise requests for support: %w", err)
	}
	return done.RowsAffected()
}

// circumstancesSQL raises a request of the circumstance's own class for each student
// of the year who is in one today for which the policy says so, once a school year. A
// circumstance raises no level: the level would tell it.
const circumstancesSQL = `INSERT INTO support_request (district_id, id, student_id, origin, circumstance, reasons, school_year, raised_on)
	SELECT DISTINCT ON (c.student_id, c.kind) $1::uuid, gen_random_uuid(), c.student_id, 'EARLY_WARNING', c.kind,
		ARRAY[CASE c.kind WHEN 'HOMELESS' THEN 'HOMELESS' WHEN 'PREGNANT_OR_PARENTING' THEN 'TEEN_PARENT' ELSE 'PERSONAL_SOCIAL' END], $2::integer, $3::date
	FROM student_characteristic c JOIN student s ON s.district_id = $1 AND s.id = c.student_id
	WHERE c.district_id = $1 AND c.kind = ANY ($4::text[]) AND c.withdrawn_at IS NULL AND s.withdrawn_at IS NULL{of c}
		AND $3::date BETWEEN c.starts_on AND coalesce(c.ends_on, 'infinity')
		AND EXISTS (SELECT 1 FROM student_school_association e WHERE e.district_id = $1 AND e.student_id = c.student_id AND e.school_year = $2
			AND e.withdrawn_at IS NULL AND coalesce(e.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT'))
		AND NOT EXISTS (SELECT 1 FROM support_request r WHERE r.district_id = $1 AND r.student_id = c.student_id AND r.origin = 'EARLY_WARNING'
			AND r.circumstance = c.kind AND (r.school_year = $2 OR r.status IN ('NEW', 'TRIAGED')))
		AND NOT EXISTS (SELECT 1 FROM advocate_assignment a WHERE a.district_id = $1 AND a.student_id = c.student_id AND a.role = 'PRIMARY'
			AND $3::date BETWEEN a.starts_on AND coalesce(a.ends_on, 'infinity'))
	ON CONFLICT DO NOTHING`

// raiseForCircumstances raises the requests of the chosen students' circumstances, in
// the year that holds today.
func (w writer) raiseForCircumstances(ctx context.Context, y *Year, who chosen) (int64, error) {
	if len(y.indicators.RequestFor) == 0 || y.Today > y.Ends || y.Today < y.Starts {
		return 0, nil
	}
	text, args := who.narrow(circumstancesSQL, []any{w.year, y.Today.String(), pq.Array(y.indicators.RequestFor)})
	done, err := w.tx.SQL().ExecContext(ctx, text, append([]any{w.district}, args...)...)
	if err != nil {
		return 0, fmt.Errorf("raise requests for support: %w", err)
	}
	return done.RowsAffected()
}
