-- Who may know what beyond a role's own classes, and who learns from whom: notes
-- with their revisions, grants of single items, and the pairs of mentors and
-- advocates.

-- +goose Up

-- A note about a student. GENERAL is CASEWORK; RESTRICTED is read by its author and
-- by those to whom it was granted. What it says stands in its revisions.
CREATE TABLE note (
    district_id uuid NOT NULL,
    id          uuid NOT NULL,
    student_id  uuid NOT NULL,
    staff_id    uuid NOT NULL,
    visibility  text NOT NULL CHECK (visibility IN ('GENERAL', 'RESTRICTED')),
    written_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, staff_id) REFERENCES staff (district_id, id)
);
CREATE INDEX note_by_student ON note (district_id, student_id, written_at DESC, id DESC);

-- What a note says, and said before: the last one holds, none is ever changed.
CREATE TABLE note_revision (
    district_id uuid NOT NULL,
    id          uuid NOT NULL,
    note_id     uuid NOT NULL,
    revision    integer NOT NULL CHECK (revision > 0),
    body        text NOT NULL,
    written_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, note_id, revision),
    FOREIGN KEY (district_id, note_id) REFERENCES note (district_id, id)
);

-- One item that a member of staff may read of a student: circumstances of a kind,
-- whether the student has any or not, or one restricted note. It opens nothing
-- beyond the reach and the class that a role gives that day. The foreign key to the
-- note carries the student: a note of another cannot be granted.
CREATE TABLE need_to_know_grant (
    district_id         uuid NOT NULL,
    id                  uuid NOT NULL,
    staff_id            uuid NOT NULL,
    granted_by          uuid NOT NULL,
    student_id          uuid NOT NULL,
    characteristic_kind text,
    note_id             uuid,
    reason              text NOT NULL CHECK (reason <> ''),
    starts_on           date NOT NULL,
    ends_on             date NOT NULL,
    granted_at          timestamptz NOT NULL DEFAULT now(),
    revoked_at          timestamptz,
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, staff_id) REFERENCES staff (district_id, id),
    FOREIGN KEY (district_id, granted_by) REFERENCES staff (district_id, id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, student_id, note_id) REFERENCES note (district_id, student_id, id) ON UPDATE CASCADE,
    CHECK (num_nonnulls(characteristic_kind, note_id) = 1),
    CHECK (staff_id <> granted_by),
    CHECK (ends_on >= starts_on)
);
CREATE INDEX need_to_know_grant_of ON need_to_know_grant (district_id, staff_id, student_id) WHERE revoked_at IS NULL;

-- Who learns from whom, between days: the mentor sees the advocate's caseload, and
-- until shadow_until the advocate sees the mentor's.
CREATE TABLE mentor_pairing (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    mentor_id    uuid NOT NULL,
    advocate_id  uuid NOT NULL,
    starts_on    date NOT NULL,
    shadow_until date,
    ends_on      date,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, mentor_id, advocate_id, starts_on),
    FOREIGN KEY (district_id, mentor_id) REFERENCES staff (district_id, id),
    FOREIGN KEY (district_id, advocate_id) REFERENCES staff (district_id, id),
    CHECK (mentor_id <> advocate_id),
    CHECK (shadow_until >= starts_on),
    CHECK (ends_on >= starts_on)
);
CREATE INDEX mentor_pairing_of_advocate ON mentor_pairing (district_id, advocate_id);

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['note', 'note_revision', 'need_to_know_grant', 'mentor_pairing']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY own_district ON %I USING (district_id = current_district()) WITH CHECK (district_id = current_district())', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO holdfast_application', t);
    END LOOP;
END $$;
-- +goose StatementEnd

-- A role that is ended before its first day holds on none: its last day is the one
-- before. What stands has fulfilled the stricter check; nothing is left to validate.
ALTER TABLE role_assignment DROP CONSTRAINT role_assignment_check;
ALTER TABLE role_assignment ADD CONSTRAINT role_assignment_days CHECK (ends_on >= starts_on - 1) NOT VALID;

-- What a note says is added to, never changed; a grant is revoked, never rewritten.
GRANT UPDATE (revoked_at, ends_on) ON need_to_know_grant TO holdfast_application;
GRANT UPDATE ON mentor_pairing TO holdfast_application;

