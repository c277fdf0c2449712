package record

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// worklistKind says whom a worklist holds: conditions on the student s with the column
// mask, and r, the student's level of the current year, which may be missing. A list
// clears by what was done, never by what something is called.
type worklistKind struct {
	needs   []access.Class   // of every student that the list ranges over
	by      access.Operation // for the roles that it allows; empty: for all
	byLines bool             // it goes by the district's lines
	from    string           // joins beside s and r
	where   string
	id      string // of the row
	grave   string // an integer; the graver the greater
	since   string
	codes   string // a list of codes, of what the reader may read of the student
}

const (
	levelRank = `array_position(ARRAY['ON_TRACK', 'EARLY_WARNING', 'AT_RISK', 'CRITICAL'], r.level)`

	// The figures of the current year, and where the student stood a fortnight ago.
	figuresJoined = `LEFT JOIN student_attendance a ON a.district_id = {district} AND a.student_id = s.id AND a.school_year = {year}
		LEFT JOIN student_behavior b ON b.district_id = {district} AND b.student_id = s.id AND b.school_year = {year}
		LEFT JOIN student_academics c ON c.district_id = {district} AND c.student_id = s.id AND c.school_year = {year}`
	fortnightAgo = `CROSS JOIN LATERAL (SELECT h.* FROM student_risk_history h WHERE h.district_id = {district} AND h.school_year = {year}
		AND h.student_id = s.id AND h.as_of <= {today} - 14 ORDER BY h.as_of DESC LIMIT 1) o `

	// Since when the level has been AT_RISK or worse without a break.
	atRiskSince = `coalesce((SELECT min(h.as_of) FROM student_risk_history h WHERE h.district_id = {district} AND h.school_year = {year}
		AND h.student_id = s.id AND h.as_of > coalesce((SELECT max(k.as_of) FROM student_risk_history k WHERE k.district_id = {district}
			AND k.school_year = {year} AND k.student_id = s.id AND k.level NOT IN ('AT_RISK', 'CRITICAL')), '-infinity')), r.as_of)`

	// What got worse, of what the reader reads. Shares are compared by integers.
	gotWorse = `array_remove(ARRAY[
		CASE WHEN o.level <> 'NOT_MEASURED' AND ` + levelRank + ` > array_position(ARRAY['ON_TRACK', 'EARLY_WARNING', 'AT_RISK', 'CRITICAL'], o.level) THEN 'LEVEL' END,
		CASE WHEN {reads ATTENDANCE} AND ` + levelRank + ` > 1
			AND 100 * (a.absent * o.enrolled_days - o.absent * a.enrolled_days) >= 10000::bigint * a.enrolled_days * o.enrolled_days
			AND a.enrolled_days > 0 AND o.enrolled_days > 0 THEN 'ABSENCES' END,
		CASE WHEN {reads DISCIPLINE} AND ` + levelRank + ` > 1 AND b.incidents > o.incidents THEN 'INCIDENTS' END,
		CASE WHEN {reads ACADEMIC} AND ` + levelRank + ` > 1 AND c.core_fs > o.core_failures THEN 'CORE_FAILURES' END], NULL)`

	// What one whole day absent, or one incident, would bring over a line.
	nearBy = `array_remove(ARRAY[
		CASE WHEN {reads ATTENDANCE} AND a.enrolled_days + 1 >= {minimum}::integer AND EXISTS (
			SELECT FROM unnest(ARRAY[{warning}::bigint, {atRisk}::bigint]) line
			WHERE 10000 * a.absent < line * a.enrolled_days * 10000 AND 10000 * (a.absent + 10000) >= line * (a.enrolled_days + 1) * 10000) THEN 'ABSENCES' END,
		CASE WHEN {reads DISCIPLINE} AND b.incidents + 1 = ANY({incidentLines}::bigint[]) THEN 'INCIDENTS' END], NULL)`

	// A reason for which support was asked is shown to who reads what it tells of: one
	// that is a circumstance to who reads that circumstance.
	requestReasons = `(SELECT coalesce(array_agg(reason), ARRAY[]::text[]) FROM unnest(q.reasons) reason WHERE CASE reason
		WHEN 'ATTENDANCE' THEN {reads ATTENDANCE} WHEN 'DISCIPLINE' THEN {reads DISCIPLINE} WHEN 'OVERAGE' THEN {reads DEMOGRAPHIC}
		WHEN 'UNDER_CREDIT' THEN {reads ACADEMIC} WHEN 'COURSE_PERFORMANCE' THEN {reads ACADEMIC} WHEN 'PREVIOUS_DROPOUT' THEN {reads ENROLLMENT}
		WHEN 'PERSONAL_SOCIAL' THEN true WHEN 'TEEN_PARENT' THEN q.circumstance = 'PREGNANT_OR_PARENTING' OR {reads CIRCUMSTANCE}
		ELSE q.circumstance = reason OR {reads CIRCUMSTANCE} END)`
)

