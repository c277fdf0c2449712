-- Who and where, student and record, figures and flags, the work with students,
-- and imports. Keys are (district_id, id) and foreign keys carry district_id, so
-- that a row cannot point into another district; every unique index begins with
-- district_id, so that nobody learns of a duplicate elsewhere.

-- +goose Up

-- Who and where ---------------------------------------------------------------

CREATE TABLE region (
    id       uuid PRIMARY KEY,
    local_id text NOT NULL UNIQUE,
    name     text NOT NULL
);

CREATE TABLE agency (
    id       uuid PRIMARY KEY,
    local_id text NOT NULL UNIQUE,
    name     text NOT NULL
);

CREATE TABLE district (
    id        uuid PRIMARY KEY,
    region_id uuid REFERENCES region (id),
    local_id  text NOT NULL UNIQUE,
    name      text NOT NULL,
    state     text NOT NULL DEFAULT '',
    time_zone text NOT NULL
);

CREATE TABLE district_policy (
    district_id uuid NOT NULL REFERENCES district (id),
    id          uuid NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    starts_on   date NOT NULL,
    document    jsonb NOT NULL,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, version)
);

CREATE TABLE operator (
    id           uuid PRIMARY KEY,
    display_name text NOT NULL
);

CREATE TABLE regional_analyst (
    region_id    uuid NOT NULL REFERENCES region (id),
    id           uuid NOT NULL,
    local_id     text NOT NULL,
    display_name text NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (region_id, id),
    UNIQUE (region_id, local_id)
);

CREATE TABLE agency_staff (
    agency_id    uuid NOT NULL REFERENCES agency (id),
    id           uuid NOT NULL,
    local_id     text NOT NULL,
    display_name text NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (agency_id, id),
    UNIQUE (agency_id, local_id)
);

-- A machine client reads and writes the classes named when it was made, and never
-- more than a data steward does: internal/access holds it to that, whatever stands
-- here. One without classes is a front-end server, which passes its user's token on.
CREATE TABLE service_client (
    district_id   uuid NOT NULL REFERENCES district (id),
    id            uuid NOT NULL,
    local_id      text NOT NULL,
    display_name  text NOT NULL,
    read_classes  text[] NOT NULL,
    write_classes text[] NOT NULL,
    withdrawn_at  timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, local_id)
);

-- Which principals a token's subject is. No names; the application reads it only
-- through identify().
CREATE TABLE identity (
    issuer      text NOT NULL,
    subject     text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('STAFF', 'REGIONAL', 'PARTNER', 'SERVICE', 'OPERATOR')),
    district_id uuid REFERENCES district (id),
    person_id   uuid NOT NULL,
    region_id   uuid,
    agency_id   uuid,
    PRIMARY KEY (issuer, subject, person_id),
    CONSTRAINT identity_region FOREIGN KEY (region_id) REFERENCES region (id),
    CONSTRAINT identity_agency FOREIGN KEY (agency_id) REFERENCES agency (id),
    CHECK ((kind IN ('STAFF', 'SERVICE')) = (district_id IS NOT NULL)),
    CONSTRAINT identity_of_region CHECK ((kind = 'REGIONAL') = (region_id IS NOT NULL)),
    CONSTRAINT identity_of_agency CHECK ((kind = 'PARTNER') = (agency_id IS NOT NULL))
);

CREATE TABLE school (
    district_id   uuid NOT NULL REFERENCES district (id),
    id            uuid NOT NULL,
    local_id      text NOT NULL,
    name          text NOT NULL,
    level         text NOT NULL CHECK (level IN ('ELEMENTARY', 'MIDDLE', 'HIGH', 'OTHER')),
    lowest_grade  text NOT NULL DEFAULT '',
    highest_grade text NOT NULL DEFAULT '',
    alternative   boolean NOT NULL DEFAULT false,
    withdrawn_at  timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, local_id)
);

