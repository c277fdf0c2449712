package sheet

import (
	"errors"
	"fmt"
	"io/fs"
)

// FileError says why a folder or file could not be read to its end. Its texts hold
// names of files and columns, but no value from inside a file, so they may be logged.
type FileError struct {
	File    string // its name, or "the folder"
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

// unreadable is the error of a file or folder that the system does not give.
func unreadable(name string, err error) *FileError {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &FileError{File: name, Problem: "does not exist", Hint: "check the path"}
	case errors.Is(err, fs.ErrPermission):
		return &FileError{File: name, Problem: "may not be read by this user", Hint: "change its permissions"}
	}
	return &FileError{File: name, Problem: "cannot be read", Hint: "check the path and the disk, then copy the file again"}
}
