package relay_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

// TestIDsReadBack whatever they name, and nothing else reads as one.
func TestIDsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := relay.NewID(relay.Student, uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid")))
		back, err := relay.ParseID(id.String())
		if err != nil || back != id {
			t.Fatalf("%s reads as %v, %v", id, back, err)
		}
	})
	for _, text := range []string{"", "stu", "stu_", "stu_12", "stu_" + strings.Repeat("g", 32), "stu_" + strings.Repeat("0", 34)} {
		if id, err := relay.ParseID(text); err == nil {
			t.Errorf("%q reads as %v", text, id)
		}
	}
}

// TestCursorsAreSealed: they open for their query alone, and any change breaks them.
func TestCursorsAreSealed(t *testing.T) {
	t.Parallel()
	sealer, err := relay.NewSealer([]byte("a secret"))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOf(rapid.String()).Draw(t, "keys")
		cursor := sealer.Seal("list", keys)
		if back, err := sealer.Open("list", cursor); err != nil || !cmp.Equal(append([]string{}, keys...), append([]string{}, back...)) {
			t.Fatalf("%q opens as %q, %v", keys, back, err)
		}
		if _, err := sealer.Open("another", cursor); !errors.Is(err, relay.ErrCursor) {
			t.Fatal("it opens for another list")
		}
		at := rapid.IntRange(0, len(cursor)-1).Draw(t, "at")
		changed := []byte(cursor)
		changed[at] ^= 1
		if _, err := sealer.Open("list", string(changed)); !errors.Is(err, relay.ErrCursor) {
			t.Fatalf("changed at %d it opens", at)
		}
	})
}

// TestPagesTakeOneWay: first with after, or last with before, from 0 to 100.
func TestPagesTakeOneWay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args relay.PageArgs
		want relay.Page
		ok   bool
	}{
		"first":            {relay.PageArgs{First: new(5)}, relay.Page{Limit: 5}, true},
		"last":             {relay.PageArgs{First: new(50), Last: new(5), Before: new("c")}, relay.Page{Limit: 5, Backward: true, Cursor: "c"}, true},
		"none":             {relay.PageArgs{}, relay.Page{}, false},
		"too many":         {relay.PageArgs{First: new(101)}, relay.Page{}, false},
		"less than none":   {relay.PageArgs{First: new(-1)}, relay.Page{}, false},
		"first and before": {relay.PageArgs{First: new(1), Before: new("c")}, relay.Page{}, false},
		"last and after":   {relay.PageArgs{Last: new(1), After: new("c")}, relay.Page{}, false},
	} {
		page, err := test.args.Page()
		if (err == nil) != test.ok || (test.ok && page != test.want) {
			t.Errorf("%s: %+v, %v", name, page, err)
		}
	}
}