CREATE TABLE school_year (
    district_id uuid NOT NULL REFERENCES district (id),
    id          uuid NOT NULL,
    school_year integer NOT NULL CHECK (school_year BETWEEN 1900 AND 2999),
    starts_on   date NOT NULL,
    ends_on     date NOT NULL,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, school_year),
    CHECK (starts_on < ends_on)
);

CREATE TABLE calendar (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    school_id    uuid NOT NULL,
    school_year  integer NOT NULL,
    local_id     text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('SCHOOL', 'STUDENT_SPECIFIC', 'OTHER')),
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, school_id, school_year, local_id),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id),
    FOREIGN KEY (district_id, school_year) REFERENCES school_year (district_id, school_year)
);

CREATE TABLE calendar_date (
    district_id   uuid NOT NULL,
    id            uuid NOT NULL,
    calendar_id   uuid NOT NULL,
    on_date       date NOT NULL,
    instructional boolean NOT NULL,
    event         text NOT NULL DEFAULT '',
    withdrawn_at  timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, calendar_id, on_date),
    FOREIGN KEY (district_id, calendar_id) REFERENCES calendar (district_id, id)
);

-- The last day whose attendance a school declared complete: silence after it is
-- not presence.
CREATE TABLE attendance_completeness (
    district_id   uuid NOT NULL,
    id            uuid NOT NULL,
    school_id     uuid NOT NULL,
    school_year   integer NOT NULL,
    known_through date NOT NULL,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, school_id, school_year),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id)
);

CREATE TABLE staff (
    district_id          uuid NOT NULL REFERENCES district (id),
    id                   uuid NOT NULL,
    local_id             text NOT NULL,
    first_name           text NOT NULL,
    last_name            text NOT NULL,
    preferred_first_name text NOT NULL DEFAULT '',
    preferred_last_name  text NOT NULL DEFAULT '',
    email                text NOT NULL DEFAULT '',
    login                text NOT NULL DEFAULT '',
    languages            text[] NOT NULL DEFAULT '{}',
    qualifications       text[] NOT NULL DEFAULT '{}',
    communities          text[] NOT NULL DEFAULT '{}',
    engagement           text NOT NULL DEFAULT 'EMPLOYEE' CHECK (engagement IN ('EMPLOYEE', 'CONTRACTOR', 'VOLUNTEER')),
    agreement_signed_on  date,
    withdrawn_at         timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, local_id)
);

-- A role that is ended before its first day holds on none: its last day is the one
-- before.
CREATE TABLE role_assignment (
    district_id uuid NOT NULL,
    id          uuid NOT NULL,
    staff_id    uuid NOT NULL,
    role        text NOT NULL,
    school_id   uuid,
    starts_on   date NOT NULL,
    ends_on     date,
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, staff_id) REFERENCES staff (district_id, id),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id),
    CONSTRAINT role_assignment_days CHECK (ends_on >= starts_on - 1)
);
CREATE INDEX role_assignment_staff ON role_assignment (district_id, staff_id);

-- Student and record ----------------------------------------------------------

