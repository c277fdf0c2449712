package record

import "github.com/holdfast-edu/holdfast/internal/relay"

// Node is an object that can be read again by its id.
type Node interface {
	IsNode()
	GetID() relay.ID
}
