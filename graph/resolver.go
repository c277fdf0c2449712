// Package graph is the GraphQL API: thin resolvers that hand what was selected to
// the domain rooms and map their errors. It decides nothing.
package graph

import (
	"context"
	"errors"
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
	err := errors.Join(
		addNodes(found, byPrefix[relay.School], func(wanted []uuid.UUID) (map[uuid.UUID]*record.School, error) {
			return record.SchoolsByID(ctx, op, wanted, place, selectedOn(ctx, "School", path))
		}),
		addNodes(found, byPrefix[relay.RiskFlag], func(wanted []uuid.UUID) (map[uuid.UUID]*record.RiskFlag, error) {
			return record.RiskFlagsByID(ctx, op, wanted, selectedOn(ctx, "RiskFlag", path))
		}),
		addNodes(found, byPrefix[relay.ImportRun], func(wanted []uuid.UUID) (map[uuid.UUID]*record.ImportRun, error) {
			return record.ImportRunsByID(ctx, op, wanted, place, selectedOn(ctx, "ImportRun", path))
		}),
	)
	if err != nil {
		return nil, err
	}
	if district := ownDistrict(ctx); district != nil && byPrefix[relay.District] != nil {
		found[district.ID] = district
	}
	return found, nil
}

// addNodes reads the objects of one kind, where any are wanted.
func addNodes[T record.Node](found map[relay.ID]record.Node, wanted []uuid.UUID, read func([]uuid.UUID) (map[uuid.UUID]T, error)) error {
	if wanted == nil {
		return nil
	}
	objects, err := read(wanted)
	for _, object := range objects {
		found[object.GetID()] = object
	}
	return err
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
