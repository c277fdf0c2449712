package graph

import (
	"github.com/holdfast-edu/holdfast/graph/model"
	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/operator"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// viewerPrefixes are what a viewer's id begins with, by kind.
var viewerPrefixes = map[access.Kind]relay.Prefix{
	access.Staff: relay.Staff, access.Regional: relay.Analyst, access.Partner: relay.AgencyStaff,
	access.Service: relay.Service, access.Operator: relay.Operator,
}

// viewerOf shows who asks to themselves.
func viewerOf(who *identity.Who) *model.Viewer {
	viewer := &model.Viewer{ID: relay.NewID(viewerPrefixes[who.Kind], who.ID), DisplayName: who.DisplayName, Kind: string(who.Kind), Roles: []*model.ViewerRole{}}
	if d := who.District; d != nil {
		viewer.District = institution(relay.District, d)
	}
	if g := who.Region; g != nil {
		viewer.Region = institution(relay.Region, g)
	}
	if a := who.Agency; a != nil {
		viewer.Agency = institution(relay.Agency, a)
	}
	for _, held := range who.Roles {
		viewer.Roles = append(viewer.Roles, viewerRole(held))
	}
	return viewer
}

func institution(prefix relay.Prefix, i *identity.Institution) *operator.Institution {
	return &operator.Institution{ID: relay.NewID(prefix, i.ID), LocalID: i.LocalID, Name: i.Name}
}

func viewerRole(held identity.Role) *model.ViewerRole {
	role := &model.ViewerRole{Role: string(held.Role), StartsOn: relay.DateOf(held.Starts())}
	if held.SchoolID != nil && held.SchoolName != nil {
		role.School = &record.SchoolName{ID: relay.NewID(relay.School, *held.SchoolID), Name: *held.SchoolName}
	}
	if ends := held.Ends(); !ends.IsZero() {
		last := relay.DateOf(ends)
		role.EndsOn = &last
	}
	return role
}
