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
CREATE INDEX need_to_know_grant_by_student ON need_to_know_grant (district_id, student_id, note_id);
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

-- What a note says is added to, never changed; a grant is revoked, never rewritten. A
-- merge moves both to the other record of the student.
GRANT UPDATE (student_id) ON note TO holdfast_application;
GRANT UPDATE (student_id, revoked_at, ends_on) ON need_to_know_grant TO holdfast_application;
GRANT UPDATE ON mentor_pairing TO holdfast_application;

-- +goose Down
DROP TABLE mentor_pairing, need_to_know_grant, note_revision, note;
