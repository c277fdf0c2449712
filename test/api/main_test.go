// Package api_test asks the API what its clients ask, through HTTP and on a real
// PostgreSQL, and holds the answers to the design: who may see what, what is told
// of what is not shown, pages, figures and refusals.
package api_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
)

// lasting is what lasts until the last test is over.
var lasting = &binary{}

func TestMain(m *testing.M) {
	code := m.Run()
	lasting.close()
	os.Exit(code)
}

// binary stands for the whole test binary where a helper asks for a test: its
// clean-ups run after the last test, so that all tests can share what it made.
type binary struct {
	testing.TB // nil: the methods below are all that the helpers call

	mu       sync.Mutex
	cleanups []func()
}

func (*binary) Helper() {}

func (*binary) Context() context.Context { return context.Background() }

func (*binary) Fatal(args ...any) { panic(fmt.Sprintln(args...)) }

func (*binary) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func (b *binary) Cleanup(clean func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cleanups = append(b.cleanups, clean)
}

func (b *binary) TempDir() string {
	dir, err := os.MkdirTemp("", "holdfast-api-")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (b *binary) close() {
	for _, clean := range slices.Backward(b.cleanups) {
		clean()
	}
}
