package identity

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

// DevIssuerName is the development issuer's URL, and DevAudience the audience of its
// tokens. The name stays the same whatever port a server listens on, so that a token
// made before a server starts is good on each: what vouches for it is the key in the
// data directory. Under the default address the URL is also where the server shows
// the issuer's documents.
const (
	DevIssuerName = "http://127.0.0.1:8080" + DevIssuerPath
	DevIssuerPath = "/development"
	DevAudience   = "holdfast"
)

// DevIssuer makes tokens for development, with a key of its own in the data
// directory. A server accepts them only with --dev, on loopback, and verifies them as
// it does any other issuer's.
type DevIssuer struct {
	key  ed25519.PrivateKey
	keys []byte // the public one, as a JSON Web Key Set
	id   string
	now  func() time.Time
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
	issuer := &DevIssuer{key: key, now: now}
	return issuer, issuer.publish()
}

// publish writes down the public key, named by its own print.
func (d *DevIssuer) publish() error {
	public := jose.JSONWebKey{Key: d.key.Public(), Use: "sig", Algorithm: jwt.SigningMethodEdDSA.Alg()}
	thumb, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return fmt.Errorf("the development issuer's key: %w", err)
	}
	d.id = base64.RawURLEncoding.EncodeToString(thumb)
	public.KeyID = d.id
	d.keys, err = json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}})
	return err
}

// Keys is the issuer's public key, as a JSON Web Key Set.
func (d *DevIssuer) Keys() []byte { return d.keys }

// Discovery is the issuer's discovery document, for a server that shows its
// documents under the address. There is nowhere to log in: holdfast token and the
// playground make the tokens.
func (*DevIssuer) Discovery(address string) ([]byte, error) {
	return json.Marshal(map[string]any{
		"issuer": DevIssuerName, "jwks_uri": address + "/keys",
		"response_types_supported": []string{}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{jwt.SigningMethodEdDSA.Alg()},
	})
}

// source gives the issuer with its key, which nothing has to be asked for.
func (d *DevIssuer) source(config Config) (*source, error) {
	keys, err := readKeys(d.keys, d.now())
	if err != nil {
		return nil, err
	}
	known := newSource(Issuer{URL: DevIssuerName, Audience: DevAudience}, config)
	known.fixed = true
	known.keys.Store(keys)
	return known, nil
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
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.RegisteredClaims{
		Issuer: DevIssuerName, Subject: subject, Audience: jwt.ClaimStrings{DevAudience},
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(lifetime)),
	})
	token.Header["kid"] = d.id
	signed, err := token.SignedString(d.key)
	if err != nil {
		return "", fmt.Errorf("sign a development token: %w", err)
	}
	return signed, nil
}
