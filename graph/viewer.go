package graph

import (
	"github.com/holdfast-edu/holdfast/graph/model"
	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// viewerOf shows who asks to themselves.
func viewerOf(who *identity.Who) *model.Viewer {
	prefix := relay.Staff
	if who.Kind == access.Operator {
		prefix = relay.Operator
	}
	viewer := &model.Viewer{ID: relay.NewID(prefix, who.ID), DisplayName: who.DisplayName, Kind: string(who.Kind), Roles: []*model.ViewerRole{}}
	if d := who.District; d != nil {
		viewer.District = &model.DistrictName{ID: relay.NewID(relay.District, d.ID), Name: d.Name}
	}
	if g := who.Region; g != nil {
		viewer.Region = &model.RegionName{ID: relay.NewID(relay.Region, g.ID), Name: g.Name}
	}
	for _, held := range who.Roles {
		viewer.Roles = append(viewer.Roles, viewerRole(held))
	}
	return viewer
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
