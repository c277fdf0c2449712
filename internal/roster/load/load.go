package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// Source is an export that can be read.
type Source struct {
	Name string // the kind of export, such as "Ed-Fi XML"
	// ExitDate is what the source's exit dates are, where that is not the district's to
	// say; empty: its policy says it.
	ExitDate policy.ExitDateMeaning

	Read func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error
}

// Options say how to load.
type Options struct {
	Now           func() time.Time // the clock
	KnownThrough  time.Time        // the day through which attendance is declared complete; zero: see markKnownThrough
	Progress      func(Progress)   // told as the load goes on
	AllowRemovals bool             // end as many enrollments as the source says
	DryRun        bool             // do everything, say what was done, and undo it
	By            *Author          // whose doing it is, for the audit log; nil: a job's
}

// Progress is how far a load has come.
type Progress struct {
	Phase       string
	Done, Total int64 // in bytes while reading, in steps afterwards
}

// Count is what a load did with one kind of row.
type Count struct {
	Kind                                                                string
	Read, Created, Updated, Unchanged, Removed, Quarantined, PassedOver int64

	Merged int64 // of the rows read, those that name a merged student: taken as the kept student's
}

// Summary is what a load did.
type Summary struct {
	RunID         uuid.UUID
	Counts        []Count // the kinds in their order, then the elements that were passed over, in angle brackets
	ProposedRoles map[string]int64
	Recomputed    earlywarning.Recomputed
	Problems      []Problem // what there is to say of rows, the most frequent first
	Gaps          []Gap     // codes that the district's maps lack, the most frequent first
	RecomputeDue  bool      // of the whole district, by ReplayWithin alone: it was left to the caller
}

// Problem is what is wrong with rows of a kind, or was put up with, or differs. It
// quotes no value.
type Problem struct {
	Outcome, Kind, Field, Problem, Hint string

	Rows int64
	File string // of the first
	Line int
}

// Changed is how many rows were created, updated or taken out.
func (s Summary) Changed() int64 {
	var changed int64
	for _, count := range s.Counts {
		changed += count.Created + count.Updated + count.Removed
	}
	return changed
}

// Quarantined is how many rows were kept back.
func (s Summary) Quarantined() int64 {
	var kept int64
	for _, count := range s.Counts {
		kept += count.Quarantined
	}
	return kept
}

// Merged is how many rows named a student who was merged into another.
func (s Summary) Merged() int64 {
	var merged int64
	for _, count := range s.Counts {
		merged += count.Merged
	}
	return merged
}

// ErrBusy is a load of a district of which another load is under way.
var ErrBusy = errors.New("another import of this district is under way; wait for it to end, then try again")

// District is whom a load is for.
type District struct {
	ID       uuid.UUID
	Name     string
	TimeZone string
	create   *newDistrict // made in the load's own transaction; nil: it stands already
}

// Load reads the export into the district: everything that can be trusted, or
// nothing at all when it fails. The pool is under the owner's login when the
// district is made by this load, else under the application's.
func Load(ctx context.Context, db *postgres.DB, district District, source Source, options Options) (Summary, error) {
	today, err := district.Today(options.Now())
	if err != nil {
		return Summary{}, err
	}
	return (&load{db: db, district: district, source: source, options: options, today: today}).do(ctx)
}

// do does the load, and writes down how it went.
func (l *load) do(ctx context.Context) (Summary, error) {
	db, district, options := l.db, l.district, l.options
	ctx = reach.AsJob(tenant.With(ctx, tenant.Scope{District: district.ID}), district.ID)
	l.summary.RunID = uuid.Must(uuid.NewV7())
	if err := db.Write(ctx, func(tx *postgres.Tx) error { return makeRoomForAudit(ctx, tx) }); err != nil {
		return Summary{}, err
	}
	kept := district.create == nil && !options.DryRun
	if kept {
		if err := l.begin(ctx); err != nil {
			return Summary{}, err
		}
	}
	err := db.Write(ctx, func(tx *postgres.Tx) error { return l.run(ctx, tx) })
	if errors.Is(err, errTried) {
		err = nil
		if l.refused != nil {
			err = l.refused
		}
	}
	if err != nil && kept {
		l.fail(context.WithoutCancel(ctx), err)
	}
	return l.summary, err
}

