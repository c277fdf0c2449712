package casework

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// Replay asks that rows which an import kept back be loaded after all.
type Replay struct {
	ImportRunID    relay.ID
	Corrections    []*RowCorrection // nil: all that wait, as they stand
	AllowRemovals  *bool
	Reason         *string
	IdempotencyKey *string
}

// RowCorrection says what of a row is other than it stands.
type RowCorrection struct {
	RowID  relay.ID
	Fields []*CorrectedField
}

// CorrectedField is what a field of a row is to say.
type CorrectedField struct{ Name, Value string }

// Replayed is what came of it: the run that loaded the rows; on a CONFLICT the one of
// which they wait.
type Replayed struct {
	ImportRun *record.ImportRun
	Problems  []*Problem
}

// UserErrors gives what a person can correct.
func (r Replayed) UserErrors() []*operation.Problem { return none(r.Problems) }

const (
	replayQuarantine = "replayQuarantine"
	// maxReplayed is how many rows are loaded while somebody waits for the answer.
	maxReplayed  = 1_000
	maxCorrected = 4_000 // characters of a value
)

// ReplayQuarantine corrects rows in quarantine and loads them, in the change's own
// transaction: the corrections, what they make of the district's records, the figures,
// the key and the lines of the audit log stand together or not at all. now is the clock.
func ReplayQuarantine(ctx context.Context, op *operation.Operation, asked Replay, now func() time.Time, selected []record.Selected) (Replayed, error) {
	if !op.Reader.May(access.ReplayQuarantine) {
		return Replayed{}, ErrForbidden
	}
	if problems := asked.check(); problems != nil {
		return Replayed{Problems: problems}, nil
	}
	r := replay{Replay: asked, op: op, id: uuid.Must(uuid.NewV7()), now: now, selected: selected}
	run, problems, err := change(ctx, op.Mutate, r.write)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err() // the database tells of it in words of its own
	}
	return Replayed{run, problems}, err
}

func (r Replay) check() []*Problem {
	switch {
	case len(r.Corrections) > maxReplayed:
		return problem(LimitReached, "corrections", "names more than 1000 rows: send them in parts")
	case r.Corrections != nil && len(r.Corrections) == 0:
		return problem(Required, "corrections", "is empty: name rows, or leave it out to load all that wait")
	}
	named := map[relay.ID]bool{}
	for i, row := range r.Corrections {
		if named[row.RowID] {
			return at(Invalid, "names a row that was named before: put its fields together", i, "rowId")
		}
		named[row.RowID] = true
	}
	return firstOf(checkReason("reason", words(r.Reason)), checkKey(r.IdempotencyKey))
}

// at is the one problem of a correction, by its place.
func at(code operation.Code, message string, row int, rest ...string) []*Problem {
	return []*Problem{{Code: code, Field: append([]string{"input", "corrections", strconv.Itoa(row)}, rest...), Message: message}}
}

// replay is a replay under way.
type replay struct {
	Replay

	op       *operation.Operation
	id       uuid.UUID // of the run that loads the rows
	now      func() time.Time
	selected []record.Selected // of the run
}

func (r replay) write(ctx context.Context) (*record.ImportRun, error) {
	hash, err := hashOf(r.Replay)
	if err != nil {
		return nil, err
	}
	first, err := r.once(ctx, hash)
	switch {
	case err != nil:
		return nil, err
	case !first:
		return r.again(ctx, hash)
	}
	if err := r.checkRows(ctx); err != nil {
		return nil, err
	}
	due, err := r.load(ctx)
	if err != nil {
		return nil, r.explain(ctx, err)
	}
	if due {
		if err := queueRecompute(ctx, r.op); err != nil {
			return nil, err
		}
	}
	return r.read(ctx, r.id)
}

