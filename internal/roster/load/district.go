package load

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/store"
	"github.com/holdfast-edu/holdfast/internal/supportmenu"
)

// ErrUnknownDistrict is a code that no district has.
var ErrUnknownDistrict = errors.New("no district has this code")

// ErrTimeZone is a time zone that does not exist.
var ErrTimeZone = errors.New("--time-zone")

// FindDistrict gives the district with the code.
func FindDistrict(ctx context.Context, db *postgres.DB, code string) (District, error) {
	var found District
	err := db.Read(ctx, func(tx *postgres.Tx) error {
		err := tx.SQL().QueryRowContext(ctx, `SELECT id, name, time_zone FROM find_district($1)`, code).Scan(&found.ID, &found.Name, &found.TimeZone)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrUnknownDistrict
		}
		return err
	})
	if err != nil {
		return District{}, fmt.Errorf("find the district %q: %w", code, err)
	}
	return found, nil
}

// Today gives the district's day at the moment, at midnight UTC.
func (d District) Today(now time.Time) (time.Time, error) {
	zone, err := time.LoadLocation(d.TimeZone)
	if err != nil {
		return time.Time{}, fmt.Errorf("the district's time zone %q is not known", d.TimeZone)
	}
	return dayIn(now, zone), nil
}

// newDistrict is a district, and its region, that a load makes.
type newDistrict struct {
	id       uuid.UUID
	region   *roster.Region
	district roster.District
	timeZone string
}

// PlanDistrict reads from the export what a new district is called and where it
// is; the load then makes it. The time zone, when empty, is that of most of the
// district's state.
func PlanDistrict(ctx context.Context, source Source, code, timeZone string) (District, error) {
	found := &organizations{code: code, regions: map[string]roster.Region{}}
	if err := source.Read(ctx, found, func(int64, int64) {}); err != nil {
		return District{}, err
	}
	if found.district == nil {
		return District{}, fmt.Errorf("the export has no local education agency with the id %s: check --district, or load an export that has it", code)
	}
	if timeZone == "" {
		timeZone = zonesOfStates[found.district.State]
	}
	if timeZone == "" {
		return District{}, errors.New("the export does not say in which state the district is: name its time zone with --time-zone, such as America/Chicago")
	}
	if _, err := time.LoadLocation(timeZone); err != nil {
		return District{}, fmt.Errorf("%w: %q is not known, name one such as America/Chicago", ErrTimeZone, timeZone)
	}
	plan := &newDistrict{id: uuid.Must(uuid.NewV7()), district: *found.district, timeZone: timeZone}
	if region, known := found.regions[found.district.RegionCode]; known {
		plan.region = &region
	}
	return District{ID: plan.id, Name: plan.district.Name, TimeZone: timeZone, create: plan}, nil
}

// organizations is a sink that keeps regions and the one district.
type organizations struct {
	code     string
	regions  map[string]roster.Region
	district *roster.District
}

func (o *organizations) Put(_ context.Context, row any) error {
	switch r := row.(type) {
	case roster.Region:
		o.regions[r.Code] = r
	case roster.District:
		if r.Code == o.code {
			o.district = &r
		}
	}
	return nil
}

func (*organizations) Reject(context.Context, any, []roster.Issue) error { return nil }
func (*organizations) Tolerate(context.Context, roster.Issue) error      { return nil }
func (*organizations) Cover(roster.Coverage) error                       { return nil }
func (*organizations) PassOver(string) error                             { return nil }

// insert makes the region if it is missing, the district, and its first policy,
// which leaves everything at the defaults.
func (n *newDistrict) insert(ctx context.Context, tx *postgres.Tx, today time.Time) error {
	var region *uuid.UUID
	if n.region != nil {
		region = new(uuid.UUID)
		err := tx.SQL().QueryRowContext(ctx, `INSERT INTO region (id, local_id, name) VALUES ($1, $2, $3)
			ON CONFLICT (local_id) DO UPDATE SET name = excluded.name RETURNING id`, newID(), n.region.Code, n.region.Name).Scan(region)
		if err != nil {
			return fmt.Errorf("make the region: %w", err)
		}
	}
	client := store.Client(tx)
	err := client.District.Create().SetID(n.id).SetNillableRegionID(region).SetLocalID(n.district.Code).SetName(n.district.Name).
		SetState(n.district.State).SetTimeZone(n.timeZone).Exec(ctx)
	if err != nil {
		return fmt.Errorf("make the district: %w", err)
	}
	document, err := json.Marshal(policy.Default())
	if err != nil {
		return fmt.Errorf("write the default policy: %w", err)
	}
	err = client.DistrictPolicy.Create().SetDistrictID(n.id).SetVersion(1).SetStartsOn(today).SetDocument(document).Exec(ctx)
	if err != nil {
		return fmt.Errorf("give the district its policy: %w", err)
	}
	return supportmenu.Insert(ctx, tx, n.id)
}

// zonesOfStates is the time zone of most of each state.
var zonesOfStates = map[string]string{
	"AL": "America/Chicago", "AK": "America/Anchorage", "AZ": "America/Phoenix", "AR": "America/Chicago", "CA": "America/Los_Angeles",
	"CO": "America/Denver", "CT": "America/New_York", "DE": "America/New_York", "DC": "America/New_York", "FL": "America/New_York",
	"GA": "America/New_York", "HI": "Pacific/Honolulu", "ID": "America/Boise", "IL": "America/Chicago", "IN": "America/Indiana/Indianapolis",
	"IA": "America/Chicago", "KS": "America/Chicago", "KY": "America/New_York", "LA": "America/Chicago", "ME": "America/New_York",
	"MD": "America/New_York", "MA": "America/New_York", "MI": "America/Detroit", "MN": "America/Chicago", "MS": "America/Chicago",
	"MO": "America/Chicago", "MT": "America/Denver", "NE": "America/Chicago", "NV": "America/Los_Angeles", "NH": "America/New_York",
	"NJ": "America/New_York", "NM": "America/Denver", "NY": "America/New_York", "NC": "America/New_York", "ND": "America/Chicago",
	"OH": "America/New_York", "OK": "America/Chicago", "OR": "America/Los_Angeles", "PA": "America/New_York", "RI": "America/New_York",
	"SC": "America/New_York", "SD": "America/Chicago", "TN": "America/Chicago", "TX": "America/Chicago", "UT": "America/Denver",
	"VT": "America/New_York", "VA": "America/New_York", "WA": "America/Los_Angeles", "WV": "America/New_York", "WI": "America/Chicago",
	"WY": "America/Denver", "PR": "America/Puerto_Rico", "GU": "Pacific/Guam", "VI": "America/Puerto_Rico", "AS": "Pacific/Pago_Pago",
}
