package api_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/server"
	"github.com/holdfast-edu/holdfast/test/issuer"
)

// providerKey is a key of the real provider, which asks for the private or the
// public one.
type providerKey struct {
	*rsa.PrivateKey

	name string
}

type publishedKey struct{ providerKey }

func (k providerKey) ID() string                                { return k.name }
func (providerKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k providerKey) Key() any                                  { return k.PrivateKey }
func (k publishedKey) Key() any                                 { return &k.PublicKey }
func (publishedKey) Algorithm() jose.SignatureAlgorithm         { return jose.RS256 }
func (publishedKey) Use() string                                { return "sig" }

// provider is a real provider's example store, with keys that change and access
// tokens that are JWTs.
type provider struct {
	*storage.Storage

	mu  sync.Mutex
	key providerKey
}

func (p *provider) rotate(t *testing.T, name string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key = providerKey{key, name}
}

func (p *provider) current() providerKey {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.key
}

func (p *provider) SigningKey(context.Context) (op.SigningKey, error) { return p.current(), nil }

func (p *provider) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{publishedKey{p.current()}}, nil
}

func (p *provider) ClientCredentials(ctx context.Context, id, secret string) (op.Client, error) {
	client, err := p.Storage.ClientCredentials(ctx, id, secret)
	return jwtClient{client}, err
}

func (*provider) ClientCredentialsTokenRequest(context.Context, string, []string) (op.TokenRequest, error) {
	return &oidc.JWTTokenRequest{Subject: insider, Audience: []string{issuer.Audience}}, nil
}

type jwtClient struct{ op.Client }

func (jwtClient) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }

// newProvider starts a real provider.
func newProvider(t *testing.T) (p *provider, address string, client *http.Client) {
	t.Helper()
	hosted := httptest.NewUnstartedServer(nil)
	address = "https://" + hosted.Listener.Addr().String()
	p = &provider{Storage: storage.NewStorage(storage.NewUserStore(address))}
	p.rotate(t, "the first")
	handler, err := op.NewProvider(&op.Config{}, p, op.StaticIssuer(address), op.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	hosted.Config.Handler = handler
	hosted.StartTLS()
	t.Cleanup(hosted.Close)
	return p, address, hosted.Client()
}

// logIn gets an access token as a service does.
func logIn(t *testing.T, client *http.Client, address string) string {
	t.Helper()
	form := strings.NewReader(url.Values{"grant_type": {"client_credentials"}}.Encode())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/oauth/token", form)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth("sid1", "verysecret") // of the example store
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answered struct {
		AccessToken string `json:"access_token"` //nolint:tagliatelle // the standard's name
	}
	if err := json.NewDecoder(response.Body).Decode(&answered); err != nil || strings.Count(answered.AccessToken, ".") != 2 {
		t.Fatalf("the provider gave no token: %s, %q, %v", response.Status, answered.AccessToken, err)
	}
	return answered.AccessToken
}

// TestARealProvider: a login at a provider that others use is a login here, through
// a change of its key too.
func TestARealProvider(t *testing.T) {
	t.Parallel()
	p, address, client := newProvider(t)
	i := &installation{world: aPrivateWorld(), log: &logbook{}}
	i.vouch(t, address, insider, i.alder)
	i.issuers = i.newIssuers(t, identity.Config{
		Own: identity.Issuer{URL: address, Audience: issuer.Audience}, Client: client, Now: time.Now, Log: i.log.logger(),
	})
	i.url = listen(t, i.newHandler(t, server.Config{Verifier: i.issuers, Log: i.log.logger()}))
	first := logIn(t, client, address)
	if name, status := i.asks(t, first); name != "Alder Unified" {
		t.Fatalf("%q, status %d:\n%s", name, status, i.log)
	}
	p.rotate(t, "the second")
	if name, status := i.asks(t, logIn(t, client, address)); name != "Alder Unified" {
		t.Errorf("after a change of the key: %q, status %d:\n%s", name, status, i.log)
	}
	i.expect(t, "a token of the key that left", first, http.StatusUnauthorized)
}
