package casework

import "strings"

// bothSQL is a CTE named allowed: a row when the reader may merge the two students.
// Each statement of a merge, and of its undoing, changes nothing without it.
const bothSQL = `allowed AS (
	SELECT {district} AS district_id FROM student s WHERE s.district_id = {district} AND {reach} AND s.id IN ({kept}::uuid, {dropped}::uuid) HAVING count(*) = 2
)`

// moveSQL moves the rows of one table, and writes down each that it touches. What a
// row says beside its student stays as it is, but where the table has a withdrawn_at:
// there a row that stays is withdrawn.
func (r mergeRule) moveSQL() string {
	return r.fill(`WITH ` + bothSQL + `, own AS MATERIALIZED ( -- the dropped student's rows, and whether the kept one has the same
	SELECT {key of d} AS row_key, {taken} AS taken FROM {table} d, allowed WHERE d.district_id = {district} AND d.{student} = {dropped}::uuid
), moved AS (
	UPDATE {table} t SET {student} = {kept}::uuid FROM own
	WHERE t.district_id = {district} AND t.{student} = {dropped}::uuid AND {key of t} = own.row_key AND NOT own.taken
	RETURNING own.row_key
)` + r.asideSQL() + `, noted AS (
	INSERT INTO student_merge_row (district_id, merge_id, relation, what, row_key, before, after)
	SELECT {district}, {merge}::uuid, '{table}', x.what, x.row_key, x.before, x.after FROM (
		SELECT 'MOVED' AS what, row_key, NULL::jsonb AS before, NULL::jsonb AS after FROM moved
		UNION ALL SELECT 'ASIDE', row_key, NULL, NULL FROM aside
		UNION ALL SELECT 'FOLDED', row_key, before, after FROM folded) x
) SELECT count(*) FROM allowed`)
}

// asideSQL withdraws the dropped student's rows that stay, and folds them into the
// kept student's.
func (r mergeRule) asideSQL() string {
	if r.content == nil {
		return `, aside AS (SELECT NULL::jsonb AS row_key WHERE false), folded AS (SELECT NULL::jsonb AS row_key, NULL::jsonb AS before, NULL::jsonb AS after WHERE false)`
	}
	columns := r.columns()
	return `, aside AS (
	UPDATE {table} t SET withdrawn_at = now() FROM own
	WHERE t.district_id = {district} AND t.{student} = {dropped}::uuid AND {key of t} = own.row_key AND own.taken AND t.withdrawn_at IS NULL
	RETURNING own.row_key
), folded AS (
	UPDATE {table} t SET (` + strings.Join(columns, ", ") + `) = ROW(` + r.folded() + `)
	FROM allowed, {table} k JOIN {table} d ON d.district_id = {district} AND d.{student} = {dropped}::uuid AND {same}
	WHERE t.district_id = {district} AND t.{student} = {kept}::uuid AND k.district_id = {district} AND k.{student} = {kept}::uuid
		AND {key of t} = {key of k} AND d.withdrawn_at IS NULL AND (` + r.folded() + `) IS DISTINCT FROM (` + listOf("k", columns) + `)
	RETURNING {key of k} AS row_key, ` + objectOf("k", columns) + ` AS before, ` + objectOf("t", columns) + ` AS after
)`
}

// restoreSQL takes back what moveSQL did: each row that moved goes back as it now
// reads, each that was put aside stands again, and each that was folded says what it
// said before, unless somebody wrote it meanwhile.
func (r mergeRule) restoreSQL() string {
	return r.fill(`WITH ` + bothSQL + `, journal AS MATERIALIZED (
	SELECT j.what, j.row_key, j.before, j.after FROM student_merge_row j, allowed
	WHERE j.district_id = {district} AND j.merge_id = {merge}::uuid AND j.relation = '{table}'
), back AS (
	UPDATE {table} t SET {student} = {dropped}::uuid FROM journal
	WHERE t.district_id = {district} AND t.{student} = {kept}::uuid AND journal.what = 'MOVED' AND {key of t} = journal.row_key
)` + r.standAgainSQL() + ` SELECT count(*) FROM allowed`)
}

