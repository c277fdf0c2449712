// Package tenant carries the scope of a request, whose rows it may touch, from
// the request's context down to its database transaction.
package tenant

import (
	"context"

	"github.com/google/uuid"
)

// Scope is whose rows a transaction may touch.
type Scope struct {
	District uuid.UUID // uuid.Nil: no district, so no row of any
	Region   uuid.UUID // uuid.Nil: no region
	Agency   uuid.UUID // uuid.Nil: no agency
}

type key struct{}

// With gives a context whose transactions carry the scope.
func With(ctx context.Context, scope Scope) context.Context {
	return context.WithValue(ctx, key{}, scope)
}

// Of gives the scope of the context; ok is false when none was set.
func Of(ctx context.Context) (scope Scope, ok bool) {
	scope, ok = ctx.Value(key{}).(Scope)
	return scope, ok && scope != Scope{}
}
