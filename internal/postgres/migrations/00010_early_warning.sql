-- What early warning looks at beside attendance: discipline, grades, credits and
-- assessments, with the figures drawn from them; the support menu and the plans that
-- an import tells of; the requests that reports raise; and the jobs of the server.
-- Days of suspension, marks, grade points and credits are integers in
-- ten-thousandths.

-- +goose Up

-- Terms, sessions and grading periods of a school, or of all of a district's.
CREATE TABLE term (
    district_id  uuid NOT NULL REFERENCES district (id),
    id           uuid NOT NULL,
    school_id    uuid,
    school_year  integer NOT NULL,
    local_id     text NOT NULL,
    name         text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('YEAR', 'SEMESTER', 'TERM', 'GRADING_PERIOD', 'OTHER')),
    starts_on    date NOT NULL,
    ends_on      date NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE NULLS NOT DISTINCT (district_id, school_id, school_year, local_id),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id),
    FOREIGN KEY (district_id, school_year) REFERENCES school_year (district_id, school_year),
    CHECK (ends_on >= starts_on)
);

-- Discipline ------------------------------------------------------------------

-- The last day through which a school year's discipline was loaded: without it, no
-- incident means that nothing was sent, and behavior is not measured.
CREATE TABLE discipline_completeness (
    district_id   uuid NOT NULL REFERENCES district (id),
    id            uuid NOT NULL,
    school_year   integer NOT NULL,
    known_through date NOT NULL,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, school_year),
    FOREIGN KEY (district_id, school_year) REFERENCES school_year (district_id, school_year)
);

CREATE TABLE discipline_incident (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    school_id    uuid NOT NULL,
    school_year  integer NOT NULL,
    local_id     text NOT NULL,
    occurred_on  date NOT NULL,
    behavior     text NOT NULL DEFAULT '',
    location     text NOT NULL DEFAULT '',
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, school_id, local_id),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id),
    FOREIGN KEY (district_id, school_year) REFERENCES school_year (district_id, school_year)
);

-- A student's part in an incident, a row a behavior. Only PERPETRATOR raises risk.
CREATE TABLE discipline_participation (
    district_id   uuid NOT NULL,
    id            uuid NOT NULL,
    student_id    uuid NOT NULL,
    incident_id   uuid NOT NULL,
    participation text NOT NULL CHECK (participation IN ('PERPETRATOR', 'VICTIM', 'WITNESS', 'REPORTER')),
    behavior      text NOT NULL DEFAULT '',
    withdrawn_at  timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, incident_id, participation, behavior),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, incident_id) REFERENCES discipline_incident (district_id, id)
);

-- What was done about it. An action of several kinds is a row for each.
CREATE TABLE discipline_action (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    student_id   uuid NOT NULL,
    school_id    uuid,
    school_year  integer NOT NULL,
    local_id     text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('REMOVAL_FROM_CLASSROOM', 'IN_SCHOOL_SUSPENSION', 'OUT_OF_SCHOOL_SUSPENSION',
        'EXPULSION', 'COMMUNITY_SERVICE', 'OTHER', 'NONE')),
    taken_on     date NOT NULL,
    days         integer CHECK (days >= 0),
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, local_id, taken_on, kind),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id),
    FOREIGN KEY (district_id, school_year) REFERENCES school_year (district_id, school_year)
);

-- Which incidents an action answers.
CREATE TABLE discipline_action_incident (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    student_id   uuid NOT NULL,
    action_id    uuid NOT NULL,
    incident_id  uuid NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, action_id, incident_id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, action_id) REFERENCES discipline_action (district_id, id),
    FOREIGN KEY (district_id, incident_id) REFERENCES discipline_incident (district_id, id)
);

-- Course performance ----------------------------------------------------------

-- Marks. Partitioned by school year; nothing points at a row. given_on is the day from
-- which the mark is known: when it was given, else the end of its grading period.
CREATE TABLE grade (
    district_id  uuid NOT NULL,
    school_year  integer NOT NULL,
    student_id   uuid NOT NULL,
    course_id    uuid NOT NULL,
    section_id   uuid,
    kind         text NOT NULL CHECK (kind IN ('PROGRESS', 'GRADING_PERIOD', 'SEMESTER', 'FINAL', 'OTHER')),
    period       text NOT NULL,
    given_on     date NOT NULL,
    numeric      integer CHECK (numeric >= 0),
    letter       text NOT NULL DEFAULT '',
    withdrawn_at timestamptz,
    UNIQUE NULLS NOT DISTINCT (district_id, school_year, student_id, course_id, section_id, kind, period),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, course_id) REFERENCES course (district_id, id),
    FOREIGN KEY (district_id, section_id) REFERENCES section (district_id, id)
) PARTITION BY LIST (school_year);

