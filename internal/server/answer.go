package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/holdfast-edu/holdfast/graph"
)

// Bounds on what an answer says of errors, so that it stays far below 1 MiB even
// where each byte is written as six.
const (
	maxErrors  = 100
	maxMessage = 500 // bytes of a message
	maxPath    = 256 // bytes of a path's names
)

// answerWriter writes the one answer to a request.
type answerWriter struct {
	w     http.ResponseWriter
	media string
}

// refuse answers a request that cannot be read or may not be run now.
func (a *answerWriter) refuse(refused *refusal) {
	if refused.allow != "" {
		a.w.Header().Set("Allow", refused.allow)
	}
	if refused.retryAfter > 0 {
		a.w.Header().Set("Retry-After", strconv.Itoa(refused.retryAfter))
	}
	code := refused.code
	if code == "" {
		code = graph.CodeBadUserInput
	}
	a.write(refused.status, &graphql.Response{Errors: gqlerror.List{{Message: refused.message, Extensions: map[string]any{"code": code}}}})
}

// badRequest answers a request that was read and is not run, since its document or
// its variables are wrong. application/json has status 200 for it.
func (a *answerWriter) badRequest(ctx context.Context, exec graphql.GraphExecutor, errs gqlerror.List) {
	status := http.StatusOK
	if a.media == mediaGraphQL {
		status = http.StatusBadRequest
	}
	for _, err := range errs {
		err.Err = nil // what is wrong is the client's own, and is told as it stands
	}
	a.write(status, exec.DispatchError(ctx, errs))
}

// answer answers with what was run.
func (a *answerWriter) answer(response *graphql.Response) {
	if response == nil {
		response = &graphql.Response{Data: json.RawMessage("null")}
	}
	a.write(http.StatusOK, response)
}

// write writes a response: errors first, so that a reader of a long answer meets them
// early. A request that was not run has no data.
func (a *answerWriter) write(status int, response *graphql.Response) {
	header := a.w.Header()
	header.Set("Content-Type", a.media+"; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	body := make([]byte, 0, len(response.Data)+len(`{"data":}`))
	body = append(body, '{')
	if len(response.Errors) > 0 {
		body = appendMember(body, "errors", bounded(response.Errors))
	}
	if response.Data != nil {
		body = append(body, `"data":`...)
		body = append(append(body, response.Data...), ',')
	}
	if len(response.Extensions) > 0 {
		body = appendMember(body, "extensions", response.Extensions)
	}
	body[len(body)-1] = '}'
	header.Set("Content-Length", strconv.Itoa(len(body)))
	a.w.WriteHeader(status)
	_, _ = a.w.Write(body) // a client that left is nobody's error
}

// appendMember writes a member of the answer's object, with a comma after it.
func appendMember(body []byte, name string, value any) []byte {
	written, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Errorf("write %s of an answer: %w", name, err))
	}
	body = append(append(append(body, '"'), name...), `":`...)
	return append(append(body, written...), ',')
}

// bounded cuts a list of errors, and what each says, to its bounds.
func bounded(errs gqlerror.List) gqlerror.List {
	list := make(gqlerror.List, 0, min(len(errs), maxErrors+1))
	for _, err := range errs[:min(len(errs), maxErrors)] {
		one := *err
		one.Message, one.Path = cut(one.Message, maxMessage), boundedPath(one.Path)
		list = append(list, &one)
	}
	if more := len(errs) - maxErrors; more > 0 {
		list = append(list, &gqlerror.Error{
			Message: fmt.Sprintf("%d more errors are not told", more), Extensions: map[string]any{"code": graph.CodeLimitExceeded},
		})
	}
	return list
}

func boundedPath(path ast.Path) ast.Path {
	left := maxPath
	var cutPath ast.Path
	for _, element := range path {
		if name, ok := element.(ast.PathName); ok {
			element = ast.PathName(cut(string(name), left))
		}
		left -= len(fmt.Sprint(element))
		if left < 0 {
			break
		}
		cutPath = append(cutPath, element)
	}
	return cutPath
}

// cut cuts a text to so many bytes, between runes, and marks where it did.
func cut(text string, most int) string {
	const mark = "…"
	if len(text) <= most {
		return text
	}
	end := max(most-len(mark), 0)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + mark
}
