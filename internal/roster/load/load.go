package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	Read func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error
}

// Options say how to load.
type Options struct {
	Now          func() time.Time // the clock
	KnownThrough time.Time        // the day through which attendance is declared complete; zero: see markKnownThrough
	Progress     func(Progress)   // told as the load goes on
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
	ctx = reach.AsJob(tenant.With(ctx, tenant.Scope{District: district.ID}), district.ID)
	l := &load{db: db, district: district, source: source, options: options, today: today}
	l.summary.RunID = uuid.Must(uuid.NewV7())
	if district.create == nil {
		if err := l.begin(ctx); err != nil {
			return Summary{}, err
		}
	}
	err = db.Write(ctx, func(tx *postgres.Tx) error { return l.run(ctx, tx) })
	if err != nil && district.create == nil {
		l.fail(context.WithoutCancel(ctx), err)
	}
	return l.summary, err
}

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
	codes    string
	stage    *stage
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
	if l.district.create != nil {
		if err := l.createRun(ctx, tx); err != nil {
			return err
		}
	}
	var err error
	if l.codes, err = readCodes(ctx, tx, l.district.ID, l.today); err != nil {
		return err
	}
	if l.stage, err = newStage(ctx, tx); err != nil {
		return err
	}
	if err := l.source.Read(ctx, l.stage, func(done, total int64) { l.tell("reading", done, total) }); err != nil {
		return err
	}
	if err := l.stage.finish(ctx); err != nil {
		return err
	}
	if err := l.mergeAll(ctx, tx); err != nil {
		return err
	}
	l.summary.Recomputed, err = earlywarning.RecomputeDistrict(ctx, tx, l.district.ID, l.today, func(done, total int) {
		l.tell("figures and flags", int64(done), int64(total))
	})
	if err != nil {
		return err
	}
	return l.finish(ctx, tx)
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

// readCodes gives the district's code maps, as the statements take them.
func readCodes(ctx context.Context, tx *postgres.Tx, district uuid.UUID, today time.Time) (string, error) {
	var raw []byte
	err := tx.SQL().QueryRowContext(ctx, `SELECT document FROM district_policy WHERE district_id = $1 AND starts_on <= $2
		ORDER BY starts_on DESC, version DESC LIMIT 1`, district, today).Scan(&raw)
	if err != nil {
		return "", fmt.Errorf("read the district's policy: %w", err)
	}
	document, err := policy.Parse(raw)
	if err != nil {
		return "", err
	}
	codes, err := json.Marshal(document)
	return string(codes), err
}

func (l *load) mergeAll(ctx context.Context, tx *postgres.Tx) error {
	if err := l.addSchoolYears(ctx, tx); err != nil {
		return err
	}
	for i, k := range l.stage.kinds {
		l.tell("merging", int64(i), int64(len(l.stage.kinds)))
		count, err := l.mergeKind(ctx, tx, k)
		if err != nil {
			return fmt.Errorf("merge %s rows: %w", k.name, err)
		}
		count.Read = l.stage.read[i]
		count.Quarantined += l.stage.quarantine[k.name]
		count.Unchanged = count.Read - count.Created - count.Updated - count.Quarantined
		l.summary.Counts = append(l.summary.Counts, count)
	}
	for _, name := range slices.Sorted(keysOf(l.stage.quarantine)) {
		if _, merged := l.stage.byType[name]; !merged {
			n := l.stage.quarantine[name]
			l.summary.Counts = append(l.summary.Counts, Count{Kind: name, Read: n, Quarantined: n})
		}
	}
	for _, name := range slices.Sorted(keysOf(l.stage.passedOver)) {
		n := l.stage.passedOver[name]
		l.summary.Counts = append(l.summary.Counts, Count{Kind: "<" + name + ">", Read: n, PassedOver: n})
	}
	l.summary.ProposedRoles = l.stage.roles
	if _, err := tx.SQL().ExecContext(ctx, markKnownThrough, l.district.ID, day(l.options.KnownThrough), l.today); err != nil {
		return fmt.Errorf("declare attendance complete: %w", err)
	}
	_, err := tx.SQL().ExecContext(ctx, setGradeLevels, l.district.ID)
	if err != nil {
		return fmt.Errorf("set the students' grade levels: %w", err)
	}
	return nil
}