-- A student whose record was merged into another's stays, out of sight. merged_rank
-- is whose rows come first among the records of one student: 0 of who stands, then
-- in the order in which the records gave way to each other.
CREATE TABLE student (
    district_id          uuid NOT NULL REFERENCES district (id),
    id                   uuid NOT NULL,
    local_id             text NOT NULL,
    state_id             text,
    first_name           text COLLATE "und-x-icu" NOT NULL,
    middle_name          text NOT NULL DEFAULT '',
    last_name            text COLLATE "und-x-icu" NOT NULL,
    suffix               text NOT NULL DEFAULT '',
    preferred_first_name text NOT NULL DEFAULT '',
    preferred_last_name  text NOT NULL DEFAULT '',
    birth_date           date,
    grade_level          text NOT NULL DEFAULT 'OTHER',
    sex                  text NOT NULL DEFAULT '',
    race_ethnicity       text[] NOT NULL DEFAULT '{}',
    languages            text[] NOT NULL DEFAULT '{}',
    community            text NOT NULL DEFAULT '',
    cohort_year          integer,
    merged_into          uuid,
    withdrawn_at         timestamptz,
    search_text          text NOT NULL GENERATED ALWAYS AS (lower(
        first_name || ' ' || middle_name || ' ' || last_name || ' ' ||
        preferred_first_name || ' ' || preferred_last_name || ' ' || local_id)) STORED,
    merged_at            timestamptz,
    merged_rank          integer NOT NULL DEFAULT 0,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, local_id),
    FOREIGN KEY (district_id, merged_into) REFERENCES student (district_id, id)
);
CREATE INDEX student_by_name ON student (district_id, last_name, first_name, id) WHERE withdrawn_at IS NULL;
-- A merged student's state id is free: the source gives it to the student who stays.
CREATE UNIQUE INDEX student_one_state_id ON student (district_id, state_id) WHERE merged_into IS NULL;
CREATE INDEX student_merged_into ON student (district_id, merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE student_school_association (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    student_id   uuid NOT NULL,
    school_id    uuid NOT NULL,
    school_year  integer NOT NULL,
    calendar_id  uuid,
    entry_date   date NOT NULL,
    entry_type   text NOT NULL DEFAULT 'OTHER',
    exit_date    date,
    exit_type    text,
    exit_code    text NOT NULL DEFAULT '',
    grade_level  text NOT NULL,
    recorded_on  date NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, school_id, entry_date),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id),
    FOREIGN KEY (district_id, calendar_id) REFERENCES calendar (district_id, id),
    FOREIGN KEY (district_id, school_year) REFERENCES school_year (district_id, school_year),
    CHECK (exit_date >= entry_date)
);
CREATE INDEX student_school_association_by_school
    ON student_school_association (district_id, school_id, school_year, student_id)
    INCLUDE (entry_date, exit_date, exit_type);

CREATE TABLE person (
    district_id          uuid NOT NULL REFERENCES district (id),
    id                   uuid NOT NULL,
    local_id             text NOT NULL,
    first_name           text NOT NULL,
    last_name            text NOT NULL,
    preferred_first_name text NOT NULL DEFAULT '',
    preferred_last_name  text NOT NULL DEFAULT '',
    language             text,
    best_way_to_reach    text,
    last_confirmed_on    date,
    last_confirmed_by    uuid,
    withdrawn_at         timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, local_id),
    FOREIGN KEY (district_id, last_confirmed_by) REFERENCES staff (district_id, id)
);

CREATE TABLE contact_channel (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    person_id    uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('PHONE', 'TEXT', 'EMAIL', 'ADDRESS')),
    value        text NOT NULL,
    label        text NOT NULL DEFAULT '',
    priority     integer NOT NULL DEFAULT 0,
    opted_out    boolean NOT NULL DEFAULT false,
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, person_id, kind, value),
    FOREIGN KEY (district_id, person_id) REFERENCES person (district_id, id)
);

CREATE TABLE student_contact (
    district_id       uuid NOT NULL,
    id                uuid NOT NULL,
    student_id        uuid NOT NULL,
    person_id         uuid NOT NULL,
    relation          text NOT NULL,
    lives_with        boolean,
    education_rights  boolean,
    no_contact        boolean NOT NULL DEFAULT false,
    is_primary        boolean,
    is_emergency      boolean,
    withdrawn_at      timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, person_id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, person_id) REFERENCES person (district_id, id)
);

CREATE TABLE student_characteristic (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    student_id   uuid NOT NULL,
    kind         text NOT NULL,
    starts_on    date NOT NULL,
    ends_on      date,
    detail       text NOT NULL DEFAULT '',
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, kind, starts_on, detail),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    CHECK (ends_on >= starts_on)
);

