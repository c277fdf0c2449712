package oneroster

import (
	"context"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// org is an organization. Its parent may stand below it in the file.
type org struct {
	origin     roster.Origin
	id, code   string
	kind       string // the specification's word in small letters; empty: not known
	name       string
	identifier string
	parent     string
	number     int32 // of a school: its place in index.schools; noSchool
	twice      bool  // the sourcedId stands for two organizations
}

const (
	kindSchool   = "school"
	kindDistrict = "district"
	kindLocal    = "local"
	kindState    = "state"
)

// mayBeSchool tells whether an organization is a school, or one that is not known.
func (r *reader) mayBeSchool(id string) bool {
	o, there := r.known.orgs[id]
	return !there || o.kind == kindSchool
}

// readOrgs reads the organizations, and puts them once all are known.
func (r *reader) readOrgs(ctx context.Context) error {
	var all []*org
	err := r.rows(ctx, orgsFile, false, func(ctx context.Context, row *record) error {
		o, err := r.readOrg(ctx, row)
		if o != nil {
			all = append(all, o)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, o := range all {
		if err := r.putOrg(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// readOrg takes an organization down; nil when it cannot be trusted or is gone.
func (r *reader) readOrg(ctx context.Context, row *record) (*org, error) {
	o := &org{
		origin: row.origin, id: strings.Clone(row.required("sourcedId")), code: strings.Clone(r.codeOf(row)),
		kind: strings.ToLower(row.required("type")), identifier: strings.Clone(row.text("identifier")),
		parent: strings.Clone(row.text("parentSourcedId")), number: noSchool,
	}
	if o.kind == kindDistrict && (o.identifier == r.options.District || o.id == r.options.District) {
		o.code = r.options.District
	}
	school := roster.School{Origin: row.origin, Code: o.code}
	if row.gone() {
		if o.kind != kindSchool {
			return nil, r.sink.PassOver("org of type " + o.kind + " to be deleted")
		}
		r.keep(o) // what ends with it names it
		return nil, row.put(ctx, roster.Gone{Row: school})
	}
	o.name = strings.Clone(row.required("name"))
	if len(row.issues) > 0 {
		school.Name = o.name
		return nil, row.put(ctx, school)
	}
	r.keep(o)
	return o, nil
}

// keep holds an organization; of two with one sourcedId, that it stands for two.
func (r *reader) keep(o *org) {
	if first, twice := r.known.orgs[o.id]; twice {
		different := first.twice || first.code != o.code || first.kind != o.kind
		first.twice, o.twice = different, different
		return
	}
	if o.kind == kindSchool {
		o.number = int32(len(r.known.schools)) //nolint:gosec // no file is so large
		r.known.schools = append(r.known.schools, o)
	}
	r.known.orgs[o.id] = o
}

// putOrg puts what the model knows of: districts, schools, and the bodies between a
// state and its districts.
func (r *reader) putOrg(ctx context.Context, o *org) error {
	school := roster.School{Origin: o.origin, Code: o.code, Name: o.name, Level: roster.LevelOther}
	if o.twice {
		return r.sink.Reject(ctx, school, []roster.Issue{{
			Origin: o.origin, Kind: "School", Field: "sourcedId", Value: shorten(o.id),
			Problem: "stands for two organizations", Hint: "give each organization a sourcedId of its own at the source",
		}})
	}
	switch o.kind {
	case kindSchool:
		if district := r.above(o, kindDistrict); district != nil {
			school.DistrictCode = district.code
		}
		return r.sink.Put(ctx, school)
	case kindDistrict:
		district := roster.District{Origin: o.origin, Code: o.code, Name: o.name}
		if region := r.above(o, kindLocal); region != nil {
			district.RegionCode = region.code
		}
		if state := r.above(o, kindState); state != nil {
			district.State = stateOf(state)
		}
		return r.sink.Put(ctx, district)
	case kindLocal:
		return r.sink.Put(ctx, roster.Region{Origin: o.origin, Code: o.code, Name: o.name})
	case kindState:
		return nil // its districts say it
	}
	return r.sink.PassOver("org of type " + o.kind)
}

// above gives the organization of a kind that another belongs to, nil when there is
// none.
func (r *reader) above(o *org, kind string) *org {
	const deepest = 8 // more than there are kinds: the file may lead in circles
	for range deepest {
		if o = r.known.orgs[o.parent]; o == nil || o.kind == kind {
			return o
		}
	}
	return nil
}

// stateOf gives a state's two letters, empty when they cannot be told.
func stateOf(o *org) string {
	letters := strings.TrimPrefix(o.identifier, "US-")
	for _, known := range states {
		if letters == known {
			return known
		}
	}
	return states[plain(o.name)]
}

// organization finds the one that a column names.
func (r *record) organization(column string) (*org, bool) {
	id := r.required(column)
	if id == "" {
		return nil, false
	}
	return r.organizationOf(column, id)
}

func (r *record) organizationOf(column, id string) (*org, bool) {
	found, there := r.known.orgs[id]
	switch {
	case there && found.twice:
		r.reject(column, id, "names a sourcedId that stands for two organizations", "give each organization a sourcedId of its own at the source")
		return nil, false
	case there:
		return found, true
	case r.options.Codes == CodesOfSourcedIDs:
		return &org{id: id, code: strings.Clone(id), number: noSchool}, true
	}
	r.reject(column, id, "names an organization that is not in orgs.csv", "export the organization too, or load the district by sourcedIds from the first import on")
	return nil, false
}
