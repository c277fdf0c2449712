package api_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/server"
	"github.com/holdfast-edu/holdfast/test/issuer"
)

// insider is who the issuers of these tests vouch for: the coordinator of Alder.
const insider = "DISTRICT_COORDINATOR"

// aPrivateWorld is a world whose table of issuers the tests of this file fill.
var aPrivateWorld = sync.OnceValue(func() *world { return newWorld(lasting, false) })

// installation is a server with an issuer of its own, on the private world.
type installation struct {
	*world

	own     *issuer.Issuer
	key     issuer.Key // the one that it publishes
	issuers *identity.Issuers
	log     *logbook
	url     string
	ahead   *atomic.Int64 // of the tests' clock
}

// install starts a server whose issuer vouches for the insider and the operator.
func install(t *testing.T) *installation {
	t.Helper()
	i := &installation{world: aPrivateWorld(), log: &logbook{}, ahead: &atomic.Int64{}}
	i.key = issuer.NewKey(t, "first", jwt.SigningMethodES256)
	i.own = issuer.New(t, i.clock, i.key)
	i.vouch(t, i.own.URL, insider, i.alder)
	i.start(t, i.log)
	return i
}

// start starts a server that has read nothing of an issuer yet.
func (i *installation) start(t *testing.T, log *logbook) {
	t.Helper()
	i.issuers = i.newIssuers(t, identity.Config{
		Own: identity.Issuer{URL: i.own.URL, Audience: issuer.Audience}, Development: i.issuer, DB: i.application,
		Client: i.own.Client, Now: i.clock, Log: log.logger(),
	})
	i.url = listen(t, i.newHandler(t, server.Config{Verifier: i.issuers, Log: log.logger()}))
}

func (i *installation) clock() time.Time { return now.Add(time.Duration(i.ahead.Load())) }

// later puts the clock forward.
func (i *installation) later(by time.Duration) { i.ahead.Add(int64(by)) }

// vouch makes the issuer's subject the person whom the development issuer calls so.
func (w *world) vouch(t testing.TB, url, subject string, in *district) {
	t.Helper()
	w.write(t, in, `INSERT INTO identity (issuer, subject, kind, district_id, person_id)
		SELECT $2, $3, 'STAFF', $1, $4`, url, subject, w.staffOf(t, in, subject))
}

// staffOf gives the id of the staff record whom the development issuer calls so.
func (w *world) staffOf(t testing.TB, in *district, subject string) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	err := w.owner.Pool().QueryRowContext(t.Context(), `SELECT person_id FROM identity WHERE issuer = $1 AND subject = $2 AND district_id = $3`,
		identity.DevIssuerName, subject, in.ID).Scan(&id)
	if err != nil {
		t.Fatalf("the staff record of %s: %v", subject, err)
	}
	return id
}

// asks tells how the server answers who sends the token: with the name of the
// district, or with a status.
func (i *installation) asks(t testing.TB, token string) (districtName string, status int) {
	t.Helper()
	got := anonymous(t, i.url, "Bearer "+token).ask(`{ viewer { district { name } } }`, nil)
	if got.status == http.StatusOK {
		districtName, _ = got.at("viewer.district.name").(string)
	}
	return districtName, got.status
}

func (i *installation) expect(t testing.TB, what, token string, status int) {
	t.Helper()
	if _, got := i.asks(t, token); got != status {
		t.Errorf("%s: status %d, not %d; the log:\n%s", what, got, status, i.log)
	}
}

// row adds an issuer to the table, as the operator does; a nil district: it is bound
// to none.
func (i *installation) row(t testing.TB, url string, of *district) error {
	t.Helper()
	var bound uuid.NullUUID
	if of != nil {
		bound = uuid.NullUUID{UUID: of.ID, Valid: true}
	}
	_, err := i.owner.Pool().ExecContext(t.Context(), `INSERT INTO issuer (url, audience, district_id) VALUES ($1, $2, $3)`, url, issuer.Audience, bound)
	return err
}

func (i *installation) table(t testing.TB, statement string, args ...any) {
	t.Helper()
	if _, err := i.owner.Pool().ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
	i.issuers.ReadTable(t.Context())
}

