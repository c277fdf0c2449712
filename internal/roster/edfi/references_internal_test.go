package edfi

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestJoinedCodesDiffer makes codes of identities that differ, of the characters that
// could confuse them.
func TestJoinedCodesDiffer(t *testing.T) {
	t.Parallel()
	parts := rapid.SliceOfN(rapid.StringOfN(rapid.SampledFrom([]rune(`a|\`)), 0, 4, -1), 1, 4)
	rapid.Check(t, func(t *rapid.T) {
		first, second := parts.Draw(t, "first"), parts.Draw(t, "second")
		if same := join(first...) == join(second...); same != slices.Equal(first, second) {
			t.Errorf("%q and %q both make %q", first, second, join(first...))
		}
	})
}

// TestTenThousandths holds the numbers that are read against rational arithmetic.
func TestTenThousandths(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{1,6}(\.[0-9]{0,8})?|\.[0-9]{1,8}`).Draw(t, "number")
		exact, is := new(big.Rat).SetString(text)
		if !is {
			t.Fatalf("%q is no number", text)
		}
		doubled := exact.Mul(exact, big.NewRat(2*whole, 1))
		doubled.Add(doubled, big.NewRat(1, 1))
		want := new(big.Int).Quo(doubled.Num(), new(big.Int).Mul(doubled.Denom(), big.NewInt(2))).Int64()
		if got, is := tenThousandths(text); !is || int64(got) != want {
			t.Errorf("%q is %d, expected %d", text, got, want)
		}
	})
	for _, text := range []string{"", ".", "-1", "+1", "1e3", "1.2.3", "1 000", "half", "1,5", "9999999999999"} {
		if got, is := tenThousandths(text); is {
			t.Errorf("%q is %d", text, got)
		}
	}
}