func (r mergeRule) standAgainSQL() string {
	if r.content == nil {
		return ""
	}
	columns := r.columns()
	return `, again AS (
	UPDATE {table} t SET withdrawn_at = NULL FROM journal
	WHERE t.district_id = {district} AND t.{student} = {dropped}::uuid AND journal.what = 'ASIDE' AND {key of t} = journal.row_key
), unfolded AS (
	UPDATE {table} t SET (` + strings.Join(columns, ", ") + `) = ROW(` + listOf("b", columns) + `)
	FROM journal CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, journal.before) b
	WHERE t.district_id = {district} AND t.{student} = {kept}::uuid AND journal.what = 'FOLDED' AND {key of t} = journal.row_key
		AND ` + objectOf("t", columns) + ` = journal.after
)`
}

// fill puts the table's own names into a text.
func (r mergeRule) fill(text string) string {
	taken := "false"
	if r.same != "" {
		taken = "EXISTS (SELECT 1 FROM {table} k WHERE k.district_id = {district} AND k.{student} = {kept}::uuid AND {same})"
	}
	text = strings.ReplaceAll(text, "{taken}", taken)
	return strings.NewReplacer("{table}", r.table, "{student}", r.student(), "{same}", r.same,
		"{key of d}", r.keyOf("d"), "{key of k}", r.keyOf("k"), "{key of t}", r.keyOf("t")).Replace(text)
}

// markSQL marks the dropped student as merged, and writes the merge down.
func markSQL(key *string) string {
	return `WITH ` + bothSQL + `, ` + onceSQL(key) + `, last AS ( -- the dropped record comes after all that the kept student has
	SELECT 1 + coalesce(max(o.merged_rank), 0) AS rank FROM student o WHERE o.district_id = {district} AND o.merged_into = {kept}::uuid
), marked AS (
	UPDATE student t SET merged_into = {kept}::uuid, merged_at = clock_timestamp(), merged_rank = last.rank, withdrawn_at = clock_timestamp() FROM once, last
	WHERE t.district_id = {district} AND t.id = {dropped}::uuid AND t.withdrawn_at IS NULL
	RETURNING t.id, t.merged_into, t.merged_at, t.merged_rank
), followed AS (
	UPDATE student t SET merged_rank = t.merged_rank + marked.merged_rank FROM marked
	WHERE t.district_id = {district} AND t.merged_into = marked.id
), noted AS (
	INSERT INTO student_merge (district_id, id, kept_id, dropped_id, merged_at, merged_on, merged_by, kept_grade, rank)
	SELECT {district}, {merge}::uuid, k.id, marked.id, marked.merged_at, {today}, {principal}::uuid, k.grade_level, marked.merged_rank
	FROM marked JOIN student k ON k.district_id = {district} AND k.id = marked.merged_into
), done AS (
	SELECT marked.id, jsonb_build_object('merged_into', NULL) AS before, jsonb_build_object('merged_into', marked.merged_into, 'merged_at', marked.merged_at) AS after FROM marked
), ` + auditSQL + ` SELECT count(*) FROM done`
}

// gradeSQL is the grade of the latest enrollment of the student t, as an import sets it.
const gradeSQL = `(SELECT e.grade_level FROM student_school_association e WHERE e.district_id = {district} AND e.student_id = t.id AND e.withdrawn_at IS NULL
	ORDER BY e.school_year DESC, e.entry_date DESC, e.id LIMIT 1)`

// drawSQL writes down the kept student's flags as they stand before they are drawn
// anew, sets the grade, and says in the audit log how many rows of which tables came.
const drawSQL = `WITH ` + bothSQL + `, flags AS (
	INSERT INTO student_merge_row (district_id, merge_id, relation, what, row_key, before)
	SELECT {district}, {merge}::uuid, 'risk_flag', 'DRAWN', jsonb_build_object('id', f.id), to_jsonb(f.*)
	FROM risk_flag f, allowed WHERE f.district_id = {district} AND f.student_id = {kept}::uuid
), done AS (
	UPDATE student t SET grade_level = coalesce(` + gradeSQL + `, t.grade_level) FROM allowed
	WHERE t.district_id = {district} AND t.id = {kept}::uuid
	RETURNING t.id, NULL::jsonb AS before, jsonb_build_object('merged', {dropped}::uuid, 'rows', (
		SELECT coalesce(jsonb_object_agg(n.relation, n.rows), jsonb_build_object()) FROM (SELECT j.relation, count(*) AS rows FROM student_merge_row j
			WHERE j.district_id = {district} AND j.merge_id = {merge}::uuid GROUP BY j.relation) n)) AS after
), ` + auditSQL + ` SELECT count(*) FROM done`

