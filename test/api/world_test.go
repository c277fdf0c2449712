package api_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/ledger"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/server"
	"github.com/holdfast-edu/holdfast/test/grandbend"
)

// now is the moment at which every request is asked: the first day of September in
// all the districts, the day after the hand-made districts' last known day.
var now = time.Date(2022, time.September, 1, 17, 0, 0, 0, time.UTC)

// The days around now.
const (
	yesterday = "2022-08-31"
	today     = "2022-09-01"
	tomorrow  = "2022-09-02"
	longAgo   = "2020-07-01"
)

// The codes of the districts and schools.
const (
	alderCode     = "880001"
	alderHigh     = "8801"
	alderMiddle   = "8802"
	birchCode     = "880002"
	birchHigh     = "8821"
	grandBendCode = "255901"
	grandBendHigh = "255901001"
)

// district is a district that was loaded, with what another count of the same
// folder expects of it.
type district struct {
	Code     string
	ID       uuid.UUID
	Expected *grandbend.Expected
}

// world is what the tests share and only read: two hand-made districts, the sample
// district where it is there, and the people who ask.
type world struct {
	database    *pgtest.Database
	owner       *postgres.DB
	application *postgres.DB
	keyFolder   string
	issuer      *identity.DevIssuer
	keeper      *ledger.Keeper
	handler     http.Handler
	url         string

	alder, birch *district
	grandBend    *district // nil: the sample is not beside the repository
}

var theWorld = sync.OnceValue(func() *world { return newWorld(lasting, true) })

// shared gives the world that all tests share.
func shared(t *testing.T) *world {
	t.Helper()
	return theWorld()
}

// withGrandBend skips the test where the sample district is not there.
func withGrandBend(t *testing.T) *world {
	t.Helper()
	w := shared(t)
	if w.grandBend == nil {
		t.Skip("the sample district is not beside the repository (../shared/data)")
	}
	return w
}

// districts gives the districts that were loaded.
func (w *world) districts() map[string]*district {
	all := map[string]*district{"alder": w.alder, "birch": w.birch}
	if w.grandBend != nil {
		all["grand bend"] = w.grandBend
	}
	return all
}

// newWorld loads the districts and their people into a database of their own.
func newWorld(t testing.TB, sample bool) *world {
	t.Helper()
	w := &world{database: pgtest.New(t), keyFolder: t.TempDir()}
	w.owner = w.database.Open(t, postgres.OwnerLogin, postgres.Options{})
	w.application = w.database.Open(t, postgres.ApplicationLogin, postgres.Options{Observe: observe})
	w.alder = w.load(t, alderCode, filepath.Join("testdata", "alder"))
	w.birch = w.load(t, birchCode, filepath.Join("testdata", "birch"))
	if folder, found := grandbend.Folder(); found && sample {
		w.grandBend = w.load(t, grandBendCode, folder)
	}
	w.loadAgain(t)
	w.addPeople(t)
	w.addWork(t)
	var err error
	if w.issuer, err = identity.OpenDevIssuer(w.keyFolder, clock); err != nil {
		t.Fatal(err)
	}
	w.keeper = w.keep(t, w.application, 0)
	w.handler = w.newHandler(t, server.Config{})
	w.url = listen(t, w.handler)
	return w
}

func clock() time.Time { return now }

// worldSecret is the secret of the world's installation.
var worldSecret = []byte("a secret of the tests")

// keep begins to keep the records of a server on the pool, which holds at most so
// many accesses that cannot be written; 0: as many as in production. They bear the
// real moment, as the audit log's lines do.
func (w *world) keep(t testing.TB, pool *postgres.DB, most int) *ledger.Keeper {
	t.Helper()
	keeper, err := ledger.Start(t.Context(), pool, ledger.Options{Secret: worldSecret, Now: time.Now, Log: slog.New(slog.DiscardHandler), Most: most})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close(context.WithoutCancel(t.Context())) })
	return keeper
}

// newHandler makes a handler; what the configuration leaves out is the world's.
func (w *world) newHandler(t testing.TB, config server.Config) http.Handler {
	t.Helper()
	if config.Witness == nil {
		config.Witness = w.keeper
	}
	return w.handlerOf(t, config)
}

