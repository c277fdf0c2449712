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
// time; its first pass looks through everything. Each second it looks back briefly, for
// what this server changed; now and then far enough for whatever there may be.
type sealer struct {
	db  *postgres.DB
	key Key
	now func() time.Time

	mu      sync.Mutex
	changed map[uuid.UUID]time.Time // districts in which this server changed something, since when

	horizon horizon              // of the sealing goroutine alone, as is what follows
	from    map[uuid.UUID]window // by district
	swept   time.Time            // when all districts were last looked at
}

// window is where a district's next pass begins.
type window struct {
	brief    time.Time // for what this server changed a moment ago
	thorough time.Time // for all, as of the last pass that looked so far back
}

const (
	// sealBatch is how many lines of a log a transaction of the sealer chains.
	sealBatch = 1_000
	// sweepEvery is how often all districts are looked at: for what other programs
	// wrote, or a server that died, or bears a moment from before the brief window.
	sweepEvery = 10 * time.Second
	// slack is by how much a line's moment may lie before its transaction's number: a
	// statement that works out the one before it takes the other.
	slack = time.Minute
	// briefSlack is slack as it mostly is. The lines of a minute are many to look
	// through each second.
	briefSlack = 100 * time.Millisecond
)

func newSealer(db *postgres.DB, key Key, now func() time.Time) *sealer {
	return &sealer{db: db, key: key, now: now, changed: map[uuid.UUID]time.Time{}, from: map[uuid.UUID]window{}}
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
	sweep := s.now().Sub(s.swept) >= sweepEvery
	if sweep {
		if err := s.addAll(ctx, todo); err != nil {
			s.putBack(todo)
			return err
		}
	}
	if len(todo) == 0 {
		return nil
	}
	reached, err := s.horizon.look(ctx, s.db)
	if err != nil {
		s.putBack(todo)
		return err
	}
	var failed []error
	for district, since := range todo {
		if err := s.sealDistrict(ctx, district, sweep); err != nil {
			failed = append(failed, err)
			s.putBack(map[uuid.UUID]time.Time{district: since})
			continue
		}
		next := window{reached.Add(-briefSlack), s.from[district].thorough}
		if sweep {
			next.thorough = reached.Add(-slack)
		}
		s.from[district] = next
	}
	return errors.Join(failed...)
}

// addAll adds every district to those that a round looks at.
func (s *sealer) addAll(ctx context.Context, todo map[uuid.UUID]time.Time) error {
	began := s.now()
	all, err := Districts(ctx, s.db)
	if err != nil {
		return err
	}
	s.swept = began
	for _, one := range all {
		if _, known := todo[one.ID]; !known {
			todo[one.ID] = began
		}
	}
	return nil
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
// without a seal; if it is not for a sweep, of the last seconds only.
func (s *sealer) sealDistrict(ctx context.Context, district uuid.UUID, sweep bool) error {
	ctx = tenant.With(ctx, tenant.Scope{District: district})
	from := s.from[district].brief
	if sweep {
		from = s.from[district].thorough
	}
	for more := true; more; {
		var err error
		if more, err = s.sealSome(ctx, district, from, sweep); err != nil {
			return err
		}
	}
	return nil
}

// sealSome chains one batch of each log; more says that one was full. A sweep looks
// first without the lock of the chain, since mostly there is nothing.
func (s *sealer) sealSome(ctx context.Context, district uuid.UUID, from time.Time, sweep bool) (more bool, err error) {
	err = s.db.Write(ctx, func(tx *postgres.Tx) error {
		if sweep {
			lines, _, err := unsealed(ctx, tx, district, from, 1)
			if err != nil || len(lines) == 0 {
				return err
			}
		}
		if err := lockChain(ctx, tx, district); err != nil {
			return err
		}
		var lines []line
		lines, more, err = unsealed(ctx, tx, district, from, sealBatch)
		if err != nil {
			return err
		}
		return s.key.appendSeals(ctx, tx, district, lines)
	})
	if err != nil {
		return false, fmt.Errorf("seal: %w", err)
	}
	return more, nil
}

// unsealed gives the lines of the swept logs without a seal, of each log the first
// ones; full tells that there may be more.
func unsealed(ctx context.Context, tx *postgres.Tx, district uuid.UUID, from time.Time, most int) (lines []line, full bool, err error) {
	for _, one := range swept {
		rows, err := tx.SQL().QueryContext(ctx, one.unsealed, district, moment(from), most)
		if err != nil {
			return nil, false, fmt.Errorf("look for lines without a seal: %w", err)
		}
		found, err := scanLines(rows, one.log)
		if err != nil {
			return nil, false, err
		}
		lines, full = append(lines, found...), full || len(found) == most
	}
	return lines, full, nil
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

// look remembers the moment, and gives from when on the pass after the one that now
// begins has to look, save for the slack.
func (h *horizon) look(ctx context.Context, db *postgres.DB) (time.Time, error) {
	var now look
	err := db.QueryOne(ctx, `SELECT clock_timestamp(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
		pg_snapshot_xmax(pg_current_snapshot())::text::bigint`, nil, &now.at, &now.oldest, &now.next)
	if err != nil {
		return time.Time{}, fmt.Errorf("ask which transactions run: %w", err)
	}
	return h.add(now), nil
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