-- Exceptions only: a student with no event was present, up to the school's
-- known_through. Partitioned by school year; nothing points at a row. fraction
-- is ten-thousandths of a day; minutes is how long the event took, where that was said.
CREATE TABLE attendance_event (
    district_id  uuid NOT NULL,
    school_year  integer NOT NULL,
    student_id   uuid NOT NULL,
    on_date      date NOT NULL,
    school_id    uuid NOT NULL,
    category     text NOT NULL CHECK (category IN ('EXCUSED_ABSENCE', 'UNEXCUSED_ABSENCE', 'OUT_OF_SCHOOL_SUSPENSION',
        'IN_SCHOOL_SUSPENSION', 'TARDY', 'EARLY_DEPARTURE', 'PARTIAL', 'PRESENT')),
    fraction     integer NOT NULL CHECK (fraction BETWEEN 0 AND 10000),
    excused      boolean NOT NULL DEFAULT false,
    minutes      integer CHECK (minutes >= 0),
    reason       text NOT NULL DEFAULT '',
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, school_year, student_id, on_date, school_id, category),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id)
) PARTITION BY LIST (school_year);

-- Figures and flags -----------------------------------------------------------
-- Days absent are ten-thousandths of a day; days enrolled are whole days.

CREATE TABLE student_school_attendance (
    district_id    uuid NOT NULL,
    id             uuid NOT NULL DEFAULT gen_random_uuid(),
    student_id     uuid NOT NULL,
    school_id      uuid NOT NULL,
    school_year    integer NOT NULL,
    enrolled_days  integer NOT NULL,
    absent         bigint NOT NULL,
    excused        bigint NOT NULL,
    unexcused      bigint NOT NULL,
    suspended      bigint NOT NULL,
    tardies        integer NOT NULL,
    current_streak integer NOT NULL,
    measured       boolean NOT NULL,
    chronic        boolean NOT NULL,
    as_of          date NOT NULL,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, school_year, school_id, student_id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id),
    CHECK (excused + unexcused + suspended = absent)
);
CREATE INDEX student_school_attendance_by_student ON student_school_attendance (district_id, student_id);

-- truant_days are those unexcused or with a long tardy, by the district's policy.
CREATE TABLE student_attendance (
    district_id    uuid NOT NULL,
    id             uuid NOT NULL DEFAULT gen_random_uuid(),
    student_id     uuid NOT NULL,
    school_year    integer NOT NULL,
    enrolled_days  integer NOT NULL,
    absent         bigint NOT NULL,
    excused        bigint NOT NULL,
    unexcused      bigint NOT NULL,
    suspended      bigint NOT NULL,
    tardies        integer NOT NULL,
    truant_days    integer NOT NULL DEFAULT 0,
    current_streak integer NOT NULL,
    measured       boolean NOT NULL,
    chronic        boolean NOT NULL,
    as_of          date NOT NULL,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, school_year, student_id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    CHECK (excused + unexcused + suspended = absent)
);
CREATE INDEX student_attendance_by_absence ON student_attendance (district_id, school_year, absent, student_id);
CREATE INDEX student_attendance_chronic ON student_attendance (district_id, school_year, student_id) WHERE chronic;

CREATE TABLE student_risk (
    district_id    uuid NOT NULL,
    id             uuid NOT NULL DEFAULT gen_random_uuid(),
    student_id     uuid NOT NULL,
    school_year    integer NOT NULL,
    level          text NOT NULL CHECK (level IN ('ON_TRACK', 'EARLY_WARNING', 'AT_RISK', 'CRITICAL', 'NOT_MEASURED')),
    not_measured   text[] NOT NULL,
    as_of          date NOT NULL,
    policy_version integer NOT NULL,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, school_year, student_id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id)
);
CREATE INDEX student_risk_by_level ON student_risk (district_id, school_year, level, student_id);

