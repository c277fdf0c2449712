package api_test

import (
	"context"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/test/issuer"
)

// forger makes tokens of the insider, good and bad.
type forger struct {
	t            *testing.T
	rs, es, ed   issuer.Key // published
	strange      issuer.Key // not published, under the name of one that is
	own, theirs  *issuer.Issuer
	visited      *atomic.Int64 // of a place that tokens point to
	place        string
	private      *installation
	anotherTrust *issuer.Issuer // whom nobody here knows
}

func newForger(t *testing.T) *forger {
	t.Helper()
	i := install(t)
	f := &forger{t: t, private: i, own: i.own, visited: &atomic.Int64{}}
	f.rs, f.es, f.ed = issuer.NewKey(t, "rsa", jwt.SigningMethodRS256), i.key, issuer.NewKey(t, "ed", jwt.SigningMethodEdDSA)
	f.strange = issuer.NewKey(t, f.es.ID, jwt.SigningMethodES256)
	f.own.Publish(f.rs, f.es, f.ed)
	f.theirs, f.anotherTrust = issuer.New(t, i.clock, f.es), issuer.New(t, i.clock, f.es)
	if err := i.row(t, f.theirs.URL, i.birch); err != nil {
		t.Fatal(err)
	}
	i.issuers.ReadTable(t.Context())
	i.vouch(t, i.own.URL, "birch coordinator", i.birch)
	place := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		f.visited.Add(1)
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{f.strange.Public()}})
	}))
	t.Cleanup(place.Close)
	f.place = place.URL
	return f
}

// with signs a token with changes to the header and claims of a good one.
func (f *forger) with(key issuer.Key, header, claims map[string]any) string {
	f.t.Helper()
	head := key.Header()
	maps.Copy(head, header)
	maps.DeleteFunc(head, func(_ string, value any) bool { return value == nil })
	return key.Sign(f.t, head, f.own.Claims(insider, claims))
}

