package oneroster

import (
	"errors"
	"fmt"
	"io"
)

const mebibyte = 1 << 20 // bytes

// largestRow is how many bytes one row may take. Real ones take some hundred; the
// limit keeps a quote that is never closed from filling the memory.
const largestRow = mebibyte

// readAhead is how many bytes are asked of a file at a time.
const readAhead = mebibyte / 16

// byteOrderMark is what some programs put before UTF-8.
const byteOrderMark = "\ufeff"

// source is an open file. It reports the bytes read, ends when the context does, and
// holds rows to largestRow.
type source struct {
	content io.Reader
	ended   func() error // the context's error, nil while it lasts
	advance func(count int)
	budget  int // bytes that the present row may still take
}

// Read implements io.Reader.
func (s *source) Read(buffer []byte) (int, error) {
	if err := s.ended(); err != nil {
		return 0, err
	}
	if s.budget <= 0 {
		return 0, errTooLarge
	}
	count, err := s.content.Read(buffer)
	s.budget -= count
	s.advance(count)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", errRead, err)
	}
	return count, err
}
