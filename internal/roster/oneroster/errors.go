package oneroster

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
)

// FileError says why a set of files could not be read to its end. Its texts hold file
// names, columns of the specification and words of the manifest, but no value from a
// row, so they may be logged.
type FileError struct {
	File    string // name of the file
	Line    int    // counted from 1; 0 when the problem is not in one line
	Problem string
	Hint    string // what to do about it
}

// Error gives the whole message in one line.
func (e *FileError) Error() string {
	place := e.File
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	return fmt.Sprintf("%s: %s; %s", place, e.Problem, e.Hint)
}

// Reasons to stop in the middle of a file, other than broken CSV.
var (
	errTooLarge = errors.New("row too large")
	errRead     = errors.New("file cannot be read")
)

const exportAgain = "export the file again from the source system"

// stopped turns the reason why a file could not be read on into a FileError. The
// reader's own message is not repeated: it may quote text from the file.
func stopped(name string, line int, err error) *FileError {
	failure := &FileError{File: name, Line: line, Problem: "the file cannot be read to its end", Hint: "check the disk, then copy the file again"}
	broken, isCSV := errors.AsType[*csv.ParseError](err)
	switch {
	case errors.Is(err, errTooLarge):
		failure.Problem = fmt.Sprintf("a row is larger than %d MiB; a quote that is never closed does that", largestRow/mebibyte)
		failure.Hint = exportAgain
	case isCSV:
		failure.Line, failure.Problem, failure.Hint = broken.StartLine, "the quotes of a row do not match", exportAgain
	}
	return failure
}

// unreadable says in plain words why the system would not let a file be read. The
// system's own error is not repeated, since it names whole paths.
func unreadable(name string, err error) *FileError {
	failure := &FileError{File: name, Problem: "the file cannot be read", Hint: "check that it is what its name says and that the disk is in order"}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		failure.Problem, failure.Hint = "the file does not exist", "check the path for a mistake"
	case errors.Is(err, fs.ErrPermission):
		failure.Problem, failure.Hint = "the file may not be read", "give this program's user permission to read it"
	}
	return failure
}
