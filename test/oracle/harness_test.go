// Package oracle_test holds the API to a second opinion: the same facts are loaded
// into a database and into the model, and both are asked.
package oracle_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver of the superuser's connection, which no wall binds

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/ledger"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/server"
	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

// The settings of a run. They are asked for inside a test, so that a kept result is
// not taken for that of another setting.
const (
	seedSetting   = "HOLDFAST_ORACLE_SEED" // a number; without it each run has a seed of its own, and prints it
	amountSetting = "HOLDFAST_ORACLE"      // full: all that the issue asks for
)

// amount gives how much to try: a little in every run, the whole when it is asked for.
func amount(little, whole int) int {
	if os.Getenv(amountSetting) == "full" {
		return whole
	}
	return little
}

// dice gives the test's own source of chance, and prints its seed.
func dice(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if set := os.Getenv(seedSetting); set != "" {
		var err error
		if seed, err = strconv.ParseUint(set, 10, 64); err != nil {
			t.Fatalf("%s: %v", seedSetting, err)
		}
	}
	t.Logf("the seed; to run it again: %s=%d go test -run '^%s$' ./test/oracle", seedSetting, seed, t.Name())
	return rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // chance that can be repeated
}

// world is a database, the API over it, and the same facts in the model.
type world struct {
	t         testing.TB
	root      *sql.DB // of the superuser: facts come by no door of the product
	issuer    *identity.DevIssuer
	url       string
	districts []*model.District
	chance    *rand.Rand

	mu     sync.Mutex
	moment time.Time // at which everything is asked
}

// newWorld makes an empty one.
func newWorld(t testing.TB, moment time.Time) *world {
	t.Helper()
	w := &world{t: t, moment: moment}
	database := pgtest.New(t)
	root, err := sql.Open("postgres", database.SuperuserURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	w.root = root
	// The server makes the months of its own time when it starts; these are of another.
	_, err = root.ExecContext(t.Context(), `SELECT ensure_audit_partition(month::date) FROM generate_series('2025-04-01'::date, '2027-12-01', '1 month') month
		UNION ALL SELECT ensure_year_partitions(year) FROM generate_series(2024, 2029) year`)
	if err != nil {
		t.Fatal(err)
	}
	if w.issuer, err = identity.OpenDevIssuer(t.TempDir(), w.now); err != nil {
		t.Fatal(err)
	}
	verifier, err := identity.NewIssuers(identity.Config{Development: w.issuer, Now: w.now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	cursors, err := relay.NewSealer([]byte("a secret of the tests"))
	if err != nil {
		t.Fatal(err)
	}
	pool := database.Open(t, postgres.ApplicationLogin, postgres.Options{})
	keeper, err := ledger.Start(t.Context(), pool, ledger.Options{Secret: []byte("a secret of the tests"), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close(context.WithoutCancel(t.Context())) })
	api := httptest.NewServer(server.NewHandler(server.Config{
		DB: pool, Partner: lazy(t, database, postgres.PartnerLogin), Region: lazy(t, database, postgres.RegionLogin),
		Witness: keeper, Verifier: verifier, Cursors: cursors, Now: w.now, Log: slog.New(slog.DiscardHandler),
		MaxCost: server.LargestCost, Budget: server.LargestCost, // a test asks more in a second than a person does
	}))
	t.Cleanup(api.Close)
	w.url = api.URL
	return w
}

// lazy is the pool of another login than the application's.
func lazy(t testing.TB, database *pgtest.Database, login string) *postgres.Lazy {
	t.Helper()
	pool := postgres.NewLazy(database.URL(login), postgres.Options{})
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.moment
}

// pass lets time pass.
func (w *world) pass(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.moment = w.moment.Add(by)
}

// today is the day in the district's time zone.
func (w *world) today(d *model.District) model.Date { return model.DateOf(w.now(), d.Zone) }

// answer is what the API said.
type answer struct {
	status int
	body   []byte

	Data   map[string]any `json:"data"`
	Errors []struct {
		Message    string         `json:"message"`
		Extensions map[string]any `json:"extensions"`
	} `json:"errors"`
	Extensions struct {
		Redactions []redaction `json:"redactions"`
	} `json:"extensions"`
}

// redaction is one entry of extensions.redactions.
type redaction struct {
	Path      string `json:"path"`
	DataClass string `json:"dataClass"`
	Reason    string `json:"reason"`
	Count     int    `json:"count"`
	Indexes   []int  `json:"indexes"`
}

// vars are a request's variables.
type vars = map[string]any

// ask asks as a member of staff.
func (w *world) ask(reader *model.Staff, document string, variables vars) *answer {
	return w.askNamed(reader, document, "", variables)
}

// askNamed asks for the operation of that name.
func (w *world) askNamed(reader *model.Staff, document, operation string, variables vars) *answer {
	w.t.Helper()
	question := vars{"query": document, "variables": variables}
	if operation != "" {
		question["operationName"] = operation
	}
	body, err := json.Marshal(question)
	if err != nil {
		w.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, w.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	token, err := w.issuer.Token(reader.Subject, time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	got := &answer{status: response.StatusCode}
	if got.body, err = io.ReadAll(response.Body); err != nil {
		w.t.Fatal(err)
	}
	_ = json.Unmarshal(got.body, got) // what is no GraphQL response has no data and no errors
	return got
}

// code gives the code of the first error; empty: there is none.
func (a *answer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return code
}

// at gives the value at a path of keys and places in lists; nil: there is none.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

// list gives the list at a path.
func list(value any, path ...any) []any {
	found, _ := at(value, path...).([]any)
	return found
}

// The ids that clients see.
func studentID(s *model.Student) string { return "stu_" + bare(s.ID) }
func schoolID(s *model.School) string   { return "sch_" + bare(s.ID) }
func bare(id string) string             { return strings.ReplaceAll(id, "-", "") }
