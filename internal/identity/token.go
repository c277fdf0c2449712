package identity

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits on a token, before anything of it is read.
const (
	maxToken = 8 << 10 // bytes
	maxKeyID = 256     // bytes
)

// algorithms is the allow-list: asymmetric ones alone, so that neither a token
// without a signature nor one that takes a public key for an HMAC's secret is read.
var algorithms = []string{"RS256", "PS256", "ES256", "EdDSA"}

// types are what a token may call itself. An access token says at+jwt (RFC 9068),
// JWT, or nothing; anything else was made for another purpose.
var types = []string{"", "jwt", "at+jwt", "application/at+jwt"}

// unread are headers that change how a token is to be read, in ways that this
// program doesn't: extensions that must be understood, payloads that are not
// encoded, compressed, encrypted, or tokens themselves.
var unread = []string{"crit", "b64", "zip", "enc", "cty"}

// object is a JSON object whose names are told apart to the letter, each once.
type object map[string]json.RawMessage

// unverified is what a token says before its signature is checked. Keys that it
// brings along, or names the place of, (jwk, jku, x5c, x5u) are not looked at.
type unverified struct {
	algorithm string
	keyID     string // empty: none
	claims    object
}

// read takes a token in its compact form apart.
func read(token string) (*unverified, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || strings.Trim(token, compactAlphabet) != "" || parts[2] == "" {
		return nil, refusal("it is no signed token of three parts")
	}
	// A signature that can be spelled in two ways would give a token two names.
	if _, err := base64.RawURLEncoding.Strict().DecodeString(parts[2]); err != nil {
		return nil, refusal("its signature is not written as one")
	}
	header, err := readObject(parts[0])
	if err != nil {
		return nil, refusal("its header is no JSON object whose names are there once")
	}
	claims, err := readObject(parts[1])
	if err != nil {
		return nil, refusal("its claims are no JSON object whose names are there once")
	}
	return readHeader(header, claims)
}

// compactAlphabet is base64url and the dots between the parts.
const compactAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

func readHeader(header, claims object) (*unverified, error) {
	for _, name := range unread {
		if _, there := header[name]; there {
			return nil, refusal("its header has " + name)
		}
	}
	algorithm, _ := header.text("alg")
	if !slices.Contains(algorithms, algorithm) {
		return nil, refusal("its algorithm is not allowed")
	}
	kind, ok := header.text("typ")
	if !ok || !slices.Contains(types, strings.ToLower(kind)) {
		return nil, refusal("its type is not an access token's")
	}
	keyID, ok := header.text("kid")
	if _, there := header["kid"]; !ok || len(keyID) > maxKeyID || (there && keyID == "") {
		return nil, refusal("its key's name is none")
	}
	return &unverified{algorithm: algorithm, keyID: keyID, claims: claims}, nil
}

// readObject reads a part of a token. Letters that are no UTF-8 are refused: the
// reader would take one for another.
func readObject(part string) (object, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if opening, err := decoder.Token(); err != nil || opening != json.Delim('{') || !utf8.Valid(raw) {
		return nil, errNoObject
	}
	read := object{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		word, _ := name.(string)
		if _, twice := read[word]; twice {
			return nil, errNoObject
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		read[word] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errNoObject
	}
	return read, nil
}

const errNoObject = refusal("no JSON object")

// text gives a member that is a string; one that is missing is empty, and ok.
func (o object) text(name string) (text string, ok bool) {
	raw, there := o[name]
	if !there {
		return "", true
	}
	return decoded[string](raw)
}

// decoded reads a value of the type, which null is not.
func decoded[T any](raw json.RawMessage) (value T, ok bool) {
	if len(raw) == 0 || raw[0] == 'n' {
		return value, false
	}
	return value, json.Unmarshal(raw, &value) == nil
}