-- One flag a student, rule and school year; its history is beside it. numerator,
-- denominator and threshold are integers in ten-thousandths. What a person made of it
-- stands with the figure that they saw, so that a figure that worsens opens it again.
CREATE TABLE risk_flag (
    district_id    uuid NOT NULL,
    id             uuid NOT NULL DEFAULT gen_random_uuid(),
    student_id     uuid NOT NULL,
    school_year    integer NOT NULL,
    domain         text NOT NULL CHECK (domain IN ('ATTENDANCE', 'BEHAVIOR', 'COURSE_PERFORMANCE', 'OVERAGE', 'TRUANCY',
        'NOT_RESPONDING', 'TARDY', 'ASSESSMENT')),
    rule           text NOT NULL,
    severity       text NOT NULL CHECK (severity IN ('EARLY_WARNING', 'AT_RISK')),
    status         text NOT NULL CHECK (status IN ('OPEN', 'ACKNOWLEDGED', 'RESOLVED', 'DISMISSED')),
    since          date NOT NULL,
    as_of          date NOT NULL,
    numerator      bigint NOT NULL,
    denominator    bigint NOT NULL,
    threshold      bigint NOT NULL,
    policy_version integer NOT NULL,
    version        integer NOT NULL DEFAULT 1,
    answered_by    uuid,
    answered_at    timestamptz,
    answer_reason  text NOT NULL DEFAULT '',
    answered_numerator   bigint,
    answered_denominator bigint,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, school_year, rule),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, answered_by) REFERENCES staff (district_id, id)
);
CREATE INDEX risk_flag_by_status ON risk_flag (district_id, school_year, status, since, student_id);

CREATE TABLE risk_flag_history (
    district_id    uuid NOT NULL,
    id             uuid NOT NULL DEFAULT gen_random_uuid(),
    risk_flag_id   uuid NOT NULL,
    recorded_at    timestamptz NOT NULL,
    status         text NOT NULL,
    severity       text NOT NULL,
    as_of          date NOT NULL,
    numerator      bigint NOT NULL,
    denominator    bigint NOT NULL,
    threshold      bigint NOT NULL,
    policy_version integer NOT NULL,
    changed_by     uuid, -- who answered it; NULL: a recompute
    reason         text NOT NULL DEFAULT '',
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, risk_flag_id) REFERENCES risk_flag (district_id, id),
    FOREIGN KEY (district_id, changed_by) REFERENCES staff (district_id, id)
);
CREATE INDEX risk_flag_history_by_flag ON risk_flag_history (district_id, risk_flag_id, recorded_at);

-- The work with students ------------------------------------------------------

CREATE TABLE advocate_assignment (
    district_id     uuid NOT NULL,
    id              uuid NOT NULL,
    student_id      uuid NOT NULL,
    staff_id        uuid NOT NULL,
    role            text NOT NULL CHECK (role IN ('PRIMARY', 'CASE_MANAGER', 'BACKUP')),
    intensity       text NOT NULL DEFAULT 'STANDARD' CHECK (intensity IN ('INTENSIVE', 'STANDARD', 'LIGHT')),
    starts_on       date NOT NULL,
    ends_on         date,
    override_reason text NOT NULL DEFAULT '',
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, staff_id) REFERENCES staff (district_id, id),
    CHECK (ends_on >= starts_on)
);
CREATE UNIQUE INDEX advocate_assignment_one_primary ON advocate_assignment (district_id, student_id)
    WHERE role = 'PRIMARY' AND ends_on IS NULL;
CREATE INDEX advocate_assignment_by_staff ON advocate_assignment (district_id, staff_id, student_id);
CREATE INDEX advocate_assignment_by_student ON advocate_assignment (district_id, student_id);

CREATE TABLE contact_log (
    district_id uuid NOT NULL,
    id          uuid NOT NULL,
    student_id  uuid NOT NULL,
    staff_id    uuid NOT NULL,
    person_id   uuid,
    occurred_at timestamptz NOT NULL,
    method      text NOT NULL CHECK (method IN ('IN_PERSON', 'PHONE', 'TEXT', 'EMAIL', 'MAIL', 'HOME_VISIT', 'EMPLOYER_VISIT', 'VIDEO')),
    outcome     text NOT NULL CHECK (outcome IN ('REACHED', 'LEFT_MESSAGE', 'NO_ANSWER', 'WRONG_NUMBER', 'REFUSED')),
    summary     text NOT NULL DEFAULT '',
    positive    boolean NOT NULL DEFAULT false,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, staff_id) REFERENCES staff (district_id, id),
    FOREIGN KEY (district_id, person_id) REFERENCES person (district_id, id)
);
CREATE INDEX contact_log_by_student ON contact_log (district_id, student_id, occurred_at DESC, id DESC);

