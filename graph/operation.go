package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

type readerKey struct{}

// WithReader gives a context whose operations read as the reader.
func WithReader(ctx context.Context, reader access.Reader) context.Context {
	return context.WithValue(ctx, readerKey{}, reader)
}

// BeginOperation gives each operation its one view of the data.
func BeginOperation(db *postgres.DB, cursors relay.Sealer) graphql.OperationMiddleware {
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		reader, _ := ctx.Value(readerKey{}).(access.Reader)
		op := operation.New(db, reader, cursors)
		respond := next(operation.With(ctx, op))
		return func(ctx context.Context) *graphql.Response { return respond(operation.With(ctx, op)) }
	}
}

// EndOperation lets the operation's snapshot go, and lists in the response what
// was not shown.
func EndOperation(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	op := operation.Of(ctx)
	if op == nil {
		return next(ctx)
	}
	defer op.End()
	response := next(ctx)
	if response == nil {
		return nil
	}
	if list := op.Redactions(); len(list) > 0 {
		if response.Extensions == nil {
			response.Extensions = map[string]any{}
		}
		response.Extensions["redactions"] = list
	}
	return response
}
