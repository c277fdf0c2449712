package casework

import (
	"errors"

	"github.com/holdfast-edu/holdfast/internal/operation"
)

// ErrNotFound is something that the reader's reach does not hold: as if it were not.
var ErrNotFound = errors.New("there is no such student within your reach")

// missingError is an object of another kind that the reader's reach does not hold.
type missingError string

// Error says what was not found.
func (n missingError) Error() string { return "there is no such " + string(n) + " within your reach" }

// Is tells that it is an ErrNotFound.
func (missingError) Is(target error) bool { return target == ErrNotFound }

// The other kinds of objects that a change names.
const (
	errNoNote  missingError = "note"
	errNoGrant missingError = "grant"
	errNoRole  missingError = "role assignment"
	errNoFlag  missingError = "flag"
	errNoRun   missingError = "import run"
)

// ErrForbidden is a change of a class that the reader may see but not write.
var ErrForbidden = errors.New("your role does not write this of the student")

// Problem is what a person can correct: where in the input, and what to do.
type Problem = operation.Problem

// The codes of problems.
const (
	Required     = operation.Required
	Invalid      = operation.Invalid
	Conflict     = operation.Conflict
	LimitReached = operation.LimitReached
)

// problem is the one problem of a field of the input.
func problem(code operation.Code, field, message string) []*Problem {
	return []*Problem{{Code: code, Field: []string{"input", field}, Message: message}}
}

// UserErrors gives what a person can correct.
func (l Logged) UserErrors() []*operation.Problem { return none(l.Problems) }

// UserErrors gives what a person can correct.
func (a Assigned) UserErrors() []*operation.Problem { return none(a.Problems) }

// UserErrors gives what a person can correct.
func (w Written) UserErrors() []*operation.Problem { return none(w.Problems) }

// UserErrors gives what a person can correct.
func (g Granted) UserErrors() []*operation.Problem { return none(g.Problems) }

// UserErrors gives what a person can correct.
func (r RoleChanged) UserErrors() []*operation.Problem { return none(r.Problems) }

// UserErrors gives what a person can correct.
func (m Merged) UserErrors() []*operation.Problem { return none(m.Problems) }

// UserErrors gives what a person can correct.
func (u Unmerged) UserErrors() []*operation.Problem { return none(u.Problems) }

// none gives an empty list for none, since the API says that it is never null.
func none(problems []*Problem) []*Problem {
	if problems == nil {
		return []*Problem{}
	}
	return problems
}
