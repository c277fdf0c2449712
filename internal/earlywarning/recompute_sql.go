package earlywarning

// figuresSQL writes the figures of a school year at one grain, in days and
// ten-thousandths of days. $1 district, $2 school year, $3 today, $4 minimum of
// enrolled days, $5 chronic from this many basis points. {of x} keeps the rows x to the
// students that are recomputed.
//
// A student with one enrollment at the grain, as nearly all have, gets the number
// of days from the calendar's own count; only the others' days are spread out.
const figuresSQL = `
WITH span AS MATERIALIZED ( -- each enrollment, up to the last day that is known
	SELECT e.student_id, e.school_id, e.calendar_id, e.entry_date AS first_day,
		least(coalesce(e.exit_date, 'infinity'), k.known_through, $3::date) AS last_day,
		least(k.known_through, $3::date) AS as_of
	FROM student_school_association e
	JOIN attendance_completeness k ON k.district_id = e.district_id AND k.school_id = e.school_id AND k.school_year = e.school_year
	WHERE e.district_id = $1 AND k.district_id = $1 AND e.school_year = $2 AND e.withdrawn_at IS NULL AND e.calendar_id IS NOT NULL{of e}
		AND coalesce(e.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT')
), day AS MATERIALIZED ( -- the instructional days of each calendar, numbered
	SELECT d.calendar_id, d.on_date, row_number() OVER (PARTITION BY d.calendar_id ORDER BY d.on_date) AS nth
	FROM calendar_date d JOIN calendar c ON c.district_id = d.district_id AND c.id = d.calendar_id
	WHERE d.district_id = $1 AND c.district_id = $1 AND c.school_year = $2 AND d.instructional
		AND d.withdrawn_at IS NULL AND c.withdrawn_at IS NULL
), counted AS (
	SELECT {key}, count(*) AS spans, max(as_of) AS as_of FROM span GROUP BY {key}
), stretch AS ( -- the days of each distinct stretch of a calendar
	SELECT w.calendar_id, w.first_day, w.last_day, count(*) AS days, max(d.nth) AS last_nth
	FROM (SELECT DISTINCT calendar_id, first_day, last_day FROM span) w
	JOIN day d ON d.calendar_id = w.calendar_id AND d.on_date BETWEEN w.first_day AND w.last_day
	GROUP BY w.calendar_id, w.first_day, w.last_day
), spread AS MATERIALIZED ( -- the distinct days of students with several enrollments
	SELECT {key}, on_date, row_number() OVER (PARTITION BY {key} ORDER BY on_date) AS nth
	FROM (SELECT DISTINCT {s.key}, d.on_date
		FROM span s JOIN counted USING ({key})
		JOIN day d ON d.calendar_id = s.calendar_id AND d.on_date BETWEEN s.first_day AND s.last_day
		WHERE counted.spans > 1) x
), enrolled AS MATERIALIZED (
	SELECT {s.key}, coalesce(w.days, 0) AS days, coalesce(w.last_nth, 0) AS last_nth, counted.as_of
	FROM span s JOIN counted USING ({key})
	LEFT JOIN stretch w ON w.calendar_id = s.calendar_id AND w.first_day = s.first_day AND w.last_day = s.last_day
	WHERE counted.spans = 1
	UNION ALL
	SELECT {key}, count(spread.on_date), coalesce(max(spread.nth), 0), counted.as_of
	FROM counted LEFT JOIN spread USING ({key}) WHERE counted.spans > 1 GROUP BY {key}, counted.as_of
), event AS MATERIALIZED ( -- events on an enrolled day that is known
	SELECT e.student_id, e.school_id, e.on_date, e.category, e.fraction, e.excused
	FROM attendance_event e
	WHERE e.district_id = $1 AND e.school_year = $2 AND e.withdrawn_at IS NULL{of e}
		AND EXISTS (SELECT 1 FROM span s JOIN day d ON d.calendar_id = s.calendar_id
			WHERE s.student_id = e.student_id AND s.school_id = e.school_id AND d.on_date = e.on_date
				AND e.on_date BETWEEN s.first_day AND s.last_day)
), absent_day AS MATERIALIZED ( -- a day counts the sum of its parts, at most one, in one bucket
	SELECT {key}, on_date,
		least(10000, coalesce(sum(fraction) FILTER (WHERE category IN
			('EXCUSED_ABSENCE', 'UNEXCUSED_ABSENCE', 'OUT_OF_SCHOOL_SUSPENSION', 'PARTIAL')), 0))::bigint AS absent,
		CASE WHEN bool_or(category = 'OUT_OF_SCHOOL_SUSPENSION') THEN 'S'
			WHEN bool_or(category = 'UNEXCUSED_ABSENCE') THEN 'U'
			WHEN bool_or(category = 'EXCUSED_ABSENCE') THEN 'E'
			WHEN bool_or(category = 'PARTIAL' AND NOT excused) THEN 'U'
			ELSE 'E' END AS bucket,
		bool_or(category = 'TARDY') AS tardy
	FROM event GROUP BY {key}, on_date
), absence AS (
	SELECT {key}, sum(absent)::bigint AS absent,
		coalesce(sum(absent) FILTER (WHERE bucket = 'E'), 0)::bigint AS excused,
		coalesce(sum(absent) FILTER (WHERE bucket = 'U'), 0)::bigint AS unexcused,
		coalesce(sum(absent) FILTER (WHERE bucket = 'S'), 0)::bigint AS suspended,
		count(*) FILTER (WHERE tardy) AS tardies
	FROM absent_day GROUP BY {key}
), whole_day AS ( -- whole days absent, by their number among the student's days
	SELECT {key}, d.nth FROM absent_day JOIN counted USING ({key}) JOIN span s USING ({key})
	JOIN day d ON d.calendar_id = s.calendar_id AND d.on_date = absent_day.on_date
	WHERE counted.spans = 1 AND absent_day.absent = 10000
	UNION ALL
	SELECT {key}, spread.nth FROM absent_day JOIN spread USING ({key}, on_date) WHERE absent_day.absent = 10000
), streak AS ( -- those that reach back from the last day without a gap
	SELECT {key}, count(*) AS days
	FROM (SELECT {key}, nth, row_number() OVER (PARTITION BY {key} ORDER BY nth DESC) AS back FROM whole_day) x
	JOIN enrolled USING ({key}) WHERE enrolled.last_nth - x.nth = x.back - 1 GROUP BY {key}
), figure AS MATERIALIZED (
	SELECT {key}, enrolled.days, enrolled.as_of, coalesce(absence.absent, 0) AS absent, coalesce(absence.excused, 0) AS excused,
		coalesce(absence.unexcused, 0) AS unexcused, coalesce(absence.suspended, 0) AS suspended,
		coalesce(absence.tardies, 0) AS tardies, coalesce(streak.days, 0) AS streak, enrolled.days >= $4 AS measured,
		enrolled.days >= $4 AND 10000 * coalesce(absence.absent, 0) >= $5::bigint * enrolled.days * 10000 AS chronic
	FROM enrolled LEFT JOIN absence USING ({key}) LEFT JOIN streak USING ({key})
), gone AS (
	DELETE FROM {table} t WHERE t.district_id = $1 AND t.school_year = $2{of t} AND NOT EXISTS (SELECT 1 FROM figure f WHERE {match})
	RETURNING 1
), written AS (
	INSERT INTO {table} AS t (district_id, {key}, school_year, enrolled_days, absent, excused, unexcused, suspended, tardies,
		current_streak, measured, chronic, as_of)
	SELECT $1, {f.key}, $2, f.days, f.absent, f.excused, f.unexcused, f.suspended, f.tardies, f.streak, f.measured, f.chronic, f.as_of
	FROM figure f
	ON CONFLICT (district_id, school_year, {key}) DO UPDATE SET enrolled_days = excluded.enrolled_days, absent = excluded.absent,
		excused = excluded.excused, unexcused = excluded.unexcused, suspended = excluded.suspended, tardies = excluded.tardies,
		current_streak = excluded.current_streak, measured = excluded.measured, chronic = excluded.chronic, as_of = excluded.as_of
	WHERE (t.enrolled_days, t.absent, t.excused, t.unexcused, t.suspended, t.tardies, t.current_streak, t.measured, t.chronic, t.as_of)
		IS DISTINCT FROM (excluded.enrolled_days, excluded.absent, excluded.excused, excluded.unexcused, excluded.suspended,
			excluded.tardies, excluded.current_streak, excluded.measured, excluded.chronic, excluded.as_of)
	RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)`

