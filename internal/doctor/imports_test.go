package doctor_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/doctor"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

var errEnough = errors.New("seen enough")

// TestAnImportUnderWayHasNotDied runs the doctor in the middle of an import that
// began an hour ago: the doctor knows the very lock that an import holds.
func TestAnImportUnderWayHasNotDied(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	application := c.Open(t, postgres.ApplicationLogin, postgres.Options{})
	there, err := load.FindDistrict(t.Context(), application, "A")
	if err != nil {
		t.Fatal(err)
	}
	var report doctor.Report
	running := 0
	source := load.Source{Name: "test", Read: func(ctx context.Context, _ roster.Sink, _ func(done, total int64)) error {
		report = c.examine(context.WithoutCancel(ctx))
		counted := openRoot(t, c.SuperuserURL()).QueryRowContext(ctx, "SELECT count(*) FROM import_run WHERE status = 'RUNNING'").Scan(&running)
		return errors.Join(counted, errEnough)
	}}
	_, err = load.Load(t.Context(), application, there, source, load.Options{Now: at(time.Now().Add(-time.Hour))})
	if !errors.Is(err, errEnough) || running != 1 {
		t.Fatalf("the import did not get as far as it should: %v, %d running", err, running)
	}
	wantLine(t, report, line{doctor.OK, "imports", "none has died on its way"})
}
