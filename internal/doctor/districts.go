package doctor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// district is what the doctor knows of one.
type district struct {
	id    uuid.UUID
	code  string
	zone  string
	today time.Time // in its zone, at midnight UTC; in UTC where the zone is unknown
}

// allDistricts asks once, under the owner's login: it alone sees which districts
// there are.
func (p *patient) allDistricts(ctx context.Context) ([]district, error) {
	if p.asked {
		return p.districts, nil
	}
	all, err := rows(ctx, p.owner, func(r *sql.Rows, d *district) error { return r.Scan(&d.id, &d.code, &d.zone) },
		"SELECT id, local_id, time_zone FROM district ORDER BY local_id")
	if err != nil {
		return nil, err
	}
	for i, one := range all {
		zone, err := loadZone(one.zone)
		if err != nil {
			zone = time.UTC
		}
		year, month, day := p.Now().In(zone).Date()
		all[i].today = time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	p.districts, p.asked = all, true
	return all, nil
}

// loadZone takes the names of the time zone database alone: "" and "Local" are
// names to Go.
func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, errors.New("no name of a time zone")
	}
	return time.LoadLocation(name)
}

// eachDistrict makes a check of each district in its scope, under the owner's
// login, which row-level security binds too.
func (p *patient) eachDistrict(ctx context.Context, fine string, look func(context.Context, district) ([]Finding, error)) ([]Finding, error) {
	all, err := p.allDistricts(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return []Finding{ok("there is no district yet")}, nil
	}
	var findings []Finding
	for _, one := range all {
		found, err := look(tenant.With(ctx, tenant.Scope{District: one.id}), one)
		if err != nil {
			return findings, err
		}
		for i := range found {
			found[i].Found = "district " + one.code + ": " + found[i].Found
		}
		findings = append(findings, found...)
	}
	return orOK(findings, fine), nil
}

func checkTimeZones(ctx context.Context, p *patient) ([]Finding, error) {
	if _, err := loadZone("America/Chicago"); err != nil {
		return []Finding{fail("this machine has no time zone database", "install tzdata")}, nil //nolint:nilerr // the line says it
	}
	return p.eachDistrict(ctx, "every district's is known", func(_ context.Context, d district) ([]Finding, error) {
		if _, err := loadZone(d.zone); err != nil {
			return []Finding{fail(fmt.Sprintf("its time zone %q is unknown", d.zone), //nolint:nilerr // the line says it
				"as the owner: UPDATE district SET time_zone to a name such as America/Chicago, in the district's scope; or install a newer tzdata")}, nil
		}
		return nil, nil
	})
}

func checkPolicies(ctx context.Context, p *patient) ([]Finding, error) {
	return p.eachDistrict(ctx, "every district has one in force", func(ctx context.Context, d district) ([]Finding, error) {
		var version int
		var document []byte
		err := row(ctx, p.owner, []any{&version, &document}, `SELECT version, document FROM district_policy
			WHERE district_id = $1 AND starts_on <= $2 ORDER BY version DESC LIMIT 1`, d.id, d.today)
		if errors.Is(err, sql.ErrNoRows) {
			return []Finding{fail("it has no policy in force, so neither imports nor figures work", "give it a version that starts today or earlier")}, nil
		}
		if err != nil {
			return nil, err
		}
		if _, err := policy.Parse(document); err != nil {
			return []Finding{fail(fmt.Sprintf("its policy version %d cannot be used: %s", version, oneLine(err.Error())),
				"give it a corrected version that starts today or earlier; figures and flags stand still until then")}, nil
		}
		return nil, nil
	})
}
