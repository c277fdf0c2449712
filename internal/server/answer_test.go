package server

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// TestAnswersAreBounded writes many errors that say much, in letters of six bytes.
func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("<", 100_000)
	var path ast.Path
	for i := range 1_000 {
		path = append(path, ast.PathName(long[:200]), ast.PathIndex(i))
	}
	var errs gqlerror.List
	for range 10_000 {
		errs = append(errs, &gqlerror.Error{Message: long, Path: path, Extensions: map[string]any{"code": "BAD_USER_INPUT"}})
	}
	recorder := httptest.NewRecorder()
	(&answerWriter{w: recorder, media: mediaJSON}).write(http.StatusOK, &graphql.Response{Errors: errs, Data: json.RawMessage("null")})
	if recorder.Body.Len() > maxBody {
		t.Errorf("%d bytes of errors", recorder.Body.Len())
	}
	var said struct {
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &said); err != nil || len(said.Errors) != maxErrors+1 {
		t.Fatalf("%d errors: %v", len(said.Errors), err)
	}
	if last := said.Errors[maxErrors].Message; last != "9900 more errors are not told" {
		t.Errorf("the last one says %q", last)
	}
}

// TestAnswerIsOneObject holds what is written by hand to what a JSON reader reads.
func TestAnswerIsOneObject(t *testing.T) {
	t.Parallel()
	for want, response := range map[string]*graphql.Response{
		`{"data":{"a":1}}`:                            {Data: json.RawMessage(`{"a":1}`)},
		`{"data":null}`:                               {Data: json.RawMessage("null")},
		`{"data":{"a":1},"extensions":{"b":2}}`:       {Data: json.RawMessage(`{"a":1}`), Extensions: map[string]any{"b": 2}},
		`{"errors":[{"message":"c"}]}`:                {Errors: gqlerror.List{{Message: "c"}}},
		`{"errors":[{"message":"c"}],"data":{}}`:      {Errors: gqlerror.List{{Message: "c"}}, Data: json.RawMessage("{}")},
		`{"errors":[{"message":"c","path":["d",1]}]}`: {Errors: gqlerror.List{{Message: "c", Path: ast.Path{ast.PathName("d"), ast.PathIndex(1)}}}},
	} {
		recorder := httptest.NewRecorder()
		(&answerWriter{w: recorder, media: mediaGraphQL}).write(http.StatusOK, response)
		if got := recorder.Body.String(); got != want {
			t.Errorf("%s, not %s", got, want)
		}
		if length := recorder.Header().Get("Content-Length"); length != strconv.Itoa(len(want)) {
			t.Errorf("Content-Length: %s of %d", length, len(want))
		}
	}
}

// TestCut cuts between runes.
func TestCut(t *testing.T) {
	t.Parallel()
	for most := range 30 {
		got := cut("äöü ÄÖÜ "+strings.Repeat("ß", 10), most)
		if !utf8.ValidString(got) || len(got) > max(most, len("…")) || (most > 4 && !strings.HasSuffix(got, "…")) {
			t.Errorf("%d bytes: %q", most, got)
		}
	}
	if got := cut("short", 5); got != "short" {
		t.Errorf("%q", got)
	}
}
