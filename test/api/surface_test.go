package api_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/server"
)

// send sends a request with the client's headers, and those that are given instead;
// an empty value takes a header out.
func (c *client) send(method, address string, body []byte, instead map[string]string) *answer {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	header := c.header.Clone()
	for name, value := range instead {
		header.Del(name)
		if value != "" {
			header.Set(name, value)
		}
	}
	return (&client{c.t, c.url, header}).do(request)
}

const asksKind = `{"query": "{ viewer { kind } }"}`

// TestMediaTypes holds requests and answers to the media types of GraphQL over HTTP.
func TestMediaTypes(t *testing.T) {
	t.Parallel()
	w := shared(t)
	const graphQL, plain = "application/graphql-response+json; charset=utf-8", "application/json; charset=utf-8"
	for name, one := range map[string]struct {
		contentType, accept string
		status              int
		answers             string
	}{
		"as most clients ask":            {"application/json", "*/*", http.StatusOK, plain},
		"as the specification asks":      {"application/json; charset=utf-8", "application/graphql-response+json, application/json;q=0.9", http.StatusOK, graphQL},
		"the older before the newer":     {"application/json", "application/json, application/graphql-response+json", http.StatusOK, plain},
		"by weight":                      {"application/json", "application/json;q=0.5, application/graphql-response+json;q=0.8", http.StatusOK, graphQL},
		"anything but the newer":         {"application/json", "application/graphql-response+json;q=0, */*;q=0.1", http.StatusOK, plain},
		"with a browser's list":          {"application/json", "text/html, application/xhtml+xml, */*;q=0.8", http.StatusOK, plain},
		"in capitals":                    {"APPLICATION/JSON; Charset=UTF-8", "Application/JSON", http.StatusOK, plain},
		"only what there is not":         {"application/json", "text/html", http.StatusNotAcceptable, plain},
		"another encoding in the answer": {"application/json", "application/json; charset=utf-16", http.StatusNotAcceptable, plain},
		"a weight that is none":          {"application/json", "application/json;q=much", http.StatusNotAcceptable, plain},
		"a body of no type":              {"", "application/json", http.StatusUnsupportedMediaType, plain},
		"a form":                         {"application/x-www-form-urlencoded", "application/json", http.StatusUnsupportedMediaType, plain},
		"a text":                         {"text/plain", "application/json", http.StatusUnsupportedMediaType, plain},
		"an upload":                      {"multipart/form-data; boundary=x", "application/json", http.StatusUnsupportedMediaType, plain},
		"a document alone":               {"application/graphql", "application/json", http.StatusUnsupportedMediaType, plain},
		"another encoding":               {"application/json; charset=utf-16", "application/json", http.StatusUnsupportedMediaType, plain},
		"a type that is none":            {";", "application/json", http.StatusUnsupportedMediaType, plain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := w.as(t, "DISTRICT_COORDINATOR")
			got := c.send(http.MethodPost, c.url+"/graphql", []byte(asksKind), map[string]string{"Content-Type": one.contentType, "Accept": one.accept})
			if got.status != one.status || got.header.Get("Content-Type") != one.answers {
				t.Errorf("status %d, %s: %s", got.status, got.header.Get("Content-Type"), got.body)
			}
			if (got.at("viewer.kind") == "STAFF") != (one.status == http.StatusOK) {
				t.Errorf("%s", got.body)
			}
			if got.header.Get("Cache-Control") != "no-store" || got.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("the answer may be kept, or taken for something else: %v", got.header)
			}
		})
	}
}

// TestUpgradesAreNotTaken: a client may offer another protocol beside its request,
// and is answered by this one.
func TestUpgradesAreNotTaken(t *testing.T) {
	t.Parallel()
	c := shared(t).as(t, "DISTRICT_COORDINATOR")
	got := c.send(http.MethodPost, c.url+"/graphql", []byte(asksKind), map[string]string{"Upgrade": "h2c", "Connection": "Upgrade"}).fine()
	if got.at("viewer.kind") != "STAFF" {
		t.Errorf("%s", got.body)
	}
	got = c.send(http.MethodGet, c.url+"/graphql", nil, map[string]string{"Upgrade": "websocket", "Connection": "Upgrade"})
	if got.status != http.StatusMethodNotAllowed {
		t.Errorf("status %d: %s", got.status, got.body)
	}
}

