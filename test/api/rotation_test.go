package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/holdfast-edu/holdfast/test/issuer"
)

// keysPause is how long an issuer has rest between two reads that tokens ask for.
const keysPause = 2 * time.Second

// TestRotationLosesNobody: while clients ask without pause, each time with a token of
// the issuer's newest key, the issuer changes its only key again and again.
func TestRotationLosesNobody(t *testing.T) {
	t.Parallel()
	i := install(t)
	var newest atomic.Pointer[issuer.Key]
	newest.Store(&i.key)
	kept := []issuer.Key{i.key}
	stop, began := make(chan struct{}), time.Now()
	var asked, lost atomic.Int64
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				asked.Add(1)
				if _, status := i.asks(t, i.own.Token(t, *newest.Load(), insider)); status != http.StatusOK {
					lost.Add(1)
				}
			}
		})
	}
	for turn := range 4 {
		// A key is published at the moment that it signs: nobody was told before.
		next := issuer.NewKey(t, fmt.Sprintf("turn %d", turn), jwt.SigningMethodES256)
		kept = append(kept, next)
		i.own.Publish(kept[max(0, len(kept)-4):]...) // what is under way may still be read
		newest.Store(&next)
		time.Sleep(1500 * time.Millisecond)
	}
	close(stop)
	clients.Wait()
	if lost.Load() > 0 || asked.Load() < 20 {
		t.Errorf("of %d requests %d were refused\n%s", asked.Load(), lost.Load(), i.log)
	}
	allowed := 2 + int64(time.Since(began)/keysPause)
	if reads := i.own.Reads.Load(); reads > allowed {
		t.Errorf("the keys were read %d times in %s, not %d at most", reads, time.Since(began), allowed)
	}
	t.Logf("%d requests, none lost, the keys read %d times", asked.Load(), i.own.Reads.Load())
}

// TestAKeyThatLeft: its tokens end when the keys are read next, which is five minutes
// later at most, and at once when a token of the new key comes first.
func TestAKeyThatLeft(t *testing.T) {
	t.Parallel()
	i := install(t)
	next := issuer.NewKey(t, "next", jwt.SigningMethodES256)
	old := i.own.Token(t, i.key, insider)
	i.expect(t, "before", old, http.StatusOK)
	i.own.Publish(next)
	i.later(4 * time.Minute)
	i.issuers.ReadKeys(t.Context())
	i.expect(t, "a key that left four minutes ago", old, http.StatusOK)
	i.later(time.Minute)
	i.issuers.ReadKeys(t.Context())
	i.expect(t, "a key that left five minutes ago", old, http.StatusUnauthorized)
	i.later(keysPause)
	i.expect(t, "the next key", i.own.Token(t, next, insider), http.StatusOK)

	third := issuer.NewKey(t, "third", jwt.SigningMethodES256)
	before := i.own.Token(t, next, insider)
	i.own.Publish(third)
	i.later(keysPause)
	i.expect(t, "the third key", i.own.Token(t, third, insider), http.StatusOK)
	i.later(keysPause)
	i.expect(t, "the key before it", before, http.StatusUnauthorized)
}

// TestAKeyUnderAnotherOnesName: an issuer that keeps the name and changes the key
// loses nobody for longer than five minutes, and the old key's tokens end.
func TestAKeyUnderAnotherOnesName(t *testing.T) {
	t.Parallel()
	i := install(t)
	same := issuer.NewKey(t, i.key.ID, jwt.SigningMethodES256)
	old := i.own.Token(t, i.key, insider)
	i.expect(t, "before", old, http.StatusOK)
	i.own.Publish(same)
	i.later(5 * time.Minute)
	i.issuers.ReadKeys(t.Context())
	i.expect(t, "the new key", i.own.Token(t, same, insider), http.StatusOK)
	i.expect(t, "the old key", old, http.StatusUnauthorized)
}

