package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	discoveryPath = "/.well-known/openid-configuration"
	maxDiscovery  = 1 << 20 // bytes
	// issuerPatience is how long a server waits for an issuer, too.
	issuerPatience = 5 * time.Second
	// issuerDrift is how far ahead an issuer's clock may be before its new tokens
	// are refused; a second more, since the header that tells it has whole seconds.
	issuerDrift = 30*time.Second + time.Second
)

// checkIssuers asks each issuer for its discovery document, as a server does.
func checkIssuers(ctx context.Context, p *patient) ([]Finding, error) {
	issuers, err := words(ctx, p.someone(), "SELECT url FROM public.issuer WHERE withdrawn_at IS NULL ORDER BY 1")
	if err != nil {
		return nil, err
	}
	if p.Issuer != "" && !slices.Contains(issuers, p.Issuer) {
		issuers = append([]string{p.Issuer}, issuers...)
	}
	if len(issuers) == 0 {
		return nil, nil
	}
	var findings []Finding
	for _, issuer := range issuers {
		findings = append(findings, p.ask(ctx, issuer)...)
	}
	return orOK(findings, "they answer, and their clocks agree with this machine's: "+few(issuers)), nil
}

// ask gives what is wrong with an issuer; nothing when nothing is.
func (p *patient) ask(ctx context.Context, issuer string) []Finding {
	asked := p.Now()
	date, err := p.discover(ctx, issuer)
	answered := p.Now()
	if err != nil {
		return []Finding{fail(issuer+": "+err.Error()+", so its tokens are refused",
			"see that this machine reaches "+strings.TrimSuffix(issuer, "/")+discoveryPath+", and that the issuer is written as it calls itself")}
	}
	middle := asked.Add(answered.Sub(asked) / 2)
	if apart := date.Sub(middle).Abs(); !date.IsZero() && apart > issuerDrift+answered.Sub(asked)/2 {
		return []Finding{warn(fmt.Sprintf("%s: its clock and this machine's are %s apart", issuer, apart.Round(time.Second)),
			"keep this machine by NTP: tokens go by the clock")}
	}
	return nil
}

// discover reads the issuer's document, and gives the moment that it was sent; zero:
// it does not say.
func (p *patient) discover(ctx context.Context, issuer string) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, issuerPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(issuer, "/")+discoveryPath, nil)
	if err != nil {
		return time.Time{}, errors.New("it is no address")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: p.Transport}
	response, err := client.Do(request)
	if unanswered, ok := errors.AsType[*url.Error](err); ok {
		return time.Time{}, fmt.Errorf("it does not answer (%w)", unanswered.Err)
	}
	if err != nil {
		return time.Time{}, errors.New("it does not answer")
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return time.Time{}, fmt.Errorf("it answers with status %d", response.StatusCode)
	}
	var document struct {
		Issuer string `json:"issuer"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxDiscovery)).Decode(&document); err != nil {
		return time.Time{}, errors.New("its discovery document is no JSON")
	}
	if document.Issuer != issuer {
		return time.Time{}, errors.New("its discovery document names another issuer")
	}
	date, _ := http.ParseTime(response.Header.Get("Date"))
	return date, nil
}

// checkIssuerBounds: a district's issuer names principals of that district alone,
// and what holds the tables to that is in place.
func checkIssuerBounds(ctx context.Context, p *patient) ([]Finding, error) {
	free, err := words(ctx, p.someone(), `SELECT t.name FROM (VALUES ('identity'), ('issuer')) AS t (name) WHERE NOT EXISTS (SELECT FROM pg_trigger g
		WHERE g.tgrelid = ('public.' || t.name)::regclass AND g.tgname = 'identity_of_issuer' AND g.tgenabled IN ('O', 'A')) ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, table := range free {
		findings = append(findings, fail("nothing holds "+table+" to it: its trigger identity_of_issuer is missing or off",
			"ALTER TABLE "+table+" ENABLE TRIGGER identity_of_issuer, or restore it from the migrations"))
	}
	if p.owner != nil { // the application may not read who is who
		outside, err := words(ctx, p.owner, `SELECT DISTINCT i.url FROM public.issuer i JOIN public.identity n ON n.issuer = i.url
			WHERE i.district_id IS NOT NULL AND n.district_id IS DISTINCT FROM i.district_id ORDER BY 1`)
		if err != nil {
			return findings, err
		}
		for _, issuer := range outside {
			findings = append(findings, fail(issuer+" names principals outside its district", "find out who wrote them, then remove those rows of identity"))
		}
	}
	return orOK(findings, "a district's issuer names principals of that district alone"), nil
}
