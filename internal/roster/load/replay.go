package load

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// ErrNoneWait is an import of which no row waits in quarantine, or one that never was,
// or a row that does not wait there.
var ErrNoneWait = errors.New("no rows of this import wait in quarantine")

// CorrectionError is a correction of a field that the row's kind does not have.
type CorrectionError struct {
	Row         uuid.UUID
	Kind, Field string
}

// Error says which field it is; the row is known by its id alone.
func (e *CorrectionError) Error() string {
	return fmt.Sprintf("a row of kind %s has no field %s", e.Kind, e.Field)
}

// Replay loads rows of an import again that wait in quarantine. corrections names the
// rows by their ids, and for each the fields that are other than they stand, by the
// form's names; without corrections it is all rows that wait, as they stand.
//
// A row that is good now is merged as by any load, and waits no longer. One that is
// still wrong goes on waiting, as it was corrected, with its new problem. Nothing is
// taken out by a replay. It ends with ErrNoneWait, with a *CorrectionError, or as Load
// does; of two at once, one finds what the other left.
func Replay(ctx context.Context, db *postgres.DB, district District, run uuid.UUID, corrections map[uuid.UUID]map[string]string, options Options) (Summary, error) {
	r := &replay{run: run, corrections: corrections, most: math.MaxInt}
	if err := inDistrict(ctx, db, district, func(ctx context.Context, tx *postgres.Tx) error { return r.wait(ctx, tx, district.ID) }); err != nil {
		return Summary{}, err
	}
	today, err := district.Today(options.Now())
	if err != nil {
		return Summary{}, err
	}
	return (&load{db: db, district: district, source: replayed, options: options, today: today, replay: r}).do(ctx)
}

// TooManyError is a replay of more rows than it may be of at once.
type TooManyError struct{ Waiting, Most int }

// Error says how many there are.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("%d rows wait, and at most %d are loaded at once", e.Waiting, e.Most)
}

// Wanted is a replay within a transaction of the caller's own.
type Wanted struct {
	Run         uuid.UUID // of which rows wait
	As          uuid.UUID // the run that it becomes
	Corrections map[uuid.UUID]map[string]string
	Most        int       // rows; of more it is a *TooManyError
	Today       time.Time // the district's day
}

// ReplayWithin is Replay in the caller's transaction, which is READ COMMITTED and in the
// district's scope: all of it is done when that commits, and nothing else tells of it
// before. The caller has made room in the audit log. Where the figures of all of a large
// district hang on what was written, they are not worked out: Summary.RecomputeDue says
// that the caller is to have it done.
func ReplayWithin(ctx context.Context, tx *postgres.Tx, district uuid.UUID, wanted Wanted, options Options) (Summary, error) {
	r := &replay{run: wanted.Run, corrections: wanted.Corrections, most: wanted.Most}
	if err := r.wait(ctx, tx, district); err != nil {
		return Summary{}, err
	}
	l := &load{district: District{ID: district}, source: replayed, options: options, today: wanted.Today, replay: r, within: true}
	l.summary.RunID = wanted.As
	err := l.run(reach.AsJob(ctx, district), tx)
	return l.summary, err
}

// replayed is the source of a replay, whose rows the load reads itself.
var replayed = Source{Name: "Quarantine"}

// replay is which rows are loaded again.
type replay struct {
	run         uuid.UUID
	corrections map[uuid.UUID]map[string]string
	most        int
}

// replayPage is how many rows are read at a time.
const replayPage = 1_000

// waitingOfRun finds the rows: $1 is the district, $2 the run, $3 whether all of it is
// meant, $4 the rows that are, $5 the kinds that have a form.
const waitingOfRun = ` FROM quarantined_row q WHERE q.district_id = $1 AND q.run_id = $2 AND q.replayed_by IS NULL AND ($3 OR q.id = ANY($4)) AND q.kind = ANY($5)`

func (r *replay) args(district uuid.UUID) []any {
	rows := []string{}
	for id := range r.corrections {
		rows = append(rows, id.String())
	}
	kinds := []string{}
	for _, f := range form.Forms() {
		kinds = append(kinds, f.Kind)
	}
	return []any{district, r.run, len(r.corrections) == 0, pq.Array(rows), pq.Array(kinds)}
}

// wait makes sure that there is something to do, before a run is written down.
func (r *replay) wait(ctx context.Context, tx *postgres.Tx, district uuid.UUID) error {
	var waiting int
	if err := tx.SQL().QueryRowContext(ctx, "SELECT count(*)"+waitingOfRun, r.args(district)...).Scan(&waiting); err != nil {
		return fmt.Errorf("look for the rows in quarantine: %w", err)
	}
	if waiting == 0 || waiting < len(r.corrections) {
		return ErrNoneWait
	}
	if waiting > r.most {
		return &TooManyError{waiting, r.most}
	}
	return nil
}

// read gives the reader of the rows, within the load's own transaction: under the
// district's import lock nobody else settles them meanwhile.
func (r *replay) read(tx *postgres.Tx, district uuid.UUID) func(context.Context, roster.Sink, func(done, total int64)) error {
	return func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
		if err := r.wait(ctx, tx, district); err != nil {
			return err
		}
		after, done := uuid.Nil, int64(0)
		for {
			rows, err := r.page(ctx, tx, district, after)
			if err != nil {
				return fmt.Errorf("read the rows in quarantine: %w", err)
			}
			if len(rows) == 0 {
				return nil
			}
			for _, row := range rows {
				if err := r.hand(ctx, sink, row); err != nil {
					return err
				}
			}
			after = rows[len(rows)-1].ID
			done += int64(len(rows))
			progress(done, done)
		}
	}
}

func (r *replay) page(ctx context.Context, tx *postgres.Tx, district, after uuid.UUID) ([]WaitingRow, error) {
	rows, err := tx.SQL().QueryContext(ctx, fmt.Sprintf("SELECT q.id, q.kind, q.file, q.line, q.content, '[]'%s AND q.id > $6 ORDER BY q.id LIMIT %d",
		waitingOfRun, replayPage), append(r.args(district), after)...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var page []WaitingRow
	for rows.Next() {
		row, err := scanWaiting(rows)
		if err != nil {
			return nil, err
		}
		page = append(page, row)
	}
	return page, rows.Err()
}

// hand gives the sink a row as it stands, with its correction.
func (r *replay) hand(ctx context.Context, sink roster.Sink, waiting WaitingRow) error {
	f, _ := form.Of(waiting.Kind)
	for _, field := range slices.Sorted(maps.Keys(r.corrections[waiting.ID])) {
		if !f.Has(field) {
			return &CorrectionError{waiting.ID, waiting.Kind, field}
		}
		waiting.Content[field] = r.corrections[waiting.ID][field]
	}
	row, problems := f.Row(roster.Origin{File: waiting.File, Line: waiting.Line, Corrects: waiting.ID.String()}, waiting.Content)
	if len(problems) > 0 {
		return sink.Reject(ctx, row, problems)
	}
	return sink.Put(ctx, row)
}