-- Credits attempted and earned. A course of another district may stand here, so it is
-- named and not pointed at.
CREATE TABLE course_transcript (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    student_id   uuid NOT NULL,
    school_year  integer NOT NULL,
    term         text NOT NULL DEFAULT '',
    course_code  text NOT NULL,
    course_title text NOT NULL DEFAULT '',
    subject      text NOT NULL CHECK (subject IN ('ENGLISH', 'MATHEMATICS', 'SCIENCE', 'SOCIAL_STUDIES', 'ARTS', 'PHYSICAL_EDUCATION',
        'WORLD_LANGUAGE', 'CAREER_TECHNICAL', 'ELECTIVE')),
    grade_level  text NOT NULL DEFAULT '',
    attempted    integer NOT NULL CHECK (attempted >= 0),
    earned       integer NOT NULL CHECK (earned >= 0),
    result       text NOT NULL CHECK (result IN ('PASS', 'FAIL', 'INCOMPLETE', 'WITHDRAWN')),
    method       text NOT NULL DEFAULT 'REGULAR' CHECK (method IN ('REGULAR', 'CREDIT_RECOVERY', 'TRANSFER', 'OTHER')),
    letter       text NOT NULL DEFAULT '',
    earned_on    date NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, school_year, course_code, term, method),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id)
);

-- below_level is NULL where the source does not say.
CREATE TABLE assessment_result (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    student_id   uuid NOT NULL,
    school_year  integer NOT NULL,
    local_id     text NOT NULL,
    title        text NOT NULL DEFAULT '',
    subject      text NOT NULL DEFAULT '',
    taken_on     date NOT NULL,
    score        text NOT NULL DEFAULT '',
    level        text NOT NULL DEFAULT '',
    below_level  boolean,
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, local_id, taken_on),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id)
);

-- What a cohort needs to graduate, by subject.
CREATE TABLE graduation_requirement (
    district_id  uuid NOT NULL REFERENCES district (id),
    id           uuid NOT NULL,
    cohort_year  integer NOT NULL,
    subject      text NOT NULL CHECK (subject IN ('ENGLISH', 'MATHEMATICS', 'SCIENCE', 'SOCIAL_STUDIES', 'ARTS', 'PHYSICAL_EDUCATION',
        'WORLD_LANGUAGE', 'CAREER_TECHNICAL', 'ELECTIVE')),
    credits      integer NOT NULL CHECK (credits >= 0),
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, cohort_year, subject)
);

-- Figures ---------------------------------------------------------------------

CREATE TABLE student_behavior (
    district_id     uuid NOT NULL,
    id              uuid NOT NULL DEFAULT gen_random_uuid(),
    student_id      uuid NOT NULL,
    school_year     integer NOT NULL,
    incidents       integer NOT NULL, -- distinct, as PERPETRATOR
    in_school       integer NOT NULL, -- in-school suspensions
    exclusions      integer NOT NULL, -- out-of-school suspensions and expulsions
    suspension_days bigint NOT NULL,
    as_of           date NOT NULL,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, school_year, student_id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id)
);

-- expected is NULL where nothing says what a student should have earned by now.
CREATE TABLE student_academics (
    district_id   uuid NOT NULL,
    id            uuid NOT NULL DEFAULT gen_random_uuid(),
    student_id    uuid NOT NULL,
    school_year   integer NOT NULL,
    courses       integer NOT NULL, -- with a mark that counts for the grade point average
    grade_points  bigint NOT NULL,
    core_courses  integer NOT NULL,
    core_ds       integer NOT NULL,
    core_fs       integer NOT NULL,
    earned        bigint NOT NULL,
    attempted     bigint NOT NULL,
    required      bigint,
    expected      bigint,
    below_level   integer NOT NULL, -- assessments
    on_track_ninth boolean, -- the Chicago test, at the end of grade 9; NULL before
    as_of         date NOT NULL,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, school_year, student_id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id)
);

