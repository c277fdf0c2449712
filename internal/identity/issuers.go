package identity

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/telemetry"
)

// tableFresh is how often the table of issuers is read: one that is added, changed
// or withdrawn acts within that time.
const tableFresh = 3 * time.Second

// keptTokens is how many verified tokens are remembered.
const keptTokens = 20_000

// Config is what the verification of tokens needs.
type Config struct {
	// Own is the installation's issuer; a zero one: there is none.
	Own Issuer
	// Development is the development issuer; nil: its tokens are refused.
	Development *DevIssuer
	// DB has the table of issuers, for the application's login; nil: no table.
	DB *postgres.DB
	// Client reaches issuers; nil: one with the system's certificates.
	Client *http.Client
	Now    func() time.Time
	Log    *slog.Logger
}

// Issuers verifies tokens of the issuers that the installation knows: its own, those
// of the table, and with --dev the development issuer. Which one a token is checked
// against is what the token says, of these alone. It is safe for concurrent use.
type Issuers struct {
	config Config
	always []*source                          // what the settings name
	known  atomic.Pointer[map[string]*source] // by URL
	tokens *lru.Cache[[sha256.Size]byte, accepted]

	table       sync.Mutex // held by who reads the table
	tableFailed bool
}

// accepted is a token that was verified.
type accepted struct {
	name   Name
	claims claims
	by     *source
	signer string // the print of the key that signed it
}

// NewIssuers gives a verifier that knows what the settings name. Nothing is read of
// an issuer or the table before Watch, or the first token.
func NewIssuers(config Config) (*Issuers, error) {
	if config.Client == nil {
		config.Client = &http.Client{}
	}
	tokens, err := lru.New[[sha256.Size]byte, accepted](keptTokens)
	if err != nil {
		return nil, err
	}
	i := &Issuers{config: config, tokens: tokens}
	if config.Own.URL != "" {
		if err := CheckURL(config.Own.URL); err != nil {
			return nil, err
		}
		i.always = append(i.always, newSource(config.Own, config))
	}
	if config.Development != nil {
		own, err := config.Development.source(config)
		if err != nil {
			return nil, err
		}
		i.always = append(i.always, own)
	}
	i.know(nil)
	return i, nil
}

// Development gives the development issuer; nil: its tokens are refused.
func (i *Issuers) Development() *DevIssuer { return i.config.Development }

// know takes what the settings name and, before them, the table's issuers: what the
// table binds to a district stays bound, whatever a setting says. An issuer that is
// as it was keeps its keys.
func (i *Issuers) know(table []Issuer) {
	before, now := i.known.Load(), make(map[string]*source, len(table)+len(i.always))
	for _, one := range i.always {
		now[one.URL] = one
	}
	for _, issuer := range table {
		if one := now[issuer.URL]; one != nil && (one.fixed || one.Issuer == issuer) {
			continue
		}
		now[issuer.URL] = newSource(issuer, i.config)
		if before == nil {
			continue
		}
		if one := (*before)[issuer.URL]; one != nil && one.Issuer == issuer {
			now[issuer.URL] = one
		}
	}
	i.known.Store(&now)
}

// Verify gives who an accepted token names. A token that was verified is remembered
// until it ends, or the key that signed it is no longer among its issuer's.
func (i *Issuers) Verify(ctx context.Context, token string) (Name, error) {
	if len(token) > maxToken {
		return Name{}, refusal("it is longer than 8 KiB")
	}
	sum := sha256.Sum256([]byte(token))
	if seen, ok := i.tokens.Get(sum); ok {
		if i.holds(seen) {
			return seen.name, nil
		}
		i.tokens.Remove(sum)
	}
	unverified, err := read(token)
	if err != nil {
		return Name{}, err
	}
	says, _ := unverified.claims.text("iss")
	by := (*i.known.Load())[says]
	if by == nil {
		return Name{}, refusal("its issuer is not known here")
	}
	claims, signer, err := by.verify(ctx, token, unverified)
	if err != nil {
		return Name{}, err
	}
	name := Name{Issuer: by.URL, Subject: claims.subject, District: by.District}
	i.tokens.Add(sum, accepted{name: name, claims: claims, by: by, signer: signer})
	return name, nil
}

// holds tells whether a remembered token would be accepted now: its issuer is known
// as it was, the key that signed it is among the issuer's, and its time is not over.
func (i *Issuers) holds(seen accepted) bool {
	now := i.config.Now()
	if (*i.known.Load())[seen.name.Issuer] != seen.by {
		return false
	}
	keys := seen.by.good(now)
	return keys != nil && keys.prints[seen.signer] && seen.claims.hold(now) == nil
}

// Watch reads the table of issuers and their keys as it becomes time to, until the
// context ends. What cannot be read is logged, and tried again.
func (i *Issuers) Watch(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { every(ctx, tableFresh, i.ReadTable) })
	both.Go(func() { every(ctx, time.Second, i.ReadKeys) })
	both.Wait()
}

// every does it now and then, until the context ends.
func every(ctx context.Context, pause time.Duration, do func(context.Context)) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for ctx.Err() == nil {
		do(ctx)
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// ReadKeys reads the keys of the issuers for which it is time, all at once: one that
// does not answer holds none of the others up.
func (i *Issuers) ReadKeys(ctx context.Context) {
	var all sync.WaitGroup
	for _, one := range *i.known.Load() {
		all.Go(func() { one.tend(ctx) })
	}
	all.Wait()
}

// ReadTable reads the table of issuers. While it cannot be read, those known stay.
func (i *Issuers) ReadTable(ctx context.Context) {
	if i.config.DB == nil {
		return
	}
	i.table.Lock()
	defer i.table.Unlock()
	table, err := readTable(ctx, i.config.DB)
	if err == nil {
		i.know(table)
	}
	if err != nil && ctx.Err() == nil && !i.tableFailed {
		i.config.Log.ErrorContext(ctx, "the table of issuers cannot be read: those known stay", slog.String("kind", telemetry.KindOf(err)))
	}
	i.tableFailed = err != nil
}
