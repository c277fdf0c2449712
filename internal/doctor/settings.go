package doctor

import (
	"context"
	"fmt"
	"net/url"
	"strings"
)

func checkSettings(_ context.Context, p *patient) ([]Finding, error) {
	var findings []Finding
	for _, problem := range p.Settings {
		findings = append(findings, fail(oneLine(problem.Error()), "change the setting, as holdfast help explains it"))
	}
	return orOK(findings, "they can be read and go together"), nil
}

// checkURLs reads the connection strings without using them. None is ever shown.
func checkURLs(_ context.Context, p *patient) ([]Finding, error) {
	if p.Embedded {
		return nil, nil
	}
	if p.Logins.Application == "" {
		return []Finding{fail("there is none", "give --database-url, or leave it out for the embedded PostgreSQL")}, nil
	}
	var findings []Finding
	for _, login := range p.Logins.all() {
		findings = append(findings, checkURL(login)...)
	}
	if p.Logins.Owner == "" {
		findings = append(findings, warn("the owner's is not given: migrations, new districts and half of this doctor need it",
			"give --database-owner-url to those who run them"))
	}
	return orOK(findings, "they can be read"), nil
}

func checkURL(login loginURL) []Finding {
	whose := "the " + login.name + "'s"
	if !strings.Contains(login.url, "://") {
		return []Finding{warn(whose+" is not written as a URL, so its parts were not looked at",
			"write it as postgres://login@host/database?sslmode=verify-full")}
	}
	parsed, err := url.Parse(login.url)
	if err != nil {
		return []Finding{fail(whose+" cannot be read", "write it as postgres://login@host/database?sslmode=verify-full; "+
			"signs such as @ and / in a password are written %40 and %2F")}
	}
	host := parsed.Query().Get("host")
	if host == "" {
		host = parsed.Hostname()
	}
	if mode := parsed.Query().Get("sslmode"); !nearby(host) && !verifies(mode) {
		return []Finding{warn(fmt.Sprintf("%s goes to another machine with sslmode=%s: records could be read or changed on the way", whose, orDefault(mode)),
			"add sslmode=verify-full, and sslrootcert where the server's certificate needs one")}
	}
	return nil
}

// nearby says that what goes there does not leave the machine.
func nearby(host string) bool {
	return host == "" || strings.HasPrefix(host, "/") || host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1"
}

func verifies(sslmode string) bool { return sslmode == "verify-full" || sslmode == "verify-ca" }

func orDefault(sslmode string) string {
	if sslmode == "" {
		return "require, the driver's own"
	}
	return sslmode
}

// loginURL is one login's connection string.
type loginURL struct{ name, url string }

// all gives the logins that are configured.
func (l Logins) all() []loginURL {
	var configured []loginURL
	for _, one := range []loginURL{{"application", l.Application}, {"owner", l.Owner}, {"partner", l.Partner}, {"region", l.Region}} {
		if one.url != "" {
			configured = append(configured, one)
		}
	}
	return configured
}
