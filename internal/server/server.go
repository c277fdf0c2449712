package server

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/cors"

	"github.com/holdfast-edu/holdfast/graph"
	"github.com/holdfast-edu/holdfast/graph/generated"
	"github.com/holdfast-edu/holdfast/internal/document"
	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/playground"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Limits on a request, before anything of it is run; those on its document are the
// room document's.
const (
	maxBody   = 1 << 20 // bytes
	maxHeader = 1 << 16 // bytes; with GET, what is asked too
	// operationTime is how long one operation may take.
	operationTime = 30 * time.Second
	headerTime    = 10 * time.Second
	idleTime      = 2 * time.Minute
	goodbyeTime   = 10 * time.Second
)

// Config is what a server needs.
type Config struct {
	DB            *postgres.DB   // under the application's login
	Partner       *postgres.Lazy // under the partners' login; nil: they are not served
	Region        *postgres.Lazy // under the regional offices' login; nil: they are not served
	Verifier      identity.Verifier
	Cursors       relay.Sealer
	Witness       operation.Witness      // writes down what operations show; nil: they show nothing
	Metrics       []prometheus.Collector // beside the server's own
	Introspection bool
	GET           bool              // queries by GET, which stand in addresses; for development
	MaxCost       int64             // of one operation; 0: DefaultMaxCost
	Budget        int64             // of cost a principal in a second; 0: DefaultBudget
	CORSOrigins   []string          // origins of browsers that may call; empty: none
	People        playground.People // who may be asked as in the playground; nil: there is none
	RightsAge     time.Duration     // for how long it is not asked again who somebody is; 0: it always is
	Now           func() time.Time
	Log           *slog.Logger
}

// NewHandler makes the HTTP handler: /graphql, /healthz, /readyz and /metrics, and
// the playground where there are people for it.
func NewHandler(config Config) http.Handler {
	metrics := newMetrics(config.Metrics)
	mux := http.NewServeMux()
	mux.Handle("/graphql", metrics.count(authenticate(config, newGraphQL(config))))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", ready(config.DB))
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics.registry, promhttp.HandlerOpts{}))
	return recovered(config.Log, withPlayground(config, allowOrigins(config.CORSOrigins, mux)))
}

// withPlayground puts the playground beside the API. It stands outside of what
// lets other origins in.
func withPlayground(config Config, api http.Handler) http.Handler {
	if config.People == nil {
		return api
	}
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: &graph.Resolver{}}).Schema()
	page := playground.NewHandler(schema, config.People, config.Log)
	mux := http.NewServeMux()
	mux.Handle("/", api)
	mux.Handle("/{$}", page)
	mux.Handle("/playground/", page)
	return mux
}

func allowOrigins(origins []string, next http.Handler) http.Handler {
	if len(origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: []string{"Authorization", "Content-Type", principalHeader},
		ExposedHeaders: []string{"Retry-After"},
	}).Handler(next)
}

// newGraphQL makes the GraphQL handler.
func newGraphQL(config Config) http.Handler {
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: &graph.Resolver{Now: config.Now}})
	maxCost, budget := cmp.Or(config.MaxCost, DefaultMaxCost), cmp.Or(config.Budget, DefaultBudget)
	server := handler.New(schema)
	server.AddTransport(overHTTP{
		documents: document.NewReader(schema.Schema(), config.Introspection),
		budgets:   newBudgets(budget, maxCost, time.Now),
		maxCost:   maxCost, get: config.GET,
	})
	server.SetQueryCache(alreadyRead{})
	server.SetParserTokenLimit(1) // what was not read by the reader of documents is not read at all
	server.SetErrorPresenter(graph.PresentError(config.Log))
	server.SetRecoverFunc(func(context.Context, any) error { return errPanic })
	if config.Introspection {
		server.Use(extension.Introspection{})
	}
	server.AroundOperations(graph.BeginOperation(config.Cursors, config.Witness))
	server.AroundResponses(graph.EndOperation)
	return server
}

var errPanic = errors.New("a panic in a resolver")

// ready answers 200 when the database answers and its schema is the one that this
// program knows.
func ready(db *postgres.DB) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := postgres.CheckSchema(r.Context(), db); err != nil {
			answer(w, http.StatusServiceUnavailable, "not ready: the database does not answer, or its schema is not the one this program knows")
			return
		}
		answer(w, http.StatusOK, "ready")
	}
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// Serve serves on the listener until the context ends, then lets requests under
// way finish.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	goodbye, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbyeTime)
	defer cancel()
	return server.Shutdown(goodbye)
}
