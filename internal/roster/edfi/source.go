package edfi

import (
	"errors"
	"fmt"
	"io"
)

// largestElement is how many bytes one element below the root may take. Real
// ones take a few thousand; the limit keeps a broken or hostile file from
// filling the memory.
const largestElement = 16 * mebibyte

// readAhead is how many bytes are asked of a file at a time.
const readAhead = mebibyte / 16

const mebibyte = 1 << 20 // bytes

// source is an open file. It reports the bytes read, ends when the context
// does, even within a long element, and holds elements to largestElement.
type source struct {
	content io.Reader
	ended   func() error // the context's error, nil while it lasts
	advance func(count int)
	budget  int // bytes that the present element may still take
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
