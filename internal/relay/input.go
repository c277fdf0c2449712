package relay

// InputError is an argument that is not of its type: what was expected.
type InputError struct{ Expected string }

// Error says what was expected.
func (e *InputError) Error() string { return e.Expected }
