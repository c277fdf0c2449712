package edfi

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
)

// FileError says why a folder or file could not be read to its end. Its texts
// hold element names, namespaces and file names, but no value from inside a
// file, so they may be logged.
type FileError struct {
	File    string // its name; empty when the problem is the folder's
	Line    int    // counted from 1; 0 when the problem is not in one line
	Problem string
	Hint    string // what to do about it
}

// Error gives the whole message in one line.
func (e *FileError) Error() string {
	switch {
	case e.File == "":
		return e.Problem + "; " + e.Hint
	case e.Line > 0:
		return fmt.Sprintf("%s:%d: %s; %s", e.File, e.Line, e.Problem, e.Hint)
	}
	return fmt.Sprintf("%s: %s; %s", e.File, e.Problem, e.Hint)
}

// Reasons to stop in the middle of a file, other than broken XML.
var (
	errTooLarge = errors.New("element too large")
	errTooDeep  = errors.New("elements nested too deeply")
	errEncoding = errors.New("encoding other than UTF-8")
	errRead     = errors.New("file cannot be read")
)

const exportAgain = "export the file again from the source system"

// stopped turns the reason why a file could not be read on into a FileError.
// The decoder's own message is not repeated: it may quote text from the file.
func stopped(name string, line int, err error) *FileError {
	reasons := []struct {
		err           error
		problem, hint string
	}{
		{errTooLarge, fmt.Sprintf("an element is larger than %d MiB", largestElement/mebibyte), exportAgain},
		{errTooDeep, fmt.Sprintf("elements are nested more than %d deep", deepestElement), exportAgain},
		{errEncoding, "the file declares an encoding other than UTF-8", "export the file as UTF-8"},
		{errRead, "the file cannot be read to its end", "check the disk, then copy the file again"},
	}
	for _, reason := range reasons {
		if errors.Is(err, reason.err) {
			return &FileError{File: name, Line: line, Problem: reason.problem, Hint: reason.hint}
		}
	}
	if syntax, is := errors.AsType[*xml.SyntaxError](err); is {
		return &FileError{File: name, Line: syntax.Line, Problem: brokenXML(syntax.Msg), Hint: exportAgain}
	}
	return &FileError{File: name, Line: line, Problem: "the XML is not well-formed", Hint: exportAgain}
}

// brokenXML puts a message of encoding/xml into words that quote nothing.
func brokenXML(message string) string {
	meanings := []struct{ prefix, problem string }{
		{"unexpected EOF", "the file ends in the middle of an element"},
		{"invalid character entity", "an & does not begin an entity that XML knows"},
		{"invalid UTF-8", "the text is not UTF-8"},
		{"illegal character code", "the text holds a character that XML does not allow"},
		{"element <", "an element is closed by another element's end tag"},
		{"unexpected end element", "an end tag closes no element"},
	}
	for _, meaning := range meanings {
		if strings.HasPrefix(message, meaning.prefix) {
			return meaning.problem
		}
	}
	return "the XML is not well-formed"
}
