package postgres_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

const refusedByIssuer = "23000"

const (
	addIssuer   = `INSERT INTO issuer (url, audience, district_id) VALUES ($1, 'holdfast', $2)`
	addIdentity = `INSERT INTO identity (issuer, subject, kind, district_id, person_id) VALUES ($1, $2, $3, $4, gen_random_uuid())`
	theirs      = "https://sso.district.example/realm"
)

// TestADistrictsIssuerNamesItsOwn: whichever row comes second is refused when they
// disagree, for staff, for services, and for who belongs to no district.
func TestADistrictsIssuerNamesItsOwn(t *testing.T) {
	t.Parallel()
	d := newTwoDistricts(t)
	mustRun := func(statement string, args ...any) {
		t.Helper()
		if _, err := d.owner.Pool().ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatalf("%s %v: %v", statement, args, err)
		}
	}
	refused := func(what, statement string, args ...any) {
		t.Helper()
		if _, err := d.owner.Pool().ExecContext(t.Context(), statement, args...); sqlState(err) != refusedByIssuer {
			t.Errorf("%s: %v", what, err)
		}
	}
	mustRun(addIssuer, theirs, d.a.District)
	mustRun(addIdentity, theirs, "own", "STAFF", d.a.District)
	mustRun(addIdentity, theirs, "own service", "SERVICE", d.a.District)
	refused("another district's staff", addIdentity, theirs, "foreign", "STAFF", d.b.District)
	refused("another district's service", addIdentity, theirs, "foreign", "SERVICE", d.b.District)
	for _, kind := range []string{"OPERATOR", "REGIONAL", "PARTNER"} {
		refused(kind, addIdentity, theirs, "of none", kind, nil)
	}
	refused("a name that moves to another district", `UPDATE identity SET district_id = $2 WHERE issuer = $1`, theirs, d.b.District)
	refused("an issuer that moves to another district", `UPDATE issuer SET district_id = $2 WHERE url = $1`, theirs, d.b.District)
	mustRun(`UPDATE issuer SET withdrawn_at = now() WHERE url = $1`, theirs)
	refused("another district's, once it is withdrawn", addIdentity, theirs, "foreign", "STAFF", d.b.District)

	const everybodys = "https://id.example"
	mustRun(addIdentity, everybodys, "one", "STAFF", d.a.District)
	mustRun(addIdentity, everybodys, "two", "STAFF", d.b.District)
	refused("an issuer of two districts' people, bound to one", addIssuer, everybodys, d.a.District)
	mustRun(addIssuer, everybodys, nil)
	refused("the same, later", `UPDATE issuer SET district_id = $2 WHERE url = $1`, everybodys, d.a.District)
	refused("a name that moves to a district's issuer", `UPDATE identity SET issuer = $1 WHERE issuer = $2 AND subject = 'two'`, theirs, everybodys)
}

// TestAnIssuerAndANameAtOnce: two transactions that cannot see each other's row do
// not both commit.
func TestAnIssuerAndANameAtOnce(t *testing.T) {
	t.Parallel()
	d := newTwoDistricts(t)
	for range 20 {
		url := "https://sso.example/" + uuid.NewString()
		start := make(chan struct{})
		var both sync.WaitGroup
		for _, one := range []struct {
			statement string
			args      []any
		}{{addIssuer, []any{url, d.a.District}}, {addIdentity, []any{url, "foreign", "STAFF", d.b.District}}} {
			both.Go(func() {
				<-start
				_ = d.owner.Write(t.Context(), func(tx *postgres.Tx) error {
					_, err := tx.SQL().ExecContext(context.WithoutCancel(t.Context()), one.statement, one.args...)
					return err
				})
			})
		}
		close(start)
		both.Wait()
		agreed := column(t.Context(), t, d.owner.Pool(), `SELECT i.url FROM issuer i JOIN identity n ON n.issuer = i.url WHERE i.url = $1`, url)
		if len(agreed) > 0 {
			t.Fatal("a district's issuer names another district's staff")
		}
	}
}

// TestAddressesOfIssuers: others could answer for what is not https.
func TestAddressesOfIssuers(t *testing.T) {
	t.Parallel()
	owner := pgtest.New(t).Open(t, postgres.OwnerLogin, postgres.Options{})
	for url, good := range map[string]bool{
		"https://id.example": true, "https://id.example/": true, "https://id.example:8443/realms/one": true,
		"http://id.example": false, "http://127.0.0.1:8080/development": false, "https://": false, "id.example": false, "https://id.example?x=1": false,
		"https://id.example/#x": false, "https://user@id.example": false, "https://id.example/a b": false, "": false, "HTTPS://id.example": false,
		"https://id.example\n": false, "file:///etc": false,
	} {
		_, err := owner.Pool().ExecContext(t.Context(), addIssuer, url, nil)
		if (err == nil) != good {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// TestTheApplicationOnlyReadsIssuers: which tokens are believed is not for those who
// send them to say.
func TestTheApplicationOnlyReadsIssuers(t *testing.T) {
	t.Parallel()
	application := pgtest.New(t).Open(t, postgres.ApplicationLogin, postgres.Options{})
	if found := column(t.Context(), t, application.Pool(), `SELECT url FROM issuer`); found != nil {
		t.Errorf("issuers of a new database: %v", found)
	}
	for _, statement := range []string{
		`INSERT INTO issuer (url, audience) VALUES ('https://id.example', 'x')`, `UPDATE issuer SET district_id = NULL`, `DELETE FROM issuer`,
		`ALTER TABLE identity DISABLE TRIGGER ALL`,
	} {
		if _, err := application.Pool().ExecContext(t.Context(), statement); sqlState(err) != refusedByPolicyOrGrant {
			t.Errorf("%s: %v", statement, err)
		}
	}
}
