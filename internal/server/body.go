package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/holdfast-edu/holdfast/graph"
)

// wholeBody reads a request's body before anything looks at it: a body over the
// limit is refused with 413, and one that is no JSON with 400, which does not
// repeat what was sent.
func wholeBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if _, over := errors.AsType[*http.MaxBytesError](err); over {
			writeError(w, http.StatusRequestEntityTooLarge, graph.CodeLimitExceeded, "the body is over 1 MiB: send less at once")
			return
		}
		if err != nil {
			writeError(w, http.StatusBadRequest, graph.CodeBadUserInput, "the body could not be read: send it again")
			return
		}
		if r.Method == http.MethodPost && !json.Valid(body) {
			writeError(w, http.StatusBadRequest, graph.CodeBadUserInput, "the body is no JSON: send a JSON object with query, and where needed variables and operationName")
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}
