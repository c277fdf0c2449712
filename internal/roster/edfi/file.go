package edfi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// file is one interchange while it is read.
type file struct {
	*reader

	name      string
	source    *source
	xml       *xml.Decoder
	namespace string         // of the root element
	known     map[string]any // what the ids in this file stand for
	waiting   []waiting
}

// readFile reads one file to its end.
func (r *reader) readFile(ctx context.Context, name string) error {
	content, err := r.files.Open(name)
	if err != nil {
		return unreadable(name, "the file", err)
	}
	defer content.Close()
	f := newFile(ctx, r, name, content)
	root, err := f.root()
	if err != nil {
		return err
	}
	if err := f.elements(ctx, r.interchanges[root]); err != nil {
		return err
	}
	if err := f.settle(ctx); err != nil {
		return err
	}
	return f.end()
}

func newFile(ctx context.Context, r *reader, name string, content io.Reader) *file {
	s := &source{content: content, ended: ctx.Err, advance: r.advance, budget: largestElement}
	decoder := xml.NewDecoder(bufio.NewReaderSize(s, readAhead))
	decoder.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errEncoding }
	return &file{reader: r, name: name, source: s, xml: decoder, known: map[string]any{}}
}

// token gives the next token and the line on which it starts. Its errors are
// those of the decoder and of the source, except that the end of the file is
// io.EOF.
func (f *file) token() (xml.Token, int, error) {
	line, _ := f.xml.InputPos()
	token, err := f.xml.Token()
	return token, line, err
}

// nextToken is token with a new budget: for tokens that stand by themselves.
func (f *file) nextToken() (xml.Token, int, error) {
	f.source.budget = largestElement
	return f.token()
}

// fail gives the error with which Read ends when the file cannot be read on.
func (f *file) fail(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	line, _ := f.xml.InputPos()
	return stopped(f.name, line, err)
}

// root reads up to and into the root element and gives its name, once it is
// known to be an Ed-Fi 5 interchange.
func (f *file) root() (string, error) {
	for {
		token, line, err := f.nextToken()
		if errors.Is(err, io.EOF) {
			return "", f.notInterchange(1, "the file holds no XML element")
		}
		if err != nil {
			return "", f.fail(err)
		}
		switch token := token.(type) {
		case xml.CharData:
			if !isBlank(token) {
				return "", f.notInterchange(line, "the file begins with text instead of XML")
			}
		case xml.StartElement:
			if !strings.HasPrefix(token.Name.Local, "Interchange") || !isVersionFive(token.Name.Space) {
				return "", f.notInterchange(line, fmt.Sprintf("the root element is %.80q in namespace %.80q",
					token.Name.Local, token.Name.Space))
			}
			f.namespace = token.Name.Space
			return token.Name.Local, nil
		}
	}
}

// notInterchange is the error for a file that is something else.
func (f *file) notInterchange(line int, found string) *FileError {
	return &FileError{
		File: f.name, Line: line,
		Problem: found + ", where an Interchange element in a namespace http://ed-fi.org/5.x.y was expected",
		Hint:    "export the data by Ed-Fi Data Standard 5, or take this file out of the folder",
	}
}

// isVersionFive tells whether a namespace is that of an Ed-Fi 5 standard.
func isVersionFive(namespace string) bool {
	version, found := strings.CutPrefix(namespace, "http://ed-fi.org/5.")
	minor, patch, two := strings.Cut(version, ".")
	return found && two && isDigits(minor) && isDigits(patch)
}

// elements reads what is below the root, up to the root's end.
func (f *file) elements(ctx context.Context, read handlers) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		token, line, err := f.nextToken()
		if err != nil {
			return f.fail(err)
		}
		switch token := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := f.element(ctx, token, line, read); err != nil {
				return err
			}
		}
	}
}

// element reads one element below the root, or passes it over.
func (f *file) element(ctx context.Context, start xml.StartElement, line int, read handlers) error {
	handle, listed := read[start.Name.Local]
	if !listed || start.Name.Space != f.namespace {
		if err := f.xml.Skip(); err != nil {
			return f.fail(err)
		}
		return f.sink.PassOver(start.Name.Local)
	}
	e, err := f.tree(start, line, 1)
	if err != nil {
		return f.fail(err)
	}
	return handle(ctx, f, &e)
}

// end makes sure that nothing follows the root element.
func (f *file) end() error {
	for {
		token, line, err := f.nextToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return f.fail(err)
		}
		text, isText := token.(xml.CharData)
		_, isElement := token.(xml.StartElement)
		if isElement || isText && !isBlank(text) {
			return &FileError{
				File: f.name, Line: line,
				Problem: "something follows the end of the root element",
				Hint:    exportAgain,
			}
		}
	}
}

// isBlank tells whether text is only white space and byte-order marks.
func isBlank(text []byte) bool {
	return len(bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\ufeff"), nil))) == 0
}

// put hands a row to the sink, or its issues when it has any.
func (f *file) put(ctx context.Context, r *record, row any) error {
	if len(r.issues) > 0 {
		return f.sink.Reject(ctx, row, r.issues)
	}
	return f.sink.Put(ctx, row)
}

// tolerate tells the sink of a problem that the row is put in spite of.
func (f *file) tolerate(ctx context.Context, r *record, field, value, problem, hint string) error {
	return f.sink.Tolerate(ctx, r.issue(field, value, problem, hint))
}

// record begins a row of the given kind.
func (f *file) record(kind string, e *element) *record {
	return &record{
		element: e, kind: kind, words: &f.words,
		origin: roster.Origin{File: f.name, Line: e.line},
	}
}
