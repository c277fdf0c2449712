-- The records: what was changed (audit_log), who was shown what (access_log), what
-- left the district (disclosure), and the chain of seals over the three. A login
-- that serves adds to them and reads them; it changes and removes nothing.

-- +goose Up

-- Every change, in the change's own transaction: who, what before and after, why.
-- It refers to no other table: a new partition then locks none that an import holds.
CREATE TABLE audit_log (
    district_id    uuid NOT NULL,
    at             timestamptz NOT NULL,
    id             uuid NOT NULL,
    principal_kind text NOT NULL,
    principal_id   uuid NOT NULL,
    operation      text NOT NULL,
    subject        text NOT NULL,
    subject_id     uuid NOT NULL,
    before         jsonb,
    after          jsonb,
    reason         text NOT NULL DEFAULT '',
    PRIMARY KEY (district_id, at, id)
) PARTITION BY RANGE (at);
CREATE INDEX audit_log_by_subject ON audit_log (district_id, subject_id, at);
CREATE INDEX audit_log_by_principal ON audit_log (district_id, principal_id, at);

-- One line an operation and set of classes: a page of a hundred students is one
-- line, or two where some are seen by less.
CREATE TABLE access_log (
    district_id    uuid NOT NULL,
    at             timestamptz NOT NULL,
    id             uuid NOT NULL,
    principal_kind text NOT NULL,
    principal_id   uuid NOT NULL,
    operation      text NOT NULL,
    data_classes   text[] NOT NULL, -- what was shown of the students, or counted over them
    records        text[] NOT NULL, -- what was shown that a role allows, not a class
    because        text[] NOT NULL, -- the roles, each with its reach, that gave it
    student_ids    uuid[] NOT NULL, -- empty: figures over many, or no student's record
    PRIMARY KEY (district_id, at, id)
) PARTITION BY RANGE (at);

-- Where each student stands in it. An index over the array would not be used: its
-- operator may not run before row-level security has.
CREATE TABLE access_log_student (
    district_id uuid NOT NULL,
    student_id  uuid NOT NULL,
    at          timestamptz NOT NULL,
    id          uuid NOT NULL,
    PRIMARY KEY (district_id, student_id, at, id)
) PARTITION BY RANGE (at);

-- What left the district, 34 CFR 99.32: written in the disclosure's own transaction,
-- and kept as long as the student's record.
CREATE TABLE disclosure (
    district_id         uuid NOT NULL,
    at                  timestamptz NOT NULL,
    id                  uuid NOT NULL,
    student_id          uuid NOT NULL,
    party               text NOT NULL CHECK (party <> ''),
    interest            text NOT NULL CHECK (interest <> ''), -- the party's legitimate interest
    basis               text NOT NULL CHECK (basis IN ('CONSENT', 'SCHOOL_OFFICIAL', 'CHILD_WELFARE', 'EMERGENCY', 'STUDY', 'AUDIT', 'LEGAL_ORDER')),
    consent_id          uuid CHECK (basis <> 'CONSENT' OR consent_id IS NOT NULL),
    data_classes        text[] NOT NULL CHECK (cardinality(data_classes) > 0),
    items               text[] NOT NULL, -- the fields, by name
    purpose             text NOT NULL CHECK (purpose <> ''),
    redisclosure_notice text NOT NULL DEFAULT '',
    principal_kind      text NOT NULL,
    principal_id        uuid NOT NULL,
    PRIMARY KEY (district_id, at, id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id)
);
CREATE INDEX disclosure_by_student ON disclosure (district_id, student_id, at);

-- The chain: each seal is a keyed hash of its line and of the seal before it. The key
-- is not in the database. Its order is its own: a line that commits late is sealed
-- late, whatever moment it bears.
CREATE TABLE seal (
    district_id uuid NOT NULL,
    seq         bigint NOT NULL CHECK (seq > 0),
    log         text NOT NULL CHECK (log IN ('ACCESS', 'AUDIT', 'DISCLOSURE')),
    at          timestamptz NOT NULL,
    id          uuid NOT NULL,
    digest      bytea NOT NULL, -- SHA-256 of the line
    sealed_at   timestamptz NOT NULL,
    key_id      bytea NOT NULL, -- which key it was
    mac         bytea NOT NULL, -- HMAC-SHA-256
    PRIMARY KEY (district_id, seq),
    UNIQUE (district_id, log, at, id)
);

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['audit_log', 'access_log', 'access_log_student', 'disclosure', 'seal']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY own_district ON %I USING (district_id = current_district()) WITH CHECK (district_id = current_district())', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO holdfast_application', t);
    END LOOP;
END $$;
-- +goose StatementEnd

-- A partition is made beside its table and then attached: nobody who reads or adds
-- to the table waits for that.
-- +goose StatementBegin
CREATE FUNCTION ensure_audit_partition(day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET timezone = 'UTC' -- a month begins at the same moment for every login
AS $$
DECLARE
    month date := date_trunc('month', day)::date;
    parent text;
    name text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['audit_log', 'access_log', 'access_log_student']
    LOOP
        name := format('%s_%s', parent, to_char(month, 'YYYYMM'));
        CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtext('audit_log partitions'));
        CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', name, parent);
        EXCEPTION WHEN duplicate_table THEN
            CONTINUE; -- somebody else made it, walls and all, while this waited
        END;
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY own_district ON public.%I USING (district_id = current_district()) WITH CHECK (district_id = current_district())', name);
        EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', parent, name, month, month + interval '1 month');
    END LOOP;
END $$;
-- +goose StatementEnd

-- The sealer works through all districts; what they are called tells of no student.
-- +goose StatementBegin
CREATE FUNCTION list_districts() RETURNS TABLE (id uuid, code text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT d.id, d.local_id FROM district d ORDER BY d.local_id $$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION ensure_audit_partition(date), list_districts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_audit_partition(date), list_districts() TO holdfast_application;

-- +goose Down
DROP FUNCTION list_districts(), ensure_audit_partition(date);
DROP TABLE seal, disclosure, access_log_student, access_log, audit_log;