-- A row for each day on which a figure or the level changed: between two rows all was
-- as on the first but for the days enrolled. Partitioned by school year.
CREATE TABLE student_risk_history (
    district_id    uuid NOT NULL,
    school_year    integer NOT NULL,
    student_id     uuid NOT NULL,
    as_of          date NOT NULL,
    level          text NOT NULL CHECK (level IN ('ON_TRACK', 'EARLY_WARNING', 'AT_RISK', 'CRITICAL', 'NOT_MEASURED')),
    enrolled_days  integer NOT NULL,
    absent         bigint NOT NULL,
    incidents      integer,
    core_failures  integer,
    courses        integer,
    grade_points   bigint,
    policy_version integer NOT NULL,
    PRIMARY KEY (district_id, school_year, student_id, as_of),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id)
) PARTITION BY LIST (school_year);

-- How many students of a school and grade stood where, a day: what trends are drawn
-- from.
CREATE TABLE risk_day (
    district_id   uuid NOT NULL REFERENCES district (id),
    school_year   integer NOT NULL,
    on_date       date NOT NULL,
    school_id     uuid NOT NULL,
    grade_level   text NOT NULL,
    on_track      integer NOT NULL,
    early_warning integer NOT NULL,
    at_risk       integer NOT NULL,
    critical      integer NOT NULL,
    not_measured  integer NOT NULL,
    chronic       integer NOT NULL,
    measured      integer NOT NULL, -- enrolled long enough for a verdict on attendance
    enrolled_days bigint NOT NULL,
    absent        bigint NOT NULL,
    PRIMARY KEY (district_id, school_year, on_date, school_id, grade_level),
    FOREIGN KEY (district_id, school_id) REFERENCES school (district_id, id)
);

-- Support ---------------------------------------------------------------------

CREATE TABLE support_menu_entry (
    district_id  uuid NOT NULL REFERENCES district (id),
    id           uuid NOT NULL,
    local_id     text NOT NULL,
    title        text NOT NULL,
    domain       text NOT NULL CHECK (domain IN ('ATTENDANCE', 'BEHAVIOR', 'COURSE_PERFORMANCE', 'FAMILY', 'BASIC_NEEDS', 'COLLEGE_CAREER')),
    intensity    text NOT NULL CHECK (intensity IN ('BASIC', 'INTENSIVE')),
    scope        text NOT NULL DEFAULT 'STUDENT' CHECK (scope IN ('STUDENT', 'SCHOOL', 'DISTRICT')),
    provider     text NOT NULL DEFAULT '',
    dosage       text NOT NULL DEFAULT '',
    eligibility  text NOT NULL DEFAULT '',
    evidence     text NOT NULL DEFAULT '',
    source       text NOT NULL DEFAULT '',
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, local_id)
);

-- A student's plan. One that an import tells of has the local id of what it came from.
CREATE TABLE plan (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    student_id   uuid NOT NULL,
    local_id     text,
    status       text NOT NULL CHECK (status IN ('DRAFT', 'ACTIVE', 'COMPLETED', 'CLOSED')),
    starts_on    date NOT NULL,
    ends_on      date,
    version      integer NOT NULL DEFAULT 1,
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, local_id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    CHECK (ends_on >= starts_on)
);

-- domain is what it is meant to mend: NOT_RESPONDING holds it against that domain's
-- figure.
CREATE TABLE plan_item (
    district_id     uuid NOT NULL,
    id              uuid NOT NULL,
    student_id      uuid NOT NULL,
    plan_id         uuid NOT NULL,
    menu_entry_id   uuid,
    local_id        text,
    title           text NOT NULL,
    domain          text NOT NULL CHECK (domain IN ('ATTENDANCE', 'BEHAVIOR', 'COURSE_PERFORMANCE', 'FAMILY', 'BASIC_NEEDS', 'COLLEGE_CAREER')),
    starts_on       date NOT NULL,
    ends_on         date,
    planned_minutes integer CHECK (planned_minutes >= 0),
    result          text CHECK (result IN ('WORKED', 'PARTLY', 'DID_NOT_WORK', 'NOT_TRIED')),
    result_reason   text NOT NULL DEFAULT '',
    withdrawn_at    timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, local_id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, plan_id) REFERENCES plan (district_id, id),
    FOREIGN KEY (district_id, menu_entry_id) REFERENCES support_menu_entry (district_id, id),
    CHECK (ends_on >= starts_on)
);
CREATE INDEX plan_item_by_plan ON plan_item (district_id, plan_id);

