package playground

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/holdfast-edu/holdfast/internal/telemetry"
)

// Role is a role that a persona holds.
type Role struct {
	Role   string `json:"role"`
	School string `json:"school,omitempty"` // empty: not bound to one
}

// Person is a persona who may be asked as.
type Person struct {
	Subject     string `json:"subject"` // names them, as their tokens do
	DisplayName string `json:"displayName"`
	Kind        string `json:"kind"` // of principal, such as STAFF
	Roles       []Role `json:"roles"`
	District    string `json:"district,omitempty"` // empty: of none
}

// People knows the personas that there are. It is implemented where the database
// and the development issuer are at hand.
type People interface {
	// List gives the personas in the order to show them.
	List(ctx context.Context) ([]Person, error)
	// Token makes a token for one of them, and gives ErrUnknown for anybody else.
	Token(ctx context.Context, subject string) (string, error)
}

// ErrUnknown is a subject that is no persona.
var ErrUnknown = errors.New("there is no such persona: load the page again")

// maxTokenRequest is more than a subject in JSON can need, in bytes.
const maxTokenRequest = 4096

// NewHandler makes the handler of / and of everything below /playground/. The
// examples are those that are valid by the schema. Requests that are not made on
// loopback, or that another site made a browser send, are refused.
func NewHandler(schema *ast.Schema, people People, log *slog.Logger) http.Handler {
	h := handler{people: people, groups: groupsFor(schema), log: log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", servePage)
	mux.HandleFunc("GET /playground/assets/{name}", serveAsset)
	mux.HandleFunc("GET /playground/examples", ownPage(h.examples))
	mux.HandleFunc("GET /playground/personas", ownPage(h.personas))
	mux.HandleFunc("POST /playground/token", ownPage(h.token))
	return guard(mux)
}

type handler struct {
	people People
	groups []Group
	log    *slog.Logger
}

func (h handler) examples(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, map[string]any{"groups": h.groups})
}

func (h handler) personas(w http.ResponseWriter, r *http.Request) {
	people, err := h.people.List(r.Context())
	if err != nil {
		h.fail(w, r, "cannot list the personas", err)
		return
	}
	if people == nil {
		people = []Person{}
	}
	writeJSON(w, map[string]any{"personas": people})
}

func (h handler) token(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Subject string `json:"subject"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxTokenRequest)).Decode(&asked); err != nil || asked.Subject == "" {
		http.Error(w, `send {"subject": "…"}, one of those that /playground/personas lists`, http.StatusBadRequest)
		return
	}
	token, err := h.people.Token(r.Context(), asked.Subject)
	switch {
	case errors.Is(err, ErrUnknown):
		http.Error(w, ErrUnknown.Error(), http.StatusNotFound)
	case err != nil:
		h.fail(w, r, "cannot make a token", err)
	default:
		writeJSON(w, map[string]any{"token": token})
	}
}

func (h handler) fail(w http.ResponseWriter, r *http.Request, what string, err error) {
	h.log.ErrorContext(r.Context(), what, slog.String("kind", telemetry.KindOf(err)))
	http.Error(w, what+"; the server's log says more", http.StatusInternalServerError)
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(value) //nolint:errchkjson // strings always marshal; a client that left is nobody's error
}
