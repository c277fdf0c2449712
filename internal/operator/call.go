package operator

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// ErrForbidden is somebody who is no operator; nothing was looked at.
var ErrForbidden = errors.New("this is for the platform's operators")

// Result is what came of a change: what a person can correct, or nothing.
type Result struct{ Problems []*operation.Problem }

// UserErrors gives what a person can correct.
func (r Result) UserErrors() []*operation.Problem {
	if r.Problems == nil {
		return []*operation.Problem{}
	}
	return r.Problems
}

// The statuses that the database's functions give.
const (
	made    = "MADE"     // it was done
	stands  = "STANDS"   // something stands in the way
	missing = "MISSING"  // no institution has the code
	nobody  = "NOBODY"   // no such principal works there
	past    = "PAST"     // the day is over
	ownName = "OPERATOR" // the name is an operator's
	foreign = "ISSUER"   // the issuer is another district's
)

// answer is what a function of the database gives.
type answer struct {
	Status string `json:"status"`
	Object object `json:"object"`
}

// object is what was made, or stands, of whatever kind.
type object struct {
	ID          uuid.UUID `json:"id"`
	LocalID     string    `json:"localId"`
	Name        string    `json:"name"`
	DisplayName string    `json:"displayName"`
	Staff       *object   `json:"staff"`
	StartsOn    string    `json:"startsOn"`
	EndsOn      *string   `json:"endsOn"`
	Read        []string  `json:"read"`
	Write       []string  `json:"write"`
	Issuer      string    `json:"issuer"`
	Subject     string    `json:"subject"`
}

// call runs one of the operator's functions: a text such as create_region({who},
// {id}, …). Whoever is no operator is refused before anything is looked at, again in
// the statement, and again by the function.
func call(ctx context.Context, op *operation.Operation, function string, values reach.Values) (answer, error) {
	if !op.Reader.May(access.Operate) {
		return answer{}, ErrForbidden
	}
	var got answer
	err := op.MutateRights(ctx, func(ctx context.Context) error {
		return one(ctx, op, function, values, &got)
	})
	return got, err
}

// one runs a function of the database that gives one JSON value.
func one(ctx context.Context, op *operation.Operation, function string, values reach.Values, into any) error {
	all := reach.Values{
		"who": uuid.UUID(op.Reader.Principal.PersonID), "id": uuid.Must(uuid.NewV7()),
		"operator": func(st *reach.Statement) { st.ByOperator() },
	}
	maps.Copy(all, values)
	st := reach.NewStatement(op.Reader).Write("SELECT "+function+" WHERE {operator}", all)
	err := ErrForbidden
	ran := op.Run(ctx, st, func(rows *sql.Rows) error {
		var raw []byte
		if err = rows.Scan(&raw); err == nil && raw != nil {
			err = json.Unmarshal(raw, into)
		}
		return err
	})
	if ran != nil {
		return fmt.Errorf("operate: %w", ran)
	}
	return err
}

func problem(code operation.Code, field, message string) []*operation.Problem {
	return []*operation.Problem{{Code: code, Field: []string{"input", field}, Message: message}}
}

// obstacles say, by status, what a person can correct.
type obstacles map[string]*operation.Problem

// of gives the problem of a status; nil when it was done.
func (o obstacles) of(status string) ([]*operation.Problem, error) {
	if status == made {
		return nil, nil
	}
	if found, known := o[status]; known {
		return []*operation.Problem{found}, nil
	}
	return nil, fmt.Errorf("operate: the database answers %s", status)
}

// obstacle is a problem at a field of the input.
func obstacle(code operation.Code, field, message string) *operation.Problem {
	return problem(code, field, message)[0]
}
