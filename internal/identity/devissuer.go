package identity

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The development issuer's name and audience, as its tokens carry them.
const (
	DevIssuerName = "holdfast-development"
	devAudience   = "holdfast"
)

// DevIssuer makes and verifies tokens for development, with a key of its own in
// the data directory. A server accepts it only with --dev, on loopback.
type DevIssuer struct {
	key ed25519.PrivateKey
	now func() time.Time
}

// OpenDevIssuer reads the issuer's key from the data directory, making it at
// first.
func OpenDevIssuer(dataDir string, now func() time.Time) (*DevIssuer, error) {
	path := filepath.Join(dataDir, "development-issuer.pem")
	raw, err := os.ReadFile(path) //nolint:gosec // the operator's own data directory
	if errors.Is(err, fs.ErrNotExist) {
		raw, err = makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("the development issuer's key: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("the development issuer's key %s is not PEM: remove the file, and a new one is made", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("the development issuer's key %s is not an Ed25519 key: remove the file, and a new one is made", path)
	}
	return &DevIssuer{key: key, now: now}, nil
}

// makeKey writes a new key; of two programs that do so at once, one key stays.
func makeKey(path string) ([]byte, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".issuer-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	if err := pem.Encode(temporary, &pem.Block{Type: "PRIVATE KEY", Bytes: der}); err != nil {
		return nil, err
	}
	if err := temporary.Close(); err != nil {
		return nil, err
	}
	if err := os.Link(temporary.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // the operator's own data directory
}

// Token makes a token for the subject that holds for the given time.
func (d *DevIssuer) Token(subject string, lifetime time.Duration) (string, error) {
	now := d.now()
	token, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.RegisteredClaims{
		Issuer: DevIssuerName, Subject: subject, Audience: jwt.ClaimStrings{devAudience},
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(lifetime)),
	}).SignedString(d.key)
	if err != nil {
		return "", fmt.Errorf("sign a development token: %w", err)
	}
	return token, nil
}

// Verify accepts the issuer's own tokens within their time.
func (d *DevIssuer) Verify(_ context.Context, token string) (Name, error) {
	parsed, err := jwt.ParseWithClaims(token, &jwt.RegisteredClaims{},
		func(*jwt.Token) (any, error) { return d.key.Public(), nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(DevIssuerName), jwt.WithAudience(devAudience),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(d.now))
	if err != nil {
		return Name{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	subject, err := parsed.Claims.GetSubject()
	if err != nil || subject == "" {
		return Name{}, fmt.Errorf("%w: it names nobody", ErrToken)
	}
	return Name{Issuer: DevIssuerName, Subject: subject}, nil
}
