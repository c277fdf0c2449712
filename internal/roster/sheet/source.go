package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// longestLine is how many bytes one line may take, with the line breaks inside of its
// quotes. Real ones take some hundreds; the limit keeps a quote that is never closed
// from filling the memory.
const longestLine = 1 << 20

// readAhead is how many bytes are asked of a file at a time.
const readAhead = 1 << 16

// Reasons to stop in the middle of a file.
var (
	errTooLong = errors.New("line too long")
	errUTF16   = errors.New("text in UTF-16")
	errNoText  = errors.New("a byte that no text has")
	errRead    = errors.New("file cannot be read")
)

// source is an open file. It reports the bytes read, ends when the context does, even
// within a long line, holds lines to longestLine, and remembers how the file ended.
type source struct {
	content io.Reader
	ended   func() error // the context's error, nil while it lasts
	advance func(count int)
	budget  int // bytes that the present line may still take
	given   int64
	last    byte
	atEnd   bool
}

// marksUTF16 begin texts in UTF-16.
var marksUTF16 = [][]byte{{0xFF, 0xFE}, {0xFE, 0xFF}}

// noText tells what has a zero byte.
func (s *source) noText(read []byte) error {
	for _, mark := range marksUTF16 {
		if s.given == int64(len(read)) && bytes.HasPrefix(read, mark) {
			return errUTF16
		}
	}
	return errNoText
}

// Read implements io.Reader.
func (s *source) Read(buffer []byte) (int, error) {
	if err := s.ended(); err != nil {
		return 0, err
	}
	if s.budget <= 0 {
		return 0, errTooLong
	}
	count, err := s.content.Read(buffer)
	s.budget -= count
	s.given += int64(count)
	s.advance(count)
	if bytes.IndexByte(buffer[:count], 0) >= 0 {
		return 0, s.noText(buffer[:count])
	}
	if count > 0 {
		s.last = buffer[count-1]
	}
	switch {
	case errors.Is(err, io.EOF):
		s.atEnd = true
	case err != nil:
		err = fmt.Errorf("%w: %w", errRead, err)
	}
	return count, err
}