-- Dosage given.
CREATE TABLE session_log (
    district_id  uuid NOT NULL,
    id           uuid NOT NULL,
    student_id   uuid NOT NULL,
    plan_item_id uuid NOT NULL,
    held_on      date NOT NULL,
    minutes      integer CHECK (minutes >= 0),
    attended     boolean NOT NULL DEFAULT true,
    withdrawn_at timestamptz,
    PRIMARY KEY (district_id, id),
    UNIQUE (district_id, student_id, plan_item_id, held_on),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, plan_item_id) REFERENCES plan_item (district_id, id)
);

-- A referral to the team. One whose reason names a circumstance has that
-- circumstance's class.
CREATE TABLE support_request (
    district_id    uuid NOT NULL,
    id             uuid NOT NULL,
    student_id     uuid NOT NULL,
    origin         text NOT NULL CHECK (origin IN ('STAFF', 'FAMILY', 'SELF', 'EARLY_WARNING', 'DROPOUT_REPORT', 'NO_SHOW_REPORT', 'WITHDRAWAL_REPORT')),
    requested_by   uuid,
    circumstance   text,
    reasons        text[] NOT NULL,
    urgency        text NOT NULL DEFAULT 'ROUTINE' CHECK (urgency IN ('ROUTINE', 'SOON', 'CRISIS')),
    status         text NOT NULL DEFAULT 'NEW' CHECK (status IN ('NEW', 'TRIAGED', 'ACCEPTED', 'DECLINED')),
    decline_reason text NOT NULL DEFAULT '',
    summary        text NOT NULL DEFAULT '',
    school_year    integer NOT NULL,
    raised_at      timestamptz NOT NULL DEFAULT now(),
    raised_on      date NOT NULL,
    version        integer NOT NULL DEFAULT 1,
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, student_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, requested_by) REFERENCES staff (district_id, id)
);
CREATE INDEX support_request_by_student ON support_request (district_id, student_id);
CREATE INDEX support_request_waiting ON support_request (district_id, raised_on, id) WHERE status = 'NEW';
-- A report does not ask twice while what it asked for waits.
CREATE UNIQUE INDEX support_request_one_of_report ON support_request (district_id, student_id, origin, (coalesce(circumstance, '')))
    WHERE origin IN ('EARLY_WARNING', 'DROPOUT_REPORT', 'NO_SHOW_REPORT', 'WITHDRAWAL_REPORT') AND status IN ('NEW', 'TRIAGED');

-- Jobs ------------------------------------------------------------------------

-- What the server does for a district by itself. Who takes one holds its row's lock
-- until it is done: one that says RUNNING and is not locked was left by a server that
-- died.
CREATE TABLE job (
    district_id  uuid NOT NULL REFERENCES district (id),
    id           uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('RECOMPUTE')),
    status       text NOT NULL DEFAULT 'QUEUED' CHECK (status IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED')),
    due_at       timestamptz NOT NULL,
    requested_by uuid, -- who asked for it; NULL: the schedule
    started_at   timestamptz,
    finished_at  timestamptz,
    attempts     integer NOT NULL DEFAULT 0,
    problem      text NOT NULL DEFAULT '',
    result       jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, requested_by) REFERENCES staff (district_id, id)
);
CREATE UNIQUE INDEX job_one_waits ON job (district_id, kind) WHERE status = 'QUEUED';
CREATE INDEX job_by_due ON job (district_id, due_at DESC, id DESC);

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['term', 'discipline_completeness', 'discipline_incident', 'discipline_participation', 'discipline_action',
        'discipline_action_incident', 'grade', 'course_transcript', 'assessment_result', 'graduation_requirement', 'student_behavior',
        'student_academics', 'student_risk_history', 'risk_day', 'support_menu_entry', 'plan', 'plan_item', 'session_log', 'support_request', 'job']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY own_district ON %I USING (district_id = current_district()) WITH CHECK (district_id = current_district())', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO holdfast_application', t);
    END LOOP;
END $$;
-- +goose StatementEnd

-- Derived rows may go when what they were drawn from is gone.
GRANT DELETE ON student_behavior, student_academics TO holdfast_application;

-- +goose Down
DROP TABLE job, support_request, session_log, plan_item, plan, support_menu_entry, risk_day, student_risk_history, student_academics,
    student_behavior, graduation_requirement, assessment_result, course_transcript, grade, discipline_action_incident,
    discipline_action, discipline_participation, discipline_incident, discipline_completeness, term;
