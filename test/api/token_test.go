package api_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/identity"
)

// key reads the development issuer's own key.
func (w *world) key(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(w.keyFolder, "*.pem"))
	if err != nil || len(names) != 1 {
		t.Fatalf("the issuer's key: %v, %v", names, err)
	}
	raw, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(raw)
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key, _ := parsed.(ed25519.PrivateKey)
	return key
}

// claims gives those of a good token of the coordinator.
func claims(change func(*jwt.RegisteredClaims)) jwt.RegisteredClaims {
	good := jwt.RegisteredClaims{
		Issuer: identity.DevIssuerName, Subject: "DISTRICT_COORDINATOR", Audience: jwt.ClaimStrings{"holdfast"},
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(time.Hour)),
	}
	change(&good)
	return good
}

// badTokens gives headers that do not say who asks.
func (w *world) badTokens(t *testing.T) map[string]string {
	t.Helper()
	key := w.key(t)
	_, strange, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, _ := key.Public().(ed25519.PublicKey)
	sign := func(method jwt.SigningMethod, key any, change func(*jwt.RegisteredClaims)) string {
		token, err := jwt.NewWithClaims(method, claims(change)).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + token
	}
	same := func(*jwt.RegisteredClaims) {}
	good := sign(jwt.SigningMethodEdDSA, key, same)
	if got := anonymous(t, w.url, good).ask(`{ viewer { id } }`, nil); got.status != http.StatusOK {
		t.Fatalf("a good token is refused: %s", got.body)
	}
	return map[string]string{
		"none":                      "",
		"garbage":                   "Bearer garbage",
		"nothing after the word":    "Bearer ",
		"another scheme":            "Basic " + good[len("Bearer "):],
		"no scheme":                 good[len("Bearer "):],
		"cut off":                   good[:len(good)-3],
		"no signature":              good[:strings.LastIndexByte(good, '.')+1],
		"another key":               sign(jwt.SigningMethodEdDSA, strange, same),
		"the algorithm none":        sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, same),
		"the public key as HMAC":    sign(jwt.SigningMethodHS256, []byte(public), same),
		"expired":                   sign(jwt.SigningMethodEdDSA, key, func(c *jwt.RegisteredClaims) { c.ExpiresAt = jwt.NewNumericDate(now.Add(-time.Second)) }),
		"expires now":               sign(jwt.SigningMethodEdDSA, key, func(c *jwt.RegisteredClaims) { c.ExpiresAt = jwt.NewNumericDate(now) }),
		"never expires":             sign(jwt.SigningMethodEdDSA, key, func(c *jwt.RegisteredClaims) { c.ExpiresAt = nil }),
		"not yet":                   sign(jwt.SigningMethodEdDSA, key, func(c *jwt.RegisteredClaims) { c.NotBefore = jwt.NewNumericDate(now.Add(time.Minute)) }),
		"another audience":          sign(jwt.SigningMethodEdDSA, key, func(c *jwt.RegisteredClaims) { c.Audience = jwt.ClaimStrings{"elsewhere"} }),
		"no audience":               sign(jwt.SigningMethodEdDSA, key, func(c *jwt.RegisteredClaims) { c.Audience = nil }),
		"another issuer":            sign(jwt.SigningMethodEdDSA, key, func(c *jwt.RegisteredClaims) { c.Issuer = "https://issuer.example" }),
		"no subject":                sign(jwt.SigningMethodEdDSA, key, func(c *jwt.RegisteredClaims) { c.Subject = "" }),
		"somebody who is not known": sign(jwt.SigningMethodEdDSA, key, func(c *jwt.RegisteredClaims) { c.Subject = "nobody at all" }),
	}
}

// TestTokensThatAreRefused holds that nobody comes in without a good token, and
// that the refusal does not tell what is wrong with one.
func TestTokensThatAreRefused(t *testing.T) {
	t.Parallel()
	w := shared(t)
	messages := map[string]bool{}
	for name, header := range w.badTokens(t) {
		got := anonymous(t, w.url, header).ask(`{ viewer { id } }`, nil)
		if got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "" || got.Data != nil {
			t.Errorf("%s: status %d, %s", name, got.status, got.body)
		}
		got.refused("UNAUTHENTICATED")
		if len(got.Errors) == 1 && !strings.Contains(got.Errors[0].Message, "no token") {
			messages[got.Errors[0].Message] = true
		}
	}
	if len(messages) != 1 {
		t.Errorf("refusals differ: %v", messages)
	}
}

// TestTwoPrincipals holds that who has several principals names one in the header
// Holdfast-Principal: their own, and no one else's.
func TestTwoPrincipals(t *testing.T) {
	t.Parallel()
	w := shared(t)
	c := w.as(t, "two districts")
	const document = `{ viewer { district { name } } district { students(first: 100) { totalCount } } }`
	none := c.ask(document, nil)
	none.refused("UNAUTHENTICATED")
	if none.status != http.StatusUnauthorized || len(none.Errors) != 1 || !strings.Contains(none.Errors[0].Message, "Holdfast-Principal") {
		t.Errorf("status %d: %s", none.status, none.body)
	}
	for in, want := range map[*district]string{w.alder: "Alder Unified 17", w.birch: "Birch Unified 3"} {
		id := w.staffID(t, in, "two districts")
		if !strings.Contains(string(none.body), id.String()) {
			t.Errorf("the choice does not name %s: %s", id, none.body)
		}
		got := c.choosing(id.String()).ask(document, nil).fine()
		if is := fmt.Sprint(got.at("viewer.district.name"), " ", got.at("district.students.totalCount")); is != want {
			t.Errorf("%s, not %s", is, want)
		}
	}
	for name, id := range map[string]string{
		"another's": w.staffID(t, w.alder, "DISTRICT_COORDINATOR").String(), "nobody's": uuid.NewString(), "no id": "1 OR 1=1", "the nil id": uuid.Nil.String(),
	} {
		got := c.choosing(id).ask(document, nil)
		got.refused("UNAUTHENTICATED")
		if got.status != http.StatusUnauthorized {
			t.Errorf("%s: status %d, %s", name, got.status, got.body)
		}
	}
	got := w.as(t, "SCHOOL_LEADER").choosing(w.staffID(t, w.alder, "DISTRICT_COORDINATOR").String()).ask(document, nil)
	if got.refused("UNAUTHENTICATED"); got.status != http.StatusUnauthorized {
		t.Errorf("a leader asks as the coordinator: %s", got.body)
	}
}
