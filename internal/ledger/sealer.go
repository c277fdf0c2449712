package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// sealer chains the lines that changes and disclosures have committed.
//
// A line's moment says nothing about when it is committed, so the sealer does not go
// by the newest line it has seen. After each pass over a district it works out from
// which moment on a line can still come in (horizon), and looks from there the next
// time; its first pass looks through everything.
type sealer struct {
	db  *postgres.DB
	key Key
	now func() time.Time

	mu      sync.Mutex
	changed map[uuid.UUID]time.Time // districts in which this server changed something, since when

	horizon horizon                 // of the sealing goroutine alone, as is what follows
	from    map[uuid.UUID]time.Time // by district, where its next pass begins
	swept   time.Time               // when all districts were last looked at
}

const (
	// sealBatch is how many lines a transaction of the sealer chains.
	sealBatch = 1_000
	// sweepEvery is how often all districts are looked at: for what other programs
	// wrote, or a server that died.
	sweepEvery = 10 * time.Second
)

func newSealer(db *postgres.DB, key Key, now func() time.Time) *sealer {
	return &sealer{db: db, key: key, now: now, changed: map[uuid.UUID]time.Time{}, from: map[uuid.UUID]time.Time{}}
}

// note tells that a change of the district was committed.
func (s *sealer) note(district uuid.UUID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.changed[district]; !known {
		s.changed[district] = s.now()
	}
}

// take gives the districts that were noted, and forgets them.
func (s *sealer) take() map[uuid.UUID]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.changed
	s.changed = map[uuid.UUID]time.Time{}
	return taken
}

// lag tells for how long a change that this server made waits for its seal.
func (s *sealer) lag() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var most time.Duration
	for _, since := range s.changed {
		most = max(most, s.now().Sub(since))
	}
	return most
}

// round seals what this server changed since the last one, and now and then what is
// unsealed anywhere. What fails is noted again.
func (s *sealer) round(ctx context.Context) error {
	todo := s.take()
	began := s.now()
	if began.Sub(s.swept) >= sweepEvery {
		all, err := Districts(ctx, s.db)
		if err != nil {
			s.putBack(todo)
			return err
		}
		s.swept = began
		for _, one := range all {
			if _, known := todo[one.ID]; !known {
				todo[one.ID] = began
			}
		}
	}
	var failed []error
	if len(todo) == 0 {
		return nil
	}
	from, err := s.horizon.look(ctx, s.db)
	if err != nil {
		s.putBack(todo)
		return err
	}
	for district, since := range todo {
		if err := s.sealDistrict(ctx, district); err != nil {
			failed = append(failed, err)
			s.putBack(map[uuid.UUID]time.Time{district: since})
			continue
		}
		s.from[district] = from
	}
	return errors.Join(failed...)
}

func (s *sealer) putBack(todo map[uuid.UUID]time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for district, since := range todo {
		if newer, known := s.changed[district]; !known || since.Before(newer) {
			s.changed[district] = since
		}
	}
}

// sealDistrict seals everything of the district that is committed by now and can be
// without a seal.
func (s *sealer) sealDistrict(ctx context.Context, district uuid.UUID) error {
	ctx = tenant.With(ctx, tenant.Scope{District: district})
	for _, one := range swept {
		for more := true; more; {
			var err error
			if more, err = s.sealSome(ctx, district, one.log, one.unsealed); err != nil {
				return err
			}
		}
	}
	return nil
}

// sealSome chains one batch; more says that it was a full one. It looks first without
// the lock of the chain, since mostly there is nothing, and then again with it.
func (s *sealer) sealSome(ctx context.Context, district uuid.UUID, log, query string) (more bool, err error) {
	err = s.db.Write(ctx, func(tx *postgres.Tx) error {
		lines, err := s.unsealed(ctx, tx, district, log, query, 1)
		if err != nil || len(lines) == 0 {
			return err
		}
		if err := lockChain(ctx, tx, district); err != nil {
			return err
		}
		lines, err = s.unsealed(ctx, tx, district, log, query, sealBatch)
		if err != nil {
			return err
		}
		more = len(lines) == sealBatch
		return s.key.appendSeals(ctx, tx, district, lines)
	})
	if err != nil {
		return false, fmt.Errorf("seal: %w", err)
	}
	return more, nil
}

func (s *sealer) unsealed(ctx context.Context, tx *postgres.Tx, district uuid.UUID, log, query string, most int) ([]line, error) {
	from, known := s.from[district]
	if !known {
		from = beginning
	}
	rows, err := tx.SQL().QueryContext(ctx, query, district, moment(from), most)
	if err != nil {
		return nil, fmt.Errorf("look for lines without a seal: %w", err)
	}
	return scanLines(rows, log)
}

// horizon works out from which moment on lines can still come in: a line that is not
// visible yet belongs to a transaction that runs now or begins later, and bears a
// moment after that transaction's number was given out.
type horizon struct{ looks []look }

// look is a moment with the numbers of transactions at it.
type look struct {
	at     time.Time
	oldest int64 // that runs
	next   int64 // to be given out
}

// slack is by how much a line's moment may lie before its transaction's number: a
// statement that works out the one before it takes the other.
const slack = time.Minute

// look remembers the moment, and gives from when on the pass after the one that now
// begins has to look.
func (h *horizon) look(ctx context.Context, db *postgres.DB) (time.Time, error) {
	var now look
	err := db.QueryOne(ctx, `SELECT clock_timestamp(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
		pg_snapshot_xmax(pg_current_snapshot())::text::bigint`, nil, &now.at, &now.oldest, &now.next)
	if err != nil {
		return time.Time{}, fmt.Errorf("ask which transactions run: %w", err)
	}
	return h.add(now).Add(-slack), nil
}

// beginning is before every line.
var beginning = time.Unix(0, 0)

// add remembers a look, forgets those that no longer count, and gives the moment of
// the latest one whose transactions have all ended; the beginning when there is
// none, or the numbers went back, as after a restore.
func (h *horizon) add(now look) time.Time {
	if n := len(h.looks); n > 0 && now.next < h.looks[n-1].next {
		h.looks = nil
	}
	h.looks = append(h.looks, now)
	for len(h.looks) > 1 && h.looks[1].next <= now.oldest {
		h.looks = h.looks[1:]
	}
	if h.looks[0].next > now.oldest {
		return beginning
	}
	return h.looks[0].at
}
