package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

// Statements -------------------------------------------------------------------

// statements are the texts that one request sent to the database.
type statements struct {
	mu    sync.Mutex
	texts []string
}

type statementsKey struct{}

var (
	requests      sync.Map // of statements, by the header of the request
	requestHeader = "Test-Request"
)

// observe puts a statement to the request of its context.
func observe(ctx context.Context, statement string) {
	if s, ok := ctx.Value(statementsKey{}).(*statements); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.texts = append(s.texts, statement)
	}
}

// watched keeps the statements of each request apart.
func watched(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seen, ok := requests.Load(r.Header.Get(requestHeader)); ok {
			r = r.WithContext(context.WithValue(r.Context(), statementsKey{}, seen))
		}
		next.ServeHTTP(w, r)
	})
}

// checked are the statements that were checked: each text is, once.
var checked sync.Map

// checkStatement holds every statement that any request sends to the rules that
// keep it within its district.
func checkStatement(t testing.TB, statement string) {
	t.Helper()
	if _, known := checked.LoadOrStore(statement, true); known {
		return
	}
	for _, fault := range pgtest.StatementFaults(statement) {
		t.Errorf("%s:\n%s", fault, statement)
	}
}

// Client -----------------------------------------------------------------------

// client asks as somebody.
type client struct {
	t      testing.TB
	url    string
	header http.Header
}

// as gives a client with a token of the subject.
func (w *world) as(t testing.TB, subject string) *client {
	t.Helper()
	return w.at(t, w.url, subject)
}

// at is as on another server.
func (w *world) at(t testing.TB, url, subject string) *client {
	t.Helper()
	token, err := w.issuer.Token(subject, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, url: url, header: http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}}
}

// anonymous gives a client with a header Authorization as it stands; empty: none.
func anonymous(t testing.TB, url, authorization string) *client {
	t.Helper()
	header := http.Header{"Content-Type": {"application/json"}}
	if authorization != "" {
		header.Set("Authorization", authorization)
	}
	return &client{t: t, url: url, header: header}
}

// choosing gives the client with the principal that it asks as.
func (c *client) choosing(principal string) *client {
	header := c.header.Clone()
	header.Set("Holdfast-Principal", principal)
	return &client{c.t, c.url, header}
}

// vars are a request's variables.
type vars = map[string]any

// ask runs the one operation of a document.
func (c *client) ask(document string, variables vars) *answer {
	c.t.Helper()
	return c.askNamed(document, "", variables)
}

// askNamed runs the operation of that name.
func (c *client) askNamed(document, operation string, variables vars) *answer {
	c.t.Helper()
	request := map[string]any{"query": document, "variables": variables}
	if operation != "" {
		request["operationName"] = operation
	}
	body, err := json.Marshal(request)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.post(body)
}

// post sends a body as it stands.
func (c *client) post(body []byte) *answer {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(request)
}

func (c *client) do(request *http.Request) *answer {
	c.t.Helper()
	seen := &statements{}
	id := uuid.NewString()
	requests.Store(id, seen)
	defer requests.Delete(id)
	request.Header = c.header.Clone()
	request.Header.Set(requestHeader, id)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	got := &answer{t: c.t, status: response.StatusCode, header: response.Header}
	if got.body, err = io.ReadAll(response.Body); err != nil {
		c.t.Fatal(err)
	}
	_ = json.Unmarshal(got.body, got) // what is no GraphQL response has no data and no errors
	seen.mu.Lock()
	defer seen.mu.Unlock()
	got.statements = slices.Clone(seen.texts)
	for _, statement := range got.statements {
		checkStatement(c.t, statement)
	}
	return got
}

// Answer -----------------------------------------------------------------------

// answer is a GraphQL response, with the statements behind it.
type answer struct {
	t          testing.TB
	status     int
	header     http.Header
	body       []byte
	statements []string

	Data       any       `json:"data"`
	Errors     []failure `json:"errors"`
	Extensions struct {
		Redactions []redaction `json:"redactions"`
	} `json:"extensions"`
}

// failure is a top-level error.
type failure struct {
	Message    string         `json:"message"`
	Path       []any          `json:"path"`
	Extensions map[string]any `json:"extensions"`
}

// redaction is one entry of extensions.redactions.
type redaction struct {
	Path      string `json:"path"`
	DataClass string `json:"dataClass"` // empty: null
	Reason    string `json:"reason"`
	Count     int    `json:"count"`
	Indexes   []int  `json:"indexes"`
}

// fine stops the test when the answer has an error.
func (a *answer) fine() *answer {
	a.t.Helper()
	if a.status != http.StatusOK || len(a.Errors) > 0 || a.Data == nil {
		a.t.Fatalf("status %d: %s", a.status, a.body)
	}
	return a
}

// code gives the code of the only error; empty when there is none.
func (a *answer) code() string {
	a.t.Helper()
	switch len(a.Errors) {
	case 0:
		return ""
	case 1:
		code, _ := a.Errors[0].Extensions["code"].(string)
		return code
	}
	a.t.Fatalf("%d errors: %s", len(a.Errors), a.body)
	return ""
}

// refused checks that the answer is an error of the code, and nothing else.
func (a *answer) refused(code string) {
	a.t.Helper()
	if got := a.code(); got != code {
		a.t.Errorf("code %q, not %s; status %d: %s", got, code, a.status, a.body)
	}
	if a.status >= http.StatusInternalServerError && code != "INTERNAL" {
		a.t.Errorf("status %d: %s", a.status, a.body)
	}
}

// at gives the value at a path such as node.contacts.0.person; nil when there is
// none.
func (a *answer) at(path string) any { return dig(a.Data, path) }

// list gives the list at the path.
func (a *answer) list(path string) []any {
	list, _ := a.at(path).([]any)
	return list
}

// redactions gives what is listed as not shown, by path.
func (a *answer) redactions() []redaction {
	list := slices.Clone(a.Extensions.Redactions)
	slices.SortFunc(list, func(a, b redaction) int { return strings.Compare(a.Path+a.Reason, b.Path+b.Reason) })
	return list
}

// dig gives the value at a path in decoded JSON; numbers are places in lists.
func dig(value any, path string) any {
	if path == "" {
		return value
	}
	for step := range strings.SplitSeq(path, ".") {
		switch at := value.(type) {
		case map[string]any:
			value = at[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) {
				return nil
			}
			value = at[i]
		default:
			return nil
		}
	}
	return value
}

// text gives the string at a path; empty when it is none.
func text(value any, path string) string {
	s, _ := dig(value, path).(string)
	return s
}

// number gives the number at a path, in ten-thousandths; -1 when it is none.
func number(value any, path string) int64 {
	n, ok := dig(value, path).(float64)
	if !ok {
		return -1
	}
	return int64(n*10_000 + 0.5)
}
