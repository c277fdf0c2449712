// Package relay holds what the API's objects and lists share: opaque ids, sealed
// cursors, and pages with a limit.
package relay
