package oracle_test

import (
	"math/rand/v2"
	"testing"

	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

// randomWorld makes two districts up and loads them. Some of their policies say more than
// one may: no door of the product lets such a one in, and it gives nothing.
func randomWorld(t testing.TB, seed uint64, students int) *world {
	t.Helper()
	return randomWorldWith(t, seed, students, func(*rand.Rand, *model.District) {})
}

// lawfulWorld is a random world whose policies could have come by a door of the product,
// and mostly let a data steward merge.
func lawfulWorld(t testing.TB, seed uint64, students int) *world {
	t.Helper()
	return randomWorldWith(t, seed, students, func(r *rand.Rand, d *model.District) {
		merges := r.IntN(6) > 0
		for _, p := range d.Policies {
			p.Narrow()
			if merges {
				delete(p.Narrowed, model.DataSteward)
			}
		}
	})
}

func randomWorldWith(t testing.TB, seed uint64, students int, change func(*rand.Rand, *model.District)) *world {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // chance that can be repeated
	w := newWorld(t, randomMoment(r))
	w.chance = r
	for _, code := range []string{"A", "B"} {
		d := randomDistrict(r, code, w.now(), students)
		change(r, d)
		w.load(d)
	}
	w.analyze()
	return w
}

// analyze lets the planner know the tables as it would after some time.
func (w *world) analyze() {
	w.t.Helper()
	if _, err := w.root.ExecContext(w.t.Context(), "ANALYZE"); err != nil {
		w.t.Fatal(err)
	}
}

// maker gives what makes more of a district up.
func (w *world) maker(d *model.District) *maker {
	return &maker{w.chance, w.today(d), d}
}
