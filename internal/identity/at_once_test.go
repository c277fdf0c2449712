package identity_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/test/issuer"
)

// TestManyAtOnce verifies good and bad tokens while the keys are read again and again:
// each good one is accepted, and no bad one. The race detector watches.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	var minutes atomic.Int64
	began := time.Now()
	clock := func() time.Time { return began.Add(time.Duration(minutes.Load()) * time.Minute) }
	key, strange := issuer.NewKey(t, "good", jwt.SigningMethodES256), issuer.NewKey(t, "good", jwt.SigningMethodES256)
	own := issuer.New(t, clock, key)
	issuers, err := identity.NewIssuers(identity.Config{
		Own: identity.Issuer{URL: own.URL, Audience: issuer.Audience}, Client: own.Client, Now: clock, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	lasting := map[string]any{"exp": began.Add(24 * time.Hour).Unix()}
	good, bad := key.Sign(t, key.Header(), own.Claims("somebody", lasting)), strange.Sign(t, strange.Header(), own.Claims("somebody", lasting))
	unnamed := strange.Sign(t, map[string]any{"alg": "ES256"}, own.Claims("somebody", lasting))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				if name, err := issuers.Verify(t.Context(), good); err != nil || name.Subject != "somebody" {
					t.Errorf("a good token: %+v, %v", name, err)
				}
				if _, err := issuers.Verify(t.Context(), bad); err == nil {
					t.Error("a token by a strange key is accepted")
				}
			}
			bounded, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			if _, err := issuers.Verify(bounded, unnamed); err == nil {
				t.Error("a token by a key without a name is accepted")
			}
		})
	}
	all.Go(func() {
		for own.Reads.Load() < 20 && t.Context().Err() == nil {
			before := own.Reads.Load()
			minutes.Add(5)
			for own.Reads.Load() == before { // while a token has them read, nobody else does
				issuers.ReadKeys(t.Context())
			}
		}
	})
	all.Wait()
}