-- Who asks comes with what the district's policy makes of the table of roles, each
-- version from its day on, the latest first.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION identify(token_issuer text, token_subject text, chosen uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    previous text := coalesce(current_setting('holdfast.district_id', true), '');
    answer jsonb;
    candidates jsonb;
    one identity%ROWTYPE;
    matches bigint;
BEGIN
    SELECT count(*), coalesce(jsonb_agg(jsonb_build_object('kind', i.kind, 'id', i.person_id)), '[]')
      INTO matches, candidates
      FROM identity i
     WHERE i.issuer = token_issuer AND i.subject = token_subject AND (chosen IS NULL OR i.person_id = chosen);
    IF matches <> 1 THEN
        RETURN jsonb_build_object('candidates', candidates);
    END IF;
    SELECT i.* INTO one FROM identity i
     WHERE i.issuer = token_issuer AND i.subject = token_subject AND (chosen IS NULL OR i.person_id = chosen);
    IF one.kind = 'OPERATOR' THEN
        RETURN jsonb_build_object('candidates', candidates, 'kind', one.kind, 'id', one.person_id,
            'displayName', (SELECT o.display_name FROM operator o WHERE o.id = one.person_id));
    END IF;
    IF one.kind <> 'STAFF' THEN
        RETURN jsonb_build_object('candidates', '[]'::jsonb);
    END IF;
    PERFORM set_config('holdfast.district_id', one.district_id::text, true);
    SELECT jsonb_build_object('candidates', candidates, 'kind', one.kind, 'id', s.id,
            'displayName', coalesce(nullif(s.preferred_first_name, ''), s.first_name) || ' ' || coalesce(nullif(s.preferred_last_name, ''), s.last_name),
            'engagement', s.engagement, 'agreementSignedOn', s.agreement_signed_on,
            'district', jsonb_build_object('id', d.id, 'localId', d.local_id, 'name', d.name, 'timeZone', d.time_zone),
            'region', (SELECT jsonb_build_object('id', r.id, 'name', r.name) FROM region r WHERE r.id = d.region_id),
            'roles', coalesce((
                SELECT jsonb_agg(jsonb_build_object('id', a.id, 'role', a.role, 'schoolId', a.school_id, 'schoolName', c.name,
                           'startsOn', a.starts_on, 'endsOn', a.ends_on) ORDER BY a.starts_on, a.id)
                  FROM role_assignment a
                  LEFT JOIN school c ON c.district_id = a.district_id AND c.id = a.school_id
                 WHERE a.district_id = one.district_id AND a.staff_id = s.id), '[]'),
            'policies', coalesce((
                SELECT jsonb_agg(jsonb_build_object('startsOn', p.starts_on, 'access', coalesce(p.document -> 'access', '{}')) ORDER BY p.version DESC)
                  FROM district_policy p
                 WHERE p.district_id = one.district_id), '[]'))
      INTO answer
      FROM staff s
      JOIN district d ON d.id = s.district_id
     WHERE s.district_id = one.district_id AND s.id = one.person_id AND s.withdrawn_at IS NULL;
    PERFORM set_config('holdfast.district_id', previous, true);
    RETURN coalesce(answer, jsonb_build_object('candidates', '[]'::jsonb));
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION identify(token_issuer text, token_subject text, chosen uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    previous text := coalesce(current_setting('holdfast.district_id', true), '');
    answer jsonb;
    candidates jsonb;
    one identity%ROWTYPE;
    matches bigint;
BEGIN
    SELECT count(*), coalesce(jsonb_agg(jsonb_build_object('kind', i.kind, 'id', i.person_id)), '[]')
      INTO matches, candidates
      FROM identity i
     WHERE i.issuer = token_issuer AND i.subject = token_subject AND (chosen IS NULL OR i.person_id = chosen);
    IF matches <> 1 THEN
        RETURN jsonb_build_object('candidates', candidates);
    END IF;
    SELECT i.* INTO one FROM identity i
     WHERE i.issuer = token_issuer AND i.subject = token_subject AND (chosen IS NULL OR i.person_id = chosen);
    IF one.kind = 'OPERATOR' THEN
        RETURN jsonb_build_object('candidates', candidates, 'kind', one.kind, 'id', one.person_id,
            'displayName', (SELECT o.display_name FROM operator o WHERE o.id = one.person_id));
    END IF;
    IF one.kind <> 'STAFF' THEN
        RETURN jsonb_build_object('candidates', '[]'::jsonb);
    END IF;
    PERFORM set_config('holdfast.district_id', one.district_id::text, true);
    SELECT jsonb_build_object('candidates', candidates, 'kind', one.kind, 'id', s.id,
            'displayName', coalesce(nullif(s.preferred_first_name, ''), s.first_name) || ' ' || coalesce(nullif(s.preferred_last_name, ''), s.last_name),
            'engagement', s.engagement, 'agreementSignedOn', s.agreement_signed_on,
            'district', jsonb_build_object('id', d.id, 'localId', d.local_id, 'name', d.name, 'timeZone', d.time_zone),
            'region', (SELECT jsonb_build_object('id', r.id, 'name', r.name) FROM region r WHERE r.id = d.region_id),
            'roles', coalesce((
                SELECT jsonb_agg(jsonb_build_object('id', a.id, 'role', a.role, 'schoolId', a.school_id, 'schoolName', c.name,
                           'startsOn', a.starts_on, 'endsOn', a.ends_on) ORDER BY a.starts_on, a.id)
                  FROM role_assignment a
                  LEFT JOIN school c ON c.district_id = a.district_id AND c.id = a.school_id
                 WHERE a.district_id = one.district_id AND a.staff_id = s.id), '[]'))
      INTO answer
      FROM staff s
      JOIN district d ON d.id = s.district_id
     WHERE s.district_id = one.district_id AND s.id = one.person_id AND s.withdrawn_at IS NULL;
    PERFORM set_config('holdfast.district_id', previous, true);
    RETURN coalesce(answer, jsonb_build_object('candidates', '[]'::jsonb));
END $$;
-- +goose StatementEnd
ALTER TABLE role_assignment DROP CONSTRAINT role_assignment_days;
ALTER TABLE role_assignment ADD CONSTRAINT role_assignment_check CHECK (ends_on >= starts_on) NOT VALID;
DROP TABLE mentor_pairing, need_to_know_grant, note_revision, note;
