package doctor_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/holdfast-edu/holdfast/internal/doctor"
	"github.com/holdfast-edu/holdfast/test/issuer"
)

// TestIssuers asks the installation's issuer and one of the table, well and not.
func TestIssuers(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	own := issuer.New(t, time.Now, issuer.NewKey(t, "one", jwt.SigningMethodES256))
	theirs := issuer.New(t, time.Now, issuer.NewKey(t, "one", jwt.SigningMethodES256))
	withdrawn := issuer.New(t, time.Now, issuer.NewKey(t, "one", jwt.SigningMethodES256))
	withdrawn.Answer(issuer.Down)
	c.Issuer, c.Transport = own.URL, own.Client.Transport
	c.plant(t, fmt.Sprintf(`INSERT INTO issuer (url, audience, district_id) VALUES ('%s', 'holdfast', {a});
		INSERT INTO issuer (url, audience, withdrawn_at) VALUES ('%s', 'holdfast', now())`, theirs.URL, withdrawn.URL))
	wantLine(t, c.examine(t.Context()), line{doctor.OK, "issuers", "they answer, and their clocks agree with this machine's: " + own.URL})

	own.Answer(issuer.Down)
	theirs.Answer(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Minute).UTC().Format(http.TimeFormat))
		_, _ = fmt.Fprintf(w, `{"issuer":%q}`, theirs.URL)
	})
	report := c.examine(t.Context())
	wantLine(t, report, line{doctor.Fail, "issuers", own.URL + ": it answers with status 503, so its tokens are refused"})
	wantLine(t, report, line{doctor.Warn, "issuers", theirs.URL + ": its clock and this machine's are 1m"})

	own.Answer(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"issuer":"https://elsewhere.example"}`))
	})
	theirs.Answer(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) })
	report = c.examine(t.Context())
	wantLine(t, report, line{doctor.Fail, "issuers", own.URL + ": its discovery document names another issuer"})
	wantLine(t, report, line{doctor.Fail, "issuers", theirs.URL + ": its discovery document is no JSON"})

	c.Transport = nil
	wantLine(t, c.examine(t.Context()), line{doctor.Fail, "issuers", own.URL + ": it does not answer (tls: failed to verify certificate"})
}

// TestIssuersWithoutBounds takes away what holds a district's issuer to its district.
func TestIssuersWithoutBounds(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"issuer", "identity"} {
		c := newClinic(t)
		wantLine(t, c.examine(t.Context()), line{doctor.OK, "issuers' bounds", "a district's issuer names principals of that district alone"})
		c.plant(t, "ALTER TABLE "+table+" DISABLE TRIGGER identity_of_issuer")
		wantLine(t, c.examine(t.Context()), line{doctor.Fail, "issuers' bounds", "nothing holds " + table + " to it"})
	}
	c := newClinic(t)
	c.plant(t, `INSERT INTO issuer (url, audience, district_id) VALUES ('https://sso.example', 'holdfast', {a});
		SET session_replication_role = replica;
		INSERT INTO identity (issuer, subject, kind, district_id, person_id) VALUES ('https://sso.example', 'x', 'STAFF', {b}, gen_random_uuid())`)
	wantLine(t, c.examine(t.Context()), line{doctor.Fail, "issuers' bounds", "https://sso.example names principals outside its district"})
}
