-- The people who work with students: sections and who is in them, the cases of
-- those who left (the bridge that keeps a leaver visible), and the memory of writes
-- that a client may send twice.

-- +goose Up

CREATE TABLE course (
    district_id  uuid NOT NULL REFERENCES district (id),
    id           uuid NOT NULL,
    local_id     text NOT NULL,
    title        text NOT NULL,
    core_subject text CHECK (core_subject IN ('ENGLISH', 'MATHEMATICS', 'SCIENCE', 'SOCIAL_STUDIES')),
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, local_id)
);

CREATE TABLE section (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    school_id    uuid NOT NULL,
    course_id    uuid NOT NULL,
    school_year  integer NOT NULL,
    local_id     text NOT NULL,
    starts_on    date NOT NULL,
    ends_on      date NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, school_id, school_year, local_id),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id),
    FOREIGN KEY (district_id, course_id) REFERENCES course (district_id, id),
    FOREIGN KEY (district_id, school_year) REFERENCES school_year (district_id, school_year),
    CHECK (ends_on >= starts_on)
);

CREATE TABLE staff_section_association (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    staff_id     uuid NOT NULL,
    section_id   uuid NOT NULL,
    starts_on    date NOT NULL,
    ends_on      date,
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, staff_id, section_id, starts_on),
    FOREIGN KEY (district_id, staff_id) REFERENCES staff (district_id, id),
    FOREIGN KEY (district_id, section_id) REFERENCES section (district_id, id),
    CHECK (ends_on >= starts_on)
);

CREATE TABLE student_section_association (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    student_id   uuid NOT NULL,
    section_id   uuid NOT NULL,
    starts_on    date NOT NULL,
    ends_on      date,
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, section_id, starts_on),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, section_id) REFERENCES section (district_id, id),
    CHECK (ends_on >= starts_on)
);
CREATE INDEX student_section_association_by_section ON student_section_association (district_id, section_id, student_id);

-- A student who left, or never came, and whom the district follows up. While it is
-- open, the school left and the owner keep the student in sight.
CREATE TABLE dropout_case (
    district_id    uuid NOT NULL,
    id             uuid NOT NULL,
    student_id     uuid NOT NULL,
    school_id      uuid NOT NULL,
    owner_id       uuid,
    opened_because text NOT NULL,
    left_on        date NOT NULL,
    recorded_on    date NOT NULL,
    determination  text NOT NULL DEFAULT 'SUSPECTED' CHECK (determination IN ('SUSPECTED', 'CONFIRMED', 'EXPLAINED')),
    status         text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'CONTACTING', 'RE_ENGAGED', 'REFERRED_ELSEWHERE', 'UNREACHED')),
    closed_on      date,
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id),
    FOREIGN KEY (district_id, owner_id) REFERENCES staff (district_id, id)
);
CREATE INDEX dropout_case_by_student ON dropout_case (district_id, student_id);
CREATE UNIQUE INDEX dropout_case_one_open ON dropout_case (district_id, student_id) WHERE closed_on IS NULL;

-- What a client wrote under a key: the same key and body gives the first result
-- again, another body with the key is a conflict.
CREATE TABLE idempotency (
    district_id  uuid NOT NULL REFERENCES district (id),
    principal_id uuid NOT NULL,
    operation    text NOT NULL,
    key          text NOT NULL,
    body_hash    bytea NOT NULL,
    result_id    uuid NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, principal_id, operation, key)
);

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['course', 'section', 'staff_section_association', 'student_section_association', 'dropout_case', 'idempotency']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY own_district ON %I USING (district_id = current_district()) WITH CHECK (district_id = current_district())', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO holdfast_application', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['course', 'section', 'staff_section_association', 'student_section_association', 'dropout_case']
    LOOP
        EXECUTE format('GRANT UPDATE ON %I TO holdfast_application', t);
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE idempotency, dropout_case, student_section_association, staff_section_association, section, course;
