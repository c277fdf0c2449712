-- $1 district, $2 student, $3 today. NAME(x) is written out by the program.
SELECT json_build_object('node', json_build_object(
    '__typename', 'Student',
    'id', s.id,
    'localId', s.local_id,
    'stateId', s.state_id,
    'displayName', NAME(s),
    'gradeLevel', s.grade_level,
    'birthDate', s.birth_date,
    'languages', s.languages,
    'school', (
        SELECT json_build_object('id', c.id, 'name', c.name)
          FROM student_school_association e
          JOIN school c ON c.district_id = $1 AND c.id = e.school_id
         WHERE e.district_id = $1 AND e.student_id = s.id AND e.withdrawn_at IS NULL
           AND coalesce(e.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT')
         ORDER BY coalesce(e.exit_date, 'infinity') DESC, e.entry_date DESC, e.id
         LIMIT 1),
    'enrollments', (
        SELECT coalesce(json_agg(json_build_object('id', e.id, 'school', json_build_object('name', c.name),
                   'entryDate', e.entry_date, 'entryType', e.entry_type, 'exitDate', e.exit_date, 'exitType', e.exit_type,
                   'gradeLevel', e.grade_level) ORDER BY e.entry_date DESC, e.id), '[]')
          FROM student_school_association e
          JOIN school c ON c.district_id = $1 AND c.id = e.school_id
         WHERE e.district_id = $1 AND e.student_id = s.id AND e.withdrawn_at IS NULL),
    'contacts', (
        SELECT coalesce(json_agg(json_build_object('id', k.id, 'relation', k.relation, 'livesWith', k.lives_with,
                   'educationRights', k.education_rights, 'person', json_build_object('id', p.id, 'displayName', NAME(p),
                       'language', p.language, 'bestWayToReach', p.best_way_to_reach, 'lastConfirmedOn', p.last_confirmed_on,
                       'channels', (
                           SELECT coalesce(json_agg(json_build_object('kind', h.kind, 'value', h.value, 'optedOut', h.opted_out)
                                      ORDER BY h.priority = 0, h.priority, h.id), '[]')
                             FROM contact_channel h
                            WHERE h.district_id = $1 AND h.person_id = p.id AND h.withdrawn_at IS NULL)))
                   ORDER BY k.is_primary DESC NULLS LAST, k.id), '[]')
          FROM student_contact k
          JOIN person p ON p.district_id = $1 AND p.id = k.person_id
         WHERE k.district_id = $1 AND k.student_id = s.id AND k.withdrawn_at IS NULL),
    'characteristics', (
        SELECT coalesce(json_agg(json_build_object('kind', k.kind, 'startsOn', k.starts_on, 'endsOn', k.ends_on,
                   'detail', nullif(k.detail, '')) ORDER BY k.starts_on DESC, k.id), '[]')
          FROM student_characteristic k
         WHERE k.district_id = $1 AND k.student_id = s.id AND k.withdrawn_at IS NULL),
    'attendance', (
        SELECT json_build_object('measured', a.measured, 'enrolledDays', a.enrolled_days, 'absentDays', a.absent / 10000.0::float8,
                   'excusedDays', a.excused / 10000.0::float8, 'unexcusedDays', a.unexcused / 10000.0::float8,
                   'suspendedDays', a.suspended / 10000.0::float8, 'tardies', a.tardies,
                   'attendanceRate', (a.enrolled_days * 10000::bigint - a.absent)::float8 / nullif(a.enrolled_days * 10000::bigint, 0),
                   'chronicallyAbsent', CASE WHEN a.measured THEN a.chronic END, 'currentStreak', a.current_streak,
                   'knownThrough', a.as_of)
          FROM student_attendance a
         WHERE a.district_id = $1 AND a.school_year = y.school_year AND a.student_id = s.id),
    'risk', (
        SELECT json_build_object('level', r.level, 'asOf', r.as_of, 'policyVersion', r.policy_version, 'notMeasured', r.not_measured,
                   'flags', (
                       SELECT coalesce(json_agg(json_build_object('id', f.id, 'domain', f.domain, 'severity', f.severity, 'rule', f.rule,
                                  'figure', f.numerator::float8 / f.denominator, 'threshold', f.threshold / 10000.0::float8,
                                  'numerator', f.numerator / 10000.0::float8, 'denominator', f.denominator / 10000.0::float8,
                                  'since', f.since, 'status', f.status, 'explanation',
                                  format('%s, at or %s the %s line of %s: rule %s, policy version %s, as of %s.',
                                      CASE f.rule
                                          WHEN 'ABSENCE_SHARE' THEN format('Absent %s of %s enrolled days (%s %%)', w.part, w.whole,
                                              replace(to_char(trunc(f.numerator * 10000 / f.denominator) / 100, 'FM990.00'), '.00', ''))
                                          WHEN 'INCIDENTS' THEN format('%s incident%s as perpetrator', w.part, w.s)
                                          WHEN 'IN_SCHOOL_SUSPENSIONS' THEN format('%s in-school suspension%s', w.part, w.s)
                                          WHEN 'EXCLUSIONS' THEN format('%s out-of-school suspension%s or expulsion%s', w.part, w.s, w.s)
                                          WHEN 'CORE_DS' THEN format('A D in %s core course%s', w.part, w.s)
                                          WHEN 'CORE_FS' THEN format('An F in %s core course%s', w.part, w.s)
                                          WHEN 'AGE_FOR_GRADE' THEN format('%s year%s older than expected for the grade on 1 September', w.part, w.s)
                                          WHEN 'GRADE_POINT_AVERAGE' THEN format('Grade point average %s (%s points over %s courses)', w.share, w.part, w.whole)
                                          WHEN 'CREDITS_BEHIND' THEN format('%s credits behind, %s of a year''s credits', f.numerator / 4 / 10000.0::float8, w.share)
                                          WHEN 'NO_IMPROVEMENT' THEN format('%s weeks with a support and no improvement', w.share)
                                      END,
                                      CASE f.rule WHEN 'GRADE_POINT_AVERAGE' THEN 'under' ELSE 'over' END,
                                      CASE f.severity WHEN 'AT_RISK' THEN 'at-risk' ELSE 'early-warning' END,
                                      CASE f.rule WHEN 'ABSENCE_SHARE' THEN (f.threshold / 100.0::float8) || ' %' ELSE (f.threshold / 10000.0::float8)::text END,
                                      f.rule, f.policy_version, f.as_of)) ORDER BY f.domain, f.rule), '[]')
                         FROM risk_flag f, LATERAL (SELECT f.numerator / 10000.0::float8 AS part, f.denominator / 10000.0::float8 AS whole,
                                  CASE f.numerator WHEN 10000 THEN '' ELSE 's' END AS s,
                                  replace(to_char(trunc(f.numerator * 100 / f.denominator) / 100, 'FM990.00'), '.00', '') AS share) w
                        WHERE f.district_id = $1 AND f.student_id = s.id AND f.school_year = r.school_year AND f.status <> 'RESOLVED'))
          FROM student_risk r
         WHERE r.district_id = $1 AND r.school_year = y.school_year AND r.student_id = s.id),
    'primaryAdvocate', (
        SELECT json_build_object('displayName', NAME(t))
          FROM advocate_assignment g
          JOIN staff t ON t.district_id = $1 AND t.id = g.staff_id
         WHERE g.district_id = $1 AND g.student_id = s.id AND g.role = 'PRIMARY'
           AND g.starts_on <= $3::date AND coalesce(g.ends_on, 'infinity') >= $3::date
         ORDER BY g.starts_on DESC, g.id DESC
         LIMIT 1),
    'contactLogs', json_build_object('nodes', (
        SELECT coalesce(json_agg(json_build_object('id', l.id, 'occurredAt', l.occurred_at, 'method', l.method, 'outcome', l.outcome,
                   'withWhom', (SELECT NAME(p) FROM person p WHERE p.district_id = $1 AND p.id = l.person_id), 'summary', l.summary)), '[]')
          FROM (SELECT * FROM contact_log l WHERE l.district_id = $1 AND l.student_id = s.id
                 ORDER BY l.occurred_at DESC, l.id DESC LIMIT 5) l))))
  FROM student s,
       (SELECT y.school_year FROM school_year y WHERE y.district_id = $1
         ORDER BY (y.starts_on <= $3::date AND y.ends_on >= $3::date) DESC, y.school_year DESC LIMIT 1) y
 WHERE s.district_id = $1 AND s.id = $2 AND s.withdrawn_at IS NULL
