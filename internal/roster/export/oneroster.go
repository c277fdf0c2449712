package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster/oneroster"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// ErrNoYear is a district of which no school year is loaded.
var ErrNoYear = errors.New("the district has no school year yet: there is nothing to export")

// Options say what to export, and how it is handed on.
type Options struct {
	District uuid.UUID
	Today    time.Time // the district's
	// Create makes a file of the export.
	Create func(name string) (io.WriteCloser, error)
	// Disclose writes down, in the transaction that read it, that the students' records
	// left the district. It is called once, when all is written.
	Disclose func(ctx context.Context, tx *postgres.Tx, students []uuid.UUID) error
}

// Exported is what an export holds.
type Exported struct {
	SchoolYear int
	Students   int
	Rows       map[string]int // by file
	// NoContact counts contacts that were left out, because they may not be contacted:
	// OneRoster cannot say it.
	NoContact int
}

// OneRoster writes the district's roster of the current school year (the one that holds
// today, else the latest) as OneRoster 1.2 bulk: organizations, sessions, courses,
// classes, students with an enrollment in the year, their contacts, staff, enrollments,
// places in classes and demographics. It reads in one snapshot, and holds no more of
// it in memory than the students' ids.
func OneRoster(ctx context.Context, db *postgres.DB, options Options) (Exported, error) {
	ctx = tenant.With(ctx, tenant.Scope{District: options.District})
	e := &export{options: options, out: oneroster.NewWriter(options.Create)}
	err := db.Write(ctx, func(tx *postgres.Tx) error {
		// It reads more than once and writes what it read down: one snapshot, not read-only.
		if _, err := tx.SQL().ExecContext(ctx, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"); err != nil {
			return fmt.Errorf("take a snapshot: %w", err)
		}
		e.tx = tx
		if err := e.all(ctx); err != nil {
			return err
		}
		if err := options.Disclose(ctx, tx, e.students); err != nil {
			return fmt.Errorf("write the disclosure down: %w", err)
		}
		return nil
	})
	e.did.Students, e.did.Rows = len(e.students), e.out.Rows()
	return e.did, err
}

// export is one export under way.
type export struct {
	options  Options
	tx       *postgres.Tx
	out      *oneroster.Writer
	did      Exported
	year     year
	sessions map[held]string // ids of sessions, by whose they are and their days
	students []uuid.UUID
}

func (e *export) all(ctx context.Context) error {
	parts := []struct {
		of   string
		read func(context.Context) error
	}{
		{"the school year", e.findYear},
		{"organizations", e.orgs},
		{"sessions", e.academicSessions},
		{"courses", e.courses},
		{"classes", e.classes},
		{"students", e.putStudents},
		{"staff", e.staff},
		{"contacts", e.contacts},
		{"memberships", e.memberships},
		{"posts", e.posts},
		{"contacts' roles", e.contactRoles},
		{"places of students", e.seats},
		{"places of teachers", e.teachers},
		{"demographics", e.demographics},
	}
	for _, part := range parts {
		if err := part.read(ctx); err != nil {
			return fmt.Errorf("export %s: %w", part.of, err)
		}
	}
	return e.out.Close()
}

// each runs a statement, and hands on each of its rows to be scanned and put.
func (e *export) each(ctx context.Context, statement string, args []any, put func(scan func(...any) error) error) error {
	rows, err := e.tx.SQL().QueryContext(ctx, statement, append([]any{e.options.District}, args...)...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := put(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// dayOf gives a day of the database, the zero time for none.
func dayOf(day sql.NullTime) time.Time {
	if !day.Valid {
		return time.Time{}
	}
	return time.Date(day.Time.Year(), day.Time.Month(), day.Time.Day(), 0, 0, 0, 0, time.UTC)
}
