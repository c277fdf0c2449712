// Package graph is the GraphQL API: thin resolvers that hand what was selected to
// the domain rooms and map their errors. It decides nothing.
package graph

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Resolver is the root of the resolvers. Everything they need of a request is in
// the context: who asks, and the operation under way.
type Resolver struct {
	Now func() time.Time // the clock
}

// nodes loads objects of any kind by id, those of one kind in one statement.
func nodes(ctx context.Context, ids []*relay.ID, path string, place record.Place) (map[relay.ID]record.Node, error) {
	op := operation.Of(ctx)
	byPrefix := make(map[relay.Prefix][]uuid.UUID)
	for _, id := range ids {
		byPrefix[id.Prefix] = append(byPrefix[id.Prefix], id.UUID)
	}
	found := make(map[relay.ID]record.Node, len(ids))
	if wanted := byPrefix[relay.Student]; wanted != nil {
		students, err := record.StudentNodes(ctx, op, wanted, place, selectedOn(ctx, "Student", path))
		if err != nil {
			return nil, err
		}
		for asked, student := range students {
			found[relay.NewID(relay.Student, asked)] = student
		}
	}
	if wanted := byPrefix[relay.School]; wanted != nil {
		schools, err := record.SchoolsByID(ctx, op, wanted, place, selectedOn(ctx, "School", path))
		if err != nil {
			return nil, err
		}
		for _, school := range schools {
			found[school.ID] = school
		}
	}
	if wanted := byPrefix[relay.RiskFlag]; wanted != nil {
		flags, err := record.RiskFlagsByID(ctx, op, wanted, selectedOn(ctx, "RiskFlag", path))
		if err != nil {
			return nil, err
		}
		for _, flag := range flags {
			found[flag.ID] = flag
		}
	}
	if wanted := byPrefix[relay.ImportRun]; wanted != nil {
		runs, err := record.ImportRunsByID(ctx, op, wanted, place, selectedOn(ctx, "ImportRun", path))
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			found[run.ID] = run
		}
	}
	if district := ownDistrict(ctx); district != nil && byPrefix[relay.District] != nil {
		found[district.ID] = district
	}
	return found, nil
}

// placeIn gives where the object of an id stands among those that were asked for.
func placeIn(ids []*relay.ID) record.Place {
	return func(id uuid.UUID) int {
		return slices.IndexFunc(ids, func(asked *relay.ID) bool { return asked.UUID == id })
	}
}

// ownDistrict gives the district of who asks; nil for those of none.
func ownDistrict(ctx context.Context) *record.District {
	who := identity.Of(ctx)
	if who == nil || who.District == nil {
		return nil
	}
	d := who.District
	return &record.District{ID: relay.NewID(relay.District, d.ID), Name: d.Name, LocalID: d.LocalID, TimeZone: d.TimeZone}
}