// verdictSQL is Thresholds.Verdict over the figures a: part ÷ whole ≥ threshold.
// $3 and $4 are the warning and at-risk lines in basis points.
const verdictSQL = `CASE WHEN NOT a.measured THEN NULL
	WHEN 10000 * a.absent >= $4::bigint * a.enrolled_days * 10000 THEN 'AT_RISK'
	WHEN 10000 * a.absent >= $3::bigint * a.enrolled_days * 10000 THEN 'EARLY_WARNING' END`

// flagsSQL opens, changes and resolves the flags of the absence rule, and puts
// each new state of one into its history. A dismissed flag opens again only when
// the figure has worsened. $5 policy version, $6 rule, $7 domain.
const flagsSQL = `
WITH verdict AS (
	SELECT a.student_id, ` + verdictSQL + ` AS severity, a.absent AS numerator, a.enrolled_days::bigint * 10000 AS denominator, a.as_of
	FROM student_attendance a WHERE a.district_id = $1 AND a.school_year = $2{of a}
), found AS (
	SELECT *, CASE severity WHEN 'AT_RISK' THEN $4::bigint ELSE $3::bigint END AS threshold FROM verdict WHERE severity IS NOT NULL
), raised AS (
	INSERT INTO risk_flag AS t (district_id, student_id, school_year, domain, rule, severity, status, since, as_of,
		numerator, denominator, threshold, policy_version)
	SELECT $1, f.student_id, $2, $7, $6, f.severity, 'OPEN', f.as_of, f.as_of, f.numerator, f.denominator, f.threshold, $5
	FROM found f
	ON CONFLICT (district_id, student_id, school_year, rule) DO UPDATE SET severity = excluded.severity,
		status = CASE
			WHEN t.status = 'RESOLVED' THEN 'OPEN'
			WHEN t.status = 'DISMISSED' AND excluded.numerator * t.denominator > t.numerator * excluded.denominator THEN 'OPEN'
			WHEN t.status = 'ACKNOWLEDGED' AND t.severity = 'EARLY_WARNING' AND excluded.severity = 'AT_RISK' THEN 'OPEN'
			ELSE t.status END,
		since = CASE WHEN t.status = 'RESOLVED' THEN excluded.since ELSE t.since END,
		as_of = excluded.as_of, numerator = excluded.numerator, denominator = excluded.denominator,
		threshold = excluded.threshold, policy_version = excluded.policy_version
	WHERE t.status = 'RESOLVED' OR (t.severity, t.as_of, t.numerator, t.denominator, t.threshold, t.policy_version)
		IS DISTINCT FROM (excluded.severity, excluded.as_of, excluded.numerator, excluded.denominator, excluded.threshold, excluded.policy_version)
	RETURNING t.*
), resolved AS (
	UPDATE risk_flag t SET status = 'RESOLVED', as_of = coalesce(v.as_of, t.as_of), numerator = coalesce(v.numerator, t.numerator),
		denominator = coalesce(v.denominator, t.denominator), policy_version = $5
	FROM risk_flag o LEFT JOIN verdict v ON v.student_id = o.student_id
	WHERE t.district_id = $1 AND o.district_id = $1 AND o.id = t.id AND o.school_year = $2 AND o.rule = $6
		AND o.status <> 'RESOLVED' AND v.severity IS NULL{of o} AND NOT EXISTS ( -- what was said of a merged student rests
			SELECT 1 FROM student m WHERE m.district_id = $1 AND m.id = o.student_id AND m.merged_into IS NOT NULL)
	RETURNING t.*
), changed AS (SELECT * FROM raised UNION ALL SELECT * FROM resolved), remembered AS (
	INSERT INTO risk_flag_history (district_id, risk_flag_id, recorded_at, status, severity, as_of, numerator, denominator, threshold, policy_version)
	SELECT c.district_id, c.id, now(), c.status, c.severity, c.as_of, c.numerator, c.denominator, c.threshold, c.policy_version
	FROM changed c LEFT JOIN risk_flag o ON o.district_id = $1 AND o.id = c.id -- o: as it was before this statement
	WHERE o.id IS NULL OR (o.status, o.severity, o.numerator) IS DISTINCT FROM (c.status, c.severity, c.numerator)
)
SELECT count(*) FROM changed`

