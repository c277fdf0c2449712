// Package ent is the typed store that ent generates from the entities in schema.
package ent

//go:generate go tool ent generate --feature privacy --template ./template ./schema
