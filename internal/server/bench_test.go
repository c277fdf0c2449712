package server

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/holdfast-edu/holdfast/graph/generated"
	"github.com/holdfast-edu/holdfast/internal/document"
)

// standing answers every operation with the same bytes, so that what is measured is
// the way there and back.
type standing struct{ data json.RawMessage }

func (standing) CreateOperationContext(_ context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	return &graphql.OperationContext{Variables: params.Variables}, nil
}

func (s standing) DispatchOperation(ctx context.Context, _ *graphql.OperationContext) (graphql.ResponseHandler, context.Context) {
	return graphql.OneShot(&graphql.Response{Data: s.data}), ctx
}

func (standing) DispatchError(context.Context, gqlerror.List) *graphql.Response {
	return &graphql.Response{}
}

// BenchmarkTransport compares the way of a request whose document is known, limits,
// cost and budget included, with that of gqlgen's own transport, which has none.
func BenchmarkTransport(b *testing.B) {
	const page = `query StudentPage($id: ID!) { node(id: $id) { __typename ... on Student { id localId stateId displayName gradeLevel birthDate languages
		school { id name } enrollments { id school { name } entryDate entryType exitDate exitType gradeLevel }
		contacts { id relation livesWith educationRights person { id displayName channels { kind value optedOut } } }
		attendance { measured enrolledDays absentDays attendanceRate chronicallyAbsent currentStreak knownThrough }
		risk { level asOf flags { id domain severity rule explanation } } contactLogs(first: 5) { nodes { id occurredAt method outcome summary } } } } }`
	body, err := json.Marshal(map[string]any{"query": page, "variables": map[string]any{"id": "stu_00000000000000000000000000000000"}})
	if err != nil {
		b.Fatal(err)
	}
	data, err := json.Marshal(map[string]any{"node": map[string]any{"contacts": bytes.Repeat([]byte("a"), 2_000)}})
	if err != nil {
		b.Fatal(err)
	}
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	for name, way := range map[string]graphql.Transport{
		"this": overHTTP{
			documents: document.NewReader(schema, false), budgets: newBudgets(LargestCost, DefaultMaxCost, time.Now), maxCost: DefaultMaxCost,
		},
		"gqlgen": transport.POST{},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
				request.Header.Set("Content-Type", "application/json")
				recorder := httptest.NewRecorder()
				way.Do(recorder, request, standing{data})
				if recorder.Code != http.StatusOK || recorder.Body.Len() < len(data) {
					b.Fatalf("status %d: %s", recorder.Code, recorder.Body)
				}
			}
		})
	}
}
