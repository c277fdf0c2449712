package load

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/postgres"
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
	r := &replay{run: run, corrections: corrections}
	if err := inDistrict(ctx, db, district, func(ctx context.Context, tx *postgres.Tx) error { return r.wait(ctx, tx, district.ID) }); err != nil {
		return Summary{}, err
	}
	today, err := district.Today(options.Now())
	if err != nil {
		return Summary{}, err
	}
	return (&load{db: db, district: district, source: Source{Name: "Quarantine"}, options: options, today: today, replay: r}).do(ctx)
}

// replay is which rows are loaded again.
type replay struct {
	run         uuid.UUID
	corrections map[uuid.UUID]map[string]string
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
