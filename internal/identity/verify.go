package identity

import (
	"context"
	"errors"

	"github.com/google/uuid"
)

// ErrToken is a token that is not accepted. What is wrong with it is for the log,
// not for the caller: ReasonOf gives it.
var ErrToken = errors.New("the token is not accepted")

// Name is who a verified token says somebody is.
type Name struct {
	Issuer, Subject string
	// District is the one district whose principals the issuer vouches for;
	// uuid.Nil: the issuer is the installation's own.
	District uuid.UUID
}

// Vouches tells whether the name's issuer may speak for the principal: a district's
// issuer does for the principals of that district alone. It gives ErrUnknown, as for
// a name that is nobody. The database holds the same for the rows of identity.
func (n Name) Vouches(who *Who) error {
	if n.District != uuid.Nil && (who.District == nil || who.District.ID != n.District) {
		return ErrUnknown
	}
	return nil
}

// Verifier checks a bearer token; it gives an ErrToken for one that it does not
// accept.
type Verifier interface {
	Verify(ctx context.Context, token string) (Name, error)
}

// refusal is why a token is not accepted, in words that hold nothing of the token.
type refusal string

// Error gives the reason.
func (r refusal) Error() string { return string(r) }

// Is tells that every refusal is an ErrToken.
func (refusal) Is(target error) bool { return target == ErrToken }

// ReasonOf gives, for the log, why a token was not accepted; empty: it was no
// matter of the token.
func ReasonOf(err error) string {
	if reason, ok := errors.AsType[refusal](err); ok {
		return string(reason)
	}
	return ""
}
