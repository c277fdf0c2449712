package server

import (
	"context"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/holdfast-edu/holdfast/graph"
	"github.com/holdfast-edu/holdfast/internal/document"
	"github.com/holdfast-edu/holdfast/internal/identity"
)

// overHTTP is the way of one operation through HTTP, as the GraphQL-over-HTTP
// specification has it: read the request, read its document, weigh it, run it.
// Nothing of what was sent is run before it was found good and paid for.
type overHTTP struct {
	documents *document.Reader
	budgets   *budgets
	maxCost   int64
	get       bool // queries by GET
}

var _ graphql.Transport = overHTTP{}

// Supports takes every request: a transport for another protocol stands before it.
func (overHTTP) Supports(*http.Request) bool { return true }

// Do answers one request.
func (t overHTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	out := &answerWriter{w: w, media: mediaJSON}
	refused := t.do(out, r, exec)
	if refused != nil {
		out.refuse(refused)
	}
}

func (t overHTTP) do(out *answerWriter, r *http.Request, exec graphql.GraphExecutor) *refusal {
	media, ok := accepted(r.Header.Values("Accept"))
	if !ok {
		return &refusal{status: http.StatusNotAcceptable, message: "answers are application/graphql-response+json or application/json: accept one of them"}
	}
	out.media = media
	params, length, refused := t.read(out.w, r)
	if refused != nil {
		return refused
	}
	ctx := r.Context()
	principal := principalOf(ctx)
	_, known := t.documents.Known(params.Query)
	if refused := t.budgets.spend(principal, readingCost(length, known)); refused != nil {
		return refused
	}
	doc, errs := t.documents.Read(params.Query)
	if errs != nil {
		out.badRequest(ctx, exec, errs)
		return nil
	}
	asked, err := doc.Operation(params.OperationName)
	if err != nil {
		out.badRequest(ctx, exec, gqlerror.List{err})
		return nil
	}
	if r.Method == http.MethodGet && asked.Kind != ast.Query {
		return &refusal{status: http.StatusMethodNotAllowed, allow: http.MethodPost, message: "GET is for queries: send a mutation by POST"}
	}
	return t.run(ctx, out, params, exec, doc, asked)
}

// run runs an operation whose document is good: its variables are held to their
// types, and what they ask for is paid.
func (t overHTTP) run(ctx context.Context, out *answerWriter, params *graphql.RawParams, exec graphql.GraphExecutor,
	doc *document.Document, asked *document.Operation,
) *refusal {
	op, errs := exec.CreateOperationContext(withDocument(ctx, doc.Parsed), params)
	if errs != nil {
		out.badRequest(ctx, exec, errs)
		return nil
	}
	if err := asked.CheckVariables(op.Variables); err != nil {
		out.badRequest(ctx, exec, gqlerror.List{err})
		return nil
	}
	cost := asked.Cost(op.Variables)
	if cost > t.maxCost {
		out.badRequest(ctx, exec, gqlerror.List{tooDear(cost, t.maxCost)})
		return nil
	}
	if refused := t.budgets.spend(principalOf(ctx), cost); refused != nil {
		return refused
	}
	respond, ctx := exec.DispatchOperation(ctx, op)
	out.answer(respond(ctx))
	return nil
}

// read reads what is asked, by the way of its method.
func (t overHTTP) read(w http.ResponseWriter, r *http.Request) (params *graphql.RawParams, length int, refused *refusal) {
	switch {
	case r.Method == http.MethodPost:
		return readPost(w, r)
	case r.Method == http.MethodGet && t.get:
		return readGet(r)
	case r.Method == http.MethodGet:
		return nil, 0, &refusal{
			status: http.StatusMethodNotAllowed, allow: http.MethodPost,
			message: "ask by POST: what is asked by GET stands in an address, and addresses are kept in logs and histories",
		}
	}
	return nil, 0, &refusal{status: http.StatusMethodNotAllowed, allow: http.MethodPost, message: "ask by POST"}
}

// tooDear says that an operation may ask for more than one operation is given.
func tooDear(cost, most int64) *gqlerror.Error {
	found := strconv.FormatInt(cost, 10)
	if cost >= document.MostCost {
		found = "over " + found
	}
	return &gqlerror.Error{
		Message: "the limit of cost is " + strconv.FormatInt(most, 10) + " and this operation can cost " + found +
			": ask for smaller pages, fewer lists within lists, or fewer counts and filters at once",
		Extensions: map[string]any{"code": graph.CodeLimitExceeded, "limit": "cost", "max": most},
	}
}

// principalOf names who pays.
func principalOf(ctx context.Context) principal {
	who := identity.Of(ctx)
	if who == nil {
		return principal{}
	}
	return principal{kind: string(who.Kind), id: who.ID}
}

// The executor asks its cache for a document's text; it finds here the document that
// the request's way has read already, and never reads one itself.
type documentKey struct{}

func withDocument(ctx context.Context, parsed *ast.QueryDocument) context.Context {
	return context.WithValue(ctx, documentKey{}, parsed)
}

// alreadyRead is the executor's cache of documents.
type alreadyRead struct{}

// Get gives the document of the request.
func (alreadyRead) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	parsed, ok := ctx.Value(documentKey{}).(*ast.QueryDocument)
	return parsed, ok
}

// Add keeps nothing: documents are kept by their reader.
func (alreadyRead) Add(context.Context, string, *ast.QueryDocument) {}
