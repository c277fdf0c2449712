// Package identity finds out who asks: it verifies the token, which says only a
// name, and looks up in Holdfast which principal that is and what they hold.
package identity
