// Package roster holds the rows that every source of school data (Ed-Fi XML,
// OneRoster, Holdfast's own CSV) is turned into before it is staged in the database.
//
// The rows are plain values. Codes are the source's own identifiers as trimmed
// text. Dates are midnight UTC, and the zero time means that the source does
// not say. Parts of days, marks and credits are in ten-thousandths. A row refers to
// another by its code, never by a database key: what a code stands for is found out
// in the database, once everything is staged.
package roster

import (
	"context"
	"time"
)

// Origin says where in the source a row was read.
type Origin struct {
	File string // base name of the file
	Line int    // line on which the row's element starts, counted from 1
	// Corrects is the id of a row in quarantine that this one is to settle; empty: none.
	Corrects string
}

// Sink takes what a reader finds. An error from any of its methods ends the
// reading and is handed back to the reader's caller as it is.
type Sink interface {
	// Put takes one of the row structs of this package, by value.
	Put(ctx context.Context, row any) error
	// Reject takes a row that cannot be trusted, as far as it could be read, with each
	// of its problems; they share the row's Origin and Kind.
	Reject(ctx context.Context, row any, problems []Issue) error
	// Tolerate takes a problem that the reader put up with: what it is of is Put all
	// the same, or is not of a row.
	Tolerate(ctx context.Context, issue Issue) error
	// Cover says of what the source holds everything.
	Cover(covered Coverage) error
	// PassOver counts an element of the given kind (the source's own name for
	// it) that the model has no place for.
	PassOver(kind string) error
}

// Coverage says that the source holds every row of a kind that is true, within a
// school year and days: what stands in the database and not in the source is true no
// longer. Without it an import takes nothing out.
type Coverage struct {
	Kind       string    // the row struct's name, such as "Enrollment"
	SchoolYear int       // the calendar year in which it ends; 0: every one that the rows name
	From       time.Time // the first day; zero: all of the school year
	Through    time.Time // the last day; zero: all of the school year
}

// Issue is one problem of a row. It may quote the value that is wrong, so it belongs
// in quarantine in the database and not in a log.
type Issue struct {
	Origin

	Kind    string // the row struct's name, such as "Enrollment"
	Field   string // the source's own name of the field, such as "EntryDate"
	Value   string // the value found; empty when it is missing
	Problem string // what is wrong, continuing a sentence that begins with the field
	Hint    string // what to do about it at the source
}

// NotSaid is the value of a number that the source leaves out where 0 has a
// meaning of its own.
const NotSaid = -1

// Gone is put where a source says of one row that it is true no longer: what has the
// row's key in the database is taken out, as if a source that covers the kind did not
// hold it. Of the row nothing but the key need be said.
type Gone struct {
	Row any // one of the row structs, by value
}
