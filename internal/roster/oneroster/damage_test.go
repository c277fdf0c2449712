package oneroster_test

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/holdfast-edu/holdfast/internal/roster/oneroster"
)

// damages are what happens to files on their way.
var damages = []func(*rand.Rand, []byte) []byte{
	func(r *rand.Rand, text []byte) []byte { return text[:r.IntN(len(text))] },
	func(r *rand.Rand, text []byte) []byte { text[r.IntN(len(text))] = byte(r.IntN(256)); return text },
	func(r *rand.Rand, text []byte) []byte { return slices.Insert(text, r.IntN(len(text)), '"') },
	func(r *rand.Rand, text []byte) []byte { return slices.Insert(text, r.IntN(len(text)), ',') },
	func(r *rand.Rand, text []byte) []byte { return slices.Insert(text, r.IntN(len(text)), '\n') },
	func(r *rand.Rand, text []byte) []byte {
		lines := strings.SplitAfter(string(text), "\n")
		return []byte(strings.Join(slices.Insert(lines, r.IntN(len(lines)), lines[r.IntN(len(lines))]), ""))
	},
	func(r *rand.Rand, text []byte) []byte {
		words := strings.Split(string(text), ",")
		i, j := r.IntN(len(words)), r.IntN(len(words))
		words[i], words[j] = words[j], words[i]
		return []byte(strings.Join(words, ","))
	},
}

// TestDamagedFiles end in a FileError or are read: nothing that happens to a file on its
// way stops the program.
func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	const times = 1_000
	random := rand.New(rand.NewPCG(5, 2026)) //nolint:gosec // made-up damage
	refused, read := 0, 0
	for _, base := range []string{"base-1.1", "base-1.2", "delta-1.1"} {
		whole := laidOver(t, "", base)
		names := slices.Sorted(maps.Keys(whole))
		for range times {
			files := maps.Clone(whole)
			name := names[random.IntN(len(names))]
			files[name] = &fstest.MapFile{Data: damages[random.IntN(len(damages))](random, slices.Clone(whole[name].Data))}
			err := oneroster.Read(t.Context(), files, byIdentifiers, &recorder{}, nil)
			if _, is := errors.AsType[*oneroster.FileError](err); err != nil && !is {
				t.Errorf("%s %s: %v", base, name, err)
			}
			if err == nil {
				read++
			} else {
				refused++
			}
		}
	}
	if refused < times/100 || read < times {
		t.Errorf("%d were refused, %d read: the damage is not what it is to be", refused, read)
	}
}
