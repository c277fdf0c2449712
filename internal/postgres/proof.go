package postgres

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"strings"
)

// Proof is a question whose answer is known from before, asked again in one message
// with the first statement of a transaction: what follows counts only if the answer
// is still the same. It serves one request.
type Proof struct {
	// Statement gives one row of one column; its arguments are all of type bytea.
	Statement string
	Arguments [][]byte
	Answer    string // as it was
	Held      func() // is told that it holds; nil: nobody is

	asked, failed bool
}

// ErrNoLonger is a proof that failed: the answer is another one now. Nothing that
// was read or written meanwhile counts.
var ErrNoLonger = errors.New("postgres: what the request was begun with holds no longer")

type proofKey struct{}

// WithProof gives a context whose next transaction asks for the proof; nil: none.
func WithProof(ctx context.Context, proof *Proof) context.Context {
	return context.WithValue(ctx, proofKey{}, proof)
}

// proofOf gives what the context's transaction still has to prove; nil: nothing. Once
// a proof has failed, no transaction begins with it.
func proofOf(ctx context.Context) (*Proof, error) {
	proof, _ := ctx.Value(proofKey{}).(*Proof)
	if proof == nil || !proof.asked {
		return proof, nil
	}
	return nil, proof.verdict()
}

// Ask asks for the proof outside of a transaction, where none has asked. It gives
// ErrNoLonger when it does not hold.
func (p *Proof) Ask(ctx context.Context, db *DB) error {
	if p.asked {
		return p.verdict()
	}
	arguments := make([]any, len(p.Arguments))
	for i, argument := range p.Arguments {
		arguments[i] = argument
	}
	var answer []byte
	if err := db.QueryOne(ctx, p.Statement, arguments, &answer); err != nil {
		return err
	}
	return p.weigh(string(answer))
}

func (p *Proof) weigh(answer string) error {
	p.asked, p.failed = true, answer != p.Answer
	if !p.failed && p.Held != nil {
		p.Held()
	}
	return p.verdict()
}

func (p *Proof) verdict() error {
	if p.failed {
		return ErrNoLonger
	}
	return nil
}

// literals writes the arguments out: hexadecimal digits need no quoting.
func (p *Proof) literals() string {
	var b strings.Builder
	for i, argument := range p.Arguments {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`'\x` + hex.EncodeToString(argument) + "'")
	}
	return b.String()
}

// named gives the arguments as the driver binds them.
func (p *Proof) named() []driver.NamedValue {
	values := make([]driver.NamedValue, len(p.Arguments))
	for i, argument := range p.Arguments {
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: argument}
	}
	return values
}

// read weighs the answer that stands first in the rows, and goes on to what
// follows it.
func (p *Proof) read(rows driver.Rows) error {
	answer := make([]driver.Value, 1)
	if err := rows.Next(answer); err != nil {
		return err
	}
	switch text := answer[0].(type) {
	case []byte:
		return p.weigh(string(text))
	case string:
		return p.weigh(text)
	}
	return p.weigh("")
}
