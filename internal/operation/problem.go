package operation

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
