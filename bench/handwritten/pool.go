package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"regexp"

	"github.com/google/uuid"
	_ "github.com/lib/pq" // the driver
)

var (
	//go:embed student_page.sql
	studentPageSQL string
	//go:embed student_list.sql
	studentListSQL string
	//go:embed log_contact.sql
	logContactSQL string
	//go:embed replay_contact.sql
	replayContactSQL string
)

// connection is one connection with its statements, planned once.
type connection struct {
	*sql.Conn

	studentPage, studentList, logContact, replayContact *sql.Stmt
}

// pool hands out connections, one to a request at a time.
type pool chan *connection

func open(ctx context.Context, url string, size int) (pool, error) {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return nil, fmt.Errorf("read the database URL: %w", err)
	}
	connections := make(pool, size)
	for range size {
		one, err := connect(ctx, db)
		if err != nil {
			return nil, err
		}
		connections <- one
	}
	return connections, nil
}

func connect(ctx context.Context, db *sql.DB) (*connection, error) {
	raw, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	one := &connection{Conn: raw}
	for text, statement := range map[string]**sql.Stmt{
		studentPageSQL: &one.studentPage, studentListSQL: &one.studentList,
		logContactSQL: &one.logContact, replayContactSQL: &one.replayContact,
	} {
		if *statement, err = raw.PrepareContext(ctx, written(text)); err != nil { //nolint:sqlclosecheck // kept as long as the connection
			return nil, fmt.Errorf("prepare: %w", err)
		}
	}
	return one, nil
}

var name = regexp.MustCompile(`NAME\((\w+)\)`)

// written writes out the name to show of a row with names.
func written(text string) string {
	return name.ReplaceAllString(text, `(coalesce(nullif($1.preferred_first_name, ''), $1.first_name) || ' ' ||`+
		` coalesce(nullif($1.preferred_last_name, ''), $1.last_name))`)
}

// in runs the function in a transaction in the district's scope, which is set in
// the message that begins it.
func (p pool) in(ctx context.Context, district uuid.UUID, do func(*connection) error) error {
	one := <-p
	defer func() { p <- one }()
	if _, err := one.ExecContext(ctx, "BEGIN; SET LOCAL holdfast.district_id = '"+district.String()+"'"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := do(one); err != nil {
		_, rollback := one.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, rollback)
	}
	if _, err := one.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