-- Imports ---------------------------------------------------------------------

CREATE TABLE import_run (
    district_id uuid NOT NULL REFERENCES district (id),
    id          uuid NOT NULL,
    source      text NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    status      text NOT NULL CHECK (status IN ('RUNNING', 'SUCCEEDED', 'FAILED', 'INTERRUPTED', 'REFUSED')),
    problem     text NOT NULL DEFAULT '',
    PRIMARY KEY (district_id, id)
);
CREATE INDEX import_run_by_start ON import_run (district_id, started_at DESC, id DESC);

CREATE TABLE import_run_count (
    district_id uuid NOT NULL,
    id          uuid NOT NULL,
    run_id      uuid NOT NULL,
    position    integer NOT NULL,
    kind        text NOT NULL,
    read        bigint NOT NULL,
    created     bigint NOT NULL,
    updated     bigint NOT NULL,
    unchanged   bigint NOT NULL,
    removed     bigint NOT NULL,
    quarantined bigint NOT NULL,
    passed_over bigint NOT NULL,
    merged      bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, run_id, position),
    FOREIGN KEY (district_id, run_id) REFERENCES import_run (district_id, id)
);

-- Quarantine: rows that could not be trusted. content is what was read of the row,
-- by the names of its kind's fields, so that it can be corrected and replayed.
CREATE TABLE quarantined_row (
    district_id uuid NOT NULL,
    id          uuid NOT NULL,
    run_id      uuid NOT NULL,
    kind        text NOT NULL,
    file        text NOT NULL,
    line        integer NOT NULL,
    content     jsonb NOT NULL,
    replayed_by uuid, -- the run that loaded it after all
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, run_id) REFERENCES import_run (district_id, id),
    FOREIGN KEY (district_id, replayed_by) REFERENCES import_run (district_id, id)
);
CREATE INDEX quarantined_row_by_run ON quarantined_row (district_id, run_id, file, line, id);
CREATE INDEX quarantined_row_waiting ON quarantined_row (district_id, run_id, file, line, id) WHERE replayed_by IS NULL;

-- What an import has to say of its rows: a problem that kept one in quarantine, one
-- that was put up with, or a difference between two sources. occurrences is how often
-- the same was put up with in the file; line is the first.
CREATE TABLE import_issue (
    district_id uuid NOT NULL,
    id          uuid NOT NULL,
    run_id      uuid NOT NULL,
    outcome     text NOT NULL DEFAULT 'QUARANTINED' CHECK (outcome IN ('QUARANTINED', 'TOLERATED', 'DIFFERENCE')),
    row_id      uuid,
    kind        text NOT NULL,
    file        text NOT NULL,
    line        integer NOT NULL,
    field       text NOT NULL,
    value       text NOT NULL,
    problem     text NOT NULL,
    hint        text NOT NULL,
    occurrences integer NOT NULL DEFAULT 1,
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, run_id) REFERENCES import_run (district_id, id),
    FOREIGN KEY (district_id, row_id) REFERENCES quarantined_row (district_id, id)
);
CREATE INDEX import_issue_by_run ON import_issue (district_id, run_id, file, line, id);
CREATE INDEX import_issue_by_row ON import_issue (district_id, row_id) WHERE row_id IS NOT NULL;

-- +goose Down
DROP TABLE import_issue, quarantined_row, import_run_count, import_run, contact_log, advocate_assignment, risk_flag_history, risk_flag,
    student_risk, student_attendance, student_school_attendance, attendance_event, student_characteristic, student_contact,
    contact_channel, person, student_school_association, student, role_assignment, staff, attendance_completeness,
    calendar_date, calendar, school_year, school, identity, service_client, agency_staff, regional_analyst, operator,
    district_policy, district, agency, region;
