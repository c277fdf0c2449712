package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/graph"
	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/telemetry"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// principalHeader names which of their principals a person asks as.
const principalHeader = "Holdfast-Principal"

// authenticate finds out who asks, and puts them and their scope into the
// context. Without an accepted token nothing goes further.
func authenticate(config Config, next http.Handler) http.Handler {
	directory := identity.NewDirectory(config.DB, config.RightsAge, config.Now)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), operationTime)
		defer cancel()
		c := &caller{config: config, directory: directory}
		ctx, err := c.find(ctx, r)
		if err != nil {
			refuse(ctx, config.Log, w, err)
			return
		}
		next.ServeHTTP(&gate{ResponseWriter: w, ctx: ctx, caller: c}, r.WithContext(ctx))
	})
}

// caller is who sent a request.
type caller struct {
	config    Config
	directory *identity.Directory
	name      identity.Name
	chosen    uuid.UUID
	refused   error // found out while the operation ran
}

// find puts who asks into the context, as they were last known to be.
func (c *caller) find(ctx context.Context, r *http.Request) (context.Context, error) {
	var err error
	if c.name, c.chosen, err = nameOf(ctx, c.config, r); err != nil {
		return ctx, err
	}
	who, err := c.directory.Find(ctx, c.name, c.chosen)
	if err != nil {
		return ctx, err
	}
	ctx, session, err := c.enter(ctx, who)
	return graph.WithSession(ctx, session), err
}

// renew puts who asks into the context, as they are now, where they are no longer as
// they were known to be. What else goes wrong with the question who asks is refused.
func (c *caller) renew(ctx context.Context, cause error) (context.Context, *graph.Session, error) {
	if !errors.Is(cause, postgres.ErrNoLonger) {
		c.refused = cause
		return ctx, nil, cause
	}
	who, err := c.directory.Renew(ctx, c.name, c.chosen)
	if err != nil {
		c.refused = err
		return ctx, nil, err
	}
	ctx, session, err := c.enter(ctx, who)
	c.refused = err
	return ctx, session, err
}

func (c *caller) enter(ctx context.Context, who *identity.Who) (context.Context, *graph.Session, error) {
	if err := c.name.Vouches(who); err != nil {
		return ctx, nil, err
	}
	db, err := c.config.poolOf(ctx, who.Kind)
	if err != nil {
		return ctx, nil, err
	}
	if db != c.config.DB && who.Proof != nil {
		// Its login may not ask who asks, so the application's does, at once.
		if who, err = c.directory.Renew(ctx, c.name, c.chosen); err != nil {
			return ctx, nil, err
		}
		return c.enter(ctx, who)
	}
	ctx = identity.With(ctx, who)
	if scope := who.Scope(); scope != (tenant.Scope{}) {
		ctx = tenant.With(ctx, scope)
	}
	reader, err := who.Reader(c.config.Now())
	return ctx, &graph.Session{Reader: reader, DB: db, Proof: who.Proof, Renew: c.renew, Changed: c.directory.Changed}, err
}

// gate lets an answer out, unless it turned out meanwhile that its caller may not
// have one.
type gate struct {
	http.ResponseWriter

	ctx    context.Context //nolint:containedctx // of the one request that is answered
	caller *caller
	shut   bool
}

// WriteHeader writes the status, or the refusal.
func (g *gate) WriteHeader(status int) {
	if g.refuse() {
		return
	}
	g.ResponseWriter.WriteHeader(status)
}

// Write writes of the answer; nothing where it was refused.
func (g *gate) Write(answer []byte) (int, error) {
	if g.refuse() {
		return len(answer), nil
	}
	return g.ResponseWriter.Write(answer)
}

// Unwrap gives the writer below, for what asks it to flush.
func (g *gate) Unwrap() http.ResponseWriter { return g.ResponseWriter }

func (g *gate) refuse() bool {
	if g.caller.refused != nil && !g.shut {
		g.shut = true
		refuse(g.ctx, g.caller.config.Log, g.ResponseWriter, g.caller.refused)
	}
	return g.shut
}

