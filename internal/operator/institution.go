package operator

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/supportmenu"
)

// Institution is a region, district or agency, by name.
type Institution struct {
	ID      relay.ID
	LocalID string
	Name    string
}

func (o object) institution(prefix relay.Prefix) *Institution {
	return &Institution{ID: relay.NewID(prefix, o.ID), LocalID: o.LocalID, Name: o.Name}
}

// NewInstitution is a region or agency that is to be made.
type NewInstitution struct {
	LocalID string
	Name    string
}

// RegionMade is what came of making a region.
type RegionMade struct {
	Result

	Region *Institution
}

// AgencyMade is what came of making an agency.
type AgencyMade struct {
	Result

	Agency *Institution
}

// CreateRegion makes a region.
func CreateRegion(ctx context.Context, op *operation.Operation, asked NewInstitution) (RegionMade, error) {
	institution, result, err := create(ctx, op, asked, "region", relay.Region)
	return RegionMade{result, institution}, err
}

// CreateAgency makes an agency, which takes referrals of any district that has an
// agreement with it.
func CreateAgency(ctx context.Context, op *operation.Operation, asked NewInstitution) (AgencyMade, error) {
	institution, result, err := create(ctx, op, asked, "agency", relay.Agency)
	return AgencyMade{result, institution}, err
}

func create(
	ctx context.Context, op *operation.Operation, asked NewInstitution, what string, prefix relay.Prefix,
) (*Institution, Result, error) {
	if !op.Reader.May(access.Operate) {
		return nil, Result{}, ErrForbidden
	}
	if problems := trim(code("localId", &asked.LocalID), name("name", &asked.Name)); problems != nil {
		return nil, Result{problems}, nil
	}
	function := map[string]string{
		"region": "create_region({who}, {id}, {code}, {name})", "agency": "create_agency({who}, {id}, {code}, {name})",
	}[what]
	got, err := call(ctx, op, function, reach.Values{"code": asked.LocalID, "name": asked.Name})
	if err != nil {
		return nil, Result{}, err
	}
	problems, err := obstacles{stands: taken(what, asked.LocalID)}.of(got.Status)
	return got.Object.institution(prefix), Result{problems}, err
}

// NewDistrict is a district that is to be made.
type NewDistrict struct {
	LocalID  string
	Name     string
	Region   *string // the region's code; nil: none
	State    *string // two letters; nil: not said
	TimeZone string  // an IANA name
}

// DistrictMade is what came of making a district.
type DistrictMade struct {
	Result

	District *Institution
}

var stateCode = regexp.MustCompile(`^([A-Z]{2})?$`)

// CreateDistrict makes a district, with a policy that leaves everything at the
// defaults from today on, and the support menu that every district begins with.
func CreateDistrict(ctx context.Context, op *operation.Operation, asked NewDistrict, now time.Time) (DistrictMade, error) {
	if !op.Reader.May(access.Operate) {
		return DistrictMade{}, ErrForbidden
	}
	region, state := valueOf(asked.Region), valueOf(asked.State)
	problems := trim(code("localId", &asked.LocalID), name("name", &asked.Name), text{"region", &region, maxCode, true}, name("timeZone", &asked.TimeZone))
	zone, known := zoneOf(asked.TimeZone)
	switch {
	case problems != nil:
		return DistrictMade{Result: Result{problems}}, nil
	case !stateCode.MatchString(state):
		return DistrictMade{Result: Result{problem(operation.Invalid, "state", "is no state: give its two letters, such as TX")}}, nil
	case !known:
		return DistrictMade{Result: Result{problem(operation.Invalid, "timeZone", "is no time zone: name one such as America/Chicago")}}, nil
	}
	document, err := json.Marshal(policy.Default())
	if err != nil {
		return DistrictMade{}, fmt.Errorf("write the default policy: %w", err)
	}
	menu, err := supportmenu.Rows()
	if err != nil {
		return DistrictMade{}, err
	}
	got, err := call(ctx, op, "create_district({who}, {id}, {code}, {name}, {region}, {state}, {zone}, {policy}, {day}, {menu})", reach.Values{
		"code": asked.LocalID, "name": asked.Name, "region": region, "state": state, "zone": asked.TimeZone, "policy": string(document),
		"day": now.In(zone).Format(time.DateOnly), "menu": menu,
	})
	if err != nil {
		return DistrictMade{}, err
	}
	problems, err = obstacles{stands: taken("district", asked.LocalID), missing: unknown("region", "region", region)}.of(got.Status)
	if got.Status == missing {
		return DistrictMade{Result: Result{problems}}, err
	}
	return DistrictMade{Result{problems}, got.Object.institution(relay.District)}, err
}

// zoneOf gives a time zone that both Go and PostgreSQL know by that name: Local is
// Go's own, for whatever the machine is set to.
func zoneOf(name string) (zone *time.Location, known bool) {
	zone, err := time.LoadLocation(name)
	return zone, err == nil && name != "Local"
}

func valueOf(given *string) string {
	if given == nil {
		return ""
	}
	return *given
}
