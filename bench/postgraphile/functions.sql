-- What PostGraphile's users write in SQL, in a schema of the benchmark's own: a
-- list that no generated filter can say, and a change of more than one table.
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
GRANT USAGE ON SCHEMA bench TO holdfast_application;

-- Inlined by the planner, so its limit and count are planned as one with it.
CREATE FUNCTION bench.chronically_absent(school_year integer, grade_levels text[]) RETURNS SETOF public.student
    LANGUAGE sql STABLE
AS $$
    SELECT s.*
      FROM public.student_attendance a
      JOIN public.student s ON s.district_id = a.district_id AND s.id = a.student_id
     WHERE a.district_id = public.current_district() AND a.school_year = chronically_absent.school_year
       AND a.chronic AND a.measured AND s.withdrawn_at IS NULL AND s.grade_level = ANY (chronically_absent.grade_levels)
     ORDER BY a.absent DESC, s.last_name DESC, s.first_name DESC, s.id DESC
$$;

-- A contact with its line in the audit log, once for a key: the first result again
-- for the same key and body, an error for another body.
CREATE FUNCTION bench.log_contact(student_id uuid, occurred_at timestamptz, method text, outcome text, summary text, idempotency_key text)
    RETURNS public.contact_log
    LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_variable
DECLARE
    district constant uuid := public.current_district();
    principal constant uuid := current_setting('bench.person_id')::uuid;
    hash constant bytea := sha256(convert_to(concat_ws(E'\x1f', student_id, occurred_at, method, outcome, summary), 'UTF8'));
    made public.contact_log;
    first public.idempotency;
BEGIN
    INSERT INTO public.idempotency (district_id, principal_id, operation, key, body_hash, result_id)
    VALUES (district, principal, 'logContact', idempotency_key, hash, gen_random_uuid())
    ON CONFLICT DO NOTHING
    RETURNING * INTO first;
    IF NOT FOUND THEN
        SELECT * INTO first FROM public.idempotency i
         WHERE i.district_id = district AND i.principal_id = principal AND i.operation = 'logContact' AND i.key = idempotency_key;
        IF first.body_hash <> hash THEN
            RAISE EXCEPTION 'the idempotency key was used before with another input';
        END IF;
        SELECT * INTO made FROM public.contact_log l WHERE l.district_id = district AND l.id = first.result_id;
        RETURN made;
    END IF;
    INSERT INTO public.contact_log (district_id, id, student_id, staff_id, occurred_at, method, outcome, summary)
    VALUES (district, first.result_id, student_id, principal, occurred_at, method, outcome, summary)
    RETURNING * INTO made;
    INSERT INTO public.audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id, after)
    VALUES (district, clock_timestamp(), gen_random_uuid(), 'STAFF', principal, 'logContact', 'CONTACT_LOG', made.id, to_jsonb(made));
    RETURN made;
END $$;

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bench TO holdfast_application;