// TestRotationWithoutNames: an issuer that does not name its keys may change them too.
func TestRotationWithoutNames(t *testing.T) {
	t.Parallel()
	i := install(t)
	first, second := issuer.NewKey(t, "", jwt.SigningMethodES256), issuer.NewKey(t, "", jwt.SigningMethodES256)
	i.own.Publish(first)
	i.expect(t, "the first", i.own.Token(t, first, insider), http.StatusOK)
	i.own.Publish(second)
	i.later(keysPause)
	i.expect(t, "the second", i.own.Token(t, second, insider), http.StatusOK)
	i.later(keysPause)
	i.expect(t, "the first again", i.own.Token(t, first, insider), http.StatusUnauthorized)
}

// TestARememberedTokenEnds: what is remembered of a token does not outlive it.
func TestARememberedTokenEnds(t *testing.T) {
	t.Parallel()
	i := install(t)
	short := i.key.Sign(t, i.key.Header(), i.own.Claims(insider, map[string]any{"exp": now.Unix() + 60}))
	for _, one := range []struct {
		later  time.Duration
		status int
	}{{0, http.StatusOK}, {59 * time.Second, http.StatusOK}, {time.Second, http.StatusUnauthorized}, {time.Hour, http.StatusUnauthorized}} {
		i.later(one.later)
		i.expect(t, one.later.String()+" later", short, one.status)
	}
}

// TestUnknownKeysCostTheIssuerLittle: three hundred at once, who name keys that there
// never were, have the keys read a few times; meanwhile everybody else is served.
func TestUnknownKeysCostTheIssuerLittle(t *testing.T) {
	t.Parallel()
	i := install(t)
	good := i.own.Token(t, i.key, insider)
	i.expect(t, "before", good, http.StatusOK)
	strange, began := issuer.NewKey(t, "", jwt.SigningMethodES256), time.Now()
	var all sync.WaitGroup
	for n := range 300 {
		strange.ID = fmt.Sprintf("never %d", n)
		token := i.own.Token(t, strange, insider)
		all.Go(func() { i.expect(t, "a key that there never was", token, http.StatusUnauthorized) })
	}
	slowest := time.Duration(0)
	for range 50 {
		asked := time.Now()
		i.expect(t, "meanwhile", good, http.StatusOK)
		slowest = max(slowest, time.Since(asked))
	}
	served := time.Since(began)
	all.Wait()
	if lasted := time.Since(began); lasted > 20*time.Second {
		t.Errorf("they waited for %s, each for a read of its own", lasted)
	}
	allowed := 2 + int64(time.Since(began)/keysPause)
	if reads := i.own.Reads.Load(); reads > allowed || reads < 2 {
		t.Errorf("the keys were read %d times in %s, not 2 to %d", reads, time.Since(began), allowed)
	}
	t.Logf("50 good requests among them took %s, the slowest %s", served, slowest)
}

