// Package operationtest has what tests of rooms above operation need.
package operationtest

import (
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/operation"
)

// Blind is a witness who writes nothing down, for tests that are not about records
// of access.
type Blind struct{}

// Room has room.
func (Blind) Room() error { return nil }

// Showed looks away.
func (Blind) Showed(operation.Reading) {}

// Changed looks away.
func (Blind) Changed(uuid.UUID) {}
