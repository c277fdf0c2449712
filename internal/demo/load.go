package demo

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// ErrExists is a district that is there already: a demo makes new ones alone.
var ErrExists = errors.New("exists already")

// workers is how many districts are loaded at once.
const workers = 2

// Loaded is what was loaded of one district.
type Loaded struct {
	Code, Name                      string
	Schools, Students, Events, Rows int
	Staff, Sections, Seats          int
	Caseload, Contacts, Plans       int
	Incidents, Marks                int
	Recomputed                      earlywarning.Recomputed
}

// count adds the rows of a batch.
func (l *Loaded) count(b *batch) {
	for _, rows := range b.rows {
		l.Rows += len(rows)
	}
	l.Schools += len(b.rows[toSchool])
	l.Students += b.students
	l.Events += len(b.rows[toEvent])
	l.Staff += len(b.rows[toStaff])
	l.Sections += len(b.rows[toSection])
	l.Seats += len(b.rows[toSeat])
	l.Contacts += len(b.rows[toLog])
	l.Plans += len(b.rows[toPlan])
	l.Incidents += len(b.rows[toIncident])
	l.Marks += len(b.rows[toGrade])
	for _, one := range b.rows[toCaseload] {
		if one[4] == "PRIMARY" {
			l.Caseload++
		}
	}
}

// Load makes up the districts and loads them, each in one transaction in its own
// scope, and works out its figures and flags as of the day. It takes a pool under
// the owner's login. When a district of one of the codes exists already, nothing is
// loaded and the error is ErrExists. progress is told, by one goroutine at a time,
// how many students are loaded. Districts that were loaded before an error stay,
// and are in the list.
func Load(ctx context.Context, owner *postgres.DB, options Options, progress func(done, total int)) ([]Loaded, error) {
	if err := options.Check(); err != nil {
		return nil, err
	}
	if err := prepare(ctx, owner, options); err != nil {
		return nil, err
	}
	l := &loader{owner: owner, options: options, progress: progress, loaded: make([]*Loaded, options.Districts)}
	err := l.all(ctx)
	var done []Loaded
	for _, one := range l.loaded {
		if one != nil {
			done = append(done, *one)
		}
	}
	return done, err
}

// Districts lists the codes of the districts that there are. It takes a pool under
// the owner's login.
func Districts(ctx context.Context, owner *postgres.DB) ([]string, error) {
	var codes pq.StringArray
	err := owner.Read(ctx, func(tx *postgres.Tx) error {
		return tx.SQL().QueryRowContext(ctx, `SELECT coalesce(array_agg(local_id ORDER BY local_id), '{}') FROM district`).Scan(&codes)
	})
	if err != nil {
		return nil, fmt.Errorf("list the districts: %w", err)
	}
	return codes, nil
}

// prepare refuses when a district is there already; else it makes what districts
// share: the regions, and the partition of the school year.
func prepare(ctx context.Context, owner *postgres.DB, options Options) error {
	codes := make([]string, options.Districts)
	for i := range codes {
		codes[i] = codeOf(i + 1)
	}
	return owner.Write(ctx, func(tx *postgres.Tx) error {
		var there pq.StringArray
		err := tx.SQL().QueryRowContext(ctx, `SELECT coalesce(array_agg(code ORDER BY code), '{}') FROM unnest($1::text[]) code
			WHERE EXISTS (SELECT FROM find_district(code))`, pq.Array(codes)).Scan(&there)
		if err != nil {
			return fmt.Errorf("look for the districts: %w", err)
		}
		if len(there) > 0 {
			return existing(there)
		}
		for number := 1; number <= regionOf(options.Districts); number++ {
			_, err := tx.SQL().ExecContext(ctx, `INSERT INTO region (id, local_id, name) VALUES ($1, $2, $3) ON CONFLICT (local_id) DO NOTHING`, regionRow(number)...)
			if err != nil {
				return fmt.Errorf("make the regions: %w", err)
			}
		}
		if _, err := tx.SQL().ExecContext(ctx, `SELECT ensure_year_partitions($1)`, schoolYearOf(options.AsOf)); err != nil {
			return fmt.Errorf("make the partition of the school year: %w", err)
		}
		return nil
	})
}

// existing says which districts are there already.
func existing(codes []string) error {
	more := ""
	if len(codes) > 1 {
		more = fmt.Sprintf(", and %d more", len(codes)-1)
	}
	return fmt.Errorf("district %s %w%s: the demo makes new districts alone; nothing was loaded", codes[0], ErrExists, more)
}

// loader loads the districts of one demo.
type loader struct {
	owner    *postgres.DB
	options  Options
	progress func(done, total int)

	mutex  sync.Mutex
	done   int
	loaded []*Loaded
	failed error
}

// all loads every district; the first error ends it.
func (l *loader) all(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	numbers := make(chan int)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for number := range numbers {
				if err := l.one(ctx, number); err != nil {
					l.fail(err)
					cancel()
				}
			}
		})
	}
	for number := 1; number <= l.options.Districts && ctx.Err() == nil; number++ {
		numbers <- number
	}
	close(numbers)
	group.Wait()
	if err := parent.Err(); err != nil {
		return err // whatever a statement said when it was cut short
	}
	return l.failed
}

func (l *loader) fail(err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.failed == nil {
		l.failed = err
	}
}

func (l *loader) tell(students int) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.done += students
	l.progress(l.done, l.options.Districts*l.options.Students)
}

// one loads a district in one transaction.
func (l *loader) one(ctx context.Context, number int) error {
	var s *stager
	m, err := newMaker(l.options, number, func(ctx context.Context, b *batch) error {
		if err := s.put(ctx, b); err != nil {
			return err
		}
		l.tell(b.students)
		return nil
	})
	if err != nil {
		return err
	}
	id, err := uuid.Parse(m.districtID)
	if err != nil {
		return fmt.Errorf("the district's id: %w", err)
	}
	ctx = tenant.With(ctx, tenant.Scope{District: id})
	did := Loaded{Code: m.code, Name: m.name}
	err = l.owner.Write(ctx, func(tx *postgres.Tx) error {
		s = &stager{tx: tx, did: &did}
		if err := m.run(ctx, number, l.options.Students); err != nil {
			return err
		}
		did.Recomputed, err = earlywarning.RecomputeDistrict(ctx, tx, id, l.options.AsOf, func(int, int) {})
		return err
	})
	if err != nil {
		return fmt.Errorf("load the district %s: %w", m.code, err)
	}
	l.loaded[number-1] = &did
	return nil
}
