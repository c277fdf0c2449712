package drills_test

import (
	"net/http"
	"regexp"
	"syscall"
	"testing"
)

var serving = regexp.MustCompile(`http://([^/]+)/graphql`)

// serve starts a server on a free port and waits until it says where it is.
func (i *installation) serve(t *testing.T) (*running, string) {
	t.Helper()
	r := i.start(t, "serve", "--dev", "--addr", "127.0.0.1:0")
	var address string
	until(t, "the server says where it is", func() bool {
		if found := serving.FindStringSubmatch(r.stdout.String()); found != nil {
			address = found[1]
		}
		return address != "" || r.command.Process.Signal(syscall.Signal(0)) != nil
	})
	return r, address
}

// expectReady asks a server whether it is ready.
func expectReady(t *testing.T, address string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/readyz", nil)
	check(t, err)
	response, err := http.DefaultClient.Do(request)
	check(t, err)
	check(t, response.Body.Close())
	if response.StatusCode != http.StatusOK {
		t.Errorf("the server at %s is not ready: %s", address, response.Status)
	}
}

// TestServersShareADatabase: the second of a data directory joins the first's
// PostgreSQL, and the last one out stops it.
func TestServersShareADatabase(t *testing.T) {
	t.Parallel()
	i := install(t)
	first, one := i.serve(t)
	shared := i.postmaster()
	second, other := i.serve(t)
	if i.postmaster() != shared || shared == 0 {
		t.Errorf("PostgreSQL was %d and is %d", shared, i.postmaster())
	}
	expectReady(t, one)
	expectReady(t, other)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	first.signal(t, syscall.SIGTERM)
	first.end(t).expectEnd(t)
	expectReady(t, other)
	second.signal(t, syscall.SIGTERM)
	second.end(t).expectEnd(t)
	i.expectNoServer(t)
	i.expectLoaded(t, small)
}

// expectEnd holds a server's outcome to status 0, and its log to discretion.
func (o outcome) expectEnd(t *testing.T) {
	t.Helper()
	if o.status != 0 {
		t.Errorf("the exit status is %d, not 0:\n%s", o.status, o.stderr)
	}
	o.expectDiscretion(t)
}

// TestCtrlCOnServe ends it as SIGTERM does.
func TestCtrlCOnServe(t *testing.T) {
	t.Parallel()
	i := install(t)
	r, address := i.serve(t)
	expectReady(t, address)
	r.signal(t, syscall.SIGINT)
	r.end(t).expectEnd(t)
}

// TestKilledServe: a server that was killed leaves its PostgreSQL to the next one.
func TestKilledServe(t *testing.T) {
	t.Parallel()
	i := install(t)
	r, _ := i.serve(t)
	orphan := i.postmaster()
	check(t, r.command.Process.Kill())
	_ = r.end(t)
	again, address := i.serve(t)
	if i.postmaster() != orphan {
		t.Logf("PostgreSQL was %d and is %d: it was started anew", orphan, i.postmaster())
	}
	expectReady(t, address)
	again.signal(t, syscall.SIGTERM)
	again.end(t).expectEnd(t)
	i.expectNoServer(t)
}

// TestPortInUse: the second server on one port says so in one line.
func TestPortInUse(t *testing.T) {
	t.Parallel()
	i := install(t)
	first, address := i.serve(t)
	i.run(t, "serve", "--dev", "--addr", address).expect(t, failed, "cannot listen on "+address, "--addr")
	expectReady(t, address)
	first.signal(t, syscall.SIGTERM)
	first.end(t).expectEnd(t)
}
