package earlywarning

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// flagKey is which flag of a school year it is.
type flagKey struct {
	student uuid.UUID
	rule    string
}

// flags reads the chosen students' flags as they stand. What was said of a student who
// was merged into another rests.
func (r reader) flags(ctx context.Context, schoolYear int, who chosen) (map[flagKey]*Flag, error) {
	text, args := who.narrow(`SELECT f.id, f.student_id, f.rule, f.domain, f.severity, f.status, f.since - '1900-01-01'::date, f.as_of - '1900-01-01'::date,
			f.numerator, f.denominator, f.threshold, f.policy_version, f.version, coalesce(f.answered_numerator, 0), coalesce(f.answered_denominator, 0)
		FROM risk_flag f JOIN student s ON s.district_id = $1 AND s.id = f.student_id
		WHERE f.district_id = $1 AND f.school_year = $2 AND s.merged_into IS NULL{of f}`, []any{schoolYear})
	found := map[flagKey]*Flag{}
	err := r.each(ctx, "flags", text, args, func(rows *sql.Rows) error {
		var k flagKey
		f := &Flag{}
		err := rows.Scan(&f.ID, &k.student, &k.rule, &f.Domain, &f.Grave, &f.Status, &f.Since, &f.AsOf, &f.Part, &f.Whole, &f.Line, &f.Policy,
			&f.Version, &f.AnsweredPart, &f.AnsweredWhole)
		f.Rule = k.rule
		found[k] = f
		return err
	})
	return found, err
}

// flagChange is what a recompute makes of some students' flags.
type flagChange struct {
	before  map[flagKey]*Flag
	seen    map[flagKey]bool
	changed []changedFlag
}

type changedFlag struct {
	student uuid.UUID
	flag    Flag
	noted   bool
}

// judge takes what the rules say of a student: flags are raised, changed or resolved.
func (c *flagChange) judge(student uuid.UUID, y *Year, found Judgement) {
	for _, finding := range found.Findings {
		k := flagKey{student, finding.Rule}
		c.seen[k] = true
		c.put(student, c.before[k], raised(c.before[k], finding, finding.On))
	}
	for i, rule := range y.rules {
		k := flagKey{student, rule.name}
		if before := c.before[k]; before != nil && !c.seen[k] {
			c.seen[k] = true
			if before.Status != Resolved {
				c.put(student, before, resolved(*before, found.Figures[i].Figure, found.Figures[i].AsOf, y.Version))
			}
		}
	}
}

// rest resolves the flags of which no rule speaks any more: of rules that were turned
// off, and of students who are enrolled no longer.
func (c *flagChange) rest(y *Year) {
	for k, before := range c.before {
		if !c.seen[k] && before.Status != Resolved {
			c.put(k.student, before, resolved(*before, Figure{}, before.AsOf, y.Version))
		}
	}
}

func (c *flagChange) put(student uuid.UUID, before *Flag, after Flag) {
	if before != nil && *before == after {
		return
	}
	after.Version++
	c.changed = append(c.changed, changedFlag{student: student, flag: after, noted: remembered(before, after)})
}

// writeFlagsSQL writes the changed flags, and their new states into their history. One
// that somebody has answered since it was read is left to the next recompute.
const writeFlagsSQL = `
WITH u AS (
	SELECT * FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::integer[], $10::integer[], $11::bigint[], $12::bigint[],
		$13::bigint[], $14::integer[], $15::integer[], $16::boolean[])
	u (id, student_id, domain, rule, severity, status, since, as_of, numerator, denominator, threshold, policy_version, version, noted)
), written AS (
	INSERT INTO risk_flag AS t (district_id, id, student_id, school_year, domain, rule, severity, status, since, as_of, numerator, denominator,
		threshold, policy_version, version)
	SELECT $1, u.id, u.student_id, $2::integer, u.domain, u.rule, u.severity, u.status, '1900-01-01'::date + u.since, '1900-01-01'::date + u.as_of,
		u.numerator, u.denominator, u.threshold, u.policy_version, u.version
	FROM u
	ON CONFLICT (district_id, student_id, school_year, rule) DO UPDATE SET severity = excluded.severity, status = excluded.status,
		since = excluded.since, as_of = excluded.as_of, numerator = excluded.numerator, denominator = excluded.denominator,
		threshold = excluded.threshold, policy_version = excluded.policy_version, version = excluded.version,
		answered_by = CASE WHEN excluded.status = t.status THEN t.answered_by END,
		answered_at = CASE WHEN excluded.status = t.status THEN t.answered_at END,
		answer_reason = CASE WHEN excluded.status = t.status THEN t.answer_reason ELSE '' END,
		answered_numerator = CASE WHEN excluded.status = t.status THEN t.answered_numerator END,
		answered_denominator = CASE WHEN excluded.status = t.status THEN t.answered_denominator END
	WHERE t.version = excluded.version - 1
	RETURNING t.*
), noted AS (
	INSERT INTO risk_flag_history (district_id, risk_flag_id, recorded_at, status, severity, as_of, numerator, denominator, threshold, policy_version)
	SELECT $1, w.id, clock_timestamp(), w.status, w.severity, w.as_of, w.numerator, w.denominator, w.threshold, w.policy_version
	FROM written w JOIN u ON u.student_id = w.student_id AND u.rule = w.rule WHERE u.noted
)
SELECT count(*) FROM written`

func (w writer) writeFlags(ctx context.Context, c *flagChange) (int64, error) {
	if len(c.changed) == 0 {
		return 0, nil
	}
	var ids, students []uuid.UUID
	var domains, names, severities, statuses []string
	var since, asOf, parts, wholes, lines, policies, versions []int64
	var noted []bool
	for _, one := range c.changed {
		f := one.flag
		ids, students, noted = append(ids, f.ID), append(students, one.student), append(noted, one.noted)
		domains, names = append(domains, string(f.Domain)), append(names, f.Rule)
		severities, statuses = append(severities, string(f.Grave)), append(statuses, string(f.Status))
		since, asOf = append(since, int64(f.Since)), append(asOf, int64(f.AsOf))
		parts, wholes, lines = append(parts, f.Part), append(wholes, f.Whole), append(lines, f.Line)
		policies, versions = append(policies, int64(f.Policy)), append(versions, int64(f.Version))
	}
	var written int64
	err := w.tx.SQL().QueryRowContext(ctx, writeFlagsSQL, w.district, w.year, pq.Array(ids), pq.Array(students), pq.Array(domains), pq.Array(names),
		pq.Array(severities), pq.Array(statuses), pq.Array(since), pq.Array(asOf), pq.Array(parts), pq.Array(wholes), pq.Array(lines),
		pq.Array(policies), pq.Array(versions), pq.Array(noted)).Scan(&written)
	if err != nil {
		return 0, fmt.Errorf("write flags: %w", err)
	}
	return written, nil
}
