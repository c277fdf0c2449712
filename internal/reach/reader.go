package reach

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
)

type readerKey struct{}

type jobKey struct{}

// WithReader gives a context in which rows are read and changed as the reader.
func WithReader(ctx context.Context, reader access.Reader) context.Context {
	return context.WithValue(ctx, readerKey{}, reader)
}

// AsJob is the one way round the row policy, for jobs that work on a whole
// district on nobody's behalf: imports, recomputes, demo data. It names the
// district, and rows of others stay out of reach as ever.
func AsJob(ctx context.Context, district uuid.UUID) context.Context {
	return context.WithValue(ctx, jobKey{}, district)
}

// readerOf gives the reader of the context; without one, a reader who sees nothing.
func readerOf(ctx context.Context) access.Reader {
	reader, _ := ctx.Value(readerKey{}).(access.Reader)
	return reader
}

func jobOf(ctx context.Context) (uuid.UUID, bool) {
	district, ok := ctx.Value(jobKey{}).(uuid.UUID)
	return district, ok
}

// day writes a date as PostgreSQL reads it.
func day(t time.Time) string { return t.Format(time.DateOnly) }
