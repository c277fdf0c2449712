-- What an operator does. An operator's transaction has no scope: what is written of
-- a district, region or agency goes through the functions below, which run as the owner, refuse whoever is no operator, set the
-- scope to the one institution, and write the line of the audit log themselves.

-- +goose Up

-- What operators did that is no district's: districts have their own audit log.
CREATE TABLE operator_log (
    id          uuid PRIMARY KEY,
    at          timestamptz NOT NULL,
    operator_id uuid NOT NULL REFERENCES operator (id),
    operation   text NOT NULL,
    subject     text NOT NULL,
    subject_id  uuid NOT NULL,
    before      jsonb,
    after       jsonb
);

-- What an operator does --------------------------------------------------------
-- Each gives {status, object}: MADE; STANDS, with the object that is in the way;
-- MISSING, when no institution has the code; NOBODY, when no such principal works
-- there; or what else its own comment says.

-- must_operate ends whoever is no operator, whatever the program has decided, and a
-- transaction that is in somebody's scope already.
-- +goose StatementBegin
CREATE FUNCTION must_operate(who uuid) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM operator o WHERE o.id = who) OR coalesce(current_district(), current_region(), current_agency()) IS NOT NULL THEN
        RAISE EXCEPTION 'an operator does this, in no scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION record_operation(who uuid, of_district uuid, done text, about text, about_id uuid, stood jsonb, stands jsonb) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    IF of_district IS NULL THEN
        INSERT INTO operator_log (id, at, operator_id, operation, subject, subject_id, before, after)
        VALUES (gen_random_uuid(), clock_timestamp(), who, done, about, about_id, stood, stands);
        RETURN;
    END IF;
    PERFORM ensure_audit_partition((clock_timestamp() AT TIME ZONE 'UTC')::date),
        ensure_audit_partition((clock_timestamp() AT TIME ZONE 'UTC')::date + 31);
    INSERT INTO audit_log (district_id, at, id, principal_kind, principal_id, operation, subject, subject_id, before, after)
    VALUES (of_district, clock_timestamp(), gen_random_uuid(), 'OPERATOR', who, done, about, about_id, stood, stands);
END $$;
-- +goose StatementEnd

-- enter gives the id of the institution with the code, with the scope set to it
-- until finish; NULL when there is none.
-- +goose StatementBegin
CREATE FUNCTION enter(what text, code text) RETURNS uuid
    LANGUAGE plpgsql
AS $$
DECLARE entered uuid;
BEGIN
    CASE what
    WHEN 'district' THEN SELECT d.id INTO entered FROM district d WHERE d.local_id = code;
    WHEN 'region' THEN SELECT r.id INTO entered FROM region r WHERE r.local_id = code;
    WHEN 'agency' THEN SELECT a.id INTO entered FROM agency a WHERE a.local_id = code;
    END CASE;
    PERFORM set_config('holdfast.' || what || '_id', coalesce(entered::text, ''), true);
    RETURN entered;
END $$;
-- +goose StatementEnd

