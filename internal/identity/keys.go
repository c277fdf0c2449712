package identity

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Limits on an issuer's keys.
const (
	maxKeys = 64
	minRSA  = 2048 // bits
)

// signingKey is a published key that may sign tokens.
type signingKey struct {
	id        string // as tokens name it; empty: it has no name
	algorithm string // the only one that it signs with; empty: any that it can
	public    crypto.PublicKey
	print     string // the same for the same key, whatever its name
}

// keySet is an issuer's keys as they were read.
type keySet struct {
	keys   []signingKey
	prints map[string]bool
	readAt time.Time
}

// readKeys reads a JSON Web Key Set. Keys that are not for signatures, or that this
// program cannot use, are passed over, as the standard says; a secret or private key
// is none that anybody may publish.
func readKeys(document []byte, now time.Time) (*keySet, error) {
	var published struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(document, &published); err != nil {
		return nil, unreadable("its keys are no JSON Web Key Set")
	}
	if len(published.Keys) > maxKeys {
		return nil, unreadable("it has more than 64 keys")
	}
	read := &keySet{prints: map[string]bool{}, readAt: now}
	for _, raw := range published.Keys {
		if one, ok := readKey(raw); ok {
			read.keys = append(read.keys, one)
			read.prints[one.print] = true
		}
	}
	if len(read.keys) == 0 {
		return nil, unreadable("it has no key that signs by an allowed algorithm")
	}
	return read, nil
}

func readKey(raw json.RawMessage) (signingKey, bool) {
	var published jose.JSONWebKey
	if err := json.Unmarshal(raw, &published); err != nil || !published.Valid() || !published.IsPublic() {
		return signingKey{}, false
	}
	one := signingKey{id: published.KeyID, algorithm: published.Algorithm, public: published.Key}
	thumb, err := published.Thumbprint(crypto.SHA256)
	one.print = string(thumb)
	usable := err == nil && (published.Use == "" || published.Use == "sig")
	for _, algorithm := range algorithms {
		if usable && one.signs(algorithm) {
			return one, true
		}
	}
	return signingKey{}, false
}

// signs tells whether the key makes signatures of the algorithm: each takes keys of
// one kind, and a key that names its algorithm makes no others.
func (k signingKey) signs(algorithm string) bool {
	if k.algorithm != "" && k.algorithm != algorithm {
		return false
	}
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		return (algorithm == "RS256" || algorithm == "PS256") && public.N.BitLen() >= minRSA
	case *ecdsa.PublicKey:
		return algorithm == "ES256" && public.Curve == elliptic.P256()
	case ed25519.PublicKey:
		return algorithm == "EdDSA"
	}
	return false
}

// candidates gives the keys that may have signed the token: those of its key's name,
// or, where it names none, all.
func (s *keySet) candidates(token *unverified) []signingKey {
	var fitting []signingKey
	for _, one := range s.keys {
		if one.signs(token.algorithm) && (token.keyID == "" || one.id == token.keyID) {
			fitting = append(fitting, one)
		}
	}
	return fitting
}

// signers is the keys that may have signed a token, as go-oidc asks for them; it
// notes which did.
type signers struct {
	keys   []signingKey
	signed string // its print
}

var (
	errSignature = errors.New("no key of the issuer made the signature")
	allowed      = joseAlgorithms()
)

func joseAlgorithms() []jose.SignatureAlgorithm {
	names := make([]jose.SignatureAlgorithm, len(algorithms))
	for i, name := range algorithms {
		names[i] = jose.SignatureAlgorithm(name)
	}
	return names
}

// VerifySignature gives the payload when one of the keys signed it.
func (s *signers) VerifySignature(_ context.Context, token string) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(token, allowed)
	if err != nil {
		return nil, err
	}
	for _, one := range s.keys {
		if payload, err := signed.Verify(one.public); err == nil {
			s.signed = one.print
			return payload, nil
		}
	}
	return nil, errSignature
}
