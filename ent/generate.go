package ent

//go:generate go tool ent generate --feature privacy --template ./template ./schema