-- finish leaves the scope that enter set, and gives the answer: every way out of a
-- function but an error, which ends the transaction, leads through it.
-- +goose StatementBegin
CREATE FUNCTION finish(status text, object jsonb) RETURNS jsonb
    LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('holdfast.district_id', '', true), set_config('holdfast.region_id', '', true), set_config('holdfast.agency_id', '', true);
    RETURN jsonb_build_object('status', status, 'object', object);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION create_region(who uuid, new_id uuid, code text, title text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE stands jsonb;
BEGIN
    PERFORM must_operate(who);
    INSERT INTO region (id, local_id, name) VALUES (new_id, code, title) ON CONFLICT (local_id) DO NOTHING;
    SELECT jsonb_build_object('id', r.id, 'localId', r.local_id, 'name', r.name) INTO stands FROM region r WHERE r.local_id = code;
    IF stands ->> 'id' <> new_id::text THEN
        RETURN finish('STANDS', stands);
    END IF;
    PERFORM record_operation(who, NULL, 'createRegion', 'REGION', new_id, NULL, stands);
    RETURN finish('MADE', stands);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION create_agency(who uuid, new_id uuid, code text, title text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE stands jsonb;
BEGIN
    PERFORM must_operate(who);
    INSERT INTO agency (id, local_id, name) VALUES (new_id, code, title) ON CONFLICT (local_id) DO NOTHING;
    SELECT jsonb_build_object('id', a.id, 'localId', a.local_id, 'name', a.name) INTO stands FROM agency a WHERE a.local_id = code;
    IF stands ->> 'id' <> new_id::text THEN
        RETURN finish('STANDS', stands);
    END IF;
    PERFORM record_operation(who, NULL, 'createAgency', 'AGENCY', new_id, NULL, stands);
    RETURN finish('MADE', stands);
END $$;
-- +goose StatementEnd

-- The new district's first policy leaves everything at the defaults, and its support
-- menu (rows of support_menu_entry, which a later migration makes) is the one that every
-- district begins with: the program writes out both.
-- +goose StatementBegin
CREATE FUNCTION create_district(who uuid, new_id uuid, code text, title text, of_region text, of_state text, zone text, policy jsonb, policy_starts date,
    menu jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    home uuid;
    stands jsonb;
BEGIN
    PERFORM must_operate(who);
    home := enter('region', of_region);
    IF of_region <> '' AND home IS NULL THEN
        RETURN finish('MISSING', NULL);
    END IF;
    PERFORM set_config('holdfast.district_id', new_id::text, true);
    INSERT INTO district (id, region_id, local_id, name, state, time_zone) VALUES (new_id, home, code, title, of_state, zone) ON CONFLICT (local_id) DO NOTHING;
    SELECT jsonb_build_object('id', d.id, 'localId', d.local_id, 'name', d.name, 'state', d.state, 'timeZone', d.time_zone,
            'region', (SELECT jsonb_build_object('id', r.id, 'localId', r.local_id, 'name', r.name) FROM region r WHERE r.id = d.region_id))
      INTO stands FROM district d WHERE d.local_id = code;
    IF stands ->> 'id' <> new_id::text THEN
        RETURN finish('STANDS', stands);
    END IF;
    INSERT INTO district_policy (district_id, id, version, starts_on, document) VALUES (new_id, gen_random_uuid(), 1, policy_starts, policy);
    INSERT INTO support_menu_entry (district_id, id, local_id, title, domain, intensity, scope, provider, dosage, evidence, source)
    SELECT new_id, e.* FROM jsonb_to_recordset(menu)
        e (id uuid, code text, title text, domain text, intensity text, scope text, provider text, dosage text, evidence text, source text);
    PERFORM record_operation(who, new_id, 'createDistrict', 'DISTRICT', new_id, NULL, stands);
    RETURN finish('MADE', stands);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION create_staff(who uuid, new_id uuid, of_district text, code text, first text, last text, mail text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    home uuid;
    stands jsonb;
BEGIN
    PERFORM must_operate(who);
    home := enter('district', of_district);
    IF home IS NULL THEN
        RETURN finish('MISSING', NULL);
    END IF;
    INSERT INTO staff (district_id, id, local_id, first_name, last_name, email) VALUES (home, new_id, code, first, last, mail)
    ON CONFLICT (district_id, local_id) DO NOTHING;
    SELECT jsonb_build_object('id', s.id, 'localId', s.local_id, 'displayName', s.first_name || ' ' || s.last_name)
      INTO stands FROM staff s WHERE s.district_id = home AND s.local_id = code;
    IF stands ->> 'id' <> new_id::text THEN
        RETURN finish('STANDS', stands);
    END IF;
    PERFORM record_operation(who, home, 'createStaff', 'STAFF', new_id, NULL, stands);
    RETURN finish('MADE', stands);
END $$;
-- +goose StatementEnd

-- The coordinator that a district has none of; every other role is the district's
-- own to give. Of two operators at once the second waits for the first. PAST: the
-- day is over in the district.
-- +goose StatementBegin
CREATE FUNCTION appoint_coordinator(who uuid, new_id uuid, of_district text, person uuid, starts date, moment timestamptz) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    home uuid;
    today date;
    stands jsonb;
BEGIN
    PERFORM must_operate(who);
    home := enter('district', of_district);
    IF home IS NULL THEN
        RETURN finish('MISSING', NULL);
    END IF;
    SELECT (moment AT TIME ZONE d.time_zone)::date INTO today FROM district d WHERE d.id = home FOR UPDATE;
    starts := coalesce(starts, today);
    IF starts < today THEN
        RETURN finish('PAST', NULL);
    END IF;
    IF NOT EXISTS (SELECT FROM staff s WHERE s.district_id = home AND s.id = person AND s.withdrawn_at IS NULL) THEN
        RETURN finish('NOBODY', NULL);
    END IF;
    INSERT INTO role_assignment (district_id, id, staff_id, role, starts_on)
    SELECT home, new_id, person, 'DISTRICT_COORDINATOR', starts
     WHERE NOT EXISTS (SELECT FROM role_assignment a JOIN staff s ON s.district_id = a.district_id AND s.id = a.staff_id
        WHERE a.district_id = home AND a.role = 'DISTRICT_COORDINATOR' AND coalesce(a.ends_on, 'infinity') >= starts AND s.withdrawn_at IS NULL);
    SELECT jsonb_build_object('id', a.id, 'role', a.role, 'startsOn', a.starts_on, 'endsOn', a.ends_on,
            'staff', jsonb_build_object('id', s.id, 'localId', s.local_id, 'displayName', s.first_name || ' ' || s.last_name))
      INTO stands
      FROM role_assignment a JOIN staff s ON s.district_id = a.district_id AND s.id = a.staff_id
     WHERE a.district_id = home AND a.role = 'DISTRICT_COORDINATOR' AND coalesce(a.ends_on, 'infinity') >= starts AND s.withdrawn_at IS NULL
     ORDER BY a.starts_on, a.id LIMIT 1;
    IF stands ->> 'id' <> new_id::text THEN
        RETURN finish('STANDS', stands);
    END IF;
    PERFORM record_operation(who, home, 'appointCoordinator', 'ROLE_ASSIGNMENT', new_id, NULL, stands);
    RETURN finish('MADE', stands);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION create_service_client(who uuid, new_id uuid, of_district text, code text, title text, reads text[], writes text[]) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    home uuid;
    stands jsonb;
BEGIN
    PERFORM must_operate(who);
    home := enter('district', of_district);
    IF home IS NULL THEN
        RETURN finish('MISSING', NULL);
    END IF;
    INSERT INTO service_client (district_id, id, local_id, display_name, read_classes, write_classes) VALUES (home, new_id, code, title, reads, writes)
    ON CONFLICT (district_id, local_id) DO NOTHING;
    SELECT jsonb_build_object('id', c.id, 'localId', c.local_id, 'displayName', c.display_name, 'read', c.read_classes, 'write', c.write_classes)
      INTO stands FROM service_client c WHERE c.district_id = home AND c.local_id = code;
    IF stands ->> 'id' <> new_id::text THEN
        RETURN finish('STANDS', stands);
    END IF;
    PERFORM record_operation(who, home, 'createServiceClient', 'SERVICE_CLIENT', new_id, NULL, stands);
    RETURN finish('MADE', stands);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION create_regional_analyst(who uuid, new_id uuid, of_region text, code text, title text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    home uuid;
    stands jsonb;
BEGIN
    PERFORM must_operate(who);
    home := enter('region', of_region);
    IF home IS NULL THEN
        RETURN finish('MISSING', NULL);
    END IF;
    INSERT INTO regional_analyst (region_id, id, local_id, display_name) VALUES (home, new_id, code, title) ON CONFLICT (region_id, local_id) DO NOTHING;
    SELECT jsonb_build_object('id', a.id, 'localId', a.local_id, 'displayName', a.display_name)
      INTO stands FROM regional_analyst a WHERE a.region_id = home AND a.local_id = code;
    IF stands ->> 'id' <> new_id::text THEN
        RETURN finish('STANDS', stands);
    END IF;
    PERFORM record_operation(who, NULL, 'createRegionalAnalyst', 'REGIONAL_ANALYST', new_id, NULL, stands);
    RETURN finish('MADE', stands);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION create_agency_staff(who uuid, new_id uuid, of_agency text, code text, title text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    home uuid;
    stands jsonb;
BEGIN
    PERFORM must_operate(who);
    home := enter('agency', of_agency);
    IF home IS NULL THEN
        RETURN finish('MISSING', NULL);
    END IF;
    INSERT INTO agency_staff (agency_id, id, local_id, display_name) VALUES (home, new_id, code, title) ON CONFLICT (agency_id, local_id) DO NOTHING;
    SELECT jsonb_build_object('id', s.id, 'localId', s.local_id, 'displayName', s.display_name)
      INTO stands FROM agency_staff s WHERE s.agency_id = home AND s.local_id = code;
    IF stands ->> 'id' <> new_id::text THEN
        RETURN finish('STANDS', stands);
    END IF;
    PERFORM record_operation(who, NULL, 'createAgencyStaff', 'AGENCY_STAFF', new_id, NULL, stands);
    RETURN finish('MADE', stands);
END $$;
-- +goose StatementEnd

-- principal_stands tells whether the principal works for the institution, in whose
-- scope the transaction is.
-- +goose StatementBegin
CREATE FUNCTION principal_stands(as_kind text, home uuid, person uuid) RETURNS boolean
    LANGUAGE sql STABLE
AS $$
    SELECT CASE as_kind
        WHEN 'STAFF' THEN EXISTS (SELECT FROM staff s WHERE s.district_id = home AND s.id = person AND s.withdrawn_at IS NULL)
        WHEN 'SERVICE' THEN EXISTS (SELECT FROM service_client c WHERE c.district_id = home AND c.id = person AND c.withdrawn_at IS NULL)
        WHEN 'REGIONAL' THEN EXISTS (SELECT FROM regional_analyst a WHERE a.region_id = home AND a.id = person AND a.withdrawn_at IS NULL)
        WHEN 'PARTNER' THEN EXISTS (SELECT FROM agency_staff s WHERE s.agency_id = home AND s.id = person AND s.withdrawn_at IS NULL)
        ELSE false
    END
$$;
-- +goose StatementEnd

-- link_identity gives a principal the name by which their tokens come: one name a
-- principal, and never a name that is an operator's (OPERATOR), who would else read
-- what the principal reads, nor one of another district's issuer (ISSUER). What is
-- linked already as asked is linked.
-- +goose StatementBegin
CREATE FUNCTION link_identity(who uuid, as_kind text, what text, of_code text, person uuid, token_issuer text, token_subject text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    home uuid;
    of_district uuid;
    known identity%ROWTYPE;
    name jsonb := jsonb_build_object('issuer', token_issuer, 'subject', token_subject);
BEGIN
    PERFORM must_operate(who);
    PERFORM pg_advisory_xact_lock(hashtext('identity'));
    home := enter(what, of_code);
    IF home IS NULL THEN
        RETURN finish('MISSING', NULL);
    END IF;
    IF NOT principal_stands(as_kind, home, person) THEN
        RETURN finish('NOBODY', NULL);
    END IF;
    IF EXISTS (SELECT FROM identity i WHERE i.issuer = token_issuer AND i.subject = token_subject AND i.kind = 'OPERATOR') THEN
        RETURN finish('OPERATOR', NULL);
    END IF;
    of_district := CASE WHEN what = 'district' THEN home END;
    IF EXISTS (SELECT FROM issuer i WHERE i.url = token_issuer AND i.district_id IS NOT NULL AND i.district_id IS DISTINCT FROM of_district) THEN
        RETURN finish('ISSUER', NULL);
    END IF;
    SELECT i.* INTO known FROM identity i WHERE i.person_id = person AND i.kind = as_kind LIMIT 1;
    IF FOUND THEN
        RETURN finish(CASE WHEN known.issuer = token_issuer AND known.subject = token_subject THEN 'MADE' ELSE 'STANDS' END,
            jsonb_build_object('issuer', known.issuer, 'subject', known.subject));
    END IF;
    INSERT INTO identity (issuer, subject, kind, district_id, region_id, agency_id, person_id)
    VALUES (token_issuer, token_subject, as_kind, of_district, CASE WHEN what = 'region' THEN home END, CASE WHEN what = 'agency' THEN home END, person);
    PERFORM record_operation(who, of_district, 'linkIdentity', as_kind, person, NULL, name);
    RETURN finish('MADE', name);
END $$;
-- +goose StatementEnd

-- unlink_identity takes the names from a principal: their tokens are nobody's from
-- the next request on.
-- +goose StatementBegin
CREATE FUNCTION unlink_identity(who uuid, as_kind text, what text, of_code text, person uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    home uuid;
    gone identity%ROWTYPE;
    name jsonb;
BEGIN
    PERFORM must_operate(who);
    PERFORM pg_advisory_xact_lock(hashtext('identity'));
    home := enter(what, of_code);
    IF home IS NULL THEN
        RETURN finish('MISSING', NULL);
    END IF;
    FOR gone IN DELETE FROM identity i WHERE i.person_id = person AND i.kind = as_kind
            AND home = CASE what WHEN 'district' THEN i.district_id WHEN 'region' THEN i.region_id ELSE i.agency_id END RETURNING i.* LOOP
        name := jsonb_build_object('issuer', gone.issuer, 'subject', gone.subject);
        PERFORM record_operation(who, gone.district_id, 'unlinkIdentity', as_kind, person, name, NULL);
    END LOOP;
    IF name IS NULL THEN
        RETURN finish('NOBODY', NULL);
    END IF;
    RETURN finish('MADE', name);
END $$;
-- +goose StatementEnd

-- create_operator is for the owner alone: operators make no operators. The first
-- one that is made is its own maker.
-- +goose StatementBegin
CREATE FUNCTION create_operator(who uuid, new_id uuid, title text, token_issuer text, token_subject text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE stands jsonb := jsonb_build_object('id', new_id, 'displayName', title);
BEGIN
    PERFORM must_operate(who);
    PERFORM pg_advisory_xact_lock(hashtext('identity'));
    IF EXISTS (SELECT FROM identity i WHERE i.issuer = token_issuer AND i.subject = token_subject) THEN
        RETURN finish('STANDS', NULL);
    END IF;
    IF EXISTS (SELECT FROM issuer i WHERE i.url = token_issuer AND i.district_id IS NOT NULL) THEN
        RETURN finish('ISSUER', NULL);
    END IF;
    INSERT INTO operator (id, display_name) VALUES (new_id, title);
    INSERT INTO identity (issuer, subject, kind, person_id) VALUES (token_issuer, token_subject, 'OPERATOR', new_id);
    PERFORM record_operation(who, NULL, 'createOperator', 'OPERATOR', new_id, NULL, stands);
    RETURN finish('MADE', stands);
END $$;
-- +goose StatementEnd

-- operator_at_command_line makes the operator that a person at the command line is,
-- who has the owner's login and comes by no token.
-- +goose StatementBegin
CREATE FUNCTION operator_at_command_line(new_id uuid, title text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO operator (id, display_name) VALUES (new_id, title) ON CONFLICT (id) DO NOTHING;
    RETURN jsonb_build_object('status', 'MADE');
END $$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION must_operate(uuid), record_operation(uuid, uuid, text, text, uuid, jsonb, jsonb), enter(text, text),
    finish(text, jsonb), create_region(uuid, uuid, text, text), create_agency(uuid, uuid, text, text),
    create_district(uuid, uuid, text, text, text, text, text, jsonb, date, jsonb), create_staff(uuid, uuid, text, text, text, text, text),
    appoint_coordinator(uuid, uuid, text, uuid, date, timestamptz), create_service_client(uuid, uuid, text, text, text, text[], text[]),
    create_regional_analyst(uuid, uuid, text, text, text), create_agency_staff(uuid, uuid, text, text, text), principal_stands(text, uuid, uuid),
    link_identity(uuid, text, text, text, uuid, text, text), unlink_identity(uuid, text, text, text, uuid),
    create_operator(uuid, uuid, text, text, text), operator_at_command_line(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION create_region(uuid, uuid, text, text), create_agency(uuid, uuid, text, text),
    create_district(uuid, uuid, text, text, text, text, text, jsonb, date, jsonb), create_staff(uuid, uuid, text, text, text, text, text),
    appoint_coordinator(uuid, uuid, text, uuid, date, timestamptz), create_service_client(uuid, uuid, text, text, text, text[], text[]),
    create_regional_analyst(uuid, uuid, text, text, text), create_agency_staff(uuid, uuid, text, text, text),
    link_identity(uuid, text, text, text, uuid, text, text), unlink_identity(uuid, text, text, text, uuid) TO holdfast_application;

-- +goose Down
DROP FUNCTION operator_at_command_line(uuid, text), create_operator(uuid, uuid, text, text, text), unlink_identity(uuid, text, text, text, uuid),
    link_identity(uuid, text, text, text, uuid, text, text), principal_stands(text, uuid, uuid), create_agency_staff(uuid, uuid, text, text, text),
    create_regional_analyst(uuid, uuid, text, text, text), create_service_client(uuid, uuid, text, text, text, text[], text[]),
    appoint_coordinator(uuid, uuid, text, uuid, date, timestamptz), create_staff(uuid, uuid, text, text, text, text, text),
    create_district(uuid, uuid, text, text, text, text, text, jsonb, date, jsonb), create_agency(uuid, uuid, text, text),
    create_region(uuid, uuid, text, text), finish(text, jsonb), enter(text, text),
    record_operation(uuid, uuid, text, text, uuid, jsonb, jsonb), must_operate(uuid);
DROP TABLE operator_log;
