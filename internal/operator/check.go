package operator

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/holdfast-edu/holdfast/internal/operation"
)

// How long texts may be, in characters.
const (
	maxCode    = 60
	maxName    = 200
	maxIssuer  = 500
	maxSubject = 255 // as OpenID Connect has it
)

// text is a value that somebody gives, by the name of its field.
type text struct {
	field string
	value *string
	most  int
	may   bool // be left empty
}

// trim takes the spaces around each text away, and gives what is wrong with the
// first that cannot be taken.
func trim(texts ...text) []*operation.Problem {
	for _, t := range texts {
		*t.value = strings.TrimSpace(*t.value)
		switch {
		case *t.value == "" && !t.may:
			return problem(operation.Required, t.field, fmt.Sprintf("is missing: give 1 to %d characters", t.most))
		case utf8.RuneCountInString(*t.value) > t.most, !utf8.ValidString(*t.value), strings.ContainsFunc(*t.value, isControl):
			return problem(operation.Invalid, t.field, fmt.Sprintf("cannot be taken: give at most %d characters in one line", t.most))
		}
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func code(field string, value *string) text { return text{field, value, maxCode, false} }
func name(field string, value *string) text { return text{field, value, maxName, false} }

// unknown says that no institution has the code.
func unknown(what, field, code string) *operation.Problem {
	return obstacle(operation.Invalid, field, "no "+what+" has the code "+code+": check it, or make the "+what+" first")
}

// taken says that something has the code already.
func taken(what, code string) *operation.Problem {
	return obstacle(operation.Conflict, "localId", "the code "+code+" is another "+what+"'s, or this was done before: see what stands, or choose another code")
}
