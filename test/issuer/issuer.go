// Package issuer is an OIDC issuer for tests: it shows a discovery document and
// keys that a test changes as it likes, and signs whatever it is given.
package issuer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// Audience is whom the issuer's tokens are for.
const Audience = "holdfast-api"

// Key signs tokens.
type Key struct {
	ID      string
	Method  jwt.SigningMethod
	Private crypto.Signer
}

// NewKey makes a key for the method.
func NewKey(t testing.TB, id string, method jwt.SigningMethod) Key {
	t.Helper()
	var private crypto.Signer
	var err error
	switch method.(type) {
	case *jwt.SigningMethodECDSA:
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case *jwt.SigningMethodEd25519:
		_, private, err = ed25519.GenerateKey(rand.Reader)
	default:
		private, err = rsa.GenerateKey(rand.Reader, 2048) //nolint:mnd // the least that is accepted
	}
	if err != nil {
		t.Fatal(err)
	}
	return Key{ID: id, Method: method, Private: private}
}

// Public is the key as the issuer publishes it.
func (k Key) Public() jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.Private.Public(), KeyID: k.ID, Algorithm: k.Method.Alg(), Use: "sig"}
}

// Header is a token's header as the key's tokens have it.
func (k Key) Header() map[string]any {
	header := map[string]any{"alg": k.Method.Alg(), "typ": "at+jwt"}
	if k.ID != "" {
		header["kid"] = k.ID
	}
	return header
}

// Sign signs the header and claims, as they are.
func (k Key) Sign(t testing.TB, header, claims map[string]any) string {
	t.Helper()
	return SignText(t, k.Method, k.Private, text(t, header), text(t, claims))
}

// SignText signs a header and claims that may be any text.
func SignText(t testing.TB, method jwt.SigningMethod, key any, header, claims string) string {
	t.Helper()
	signing := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	signature, err := method.Sign(signing, key)
	if err != nil {
		t.Fatal(err)
	}
	return signing + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func text(t testing.TB, object map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// Issuer serves its documents by https until the test is over.
type Issuer struct {
	URL string
	// Client trusts the certificates of all issuers of this package.
	Client *http.Client

	now func() time.Time
	// Reads counts how often the keys were asked for.
	Reads atomic.Int64

	mu        sync.Mutex
	published []Key
	answer    http.HandlerFunc // instead of the documents; nil: the documents
}

// New makes an issuer that publishes the keys.
func New(t testing.TB, now func() time.Time, keys ...Key) *Issuer {
	t.Helper()
	i := &Issuer{now: now, published: keys}
	path := "/" + uuid.NewString() // ports come again, issuers do not
	server := httptest.NewTLSServer(http.StripPrefix(path, i))
	t.Cleanup(server.Close)
	i.URL, i.Client = server.URL+path, server.Client()
	return i
}

// Publish changes the keys that are published.
func (i *Issuer) Publish(keys ...Key) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.published = keys
}

// Answer has the issuer answer everything so; nil: as it should.
func (i *Issuer) Answer(with http.HandlerFunc) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = with
}

// Down answers as an issuer that is not well.
func Down(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }

// ServeHTTP shows the documents.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	answer, published := i.answer, i.published
	i.mu.Unlock()
	if r.URL.Path == "/keys" {
		i.Reads.Add(1)
	}
	var document any
	switch {
	case answer != nil:
		answer(w, r)
		return
	case r.URL.Path == "/.well-known/openid-configuration":
		document = map[string]any{"issuer": i.URL, "jwks_uri": i.URL + "/keys"}
	case r.URL.Path == "/keys":
		set := jose.JSONWebKeySet{}
		for _, one := range published {
			set.Keys = append(set.Keys, one.Public())
		}
		document = set
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(document) //nolint:errchkjson // keys always marshal
}

// Claims are those of a good token of the subject, with changes: nil takes a claim
// out.
func (i *Issuer) Claims(subject string, changes map[string]any) map[string]any {
	now := i.now()
	claims := map[string]any{
		"iss": i.URL, "sub": subject, "aud": Audience,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

// Token is a good token of the subject.
func (i *Issuer) Token(t testing.TB, key Key, subject string) string {
	t.Helper()
	return key.Sign(t, key.Header(), i.Claims(subject, nil))
}
