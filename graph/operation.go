package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

type sessionKey struct{}

// Session is who asks, as an operation needs to know it.
type Session struct {
	Reader access.Reader
	// DB is the pool of the login that the reader's kind connects as.
	DB *postgres.DB
	// Proof must hold before an answer leaves; nil: it was just read who asks.
	Proof *postgres.Proof
	// Renew reads anew who asks, where the proof did not hold, and gives the context
	// and session to ask in; any other cause is an end.
	Renew func(ctx context.Context, cause error) (context.Context, *Session, error)
	// Changed is told that an operation changed what somebody may do.
	Changed func()
}

// WithSession gives a context whose operations are asked in the session.
func WithSession(ctx context.Context, session *Session) context.Context {
	return context.WithValue(ctx, sessionKey{}, session)
}

// BeginOperation gives each operation its one view of the data. Where somebody's
// rights changed since they were last read, what was done with the old ones is
// dropped, and the operation run again: nothing has been kept of it. The witness is
// told of what the answer shows that leaves, and of no other.
func BeginOperation(cursors relay.Sealer, witness operation.Witness) graphql.OperationMiddleware {
	run := func(ctx context.Context, session *Session, next graphql.OperationHandler) (*operation.Operation, graphql.ResponseHandler) {
		asked := graphql.GetOperationContext(ctx)
		op := operation.New(session.DB, session.Reader, operation.Options{
			Name: nameOf(asked), Single: isSingle(asked.Operation), Witness: witness, Cursors: cursors, Proof: session.Proof, OnRights: session.Changed,
		})
		respond := next(operation.With(ctx, op))
		return op, func(ctx context.Context) *graphql.Response { return respond(operation.With(ctx, op)) }
	}
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		session, ok := ctx.Value(sessionKey{}).(*Session)
		if !ok {
			session = &Session{}
		}
		op, respond := run(ctx, session, next)
		return func(ctx context.Context) *graphql.Response {
			response := respond(ctx)
			cause := op.Prove(ctx)
			if cause == nil {
				op.Tell()
				return response
			}
			renewed, session, err := session.Renew(ctx, cause)
			if err != nil {
				return &graphql.Response{} // the server refuses in its place
			}
			op, respond = run(renewed, session, next)
			response = respond(renewed)
			op.Tell()
			return response
		}
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

// isSingle tells whether a query asks for one thing at its root.
func isSingle(operation *ast.OperationDefinition) bool {
	_, field := operation.SelectionSet[0].(*ast.Field)
	return field && len(operation.SelectionSet) == 1 && operation.Operation == ast.Query
}

// nameOf names an operation as the client did; one without a name by the fields at
// its root, without their arguments.
func nameOf(op *graphql.OperationContext) string {
	if op.Operation.Name != "" {
		return op.Operation.Name
	}
	root := map[ast.Operation]string{ast.Query: "Query", ast.Mutation: "Mutation", ast.Subscription: "Subscription"}[op.Operation.Operation]
	var names []string
	for _, field := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{root}) {
		if !slices.Contains(names, field.Name) {
			names = append(names, field.Name)
		}
	}
	return strings.Join(names, " ")
}
