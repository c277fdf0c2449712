package ledger

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestTheHorizonLeavesNothingOut: transactions begin, get their number at their first
// line, write lines and commit in any order. Whatever a pass does not see bears a
// moment that the next one looks from, or later.
func TestTheHorizonLeavesNothingOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var h horizon
		var next int64 = 1
		clock := beginning.Add(time.Hour)
		running := map[int64]time.Time{} // by number, the moment it was given out
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			clock = clock.Add(time.Duration(rapid.IntRange(1, 5).Draw(t, "passes")) * time.Second)
			switch rapid.SampledFrom([]string{"begin", "end", "look"}).Draw(t, "step") {
			case "begin":
				running[next] = clock
				next++
			case "end":
				if len(running) > 0 {
					delete(running, rapid.SampledFrom(slices.Sorted(maps.Keys(running))).Draw(t, "which"))
				}
			case "look":
				from := h.add(look{at: clock, oldest: oldest(running, next), next: next})
				for number, since := range running {
					if since.Before(from) {
						t.Fatalf("the line of %d may bear %s, and the next pass looks from %s", number, since, from)
					}
				}
				if len(running) == 0 && !from.Equal(clock) {
					t.Fatalf("nothing runs, and the next pass looks from %s, not %s", from, clock)
				}
			}
		}
	})
}

// TestTheHorizonBeginsAnew when the numbers go back, as after a restore.
func TestTheHorizonBeginsAnew(t *testing.T) {
	t.Parallel()
	var h horizon
	at := beginning.Add(time.Hour)
	if from := h.add(look{at: at, oldest: 100, next: 100}); !from.Equal(at) {
		t.Errorf("it looks from %s", from)
	}
	if from := h.add(look{at: at.Add(time.Second), oldest: 5, next: 9}); !from.Equal(beginning) {
		t.Errorf("after the numbers went back it looks from %s", from)
	}
}

func oldest(running map[int64]time.Time, next int64) int64 {
	for number := range running {
		next = min(next, number)
	}
	return next
}
