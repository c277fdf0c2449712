package job_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/job"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
)

// office is a database with two districts, and a clock.
type office struct {
	owner, application *postgres.DB

	a, b fixture.IDs
	now  time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	database := pgtest.New(t)
	o := &office{
		owner: database.Open(t, postgres.OwnerLogin, postgres.Options{}), application: database.Open(t, postgres.ApplicationLogin, postgres.Options{}),
		now: fixture.Today.Add(12 * time.Hour),
	}
	o.a, o.b = fixture.District(t, o.owner, "A"), fixture.District(t, o.owner, "B")
	o.execute(t, o.a, "DELETE FROM job WHERE district_id = $1")
	o.execute(t, o.b, "DELETE FROM job WHERE district_id = $1")
	return o
}

func (o *office) runner() job.Runner {
	return job.Runner{DB: o.application, Now: func() time.Time { return o.now }, Log: slog.New(slog.DiscardHandler)}
}

func (o *office) once(t *testing.T) {
	t.Helper()
	if err := o.runner().Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// execute runs a statement as the owner, whose first argument is the district.
func (o *office) execute(t *testing.T, ids fixture.IDs, text string, args ...any) {
	t.Helper()
	fixture.InScope(t, o.owner, ids.District, func(ctx context.Context, tx *postgres.Tx) {
		if _, err := tx.SQL().ExecContext(ctx, text, append([]any{ids.District}, args...)...); err != nil {
			t.Fatal(err)
		}
	})
}

// holding does something while another transaction holds what its statement takes.
func (o *office) holding(t *testing.T, ids fixture.IDs, text string, do func()) {
	t.Helper()
	fixture.InScope(t, o.owner, ids.District, func(ctx context.Context, tx *postgres.Tx) {
		if _, err := tx.SQL().ExecContext(ctx, text, ids.District); err != nil {
			t.Fatal(err)
		}
		do()
	})
}

// jobs gives the district's jobs in one line each: status, attempts, problem.
func (o *office) jobs(t *testing.T, ids fixture.IDs) string {
	t.Helper()
	var all string
	fixture.InScope(t, o.owner, ids.District, func(ctx context.Context, tx *postgres.Tx) {
		err := tx.SQL().QueryRowContext(ctx, `SELECT coalesce(string_agg(concat_ws(' ', status, attempts, nullif(problem, '')), '; ' ORDER BY id), '')
			FROM job WHERE district_id = $1`, ids.District).Scan(&all)
		if err != nil {
			t.Fatal(err)
		}
	})
	return all
}

func (o *office) want(t *testing.T, ids fixture.IDs, want string) {
	t.Helper()
	if got := o.jobs(t, ids); !strings.HasPrefix(got, want) || (want == "" && got != "") {
		t.Errorf("the jobs are %q, not %q", got, want)
	}
}

func TestEachDistrictIsRecomputedAtNight(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.once(t)
	o.want(t, o.a, "QUEUED 0")
	o.want(t, o.b, "QUEUED 0")
	o.once(t) // nothing is due by day
	o.want(t, o.a, "QUEUED 0")
	o.now = o.now.Add(24 * time.Hour)
	o.once(t)
	o.want(t, o.a, "SUCCEEDED 1")
	o.want(t, o.b, "SUCCEEDED 1")
	o.once(t)
	o.want(t, o.a, "SUCCEEDED 1; QUEUED 0")
	var levels int
	fixture.InScope(t, o.owner, o.a.District, func(ctx context.Context, tx *postgres.Tx) {
		err := tx.SQL().QueryRowContext(ctx, "SELECT count(*) FROM risk_day WHERE district_id = $1 AND on_date = $2", o.a.District, o.now).Scan(&levels)
		if err != nil || levels == 0 {
			t.Errorf("%d rows of the day were kept: %v", levels, err)
		}
	})
}

// TestSeveralServersDoAJobOnce: all look at the same moment.
func TestSeveralServersDoAJobOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.once(t)
	o.now = o.now.Add(24 * time.Hour)
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			if err := o.runner().Once(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, ids := range []fixture.IDs{o.a, o.b} {
		if got := o.jobs(t, ids); strings.Count(got, "SUCCEEDED") != 1 || strings.Contains(got, "RUNNING") {
			t.Errorf("the jobs are %q", got)
		}
	}
}

// TestAJobOfADeadServerIsTakenAgain: it says RUNNING, and nobody holds its lock.
func TestAJobOfADeadServerIsTakenAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.execute(t, o.a, "INSERT INTO job (district_id, id, kind, status, due_at, attempts) VALUES ($1, $2, 'RECOMPUTE', 'RUNNING', $3, 1)", uuid.Must(uuid.NewV7()), o.now)
	o.once(t)
	o.want(t, o.a, "SUCCEEDED 2")
}

// TestAJobThatIsUnderWayIsLeftAlone: another server holds its lock.
func TestAJobThatIsUnderWayIsLeftAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.execute(t, o.a, "INSERT INTO job (district_id, id, kind, status, due_at, attempts) VALUES ($1, $2, 'RECOMPUTE', 'RUNNING', $3, 1)", uuid.Must(uuid.NewV7()), o.now)
	o.holding(t, o.a, "SELECT 1 FROM job WHERE district_id = $1 FOR UPDATE", func() {
		o.once(t)
		o.want(t, o.a, "RUNNING 1")
	})
}

func TestAJobWaitsForAnImport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.execute(t, o.a, "INSERT INTO job (district_id, id, kind, due_at) VALUES ($1, $2, 'RECOMPUTE', $3)", uuid.Must(uuid.NewV7()), o.now)
	o.holding(t, o.a, "SELECT pg_advisory_xact_lock("+postgres.ImportLock("$1")+")", func() {
		if err := o.runner().Once(t.Context()); err == nil {
			t.Error("the job was done beside an import")
		}
		o.want(t, o.a, "QUEUED 1 an import or another recompute of this district is under way")
	})
	o.once(t)
	o.want(t, o.a, "QUEUED 1") // not before its pause is over
	o.now = o.now.Add(2 * time.Minute)
	o.once(t)
	o.want(t, o.a, "SUCCEEDED 2")
}

// TestAJobThatKeepsFailingIsGivenUp, and the next night begins anew; what failed stays
// out of the problem.
func TestAJobThatKeepsFailingIsGivenUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.execute(t, o.a, "INSERT INTO job (district_id, id, kind, due_at) VALUES ($1, $2, 'RECOMPUTE', $3)", uuid.Must(uuid.NewV7()), o.now)
	o.execute(t, o.a, `UPDATE district_policy SET document = '{"indicators": {"minEnrolledDays": 0}}' WHERE district_id = $1`)
	for range 4 {
		if err := o.runner().Once(t.Context()); err == nil {
			t.Error("a policy that cannot be used was used")
		}
		o.want(t, o.a, "QUEUED")
		o.now = o.now.Add(9 * time.Minute)
	}
	if err := o.runner().Once(t.Context()); err == nil {
		t.Error("a policy that cannot be used was used")
	}
	o.want(t, o.a, "FAILED 5 the recompute failed; the server's log has the reason")
	o.want(t, o.b, "QUEUED 0") // one district's failure is no other's
	o.once(t)
	o.want(t, o.a, "FAILED 5 the recompute failed; the server's log has the reason; QUEUED 0")
}
