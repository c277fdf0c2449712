-- $1 district, $2 principal, $3 idempotency key, $4 hash of the body. No row: the
-- key was used before with another body.
SELECT json_build_object('logContact', json_build_object('userErrors', '[]'::json, 'contactLog', json_build_object(
    'id', l.id, 'occurredAt', l.occurred_at, 'method', l.method, 'outcome', l.outcome, 'summary', l.summary,
    'student', json_build_object('id', s.id, 'displayName', NAME(s)))))
  FROM idempotency i
  JOIN contact_log l ON l.district_id = $1 AND l.id = i.result_id
  JOIN student s ON s.district_id = $1 AND s.id = l.student_id
 WHERE i.district_id = $1 AND i.principal_id = $2 AND i.operation = 'logContact' AND i.key = $3 AND i.body_hash = $4
