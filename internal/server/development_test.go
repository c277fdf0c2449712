package server_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/server"
)

const discovery = identity.DevIssuerPath + "/.well-known/openid-configuration"

func newDevIssuer(t *testing.T) *identity.DevIssuer {
	t.Helper()
	issuer, err := identity.OpenDevIssuer(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return issuer
}

// TestTheDevelopmentIssuerStaysOnLoopback: another machine gets nothing of it, and
// nor does a page whose name was made to resolve to this one.
func TestTheDevelopmentIssuerStaysOnLoopback(t *testing.T) {
	t.Parallel()
	handler := server.WithDevelopmentIssuer(newDevIssuer(t), http.NotFoundHandler())
	for name, one := range map[string]struct {
		host, from, method string
		status             int
	}{
		"on loopback":             {"127.0.0.1:8080", "127.0.0.1:5000", http.MethodGet, http.StatusOK},
		"by the name localhost":   {"localhost:8080", "[::1]:5000", http.MethodGet, http.StatusOK},
		"on IPv6's loopback":      {"[::1]:8080", "[::1]:5000", http.MethodGet, http.StatusOK},
		"from another machine":    {"127.0.0.1:8080", "192.0.2.1:5000", http.MethodGet, http.StatusForbidden},
		"by another name":         {"holdfast.example", "127.0.0.1:5000", http.MethodGet, http.StatusForbidden},
		"by a name that pretends": {"127.0.0.1.evil.example:8080", "127.0.0.1:5000", http.MethodGet, http.StatusForbidden},
		"by an address outside":   {"192.0.2.7:8080", "127.0.0.1:5000", http.MethodGet, http.StatusForbidden},
		"to write":                {"127.0.0.1:8080", "127.0.0.1:5000", http.MethodPost, http.StatusNotFound},
	} {
		for _, path := range []string{discovery, identity.DevIssuerPath + "/keys"} {
			request := httptest.NewRequestWithContext(t.Context(), one.method, path, nil)
			request.Host, request.RemoteAddr = one.host, one.from
			answered := httptest.NewRecorder()
			handler.ServeHTTP(answered, request)
			if answered.Code != one.status {
				t.Errorf("%s, %s: status %d, not %d: %s", name, path, answered.Code, one.status, answered.Body)
			}
		}
	}
}

// TestThereIsNoDevelopmentIssuer: without one the API answers, which has no such page.
func TestThereIsNoDevelopmentIssuer(t *testing.T) {
	t.Parallel()
	handler := server.WithDevelopmentIssuer(nil, http.NotFoundHandler())
	answered := httptest.NewRecorder()
	handler.ServeHTTP(answered, httptest.NewRequestWithContext(t.Context(), http.MethodGet, discovery, nil))
	if answered.Code != http.StatusNotFound {
		t.Errorf("status %d", answered.Code)
	}
}

// TestOthersVerifyDevelopmentTokens: another program that reads the documents
// accepts the tokens that this one accepts.
func TestOthersVerifyDevelopmentTokens(t *testing.T) {
	t.Parallel()
	issuer := newDevIssuer(t)
	hosted := httptest.NewServer(server.WithDevelopmentIssuer(issuer, http.NotFoundHandler()))
	t.Cleanup(hosted.Close)
	// On its default address the issuer is where its name says; here it is not.
	provider, err := oidc.NewProvider(oidc.InsecureIssuerURLContext(t.Context(), identity.DevIssuerName), hosted.URL+identity.DevIssuerPath)
	if err != nil {
		t.Fatal(err)
	}
	token, err := issuer.Token("somebody", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	read, err := provider.Verifier(&oidc.Config{ClientID: identity.DevAudience}).Verify(t.Context(), token)
	if err != nil || read.Subject != "somebody" {
		t.Errorf("another program: %+v, %v", read, err)
	}
	issuers, err := identity.NewIssuers(identity.Config{Development: issuer, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if name, err := issuers.Verify(t.Context(), token); err != nil || name.Subject != "somebody" {
		t.Errorf("this one: %+v, %v", name, err)
	}
}
