package doctor

import (
	"context"
	"fmt"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// openLogins opens each login that is configured.
func openLogins(ctx context.Context, p *patient) ([]Finding, error) {
	if p.Embedded && p.server == nil {
		return nil, nil // joinEmbedded has said it
	}
	pools := map[string]**postgres.DB{"application": &p.application, "owner": &p.owner, "partner": &p.partner, "region": &p.region}
	var findings []Finding
	for _, login := range p.Logins.all() {
		db, err := p.open(ctx, login.url, p.TransactionPooler && login.name == "application")
		if err != nil {
			findings = append(findings, fail("the "+login.name+"'s does not get in: "+reason(err), p.letIn(login.name)))
			continue
		}
		*pools[login.name] = db
		var name string
		if err := row(ctx, db, []any{&name}, "SELECT current_user"); err != nil {
			return findings, err
		}
		findings = append(findings, ok(fmt.Sprintf("the %s's gets in, as %s", login.name, name)))
	}
	return findings, nil
}

func (p *patient) letIn(login string) string {
	if p.Embedded {
		return "run: holdfast migrate up; it makes the logins and the database where they are missing"
	}
	return "check the server, pg_hba.conf, and the host, login, password and database that the " + login + "'s URL names"
}

// checkOneDatabase: the URLs of one installation lead to one database. A
// migration under the owner's would else mend another than the one that serves.
func checkOneDatabase(ctx context.Context, p *patient) ([]Finding, error) {
	var findings []Finding
	var first string
	for _, login := range p.opened() {
		var place string
		err := row(ctx, login.db, []any{&place}, `SELECT current_database() || ' ' || oid || ' ' || pg_postmaster_start_time()
			FROM pg_database WHERE datname = current_database()`)
		if err != nil {
			return findings, err
		}
		if first == "" {
			first = place
		}
		if place != first {
			findings = append(findings, fail("the "+login.name+"'s leads to another database than the "+p.opened()[0].name+"'s", "correct the one that is wrong"))
		}
	}
	return orOK(findings, "every login leads to the same"), nil
}

// openLogin is a login that got in.
type openLogin struct {
	name string
	db   *postgres.DB
}

// opened gives the logins that got in.
func (p *patient) opened() []openLogin {
	var all []openLogin
	for _, one := range []openLogin{{"application", p.application}, {"owner", p.owner}, {"partner", p.partner}, {"region", p.region}} {
		if one.db != nil {
			all = append(all, one)
		}
	}
	return all
}