// text signs a header and claims that are no good JSON objects, by a good key.
func (f *forger) text(header, claims string) string {
	f.t.Helper()
	good := f.own.Claims(insider, nil)
	fill := strings.NewReplacer("{good}", strings.Trim(asJSON(f.t, good), "{}"), "{head}", strings.Trim(asJSON(f.t, f.es.Header()), "{}"))
	return issuer.SignText(f.t, f.es.Method, f.es.Private, fill.Replace(header), fill.Replace(claims))
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// hmac signs by a public key, as if it were a secret.
func (f *forger) hmac(header map[string]any, secret []byte) string {
	f.t.Helper()
	head := map[string]any{"alg": "HS256", "typ": "JWT", "kid": f.rs.ID}
	maps.Copy(head, header)
	return issuer.SignText(f.t, jwt.SigningMethodHS256, secret, asJSON(f.t, head), asJSON(f.t, f.own.Claims(insider, nil)))
}

// edited changes one part of a good token after it was signed.
func (f *forger) edited(part int, edit func(string) string) string {
	parts := strings.Split(f.own.Token(f.t, f.es, insider), ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[part])
	if err != nil {
		f.t.Fatal(err)
	}
	parts[part] = base64.RawURLEncoding.EncodeToString([]byte(edit(string(raw))))
	return strings.Join(parts, ".")
}

type (
	headers = map[string]any
	facts   = map[string]any
)

func (f *forger) good() map[string]string {
	elsewhere := headers{
		"jku": f.place, "x5u": f.place, "jwk": f.strange.Public(), "x5t": "AAAA",
	}
	ps := f.rs
	ps.Method = jwt.SigningMethodPS256
	return map[string]string{
		"ES256":                        f.own.Token(f.t, f.es, insider),
		"RS256":                        f.own.Token(f.t, f.rs, insider),
		"EdDSA":                        f.own.Token(f.t, f.ed, insider),
		"without the key's name":       f.with(f.es, headers{"kid": nil}, nil),
		"without a type":               f.with(f.es, headers{"typ": nil}, nil),
		"typ JWT":                      f.with(f.es, headers{"typ": "JWT"}, nil),
		"typ application/at+jwt":       f.with(f.es, headers{"typ": "application/AT+JWT"}, nil),
		"keys that are brought along":  f.with(f.es, elsewhere, nil),
		"several audiences":            f.with(f.es, nil, facts{"aud": []string{"another", issuer.Audience}}),
		"no beginning":                 f.with(f.es, nil, facts{"nbf": nil, "iat": nil}),
		"begins within the leeway":     f.with(f.es, nil, facts{"nbf": now.Unix() + 30, "iat": now.Unix() + 30}),
		"a fraction of a second":       f.with(f.es, nil, facts{"exp": float64(now.Unix()) + 60.5}),
		"claims that say nothing here": f.with(f.es, nil, facts{"roles": []string{"operator"}, "nonce": "n", "nested": facts{"sub": "x"}}),
	}
}

// attack is a token that must be refused, and what the log must say of it.
type attack struct{ token, reason string }

const (
	noToken      = "it is no signed token of three parts"
	noHeader     = "its header is no JSON object whose names are there once"
	noClaims     = "its claims are no JSON object whose names are there once"
	noAlgorithm  = "its algorithm is not allowed"
	noType       = "its type is not an access token's"
	noKeyName    = "its key's name is none"
	noSuchKey    = "it names no key of its issuer"
	notByItsKey  = "its signature is not by the key that it names"
	noAudience   = "it is for another audience"
	noEnd        = "it has no end"
	over         = "it has expired"
	noBeginning  = "its beginning is no moment"
	notYet       = "it does not hold yet"
	inTheFuture  = "it was issued in the future"
	nobody       = "it names nobody"
	noSuchIssuer = "its issuer is not known here"
	tooLong      = "it is longer than 8 KiB"
)

func (f *forger) attacks() map[string]attack {
	all := map[string]attack{}
	for _, some := range []map[string]attack{f.algorithms(), f.keyNames(), f.brought(), f.shapes(), f.moments(), f.audiences(), f.names()} {
		maps.Copy(all, some)
	}
	return all
}

func (f *forger) algorithms() map[string]attack {
	der, err := x509.MarshalPKIXPublicKey(f.rs.Private.Public())
	if err != nil {
		f.t.Fatal(err)
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	claims := asJSON(f.t, f.own.Claims(insider, nil))
	unsigned := func(alg string) string {
		return issuer.SignText(f.t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, fmt.Sprintf(`{"alg":%q}`, alg), claims)
	}
	rs, es := f.rs, f.es
	rs.Method, es.Method = jwt.SigningMethodRS512, jwt.SigningMethodES384
	return map[string]attack{
		"none":                           {unsigned("none"), noToken},
		"none, spelled otherwise":        {unsigned("nOnE"), noToken},
		"none, with something signed":    {unsigned("none") + "AAAA", noAlgorithm},
		"none, with a good signature":    {f.with(f.es, headers{"alg": "none"}, nil), noAlgorithm},
		"the PEM of a key as a secret":   {f.hmac(nil, block), noAlgorithm},
		"the DER of a key as a secret":   {f.hmac(nil, der), noAlgorithm},
		"the JWK of a key as a secret":   {f.hmac(nil, []byte(asJSON(f.t, f.rs.Public()))), noAlgorithm},
		"an empty secret":                {f.hmac(headers{"kid": nil}, nil), noAlgorithm},
		"signed by HMAC, says RS256":     {f.hmac(headers{"alg": "RS256"}, block), notByItsKey},
		"signed by ES256, says RS256":    {f.with(f.es, headers{"alg": "RS256", "kid": f.rs.ID}, nil), notByItsKey},
		"signed by RS256, says ES256":    {f.with(f.rs, headers{"alg": "ES256", "kid": f.es.ID}, nil), notByItsKey},
		"signed by ES256, says EdDSA":    {f.with(f.es, headers{"alg": "EdDSA", "kid": f.ed.ID}, nil), notByItsKey},
		"signed by EdDSA, says ES256":    {f.with(f.ed, headers{"alg": "ES256", "kid": f.es.ID}, nil), notByItsKey},
		"an RSA key's name under ES256":  {f.with(f.es, headers{"kid": f.rs.ID}, nil), noSuchKey},
		"an EdDSA key's name under PS":   {f.with(f.rs, headers{"alg": "PS256", "kid": f.ed.ID}, nil), noSuchKey},
		"a key's other algorithm":        {f.with(f.rs, headers{"alg": "PS256"}, nil), noSuchKey},
		"an algorithm that is not named": {rs.Sign(f.t, rs.Header(), f.own.Claims(insider, nil)), noAlgorithm},
		"a curve that is not named":      {f.with(f.es, headers{"alg": "ES384"}, nil), noAlgorithm},
		"an algorithm in another case":   {f.with(f.es, headers{"alg": "es256"}, nil), noAlgorithm},
		"no algorithm":                   {f.with(f.es, headers{"alg": nil}, nil), noAlgorithm},
		"a list of algorithms":           {f.with(f.es, headers{"alg": []string{"ES256"}}, nil), noAlgorithm},
		"another key":                    {f.with(f.strange, nil, nil), notByItsKey},
		"another key without a name":     {f.with(f.strange, headers{"kid": nil}, nil), noSuchKey},
		"a signature of nothing":         {f.zeroes(), notByItsKey},
	}
}

// zeroes is a token whose ECDSA signature is r = s = 0.
func (f *forger) zeroes() string {
	good := f.own.Token(f.t, f.es, insider)
	length := 2 * elliptic.P256().Params().BitSize / 8
	return good[:strings.LastIndexByte(good, '.')+1] + base64.RawURLEncoding.EncodeToString(make([]byte, length))
}

func (f *forger) keyNames() map[string]attack {
	named := func(name any) string { return f.with(f.strange, headers{"kid": name}, nil) }
	return map[string]attack{
		"a key's name that there never was": {named("never"), noSuchKey},
		"a path as a key's name":            {named("../../../../../../dev/null"), noSuchKey},
		"SQL as a key's name":               {named("' UNION SELECT 'key"), noSuchKey},
		"a URL as a key's name":             {named(f.place), noSuchKey},
		"a command as a key's name":         {named("first|sleep 5"), noSuchKey},
		"a key's name cut off by NUL":       {named("first\x00never"), noSuchKey},
		"a huge name of a key":              {named(strings.Repeat("k", 257)), noKeyName},
		"an empty name of a key":            {named(""), noKeyName},
		"a number for a key's name":         {named(1), noKeyName},
		"a list of key's names":             {named([]string{"first"}), noKeyName},
		"null for a key's name":             {f.text(`{"alg":"ES256","kid":null}`, `{{good}}`), noKeyName},
		"two names of keys":                 {f.text(`{{head},"kid":"first"}`, `{{good}}`), noHeader},
		"another key's name":                {f.with(f.es, headers{"kid": f.ed.ID}, nil), noSuchKey},
	}
}

// brought are tokens that bring the key along that signed them.
func (f *forger) brought() map[string]attack {
	bring := func(name string, value any) string { return f.with(f.strange, headers{name: value}, nil) }
	unnamed := func(name string, value any) string { return f.with(f.strange, headers{name: value, "kid": nil}, nil) }
	return map[string]attack{
		"its own jwk":               {bring("jwk", f.strange.Public()), notByItsKey},
		"its own jwk and no name":   {unnamed("jwk", f.strange.Public()), noSuchKey},
		"its own jwk, another name": {f.with(f.strange, headers{"jwk": f.strange.Public(), "kid": "mine"}, nil), noSuchKey},
		"its own jku":               {bring("jku", f.place), notByItsKey},
		"its own jku and no name":   {unnamed("jku", f.place), noSuchKey},
		"its own x5u":               {unnamed("x5u", f.place), noSuchKey},
		"its own x5c":               {unnamed("x5c", []string{"AAAA"}), noSuchKey},
		"its own issuer's keys":     {f.strange.Sign(f.t, f.strange.Header(), f.own.Claims(insider, facts{"jwks_uri": f.place})), notByItsKey},
	}
}

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func (f *forger) shapes() map[string]attack {
	good := f.own.Token(f.t, f.es, insider)
	parts := strings.Split(good, ".")
	last := strings.IndexByte(base64url, good[len(good)-1]) // four of its six bits count
	return map[string]attack{
		"garbage":                  {"garbage", noToken},
		"dots":                     {"..", noToken},
		"two parts":                {parts[0] + "." + parts[1], noToken},
		"no signature":             {parts[0] + "." + parts[1] + ".", noToken},
		"a fourth part":            {good + ".AAAA", noToken},
		"five parts":               {good + ".AAAA.AAAA", noToken},
		"a nested JWE":             {base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT"}`)) + ".AA.AA.AA.AA", noToken},
		"JSON serialization":       {fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, parts[0], parts[1], parts[2]), noToken},
		"padding":                  {parts[0] + "=." + parts[1] + "." + parts[2], noToken},
		"base64 that is not url's": {parts[0] + "." + parts[1] + ".+/" + parts[2][2:], noToken},
		"something behind":         {good + " x", noToken},
		"another spelling":         {good[:len(good)-1] + base64url[last+1:last+2], "its signature is not written as one"},
		"encrypted":                {f.with(f.es, headers{"enc": "A256GCM"}, nil), "its header has enc"},
		"a token in a token":       {f.with(f.es, headers{"cty": "JWT"}, nil), "its header has cty"},
		"compressed":               {f.with(f.es, headers{"zip": "DEF"}, nil), "its header has zip"},
		"critical":                 {f.with(f.es, headers{"crit": []string{"exp"}}, nil), "its header has crit"},
		"critical, and empty":      {f.with(f.es, headers{"crit": []string{}}, nil), "its header has crit"},
		"a payload not encoded":    {f.with(f.es, headers{"b64": false}, nil), "its header has b64"},
		"a logout token":           {f.with(f.es, headers{"typ": "logout+jwt"}, nil), noType},
		"a DPoP proof":             {f.with(f.es, headers{"typ": "dpop+jwt"}, nil), noType},
		"a type that is none":      {f.with(f.es, headers{"typ": 7}, nil), noType},
		"a list for a header":      {f.text(`["ES256"]`, `{{good}}`), noHeader},
		"a header and more":        {f.text(`{{head}} {}`, `{{good}}`), noHeader},
		"two algorithms":           {f.text(`{{head},"alg":"none"}`, `{{good}}`), noHeader},
		"a list for claims":        {f.text(`{{head}}`, `[{{good}}]`), noClaims},
		"claims cut off":           {f.text(`{{head}}`, `{{good}`), noClaims},
		"two subjects":             {f.text(`{{head}}`, `{{good},"sub":"birch coordinator"}`), noClaims},
		"two ends":                 {f.text(`{{head}}`, `{"exp":1,{good}}`), noClaims},
		"two issuers":              {f.text(`{{head}}`, `{"iss":"https://one.example",{good}}`), noClaims},
		"two subjects, escaped":    {f.text(`{{head}}`, `{{good},"s\u0075b":"birch coordinator"}`), noClaims},
		"letters that are none":    {f.text(`{{head}}`, "{{good},\"x\":\"\xff\"}"), noClaims},
		"huge":                     {f.with(f.es, nil, facts{"x": strings.Repeat("x", 8<<10)}), tooLong},
		"deep":                     {f.text(`{{head}}`, `{{good},"x":`+strings.Repeat("[", 5_000)+strings.Repeat("]", 5_000)+`}`), tooLong},
		"claims that were changed": {f.edited(1, func(s string) string { return strings.Replace(s, insider, "operator", 1) }), notByItsKey},
		"an end that was moved":    {f.edited(1, func(s string) string { return strings.Replace(s, `"exp":1`, `"exp":2`, 1) }), notByItsKey},
		"a header that was changed": {
			f.edited(0, func(s string) string { return strings.Replace(s, "at+jwt", "jwt", 1) }), notByItsKey,
		},
		"another token's signature": {parts[0] + "." + parts[1] + "." + strings.Split(f.own.Token(f.t, f.es, "operator"), ".")[2], notByItsKey},
	}
}

func (f *forger) moments() map[string]attack {
	at := func(name string, value any) string { return f.with(f.es, nil, facts{name: value}) }
	second := now.Unix()
	return map[string]attack{
		"expired":                 {at("exp", second-1), over},
		"expires now":             {at("exp", second), over},
		"expired long ago":        {at("exp", 1), over},
		"no end":                  {at("exp", nil), noEnd},
		"null for an end":         {at("exp", json.RawMessage("null")), noEnd},
		"a text for an end":       {at("exp", strconv.FormatInt(second+60, 10)), noEnd},
		"an end that never comes": {at("exp", json.RawMessage("1e300")), noEnd},
		"an end below zero":       {at("exp", -5), noEnd},
		"a list for an end":       {at("exp", []int64{second + 60}), noEnd},
		"an end in another case":  {f.with(f.es, nil, facts{"exp": nil, "EXP": second + 60}), noEnd},
		"begins after the leeway": {at("nbf", second+31), notYet},
		"begins in four minutes":  {at("nbf", second+240), notYet}, // which go-oidc lets in
		"begins tomorrow":         {at("nbf", second+86_400), notYet},
		"a text for a beginning":  {at("nbf", "now"), noBeginning},
		"a beginning as text":     {at("nbf", strconv.FormatInt(second, 10)), noBeginning},
		"issued tomorrow":         {at("iat", second+86_400), inTheFuture},
	}
}

func (f *forger) audiences() map[string]attack {
	to := func(audience any) string { return f.with(f.es, nil, facts{"aud": audience}) }
	return map[string]attack{
		"another audience":           {to("another"), noAudience},
		"other audiences":            {to([]string{"another", "third"}), noAudience},
		"no audience":                {to(nil), noAudience},
		"an empty audience":          {to(""), noAudience},
		"no audiences":               {to([]string{}), noAudience},
		"an audience in other case":  {to(strings.ToUpper(issuer.Audience)), noAudience},
		"an audience that begins so": {to(issuer.Audience + "-2"), noAudience},
		"an audience in a text":      {to(issuer.Audience + " another"), noAudience},
		"audiences in a list":        {to([]any{[]string{issuer.Audience}}), noAudience},
		"an audience and a number":   {to([]any{issuer.Audience, 1}), noAudience},
		"an object for an audience":  {to(facts{"aud": issuer.Audience}), noAudience},
		"the development's audience": {to(identity.DevAudience), noAudience},
		"an audience of other case":  {f.with(f.es, nil, facts{"aud": nil, "AUD": issuer.Audience}), noAudience},
	}
}

func (f *forger) names() map[string]attack {
	of := func(subject any) string { return f.with(f.es, nil, facts{"sub": subject}) }
	by := func(issuer any) string { return f.with(f.es, nil, facts{"iss": issuer}) }
	return map[string]attack{
		"no subject":                   {of(nil), nobody},
		"an empty subject":             {of(""), nobody},
		"a number for a subject":       {of(42), nobody},
		"a list for a subject":         {of([]string{insider}), nobody},
		"an object for a subject":      {of(facts{"id": insider}), nobody},
		"a huge subject":               {of(strings.Repeat("s", 256)), nobody},
		"a subject with NUL":           {of(insider + "\x00"), nobody},
		"a subject in other case":      {f.with(f.es, nil, facts{"sub": nil, "SUB": insider}), nobody},
		"half a letter":                {f.text(`{{head}}`, strings.Replace(asJSON(f.t, f.own.Claims("half", nil)), "half", `half\ud800`, 1)), nobody},
		"an unknown issuer":            {by(f.anotherTrust.URL), noSuchIssuer},
		"no issuer":                    {by(nil), noSuchIssuer},
		"an empty issuer":              {by(""), noSuchIssuer},
		"a list for an issuer":         {by([]string{f.own.URL}), noSuchIssuer},
		"an issuer with a slash":       {by(f.own.URL + "/"), noSuchIssuer},
		"an issuer in other case":      {by(strings.ToUpper(f.own.URL)), noSuchIssuer},
		"the development issuer":       {f.with(f.es, nil, facts{"iss": identity.DevIssuerName, "aud": identity.DevAudience}), noSuchKey},
		"a district's, by our key":     {f.rs.Sign(f.t, f.rs.Header(), f.theirs.Claims(insider, nil)), noSuchKey},
		"the other's by its key":       {f.strange.Sign(f.t, f.strange.Header(), f.theirs.Claims(insider, nil)), notByItsKey},
		"a district's, of a foreigner": {f.theirs.Token(f.t, f.es, insider), ""},
		"a subject nobody knows":       {of("nobody at all"), ""},
		"a subject of another issuer":  {of("coordinator:" + alderCode), ""},
		"a subject that begins so":     {of(insider + " "), ""},
	}
}

// TestAttacksOnTokens sends each through HTTP. The caller learns the same of all of
// them; the log says what is wrong, so that a token is not refused by chance.
func TestAttacksOnTokens(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	for name, token := range f.good() {
		f.private.expect(t, name, token, http.StatusOK)
	}
	for name, one := range f.attacks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i, log := *f.private, &logbook{}
			i.start(t, log)
			i.issuers.ReadTable(t.Context())
			got := anonymous(t, i.url, "Bearer "+one.token).ask(`{ viewer { id } }`, nil)
			got.refused("UNAUTHENTICATED")
			if got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") != "Bearer" || got.Data != nil ||
				got.Errors[0].Message != "the token is not accepted: get a new one, then try again" {
				t.Errorf("status %d, %s", got.status, got.body)
			}
			looked := slices.ContainsFunc(got.statements, func(statement string) bool { return strings.Contains(statement, "identify(") })
			if said := asJSON(t, one.reason); !strings.Contains(log.String(), `"reason":`+said) || looked != (one.reason == "") {
				t.Errorf("the log does not say %s, or it was looked up: %v\n%s", said, got.statements, log)
			}
			if unknown := strings.Contains(log.String(), `"unknown_subject":true`); unknown != looked {
				t.Errorf("the log says of a subject that is not known: %v\n%s", unknown, log)
			}
			if len(one.token) > len("garbage") {
				checkLog(t, log.String(), one.token)
			}
		})
	}
	t.Cleanup(func() {
		if visits := f.visited.Load(); visits > 0 {
			t.Errorf("what tokens point to was visited %d times", visits)
		}
	})
}

