-- $1 district, $2 grade levels, $3 today, $4 how many. NAME(x) is written out by
-- the program. The rows that match are read once, for the page and for the count.
WITH year AS MATERIALIZED (
    SELECT y.school_year FROM school_year y WHERE y.district_id = $1
     ORDER BY (y.starts_on <= $3::date AND y.ends_on >= $3::date) DESC, y.school_year DESC LIMIT 1
), matching AS MATERIALIZED (
    SELECT s.id, s.last_name, s.first_name, a.absent, a.enrolled_days
      FROM student_attendance a
      JOIN student s ON s.district_id = $1 AND s.id = a.student_id
     WHERE a.district_id = $1 AND a.school_year = (SELECT school_year FROM year) AND a.chronic AND a.measured
       AND s.withdrawn_at IS NULL AND s.grade_level = ANY ($2)
), page AS MATERIALIZED (
    SELECT m.*, row_number() OVER () AS place
      FROM (SELECT * FROM matching m ORDER BY m.absent DESC, m.last_name DESC, m.first_name DESC, m.id DESC LIMIT $4 + 1) m
), edge AS MATERIALIZED (
    SELECT p.place, encode(convert_to(p.absent || ' ' || p.id, 'UTF8'), 'base64') AS cursor, p.id, p.absent, p.enrolled_days
      FROM page p WHERE p.place <= $4
)
SELECT json_build_object('district', json_build_object('students', json_build_object(
    'totalCount', (SELECT count(*) FROM matching),
    'pageInfo', json_build_object('hasNextPage', (SELECT count(*) > $4 FROM page), 'hasPreviousPage', false,
        'startCursor', (SELECT cursor FROM edge ORDER BY place LIMIT 1),
        'endCursor', (SELECT cursor FROM edge ORDER BY place DESC LIMIT 1)),
    'edges', (
        SELECT coalesce(json_agg(json_build_object('cursor', e.cursor, 'node', json_build_object(
                   'id', s.id, 'localId', s.local_id, 'displayName', NAME(s), 'gradeLevel', s.grade_level,
                   'school', (
                       SELECT json_build_object('id', c.id, 'name', c.name)
                         FROM student_school_association n
                         JOIN school c ON c.district_id = $1 AND c.id = n.school_id
                        WHERE n.district_id = $1 AND n.student_id = s.id AND n.withdrawn_at IS NULL
                          AND coalesce(n.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT')
                        ORDER BY coalesce(n.exit_date, 'infinity') DESC, n.entry_date DESC, n.id
                        LIMIT 1),
                   'attendance', json_build_object('enrolledDays', e.enrolled_days, 'absentDays', e.absent / 10000.0::float8,
                       'attendanceRate', (e.enrolled_days * 10000::bigint - e.absent)::float8 / nullif(e.enrolled_days * 10000::bigint, 0),
                       'chronicallyAbsent', true),
                   'risk', (
                       SELECT json_build_object('level', r.level) FROM student_risk r
                        WHERE r.district_id = $1 AND r.school_year = (SELECT school_year FROM year) AND r.student_id = s.id)))
                   ORDER BY e.place), '[]')
          FROM edge e
          JOIN student s ON s.district_id = $1 AND s.id = e.id))))
