package relay

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// ErrCursor is a cursor that this list did not give out.
var ErrCursor = errors.New("the cursor is not one that this list with these filters and order gave; ask for the first page again")

// Sealer seals cursors: a row's sort keys, encrypted and bound to the query that
// they were given for, so that a cursor tells nothing and cannot be made up.
type Sealer struct{ gcm cipher.AEAD }

// NewSealer makes a sealer of a secret of any length.
func NewSealer(secret []byte) (Sealer, error) {
	key := sha256.Sum256(append([]byte("holdfast cursors\x00"), secret...))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return Sealer{}, fmt.Errorf("make the cursor cipher: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return Sealer{}, fmt.Errorf("make the cursor cipher: %w", err)
	}
	return Sealer{gcm}, nil
}

// Seal makes the cursor of a row with these sort keys in the list that query
// names: its field, filter, order, and whose it is.
func (s Sealer) Seal(query string, keys []string) string {
	plain, _ := json.Marshal(keys) //nolint:errchkjson // strings always marshal
	nonce := make([]byte, s.gcm.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return base64.RawURLEncoding.EncodeToString(s.gcm.Seal(nonce, nonce, plain, []byte(query)))
}

// Open gives back the sort keys of a cursor; ErrCursor when it was tampered with
// or belongs to another query.
func (s Sealer) Open(query, cursor string) ([]string, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || strings.ContainsAny(cursor, "\r\n") || len(raw) < s.gcm.NonceSize() {
		return nil, ErrCursor
	}
	plain, err := s.gcm.Open(nil, raw[:s.gcm.NonceSize()], raw[s.gcm.NonceSize():], []byte(query))
	if err != nil {
		return nil, ErrCursor
	}
	var keys []string
	if err := json.Unmarshal(plain, &keys); err != nil {
		return nil, ErrCursor
	}
	return keys, nil
}
