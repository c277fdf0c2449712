package demo

import (
	"context"
	"testing"
)

// Memory is bounded by the batch: however large the district, no more rows wait
// than those of one batch of students, beside the frame of the district, which the
// first batch brings.
func TestALargeDistrictIsMadeInSmallBatches(t *testing.T) {
	t.Parallel()
	options := Options{Districts: 1, Students: 20_000, Days: 180, Seed: 1, AsOf: date(2026, 6, 12)}
	batches, students := 0, 0
	m, err := newMaker(options, 1, func(_ context.Context, b *batch) error {
		batches++
		students += b.students
		if b.students > batchStudents {
			t.Errorf("a batch of %d students", b.students)
		}
		for to := toStudent; to < targets; to++ {
			if most := batchStudents * 180 / 4; len(b.rows[to]) > most {
				t.Errorf("%d rows of %s wait at once, more than %d", len(b.rows[to]), tables[to].name, most)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.run(t.Context(), 1, options.Students); err != nil {
		t.Fatal(err)
	}
	if students != options.Students || batches != options.Students/batchStudents {
		t.Errorf("%d students in %d batches", students, batches)
	}
	if got := len(m.families.open); got > openFamilies {
		t.Errorf("%d families are remembered", got)
	}
}

func TestTownsAreNotNamedTwice(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for number := 1; number <= maxDistricts; number++ {
		town := townOf(1, number)
		if seen[town] {
			t.Fatalf("the district %d is in %s, as another is", number, town)
		}
		seen[town] = true
	}
}
