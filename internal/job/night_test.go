package job

import (
	"testing"
	"time"

	"github.com/google/uuid"
)

// TestNextNight: always in the future, at most a day and an hour ahead, in the
// district's own night, and the same for a district each night.
func TestNextNight(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"America/Chicago", "Pacific/Honolulu", "America/New_York", "Pacific/Guam"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for day := range 400 { // both changes of the clock among them
			for _, hour := range []int{0, 1, 2, 3, 5, 23} {
				now := time.Date(2026, time.January, 1+day, hour, 30, 0, 0, zone)
				district := uuid.New()
				due := nextNight(now, zone, district)
				if ahead := due.Sub(now); ahead <= 0 || ahead > 25*time.Hour {
					t.Fatalf("%s at %s: due in %s", name, now, ahead)
				}
				if in := due.In(zone).Hour(); in < 1 || in > 4 {
					t.Fatalf("%s at %s: due at %s", name, now, due.In(zone))
				}
				if !nextNight(now, zone, district).Equal(due) {
					t.Fatalf("%s at %s: due at two times", name, now)
				}
			}
		}
	}
}
