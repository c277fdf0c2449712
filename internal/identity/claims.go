package identity

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"
)

// leeway is how far an issuer's clock may run ahead of this machine's. There is none
// on a token's end: an issuer that is ahead ends it late by itself.
const leeway = 30 * time.Second

// maxSubject is the longest name that OpenID Connect has.
const maxSubject = 255

// latest is the last moment that a token can name: 9999-12-31.
const latest = 253_402_300_799

// claims are what a token says, once its signature holds.
type claims struct {
	subject            string
	notBefore, expires time.Time // a zero notBefore: at once
}

// readClaims holds the claims to this installation, at the moment. It says again what
// go-oidc checks, without its exceptions (a wide leeway, an issuer's second
// spelling, names in another case, moments written as text), and what that does not:
// that there is an end, a subject who can be looked up, and no issue in the future.
func (u *unverified) readClaims(from Issuer, now time.Time) (claims, error) {
	issuer, _ := u.claims.text("iss")
	switch subject, ok := u.claims.text("sub"); {
	case issuer != from.URL:
		return claims{}, refusal("it is another issuer's")
	case !u.claims.isFor(from.Audience):
		return claims{}, refusal("it is for another audience")
	case !ok || !isName(subject):
		return claims{}, refusal("it names nobody")
	default:
		read := claims{subject: subject}
		return read, u.claims.readMoments(&read, now)
	}
}

func (o object) readMoments(into *claims, now time.Time) error {
	expires, there, ok := o.moment("exp")
	if !there || !ok {
		return refusal("it has no end")
	}
	issued, _, ok := o.moment("iat")
	if !ok || issued.After(now.Add(leeway)) {
		return refusal("it was issued in the future")
	}
	begins, _, ok := o.moment("nbf")
	if !ok {
		return refusal("its beginning is no moment")
	}
	into.notBefore, into.expires = begins, expires
	return into.hold(now)
}

// hold tells whether the token holds at the moment.
func (c claims) hold(now time.Time) error {
	switch {
	case !now.Before(c.expires):
		return refusal("it has expired")
	case c.notBefore.After(now.Add(leeway)):
		return refusal("it does not hold yet")
	}
	return nil
}

// isFor tells whether the audience, one or a list, has this one.
func (o object) isFor(audience string) bool {
	raw := o["aud"]
	if one, ok := decoded[string](raw); ok {
		return one == audience
	}
	list, ok := decoded[[]string](raw)
	return ok && slices.Contains(list, audience)
}

// moment reads a number of seconds since 1970; it is ok when it is not there.
func (o object) moment(name string) (at time.Time, there, ok bool) {
	raw, there := o[name]
	if !there {
		return time.Time{}, false, true
	}
	if strings.HasPrefix(string(raw), `"`) {
		return time.Time{}, true, false
	}
	number, ok := decoded[json.Number](raw)
	seconds, err := number.Float64()
	if !ok || err != nil || seconds < 0 || seconds > latest {
		return time.Time{}, true, false
	}
	return time.Unix(int64(seconds), 0), true, true
}

// isName tells whether a subject can be looked up. A letter that could not be read
// is none, since it may stand for any.
func isName(subject string) bool {
	return subject != "" && len(subject) <= maxSubject && strings.IndexFunc(subject, func(letter rune) bool {
		return !unicode.IsPrint(letter) || letter == unicode.ReplacementChar
	}) < 0
}
