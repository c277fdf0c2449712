-- The scope of a transaction: a district, a region or an agency. Every policy calls
-- one of these functions; a setting that is missing or '' (what a used setting
-- leaves behind) gives NULL, and NULL equals none.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION current_district() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('holdfast.district_id', true), '')::uuid $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION current_region() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('holdfast.region_id', true), '')::uuid $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION current_agency() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('holdfast.agency_id', true), '')::uuid $$;
-- +goose StatementEnd

COMMENT ON FUNCTION current_district() IS 'The district whose rows the transaction may touch; NULL when no scope was set.';
COMMENT ON FUNCTION current_region() IS 'The region whose rows the transaction may touch; NULL when no scope was set.';
COMMENT ON FUNCTION current_agency() IS 'The agency whose rows the transaction may touch; NULL when no scope was set.';

-- +goose Down
DROP FUNCTION current_agency(), current_region(), current_district();
