-- The third wall: row-level security, forced, on every table of a district, under
-- logins that are neither owner nor superuser. What a login may do at all is
-- granted here too; nothing is granted by default.

-- +goose Up
-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['district_policy', 'school', 'school_year', 'calendar', 'calendar_date',
        'attendance_completeness', 'staff', 'role_assignment', 'student', 'student_school_association', 'person',
        'contact_channel', 'student_contact', 'student_characteristic', 'attendance_event', 'student_school_attendance',
        'student_attendance', 'student_risk', 'risk_flag', 'risk_flag_history', 'advocate_assignment', 'contact_log',
        'import_run', 'import_run_count', 'quarantined_row', 'import_issue']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY own_district ON %I USING (district_id = current_district()) WITH CHECK (district_id = current_district())', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO holdfast_application', t);
    END LOOP;
END $$;
-- +goose StatementEnd

ALTER TABLE district ENABLE ROW LEVEL SECURITY;
ALTER TABLE district FORCE ROW LEVEL SECURITY;
CREATE POLICY own_district ON district USING (id = current_district()) WITH CHECK (id = current_district());
GRANT SELECT ON district TO holdfast_application;
-- The owner's definer functions must find a district by its code before there is a scope.
CREATE POLICY found_by_owner ON district FOR SELECT TO CURRENT_USER USING (true);
GRANT SELECT ON region TO holdfast_application;

-- The principals beside staff. identify() and the functions of the owner read and
-- write these tables; no login is granted anything on the last two, and the
-- application no more than to look at the first.
ALTER TABLE service_client ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_client FORCE ROW LEVEL SECURITY;
CREATE POLICY own_district ON service_client USING (district_id = current_district()) WITH CHECK (district_id = current_district());
ALTER TABLE regional_analyst ENABLE ROW LEVEL SECURITY;
ALTER TABLE regional_analyst FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON regional_analyst USING (region_id = current_region()) WITH CHECK (region_id = current_region());
ALTER TABLE agency_staff ENABLE ROW LEVEL SECURITY;
ALTER TABLE agency_staff FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON agency_staff USING (agency_id = current_agency()) WITH CHECK (agency_id = current_agency());
GRANT SELECT ON service_client TO holdfast_application;

-- Derived rows may go when what they were drawn from is gone; nothing else is
-- ever deleted by the application.
GRANT DELETE ON student_school_attendance, student_attendance, student_risk TO holdfast_application;

-- The definers' functions below read across districts; the owner is bound by
-- forced row-level security as everybody is, so identify() sets the scope for
-- itself and puts the caller's back; an error ends the transaction, scope and all.