// bareHandler makes a handler whose operations nobody writes down.
func (w *world) bareHandler(t testing.TB) http.Handler {
	t.Helper()
	return w.handlerOf(t, server.Config{})
}

func (w *world) handlerOf(t testing.TB, config server.Config) http.Handler {
	t.Helper()
	cursors, err := relay.NewSealer(worldSecret)
	if err != nil {
		t.Fatal(err)
	}
	config.Cursors = cursors
	if config.DB == nil {
		config.DB = w.application
	}
	if config.Partner == nil {
		config.Partner = w.lazy(t, postgres.PartnerLogin)
	}
	if config.Region == nil {
		config.Region = w.lazy(t, postgres.RegionLogin)
	}
	if config.Now == nil {
		config.Now = clock
	}
	if config.Budget == 0 {
		config.Budget = server.LargestCost // a test asks more in a second than a person does
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Verifier == nil {
		config.Verifier = w.newIssuers(t, identity.Config{Development: w.issuer})
	}
	return server.NewHandler(config)
}

// newIssuers makes a verifier of tokens with the world's clock.
func (w *world) newIssuers(t testing.TB, config identity.Config) *identity.Issuers {
	t.Helper()
	if config.Now == nil {
		config.Now = clock
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	issuers, err := identity.NewIssuers(config)
	if err != nil {
		t.Fatal(err)
	}
	return issuers
}

// lazy gives a pool that is opened when it is needed.
func (w *world) lazy(t testing.TB, login string) *postgres.Lazy {
	t.Helper()
	pool := postgres.NewLazy(w.database.URL(login), postgres.Options{Observe: observe})
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// listen serves the handler until the test is over, and gives its URL.
func listen(t testing.TB, handler http.Handler) string {
	t.Helper()
	s := httptest.NewServer(watched(handler))
	t.Cleanup(s.Close)
	return s.URL
}

func edfiSource(folder string) load.Source {
	return load.Source{Name: "Ed-Fi XML", Read: func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
		return edfi.Read(ctx, os.DirFS(folder), sink, progress)
	}}
}

// load makes a district from a folder, as import --create does.
func (w *world) load(t testing.TB, code, folder string) *district {
	t.Helper()
	expected, err := grandbend.Count(folder)
	if err != nil {
		t.Fatal(err)
	}
	source := edfiSource(folder)
	planned, err := load.PlanDistrict(t.Context(), source, code, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := load.Load(t.Context(), w.owner, planned, source, options(code, 0)); err != nil {
		t.Fatal(load.Explain(err), err)
	}
	return &district{Code: code, ID: planned.ID, Expected: expected}
}

// options load some minutes after the first load. The counts take attendance as
// known through the calendars' last day: the sample's year is over, the hand-made
// districts' is not, so that for them the day is stated.
func options(code string, minutes int) load.Options {
	loaded := load.Options{Now: func() time.Time { return now.Add(time.Duration(minutes-60) * time.Minute) }}
	if code != grandBendCode {
		loaded.KnownThrough = time.Date(2022, time.August, 31, 0, 0, 0, 0, time.UTC)
	}
	return loaded
}

var errSource = errors.New("the export breaks off")

// loadAgain leaves more import runs behind: two of one moment, one that failed.
func (w *world) loadAgain(t testing.TB) {
	t.Helper()
	broken := load.Source{Name: "Broken export", Read: func(context.Context, roster.Sink, func(done, total int64)) error {
		return errSource
	}}
	source := edfiSource(filepath.Join("testdata", "alder"))
	found, err := load.FindDistrict(t.Context(), w.application, alderCode)
	if err != nil {
		t.Fatal(err)
	}
	for _, minutes := range []int{1, 1, 2} {
		if _, err := load.Load(t.Context(), w.application, found, source, options(alderCode, minutes)); err != nil {
			t.Fatal(load.Explain(err), err)
		}
	}
	if _, err := load.Load(t.Context(), w.application, found, broken, options(alderCode, 3)); !errors.Is(err, errSource) {
		t.Fatalf("a broken export was loaded: %v", err)
	}
}
