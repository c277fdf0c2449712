-- $1 district, $2 principal, $3 student, $4 when, $5 method, $6 outcome, $7 summary,
-- $8 idempotency key, $9 hash of the body, $10 the contact's id, $11 the audit
-- line's id. No row: the key was used before.
WITH once AS (
    INSERT INTO idempotency (district_id, principal_id, operation, key, body_hash, result_id)
    VALUES ($1, $2, 'logContact', $8, $9, $10)
    ON CONFLICT DO NOTHING
    RETURNING result_id
), made AS (
    INSERT INTO contact_log (district_id, id, student_id, staff_id, occurred_at, method, outcome, summary)
    SELECT $1, once.result_id, $3, $2, $4, $5, $6, $7 FROM once
    RETURNING *
), audited AS (
    INSERT INTO audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id, after)
    SELECT $1, clock_timestamp(), $11, 'STAFF', $2, 'logContact', 'CONTACT_LOG', made.id, to_jsonb(made.*) FROM made
)
SELECT json_build_object('logContact', json_build_object('userErrors', '[]'::json, 'contactLog', json_build_object(
    'id', l.id, 'occurredAt', l.occurred_at, 'method', l.method, 'outcome', l.outcome, 'summary', l.summary,
    'student', json_build_object('id', s.id, 'displayName', NAME(s)))))
  FROM made l
  JOIN student s ON s.district_id = $1 AND s.id = l.student_id