// TestTokensElsewhere: a token is taken from one header alone.
func TestTokensElsewhere(t *testing.T) {
	t.Parallel()
	i := install(t)
	token := i.own.Token(t, i.key, insider)
	for name, ask := range map[string]func(*http.Request){
		"in the query":         func(r *http.Request) { r.URL.RawQuery = "access_token=" + token },
		"as a cookie":          func(r *http.Request) { r.Header.Set("Cookie", "access_token="+token) },
		"of a proxy":           func(r *http.Request) { r.Header.Set("Proxy-Authorization", "Bearer "+token) },
		"as a password":        func(r *http.Request) { r.SetBasicAuth(insider, token) },
		"another's before it":  func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer x", "Bearer " + token} },
		"another's behind it":  func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer " + token, "Bearer x"} },
		"twice in one header":  func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token+", Bearer "+token) },
		"in the body's header": func(r *http.Request) { r.Header.Set("X-Authorization", "Bearer "+token) },
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, i.url+"/graphql", strings.NewReader(`{"query":"{ viewer { id } }"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		ask(request)
		got := (&client{t: t, url: i.url, header: request.Header}).do(request)
		if got.status != http.StatusUnauthorized {
			t.Errorf("%s: status %d, %s", name, got.status, got.body)
		}
		checkLog(t, i.log.String(), token)
	}
	i.expect(t, "in its place", token, http.StatusOK)
}

// TestEveryLetterCounts changes a good token letter by letter: none is accepted.
func TestEveryLetterCounts(t *testing.T) {
	t.Parallel()
	i := install(t)
	token := i.own.Token(t, i.key, insider)
	i.expect(t, "as it is", token, http.StatusOK)
	for at := range token {
		for _, letter := range []byte("A_.") {
			if token[at] == letter {
				continue
			}
			changed := []byte(token)
			changed[at] = letter
			// A name of a key that is not known asks the issuer: its own test has those.
			bounded, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			if name, err := i.issuers.Verify(bounded, string(changed)); err == nil {
				t.Errorf("letter %d of %d may be %q: %+v", at, len(token), letter, name)
			}
			cancel()
		}
	}
}
