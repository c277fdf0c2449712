-- The scope of a transaction, and the few functions that see across districts.
-- Every policy calls current_district(); a setting that is missing or '' (what a
-- used setting leaves behind) gives NULL, and NULL equals no district.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION current_district() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('holdfast.district_id', true), '')::uuid $$;
-- +goose StatementEnd

COMMENT ON FUNCTION current_district() IS 'The district whose rows the transaction may touch; NULL when no scope was set.';

-- +goose Down
DROP FUNCTION current_district();
