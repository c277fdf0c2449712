package load_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/test/grandbend"
)

// today is a moment after the school year of the sample.
func today() time.Time { return time.Date(2022, 9, 1, 12, 0, 0, 0, time.UTC) }

func edfiSource(folder string) load.Source {
	return load.Source{Name: "Ed-Fi XML", Read: func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
		return edfi.Read(ctx, os.DirFS(folder), sink, progress)
	}}
}

func TestGrandBendLoadsOnceAndChangesNothingTheSecondTime(t *testing.T) {
	t.Parallel()
	folder, ok := grandbend.Folder()
	if !ok {
		t.Skip("the sample district is not beside the repository (../shared/data)")
	}
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	application := database.Open(t, postgres.ApplicationLogin, postgres.Options{})
	source := edfiSource(folder)
	planned, err := load.PlanDistrict(t.Context(), source, "255901", "")
	if err != nil {
		t.Fatal(err)
	}
	first, err := load.Load(t.Context(), owner, planned, source, load.Options{Now: today})
	if err != nil {
		t.Fatal(load.Explain(err), err)
	}
	t.Logf("%+v", first)
	if got := first.Quarantined(); got != 4 {
		t.Errorf("%d rows in quarantine, not the 4 that the sample has", got)
	}
	district, err := load.FindDistrict(t.Context(), application, "255901")
	if err != nil {
		t.Fatal(err)
	}
	second, err := load.Load(t.Context(), application, district, source, load.Options{Now: today})
	if err != nil {
		t.Fatal(load.Explain(err), err)
	}
	if second.Changed() != 0 || second.Recomputed.Figures+second.Recomputed.Flags+second.Recomputed.Levels != 0 {
		t.Errorf("the second load changed rows: %+v", second)
	}
}