// once remembers the key, and tells whether it is the first time: of two at once with one
// key the second waits for the first. A run out of reach is one that never was.
func (r replay) once(ctx context.Context, hash []byte) (first bool, err error) {
	if r.ImportRunID.Prefix != relay.ImportRun {
		return false, errNoRun
	}
	found := false
	st := reach.NewStatement(r.op.Reader).Write(`WITH allowed AS (
		SELECT r.district_id, r.id FROM import_run r WHERE {own} AND r.id = {run}::uuid
	), `+onceSQL(r.IdempotencyKey)+` SELECT EXISTS (SELECT FROM allowed), EXISTS (SELECT FROM once)`, reach.Values{
		"own": func(st *reach.Statement) { st.Rows("import_run", "r") }, "run": r.ImportRunID.UUID, "result": r.id, "hash": hash,
		"key": r.IdempotencyKey, "operation": replayQuarantine, "principal": uuid.UUID(r.op.Reader.Principal.PersonID),
	})
	err = r.op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&found, &first) })
	if err == nil && !found {
		err = errNoRun
	}
	return first, err
}

// again gives what was done under the key before.
func (r replay) again(ctx context.Context, hash []byte) (*record.ImportRun, error) {
	first, other, err := recall(ctx, r.op, replayQuarantine, *r.IdempotencyKey, hash, "replay")
	if err != nil {
		return nil, err
	}
	run, err := r.read(ctx, first)
	if err == nil && other != nil {
		err = &conflict[*record.ImportRun]{other, run}
	}
	return run, err
}

// read gives a run as the reader may see it.
func (r replay) read(ctx context.Context, id uuid.UUID) (*record.ImportRun, error) {
	found, err := record.ImportRunsByID(ctx, r.op, []uuid.UUID{id}, record.Alone, r.selected)
	return found[id], err
}

// waiting is a row in quarantine, as far as a correction must know it.
type waiting struct {
	kind    string
	settled bool
}

// checkRows holds each correction to its row: that it waits in this run, that the reader
// writes what it tells, and that its fields can be read.
func (r replay) checkRows(ctx context.Context) error {
	if r.Corrections == nil {
		return nil
	}
	rows, err := r.rows(ctx)
	if err != nil {
		return err
	}
	for i, correction := range r.Corrections {
		row, found := rows[correction.RowID.UUID]
		var problems []*Problem
		switch {
		case !found || correction.RowID.Prefix != relay.Quarantined:
			problems = at(Invalid, "names no row of this import", i, "rowId")
		case row.settled:
			problems = at(Conflict, "was loaded already: leave it out", i, "rowId")
		case len(correction.Fields) > 0 && !record.WritesKind(r.op.Reader, row.kind):
			return ErrForbidden
		default:
			problems = correction.check(row.kind, i)
		}
		if problems != nil {
			return &refusal{problems}
		}
	}
	return nil
}

func (r replay) rows(ctx context.Context) (map[uuid.UUID]waiting, error) {
	ids := make([]uuid.UUID, len(r.Corrections))
	for i, correction := range r.Corrections {
		ids[i] = correction.RowID.UUID
	}
	st := reach.NewStatement(r.op.Reader).Text("SELECT q.id, q.kind, q.replayed_by IS NOT NULL FROM quarantined_row q WHERE ")
	st.Rows("quarantined_row", "q").Text(" AND q.run_id = ").Arg(r.ImportRunID.UUID).Text("::uuid AND q.id = ANY(").Arg(pq.Array(ids)).Text("::uuid[])")
	found := make(map[uuid.UUID]waiting, len(ids))
	err := r.op.Run(ctx, st, func(rows *sql.Rows) error {
		var id uuid.UUID
		var row waiting
		err := rows.Scan(&id, &row.kind, &row.settled)
		found[id] = row
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the rows in quarantine: %w", err)
	}
	return found, nil
}

// check refuses a field that rows of the kind do not have, or that is said twice, and a
// value that cannot be read.
func (c RowCorrection) check(kind string, row int) []*Problem {
	f, known := form.Of(kind)
	said := map[string]bool{}
	for i, field := range c.Fields {
		place := []string{"fields", strconv.Itoa(i)}
		switch {
		case !known || !f.Has(field.Name):
			return at(Invalid, "is no field of such a row: it has "+fieldNames(f), row, append(place, "name")...)
		case said[field.Name]:
			return at(Invalid, "is said twice: say each field once", row, append(place, "name")...)
		case !fits(field.Value, maxCorrected):
			return at(Invalid, "takes at most 4000 characters of text", row, append(place, "value")...)
		}
		said[field.Name] = true
		_, problems := f.Row(roster.Origin{}, map[string]string{field.Name: field.Value})
		for _, one := range problems {
			if one.Field == field.Name {
				return at(Invalid, one.Problem+": "+one.Hint, row, append(place, "value")...)
			}
		}
	}
	return nil
}

func fieldNames(f form.Form) string {
	names := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		names[i] = field.Name
	}
	return strings.Join(names, ", ")
}