// undoFlagsSQL gives the kept student's flags what they said before the merge, unless
// somebody acknowledged or dismissed one meanwhile; the recompute that follows brings
// the figures up to date.
const undoFlagsSQL = `WITH ` + bothSQL + `, was AS MATERIALIZED (
	SELECT f.id, b.status, b.severity, b.since, b.as_of, b.numerator, b.denominator, b.threshold, b.policy_version
	FROM allowed, student_merge_row j CROSS JOIN LATERAL jsonb_populate_record(NULL::risk_flag, j.before) b
	JOIN risk_flag f ON f.district_id = {district} AND f.id = b.id
	WHERE j.district_id = {district} AND j.merge_id = {merge}::uuid AND j.what = 'DRAWN' AND (f.status IN ('OPEN', 'RESOLVED') OR f.status = b.status)
), drawn AS (
	UPDATE risk_flag t SET status = was.status, severity = was.severity, since = was.since, as_of = was.as_of, numerator = was.numerator,
		denominator = was.denominator, threshold = was.threshold, policy_version = was.policy_version
	FROM was WHERE t.district_id = {district} AND t.id = was.id AND (t.status, t.severity, t.since, t.as_of, t.numerator, t.denominator, t.threshold, t.policy_version)
		IS DISTINCT FROM (was.status, was.severity, was.since, was.as_of, was.numerator, was.denominator, was.threshold, was.policy_version)
	RETURNING t.*
), remembered AS (
	INSERT INTO risk_flag_history (district_id, risk_flag_id, recorded_at, status, severity, as_of, numerator, denominator, threshold, policy_version)
	SELECT {district}, id, now(), status, severity, as_of, numerator, denominator, threshold, policy_version FROM drawn
) SELECT count(*) FROM allowed`

// unmarkSQL lets the dropped student stand again, and ends the merge.
const unmarkSQL = `WITH ` + bothSQL + `, ended AS (
	UPDATE student_merge t SET undone_at = clock_timestamp() FROM allowed
	WHERE t.district_id = {district} AND t.id = {merge}::uuid AND t.undone_at IS NULL
	RETURNING t.dropped_id, t.merged_at
), done AS (
	UPDATE student t SET merged_into = NULL, merged_at = NULL, merged_rank = 0, withdrawn_at = NULL FROM ended
	WHERE t.district_id = {district} AND t.id = ended.dropped_id
	RETURNING t.id, jsonb_build_object('merged_into', {kept}::uuid, 'merged_at', ended.merged_at) AS before, jsonb_build_object('merged_into', NULL) AS after
), ` + auditSQL + ` SELECT count(*) FROM done`

// regradeSQL gives the kept student the grade of the own enrollments again, and those
// who follow the dropped one their rank, and says in the audit log who went.
const regradeSQL = `WITH ` + bothSQL + `, followed AS (
	UPDATE student t SET merged_rank = t.merged_rank - m.rank FROM allowed, student_merge m
	WHERE t.district_id = {district} AND t.merged_into = {dropped}::uuid AND m.district_id = {district} AND m.id = {merge}::uuid
), done AS (
	UPDATE student t SET grade_level = coalesce(` + gradeSQL + `, m.kept_grade) FROM allowed, student_merge m
	WHERE t.district_id = {district} AND t.id = {kept}::uuid AND m.district_id = {district} AND m.id = {merge}::uuid
	RETURNING t.id, jsonb_build_object('merged', {dropped}::uuid) AS before, jsonb_build_object('merged', NULL) AS after
), ` + auditSQL + ` SELECT count(*) FROM done`
