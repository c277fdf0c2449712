package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Limits on what is read of an issuer.
const (
	fetchTime   = 5 * time.Second
	maxDocument = 1 << 20 // bytes
)

// unreadable is why an issuer's keys could not be read, in words for the log.
type unreadable string

// Error gives the reason.
func (u unreadable) Error() string { return string(u) }

// fetchKeys reads the issuer's discovery document, and the keys that it points to.
func fetchKeys(ctx context.Context, client *http.Client, issuer string, now func() time.Time) (*keySet, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, bounded(client)), issuer)
	if err != nil {
		return nil, discoveryFailed(err)
	}
	var document struct {
		Keys string `json:"jwks_uri"` //nolint:tagliatelle // the standard's name
	}
	if err := provider.Claims(&document); err != nil {
		return nil, unreadable("its discovery document cannot be read")
	}
	if !isSafe(document.Keys) || (isPlain(document.Keys) && !isPlain(issuer)) {
		return nil, unreadable("the address of its keys is not https")
	}
	// What the issuer says from here on is at least as new as this moment.
	asked := now()
	raw, err := get(ctx, bounded(client), document.Keys)
	if err != nil {
		return nil, err
	}
	return readKeys(raw, asked)
}

// discoveryFailed says why in words of this program: an error of go-oidc's quotes
// the whole answer.
func discoveryFailed(err error) error {
	if _, other := errors.AsType[*oidc.IssuerMismatchError](err); other {
		return unreadable("its discovery document names another issuer")
	}
	if unanswered, ok := errors.AsType[*url.Error](err); ok {
		return unreadable("it does not answer: " + unanswered.Err.Error())
	}
	return unreadable("there is no discovery document at " + discoveryPath)
}

const discoveryPath = "/.well-known/openid-configuration"

func get(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, unreadable("the address of its keys cannot be read")
	}
	response, err := client.Do(request)
	if unanswered, ok := errors.AsType[*url.Error](err); ok {
		return nil, unreadable("the address of its keys does not answer: " + unanswered.Err.Error())
	}
	if err != nil {
		return nil, unreadable("the address of its keys does not answer")
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, unreadable(fmt.Sprintf("the address of its keys answers with status %d", response.StatusCode))
	}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, unreadable("its keys break off")
	}
	return raw, nil
}

// bounded gives a client that follows nobody elsewhere and reads no more than a
// document can have.
func bounded(client *http.Client) *http.Client {
	transport := client.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	return &http.Client{
		Transport:     shortAnswers{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// shortAnswers cuts answers off, so that an issuer cannot fill the memory.
type shortAnswers struct{ http.RoundTripper }

// RoundTrip asks, and cuts the answer off.
func (s shortAnswers) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := s.RoundTripper.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, maxDocument), response.Body}
	return response, nil
}

// ErrURL is an address that no issuer may have.
var ErrURL = errors.New("write it as https://host/path, without a query; http is for loopback alone")

// CheckURL refuses an issuer's address that is none, or that others could answer for.
func CheckURL(address string) error {
	if !isSafe(address) || strings.ContainsAny(address, "?#") {
		return ErrURL
	}
	return nil
}

// isSafe tells whether nobody on the way can answer for the address: it is https, or
// http on loopback.
func isSafe(address string) bool {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || parsed.User != nil {
		return false
	}
	ip := net.ParseIP(parsed.Hostname())
	loopback := parsed.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
	return parsed.Scheme == "https" || (parsed.Scheme == "http" && loopback)
}

func isPlain(address string) bool { return strings.HasPrefix(address, "http:") }
