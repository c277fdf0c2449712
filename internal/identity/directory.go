package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/expirable"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// lookupSQL looks a name up. Its arguments are bytes: they come from a token.
const lookupSQL = `SELECT identify(convert_from($1::bytea, 'UTF8'), convert_from($2::bytea, 'UTF8'), nullif(convert_from($3::bytea, 'UTF8'), '')::uuid)`

// Directory finds principals, and keeps those it has found. Past a short age what is
// kept is no more than a guess: it lets what a principal asks for be read in one step
// with who they are, and counts only if the database says the same as before.
type Directory struct {
	db      *postgres.DB
	age     time.Duration
	now     func() time.Time
	kept    *expirable.LRU[asked, found]
	changes atomic.Int64 // of anybody's rights, by this server
}

type asked struct {
	name   Name
	chosen uuid.UUID
}

type found struct {
	who     Who
	answer  string
	at      time.Time // of asking the database
	changes int64     // as there were then
}

const (
	keptPrincipals = 10_000
	keptFor        = time.Minute
)

// Age is for how long a server takes a principal to be as they were when it last asked.
// What somebody may do acts on the next request, and within a second where another
// server or program changed it.
const Age = 500 * time.Millisecond

// NewDirectory gives a directory that asks the database about a principal whom it has
// not asked about for that long; 0: each time.
func NewDirectory(db *postgres.DB, age time.Duration, now func() time.Time) *Directory {
	return &Directory{db: db, age: age, now: now, kept: expirable.NewLRU[asked, found](keptPrincipals, nil, keptFor)}
}

// Changed has everybody asked about anew: this server changed what somebody may do.
func (d *Directory) Changed() { d.changes.Add(1) }

// Find gives the principal of a name; chosen is the one that a person with several
// named, or uuid.Nil. Where it has a Proof, that must hold before anything of what
// is done in its name counts.
func (d *Directory) Find(ctx context.Context, name Name, chosen uuid.UUID) (*Who, error) {
	key := asked{name, chosen}
	kept, ok := d.kept.Get(key)
	if !ok {
		return d.Renew(ctx, name, chosen)
	}
	who := kept.who
	now, changes := d.now(), d.changes.Load()
	if now.Sub(kept.at) >= d.age || changes != kept.changes {
		again := found{kept.who, kept.answer, now, changes}
		who.Proof = &postgres.Proof{
			Statement: lookupSQL, Arguments: key.arguments(), Answer: kept.answer, Held: func() { d.kept.Add(key, again) },
		}
	}
	return &who, nil
}

// Renew reads the principal of a name anew, in one statement.
func (d *Directory) Renew(ctx context.Context, name Name, chosen uuid.UUID) (*Who, error) {
	key := asked{name, chosen}
	now, changes := d.now(), d.changes.Load()
	answer, err := d.ask(ctx, key)
	if err != nil {
		return nil, err
	}
	who, err := parseWho(answer)
	if err != nil {
		d.kept.Remove(key)
		return nil, err
	}
	d.kept.Add(key, found{*who, string(answer), now, changes})
	return who, nil
}

func (d *Directory) ask(ctx context.Context, key asked) ([]byte, error) {
	var answer []byte
	arguments := key.arguments()
	if err := d.db.QueryOne(ctx, lookupSQL, []any{arguments[0], arguments[1], arguments[2]}, &answer); err != nil {
		return nil, fmt.Errorf("look up who asks: %w", err)
	}
	return answer, nil
}

func (a asked) arguments() [][]byte {
	chosen := ""
	if a.chosen != uuid.Nil {
		chosen = a.chosen.String()
	}
	return [][]byte{[]byte(a.name.Issuer), []byte(a.name.Subject), []byte(chosen)}
}

func parseWho(answer []byte) (*Who, error) {
	who := &Who{}
	if err := json.Unmarshal(answer, who); err != nil {
		return nil, fmt.Errorf("read who asks: %w", err)
	}
	switch {
	case who.Kind != "":
		return who, nil
	case len(who.Candidates) > 1:
		return nil, &ChoiceError{who.Candidates}
	}
	return nil, ErrUnknown
}