var (
	errNoToken = errors.New("no token: send the header Authorization: Bearer TOKEN, once")
	errNoLogin = errors.New("this server does not serve partners and regional offices: its operator has not given it their login to the database")
	errChosen  = errors.New("the header " + principalHeader + " takes the id of one of your principals")
)

// nameOf gives the name that the request's token proves, and the principal that it
// chose; uuid.Nil: none.
func nameOf(ctx context.Context, config Config, r *http.Request) (name identity.Name, chosen uuid.UUID, err error) {
	sent := r.Header.Values("Authorization")
	if len(sent) != 1 { // of two, whoever stands between may have read the other
		return name, chosen, errNoToken
	}
	scheme, token, _ := strings.Cut(sent[0], " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return name, chosen, errNoToken
	}
	if name, err = config.Verifier.Verify(ctx, strings.TrimSpace(token)); err != nil {
		return name, chosen, err
	}
	if header := r.Header.Get(principalHeader); header != "" {
		if chosen, err = uuid.Parse(header); err != nil {
			return name, chosen, errChosen
		}
	}
	return name, chosen, nil
}

// poolOf gives the pool that a kind of principal asks through. Partners and regional
// analysts connect as logins that hold no grant on a student's table, so that no
// mistake in a resolver can read one: without their login they are not served.
func (c Config) poolOf(ctx context.Context, kind access.Kind) (*postgres.DB, error) {
	var own *postgres.Lazy
	switch kind {
	case access.Partner:
		own = c.Partner
	case access.Regional:
		own = c.Region
	case access.Staff, access.Service, access.Operator:
		return c.DB, nil
	}
	if own == nil {
		return nil, errNoLogin
	}
	return own.Open(ctx)
}

// refuse answers that it is not known who asks. Why a token is not accepted is for
// the log; the caller learns only what to do.
func refuse(ctx context.Context, log *slog.Logger, w http.ResponseWriter, err error) {
	var choice *identity.ChoiceError
	status, code, message := http.StatusUnauthorized, graph.CodeUnauthenticated, "the token is not accepted: get a new one, then try again"
	switch {
	case errors.Is(err, errNoToken), errors.Is(err, errChosen), errors.As(err, &choice):
		message = err.Error()
	case errors.Is(err, errNoLogin):
		status, code, message = http.StatusForbidden, graph.CodeForbidden, err.Error()
	case errors.Is(err, identity.ErrToken), errors.Is(err, identity.ErrUnknown):
		log.InfoContext(ctx, "a token was refused", slog.String("reason", identity.ReasonOf(err)), slog.Bool("unknown_subject", errors.Is(err, identity.ErrUnknown)))
	default:
		status, code = http.StatusServiceUnavailable, graph.CodeInternal
		id := uuid.NewString()
		message = "something went wrong here; quote the id " + id + " when you report it"
		log.ErrorContext(ctx, "cannot look up who asks", slog.String("error_id", id), slog.String("kind", telemetry.KindOf(err)))
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	writeError(w, status, code, message)
}

// writeError writes a GraphQL response that holds one error alone.
func writeError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/graphql-response+json; charset=utf-8")
	w.Header().Del("Content-Length") // of an answer that is not given
	w.WriteHeader(status)
	body := map[string]any{
		"errors": []any{map[string]any{"message": message, "extensions": map[string]any{"code": code}}},
	}
	_ = json.NewEncoder(w).Encode(body) //nolint:errchkjson // strings always marshal; a client that left is nobody's error
}

// recovered turns a panic outside a resolver into an INTERNAL error.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { //nolint:contextcheck // the request carries its context
			if p := recover(); p != nil {
				id := uuid.NewString()
				log.ErrorContext(r.Context(), "panic", slog.String("error_id", id), slog.String("kind", telemetry.KindOfPanic(p)))
				writeError(w, http.StatusInternalServerError, graph.CodeInternal, "something went wrong here; quote the id "+id+" when you report it")
			}
		}()
		next.ServeHTTP(w, r)
	})
}
