package server

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/holdfast-edu/holdfast/graph"
)

// refusal is an answer to a request that is not run, by its HTTP status. What it
// says never repeats what was sent.
type refusal struct {
	status     int
	code       string // empty: BAD_USER_INPUT
	message    string
	allow      string // the methods that there are, with 405
	retryAfter int    // seconds, with 429
}

func badRequest(message string) *refusal {
	return &refusal{status: http.StatusBadRequest, message: message}
}

// envelope is a request's parameters, each as it was sent.
type envelope struct {
	Query         jsontext.Value `json:"query"`
	OperationName jsontext.Value `json:"operationName"`
	Variables     jsontext.Value `json:"variables"`
	Extensions    jsontext.Value `json:"extensions"`
}

// readPost reads a request's body; length is its length in bytes.
func readPost(w http.ResponseWriter, r *http.Request) (params *graphql.RawParams, length int, refused *refusal) {
	if refused := jsonBody(r.Header); refused != nil {
		return nil, 0, refused
	}
	body, err := readAll(http.MaxBytesReader(w, r.Body, maxBody), r.ContentLength)
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return nil, 0, &refusal{
			status: http.StatusRequestEntityTooLarge, code: graph.CodeLimitExceeded,
			message: "the limit of a body is " + strconv.Itoa(maxBody) + " bytes and this one is longer: send less at once",
		}
	}
	if err != nil {
		return nil, 0, badRequest("the body could not be read: send it again")
	}
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		return nil, 0, badRequest("a list of requests is not taken: send each in a request of its own")
	}
	var sent envelope
	if json.Unmarshal(body, &sent) != nil {
		return nil, 0, badRequest("the body is no JSON object: send one with query, and where needed variables and operationName")
	}
	params, refused = sent.params(r.Header)
	return params, len(body), refused
}

// jsonBody tells whether a body is JSON in UTF-8, as its headers have it.
func jsonBody(header http.Header) *refusal {
	sent := header.Get("Content-Type")
	if sent != mediaJSON {
		media, given, err := mime.ParseMediaType(sent)
		charset := given["charset"]
		if err != nil || media != mediaJSON || (charset != "" && !strings.EqualFold(charset, "utf-8")) {
			return &refusal{status: http.StatusUnsupportedMediaType, message: "a body is Content-Type: application/json, in UTF-8"}
		}
	}
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return &refusal{status: http.StatusUnsupportedMediaType, message: "a body is sent without Content-Encoding"}
	}
	return nil
}

// readAll reads a body into a buffer of the length that was announced.
func readAll(body io.Reader, announced int64) ([]byte, error) {
	var buffer bytes.Buffer
	if announced > 0 && announced <= maxBody {
		buffer.Grow(int(announced) + bytes.MinRead)
	}
	_, err := buffer.ReadFrom(body)
	return buffer.Bytes(), err
}

// readGet reads a request's address.
func readGet(r *http.Request) (params *graphql.RawParams, length int, refused *refusal) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, 0, badRequest("the address could not be read: write query, variables and operationName as a form does")
	}
	sent := envelope{Query: quoted(values.Get("query")), OperationName: quoted(values.Get("operationName"))}
	for _, one := range []struct {
		name string
		to   *jsontext.Value
	}{{"variables", &sent.Variables}, {"extensions", &sent.Extensions}} {
		text := values.Get(one.name)
		if text == "" {
			continue
		}
		if *one.to = jsontext.Value(text); !one.to.IsValid() {
			return nil, 0, badRequest(one.name + " is no JSON: send a JSON object")
		}
	}
	params, refused = sent.params(r.Header)
	return params, len(r.URL.RawQuery), refused
}

// quoted writes a text as JSON does.
func quoted(text string) jsontext.Value {
	written, _ := json.Marshal(text) // a string always marshals
	return written
}

// params gives the parameters, each of its type.
func (e envelope) params(header http.Header) (*graphql.RawParams, *refusal) {
	params := &graphql.RawParams{Headers: header}
	switch {
	case json.Unmarshal(orNull(e.Query), &params.Query) != nil || params.Query == "":
		return nil, badRequest("query is missing: it is the text of a GraphQL document")
	case json.Unmarshal(orNull(e.OperationName), &params.OperationName) != nil:
		return nil, badRequest("operationName is a string, or left out")
	case !objectOrNull(e.Variables):
		return nil, badRequest("variables is a JSON object, or left out")
	case !objectOrNull(e.Extensions):
		return nil, badRequest("extensions is a JSON object, or left out")
	}
	if len(e.Variables) > 0 {
		decoder := stdjson.NewDecoder(bytes.NewReader(e.Variables))
		decoder.UseNumber()
		if decoder.Decode(&params.Variables) != nil {
			return nil, badRequest("variables could not be read: send a JSON object")
		}
	}
	return params, nil
}

func orNull(raw jsontext.Value) jsontext.Value {
	if len(raw) == 0 {
		return jsontext.Value("null")
	}
	return raw
}

// objectOrNull tells whether valid JSON is an object or nothing.
func objectOrNull(raw jsontext.Value) bool {
	trimmed := bytes.TrimLeft(raw, " \t\r\n")
	return len(trimmed) == 0 || trimmed[0] == '{' || trimmed[0] == 'n'
}