// TestAnIssuerThatIsDown: from the start, its tokens are refused and others' are not;
// once it is back, and while its keys are young, it does not matter.
func TestAnIssuerThatIsDown(t *testing.T) {
	t.Parallel()
	i := install(t)
	development, err := i.issuer.Token(insider, 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	token := i.key.Sign(t, i.key.Header(), i.own.Claims(insider, map[string]any{"exp": now.Add(24 * time.Hour).Unix()}))
	i.own.Answer(issuer.Down)
	i.issuers.ReadKeys(t.Context())
	for range 3 {
		i.expect(t, "down from the start", token, http.StatusUnauthorized)
		i.expect(t, "another issuer", development, http.StatusOK)
	}
	i.expectLogged(t, "its tokens are refused until they can", 1)
	i.own.Answer(nil)
	i.later(10 * time.Second)
	i.issuers.ReadKeys(t.Context())
	i.expect(t, "it is back", token, http.StatusOK)
	i.expectLogged(t, "can be read again", 1)

	i.own.Answer(issuer.Down)
	i.later(10 * time.Minute)
	i.issuers.ReadKeys(t.Context())
	i.expect(t, "down for minutes", token, http.StatusOK)
	i.expectLogged(t, "those known are used for up to an hour", 1)
	i.later(51 * time.Minute)
	i.issuers.ReadKeys(t.Context())
	i.expect(t, "down for more than an hour", token, http.StatusUnauthorized)
	i.expect(t, "another issuer", development, http.StatusOK)
	if !strings.Contains(i.log.String(), i.own.URL) {
		t.Error("the log does not name the issuer")
	}
}

func (i *installation) expectLogged(t *testing.T, line string, times int) {
	t.Helper()
	if found := strings.Count(i.log.String(), line); found != times {
		t.Errorf("the log says %q %d times, not %d:\n%s", line, found, times, i.log)
	}
}

// TestIssuersThatCannotBeBelieved: what their documents say is not followed.
func TestIssuersThatCannotBeBelieved(t *testing.T) {
	t.Parallel()
	serve := func(discovery, keys string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "openid-configuration") {
				_, _ = w.Write([]byte(discovery))
				return
			}
			_, _ = w.Write([]byte(keys))
		}
	}
	for name, one := range map[string]struct {
		answer func(i *installation) http.HandlerFunc
		reason string
	}{
		"another's document": {func(i *installation) http.HandlerFunc {
			return serve(`{"issuer":"https://elsewhere.example","jwks_uri":"`+i.own.URL+`/keys"}`, "{}")
		}, "its discovery document names another issuer"},
		"keys in the clear": {func(i *installation) http.HandlerFunc {
			return serve(`{"issuer":"`+i.own.URL+`","jwks_uri":"http://127.0.0.1:1/keys"}`, "{}")
		}, "the address of its keys is not https"},
		"keys in a file": {func(i *installation) http.HandlerFunc {
			return serve(`{"issuer":"`+i.own.URL+`","jwks_uri":"file:///etc/passwd"}`, "{}")
		}, "the address of its keys is not https"},
		"a document elsewhere": {func(*installation) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://elsewhere.example/", http.StatusFound)
			}
		}, "there is no discovery document at /.well-known/openid-configuration"},
		"no keys": {func(i *installation) http.HandlerFunc {
			return serve(`{"issuer":"`+i.own.URL+`","jwks_uri":"`+i.own.URL+`/keys"}`, `{"keys":[]}`)
		}, "it has no key that signs by an allowed algorithm"},
		"a secret for a key": {func(i *installation) http.HandlerFunc {
			return serve(`{"issuer":"`+i.own.URL+`","jwks_uri":"`+i.own.URL+`/keys"}`, `{"keys":[{"kty":"oct","kid":"first","alg":"ES256","k":"AAAA"}]}`)
		}, "it has no key that signs by an allowed algorithm"},
		"keys without an end": {func(i *installation) http.HandlerFunc {
			return serve(`{"issuer":"`+i.own.URL+`","jwks_uri":"`+i.own.URL+`/keys"}`, strings.Repeat(" ", 2<<20)+`{"keys":[]}`)
		}, "its keys are no JSON Web Key Set"},
	} {
		i := install(t)
		i.own.Answer(one.answer(i))
		i.issuers.ReadKeys(t.Context())
		i.expect(t, name, i.own.Token(t, i.key, insider), http.StatusUnauthorized)
		if !strings.Contains(i.log.String(), one.reason) {
			t.Errorf("%s: the log does not say %q:\n%s", name, one.reason, i.log)
		}
	}
}

// TestAnExpiredTokenAsksNobody: a client that goes on with its token of last week has
// no keys read.
func TestAnExpiredTokenAsksNobody(t *testing.T) {
	t.Parallel()
	i := install(t)
	old := i.own.Token(t, i.key, insider)
	i.own.Publish(issuer.NewKey(t, "next", jwt.SigningMethodES256))
	i.later(7 * 24 * time.Hour)
	i.issuers.ReadKeys(t.Context())
	reads := i.own.Reads.Load()
	i.expect(t, "a token of last week", old, http.StatusUnauthorized)
	if i.own.Reads.Load() != reads {
		t.Error("it had the keys read")
	}
}
