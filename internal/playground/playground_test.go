package playground_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/graph"
	"github.com/holdfast-edu/holdfast/graph/generated"
	"github.com/holdfast-edu/holdfast/internal/playground"
	"github.com/holdfast-edu/holdfast/internal/server"
)

const (
	own         = "http://127.0.0.1:8080"
	coordinator = `{"subject": "coordinator:1"}`
)

// someone is one persona.
type someone struct{ broken error }

func (s someone) List(context.Context) ([]playground.Person, error) {
	return []playground.Person{{
		Subject: "coordinator:1", DisplayName: "Persona Coordinator", Kind: "STAFF", District: "Grand Bend ISD",
		Roles: []playground.Role{{Role: "DISTRICT_COORDINATOR"}},
	}}, s.broken
}

func (s someone) Token(_ context.Context, subject string) (string, error) {
	if subject != "coordinator:1" {
		return "", playground.ErrUnknown
	}
	return "a token", s.broken
}

// handler is the whole server's, as serve mounts the playground, with an origin
// that may call the API.
func handler(people playground.People) http.Handler {
	return server.NewHandler(server.Config{People: people, CORSOrigins: []string{"https://district.example"}, Log: slog.New(slog.DiscardHandler)})
}

func newPage(people playground.People) http.Handler {
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: &graph.Resolver{}}).Schema()
	return playground.NewHandler(schema, people, slog.New(slog.DiscardHandler))
}

// headers are those of a request; Host is its host.
type headers map[string]string

// ask sends a request to the playground.
func ask(t *testing.T, h http.Handler, method, path, body string, with headers) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, own+path, strings.NewReader(body))
	for name, value := range with {
		r.Header.Set(name, value)
	}
	if host := with["Host"]; host != "" {
		r.Host = host
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPageAndItsAssets(t *testing.T) {
	t.Parallel()
	h := handler(someone{})
	answer := ask(t, h, http.MethodGet, "/", "", nil)
	page, header := answer.Body.String(), answer.Header()
	if answer.Code != http.StatusOK || header.Get("Content-Type") != "text/html; charset=utf-8" || header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the page: %d %v", answer.Code, header)
	}
	policy := header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'self';") || strings.Contains(policy, "http") || strings.Contains(policy, "*") || strings.Contains(policy, "unsafe-eval") {
		t.Errorf("the page may load from elsewhere: %s", policy)
	}
	if elsewhere := regexp.MustCompile(`(?:src|href)="(?:https?:)?//[^"]*`).FindString(page); elsewhere != "" {
		t.Errorf("the page names another host: %s", elsewhere)
	}
	types := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
	names := regexp.MustCompile(`[\w-]+(\.(?:js|css|svg))\b`).FindAllStringSubmatch(page, -1)
	if len(names) < 6 {
		t.Errorf("the page names %d files: want script, style, icon and three workers", len(names))
	}
	for _, name := range names {
		answer := ask(t, h, http.MethodGet, "/playground/assets/"+name[0], "", nil)
		header := answer.Header()
		if answer.Code != http.StatusOK || answer.Body.Len() == 0 || header.Get("Content-Type") != types[name[1]] ||
			header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", name[0], answer.Code, header)
		}
	}
	if answer := ask(t, h, http.MethodGet, "/playground/assets/licences.txt", "", nil); answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "monaco-editor") {
		t.Errorf("the licences: %d", answer.Code)
	}
	if answer := ask(t, h, http.MethodGet, "/playground/assets/none.js", "", nil); answer.Code != http.StatusNotFound {
		t.Errorf("a file that is not there: %d", answer.Code)
	}
}

func TestNotMountedWithoutPeople(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/playground/personas", "/playground/examples", "/playground/assets/licences.txt"} {
		if answer := ask(t, handler(nil), http.MethodGet, path, "", nil); answer.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, answer.Code)
		}
	}
	if answer := ask(t, handler(nil), http.MethodPost, "/playground/token", coordinator, headers{"Origin": own}); answer.Code != http.StatusNotFound {
		t.Errorf("a token: %d, want 404", answer.Code)
	}
}

