-- Two records of one student become one, and two again. The dropped student's row
-- stays, out of sight; what was moved, put aside or folded is written down row by
-- row, so that it can be undone exactly.

-- +goose Up

CREATE TABLE student_merge (
    district_id uuid NOT NULL,
    id          uuid NOT NULL,
    kept_id     uuid NOT NULL,
    dropped_id  uuid NOT NULL,
    merged_at   timestamptz NOT NULL,
    merged_on   date NOT NULL,
    merged_by   uuid NOT NULL,
    kept_grade  text NOT NULL,
    rank        integer NOT NULL,
    undone_at   timestamptz,
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, kept_id) REFERENCES student (district_id, id),
    FOREIGN KEY (district_id, dropped_id) REFERENCES student (district_id, id)
);
CREATE UNIQUE INDEX student_merge_one_stands ON student_merge (district_id, dropped_id) WHERE undone_at IS NULL;
CREATE INDEX student_merge_by_kept ON student_merge (district_id, kept_id);

-- What a merge did to a row of another table: MOVED to the kept student, put ASIDE
-- with the dropped one, FOLDED into the kept student's row of the same key, or to be
-- DRAWN anew from the kept student's figures.
CREATE TABLE student_merge_row (
    district_id uuid NOT NULL,
    id          uuid NOT NULL DEFAULT gen_random_uuid(),
    merge_id    uuid NOT NULL,
    relation    text NOT NULL,
    what        text NOT NULL CHECK (what IN ('MOVED', 'ASIDE', 'FOLDED', 'DRAWN')),
    row_key     jsonb NOT NULL,
    before      jsonb,
    after       jsonb,
    PRIMARY KEY (district_id, id),
    FOREIGN KEY (district_id, merge_id) REFERENCES student_merge (district_id, id)
);
CREATE INDEX student_merge_row_by_merge ON student_merge_row (district_id, merge_id, relation);

ALTER TABLE student_merge ENABLE ROW LEVEL SECURITY;
ALTER TABLE student_merge FORCE ROW LEVEL SECURITY;
CREATE POLICY own_district ON student_merge USING (district_id = current_district()) WITH CHECK (district_id = current_district());
GRANT SELECT, INSERT, UPDATE ON student_merge TO holdfast_application;

ALTER TABLE student_merge_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE student_merge_row FORCE ROW LEVEL SECURITY;
CREATE POLICY own_district ON student_merge_row USING (district_id = current_district()) WITH CHECK (district_id = current_district());
GRANT SELECT, INSERT ON student_merge_row TO holdfast_application;

-- +goose Down
DROP TABLE student_merge_row, student_merge;
