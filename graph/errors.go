package graph

import (
	"context"
	"errors"
	"log/slog"
	"regexp"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/holdfast-edu/holdfast/internal/casework"
	"github.com/holdfast-edu/holdfast/internal/operator"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/telemetry"
)

// The codes of top-level errors, in extensions.code.
const (
	CodeUnauthenticated = "UNAUTHENTICATED"
	CodeForbidden       = "FORBIDDEN"
	CodeNotFound        = "NOT_FOUND"
	CodeBadUserInput    = "BAD_USER_INPUT"
	CodeLimitExceeded   = "LIMIT_EXCEEDED"
	CodeTimeout         = "TIMEOUT"
	CodeInternal        = "INTERNAL"
)

// known says which errors may be told to a client as they are, and by which code.
var known = []struct {
	is   func(error) bool
	code string
}{
	{isError(record.ErrForbidden), CodeForbidden},
	{isError(casework.ErrForbidden), CodeForbidden},
	{isError(operator.ErrForbidden), CodeForbidden},
	{isError(casework.ErrNotFound), CodeNotFound},
	{isError(relay.ErrCursor), CodeBadUserInput},
	{isError(relay.ErrPage), CodeBadUserInput},
	{isA[*relay.InputError], CodeBadUserInput},
	{isA[*record.LimitError], CodeLimitExceeded},
	{isIntrospection, CodeForbidden},
	{isError(postgres.ErrNoLonger), CodeInternal}, // never leaves: the operation runs again
	{isError(context.DeadlineExceeded), CodeTimeout},
	{isError(context.Canceled), CodeTimeout},
}

// isIntrospection tells gqlgen's refusal of introspection, which has no type.
func isIntrospection(err error) bool { return err.Error() == "introspection disabled" }

func isError(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func isA[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

// PresentError turns an error into what a client may see. It is a whitelist:
// anything else becomes INTERNAL with an id, and only its kind is logged under
// that id, since its text may quote SQL or a value of a row.
func PresentError(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		path := graphql.GetPath(ctx)
		var parsed *gqlerror.Error
		if errors.As(err, &parsed) && parsed.Err == nil {
			return presentGraphQL(parsed)
		}
		cause := err
		if parsed != nil {
			cause = parsed.Err // without the place that gqlgen writes before it
		}
		for _, one := range known {
			if one.is(cause) {
				return present(path, message(cause), one.code)
			}
		}
		id := uuid.NewString()
		log.ErrorContext(ctx, "internal error", slog.String("error_id", id), slog.String("path", schemaPath(ctx)), slog.String("kind", telemetry.KindOf(err)))
		return present(path, "something went wrong here; quote the id "+id+" when you report it", CodeInternal, id)
	}
}

func message(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "the operation took too long and was stopped; ask for less, or try again"
	}
	if input, ok := errors.AsType[*relay.InputError](err); ok {
		return input.Error()
	}
	return err.Error()
}

// suggestion is what the validator adds to an unknown name: it would tell names to
// who may not introspect.
var suggestion = regexp.MustCompile(` *Did you mean .*$`)

// presentGraphQL passes on what is wrong with the request's document or variables.
func presentGraphQL(err *gqlerror.Error) *gqlerror.Error {
	code, _ := err.Extensions["code"].(string)
	switch code {
	case errcode.ParseFailed, errcode.ValidationFailed, "":
		code = CodeBadUserInput
	}
	extensions := map[string]any{"code": code}
	for _, name := range []string{"limit", "max"} {
		if value, told := err.Extensions[name]; told {
			extensions[name] = value
		}
	}
	return &gqlerror.Error{
		Message: suggestion.ReplaceAllString(err.Message, ""), Path: err.Path, Locations: err.Locations, Rule: err.Rule, Extensions: extensions,
	}
}

func present(path ast.Path, message, code string, id ...string) *gqlerror.Error {
	extensions := map[string]any{"code": code}
	if len(id) > 0 {
		extensions["id"] = id[0]
	}
	return &gqlerror.Error{Message: message, Path: path, Extensions: extensions}
}

func schemaPath(ctx context.Context) string {
	field := graphql.GetFieldContext(ctx)
	if field == nil || field.Field.Field == nil {
		return ""
	}
	return parentPath(field) + "." + field.Field.Name
}