// flagged joins the flags in one of the states that the reader may see and that hold the
// condition.
func flagged(states, condition string) string {
	return `CROSS JOIN LATERAL (SELECT min(f.since) AS since, array_agg(DISTINCT f.domain) AS domains
		FROM risk_flag f WHERE f.district_id = {district} AND f.student_id = s.id AND f.school_year = {year}
			AND f.status IN (` + states + `) AND {shown} AND ` + condition + `) k`
}

// notContacted says that nobody made or tried a contact since the flag f opened.
const notContacted = `NOT EXISTS (SELECT 1 FROM contact_log l WHERE l.district_id = {district} AND l.student_id = s.id
	AND l.occurred_at >= f.since::timestamp AT TIME ZONE (SELECT d.time_zone FROM district d WHERE d.id = {district}))`

const (
	noActiveItem = `NOT EXISTS (SELECT 1 FROM plan_item i JOIN plan p ON p.district_id = i.district_id AND p.id = i.plan_id
		WHERE i.district_id = {district} AND i.student_id = s.id AND i.withdrawn_at IS NULL AND p.withdrawn_at IS NULL AND p.status = 'ACTIVE'
			AND i.starts_on <= {today} AND coalesce(i.ends_on, 'infinity') >= {today})`
	noActivePlan = `NOT EXISTS (SELECT 1 FROM plan p WHERE p.district_id = {district} AND p.student_id = s.id AND p.withdrawn_at IS NULL
		AND p.status = 'ACTIVE' AND p.starts_on <= {today} AND coalesce(p.ends_on, 'infinity') >= {today})`
	noPrimary = `NOT EXISTS (SELECT 1 FROM advocate_assignment g WHERE g.district_id = {district} AND g.student_id = s.id AND g.role = 'PRIMARY'
		AND g.starts_on <= {today} AND coalesce(g.ends_on, 'infinity') >= {today})`
)

// worklistKinds are the kinds that there are. What tells of the work with a student needs
// CASEWORK beside RISK.
var worklistKinds = map[string]worklistKind{
	"FLAGGED_NO_ACTION": {
		needs: []access.Class{access.Risk, access.Casework},
		from:  flagged("'OPEN'", notContacted), where: "k.since IS NOT NULL AND " + noActiveItem,
		id: "s.id", grave: levelRank, since: "k.since", codes: "k.domains",
	},
	"NEW_THIS_WEEK": {
		needs: []access.Class{access.Risk},
		from:  flagged("'OPEN', 'ACKNOWLEDGED'", "f.since > {today} - 7 AND f.since <= {today}"), where: "k.since IS NOT NULL",
		id: "s.id", grave: levelRank, since: "k.since", codes: "k.domains",
	},
	"GETTING_WORSE": {
		needs: []access.Class{access.Risk},
		from:  fortnightAgo + figuresJoined, where: "cardinality(" + gotWorse + ") > 0",
		id: "s.id", grave: levelRank, since: "o.as_of", codes: gotWorse,
	},
	"NEAR_THRESHOLD": {
		needs: []access.Class{access.Risk}, byLines: true,
		from: figuresJoined, where: "cardinality(" + nearBy + ") > 0",
		id: "s.id", grave: levelRank, since: "coalesce(a.as_of, b.as_of, {today})", codes: nearBy,
	},
	"NO_ADVOCATE": {
		needs: []access.Class{access.Risk, access.Directory},
		where: "r.level IN ('AT_RISK', 'CRITICAL') AND " + noPrimary,
		id:    "s.id", grave: levelRank, since: atRiskSince, codes: "ARRAY[r.level]",
	},
	"NO_PLAN": {
		needs: []access.Class{access.Risk, access.Casework},
		where: "r.level IN ('AT_RISK', 'CRITICAL') AND " + noActivePlan,
		id:    "s.id", grave: levelRank, since: atRiskSince, codes: "ARRAY[r.level]",
	},
	"REQUESTS_TO_TRIAGE": {
		needs: []access.Class{access.Risk, access.Casework}, by: access.TriageRequests,
		from: "JOIN support_request q ON q.district_id = {district} AND q.student_id = s.id", where: "q.status = 'NEW' AND (q.circumstance IS NULL OR {theirs})",
		id: "q.id", grave: "array_position(ARRAY['ROUTINE', 'SOON', 'CRISIS'], q.urgency)", since: "q.raised_on", codes: requestReasons,
	},
}