func TestPersonasAndTokens(t *testing.T) {
	t.Parallel()
	h := handler(someone{})
	text := ask(t, h, http.MethodGet, "/playground/personas", "", headers{"Sec-Fetch-Site": "same-origin"}).Body.String()
	var listed struct {
		Personas []playground.Person `json:"personas"`
	}
	if err := json.Unmarshal([]byte(text), &listed); err != nil || len(listed.Personas) != 1 || listed.Personas[0].Roles[0].Role != "DISTRICT_COORDINATOR" {
		t.Errorf("the personas: %s, %v", text, err)
	}
	for _, test := range []struct {
		body string
		want int
	}{
		{coordinator, http.StatusOK},
		{`{"subject": "nobody"}`, http.StatusNotFound},
		{`{}`, http.StatusBadRequest},
		{`{"subject": "` + strings.Repeat("a", 1<<16) + `"}`, http.StatusBadRequest},
	} {
		answer := ask(t, h, http.MethodPost, "/playground/token", test.body, headers{"Origin": own})
		if text := answer.Body.String(); answer.Code != test.want || strings.Contains(text, "a token") != (test.want == http.StatusOK) {
			t.Errorf("%.40s: %d %s, want %d", test.body, answer.Code, text, test.want)
		}
		if answer.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%.40s: the answer may be kept: %v", test.body, answer.Header())
		}
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	const people, token = "/playground/personas", "/playground/token"
	tests := map[string]struct {
		method, path, body string
		with               headers
		want               int
	}{
		"localhost":                     {http.MethodGet, "/", "", headers{"Host": "localhost:8080"}, http.StatusOK},
		"IPv6 loopback":                 {http.MethodGet, "/", "", headers{"Host": "[::1]:8080"}, http.StatusOK},
		"loopback without a port":       {http.MethodGet, "/", "", headers{"Host": "127.0.0.1"}, http.StatusOK},
		"a link on another site":        {http.MethodGet, "/", "", headers{"Sec-Fetch-Site": "cross-site"}, http.StatusOK},
		"a name made to point here":     {http.MethodGet, "/", "", headers{"Host": "rebound.example:8080"}, http.StatusForbidden},
		"a name that begins like ours":  {http.MethodGet, people, "", headers{"Host": "127.0.0.1.rebound.example"}, http.StatusForbidden},
		"an address that is another's":  {http.MethodGet, people, "", headers{"Host": "192.0.2.1:8080"}, http.StatusForbidden},
		"rebound, for a token":          {http.MethodPost, token, coordinator, headers{"Host": "rebound.example", "Origin": "http://rebound.example"}, http.StatusForbidden},
		"another site, for the people":  {http.MethodGet, people, "", headers{"Origin": "https://district.example"}, http.StatusForbidden},
		"another site, by its mark":     {http.MethodGet, people, "", headers{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		"another port, by its mark":     {http.MethodPost, token, coordinator, headers{"Origin": own, "Sec-Fetch-Site": "same-site"}, http.StatusForbidden},
		"another port":                  {http.MethodPost, token, coordinator, headers{"Origin": "http://127.0.0.1:3000"}, http.StatusForbidden},
		"a frame without an origin":     {http.MethodPost, token, coordinator, headers{"Origin": "null"}, http.StatusForbidden},
		"a token without an origin":     {http.MethodPost, token, coordinator, nil, http.StatusForbidden},
		"a site that may call the API":  {http.MethodPost, token, coordinator, headers{"Origin": "https://district.example"}, http.StatusForbidden},
		"a token by GET":                {http.MethodGet, token, "", headers{"Origin": own}, http.StatusMethodNotAllowed},
		"asking first, as browsers may": {http.MethodOptions, token, "", headers{"Origin": "https://district.example"}, http.StatusMethodNotAllowed},
	}
	h := handler(someone{})
	for name, test := range tests {
		answer := ask(t, h, test.method, test.path, test.body, test.with)
		if text := answer.Body.String(); answer.Code != test.want || strings.Contains(text, "a token") {
			t.Errorf("%s: %d %s, want %d", name, answer.Code, strings.TrimSpace(text), test.want)
		}
		if allowed := answer.Header().Get("Access-Control-Allow-Origin"); allowed != "" {
			t.Errorf("%s: lets %s in", name, allowed)
		}
	}
}

func TestFailuresSayNothingOfThemselves(t *testing.T) {
	t.Parallel()
	h := newPage(someone{broken: errors.New("SELECT secret")})
	listed := ask(t, h, http.MethodGet, "/playground/personas", "", nil)
	signed := ask(t, h, http.MethodPost, "/playground/token", coordinator, headers{"Origin": own})
	for _, answer := range []*httptest.ResponseRecorder{listed, signed} {
		if text := answer.Body.String(); answer.Code != http.StatusInternalServerError || strings.Contains(text, "secret") {
			t.Errorf("%d %s", answer.Code, text)
		}
	}
}
