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
	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/telemetry"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// principalHeader names which of their principals a person asks as.
const principalHeader = "Holdfast-Principal"

// authenticate finds out who asks, and puts them and their scope into the
// context. Without an accepted token nothing goes further.
func authenticate(config Config, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), operationTime)
		defer cancel()
		who, err := whoAsks(ctx, config, r)
		if err != nil {
			refuse(ctx, config.Log, w, err)
			return
		}
		ctx = identity.With(ctx, who)
		if who.District != nil {
			ctx = tenant.With(ctx, tenant.Scope{District: who.District.ID})
		}
		reader, err := who.Reader(config.Now())
		if err != nil {
			refuse(ctx, config.Log, w, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(graph.WithReader(ctx, reader)))
	})
}

var (
	errNoToken = errors.New("no token: send the header Authorization: Bearer TOKEN")
	errChosen  = errors.New("the header " + principalHeader + " takes the id of one of your principals")
)

func whoAsks(ctx context.Context, config Config, r *http.Request) (*identity.Who, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return nil, errNoToken
	}
	name, err := config.Verifier.Verify(ctx, strings.TrimSpace(token))
	if err != nil {
		return nil, err
	}
	chosen := uuid.Nil
	if header := r.Header.Get(principalHeader); header != "" {
		if chosen, err = uuid.Parse(header); err != nil {
			return nil, errChosen
		}
	}
	return identity.Lookup(ctx, config.DB, name, chosen)
}

// refuse answers that it is not known who asks. Why a token is not accepted is for
// the log; the caller learns only what to do.
func refuse(ctx context.Context, log *slog.Logger, w http.ResponseWriter, err error) {
	var choice *identity.ChoiceError
	status, code, message := http.StatusUnauthorized, graph.CodeUnauthenticated, "the token is not accepted: get a new one, then try again"
	switch {
	case errors.Is(err, errNoToken), errors.Is(err, errChosen), errors.As(err, &choice):
		message = err.Error()
	case errors.Is(err, identity.ErrToken), errors.Is(err, identity.ErrUnknown):
		log.InfoContext(ctx, "a token was refused", slog.String("kind", telemetry.KindOf(err)), slog.Bool("unknown_subject", errors.Is(err, identity.ErrUnknown)))
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
