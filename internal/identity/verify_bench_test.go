package identity_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/test/issuer"
)

// BenchmarkVerify is what a request pays to know who sends it: for a token that is
// seen for the first time, and for one that was seen before.
func BenchmarkVerify(b *testing.B) {
	for _, method := range []jwt.SigningMethod{jwt.SigningMethodRS256, jwt.SigningMethodES256, jwt.SigningMethodEdDSA} {
		key := issuer.NewKey(b, "key", method)
		own := issuer.New(b, time.Now, key)
		token := own.Token(b, key, "somebody")
		b.Run(method.Alg()+"/first", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				issuers := verifier(b, own)
				issuers.ReadKeys(b.Context())
				b.StartTimer()
				verify(b, issuers, token)
			}
		})
		b.Run(method.Alg()+"/again", func(b *testing.B) {
			issuers := verifier(b, own)
			verify(b, issuers, token)
			b.ReportAllocs()
			for b.Loop() {
				verify(b, issuers, token)
			}
		})
	}
}

func verifier(tb testing.TB, own *issuer.Issuer) *identity.Issuers {
	tb.Helper()
	issuers, err := identity.NewIssuers(identity.Config{
		Own: identity.Issuer{URL: own.URL, Audience: issuer.Audience}, Client: own.Client, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return issuers
}

func verify(tb testing.TB, issuers *identity.Issuers, token string) {
	tb.Helper()
	if name, err := issuers.Verify(tb.Context(), token); err != nil || name.Subject != "somebody" {
		tb.Fatalf("%+v, %v", name, err)
	}
}
