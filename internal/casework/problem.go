package casework

import "errors"

// ErrNotFound is something that the reader's reach does not hold: as if it were not.
var ErrNotFound = errors.New("there is no such student within your reach")

// ErrForbidden is a change of a class that the reader may see but not write.
var ErrForbidden = errors.New("your role does not write this of the student")

// Code says what sort of problem a person can correct.
type Code = string

// The codes of problems.
const (
	Required     Code = "REQUIRED"       // a value is missing
	Invalid      Code = "INVALID"        // a value cannot be taken
	Conflict     Code = "CONFLICT"       // it contradicts what stands
	LimitReached Code = "LIMIT_EXCEEDED" // a limit would be passed
)

// Problem is what a person can correct: where in the input, and what to do.
type Problem struct {
	Code    Code
	Field   []string
	Message string
}

func problem(code Code, field, message string) []*Problem {
	return []*Problem{{Code: code, Field: []string{"input", field}, Message: message}}
}

// UserErrors gives what a person can correct.
func (l Logged) UserErrors() []*Problem { return none(l.Problems) }

// UserErrors gives what a person can correct.
func (a Assigned) UserErrors() []*Problem { return none(a.Problems) }

func none(problems []*Problem) []*Problem {
	if problems == nil {
		return []*Problem{}
	}
	return problems
}