// TestPackedBodiesAreRefused: a small packed body can be a very long one.
func TestPackedBodiesAreRefused(t *testing.T) {
	t.Parallel()
	c := shared(t).as(t, "DISTRICT_COORDINATOR")
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write([]byte(asksKind)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	got := c.send(http.MethodPost, c.url+"/graphql", packed.Bytes(), map[string]string{"Content-Encoding": "gzip"})
	if got.status != http.StatusUnsupportedMediaType || got.code() != "BAD_USER_INPUT" {
		t.Errorf("status %d: %s", got.status, got.body)
	}
}

// TestMethods holds what may be asked by which method: in production by POST alone.
func TestMethods(t *testing.T) {
	t.Parallel()
	w := shared(t)
	development := listen(t, w.newHandler(t, server.Config{GET: true}))
	query := func(values ...string) string {
		all := url.Values{}
		for pair := range slices.Chunk(values, 2) {
			all.Set(pair[0], pair[1])
		}
		return "/graphql?" + all.Encode()
	}
	asks := query("query", "{ viewer { kind } }")
	for name, one := range map[string]struct {
		base, method, path string
		status             int
		answers            bool
	}{
		"a query by GET in production":         {w.url, http.MethodGet, asks, http.StatusMethodNotAllowed, false},
		"a query by GET":                       {development, http.MethodGet, asks, http.StatusOK, true},
		"a query by GET, its name":             {development, http.MethodGet, query("query", "query A { viewer { kind } } query B { __typename }", "operationName", "A"), http.StatusOK, true},
		"a query by GET, its variables":        {development, http.MethodGet, query("query", "query($x: Boolean!) { viewer { kind @include(if: $x) } }", "variables", `{"x": true}`), http.StatusOK, true},
		"a query by GET, no variables":         {development, http.MethodGet, query("query", "{ viewer { kind } }", "variables", `null`), http.StatusOK, true},
		"a query by GET, variables of no JSON": {development, http.MethodGet, query("query", "{ viewer { kind } }", "variables", `{`), http.StatusBadRequest, false},
		"a query by GET, a list of variables":  {development, http.MethodGet, query("query", "{ viewer { kind } }", "variables", `[]`), http.StatusBadRequest, false},
		"nothing by GET":                       {development, http.MethodGet, "/graphql", http.StatusBadRequest, false},
		"an address of no form":                {development, http.MethodGet, "/graphql?query=%zz", http.StatusBadRequest, false},
		"a mutation by GET":                    {development, http.MethodGet, query("query", "mutation { __typename }"), http.StatusMethodNotAllowed, false},
		"a mutation by GET, named":             {development, http.MethodGet, query("query", "query A { viewer { kind } } mutation B { __typename }", "operationName", "B"), http.StatusMethodNotAllowed, false},
		"a query by PUT":                       {development, http.MethodPut, "/graphql", http.StatusMethodNotAllowed, false},
		"a query by HEAD":                      {development, http.MethodHead, asks, http.StatusMethodNotAllowed, false},
		"a query by DELETE":                    {w.url, http.MethodDelete, "/graphql", http.StatusMethodNotAllowed, false},
		"a query by POST in the address":       {w.url, http.MethodPost, asks, http.StatusBadRequest, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := w.at(t, one.base, "DISTRICT_COORDINATOR")
			body := []byte(asksKind)
			if one.method == http.MethodPost || one.method == http.MethodHead {
				body = nil
			}
			got := c.send(one.method, one.base+one.path, body, nil)
			if got.status != one.status || (got.at("viewer.kind") == "STAFF") != one.answers {
				t.Errorf("status %d: %s", got.status, got.body)
			}
			if allow := got.header.Get("Allow"); (allow == http.MethodPost) != (got.status == http.StatusMethodNotAllowed) {
				t.Errorf("Allow: %q with status %d", allow, got.status)
			}
		})
	}
	got := anonymous(t, development, "").send(http.MethodGet, development+asks, nil, nil)
	if got.status != http.StatusUnauthorized {
		t.Errorf("who does not say who they are gets status %d: %s", got.status, got.body)
	}
}

// TestStatusTellsWhatWasRun holds the statuses of the two media types: what was not
// run has no data; the newer one has status 400 for it.
func TestStatusTellsWhatWasRun(t *testing.T) {
	t.Parallel()
	w := shared(t)
	for name, one := range map[string]struct {
		body, code string
	}{
		"no syntax":              {`{"query": "{"}`, "BAD_USER_INPUT"},
		"no such field":          {`{"query": "{ nothing }"}`, "BAD_USER_INPUT"},
		"no such operation":      {`{"query": "query A { __typename }", "operationName": "B"}`, "BAD_USER_INPUT"},
		"several, and none":      {`{"query": "query A { __typename } query B { __typename }"}`, "BAD_USER_INPUT"},
		"a variable too few":     {`{"query": "query($x: ID!) { node(id: $x) { id } }"}`, "BAD_USER_INPUT"},
		"a null, not defaulted":  {`{"query": "query($x: Boolean = true) { viewer { id @skip(if: $x) } }", "variables": {"x": null}}`, "BAD_USER_INPUT"},
		"too many tokens":        {`{"query": "{` + strings.Repeat(" __typename", 2_000) + `}"}`, "LIMIT_EXCEEDED"},
		"too deep":               {`{"query": "{` + strings.Repeat("district {", 13) + " id" + strings.Repeat("}", 13) + `}"}`, "LIMIT_EXCEEDED"},
		"introspection":          {`{"query": "{ __schema { queryType { name } } }"}`, "FORBIDDEN"},
		"@defer":                 {`{"query": "{ viewer { ... @defer { id } } }"}`, "BAD_USER_INPUT"},
		"too much to be paid":    {`{"query": "{ district { students(first: 100) { nodes { contacts { person { channels { value } } } contactLogs(first: 100) { nodes { id student { contacts { person { id } } } } } } } } }"}`, "LIMIT_EXCEEDED"},
		"a subscription":         {`{"query": "subscription { viewer { id } }"}`, "BAD_USER_INPUT"},
		"a directive of no name": {`{"query": "{ viewer @protected(class: RISK) { id } }"}`, "BAD_USER_INPUT"},
	} {
		for media, status := range map[string]int{"application/json": http.StatusOK, "application/graphql-response+json": http.StatusBadRequest} {
			c := w.as(t, "DISTRICT_COORDINATOR")
			got := c.send(http.MethodPost, c.url+"/graphql", []byte(one.body), map[string]string{"Accept": media})
			if got.status != status || len(got.Errors) == 0 || got.Errors[0].Extensions["code"] != one.code || strings.Contains(string(got.body), `"data"`) {
				t.Errorf("%s, %s: status %d, %s", name, media, got.status, got.body)
			}
		}
	}
}