// WorklistKinds gives the classes that each kind needs, for the test that holds them to the
// permission cases.
func WorklistKinds() map[string][]string {
	kinds := make(map[string][]string, len(worklistKinds))
	for name, kind := range worklistKinds {
		for _, class := range kind.needs {
			kinds[name] = append(kinds[name], class.String())
		}
	}
	return kinds
}

// codeClasses are the classes of what the codes of reasons tell; domains of flags tell
// theirs, and the others nothing beside the list's own.
var codeClasses = map[string]access.Class{
	"ABSENCES": access.Attendance, "INCIDENTS": access.Discipline, "CORE_FAILURES": access.Academic,
	"DISCIPLINE": access.Discipline, "UNDER_CREDIT": access.Academic, "PREVIOUS_DROPOUT": access.Enrollment,
	"HOMELESS": access.Circumstance, "TEEN_PARENT": access.Circumstance,
}

// worklistClasses gives the classes that the codes tell of.
func worklistClasses(codes []string) []access.Class {
	var classes []access.Class
	for _, code := range codes {
		if class, tells := classOfDomain[code]; tells {
			classes = append(classes, class)
		}
		if class, tells := codeClasses[code]; tells {
			classes = append(classes, class)
		}
	}
	return classes
}

// worklistWords begin the sentence of each kind.
var worklistWords = map[string]string{
	"FLAGGED_NO_ACTION": "Flagged, and nobody has acted", "NEW_THIS_WEEK": "Flagged within the last seven days", "GETTING_WORSE": "Worse than two weeks ago",
	"NEAR_THRESHOLD": "One step from a line", "NO_ADVOCATE": "No primary advocate", "NO_PLAN": "No active plan", "REQUESTS_TO_TRIAGE": "Support was asked for",
}

// worklistReason says in one sentence why a student is listed.
func worklistReason(kind string, codes []string) string {
	words := make([]string, len(codes))
	for i, code := range slices.Sorted(slices.Values(codes)) {
		words[i] = strings.ToLower(strings.ReplaceAll(code, "_", " "))
	}
	if len(words) == 0 {
		return worklistWords[kind] + "."
	}
	return worklistWords[kind] + ": " + strings.Join(words, ", ") + "."
}

// nearLines are the lines that NEAR_THRESHOLD goes by.
type nearLines struct {
	warning, atRisk int64   // shares of days, in ten-thousandths
	minimum         int     // of enrolled days
	incidents       []int64 // numbers of them
}

const policySQL = `SELECT p.document FROM district_policy p WHERE p.district_id = {district} AND {within} AND p.starts_on <= {today}
	ORDER BY p.starts_on DESC, p.version DESC LIMIT 1`

// readNearLines gives the lines of the policy in force.
func readNearLines(ctx context.Context, op *operation.Operation) (nearLines, error) {
	document := policy.Default()
	st := reach.NewStatement(op.Reader).Write(policySQL, reach.Values{"within": func(st *reach.Statement) { st.Rows("district_policy", "p") }})
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return err
		}
		var err error
		document, err = policy.Parse(raw)
		return err
	})
	if err != nil {
		return nearLines{}, fmt.Errorf("read the policy in force: %w", err)
	}
	return linesOf(document), nil
}

// noLine is a line that nobody reaches: of a rule that is off, or has none.
const noLine = math.MaxInt32

// linesOf gives the document's lines.
func linesOf(document policy.Document) nearLines {
	absence, incidents := ruleLines(document, policy.AbsenceShare), ruleLines(document, policy.Incidents)
	return nearLines{
		warning: absence[0], atRisk: absence[1], minimum: document.Indicators.MinEnrolledDays,
		incidents: []int64{incidents[0] / oneInTenThousandths, incidents[1] / oneInTenThousandths},
	}
}

const oneInTenThousandths = 10_000

// ruleLines gives where a rule warns and puts at risk, in ten-thousandths.
func ruleLines(document policy.Document, name string) [2]int64 {
	lines, rule := [2]int64{noLine, noLine}, document.Indicators.Rules[name]
	for i, line := range []*int64{rule.Warning, rule.AtRisk} {
		if line != nil && !rule.Off {
			lines[i] = *line
		}
	}
	return lines
}