// setGradeLevels gives each student the grade of the latest enrollment.
const setGradeLevels = `
UPDATE student t SET grade_level = latest.grade_level
FROM (SELECT DISTINCT ON (e.student_id) e.student_id, e.grade_level FROM student_school_association e
	WHERE e.district_id = $1 AND e.withdrawn_at IS NULL
	ORDER BY e.student_id, e.school_year DESC, e.entry_date DESC, e.id) latest
WHERE t.district_id = $1 AND t.id = latest.student_id AND t.grade_level <> latest.grade_level`

// addSchoolYears adds the school years that the rows name, from 1 July to 30 June,
// and their partitions.
func (l *load) addSchoolYears(ctx context.Context, tx *postgres.Tx) error {
	for _, year := range slices.Sorted(keysOf(l.stage.years)) {
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

func (l *load) mergeKind(ctx context.Context, tx *postgres.Tx, k kind) (Count, error) {
	count := Count{Kind: k.name}
	// A utility statement takes no parameters; these are a UUID, a date and this
	// program's own JSON, written as literals.
	text := strings.NewReplacer("$1", literal(l.district.ID.String())+"::uuid", "$2", literal(l.today.Format(time.DateOnly)),
		"$3", literal(l.codes)).Replace(k.createResolved())
	if _, err := tx.SQL().ExecContext(ctx, text); err != nil {
		return count, fmt.Errorf("resolve: %w", err)
	}
	if _, err := tx.SQL().ExecContext(ctx, "ANALYZE "+k.resolvedTable()); err != nil {
		return count, fmt.Errorf("analyze: %w", err)
	}
	kept, err := quarantine(ctx, tx, k)
	if err != nil {
		return count, err
	}
	count.Quarantined = kept
	if k.ofStudent {
		if err := tx.SQL().QueryRowContext(ctx, k.mergedStatement()).Scan(&count.Merged); err != nil {
			return count, fmt.Errorf("count the rows of merged students: %w", err)
		}
	}
	statement, args := k.merges, []any{l.district.ID}
	if statement == "" {
		statement = k.mergeStatement()
		if strings.Contains(statement, "$2") {
			args = append(args, l.today)
		}
	}
	err = tx.SQL().QueryRowContext(ctx, statement, args...).Scan(&count.Created, &count.Updated)
	if err != nil || k.supersede == "" {
		return count, err
	}
	// The planner does not know how many days the export tells of; by nested loops
	// a large one would take hours.
	if _, err := tx.SQL().ExecContext(ctx, "SET LOCAL enable_nestloop = off"); err != nil {
		return count, err
	}
	if err := tx.SQL().QueryRowContext(ctx, k.supersede, l.district.ID).Scan(&count.Removed); err != nil {
		return count, err
	}
	_, err = tx.SQL().ExecContext(ctx, "SET LOCAL enable_nestloop = on")
	return count, err
}

// quarantine writes down what is wrong with each row that is kept back, and gives
// how many there are.
func quarantine(ctx context.Context, tx *postgres.Tx, k kind) (int64, error) {
	var kept int64
	for i, c := range k.allChecks() {
		value := c.value
		if value == "" {
			value = "''"
		}
		result, err := tx.SQL().ExecContext(ctx, `INSERT INTO stage_issue (id, kind, file, line, field, value, problem, hint)
			SELECT r.id, $1::text, r.file, r.line, $2::text, coalesce(`+value+`, ''), $3::text, $4::text FROM `+k.resolvedTable()+` r
			WHERE r.bad = $5`, k.name, c.field, c.problem, c.hint, i+1)
		if err != nil {
			return 0, fmt.Errorf("quarantine: %w", err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return 0, fmt.Errorf("quarantine: %w", err)
		}
		kept += n
	}
	return kept, nil
}

// literal writes a string as SQL does.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func keysOf[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}
