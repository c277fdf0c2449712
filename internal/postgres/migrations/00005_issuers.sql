-- The issuers whose tokens are accepted beside the installation's own, which is a
-- setting. One that a district brings is bound to it: it vouches for the principals
-- of that district and for nobody else. The operator fills the table.

-- +goose Up

CREATE TABLE issuer (
    url          text PRIMARY KEY CHECK (length(url) <= 255 AND url ~ '^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[^?#[:space:]]*)?$'),
    audience     text NOT NULL CHECK (audience <> ''),
    district_id  uuid REFERENCES district (id),
    withdrawn_at timestamptz
);
COMMENT ON COLUMN issuer.district_id IS 'The one district whose principals it vouches for; NULL: any.';

-- It names no person, and servers read it every few seconds to know whom to believe.
GRANT SELECT ON issuer TO holdfast_application;

-- A name of a district's issuer is a principal of that district: whichever of the
-- two rows is written later is refused when they disagree. Both take one lock a URL,
-- so that neither passes the other by. They run as the owner, since who writes the
-- one table may not read the other.

-- +goose StatementBegin
CREATE FUNCTION hold_identity_to_issuer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('issuer ' || NEW.issuer, 0));
    IF EXISTS (SELECT FROM issuer i WHERE i.url = NEW.issuer
            AND i.district_id IS NOT NULL AND i.district_id IS DISTINCT FROM NEW.district_id) THEN
        RAISE EXCEPTION 'the issuer is bound to another district'
            USING ERRCODE = 'integrity_constraint_violation', TABLE = 'identity', CONSTRAINT = 'identity_of_issuer';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION hold_issuer_to_identities() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('issuer ' || NEW.url, 0));
    IF NEW.district_id IS NOT NULL AND EXISTS (SELECT FROM identity i WHERE i.issuer = NEW.url
            AND i.district_id IS DISTINCT FROM NEW.district_id) THEN
        RAISE EXCEPTION 'the issuer has named principals outside the district'
            USING ERRCODE = 'integrity_constraint_violation', TABLE = 'issuer', CONSTRAINT = 'identity_of_issuer';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION hold_identity_to_issuer(), hold_issuer_to_identities() FROM PUBLIC;

CREATE TRIGGER identity_of_issuer BEFORE INSERT OR UPDATE ON identity
    FOR EACH ROW EXECUTE FUNCTION hold_identity_to_issuer();
CREATE TRIGGER identity_of_issuer BEFORE INSERT OR UPDATE ON issuer
    FOR EACH ROW EXECUTE FUNCTION hold_issuer_to_identities();

-- +goose Down
DROP TRIGGER identity_of_issuer ON identity;
DROP TABLE issuer;
DROP FUNCTION hold_issuer_to_identities();
DROP FUNCTION hold_identity_to_issuer();
