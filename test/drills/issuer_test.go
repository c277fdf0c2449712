package drills_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/identity"
)

// TestAnIssuerThatIsDownAtTheStart: the server starts, says so in one line, and
// refuses tokens, those of the development issuer too.
func TestAnIssuerThatIsDownAtTheStart(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	token := strings.TrimSpace(i.run(t, "token", "--persona", "coordinator", "--district", "100").stdout)
	r := i.start(t, "serve", "--addr", "127.0.0.1:0", "--oidc-issuer", "https://127.0.0.1:1/realm", "--oidc-audience", "holdfast")
	var address string
	until(t, "the server says where it is, and that its issuer is down", func() bool {
		if found := serving.FindStringSubmatch(r.stdout.String()); found != nil {
			address = found[1]
		}
		return address != "" && strings.Contains(r.stderr.String(), "its tokens are refused until they can")
	})
	expectReady(t, address)
	if status, body := fetch(t, http.MethodPost, "http://"+address+"/graphql", token); status != http.StatusUnauthorized {
		t.Errorf("a development token: status %d, %s", status, body)
	}
	if status, body := fetch(t, http.MethodGet, "http://"+address+identity.DevIssuerPath+"/keys", ""); status != http.StatusNotFound {
		t.Errorf("the development issuer's keys without --dev: status %d, %s", status, body)
	}
	r.signal(t, syscall.SIGTERM)
	outcome := r.end(t)
	outcome.expectEnd(t)
	if lines := strings.Count(outcome.stderr, "https://127.0.0.1:1/realm"); lines != 1 {
		t.Errorf("the log names the issuer %d times:\n%s", lines, outcome.stderr)
	}
}

// TestTheDevelopmentIssuersDocuments: a token that was made before the server
// started, on a port that nobody knew, is by the key that the server shows.
func TestTheDevelopmentIssuersDocuments(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	token := strings.TrimSpace(i.run(t, "token", "--persona", "coordinator", "--district", "100").stdout)
	r, address := i.serve(t)
	at := "http://" + address + identity.DevIssuerPath
	status, body := fetch(t, http.MethodGet, at+"/.well-known/openid-configuration", "")
	var discovery struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"` //nolint:tagliatelle // the standard's name
	}
	if err := json.Unmarshal([]byte(body), &discovery); err != nil || discovery.Issuer != identity.DevIssuerName || discovery.Keys != at+"/keys" {
		t.Errorf("status %d, %s", status, body)
	}
	if status, body := fetch(t, http.MethodGet, discovery.Keys, ""); status != http.StatusOK || !strings.Contains(body, `"kid"`) || strings.Contains(body, `"d"`) {
		t.Errorf("the keys: status %d, %s", status, body)
	}
	if status, body := fetch(t, http.MethodPost, "http://"+address+"/graphql", token); status != http.StatusOK {
		t.Errorf("a token from before: status %d, %s", status, body)
	}
	r.signal(t, syscall.SIGTERM)
	r.end(t).expectEnd(t)
}

// fetch asks the address, and the API who asks.
func fetch(t *testing.T, method, address, token string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(`{"query":"{ viewer { id } }"}`))
	check(t, err)
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	check(t, err)
	raw, err := io.ReadAll(response.Body)
	check(t, err)
	check(t, response.Body.Close())
	return response.StatusCode, string(raw)
}
