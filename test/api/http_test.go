package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/server"
)

// TestBodiesThatAreRefused sends what is no request: each is refused as the
// client's mistake, and nothing of it is sent back.
func TestBodiesThatAreRefused(t *testing.T) {
	t.Parallel()
	w := shared(t)
	const secret = "Abernathy-Quill"
	for name, one := range map[string]struct {
		body   string
		status int
	}{
		"over a megabyte":       {`{"query": "{ viewer { id } }", "variables": {"x": "` + secret + strings.Repeat("a", 1<<20) + `"}}`, http.StatusRequestEntityTooLarge},
		"cut off":               {`{"query": "{ viewer { id } } ` + secret, http.StatusBadRequest},
		"no JSON":               {secret, http.StatusBadRequest},
		"a list":                {`["` + secret + `"]`, http.StatusBadRequest},
		"a query of no text":    {`{"query": ["` + secret + `"]}`, http.StatusBadRequest},
		"variables of no names": {`{"query": "{ viewer { id } }", "variables": "` + secret + `"}`, http.StatusBadRequest},
		"empty":                 {``, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := w.as(t, "DISTRICT_COORDINATOR").post([]byte(one.body))
			if got.status != one.status {
				t.Errorf("status %d, not %d: %.300s", got.status, one.status, got.body)
			}
			if strings.Contains(string(got.body), secret) || got.at("viewer") != nil {
				t.Errorf("the request comes back: %.300s", got.body)
			}
		})
	}
}

// TestDocumentsThatAreRefused sends documents that are not run.
func TestDocumentsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := shared(t)
	for name, document := range map[string]string{
		"over 2,000 tokens":     `{ viewer { ` + strings.Repeat("id ", 2_000) + `} }`,
		"an unknown field":      `{ viewer { displayNam } }`,
		"an unknown argument":   `{ district { students(frist: 1) { totalCount } } }`,
		"an unknown type":       `query($x: StudentFiltr) { district { students(filter: $x) { totalCount } } }`,
		"an unknown enum value": `{ district { students(orderBy: {field: LAST_NAM}) { totalCount } } }`,
		"no syntax":             `{ viewer { id `,
		"no operation":          ``,
		"the schema":            `{ __schema { types { name } } }`,
		"a type":                `{ __type(name: "Student") { fields { name } } }`,
		"a mutation":            `mutation { viewer { id } }`,
		"a subscription":        `subscription { viewer { id } }`,
		"an enum as text":       `{ district { students(filter: {gradeLevels: ["NINTH"]}) { totalCount } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := w.as(t, "DISTRICT_COORDINATOR").ask(document, nil)
			if len(got.Errors) == 0 || got.status >= http.StatusInternalServerError {
				t.Fatalf("status %d: %s", got.status, got.body)
			}
			for _, failure := range got.Errors {
				if code := failure.Extensions["code"]; code != "BAD_USER_INPUT" && code != "LIMIT_EXCEEDED" && code != "FORBIDDEN" {
					t.Errorf("code %v: %s", code, got.body)
				}
			}
			for _, hint := range []string{"Did you mean", "displayName", "LAST_NAME", `"first"`, `"StudentFilter"`, "birthDate"} {
				if strings.Contains(string(got.body), hint) {
					t.Errorf("a name is suggested: %s", got.body)
				}
			}
			if data := mapOf(got.Data); data["viewer"] != nil || data["district"] != nil || data["__schema"] != nil || data["__type"] != nil {
				t.Errorf("it is run all the same: %s", got.body)
			}
		})
	}
}

// TestDocumentsOfTwoThousandTokensAreRun keeps the limit from being lower than it
// says.
func TestDocumentsOfTwoThousandTokensAreRun(t *testing.T) {
	t.Parallel()
	w := shared(t)
	w.as(t, "DISTRICT_COORDINATOR").ask(`{ viewer { `+strings.Repeat("id ", 1_900)+`} }`, nil).fine()
}

func TestIntrospectionWhereItIsAllowed(t *testing.T) {
	t.Parallel()
	w := shared(t)
	address := listen(t, w.newHandler(t, server.Config{Introspection: true}))
	got := w.at(t, address, "DISTRICT_COORDINATOR").ask(`{ __schema { queryType { name } } __type(name: "Student") { name } }`, nil).fine()
	if got.at("__schema.queryType.name") != "Query" || got.at("__type.name") != "Student" {
		t.Errorf("%s", got.body)
	}
}

// TestBrowsersAreAllowedByOrigin holds cross-origin calls to the list.
func TestBrowsersAreAllowedByOrigin(t *testing.T) {
	t.Parallel()
	w := shared(t)
	address := listen(t, w.newHandler(t, server.Config{CORSOrigins: []string{"https://school.example"}}))
	for origin, allowed := range map[string]bool{"https://school.example": true, "https://elsewhere.example": false, "null": false} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, address+"/graphql", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header = http.Header{
			"Origin": {origin}, "Access-Control-Request-Method": {"POST"},
			"Access-Control-Request-Headers": {"authorization,content-type,holdfast-principal"},
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if got := response.Header.Get("Access-Control-Allow-Origin"); (got == origin) != allowed || got == "*" {
			t.Errorf("%s: allowed %q", origin, got)
		}
	}
}

// TestOtherAddresses reads what is beside /graphql, without a token.
func TestOtherAddresses(t *testing.T) {
	t.Parallel()
	w := shared(t)
	w.as(t, "DISTRICT_COORDINATOR").ask(`{ viewer { id } }`, nil).fine()
	for path, want := range map[string]struct {
		status int
		holds  string
	}{
		"/healthz": {http.StatusOK, "ok"},
		"/readyz":  {http.StatusOK, "ready"},
		"/metrics": {http.StatusOK, `holdfast_graphql_request_seconds_count{status="200"}`},
		"/":        {http.StatusNotFound, ""},
	} {
		status, body := read(t, w.url+path)
		if status != want.status || !strings.Contains(body, want.holds) {
			t.Errorf("%s: status %d, %.200s", path, status, body)
		}
		for _, name := range []string{"alder", "Alder", "Abbott", "880001"} {
			if strings.Contains(body, name) {
				t.Errorf("%s tells of %s", path, name)
			}
		}
	}
}

func read(t *testing.T, address string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}
