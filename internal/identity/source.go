package identity

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/telemetry"
)

// How long an issuer's keys are good for.
const (
	// keysFresh is when keys are read again. A key that left the issuer's document
	// ends its tokens within this time, while the issuer answers.
	keysFresh = 5 * time.Minute
	// keysGood is how long keys are used while the issuer does not answer: an
	// outage shorter than that loses nobody, and a key that left ends its tokens
	// within it, whatever happens to the issuer.
	keysGood = time.Hour
	// keysRetry is the pause after keys could not be read.
	keysRetry = 10 * time.Second
	// keysPause is the least time between two reads that tokens asked for, by
	// naming a key that is not known: anybody can send such a token.
	keysPause = 2 * time.Second
	// maxWaiting is how many requests may wait for such a read of one issuer.
	maxWaiting = 256
)

// Issuer is who makes tokens that are accepted here.
type Issuer struct {
	URL, Audience string
	// District is the one district whose principals it vouches for; uuid.Nil: any.
	District uuid.UUID
}

// source is an issuer with its keys. The keys of one that is fixed are never read.
type source struct {
	Issuer

	client *http.Client
	now    func() time.Time
	log    *slog.Logger
	fixed  bool

	keys     atomic.Pointer[keySet] // nil: they have not been read
	turn     chan struct{}          // held by who reads the keys
	begun    atomic.Int64           // reads that were begun, so far
	waiting  atomic.Int64           // requests that wait for a read
	lastTry  time.Time              // guarded by turn, as what follows
	lastWhat string                 // why the last read failed; empty: it did not
}

func newSource(issuer Issuer, config Config) *source {
	return &source{Issuer: issuer, client: config.Client, now: config.Now, log: config.Log, turn: make(chan struct{}, 1)}
}

// good gives the keys when they are good at the moment.
func (s *source) good(now time.Time) *keySet {
	keys := s.keys.Load()
	if keys == nil || (!s.fixed && now.Sub(keys.readAt) > keysGood) {
		return nil
	}
	return keys
}

// verify checks a token that says it is the issuer's, and gives beside its claims
// the key that signed it. The claims come first: a token that has expired, such as
// one by a key of last week, does not have the keys read.
func (s *source) verify(ctx context.Context, raw string, token *unverified) (read claims, signer string, err error) {
	if read, err = token.readClaims(s.Issuer, s.now()); err != nil {
		return claims{}, "", err
	}
	seen := s.begun.Load()
	keys := s.good(s.now())
	if keys == nil {
		if keys, err = s.await(ctx, seen); err != nil {
			return claims{}, "", err
		}
	}
	signer, err = s.signature(ctx, raw, token, keys)
	if errors.Is(err, errUnknownKey) && !s.fixed {
		if keys, err = s.await(ctx, seen); err == nil {
			signer, err = s.signature(ctx, raw, token, keys)
		}
	}
	if err != nil {
		return claims{}, "", err
	}
	return read, signer, read.hold(s.now())
}

const errUnknownKey = refusal("it names no key of its issuer")

// signature checks the signature, and what go-oidc checks of the claims. A token
// whose key has a name that is not known may be signed by a new one; of a token
// that names no key that is all that can be said.
func (s *source) signature(ctx context.Context, raw string, token *unverified, keys *keySet) (string, error) {
	by := &signers{keys: keys.candidates(token)}
	if len(by.keys) == 0 {
		return "", errUnknownKey
	}
	_, err := oidc.NewVerifier(s.URL, by, &oidc.Config{
		ClientID: s.Audience, SupportedSigningAlgs: algorithms, Now: s.now,
	}).Verify(ctx, raw)
	switch {
	case err == nil:
		return by.signed, nil
	case by.signed != "": // what go-oidc reads that this program does not
		return "", refusal("go-oidc does not take its claims")
	case token.keyID == "":
		return "", errUnknownKey
	}
	return "", refusal("its signature is not by the key that it names")
}

// await gives keys of a read that was begun after the caller had seen so many: it
// joins those who wait, and of them one reads. So a token signed by a key of this
// very moment is accepted, and tokens that name keys there never were cost the
// issuer a read every two seconds.
func (s *source) await(ctx context.Context, seen int64) (*keySet, error) {
	if s.waiting.Add(1) > maxWaiting {
		s.waiting.Add(-1)
		return nil, refusal("too many tokens name a key that is not known")
	}
	defer s.waiting.Add(-1)
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, errGone
	}
	now := s.now()
	down := s.lastWhat != "" && now.Sub(s.lastTry) < keysRetry && s.good(now) == nil
	if s.begun.Load() == seen && !down {
		if err := pause(ctx, s.lastTry.Add(keysPause).Sub(now)); err != nil {
			return nil, err
		}
		s.read(ctx)
	}
	if keys := s.good(s.now()); keys != nil {
		return keys, nil
	}
	return nil, refusal("the keys of its issuer cannot be read")
}

func pause(ctx context.Context, length time.Duration) error {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return errGone
	}
}

const errGone = refusal("its request ended before its issuer's keys were read")

// tend reads the keys when it is time to. While somebody else reads them it does
// nothing.
func (s *source) tend(ctx context.Context) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	default:
		return
	}
	wait := keysFresh
	if s.lastWhat != "" {
		wait = keysRetry
	}
	if !s.fixed && (s.lastTry.IsZero() || s.now().Sub(s.lastTry) >= wait) {
		s.read(ctx)
	}
}

// read reads the keys. Keys that there were stay when it fails. A caller who goes
// does not take the read along, which others wait for.
func (s *source) read(ctx context.Context) {
	s.begun.Add(1)
	s.lastTry = s.now()
	keys, err := fetchKeys(context.WithoutCancel(ctx), s.client, s.URL, s.now)
	if err == nil {
		s.keys.Store(keys)
	}
	s.tell(ctx, err)
}

// tell logs when the issuer's keys cease to be readable, for another reason too, and
// when they are again.
func (s *source) tell(ctx context.Context, err error) {
	what := ""
	if err != nil {
		what = telemetry.KindOf(err)
		if reason, ok := errors.AsType[unreadable](err); ok {
			what = string(reason)
		}
	}
	issuer := slog.String("issuer", s.URL)
	switch {
	case what == s.lastWhat:
	case what == "":
		s.log.InfoContext(ctx, "the keys of an issuer can be read again", issuer)
	case s.good(s.now()) != nil:
		s.log.WarnContext(ctx, "the keys of an issuer cannot be read: those known are used for up to an hour", issuer, slog.String("reason", what))
	default:
		s.log.ErrorContext(ctx, "the keys of an issuer cannot be read: its tokens are refused until they can", issuer, slog.String("reason", what))
	}
	s.lastWhat = what
}
