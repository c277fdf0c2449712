package load_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/bench/load"
)

var errRefused = errors.New("refused")

func TestAnswersAreReadWhole(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("student ", 40_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/long": // in chunks
			_, _ = w.Write([]byte(long))
		case "/none":
			w.WriteHeader(http.StatusNoContent)
		default:
			_, _ = w.Write([]byte(r.Header.Get("Authorization"))) //nolint:gosec // a test asks a test
		}
	}))
	t.Cleanup(server.Close)
	client, err := load.Dial(t.Context(), strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	for _, c := range []struct {
		path, body string
		status     int
	}{
		{"/who", "Bearer one", http.StatusOK},
		{"/long", long, http.StatusOK},
		{"/none", "", http.StatusNoContent},
		{"/who", "Bearer one", http.StatusOK},
	} {
		status, body, err := client.Do(load.Post(c.path, []byte("{}"), "Authorization", "Bearer one"), time.Second)
		if err != nil || status != c.status || string(body) != c.body {
			t.Errorf("%s gave %d, %d bytes, %v; want %d, %d bytes", c.path, status, len(body), err, c.status, len(c.body))
		}
	}
}

func TestNothingIsSentToOtherMachines(t *testing.T) {
	t.Parallel()
	if _, err := load.Dial(t.Context(), "192.0.2.1:80"); err == nil {
		t.Error("a client was made for another machine")
	}
}

func TestRunCountsAnswersAndErrors(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.URL.Path)) //nolint:gosec // a test asks a test
	}))
	t.Cleanup(server.Close)
	plan := load.Plan{
		Addr: strings.TrimPrefix(server.URL, "http://"), Clients: 4, Warmup: 10 * time.Millisecond, Duration: 100 * time.Millisecond,
		Next:  func(int) []byte { return load.Post("/good", nil) },
		Check: func(int, []byte) error { return nil },
		Began: func() {},
	}
	result, err := load.Run(t.Context(), plan)
	if err != nil || result.Errors != 0 || result.Requests == 0 || result.Bytes != result.Requests*len("/good") || result.P50 > result.P99 {
		t.Errorf("a good run gave %+v, %v", result, err)
	}
	plan.Check = func(int, []byte) error { return errRefused }
	result, err = load.Run(t.Context(), plan)
	if err != nil || result.Errors != 3*plan.Clients || !errors.Is(result.First, errRefused) {
		t.Errorf("a run whose answers are refused gave %+v, %v", result, err)
	}
}
