package document

import (
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The limits on a document. Depth, aliases, root fields, directives and fields are
// counted through all fragments, as often as they are spread.
const (
	MaxTokens     = 2_000   // of the whole document, comments included
	MaxDepth      = 12      // fields within fields
	MaxAliases    = 30      // of an operation
	MaxRootFields = 20      // of an operation
	MaxDirectives = 50      // of an operation
	MaxFields     = 2_000   // of all operations together, and of no more than one document
	MaxName       = 128     // bytes of any one name
	MaxText       = 1 << 14 // bytes of any one text or number
	MaxErrors     = 5       // told of one document
)

// CodeLimitExceeded is extensions.code of what is refused by a limit.
const CodeLimitExceeded = "LIMIT_EXCEEDED"

// limit is one measure of a document and the most that it may be.
type limit struct {
	name   string
	of     func(size) int
	most   int
	advice string
}

// sizeLimits are the limits that hold for an operation with its fragments.
var sizeLimits = []limit{
	{"depth", func(s size) int { return s.depth }, MaxDepth, "ask for what lies deeper by the id of its object"},
	{"aliases", func(s size) int { return s.aliases }, MaxAliases, "ask in several requests, or for several objects by nodes"},
	{"root fields", func(s size) int { return s.roots }, MaxRootFields, "ask in several requests"},
	{"directives", func(s size) int { return s.directives }, MaxDirectives, "leave out what is not needed instead of skipping it"},
}

// exceeded is the error of a limit: what was found, what may be, what to do.
func exceeded(name string, most, found int, advice string) *gqlerror.Error {
	return limitError(name, most, strconv.Itoa(found), advice)
}

func limitError(name string, most int, found, advice string) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    fmt.Sprintf("the limit of %s is %d and this document has %s: %s", name, most, found, advice),
		Extensions: map[string]any{"code": CodeLimitExceeded, "limit": name, "max": most},
	}
}
