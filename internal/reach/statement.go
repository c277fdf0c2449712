package reach

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// errNoReach is a statement that would read without asking who may.
var errNoReach = errors.New("reach: the statement names no rows within reach")

// Statement is a hand-written read in the making: every table in its text carries
// the reader's district, and it cannot be run before Rows or Students has written
// which rows are within reach.
type Statement struct {
	builder entsql.Builder
	reader  access.Reader
	walled  bool
	own     numbers
	operate bool // it runs a function of the operator's, not a read of a district
}

// NewStatement begins a read for the reader.
func NewStatement(reader access.Reader) *Statement {
	s := &Statement{reader: reader}
	s.builder.SetDialect(dialect.Postgres)
	return s
}

// Reader gives whom the statement reads for.
func (s *Statement) Reader() access.Reader { return s.reader }

// Text writes SQL as it stands. It is for the program's own text only; what comes
// from outside goes through Arg.
func (s *Statement) Text(text string) *Statement {
	s.builder.WriteString(text)
	return s
}

// Arg writes a placeholder for the value.
func (s *Statement) Arg(value any) *Statement {
	s.builder.Arg(value)
	return s
}

// District writes the reader's district.
func (s *Statement) District() *Statement {
	s.writer().district()
	return s.Text("::uuid")
}

// Today writes the reader's day.
func (s *Statement) Today() *Statement {
	s.writer().today()
	return s
}

// writer gives the reach builder, on this statement.
func (s *Statement) writer() writer {
	return writer{Builder: &s.builder, reader: s.reader, own: &s.own}
}

// Rows writes the condition that keeps the table's rows, under the alias, within
// the reader's reach.
func (s *Statement) Rows(table, alias string) *Statement {
	s.writer().row(table, alias)
	s.walled = true
	return s
}

// Students writes the condition that the rows of the table student, under the
// alias, are within reach through one of the spans.
func (s *Statement) Students(alias string, spans []access.Span) *Statement {
	narrowed := s.writer()
	narrowed.reader.Spans = spans
	narrowed.row("student", alias)
	s.walled = true
	return s
}

// Values are what stands for the names in a text: a func writes SQL, anything
// else becomes an argument.
type Values map[string]any

// Write writes SQL in which {district} and {today} stand for the reader's, and
// any other {name} for its value.
func (s *Statement) Write(text string, values Values) *Statement {
	for {
		before, rest, found := strings.Cut(text, "{")
		s.Text(before)
		if !found {
			return s
		}
		var name string
		name, text, _ = strings.Cut(rest, "}")
		s.value(name, values)
	}
}

func (s *Statement) value(name string, values Values) {
	switch name {
	case "district":
		s.District()
		return
	case "today":
		s.Today()
		return
	}
	value, known := values[name]
	if !known {
		panic("reach: a statement names {" + name + "} and gives it no value")
	}
	if write, ok := value.(func(*Statement)); ok {
		write(s)
		return
	}
	s.Arg(value)
}

// Writable writes the condition that the rows of the table student, under the
// alias, are students of whom the reader may write the class. A change that selects
// from them can change nothing else.
func (s *Statement) Writable(alias string, class access.Class) *Statement {
	s.Text(alias + ".district_id = ").District().Text(" AND ")
	s.writer().anySpan(s.reader.Spans, alias+".id", alias+".district_id", func(span access.Span) bool { return span.Rights.Write.Has(class) })
	s.walled = true
	return s
}

// ByOperator writes the condition that the reader is an operator. It is the door to
// the functions that an operator's changes go through, and to lists of what operators
// run; a test names who may use it.
func (s *Statement) ByOperator() *Statement {
	writer{Builder: &s.builder, reader: s.reader}.literal(s.reader.May(access.Operate))
	s.walled, s.operate = true, true
	return s
}

// Run runs the read and hands each row to scan; for a reader of no district it reads
// nothing, since their login may not even ask. The transaction is not to be used
// meanwhile.
func (s *Statement) Run(ctx context.Context, tx *postgres.Tx, scan func(*sql.Rows) error) error {
	if !s.walled {
		return errNoReach
	}
	if s.reader.Principal.DistrictID == (access.ID{}) && !s.operate {
		return nil // who belongs to no district reaches no row of one: there is nothing to ask
	}
	text, args := s.builder.Query()
	rows, err := tx.SQL().QueryContext(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("read a row: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}