// errTried undoes a dry run.
var errTried = errors.New("a dry run")

// dayIn gives the day of the moment in the zone, at midnight UTC.
func dayIn(now time.Time, zone *time.Location) time.Time {
	year, month, day := now.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// load is one load under way.
type load struct {
	db       *postgres.DB
	district District
	source   Source
	options  Options
	today    time.Time
	tx       *postgres.Tx
	policy   policy.Document
	codes    string // the policy, as the statements take it
	stage    *stage
	replay   *replay       // the rows in quarantine that are the source; nil: another is
	within   bool          // the transaction is somebody else's
	refused  *RefusedError // of a dry run
	summary  Summary
}

func (l *load) run(ctx context.Context, tx *postgres.Tx) error {
	if l.district.create != nil {
		if err := l.district.create.insert(ctx, tx, l.today); err != nil {
			return err
		}
	}
	if err := l.lock(ctx, tx); err != nil {
		return err
	}
	if l.district.create != nil || l.within {
		if err := l.createRun(ctx, tx); err != nil {
			return err
		}
	}
	// To compile a statement takes longer than any of a load's does.
	if _, err := tx.SQL().ExecContext(ctx, "SET LOCAL jit = off"); err != nil {
		return fmt.Errorf("prepare the load: %w", err)
	}
	if err := l.read(ctx, tx); err != nil {
		return err
	}
	if err := l.mergeAll(ctx, tx); err != nil {
		return err
	}
	if err := l.guard(ctx, tx); err != nil {
		return err
	}
	if err := l.recompute(ctx, tx); err != nil {
		return err
	}
	if err := l.listProblems(ctx, tx); err != nil {
		return err
	}
	if err := l.listGaps(ctx, tx); err != nil {
		return err
	}
	if l.options.DryRun {
		return errTried
	}
	if err := l.auditRun(ctx, tx); err != nil {
		return err
	}
	return l.finish(ctx, tx)
}

// read stages the export.
func (l *load) read(ctx context.Context, tx *postgres.Tx) error {
	l.tx = tx
	if err := l.readPolicy(ctx, tx); err != nil {
		return err
	}
	if err := l.noteActive(ctx, tx); err != nil {
		return err
	}
	var err error
	if l.stage, err = newStage(ctx, tx, l.author()); err != nil {
		return err
	}
	from := l.source.Read
	if l.replay != nil {
		from = l.replay.read(tx, l.district.ID)
	}
	if err := from(ctx, l.stage, func(done, total int64) { l.tell("reading", done, total) }); err != nil {
		return err
	}
	return l.stage.finish(ctx)
}

// guard refuses a load that ends more enrollments than it may, unless a person said
// that it may. A dry run goes on, to say what else would be.
func (l *load) guard(ctx context.Context, tx *postgres.Tx) error {
	if l.options.AllowRemovals {
		return nil
	}
	refused, err := l.checkEnded(ctx, tx, l.policy.Imports)
	switch {
	case err != nil:
		return err
	case refused != nil && l.options.DryRun:
		l.refused = refused
	case refused != nil:
		return refused
	}
	return nil
}

func (l *load) now() time.Time { return l.options.Now() }

func (l *load) tell(phase string, done, total int64) {
	if l.options.Progress != nil {
		l.options.Progress(Progress{Phase: phase, Done: done, Total: total})
	}
}

// lock keeps two loads of one district from interleaving. The lock is the
// transaction's, so it goes with it, however that ends; the server may take a moment
// to end the transaction of a program that was stopped, so the next waits that long.
func (l *load) lock(ctx context.Context, tx *postgres.Tx) error {
	if _, err := tx.SQL().ExecContext(ctx, "SET LOCAL lock_timeout = '3s'"); err != nil {
		return fmt.Errorf("take the district's import lock: %w", err)
	}
	_, err := tx.SQL().ExecContext(ctx, `SELECT pg_advisory_xact_lock(`+postgres.ImportLock("$1")+`)`, l.district.ID)
	if refused, ok := errors.AsType[*pq.Error](err); ok && refused.Code == pqerror.LockNotAvailable {
		return ErrBusy
	}
	if err != nil {
		return fmt.Errorf("take the district's import lock: %w", err)
	}
	if _, err := tx.SQL().ExecContext(ctx, "SET LOCAL lock_timeout = 0"); err != nil {
		return fmt.Errorf("take the district's import lock: %w", err)
	}
	return nil
}

// readPolicy reads the district's policy in force.
func (l *load) readPolicy(ctx context.Context, tx *postgres.Tx) error {
	var raw []byte
	err := tx.SQL().QueryRowContext(ctx, `SELECT document FROM district_policy WHERE district_id = $1 AND starts_on <= $2
		ORDER BY starts_on DESC, version DESC LIMIT 1`, l.district.ID, l.today).Scan(&raw)
	if err != nil {
		return fmt.Errorf("read the district's policy: %w", err)
	}
	if l.policy, err = policy.Parse(raw); err != nil {
		return err
	}
	if l.source.ExitDate != "" {
		l.policy.ExitDate = l.source.ExitDate
	}
	codes, err := json.Marshal(l.policy)
	l.codes = string(codes)
	return err
}

func (l *load) mergeAll(ctx context.Context, tx *postgres.Tx) error {
	if err := l.addSchoolYears(ctx, tx); err != nil {
		return err
	}
	for i, k := range l.stage.kinds {
		l.tell("merging", int64(i), int64(len(l.stage.kinds)))
		count, err := l.mergeKind(ctx, tx, i)
		if err != nil {
			return fmt.Errorf("merge %s rows: %w", k.name, err)
		}
		count.Read = l.stage.read[i]
		count.Quarantined += l.stage.quarantine[k.name]
		// One row may stand for several, as an action's does.
		count.Unchanged = max(0, count.Read-count.Created-count.Updated-count.Quarantined)
		l.summary.Counts = append(l.summary.Counts, count)
	}
	if err := l.cover(ctx, tx); err != nil {
		return err
	}
	if err := l.declareKnown(ctx, tx); err != nil {
		return err
	}
	if err := l.takeOut(ctx, tx); err != nil {
		return err
	}
	if err := l.takeGone(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.SQL().ExecContext(ctx, setGradeLevels, l.district.ID); err != nil {
		return fmt.Errorf("set the students' grade levels: %w", err)
	}
	if err := l.compare(ctx, tx, suspensionsNotAttended); err != nil {
		return err
	}
	l.countTheRest()
	return nil
}

// countTheRest leaves out of the summary the kinds of which there was nothing, and adds
// what is not merged.
func (l *load) countTheRest() {
	l.summary.Counts = slices.DeleteFunc(l.summary.Counts, func(c Count) bool { return c.Read == 0 && c.Removed == 0 })
	for _, name := range slices.Sorted(maps.Keys(l.stage.quarantine)) {
		if _, merged := l.stage.byType[name]; !merged {
			n := l.stage.quarantine[name]
			l.summary.Counts = append(l.summary.Counts, Count{Kind: name, Read: n, Quarantined: n})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.stage.passedOver)) {
		n := l.stage.passedOver[name]
		l.summary.Counts = append(l.summary.Counts, Count{Kind: "<" + name + ">", Read: n, PassedOver: n})
	}
	l.summary.ProposedRoles = l.stage.roles
}

// addSchoolYears adds the school years that the rows name, from 1 July to 30 June,
// and their partitions.
func (l *load) addSchoolYears(ctx context.Context, tx *postgres.Tx) error {
	for _, year := range slices.Sorted(maps.Keys(l.stage.years)) {
		_, err := tx.SQL().ExecContext(ctx, `INSERT INTO school_year (district_id, id, school_year, starts_on, ends_on)
			VALUES ($1, $2, $3::integer, make_date($3::integer - 1, 7, 1), make_date($3::integer, 6, 30))
			ON CONFLICT (district_id, school_year) DO NOTHING`, l.district.ID, newID(), year)
		if err != nil {
			return fmt.Errorf("add the school year %d: %w", year, err)
		}
		if _, err := tx.SQL().ExecContext(ctx, `SELECT ensure_year_partitions($1)`, year); err != nil {
			return fmt.Errorf("make the partition of the school year %d: %w", year, err)
		}
	}
	return nil
}

func (l *load) mergeKind(ctx context.Context, tx *postgres.Tx, i int) (Count, error) {
	k := l.stage.kinds[i]
	count := Count{Kind: k.name}
	if err := l.atSize(ctx, tx, i, func() error { return l.resolve(ctx, tx, k) }); err != nil || l.stage.staged[i] == 0 {
		return count, err
	}
	var err error
	if count.Quarantined, err = l.quarantine(ctx, k); err != nil {
		return count, err
	}
	if k.ofStudent {
		if err := tx.SQL().QueryRowContext(ctx, k.mergedStatement()).Scan(&count.Merged); err != nil {
			return count, fmt.Errorf("count the rows of merged students: %w", err)
		}
	}
	if k.differs != "" {
		if err := l.compare(ctx, tx, k.differs); err != nil {
			return count, err
		}
	}
	if k.prepare != "" {
		if _, err := tx.SQL().ExecContext(ctx, k.prepare, l.district.ID, l.today); err != nil {
			return count, fmt.Errorf("prepare: %w", err)
		}
	}
	if err := l.atSize(ctx, tx, i, func() error { return l.write(ctx, tx, k, &count) }); err != nil {
		return count, err
	}
	if k.complete != "" {
		if _, err := tx.SQL().ExecContext(ctx, k.complete, l.district.ID, l.today); err != nil {
			return count, fmt.Errorf("complete: %w", err)
		}
	}
	return count, nil
}

// manyRows is from how many rows on whole sets are joined, whatever the planner thinks:
// it knows nothing of what this transaction has written.
const manyRows = 10_000

func (l *load) atSize(ctx context.Context, tx *postgres.Tx, i int, do func() error) error {
	if l.stage.staged[i] < manyRows {
		return do()
	}
	return hashing(ctx, tx, do)
}

// resolve makes the kind's resolved table.
func (l *load) resolve(ctx context.Context, tx *postgres.Tx, k kind) error {
	// A utility statement takes no parameters; these are a UUID, a date and this
	// program's own JSON, written as literals.
	text := strings.NewReplacer("$1", literal(l.district.ID.String())+"::uuid", "$2", literal(l.today.Format(time.DateOnly)),
		"$3", literal(l.codes)).Replace(k.createResolved())
	if _, err := tx.SQL().ExecContext(ctx, text); err != nil {
		return fmt.Errorf("resolve: %w", err)
	}
	if _, err := tx.SQL().ExecContext(ctx, "ANALYZE "+k.resolvedTable()); err != nil {
		return fmt.Errorf("analyze: %w", err)
	}
	return nil
}

// write merges the good rows, and takes out those that they contradict.
func (l *load) write(ctx context.Context, tx *postgres.Tx, k kind, count *Count) error {
	statement := k.merges
	if statement == "" {
		statement = k.mergeStatement()
	}
	args := []any{l.district.ID}
	if strings.Contains(statement, "$2") {
		args = append(args, l.today)
	}
	err := tx.SQL().QueryRowContext(ctx, statement, args...).Scan(&count.Created, &count.Updated)
	if err != nil || k.supersede == "" {
		return err
	}
	return hashing(ctx, tx, func() error { return tx.SQL().QueryRowContext(ctx, k.supersede, l.district.ID).Scan(&count.Removed) })
}

// literal writes a string as SQL does.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
