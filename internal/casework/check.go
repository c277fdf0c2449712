package casework

import (
	"strings"
	"unicode/utf8"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

const (
	maxReason = 1_000
	maxKey    = 200 // how long a client's idempotency key may be
)

// firstOf gives the problems of the first check that has any.
func firstOf(problems ...[]*Problem) []*Problem {
	for _, found := range problems {
		if found != nil {
			return found
		}
	}
	return nil
}

// checkReason refuses a reason that is too long.
func checkReason(field, reason string) []*Problem {
	if fits(reason, maxReason) {
		return nil
	}
	return problem(Invalid, field, "takes at most 1000 characters of text")
}

// needReason refuses a reason that is missing, with what it is to say, or too long.
func needReason(reason, what string) []*Problem {
	if strings.TrimSpace(reason) == "" {
		return problem(Required, "reason", "is missing: "+what)
	}
	return checkReason("reason", reason)
}

// checkKey refuses an idempotency key that says nothing, or is too long.
func checkKey(key *string) []*Problem {
	if key == nil || (*key != "" && fits(*key, maxKey)) {
		return nil
	}
	return problem(Invalid, "idempotencyKey", "takes 1 to 200 characters of text")
}

// firstDay is the day on which something starts: today where none is said.
func firstDay(said *relay.Date, reader access.Reader) relay.Date {
	if said == nil {
		return relay.DateOf(reader.Today)
	}
	return *said
}

// fits tells whether a text is no longer than that many characters, and one that a
// database keeps.
func fits(text string, most int) bool {
	return utf8.RuneCountInString(text) <= most && !strings.ContainsRune(text, 0)
}

// words gives an optional text without the blanks around it.
func words(text *string) string {
	if text == nil {
		return ""
	}
	return strings.TrimSpace(*text)
}
