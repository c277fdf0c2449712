package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// PeopleOptions say for which district to make up people.
type PeopleOptions struct {
	District uuid.UUID
	Seed     uint64
	Today    time.Time // sections are taught until the end of the school year that holds it
}

// ErrNoStudents is a district without enrollments, for which nobody can be made up.
var ErrNoStudents = errors.New("the district has no enrollments that are open: import them first")

// People makes up staff with their roles, sections, caseloads and contacts for a
// district that was imported, in one transaction: for its latest school year, and
// the students whose enrollments are open. It gives nobody who was imported a role.
// When the district has such people already, nothing changes and the counts are
// zero. The pool may be under the application's login.
func People(ctx context.Context, db *postgres.DB, options PeopleOptions) (Loaded, error) {
	ctx = tenant.With(ctx, tenant.Scope{District: options.District})
	var did Loaded
	err := db.Write(ctx, func(tx *postgres.Tx) error {
		there, err := lockPeople(ctx, tx, options.District)
		if err != nil || there {
			return err
		}
		p := &populating{tx: tx, options: options}
		if err := p.read(ctx); err != nil {
			return err
		}
		stager := &stager{tx: tx, did: &did}
		p.maker.hand = stager.put
		return p.run(ctx)
	})
	if err != nil {
		return Loaded{}, fmt.Errorf("make up people: %w", err)
	}
	return did, nil
}

// lockPeople waits for imports of the district and for others who make up its
// people, and tells whether it has any.
func lockPeople(ctx context.Context, tx *postgres.Tx, district uuid.UUID) (there bool, err error) {
	if _, err := tx.SQL().ExecContext(ctx, `SELECT pg_advisory_xact_lock(`+postgres.ImportLock("$1")+`)`, district); err != nil {
		return false, fmt.Errorf("wait for imports of the district: %w", err)
	}
	err = tx.SQL().QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM staff WHERE district_id = $1 AND starts_with(local_id, $2))`,
		district, localStaffID).Scan(&there)
	if err != nil {
		return false, fmt.Errorf("look for made-up people: %w", err)
	}
	return there, nil
}

// populating is the making of a district's people.
type populating struct {
	tx      *postgres.Tx
	options PeopleOptions
	maker   *maker
	pupils  []pupil
	menu    map[string]any // the entries that stand, by code
}

// pupil is a student of an open enrollment.
type pupil struct {
	need

	grade  int // -1: none that sections are made for
	place  int
	parts  int64 // absent: ten-thousandths of a day
	whole  int64
	warned bool
}

// run makes the rows.
func (p *populating) run(ctx context.Context) error {
	m := p.maker
	m.makeStaff()
	m.makeSections()
	m.makeMenu(p.menu)
	p.choose()
	from := m.term.teaches.Format(time.DateOnly)
	for _, one := range p.pupils {
		if one.grade >= 0 {
			m.seat(one.student, one.at, one.grade, one.place, from, nil)
		}
		m.care(one.need)
		m.out.students++
		if err := m.flush(ctx, batchStudents); err != nil {
			return err
		}
	}
	return m.flush(ctx, 1)
}

// choose says who gets an advocate: one student in twenty, those who are flagged
// first, the most absent among them first.
func (p *populating) choose() {
	order := make([]*pupil, len(p.pupils))
	for i := range p.pupils {
		order[i] = &p.pupils[i]
	}
	slices.SortStableFunc(order, func(a, b *pupil) int {
		switch {
		case a.warned != b.warned && a.warned:
			return -1
		case a.warned != b.warned:
			return 1
		}
		return int(min(max(b.parts*a.whole-a.parts*b.whole, -1), 1))
	})
	for _, one := range order[:(len(order)*caseloadShare+certain-1)/certain] {
		one.chance = certain
	}
}
