package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// FullError is an access log that holds as much as it may and cannot be written: what
// would go unrecorded is not shown.
type FullError struct{}

// Error says what follows from it.
func (*FullError) Error() string { return "the access log cannot be written, so nothing is shown" }

const (
	// mostHeld is how many students' accesses wait to be written at most: minutes of
	// a region, in a few megabytes.
	mostHeld = 200_000
	// lineBatch is how many lines a transaction writes.
	lineBatch = 1_000
	// maxOperation is how much of an operation's name is kept.
	maxOperation = 100
)

// accessLine is a line of the access log that waits to be written. Its id is given
// here, so that a batch whose commit was not heard of is not written twice.
type accessLine struct {
	At            time.Time   `json:"at"`
	ID            uuid.UUID   `json:"id"`
	PrincipalKind string      `json:"principalKind"`
	PrincipalID   uuid.UUID   `json:"principalId"`
	Operation     string      `json:"operation"`
	DataClasses   []string    `json:"dataClasses"`
	Records       []string    `json:"records"`
	Because       []string    `json:"because"`
	StudentIDs    []uuid.UUID `json:"studentIds"`
}

// weight is what a line counts of what may be held.
func (l accessLine) weight() int { return max(1, len(l.StudentIDs)) }

// accessBuffer holds the lines that are not written yet, by district.
type accessBuffer struct {
	db  *postgres.DB
	key Key
	now func() time.Time

	mu      sync.Mutex
	waiting map[uuid.UUID][]accessLine // oldest first
	held    int                        // their weight, with those that are being written
	most    int
	written int64
}

func newAccessBuffer(db *postgres.DB, key Key, now func() time.Time, most int) *accessBuffer {
	return &accessBuffer{db: db, key: key, now: now, waiting: map[uuid.UUID][]accessLine{}, most: most}
}

// room gives a FullError when no more may be held. Operations that have begun by then are
// still taken.
func (b *accessBuffer) room() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held >= b.most {
		return &FullError{}
	}
	return nil
}

// add takes what an operation showed.
func (b *accessBuffer) add(reading operation.Reading) {
	at := b.now().UTC().Truncate(time.Microsecond)
	name := reading.Operation
	if len(name) > maxOperation {
		name = name[:maxOperation]
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	district := uuid.UUID(reading.Principal.DistrictID)
	for _, shown := range reading.Shown {
		one := accessLine{
			At: at, ID: uuid.Must(uuid.NewV7()), PrincipalKind: string(reading.Principal.Kind), PrincipalID: uuid.UUID(reading.Principal.PersonID), Operation: name,
			DataClasses: classNames(shown.Classes), Records: recordNames(shown.Records), Because: reasons(shown.Because), StudentIDs: once(shown.Students),
		}
		b.waiting[district] = append(b.waiting[district], one)
		b.held += one.weight()
	}
}

func classNames(classes access.Classes) []string {
	list := classes.List()
	names := make([]string, len(list))
	for i, class := range list {
		names[i] = class.String()
	}
	return names
}

func recordNames(records []access.Operation) []string {
	names := make([]string, len(records))
	for i, one := range records {
		names[i] = string(one)
	}
	return names
}

// reasons names spans, a role and its reach each.
func reasons(spans []access.Span) []string {
	names := make([]string, len(spans))
	for i, span := range spans {
		names[i] = string(span.Role) + " " + span.Reach.String()
	}
	return names
}

// once gives each student once.
func once(students []uuid.UUID) []uuid.UUID {
	if len(students) < 2 {
		return append([]uuid.UUID{}, students...)
	}
	known := make(map[uuid.UUID]bool, len(students))
	list := make([]uuid.UUID, 0, len(students))
	for _, one := range students {
		if !known[one] {
			known[one] = true
			list = append(list, one)
		}
	}
	return list
}

// flush writes what waits, each district in its own transactions. What fails waits
// on, and keeps nobody else's from being written.
func (b *accessBuffer) flush(ctx context.Context) error {
	b.mu.Lock()
	taken := b.waiting
	b.waiting = map[uuid.UUID][]accessLine{}
	b.mu.Unlock()
	var failed []error
	for district, lines := range taken {
		left, err := b.writeAll(ctx, district, lines)
		if err != nil {
			failed = append(failed, err)
			b.mu.Lock()
			b.waiting[district] = append(left, b.waiting[district]...)
			b.mu.Unlock()
		}
	}
	return errors.Join(failed...)
}

// writeAll writes a district's lines in batches, and gives those that are left when
// one fails.
func (b *accessBuffer) writeAll(ctx context.Context, district uuid.UUID, lines []accessLine) (left []accessLine, err error) {
	ctx = tenant.With(ctx, tenant.Scope{District: district})
	for len(lines) > 0 {
		batch := lines[:min(lineBatch, len(lines))]
		if err := b.write(ctx, district, batch); err != nil {
			return lines, err
		}
		lines = lines[len(batch):]
		weight := 0
		for _, one := range batch {
			weight += one.weight()
		}
		b.mu.Lock()
		b.held -= weight
		b.written += int64(len(batch))
		b.mu.Unlock()
	}
	return nil, nil
}

// writeSQL adds lines, and where each student stands in them, and gives their keys
// and digests.
const writeSQL = `WITH x AS (
	INSERT INTO access_log (district_id, at, id, principal_kind, principal_id, operation, data_classes, records, because, student_ids)
	SELECT $1::uuid, n.at, n.id, n."principalKind", n."principalId", n.operation, n."dataClasses", n.records, n.because, n."studentIds"
	FROM jsonb_to_recordset($2::jsonb) AS n(at timestamptz, id uuid, "principalKind" text, "principalId" uuid, operation text,
		"dataClasses" text[], records text[], because text[], "studentIds" uuid[])
	ON CONFLICT DO NOTHING
	RETURNING *
), students AS (
	INSERT INTO access_log_student (district_id, student_id, at, id)
	SELECT x.district_id, student, x.at, x.id FROM x, unnest(x.student_ids) AS student
)
SELECT x.at, x.id, ` + accessDigest + ` FROM x ORDER BY x.at, x.id`

// write adds a batch to the log and seals it, in one transaction under the lock of
// the chain. Where a month has no room yet it is made.
func (b *accessBuffer) write(ctx context.Context, district uuid.UUID, batch []accessLine) error {
	text, err := json.Marshal(batch)
	if err != nil {
		return fmt.Errorf("write the access log: %w", err)
	}
	err = b.db.Write(ctx, func(tx *postgres.Tx) error {
		if err := lockChain(ctx, tx, district); err != nil {
			return err
		}
		rows, err := tx.SQL().QueryContext(ctx, writeSQL, district, string(text))
		if err != nil {
			return err
		}
		lines, err := scanLines(rows, accessLog)
		if err != nil {
			return err
		}
		return b.key.appendSeals(ctx, tx, district, lines)
	})
	if err != nil {
		return fmt.Errorf("write the access log: %w", err)
	}
	return nil
}

// state tells how much is held, how long the oldest of it waits, and how many lines
// were written.
func (b *accessBuffer) state() (held int, lag time.Duration, written int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, lines := range b.waiting {
		if len(lines) > 0 {
			lag = max(lag, b.now().Sub(lines[0].At))
		}
	}
	return b.held, lag, b.written
}