// TestWhatIsWrongIsNotRepeated sends requests with a name in every place where
// something can be wrong: what comes back is short, however long the name is.
func TestWhatIsWrongIsNotRepeated(t *testing.T) {
	t.Parallel()
	w := shared(t)
	long := strings.Repeat("Abernathy", 2_000)
	for _, body := range []string{
		`{"query": "{ ` + long + ` }"}`, `{"query": "{ viewer @` + long + ` { id } }"}`, `{"query": "{ viewer { id } }", "operationName": "` + long + `"}`,
		`{"query": "{ viewer(` + long + `: 1) { id } }"}`, `{"query": "{ viewer { ...` + long + ` } }"}`, `{"query": "` + long + `"}`, `{"` + long + `": 1}`,
		`{"query": "query($l: [RiskLevel!]) { district { students(filter: {riskLevels: $l}) { totalCount } } }", "variables": {"l": ["` + long + `"]}}`,
		`{"query": "query($f: StudentFilter) { district { students(filter: $f) { totalCount } } }", "variables": {"f": {"` + long + `": 1}}}`,
		`{"query": "query($n: Int) { district { students(first: $n) { totalCount } } }", "variables": {"n": "` + long + `"}}`,
		`[{"query": "` + long + `"}]`, long, `{"query": 1, "variables": "` + long + `"}`,
	} {
		got := w.as(t, "DISTRICT_COORDINATOR").post([]byte(body))
		if len(got.Errors) == 0 || len(got.body) > 2_000 || got.status >= http.StatusInternalServerError {
			t.Errorf("%.80s: status %d, %d bytes: %.300s", body, got.status, len(got.body), got.body)
		}
	}
}

// TestBudgets spends one person's budget: the next request is told when to come back,
// and nobody else waits.
func TestBudgets(t *testing.T) {
	t.Parallel()
	w := shared(t)
	address := listen(t, w.newHandler(t, server.Config{MaxCost: 20_000, Budget: 1_000}))
	spender := w.at(t, address, "DISTRICT_COORDINATOR")
	page := `query($first: Int) { district { students(first: $first) { nodes { id contacts { id relation } } } } }`
	var refused *answer
	for range 200 {
		got := spender.ask(page, vars{"first": 100})
		if got.status == http.StatusTooManyRequests {
			refused = got
			break
		}
		got.fine()
	}
	if refused == nil {
		t.Fatal("two hundred pages are paid from a budget of fifteen")
	}
	refused.refused("LIMIT_EXCEEDED")
	wait, err := strconv.Atoi(refused.header.Get("Retry-After"))
	if err != nil || wait < 1 || wait > 300 {
		t.Errorf("Retry-After: %q", refused.header.Get("Retry-After"))
	}
	if refused.Data != nil || strings.Contains(string(refused.body), `"data"`) {
		t.Errorf("it is answered all the same: %s", refused.body)
	}
	w.at(t, address, "SCHOOL_LEADER").ask(page, vars{"first": 100}).fine()
	w.as(t, "DISTRICT_COORDINATOR").ask(page, vars{"first": 100}).fine()
}

// TestDocumentsThatAreNotRunCostToo spends a budget on requests of which none is run.
func TestDocumentsThatAreNotRunCostToo(t *testing.T) {
	t.Parallel()
	w := shared(t)
	address := listen(t, w.newHandler(t, server.Config{MaxCost: 1_000, Budget: 1_000}))
	for i := range 300 {
		got := w.at(t, address, "DISTRICT_COORDINATOR").ask(`{ `+strings.Repeat("nothing ", 500)+`}`, vars{"i": i})
		if got.status == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("three hundred documents with a fault are read for nothing")
}

// TestDefaultBudgetIsForPages holds the default to a person who opens pages as fast as
// a program can.
func TestDefaultBudgetIsForPages(t *testing.T) {
	t.Parallel()
	w := shared(t)
	address := listen(t, w.newHandler(t, server.Config{Budget: server.DefaultBudget}))
	c := w.at(t, address, "DISTRICT_COORDINATOR")
	student := c.studentID("A-01")
	for range 500 {
		c.askNamed(contract(t), "StudentPage", vars{"id": student}).fine()
	}
}