// TestADistrictBringsItsIssuer: a row of the table acts when the table is read next,
// and so do a change of it and its withdrawal, on tokens that were accepted before.
func TestADistrictBringsItsIssuer(t *testing.T) {
	t.Parallel()
	i := install(t)
	key := issuer.NewKey(t, "theirs", jwt.SigningMethodRS256)
	theirs := issuer.New(t, i.clock, key)
	token := theirs.Token(t, key, insider)
	i.issuers.ReadTable(t.Context())
	i.expect(t, "an issuer that is not in the table", token, http.StatusUnauthorized)
	if err := i.row(t, theirs.URL, i.alder); err != nil {
		t.Fatal(err)
	}
	i.vouch(t, theirs.URL, insider, i.alder)
	i.expect(t, "before the table is read again", token, http.StatusUnauthorized)
	i.issuers.ReadTable(t.Context())
	if name, status := i.asks(t, token); name != "Alder Unified" {
		t.Errorf("an issuer of the table: %q, status %d", name, status)
	}
	reads := theirs.Reads.Load()
	i.issuers.ReadTable(t.Context())
	i.expect(t, "the table as it was", token, http.StatusOK)
	if theirs.Reads.Load() != reads {
		t.Error("an issuer that did not change was asked for its keys again")
	}
	i.table(t, `UPDATE issuer SET audience = 'another' WHERE url = $1`, theirs.URL)
	i.expect(t, "another audience", token, http.StatusUnauthorized)
	i.table(t, `UPDATE issuer SET audience = $2 WHERE url = $1`, theirs.URL, issuer.Audience)
	i.expect(t, "the audience as it was", token, http.StatusOK)
	i.table(t, `UPDATE issuer SET withdrawn_at = now() WHERE url = $1`, theirs.URL)
	i.expect(t, "withdrawn", token, http.StatusUnauthorized)
	i.expect(t, "the installation's own", i.own.Token(t, i.key, insider), http.StatusOK)
}

// TestWatchReadsTheTable: a server takes a new issuer up by itself, and lets one that
// was withdrawn go.
func TestWatchReadsTheTable(t *testing.T) {
	t.Parallel()
	i := install(t)
	key := issuer.NewKey(t, "theirs", jwt.SigningMethodES256)
	theirs := issuer.New(t, i.clock, key)
	watched := make(chan struct{})
	go func() { defer close(watched); i.issuers.Watch(t.Context()) }()
	t.Cleanup(func() { <-watched })
	token := theirs.Token(t, key, insider)
	i.expect(t, "an issuer that is not in the table", token, http.StatusUnauthorized)
	if err := i.row(t, theirs.URL, i.alder); err != nil {
		t.Fatal(err)
	}
	i.vouch(t, theirs.URL, insider, i.alder)
	i.expectSoon(t, "an issuer that was added", token, http.StatusOK)
	if _, err := i.owner.Pool().ExecContext(t.Context(), `UPDATE issuer SET withdrawn_at = now() WHERE url = $1`, theirs.URL); err != nil {
		t.Fatal(err)
	}
	i.expectSoon(t, "an issuer that was withdrawn", token, http.StatusUnauthorized)
}

