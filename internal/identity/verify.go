package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/coreos/go-oidc/v3/oidc"
)

// ErrToken is a token that is not accepted. What is wrong with it is for the log,
// not for the caller.
var ErrToken = errors.New("the token is not accepted")

// Name is who a verified token says somebody is.
type Name struct{ Issuer, Subject string }

// Verifier checks a bearer token; it gives an ErrToken for one that it does not
// accept.
type Verifier interface {
	Verify(ctx context.Context, token string) (Name, error)
}

// oidcVerifier checks tokens against an issuer's published keys.
type oidcVerifier struct{ verifier *oidc.IDTokenVerifier }

// NewOIDCVerifier reads the issuer's discovery document and accepts its tokens for
// the audience. Keys are fetched again when a token names one that is not known.
func NewOIDCVerifier(ctx context.Context, issuer, audience string) (Verifier, error) {
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return nil, fmt.Errorf("read the discovery document of the OIDC issuer %s: %w", issuer, err)
	}
	return oidcVerifier{provider.VerifierContext(ctx, &oidc.Config{
		ClientID:             audience,
		SupportedSigningAlgs: []string{oidc.RS256, oidc.ES256, oidc.PS256, oidc.EdDSA},
	})}, nil
}

func (v oidcVerifier) Verify(ctx context.Context, token string) (Name, error) {
	verified, err := v.verifier.Verify(ctx, token)
	if err != nil {
		return Name{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	return Name{Issuer: verified.Issuer, Subject: verified.Subject}, nil
}