// load loads the rows, and tells whether the figures of all of the district are to be
// worked out still.
func (r replay) load(ctx context.Context) (recomputeDue bool, err error) {
	wanted := load.Wanted{Run: r.ImportRunID.UUID, As: r.id, Most: maxReplayed, Today: r.op.Reader.Today, Corrections: map[uuid.UUID]map[string]string{}}
	corrected := map[string][]string{}
	for _, correction := range r.Corrections {
		fields := map[string]string{}
		for _, field := range correction.Fields {
			fields[field.Name] = field.Value
			corrected[correction.RowID.String()] = append(corrected[correction.RowID.String()], field.Name)
		}
		wanted.Corrections[correction.RowID.UUID] = fields
	}
	// Which fields were corrected is said, and not what they say: the log's readers need
	// not read the row's classes.
	said := map[string]any{"replays": r.ImportRunID.String()}
	if len(corrected) > 0 {
		said["corrected"] = corrected
	}
	options := load.Options{
		Now: r.now, AllowRemovals: r.AllowRemovals != nil && *r.AllowRemovals,
		By: &load.Author{Principal: r.op.Reader.Principal, Operation: replayQuarantine, Reason: words(r.Reason), Said: said},
	}
	err = r.op.Read(ctx, func(ctx context.Context, tx *postgres.Tx) error {
		summary, err := load.ReplayWithin(ctx, tx, uuid.UUID(r.op.Reader.Principal.DistrictID), wanted, options)
		recomputeDue = summary.RecomputeDue
		return err
	})
	return recomputeDue, err
}

// explain says of a load that did not come about what a person can do. Nothing of it is
// kept.
func (r replay) explain(ctx context.Context, why error) error {
	if errors.Is(why, load.ErrBusy) { // the transaction reads no more
		return &refusal{[]*Problem{{Code: Conflict, Field: []string{"input"}, Message: load.ErrBusy.Error()}}}
	}
	if many, is := errors.AsType[*load.TooManyError](why); is {
		return &refusal{problem(LimitReached, "corrections", fmt.Sprintf(
			"is left out, and %d rows wait: name at most %d of them at once, or have them loaded by holdfast quarantine replay", many.Waiting, many.Most))}
	}
	if refused, is := errors.AsType[*load.RefusedError](why); is {
		ended := make([]string, len(refused.Ended))
		for i, one := range refused.Ended {
			ended[i] = one.String()
		}
		return &refusal{problem(LimitReached, "allowRemovals", "is not set, and "+strings.Join(ended, "; ")+": set it if that is right")}
	}
	if errors.Is(why, load.ErrNoneWait) {
		run, err := r.read(ctx, r.ImportRunID.UUID)
		if err != nil {
			return err
		}
		return &conflict[*record.ImportRun]{problem(Conflict, "importRunId", "names an import of which no row waits in quarantine, or not all that are named"), run}
	}
	return why
}