// levelsSQL draws each student's level from the rules' verdicts: critical when at
// risk in two or more domains, and not measured when no domain could be. $5 policy
// version, $6 the domains that have no rule yet, $7 the attendance domain.
const levelsSQL = `
WITH drawn AS (
	SELECT a.student_id, a.as_of, CASE WHEN NOT a.measured THEN 'NOT_MEASURED' ELSE coalesce(` + verdictSQL + `, 'ON_TRACK') END AS level,
		CASE WHEN a.measured THEN $6::text[] ELSE $7::text || $6::text[] END AS not_measured
	FROM student_attendance a WHERE a.district_id = $1 AND a.school_year = $2{of a}
), gone AS (
	DELETE FROM student_risk t WHERE t.district_id = $1 AND t.school_year = $2{of t}
		AND NOT EXISTS (SELECT 1 FROM drawn d WHERE d.student_id = t.student_id)
	RETURNING 1
), written AS (
	INSERT INTO student_risk AS t (district_id, student_id, school_year, level, not_measured, as_of, policy_version)
	SELECT $1, d.student_id, $2, d.level, d.not_measured, d.as_of, $5 FROM drawn d
	ON CONFLICT (district_id, school_year, student_id) DO UPDATE SET level = excluded.level, not_measured = excluded.not_measured,
		as_of = excluded.as_of, policy_version = excluded.policy_version
	WHERE (t.level, t.not_measured, t.as_of, t.policy_version)
		IS DISTINCT FROM (excluded.level, excluded.not_measured, excluded.as_of, excluded.policy_version)
	RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)`