func (i *installation) expectSoon(t *testing.T, what, token string, status int) {
	t.Helper()
	until := time.Now().Add(20 * time.Second)
	for _, got := i.asks(t, token); got != status; _, got = i.asks(t, token) {
		if time.Now().After(until) {
			t.Fatalf("%s: status %d", what, got)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// TestADistrictsIssuerVouchesForItsOwnAlone takes the database's wall away and shows
// that the look-up's still stands.
func TestADistrictsIssuerVouchesForItsOwnAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	key := issuer.NewKey(t, "theirs", jwt.SigningMethodES256)
	theirs := issuer.New(t, clock, key)
	i := &installation{world: w, log: &logbook{}}
	i.issuers = w.newIssuers(t, identity.Config{DB: w.application, Client: theirs.Client})
	i.url = listen(t, w.newHandler(t, server.Config{Verifier: i.issuers, Log: i.log.logger()}))
	if err := i.row(t, theirs.URL, w.alder); err != nil {
		t.Fatal(err)
	}
	i.issuers.ReadTable(t.Context())
	w.vouch(t, theirs.URL, insider, w.alder)

	foreign := `INSERT INTO identity (issuer, subject, kind, district_id, person_id) SELECT $1, subject, kind, district_id, person_id FROM identity
		WHERE issuer = $2 AND subject IN ('birch coordinator', 'operator')`
	if _, err := w.owner.Pool().ExecContext(t.Context(), foreign, theirs.URL, identity.DevIssuerName); err == nil {
		t.Error("a district's issuer may name another district's coordinator")
	}
	for _, subject := range []string{"birch coordinator", "operator"} {
		i.expect(t, subject+", who has no identity there", theirs.Token(t, key, subject), http.StatusUnauthorized)
	}
	w.asSuperuser(t, `ALTER TABLE identity DISABLE TRIGGER identity_of_issuer`)
	if _, err := w.owner.Pool().ExecContext(t.Context(), foreign, theirs.URL, identity.DevIssuerName); err != nil {
		t.Fatal(err)
	}
	for _, subject := range []string{"birch coordinator", "operator"} {
		i.expect(t, subject+", without the database's wall", theirs.Token(t, key, subject), http.StatusUnauthorized)
	}
	i.expect(t, "the district's own", theirs.Token(t, key, insider), http.StatusOK)
	// The rows are good ones of an issuer that is bound to nobody.
	w.asSuperuser(t, `ALTER TABLE issuer DISABLE TRIGGER identity_of_issuer`)
	i.table(t, `UPDATE issuer SET district_id = NULL WHERE url = $1`, theirs.URL)
	i.expect(t, "birch coordinator, of an issuer for all", theirs.Token(t, key, "birch coordinator"), http.StatusOK)
}

// TestOneSubjectOfTwoIssuers: the same name at two issuers is two people.
func TestOneSubjectOfTwoIssuers(t *testing.T) {
	t.Parallel()
	i := install(t)
	key := issuer.NewKey(t, "first", jwt.SigningMethodES256)
	theirs := issuer.New(t, i.clock, key)
	if err := i.row(t, theirs.URL, i.birch); err != nil {
		t.Fatal(err)
	}
	i.issuers.ReadTable(t.Context())
	i.write(t, i.birch, `INSERT INTO identity (issuer, subject, kind, district_id, person_id) VALUES ($2, $3, 'STAFF', $1, $4)`,
		theirs.URL, insider, i.staffOf(t, i.birch, "birch coordinator"))
	for token, want := range map[string]string{i.own.Token(t, i.key, insider): "Alder Unified", theirs.Token(t, key, insider): "Birch Unified"} {
		if name, status := i.asks(t, token); name != want {
			t.Errorf("%q, not %q: status %d", name, want, status)
		}
	}
}

// TestATableStandsBeforeASetting: what the table binds to a district stays bound,
// though the settings name the same issuer.
func TestATableStandsBeforeASetting(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.expect(t, "before", i.own.Token(t, i.key, insider), http.StatusOK)
	if err := i.row(t, i.own.URL, i.alder); err != nil {
		t.Fatal(err)
	}
	i.issuers.ReadTable(t.Context())
	name, err := i.issuers.Verify(t.Context(), i.own.Token(t, i.key, insider))
	if err != nil || name.District != i.alder.ID {
		t.Errorf("%+v, %v", name, err)
	}
}

// asSuperuser runs a statement that no login of Holdfast's may.
func (w *world) asSuperuser(t testing.TB, statement string) {
	t.Helper()
	root, err := postgres.Open(t.Context(), w.database.SuperuserURL(), postgres.Options{MaxConnections: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	if _, err := root.Pool().ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// TestTheDevelopmentIssuerIsOff: without --dev its tokens are no better than any
// other stranger's.
func TestTheDevelopmentIssuerIsOff(t *testing.T) {
	t.Parallel()
	i := install(t)
	development, err := i.issuer.Token(insider, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	i.expect(t, "with --dev", development, http.StatusOK)
	i.issuers = i.newIssuers(t, identity.Config{
		Own: identity.Issuer{URL: i.own.URL, Audience: issuer.Audience}, DB: i.application, Client: i.own.Client, Log: i.log.logger(),
	})
	i.url = listen(t, i.newHandler(t, server.Config{Verifier: i.issuers, Log: i.log.logger()}))
	i.expect(t, "without", development, http.StatusUnauthorized)
	i.expect(t, "the installation's own", i.own.Token(t, i.key, insider), http.StatusOK)
}

// TestSeveralPrincipalsOfOneIssuer: who works for two districts names a principal, and
// can name no one else's.
func TestSeveralPrincipalsOfOneIssuer(t *testing.T) {
	t.Parallel()
	i := install(t)
	const both = "two districts"
	i.vouch(t, i.own.URL, both, i.alder)
	i.vouch(t, i.own.URL, both, i.birch)
	c := anonymous(t, i.url, "Bearer "+i.own.Token(t, i.key, both))
	const document = `{ viewer { district { name } } }`
	none := c.ask(document, nil)
	none.refused("UNAUTHENTICATED")
	if len(none.Errors) != 1 || !strings.Contains(none.Errors[0].Message, "Holdfast-Principal") {
		t.Errorf("status %d: %s", none.status, none.body)
	}
	for in, want := range map[*district]string{i.alder: "Alder Unified", i.birch: "Birch Unified"} {
		got := c.choosing(i.staffOf(t, in, both).String()).ask(document, nil).fine()
		if name := got.at("viewer.district.name"); name != want {
			t.Errorf("%v, not %s", name, want)
		}
	}
	c.choosing(i.staffOf(t, i.alder, insider).String()).ask(document, nil).refused("UNAUTHENTICATED")
}