-- beside_staff is identify()'s answer for the kinds that hold no roles. identify()
-- alone runs it, and finds the caller's scope as it was.
-- +goose StatementBegin
CREATE FUNCTION beside_staff(one identity, candidates jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_district text := coalesce(current_setting('holdfast.district_id', true), '');
    of_region text := coalesce(current_setting('holdfast.region_id', true), '');
    of_agency text := coalesce(current_setting('holdfast.agency_id', true), '');
    answer jsonb;
BEGIN
    PERFORM set_config('holdfast.district_id', coalesce(one.district_id::text, ''), true),
        set_config('holdfast.region_id', coalesce(one.region_id::text, ''), true),
        set_config('holdfast.agency_id', coalesce(one.agency_id::text, ''), true);
    CASE one.kind
    WHEN 'REGIONAL' THEN
        SELECT jsonb_build_object('displayName', a.display_name, 'region', jsonb_build_object('id', r.id, 'localId', r.local_id, 'name', r.name))
          INTO answer FROM regional_analyst a JOIN region r ON r.id = a.region_id
         WHERE a.region_id = one.region_id AND a.id = one.person_id AND a.withdrawn_at IS NULL;
    WHEN 'PARTNER' THEN
        SELECT jsonb_build_object('displayName', s.display_name, 'agency', jsonb_build_object('id', a.id, 'localId', a.local_id, 'name', a.name))
          INTO answer FROM agency_staff s JOIN agency a ON a.id = s.agency_id
         WHERE s.agency_id = one.agency_id AND s.id = one.person_id AND s.withdrawn_at IS NULL;
    WHEN 'SERVICE' THEN
        SELECT jsonb_build_object('displayName', c.display_name, 'readClasses', c.read_classes, 'writeClasses', c.write_classes,
                'district', jsonb_build_object('id', d.id, 'localId', d.local_id, 'name', d.name, 'timeZone', d.time_zone),
                'region', (SELECT jsonb_build_object('id', r.id, 'localId', r.local_id, 'name', r.name) FROM region r WHERE r.id = d.region_id))
          INTO answer FROM service_client c JOIN district d ON d.id = c.district_id
         WHERE c.district_id = one.district_id AND c.id = one.person_id AND c.withdrawn_at IS NULL;
    END CASE;
    PERFORM set_config('holdfast.district_id', of_district, true), set_config('holdfast.region_id', of_region, true),
        set_config('holdfast.agency_id', of_agency, true);
    RETURN coalesce(answer || jsonb_build_object('candidates', candidates, 'kind', one.kind, 'id', one.person_id),
        jsonb_build_object('candidates', '[]'::jsonb));
END $$;
-- +goose StatementEnd

-- Who asks comes with what the district's policy makes of the table of roles, each
-- version from its day on, the latest first. It is asked with every request, so it
-- reads each table once and sets the scope by assignment: PERFORM would run a query.
-- LANGUAGE sql would plan the statements anew each time.
-- +goose StatementBegin
CREATE FUNCTION identify(token_issuer text, token_subject text, chosen uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    previous text := coalesce(current_setting('holdfast.district_id', true), '');
    entered text;
    candidates jsonb := '[]';
    one identity%ROWTYPE;
    answer jsonb;
BEGIN
    FOR one IN SELECT i.* FROM identity i
            WHERE i.issuer = token_issuer AND i.subject = token_subject AND (chosen IS NULL OR i.person_id = chosen) LOOP
        candidates := candidates || jsonb_build_object('kind', one.kind, 'id', one.person_id);
    END LOOP;
    IF jsonb_array_length(candidates) <> 1 THEN
        RETURN jsonb_build_object('candidates', candidates);
    END IF;
    IF one.kind = 'OPERATOR' THEN
        RETURN jsonb_build_object('candidates', candidates, 'kind', one.kind, 'id', one.person_id,
            'displayName', (SELECT o.display_name FROM operator o WHERE o.id = one.person_id));
    END IF;
    IF one.kind <> 'STAFF' THEN
        RETURN beside_staff(one, candidates);
    END IF;
    entered := set_config('holdfast.district_id', one.district_id::text, true);
    SELECT jsonb_build_object('candidates', candidates, 'kind', one.kind, 'id', one.person_id,
            'displayName', coalesce(nullif(s.preferred_first_name, ''), s.first_name) || ' ' || coalesce(nullif(s.preferred_last_name, ''), s.last_name),
            'engagement', s.engagement, 'agreementSignedOn', s.agreement_signed_on,
            'district', jsonb_build_object('id', d.id, 'localId', d.local_id, 'name', d.name, 'timeZone', d.time_zone),
            'region', (SELECT jsonb_build_object('id', r.id, 'name', r.name) FROM region r WHERE r.id = d.region_id),
            'roles', coalesce((
                SELECT jsonb_agg(jsonb_build_object('id', a.id, 'role', a.role, 'schoolId', a.school_id, 'schoolName', c.name,
                           'startsOn', a.starts_on, 'endsOn', a.ends_on) ORDER BY a.starts_on, a.id)
                  FROM role_assignment a
                  LEFT JOIN school c ON c.district_id = one.district_id AND c.id = a.school_id
                 WHERE a.district_id = one.district_id AND a.staff_id = one.person_id), '[]'),
            'policies', coalesce((
                SELECT jsonb_agg(jsonb_build_object('startsOn', p.starts_on, 'access', coalesce(p.document -> 'access', '{}')) ORDER BY p.starts_on DESC, p.version DESC)
                  FROM district_policy p
                 WHERE p.district_id = one.district_id), '[]'))
      INTO answer
      FROM staff s, district d
     WHERE s.district_id = one.district_id AND s.id = one.person_id AND s.withdrawn_at IS NULL AND d.id = one.district_id;
    entered := set_config('holdfast.district_id', previous, true);
    RETURN coalesce(answer, jsonb_build_object('candidates', '[]'::jsonb));
END $$;
-- +goose StatementEnd

-- The tables that are parted by school year get the year's partitions, walls and all.
-- +goose StatementBegin
CREATE FUNCTION ensure_year_partitions(year integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    parted text;
    name text;
BEGIN
    IF year NOT BETWEEN 1900 AND 2999 THEN
        RAISE EXCEPTION 'no school year %', year;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('partitions of a school year'));
    FOREACH parted IN ARRAY ARRAY['attendance_event', 'grade', 'student_risk_history'] LOOP
        name := format('%s_%s', parted, year);
        CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES IN (%s)', name, parted, year);
        EXCEPTION WHEN duplicate_table THEN
            CONTINUE; -- somebody else made it, walls and all, while this waited
        END;
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY own_district ON public.%I USING (district_id = current_district()) WITH CHECK (district_id = current_district())', name);
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION find_district(code text) RETURNS TABLE (id uuid, name text, time_zone text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT d.id, d.name, d.time_zone FROM district d WHERE d.local_id = code $$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION beside_staff(identity, jsonb), identify(text, text, uuid), ensure_year_partitions(integer), find_district(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identify(text, text, uuid), ensure_year_partitions(integer), find_district(text) TO holdfast_application;
GRANT SELECT ON goose_db_version TO holdfast_application;

-- +goose Down
REVOKE SELECT ON goose_db_version FROM holdfast_application;
DROP FUNCTION find_district(text);
DROP FUNCTION ensure_year_partitions(integer);
DROP FUNCTION identify(text, text, uuid), beside_staff(identity, jsonb);
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM holdfast_application;
-- +goose StatementBegin
DO $$
DECLARE t record;
BEGIN
    DROP POLICY found_by_owner ON district;
    FOR t IN SELECT polrelid::regclass AS name, polname AS policy FROM pg_policy WHERE polname LIKE 'own\_%' LOOP
        EXECUTE format('DROP POLICY %I ON %s', t.policy, t.name);
        EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', t.name);
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', t.name);
    END LOOP;
END $$;
-- +goose StatementEnd
